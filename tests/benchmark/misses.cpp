// SPDX-License-Identifier: MIT
//
// How often groups that stand apart are missed: fits that end more than 0.1 nats below the one
// that starts from the true labels, or with a collapsed or spurious component.
//
//     misses [SETS [FAMILY [LAYOUT [SIZES [FIRST]]]]]
//
// SETS data sets (default 3) for each of D 2, 5, 10, 20, N 200, 1000, K 2, 4, together a row. Sets
// on which the labels' own fit is not sound are left out. FAMILY and LAYOUT pick rows, "all" is
// all. SIZES: "few" for those (the default), "odd" for D = 50, K = 8, N = 60 and 1e5, "all" for
// both. FIRST is the first seed. Columns: per cent missed and median milliseconds of one k-means++
// start, the default, fit_best of five, and select's start; the last is zero beyond 20 dimensions
// or 2000 samples, where its agglomeration takes minutes.

#include <cstdio>
#include <cstdlib>
#include <string>

#include <eigenmix/selection/selection.hpp>

#include "groups.hpp"

namespace {

using namespace eigenmix_benchmark;
namespace covariance = eigenmix::covariance;
namespace initialization = eigenmix::initialization;

/// What one kind of start came to over the sets of a row.
struct Tally {
  int misses = 0;
  std::vector<double> seconds;

  double median_milliseconds() const {
    std::vector<double> sorted = seconds;
    std::sort(sorted.begin(), sorted.end());
    return sorted.empty() ? 0 : 1e3 * sorted[sorted.size() / 2];
  }
};

constexpr int kinds = 4;

template <class Scalar, class Family>
struct Row {
  using Mixture = eigenmix::GaussianMixture<Scalar, Eigen::Dynamic, Family>;

  Tally tallies[kinds];
  int sets = 0;

  static bool is_sound(const eigenmix::FitResult& result) {
    return result.collapsed_count == 0 && result.spurious_count == 0;
  }

  template <class Fit>
  void count(int kind, double target, Fit&& fit) {
    eigenmix::FitResult result;
    tallies[kind].seconds.push_back(seconds_of([&] { result = fit(); }));
    if (!is_sound(result) || !(result.log_likelihood >= target)) ++tallies[kind].misses;
  }

  void add(const Drawing& drawing) {
    const Groups groups = draw_groups(drawing);
    const Dense<Scalar> x = groups.x.template cast<Scalar>();
    const Index k = drawing.groups;
    auto of_labels = eigenmix::initialize<Mixture>(x, k, initialization::FromLabels(groups.labels));
    const eigenmix::FitResult right = of_labels.fit(x);
    if (!is_sound(right)) return;
    ++sets;
    const double rounding = 10 * double(std::numeric_limits<Scalar>::epsilon());
    const double target =
        right.log_likelihood - std::max(0.1, rounding * std::abs(right.log_likelihood));
    count(0, target, [&] { return fit_from(x, k, initialization::KMeansPlusPlus()); });
    count(1, target, [&] { return fit_from(x, k, initialization::SmallEm()); });
    count(2, target,
          [&] { return eigenmix::fit_best<Mixture>(x, k, initialization::Restarts(5)).result; });
    if (drawing.dimension > 20 || drawing.samples > 2000) return;
    count(3, target, [&] {
      const auto chosen = eigenmix::selection::select(x, eigenmix::selection::families<Family>(),
                                                      eigenmix::selection::components(k, k));
      return chosen.grid().cells().front().fit;
    });
  }

  template <class Strategy>
  static eigenmix::FitResult fit_from(const Dense<Scalar>& x, Index k, const Strategy& strategy) {
    auto mixture = eigenmix::initialize<Mixture>(x, k, strategy);
    return mixture.fit(x);
  }

  void print(const std::string& name) const {
    std::printf("%-34s %4d |", name.c_str(), sets);
    for (const Tally& tally : tallies) {
      std::printf(" %5.1f %8.2f |", 100.0 * tally.misses / std::max(1, sets),
                  tally.median_milliseconds());
    }
    std::printf("\n");
    std::fflush(stdout);
  }
};

struct Request {
  int sets = 3;
  std::string family = "all", layout = "all", sizes = "few";
  std::uint64_t first = 0;

  bool is_asked(const std::string& of_these, const std::string& name) const {
    return of_these == "all" || of_these == name;
  }
};

constexpr Layout layouts[] = {Layout::axis,     Layout::corners,   Layout::shares, Layout::units,
                              Layout::ellipses, Layout::elongated, Layout::inside};

/// Whether the groups of a layout are of a family's form: groups inside one another differ in size.
bool suits(Layout layout, bool has_own_volumes, bool is_isotropic) {
  if (layout == Layout::inside) return has_own_volumes;
  if (is_isotropic)
    return layout == Layout::axis || layout == Layout::corners || layout == Layout::shares;
  return true;
}

std::string title_of(const std::string& family, const char* scalar, Layout layout,
                     const std::string& rest) {
  return family + " " + scalar + " " + name_of(layout) + " " + rest;
}

template <class Scalar, class Family>
void print_few(const char* scalar, const Request& request, Layout layout, bool is_shared) {
  for (const int distance : {10, 6, 4}) {
    Row<Scalar, Family> row;
    std::uint64_t seed = request.first;
    for (const Index d : {2, 5, 10, 20}) {
      for (const Index n : {200, 1000}) {
        for (const Index k : {2, 4}) {
          for (int set = 0; set < request.sets; ++set) {
            row.add({layout, double(distance), d, n, k, is_shared, seed++});
          }
        }
      }
    }
    row.print(title_of(Family::name, scalar, layout, std::to_string(distance)));
  }
}

template <class Scalar, class Family>
void print_odd(const char* scalar, const Request& request, Layout layout, bool is_shared) {
  struct Size {
    Index d, n, k;
  };
  for (const Size size : {Size{50, 2000, 2}, Size{50, 20000, 8}, Size{10, 2000, 8}, Size{2, 60, 2},
                          Size{5, 60, 2}, Size{5, 100000, 4}}) {
    Row<Scalar, Family> row;
    for (int set = 0; set < 2 * request.sets; ++set) {
      const std::uint64_t seed = request.first + 1000 + std::uint64_t(set);
      row.add({layout, 6, size.d, size.n, size.k, is_shared, seed});
    }
    row.print(title_of(Family::name, scalar, layout,
                       "6, " + std::to_string(size.d) + " x " + std::to_string(size.n) + ", K " +
                           std::to_string(size.k)));
  }
}

template <class Scalar, class Family>
void print_rows(const char* scalar, const Request& request) {
  if (!request.is_asked(request.family, Family::name)) return;
  const bool is_shared = Family::parameter_count(3, 2) == Family::parameter_count(3, 1);
  const bool is_isotropic = Family::parameter_count(3, 1) == 1;
  for (const Layout layout : layouts) {
    if (!suits(layout, Family::code[0] == 'V', is_isotropic)) continue;
    if (!request.is_asked(request.layout, name_of(layout))) continue;
    if (request.sizes != "odd") print_few<Scalar, Family>(scalar, request, layout, is_shared);
    if (request.sizes != "few") print_odd<Scalar, Family>(scalar, request, layout, is_shared);
  }
}

}  // namespace

int main(int count, char** values) {
  Request request;
  if (count > 1) request.sets = std::atoi(values[1]);
  if (count > 2) request.family = values[2];
  if (count > 3) request.layout = values[3];
  if (count > 4) request.sizes = values[4];
  if (count > 5) request.first = std::strtoull(values[5], nullptr, 10);
  if (request.sets < 1) {
    std::fprintf(stderr, "usage: %s [SETS [FAMILY [LAYOUT [SIZES [FIRST]]]]]\n", values[0]);
    return 2;
  }
  std::printf("%-34s %4s | %-14s | %-14s | %-14s | %-14s |\n", "groups, distance", "sets",
              "k-means++", "default", "fit_best of 5", "select");
  print_rows<double, covariance::Full>("double", request);
  print_rows<double, covariance::Tied>("double", request);
  print_rows<double, covariance::Diagonal>("double", request);
  print_rows<double, covariance::Spherical>("double", request);
#ifndef EIGENMIX_MISSES_FEW
  print_rows<double, covariance::VEE>("double", request);
  print_rows<double, covariance::EVI>("double", request);
  print_rows<double, covariance::VVE>("double", request);
  print_rows<float, covariance::Full>("float", request);
  print_rows<float, covariance::Diagonal>("float", request);
#endif
  return 0;
}
