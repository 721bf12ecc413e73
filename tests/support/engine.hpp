// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_SUPPORT_ENGINE_HPP
#define EIGENMIX_TESTS_SUPPORT_ENGINE_HPP

#include <eigenmix/instantiate.hpp>

// The engines that most tests use are compiled once for all programs, which takes a quarter to a
// third off what a program takes to compile.

/// first(Scalar, Dim, Family), second(...) for a family of each layout.
// clang-format off
#define EIGENMIX_TESTS_FULL_AND_TIED(first, second, Scalar, Dim) \
  first(Scalar, Dim, eigenmix::covariance::Full)                 \
  second(Scalar, Dim, eigenmix::covariance::Tied)
#define EIGENMIX_TESTS_DIAGONAL(first, second, Scalar, Dim)      \
  first(Scalar, Dim, eigenmix::covariance::Diagonal)             \
  second(Scalar, Dim, eigenmix::covariance::EEI)
#define EIGENMIX_TESTS_SPHERICAL(first, second, Scalar, Dim)     \
  first(Scalar, Dim, eigenmix::covariance::Spherical)            \
  second(Scalar, Dim, eigenmix::covariance::EII)
#define EIGENMIX_TESTS_DECLARE(Scalar, Dim)                                       \
  EIGENMIX_TESTS_FULL_AND_TIED(EIGENMIX_DECLARE, EIGENMIX_DECLARE, Scalar, Dim)   \
  EIGENMIX_TESTS_DIAGONAL(EIGENMIX_DECLARE, EIGENMIX_DECLARE, Scalar, Dim)        \
  EIGENMIX_TESTS_SPHERICAL(EIGENMIX_DECLARE, EIGENMIX_DECLARE, Scalar, Dim)
/// What brings covariances to the form of a family, in any number of dimensions.
#define EIGENMIX_TESTS_UNITE(prefix, Family)                                                      \
  prefix void eigenmix::detail::unite_informative<eigenmix::covariance::Family, double, double,   \
                                                  Eigen::Dynamic>(                                \
      const Eigen::VectorXd&, const Eigen::MatrixXd&, const Eigen::VectorXd&, Eigen::MatrixXd&);
#define EIGENMIX_TESTS_FAMILIES(prefix) \
  EIGENMIX_TESTS_UNITE(prefix, VEI)     \
  EIGENMIX_TESTS_UNITE(prefix, EVI)     \
  EIGENMIX_TESTS_UNITE(prefix, VEE)     \
  EIGENMIX_TESTS_UNITE(prefix, EVE)     \
  EIGENMIX_TESTS_UNITE(prefix, VVE)     \
  EIGENMIX_TESTS_UNITE(prefix, EEV)     \
  EIGENMIX_TESTS_UNITE(prefix, VEV)     \
  EIGENMIX_TESTS_UNITE(prefix, EVV)
/// The kernel that most time goes to where programs are not optimised.
#define EIGENMIX_TESTS_NORMALISE(prefix, Scalar)                                                  \
  prefix eigenmix::Accumulator<Scalar> eigenmix::detail::normalise(                               \
      const eigenmix::detail::TileValues<Scalar>&, const Scalar*, Scalar*);                       \
  prefix eigenmix::Accumulator<Scalar> eigenmix::detail::normalise_unweighted(                    \
      const eigenmix::detail::TileValues<Scalar>&, const Scalar*, Scalar&);
#define EIGENMIX_TESTS_KERNELS(prefix)     \
  EIGENMIX_TESTS_NORMALISE(prefix, double) \
  EIGENMIX_TESTS_NORMALISE(prefix, float)
// clang-format on

#ifdef EIGENMIX_TESTS_SHARED_ENGINE
EIGENMIX_TESTS_DECLARE(double, Eigen::Dynamic)
EIGENMIX_TESTS_DECLARE(float, Eigen::Dynamic)
EIGENMIX_TESTS_DECLARE(double, 1)
EIGENMIX_TESTS_DECLARE(double, 2)
EIGENMIX_TESTS_DECLARE(double, 3)
EIGENMIX_TESTS_DECLARE(float, 2)
EIGENMIX_TESTS_FAMILIES(extern template)
EIGENMIX_TESTS_KERNELS(extern template)
#endif

#endif  // EIGENMIX_TESTS_SUPPORT_ENGINE_HPP
