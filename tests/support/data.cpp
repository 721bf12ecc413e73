// SPDX-License-Identifier: MIT
#include <support/data.hpp>

template std::vector<eigenmix_tests::Matrix<eigenmix_tests::Wide>>
eigenmix_tests::random_covariances(const char*, Index, Index, eigenmix::random::Engine&);
