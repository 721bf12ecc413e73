// SPDX-License-Identifier: MIT
//
// What it costs to fill in missing entries first and to fit then, in nats a sample.
//
//     imputed [SETS]
//
// SETS sets, 50 if it is not said, of 500 samples of three groups in four dimensions. Each row: a
// share of the entries is missing; the mean over the sets of how much lower the log-likelihood of
// 5000 other samples is than under the fit of the complete ones, of the fit of what is there, of
// fits after filling in from one normal distribution, drawn (as mclust's imputeData does by package
// mix) and by conditional means, and of the fit of samples that miss nothing. All fits start from
// the truth, so that no search takes part.

#include <cstdio>
#include <cstdlib>
#include <limits>
#include <vector>

#include <eigenmix/incomplete/impute.hpp>

#include "measure.hpp"

namespace {

using namespace eigenmix_benchmark;
using Mixture = eigenmix::GaussianMixture<double>;
using eigenmix::incomplete;

constexpr Index dimension = 4, components = 3, count = 500;

Mixture random_groups(eigenmix::random::Engine& engine) {
  eigenmix::random::Normal normal;
  Dense<double> means(dimension, components);
  std::vector<Dense<double>> covariances;
  for (Index i = 0; i < means.size(); ++i) means.data()[i] = 2 * normal(engine);
  for (Index k = 0; k < components; ++k) {
    Dense<double> root(dimension, dimension);
    for (Index i = 0; i < root.size(); ++i) root.data()[i] = normal(engine);
    covariances.emplace_back(root * root.transpose() / double(dimension) +
                             0.2 * Dense<double>::Identity(dimension, dimension));
  }
  return Mixture(Eigen::VectorXd::Constant(components, 1 / double(components)), means, covariances);
}

Dense<double> without_some(Dense<double> x, double share, eigenmix::random::Engine& engine) {
  for (Index i = 0; i < x.size(); ++i) {
    if (eigenmix::random::uniform(engine) < share) {
      x.data()[i] = std::numeric_limits<double>::quiet_NaN();
    }
  }
  return x;
}

Dense<double> complete_ones(const Dense<double>& x) {
  Dense<double> result(x.rows(), 0);
  for (Index n = 0; n < x.cols(); ++n) {
    if (!x.col(n).allFinite()) continue;
    result.conservativeResize(Eigen::NoChange, result.cols() + 1);
    result.rightCols(1) = x.col(n);
  }
  return result;
}

template <class X>
double held_out(Mixture mixture, const X& x, const Dense<double>& others) {
  mixture.fit(x);
  return mixture.log_likelihood(others) / double(others.cols());
}

void print_row(double share, Index sets) {
  Eigen::Array4d lost = Eigen::Array4d::Zero();
  for (Index set = 0; set < sets; ++set) {
    eigenmix::random::Engine engine(static_cast<std::uint64_t>(set));
    const Mixture truth = random_groups(engine);
    const Dense<double> x = truth.sample(count, engine).samples;
    const Dense<double> others = truth.sample(5000, engine).samples;
    const Dense<double> holes = without_some(x, share, engine);
    auto one = eigenmix::initialize<Mixture>(incomplete(holes), 1);
    one.fit(incomplete(holes));
    const Eigen::Array4d found(held_out(truth, incomplete(holes), others),
                               held_out(truth, impute(one, holes, engine), others),
                               held_out(truth, impute(one, holes), others),
                               held_out(truth, complete_ones(holes), others));
    lost += (held_out(truth, x, others) - found) / double(sets);
  }
  std::printf("%5.2f | %8.4f %8.4f %8.4f %8.4f\n", share, lost(0), lost(1), lost(2), lost(3));
}

}  // namespace

int main(int argc, char** argv) {
  const Index sets = argc > 1 ? std::atol(argv[1]) : 50;
  std::printf("share | what is there, drawn, means, complete samples\n");
  for (const double share : {0.05, 0.1, 0.2, 0.3}) print_row(share, sets);
}
