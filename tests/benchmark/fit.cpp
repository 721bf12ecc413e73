// SPDX-License-Identifier: MIT
//
// Seconds per EM iteration, from given parameters, on one thread: the median of repeated fits of a
// fixed number of iterations. "useful" counts 2 Dim² floating-point operations per sample,
// component and iteration for dense covariances and 8 Dim for diagonal ones, and is set against
// Eigen's own 1024 x 1024 x 1024 product measured in the same run.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <vector>

#include <eigenmix/eigenmix.hpp>

namespace {

using eigenmix::Index;

template <class Task>
double median_seconds(int repetitions, Task&& task) {
  std::vector<double> seconds;
  for (int i = 0; i < repetitions; ++i) {
    const auto begin = std::chrono::steady_clock::now();
    task();
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
    seconds.push_back(elapsed.count());
  }
  std::sort(seconds.begin(), seconds.end());
  return seconds[seconds.size() / 2];
}

template <class Scalar>
double product_gigaflops() {
  using Dense = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
  constexpr Index size = 1024;
  const Dense a = Dense::Constant(size, size, Scalar(0.5)), b = a;
  Dense c(size, size);
  const double seconds = median_seconds(9, [&] { c.noalias() = a * b; });
  return 2e-9 * double(size) * double(size) * double(size) / seconds;
}

template <class Scalar, class Covariance>
void measure(const char* scalar, Index samples, Index dimension, Index components, double product) {
  using Mixture = eigenmix::GaussianMixture<Scalar, Eigen::Dynamic, Covariance>;
  using Dense = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;
  eigenmix::random::Engine engine(1);
  eigenmix::random::Normal normal;
  Dense centres(dimension, components), x(dimension, samples);
  for (Scalar& value : centres.reshaped()) value = Scalar(4 * normal(engine));
  for (Index n = 0; n < samples; ++n) {
    const Index k = eigenmix::random::uniform_index(engine, components);
    for (Index i = 0; i < dimension; ++i) x(i, n) = centres(i, k) + Scalar(normal(engine));
  }
  using Weights = Eigen::Matrix<Scalar, Eigen::Dynamic, 1>;
  const Mixture start(Weights::Constant(components, 1 / Scalar(components)),
                      Dense(x.leftCols(components)),
                      Dense::Constant(dimension, components, Scalar(4)));
  const Index iterations = samples * components > 100000 ? 5 : 100;
  eigenmix::FitResult result;
  const double seconds = median_seconds(5, [&] {
    Mixture mixture = start;
    result = mixture.fit(x, eigenmix::stopping::MaxIterations(iterations));
  });
  const double pair = seconds / double(iterations + 1) / double(samples * components);
  constexpr bool dense = std::is_same_v<Covariance, eigenmix::covariance::Full> ||
                         std::is_same_v<Covariance, eigenmix::covariance::Tied>;
  const double useful = (dense ? 2.0 * double(dimension) : 8.0) * double(dimension) / pair * 1e-9;
  std::printf("%-6s %-9s %8ld %3ld %4ld  %10.3e  %8.2f  %6.1f  %5.2f  %.8f\n", scalar,
              Covariance::name, static_cast<long>(samples), static_cast<long>(dimension),
              static_cast<long>(components), seconds / double(iterations + 1), pair * 1e9, useful,
              useful / product, result.log_likelihood / double(samples));
}

}  // namespace

int main() {
  using namespace eigenmix::covariance;
  const double product = product_gigaflops<double>(), product_f = product_gigaflops<float>();
  std::printf("Eigen's product: %.1f GFLOP/s double, %.1f float\n", product, product_f);
  std::printf("%-6s %-9s %8s %3s %4s  %10s  %8s  %6s  %5s  %s\n", "scalar", "family", "N", "D", "K",
              "s/iteration", "ns/(n,k)", "useful", "share", "mean log-likelihood");
  measure<double, Full>("double", 272, 2, 3, product);
  measure<double, Full>("double", 150, 4, 3, product);
  measure<double, Full>("double", 1000000, 1, 4, product);
  measure<double, Full>("double", 1000000, 2, 8, product);
  measure<double, Full>("double", 1000000, 3, 16, product);
  measure<double, Full>("double", 200000, 8, 16, product);
  measure<double, Full>("double", 100000, 16, 32, product);
  measure<double, Full>("double", 50000, 32, 64, product);
  measure<double, Full>("double", 20000, 64, 64, product);
  measure<double, Tied>("double", 100000, 16, 32, product);
  measure<double, Diagonal>("double", 1000000, 2, 8, product);
  measure<double, Diagonal>("double", 200000, 16, 64, product);
  measure<double, Diagonal>("double", 100000, 64, 256, product);
  measure<float, Full>("float", 200000, 8, 16, product_f);
  return 0;
}
