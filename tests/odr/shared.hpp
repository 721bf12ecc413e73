// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_ODR_SHARED_HPP
#define EIGENMIX_TESTS_ODR_SHARED_HPP

#include <iosfwd>
#include <type_traits>

#include <eigenmix/eigenmix.hpp>
#include <eigenmix/observers/progress.hpp>
#include <eigenmix/selection/selection.hpp>

// Two units that use the same parts of the library, and a third that calls both.

static_assert(std::is_same_v<eigenmix::v0_2::GaussianMixture<double, 1>,
                             eigenmix::GaussianMixture<double, 1>>);

using OneDimensional = eigenmix::GaussianMixture<double, 1>;
using Samples = Eigen::Matrix<double, 1, Eigen::Dynamic>;

OneDimensional fit_in_first_unit(const Samples& x, std::ostream& progress);
OneDimensional fit_in_second_unit(const Samples& x, std::ostream& progress);

#endif  // EIGENMIX_TESTS_ODR_SHARED_HPP
