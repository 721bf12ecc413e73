// SPDX-License-Identifier: MIT
#include <armadillo>

#include "armadillo_peer.hpp"

namespace eigenmix_benchmark {
namespace {

template <class Model, class Covariances>
PeerResult fit(Model& model, const Covariances& covariances, const Problem<double>& problem,
               Index iterations, int repetitions) {
  const auto d = arma::uword(problem.x.rows()), k = arma::uword(problem.means.cols());
  const arma::mat x(const_cast<double*>(problem.x.data()), d, arma::uword(problem.x.cols()), false,
                    true);
  const arma::mat means(problem.means.data(), d, k);
  arma::rowvec weights(k);
  weights.fill(1 / double(k));
  const double seconds = median_seconds(repetitions, [&] {
    model.reset(d, k);
    model.set_params(means, covariances, weights);
    model.learn(x, k, arma::eucl_dist, arma::keep_existing, 0, arma::uword(iterations), 0, false);
  });
  return {seconds / double(iterations), model.avg_log_p(x)};
}

}  // namespace

PeerResult fit_by_armadillo(const Problem<double>& problem, bool full, Index iterations,
                            int repetitions) {
  const auto d = arma::uword(problem.x.rows()), k = arma::uword(problem.means.cols());
  if (full) {
    arma::cube covariances(d, d, k, arma::fill::zeros);
    covariances.each_slice([&](arma::mat& slice) { slice.diag().fill(problem.variance); });
    arma::gmm_full model;
    return fit(model, covariances, problem, iterations, repetitions);
  }
  arma::mat variances(d, k);
  variances.fill(problem.variance);
  arma::gmm_diag model;
  return fit(model, variances, problem, iterations, repetitions);
}

}  // namespace eigenmix_benchmark
