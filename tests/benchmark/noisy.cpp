// SPDX-License-Identifier: MIT
//
// Samples with noise: an E-step beside a naive loop, which inverts a matrix for every sample and
// component, and beside that of the same samples without noise.
//
//     noisy [SAMPLES]
//
// SAMPLES of them, 100000 if it is not said, 8 components, one thread. Nanoseconds for one sample
// and component. Naive in a fixed dimension means Eigen's Matrix<double, 3, 3> with its closed
// inverse, responsibilities first and moments then, T inverted once; all of it in stack memory.
// `own`: every sample has a covariance of its own; `common`: all have one; `none`: without noise.

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include <Eigen/Cholesky>
#include <Eigen/LU>

#include <eigenmix/incomplete/noisy.hpp>

#include "measure.hpp"

namespace {

using namespace eigenmix_benchmark;

template <int Dim>
using Mixture = eigenmix::GaussianMixture<double, Dim>;
template <int Dim>
using Square = Eigen::Matrix<double, Dim, Dim>;

template <int Dim>
struct Problem {
  Mixture<Dim> mixture;
  typename Mixture<Dim>::Means x;
  std::vector<Square<Dim>> noise;
};

template <int Dim>
Problem<Dim> problem(Index d, Index components, Index samples) {
  eigenmix::random::Engine engine(1);
  eigenmix::random::Normal normal;
  const auto random_square = [&] {
    Square<Dim> a(d, d);
    for (Index ij = 0; ij < a.size(); ++ij) a.data()[ij] = normal(engine);
    return Square<Dim>(a * a.transpose() / double(d) + 0.1 * Square<Dim>::Identity(d, d));
  };
  typename Mixture<Dim>::Means means(d, components);
  for (Index ij = 0; ij < means.size(); ++ij) means.data()[ij] = 3 * normal(engine);
  std::vector<Square<Dim>> covariances;
  for (Index k = 0; k < components; ++k) covariances.push_back(random_square());
  Mixture<Dim> mixture(Eigen::VectorXd::Constant(components, 1 / double(components)), means,
                       covariances);
  typename Mixture<Dim>::Means x = mixture.sample(samples, engine).samples;
  std::vector<Square<Dim>> noise;
  for (Index n = 0; n < samples; ++n) {
    noise.push_back(random_square());
    Eigen::Matrix<double, Dim, 1> z(d);
    for (Index i = 0; i < d; ++i) z(i) = normal(engine);
    x.col(n) += noise.back().llt().matrixL() * z;
  }
  return {std::move(mixture), std::move(x), std::move(noise)};
}

/// The sums that an M-step needs, as a textbook would have them.
template <int Dim>
struct NaiveSums {
  double log_likelihood = 0;
  std::vector<double> counts;
  std::vector<Eigen::Matrix<double, Dim, 1>> first;
  std::vector<Square<Dim>> second;
};

template <int Dim>
NaiveSums<Dim> naive_e_step(const Problem<Dim>& of) {
  using Vector = Eigen::Matrix<double, Dim, 1>;
  const Index components = of.mixture.component_count(), d = of.x.rows();
  const auto size = std::size_t(components);
  NaiveSums<Dim> sums{0, std::vector<double>(size, 0), std::vector<Vector>(size, Vector::Zero(d)),
                      std::vector<Square<Dim>>(size, Square<Dim>::Zero(d, d))};
  std::vector<Square<Dim>> covariances = of.mixture.covariances(), inverses(size);
  std::vector<double> log_densities(size);
  for (Index n = 0; n < of.x.cols(); ++n) {
    double largest = -HUGE_VAL, sum = 0;
    for (std::size_t k = 0; k < size; ++k) {
      const Square<Dim> t = covariances[k] + of.noise[std::size_t(n)];
      inverses[k] = t.inverse();
      const Vector y = of.x.col(n) - of.mixture.means().col(Index(k));
      log_densities[k] = std::log(of.mixture.weights()(Index(k))) - y.dot(inverses[k] * y) / 2 -
                         std::log(t.determinant()) / 2 - double(d) * std::log(2 * EIGEN_PI) / 2;
      largest = std::max(largest, log_densities[k]);
    }
    for (std::size_t k = 0; k < size; ++k) sum += std::exp(log_densities[k] - largest);
    sums.log_likelihood += largest + std::log(sum);
    for (std::size_t k = 0; k < size; ++k) {
      const double r = std::exp(log_densities[k] - largest) / sum;
      const Square<Dim> gain = covariances[k] * inverses[k];
      const Vector mean = of.mixture.means().col(Index(k));
      const Vector b = mean + gain * (of.x.col(n) - mean);
      sums.counts[k] += r;
      sums.first[k] += r * b;
      sums.second[k] += r * (b * b.transpose() + covariances[k] - gain * covariances[k]);
    }
  }
  return sums;
}

template <int Dim>
void print_row(Index d, Index components, Index samples) {
  const Problem<Dim> of = problem<Dim>(d, components, samples);
  const auto source = eigenmix::noisy(of.x, of.noise);
  const auto one = eigenmix::noisy(of.x, of.noise[0]);
  double check = 0, checked = 0;
  const double naive = median_seconds(3, [&] { check = naive_e_step(of).log_likelihood; });
  const double own =
      median_seconds(5, [&] { checked = of.mixture.moments(source).log_likelihood(); });
  const double common = median_seconds(5, [&] { of.mixture.moments(one); });
  const double none = median_seconds(5, [&] { of.mixture.moments(of.x); });
  const double pairs = double(samples) * double(components) * 1e-9;
  std::printf("%2ld %7s | %7.2f %7.2f %6.1f | %7.2f %7.2f | %.1e\n", long(d),
              Dim == Eigen::Dynamic ? "dynamic" : "fixed", naive / pairs, own / pairs, naive / own,
              common / pairs, none / pairs, std::abs(checked / check - 1));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  const Index samples = argc > 1 ? std::atol(argv[1]) : 100000;
  std::printf(" D         |   naive     own  times |  common    none | unlike\n");
  print_row<2>(2, 8, samples);
  print_row<3>(3, 8, samples);
  print_row<Eigen::Dynamic>(3, 8, samples);
  print_row<4>(4, 8, samples);
  print_row<Eigen::Dynamic>(8, 8, samples / 4);
  print_row<Eigen::Dynamic>(20, 8, samples / 20);
}
