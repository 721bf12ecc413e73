// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ALGEBRA_DISTANCES_HPP
#define EIGENMIX_ALGEBRA_DISTANCES_HPP

// How far two mixtures are from one another: in L², by Kullback & Leibler, by Wasserstein.

#include <eigenmix/algebra/kullback_leibler.hpp>
#include <eigenmix/algebra/overlap.hpp>
#include <eigenmix/algebra/wasserstein.hpp>

#endif  // EIGENMIX_ALGEBRA_DISTANCES_HPP
