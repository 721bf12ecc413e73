// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_BENCHMARK_ARMADILLO_PEER_HPP
#define EIGENMIX_TESTS_BENCHMARK_ARMADILLO_PEER_HPP

#include <string>

#include "problem.hpp"

namespace eigenmix_benchmark {

struct PeerResult {
  double seconds;  ///< of one iteration, negative where there is no such peer
  double mean_log_likelihood;
};

/// Armadillo's gmm_full or gmm_diag on the same samples from the same parameters; defined only
/// where Armadillo was found.
PeerResult fit_by_armadillo(const Problem<double>& problem, bool full, Index iterations,
                            int repetitions);

}  // namespace eigenmix_benchmark

#endif  // EIGENMIX_TESTS_BENCHMARK_ARMADILLO_PEER_HPP
