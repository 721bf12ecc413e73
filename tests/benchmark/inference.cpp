// SPDX-License-Identifier: MIT
//
// What a mixture is asked one sample at a time, and conditionals by the million, on one core.
//
//     inference
//
// First density::Evaluator: ns for a log density, responsibilities and the most responsible
// component of one sample, beside mixture.log_density of one column; samples follow one another as
// the answers allow (`chained` has each wait for the answer before). Then Regressor: ns for the
// mean of one column and millions of them a second, and the same with covariances.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <vector>

#include <eigenmix/inference/evaluator.hpp>
#include <eigenmix/inference/regressor.hpp>

#include "measure.hpp"

namespace {

using namespace eigenmix_benchmark;
using eigenmix::GaussianMixture;

template <class Mixture>
Mixture draw_mixture(Index dimension, Index components) {
  using Scalar = typename Mixture::Scalar;
  eigenmix::random::Engine engine(1);
  eigenmix::random::Normal normal;
  const auto number = [&](double scale) { return Scalar(scale * normal(engine)); };
  eigenmix::detail::Vector<Scalar> weights(components);
  weights.setConstant(1 / Scalar(components));
  typename Mixture::Means means(dimension, components);
  for (Index i = 0; i < means.size(); ++i) means.data()[i] = number(3);
  std::vector<typename Mixture::CovarianceMatrix> covariances;
  for (Index k = 0; k < components; ++k) {
    typename Mixture::CovarianceMatrix root(dimension, dimension);
    for (Index i = 0; i < root.size(); ++i) root.data()[i] = number(0.4);
    root.diagonal().array() += Scalar(0.7);
    covariances.push_back(root * root.transpose());
  }
  return Mixture(weights, means, covariances);
}

/// ns for each of the samples: the fastest of many runs of a millisecond or less, because whatever
/// else the machine does only makes runs slower.
template <class Task>
double nanoseconds(Index count, Task&& task) {
  double least = HUGE_VAL, spent = 0;
  for (int run = 0; run < 20 || (run < 2000 && spent < 0.2); ++run) {
    const double seconds = seconds_of(task);
    least = std::min(least, seconds);
    spent += seconds;
  }
  return least * 1e9 / double(count);
}

volatile double sink;  // what is computed is used

template <class Scalar, int Dim>
void print_evaluator(Index components) {
  using Mixture = GaussianMixture<Scalar, Dim>;
  const Mixture mixture = draw_mixture<Mixture>(Dim, components);
  const eigenmix::density::Evaluator<Scalar, Dim> evaluator(mixture);
  using Sample = typename decltype(evaluator)::Sample;
  eigenmix::random::Engine engine(2);
  const auto drawn = mixture.sample(1024, engine).samples;
  std::vector<Sample> x;
  for (Index n = 0; n < drawn.cols(); ++n) x.push_back(drawn.col(n));
  const auto each = [&](auto&& ask) {
    return nanoseconds(drawn.cols(), [&] {
      Scalar sum = 0;
      for (const Sample& sample : x) sum += ask(sample);
      sink = double(sum);
    });
  };
  eigenmix::detail::Vector<Scalar> shares(components);
  const double density = each([&](const Sample& s) { return evaluator.log_density(s); });
  Scalar last = 0;
  const double chained = each([&](Sample s) {
    s(0) += last * Scalar(1e-30);
    return last = evaluator.log_density(s);
  });
  const double responsibilities = each([&](const Sample& s) {
    evaluator.responsibilities(s, shares);
    return shares(0);
  });
  const double most = each([&](const Sample& s) { return Scalar(evaluator.most_responsible(s)); });
  const double by_mixture = each([&](const Sample& s) { return mixture.log_density(s)(0); });
  std::printf("%-6s %d %3ld | %7.1f %7.1f %7.1f %7.1f | %7.1f\n",
              sizeof(Scalar) == 4 ? "float" : "double", Dim, long(components), density, chained,
              responsibilities, most, by_mixture);
  std::fflush(stdout);
}

template <class Scalar, int Dim>
void print_evaluators() {
  for (const Index components : {1, 4, 16, 64}) print_evaluator<Scalar, Dim>(components);
}

template <class Scalar>
void print_regressor(Index inputs, Index outputs, Index components) {
  using Mixture = GaussianMixture<Scalar>;
  const Mixture mixture = draw_mixture<Mixture>(inputs + outputs, components);
  std::vector<Index> dimensions;
  for (Index i = 0; i < inputs; ++i) dimensions.push_back(i);
  const eigenmix::Regressor<Scalar> regressor(mixture, dimensions);
  eigenmix::random::Engine engine(3);
  const Dense<Scalar> x = mixture.sample(20000, engine).samples.topRows(inputs);
  const double mean =
      nanoseconds(x.cols(), [&] { sink = double(regressor.mean(x)(0, x.cols() - 1)); });
  const double both =
      nanoseconds(x.cols(), [&] { sink = double(regressor.regression(x).mean(0, 0)); });
  std::printf("%-6s %2ld -> %ld %3ld | %7.1f %6.1f | %7.1f %6.1f\n",
              sizeof(Scalar) == 4 ? "float" : "double", long(inputs), long(outputs),
              long(components), mean, 1e3 / mean, both, 1e3 / both);
  std::fflush(stdout);
}

template <class Scalar>
void print_regressors() {
  print_regressor<Scalar>(1, 1, 8);
  print_regressor<Scalar>(1, 1, 32);
  print_regressor<Scalar>(2, 1, 8);
  print_regressor<Scalar>(3, 3, 8);
  print_regressor<Scalar>(6, 6, 16);
  print_regressor<Scalar>(12, 4, 16);
}

}  // namespace

int main() {
  std::printf("scalar D   K | density chained  shares    most | mixture, ns\n");
  print_evaluators<double, 2>();
  print_evaluators<double, 3>();
  print_evaluators<double, 6>();
  print_evaluators<float, 2>();
  print_evaluators<float, 3>();
  print_evaluators<float, 6>();
  std::printf("\nscalar Dx -> Dy K | mean ns  M/s   | with covariances ns, M/s\n");
  print_regressors<double>();
  print_regressors<float>();
}
