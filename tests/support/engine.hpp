// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_SUPPORT_ENGINE_HPP
#define EIGENMIX_TESTS_SUPPORT_ENGINE_HPP

#include <eigenmix/instantiate.hpp>

// The engines that most tests use are compiled once for all programs, which takes a quarter to a
// third off what a program takes to compile.

/// macro(Scalar, Dim, Family) for a family of each layout.
// clang-format off
#define EIGENMIX_TESTS_FOR_EACH_LAYOUT(macro, Scalar)             \
  macro(Scalar, Eigen::Dynamic, eigenmix::covariance::Full)       \
  macro(Scalar, Eigen::Dynamic, eigenmix::covariance::Tied)       \
  macro(Scalar, Eigen::Dynamic, eigenmix::covariance::Diagonal)   \
  macro(Scalar, Eigen::Dynamic, eigenmix::covariance::EEI)        \
  macro(Scalar, Eigen::Dynamic, eigenmix::covariance::Spherical)  \
  macro(Scalar, Eigen::Dynamic, eigenmix::covariance::EII)
// clang-format on

#ifdef EIGENMIX_TESTS_SHARED_ENGINE
EIGENMIX_TESTS_FOR_EACH_LAYOUT(EIGENMIX_DECLARE, double)
EIGENMIX_TESTS_FOR_EACH_LAYOUT(EIGENMIX_DECLARE, float)
#endif

#endif  // EIGENMIX_TESTS_SUPPORT_ENGINE_HPP
