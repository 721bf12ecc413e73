// SPDX-License-Identifier: MIT
//
// Components that overlap little: passes that leave out pairs of a sample and a component beside
// those that evaluate all, from one start, on one thread. Fits of the one and the other kind in turn,
// as a user runs them; of each iteration the fastest of three, but of the large case.
//
//     overlap [large] [threads] [digits FILE] [cells FILE]
//
// For each case: seconds of an iteration of both in the second half of 30 iterations (10 of the large
// case), how many times faster the lazy ones are there and over all, the share of pairs evaluated at the
// end, and by what part the likelihoods there differ.
// large: a million samples and two thousand components beside; some minutes. threads: at the end of a
// line, how many times faster two threads are than one, all pairs and lazy. digits: a CSV of
// labelled 8 x 8 images, whose first principal components are two cases. cells: a CSV of flow
// cytometry, a case; the control sample of mclust's GvHD data has 6809 cells.

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

/// The first `columns` columns of a CSV with a header, a sample per column of the result.
Dense<double> read_csv(const char* path, Index columns) {
  std::ifstream file(path);
  std::string line, cell;
  std::getline(file, line);
  std::vector<double> numbers;
  Index rows = 0;
  for (; std::getline(file, line); ++rows) {
    std::istringstream cells(line);
    for (Index i = 0; i < columns && std::getline(cells, cell, ','); ++i) {
      numbers.push_back(std::stod(cell));
    }
  }
  return Eigen::Map<Dense<double>>(numbers.data(), columns, rows);
}

/// The first principal components of the images, largest first.
Dense<double> principal_components(const char* path, Index kept) {
  Dense<double> x = read_csv(path, 64);  // the label is the last
  x.colwise() -= x.rowwise().mean().eval();
  detail::Matrix<double> scatter = x * x.transpose(), axes(64, 64);
  detail::symmetric_eigen(scatter, axes);
  std::vector<Index> order(64);
  for (Index i = 0; i < 64; ++i) order[static_cast<std::size_t>(i)] = i;
  std::sort(order.begin(), order.end(),
            [&](Index a, Index b) { return scatter(a, a) > scatter(b, b); });
  Dense<double> result(kept, x.cols());
  for (Index i = 0; i < kept; ++i) {
    result.row(i) = axes.col(order[static_cast<std::size_t>(i)]).transpose() * x;
  }
  return result;
}

template <class Family>
using Of = eigenmix::GaussianMixture<double, Eigen::Dynamic, Family>;

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

struct Plan {
  std::size_t iterations = 30;
  int turns = 3;
  bool has_threads = false;
};

/// The fits of one case, in turn.
template <class Mixture>
class Comparison {
 public:
  using Parameters = detail::ParametersOf<Mixture>;
  using All = detail::MomentPass<Parameters>;
  using Near = detail::LazyPass<Parameters>;

  Comparison(const Dense<double>& x, Index components, const Plan& plan)
      : opened_(detail::Boundary<double, Mixture::Dim>::checked("overlap", x, x.rows())),
        samples_(opened_),
        start_(eigenmix::initialize<Mixture>(x.rightCols(std::min<Index>(x.cols(), 60000)),
                                             components,
                                             eigenmix::initialization::KMeansPlusPlus{1})) {
    const eigenmix::execution::Threads two(2);
    const detail::AnyExecution one_thread = detail::AnyExecution::one_thread(), two_threads(two);
    const std::vector<double> never(plan.iterations, std::numeric_limits<double>::infinity());
    for (auto* course : {&all, &all_by_two}) course->seconds = never;
    for (auto* course : {&near, &near_by_two}) course->seconds = never;
    for (int turn = 0; turn < plan.turns; ++turn) {
      run(one_thread, all, near);
      if (plan.has_threads) run(two_threads, all_by_two, near_by_two);
    }
  }

  Course<Mixture, All> all, all_by_two;
  Course<Mixture, Near> near, near_by_two;
  double share = 1;  // of pairs that near passes evaluated at the end

 private:
  void run(const detail::AnyExecution& execution, Course<Mixture, All>& of_all,
           Course<Mixture, Near>& of_near) {
    All all_pass(samples_, execution);
    of_all.run(all_pass, start_);
    Near near_pass(samples_, execution);
    of_near.run(near_pass, start_);
    share = near_pass.evaluated_share();
  }

  decltype(detail::Boundary<double, Mixture::Dim>::checked("", std::declval<const Dense<double>&>(),
                                                           0)) opened_;
  detail::AnySamples<double, Mixture::Dim> samples_;
  Mixture start_;
};

template <class Mixture>
void compare(const char* name, const Dense<double>& x, Index components, const Plan& plan) {
  const Comparison<Mixture> fits(x, components, plan);
  const std::size_t late = plan.iterations / 2;
  const double each = double(plan.iterations - late);
  std::printf("%-30s %5d %9.5f %9.5f %6.2f %6.2f %6.3f %8.1e", name, int(components),
              fits.all.since(late) / each, fits.near.since(late) / each,
              fits.all.since(late) / fits.near.since(late), fits.all.since(0) / fits.near.since(0),
              fits.share, std::abs(fits.near.log_likelihood / fits.all.log_likelihood - 1));
  if (plan.has_threads) {
    std::printf(" %5.2f %5.2f", fits.all.since(0) / fits.all_by_two.since(0),
                fits.near.since(0) / fits.near_by_two.since(0));
  }
  std::printf("\n");
  std::fflush(stdout);
}

/// Whether a word is among the arguments. \param next  out: the one after it, if it is given
bool has(int argc, char** argv, const char* word, const char** next = nullptr) {
  for (int i = 1; i < argc; ++i) {
    if (std::strcmp(argv[i], word) != 0) continue;
    if (next != nullptr && i + 1 < argc) *next = argv[i + 1];
    return next == nullptr || i + 1 < argc;
  }
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  using eigenmix::GaussianMixture;
  using Full = GaussianMixture<double>;
  using Full3 = GaussianMixture<double, 3>;
  Plan plan;
  plan.has_threads = has(argc, argv, "threads");
  const char* path = nullptr;
  std::printf("%-30s %5s %9s %9s %6s %6s %6s %8s%s\n", "", "K", "all/s", "lazy/s", "late", "whole",
              "share", "nats", plan.has_threads ? "  two threads" : "");
  compare<Full3>("room scan, 60 000", room_scan(60000), 50, plan);
  compare<Full3>("room scan, 60 000", room_scan(60000), 200, plan);
  compare<Full>("blobs, D = 2, 40 000", blobs(2, 100, 40000, 10), 100, plan);
  const auto blobs_8 = blobs(8, 64, 40000, 5);
  compare<Full>("blobs, D = 8, 40 000", blobs_8, 64, plan);
  compare<Of<covariance::Tied>>("  tied", blobs_8, 64, plan);
  compare<Of<covariance::Diagonal>>("  diagonal", blobs_8, 64, plan);
  compare<Of<covariance::Spherical>>("  spherical", blobs_8, 64, plan);
  compare<Full>("groups that overlap, D = 16", blobs(16, 32, 50000, 0.7), 32, plan);
  if (has(argc, argv, "digits", &path)) {
    const auto digits = principal_components(path, 13);
    compare<Full>("digits, 13 components", digits, 10, plan);
    compare<Full>("digits, 13 components", digits, 30, plan);
  }
  if (has(argc, argv, "cells", &path)) {
    compare<Full>("flow cytometry", read_csv(path, 4), 24, plan);
  }
  if (has(argc, argv, "large")) {
    plan.iterations = 10;
    plan.turns = 1;
    compare<Full3>("room scan, 1 000 000", room_scan(1000000), 2000, plan);
  }
}
