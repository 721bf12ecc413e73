// SPDX-License-Identifier: MIT
//
// Components that overlap little: passes that leave out pairs of a sample and a component beside
// those that evaluate all, from one start, on one thread. Fits of the one and the other kind in turn,
// as a user runs them; of each iteration the fastest of three, but of the large case.
//
//     overlap [large] [DIGITS]
//
// For each case: seconds of an iteration of both in the second half of 30 iterations (10 of the large
// case), how many times faster the lazy ones are there and over all, the share of pairs evaluated at the
// end, and by what part the likelihoods there differ.
// large: a million samples and two thousand components beside; some minutes. DIGITS: a CSV of
// labelled 8 x 8 images, whose first principal components are two cases.

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>

#include <eigenmix/base/symmetric_eigen.hpp>

#include "measure.hpp"

namespace {

using namespace eigenmix_benchmark;
namespace covariance = eigenmix::covariance;
namespace detail = eigenmix::detail;

/// A scan of a room of 6 x 4 x 2.5 metres with six boxes, noise of a centimetre.
Dense<double> room_scan(Index count) {
  eigenmix::random::Engine engine(1);
  eigenmix::random::Normal normal;
  const auto uniform = [&] { return eigenmix::random::uniform(engine); };
  Dense<double> x(3, count);
  for (Index n = 0; n < count; ++n) {
    const double u = uniform(), v = uniform(), surface = uniform();
    Eigen::Vector3d point(6 * u, 4 * v, 0);
    if (surface >= 0.75) {
      const auto box = static_cast<int>(6 * uniform()), side = static_cast<int>(5 * uniform());
      const double corner_x = 0.6 + 2 * (box % 3), corner_y = 0.7 + 2 * (box / 3);
      point << corner_x + 0.8 * u, corner_y + 0.6 * v, 0.8;
      if (side == 1 || side == 2) point << corner_x + 0.8 * (side - 1), corner_y + 0.6 * v, 0.8 * u;
      if (side >= 3) point << corner_x + 0.8 * u, corner_y + 0.6 * (side - 3), 0.8 * v;
    } else if (surface >= 0.55) {
      point << (surface < 0.65 ? 0 : 6), 4 * u, 2.5 * v;
    } else if (surface >= 0.25) {
      point << 6 * u, (surface < 0.4 ? 0 : 4), 2.5 * v;
    }
    for (Index i = 0; i < 3; ++i) x(i, n) = point(i) + 0.01 * normal(engine);
  }
  return x;
}

/// Round groups, their means `apart` deviations from the middle in every dimension.
Dense<double> blobs(Index d, Index groups, Index count, double apart) {
  eigenmix::random::Engine engine(2);
  eigenmix::random::Normal normal;
  Dense<double> means(d, groups), x(d, count);
  for (Index i = 0; i < means.size(); ++i) means.data()[i] = apart * normal(engine);
  for (Index n = 0; n < count; ++n) {
    const auto group = static_cast<Index>(eigenmix::random::uniform(engine) * double(groups));
    for (Index i = 0; i < d; ++i) x(i, n) = means(i, group) + normal(engine);
  }
  return x;
}

/// The first principal components of the images, largest first.
Dense<double> principal_components(const char* path, Index kept) {
  std::ifstream file(path);
  std::string line, cell;
  std::getline(file, line);
  std::vector<double> numbers;
  Index rows = 0;
  for (; std::getline(file, line); ++rows) {
    std::istringstream cells(line);
    for (int i = 0; i < 64 && std::getline(cells, cell, ','); ++i) {  // the label is the last
      numbers.push_back(std::stod(cell));
    }
  }
  Dense<double> x = Eigen::Map<Dense<double>>(numbers.data(), 64, rows);
  x.colwise() -= x.rowwise().mean().eval();
  detail::Matrix<double> scatter = x * x.transpose(), axes(64, 64);
  detail::symmetric_eigen(scatter, axes);
  std::vector<Index> order(64);
  for (Index i = 0; i < 64; ++i) order[static_cast<std::size_t>(i)] = i;
  std::sort(order.begin(), order.end(),
            [&](Index a, Index b) { return scatter(a, a) > scatter(b, b); });
  Dense<double> result(kept, rows);
  for (Index i = 0; i < kept; ++i) {
    result.row(i) = axes.col(order[static_cast<std::size_t>(i)]).transpose() * x;
  }
  return result;
}

/// EM by one kind of pass.
template <class Mixture, class Pass>
struct Course {
  std::vector<double> seconds;  // of each iteration the fastest so far
  double log_likelihood = 0;

  void run(Pass& pass, Mixture mixture) {
    typename Mixture::Moments moments;
    for (double& fastest : seconds) {
      fastest = std::min(fastest, seconds_of([&] {
                           pass.accumulate(detail::Access::parameters(mixture), moments);
                           mixture.m_step(moments);
                         }));
    }
    log_likelihood = double(moments.log_likelihood());
  }
  double since(std::size_t first) const {
    double sum = 0;
    for (std::size_t i = first; i < seconds.size(); ++i) sum += seconds[i];
    return sum;
  }
};

template <class Mixture>
void compare(const char* name, const Dense<double>& x, Index components, std::size_t iterations,
             int turns = 3) {
  using Parameters = detail::ParametersOf<Mixture>;
  using All = detail::MomentPass<Parameters>;
  using Near = detail::LazyPass<Parameters>;
  const auto start =
      eigenmix::initialize<Mixture>(x.rightCols(std::min<Index>(x.cols(), 60000)), components,
                                    eigenmix::initialization::KMeansPlusPlus{1});
  const auto opened = detail::Boundary<double, Mixture::Dim>::checked("overlap", x, x.rows());
  const detail::AnySamples<double, Mixture::Dim> samples(opened);
  const detail::AnyExecution execution = detail::AnyExecution::one_thread();
  const std::vector<double> never(iterations, std::numeric_limits<double>::infinity());
  Course<Mixture, All> dense{never};
  Course<Mixture, Near> lazy{never};
  double share = 1;
  for (int turn = 0; turn < turns; ++turn) {
    All all(samples, execution);
    dense.run(all, start);
    Near near(samples, execution);
    lazy.run(near, start);
    share = near.evaluated_share();
  }
  const std::size_t late = iterations / 2;
  const double each = double(iterations - late);
  std::printf("%-30s %5d %9.5f %9.5f %6.2f %6.2f %6.3f %8.1e\n", name, int(components),
              dense.since(late) / each, lazy.since(late) / each,
              dense.since(late) / lazy.since(late), dense.since(0) / lazy.since(0), share,
              std::abs(lazy.log_likelihood / dense.log_likelihood - 1));
  std::fflush(stdout);
}

}  // namespace

int main(int argc, char** argv) {
  using eigenmix::GaussianMixture;
  using Full = GaussianMixture<double>;
  using Full3 = GaussianMixture<double, 3>;
  std::printf("%-30s %5s %9s %9s %6s %6s %6s %8s\n", "", "K", "all/s", "lazy/s", "late", "whole",
              "share", "nats");
  compare<Full3>("room scan, 60 000", room_scan(60000), 50, 30);
  compare<Full3>("room scan, 60 000", room_scan(60000), 200, 30);
  compare<Full>("blobs, D = 2, 40 000", blobs(2, 100, 40000, 10), 100, 30);
  const auto blobs_8 = blobs(8, 64, 40000, 5);
  compare<Full>("blobs, D = 8, 40 000", blobs_8, 64, 30);
  compare<GaussianMixture<double, Eigen::Dynamic, covariance::Tied>>("  tied", blobs_8, 64, 30);
  compare<GaussianMixture<double, Eigen::Dynamic, covariance::Diagonal>>("  diagonal", blobs_8, 64,
                                                                         30);
  compare<GaussianMixture<double, Eigen::Dynamic, covariance::Spherical>>("  spherical", blobs_8,
                                                                          64, 30);
  compare<Full>("groups that overlap, D = 16", blobs(16, 32, 50000, 0.7), 32, 30);
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], "large") == 0) {
      compare<Full3>("room scan, 1 000 000", room_scan(1000000), 2000, 10, 1);
    } else {
      const auto digits = principal_components(argv[i], 13);
      compare<Full>("digits, 13 components", digits, 10, 30);
      compare<Full>("digits, 13 components", digits, 30, 30);
    }
  }
}
