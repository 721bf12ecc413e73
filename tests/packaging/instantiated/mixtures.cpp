// SPDX-License-Identifier: MIT
#include "mixtures.hpp"

EIGENMIX_INSTANTIATE(double, Eigen::Dynamic, eigenmix::covariance::Full)
EIGENMIX_INSTANTIATE(float, 2, eigenmix::covariance::Spherical)
