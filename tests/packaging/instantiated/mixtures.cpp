// SPDX-License-Identifier: MIT
#include "mixtures.hpp"

EIGENMIX_INSTANTIATE(double, Eigen::Dynamic, eigenmix::covariance::Full)
EIGENMIX_INSTANTIATE_ALSO(double, Eigen::Dynamic, eigenmix::covariance::EII)
EIGENMIX_INSTANTIATE(float, 2, eigenmix::covariance::Spherical)
