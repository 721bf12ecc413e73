// SPDX-License-Identifier: MIT
//
// What missing entries cost: milliseconds of one iteration.
//
//     incomplete [SHARE]
//
// A line for each kind of mixture: samples complete, as `x` and as `incomplete(x)`; with a SHARE of
// the entries missing, 0.1 if it is not said; and as a textbook writes that, a factorisation for
// each sample and component. `patterns` are the distinct sets of missing entries.

#include <Eigen/Cholesky>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <vector>

#include "measure.hpp"

#include <eigenmix/incomplete/incomplete.hpp>

namespace {

using namespace eigenmix_benchmark;
using eigenmix::incomplete;
namespace covariance = eigenmix::covariance;

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

template <class Mixture>
Mixture groups(Index dimension, Index components, eigenmix::random::Engine& engine) {
  typename Mixture::Means means(dimension, components);
  for (Index i = 0; i < means.size(); ++i) {
    means.data()[i] = 4 * eigenmix::random::uniform(engine);
  }
  typename Mixture::CovarianceMatrix identity(dimension, dimension);
  identity.setIdentity();
  return Mixture(
      Eigen::VectorXd::Constant(components, 1 / double(components)), means,
      std::vector<typename Mixture::CovarianceMatrix>(std::size_t(components), identity));
}

template <class Mixture, class X>
double milliseconds_of_iteration(const Mixture& start, const X& x) {
  const auto fit = [&](Index iterations) {
    Mixture mixture = start;
    mixture.fit(x, eigenmix::fit_options(eigenmix::stopping::MaxIterations(iterations),
                                         eigenmix::acceleration::None()));
  };
  constexpr Index few = 2, many = 12;
  const double of_few = median_seconds(5, [&] { fit(few); });
  return 1e3 * (median_seconds(5, [&] { fit(many); }) - of_few) / double(many - few);
}

/// An E-step and the sums of an M-step sample by sample. \return the log-likelihood
template <class Mixture>
double naive_pass(const Mixture& mixture, const Dense<double>& x) {
  const Index d = x.rows(), components = mixture.component_count();
  const auto covariances = mixture.covariances();
  std::vector<Dense<double>> means(std::size_t(components), Dense<double>(d, 1));
  std::vector<Dense<double>> spreads(std::size_t(components), Dense<double>(d, d));
  std::vector<Dense<double>> second(std::size_t(components), Dense<double>::Zero(d, d));
  Dense<double> first = Dense<double>::Zero(d, components);
  Eigen::VectorXd values(components);
  double result = 0;
  for (Index n = 0; n < x.cols(); ++n) {
    std::vector<Index> seen, missing;
    for (Index i = 0; i < d; ++i) (std::isnan(x(i, n)) ? missing : seen).push_back(i);
    for (Index k = 0; k < components; ++k) {
      const auto at = std::size_t(k);
      const Dense<double> between = covariances[at](missing, seen);
      const Eigen::LLT<Dense<double>> factor(Dense<double>(covariances[at](seen, seen)));
      const Eigen::VectorXd offset = x(seen, n) - mixture.means()(seen, k);
      const Eigen::VectorXd solved = factor.solve(offset);
      means[at] = x.col(n);
      means[at](missing, 0) = mixture.means()(missing, k) + between * solved;
      spreads[at].setZero();
      spreads[at](missing, missing) =
          covariances[at](missing, missing) - between * factor.solve(between.transpose());
      const Dense<double> lower = factor.matrixL();
      values(k) = std::log(mixture.weights()(k)) - lower.diagonal().array().log().sum() -
                  offset.dot(solved) / 2;
    }
    const double largest = values.maxCoeff();
    const double log_density = largest + std::log((values.array() - largest).exp().sum());
    result += log_density;
    for (Index k = 0; k < components; ++k) {
      const auto at = std::size_t(k);
      const double share = std::exp(values(k) - log_density);
      first.col(k) += share * means[at];
      second[at] += share * (means[at] * means[at].transpose() + spreads[at]);
    }
  }
  return result + 0 * (first.sum() + second[0].sum());
}

template <class Mixture>
void print_row(Index dimension, Index components, Index samples, double share) {
  eigenmix::random::Engine engine(1);
  const Mixture truth = groups<Mixture>(dimension, components, engine);
  const typename Mixture::Means x = truth.sample(samples, engine).samples;
  typename Mixture::Means holes = x;
  for (Index i = 0; i < x.size(); ++i) {
    if (eigenmix::random::uniform(engine) < share) holes.data()[i] = nothing;
  }
  const eigenmix::detail::Patterns patterns(
      dimension, samples, [&](Index i, Index n) { return std::isnan(holes(i, n)); });
  const double plain = milliseconds_of_iteration(truth, x);
  const double whole = milliseconds_of_iteration(truth, incomplete(x));
  const double some = milliseconds_of_iteration(truth, incomplete(holes));
  const double naive = 1e3 * seconds_of([&] { naive_pass(truth, holes); });
  std::printf("%-9s %2d %2ld %2ld %7ld %6ld | %7.2f %7.2f %7.2f %8.1f | %5.2f %5.2f %6.1f\n",
              Mixture::Covariance::name, Mixture::Dim, long(dimension), long(components),
              long(samples), long(patterns.all().size()), plain, whole, some, naive, whole / plain,
              some / plain, naive / some);
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  using eigenmix::GaussianMixture;
  const double share = argc > 1 ? std::atof(argv[1]) : 0.1;
  std::printf("family  Dim  D  K       N patterns | plain, whole, missing, naive | ratios\n");
  print_row<GaussianMixture<double>>(8, 8, 100000, share);
  print_row<GaussianMixture<double, 8>>(8, 8, 100000, share);
  print_row<GaussianMixture<double, Eigen::Dynamic, covariance::Tied>>(8, 8, 100000, share);
  print_row<GaussianMixture<double, Eigen::Dynamic, covariance::Diagonal>>(8, 8, 100000, share);
  print_row<GaussianMixture<double, Eigen::Dynamic, covariance::Spherical>>(8, 8, 100000, share);
  print_row<GaussianMixture<double, 2>>(2, 3, 100000, share);
  print_row<GaussianMixture<double>>(4, 5, 1000, share);
  print_row<GaussianMixture<double>>(16, 8, 20000, share);
  print_row<GaussianMixture<double>>(32, 4, 10000, share);
}
