// SPDX-License-Identifier: MIT
#ifndef CONSUMER_MIXTURES_HPP
#define CONSUMER_MIXTURES_HPP

#include <eigenmix/instantiate.hpp>

EIGENMIX_DECLARE(double, Eigen::Dynamic, eigenmix::covariance::Full)
EIGENMIX_DECLARE(double, Eigen::Dynamic, eigenmix::covariance::EII)
EIGENMIX_DECLARE(float, 2, eigenmix::covariance::Spherical)

#endif  // CONSUMER_MIXTURES_HPP
