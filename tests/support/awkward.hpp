// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_SUPPORT_AWKWARD_HPP
#define EIGENMIX_TESTS_SUPPORT_AWKWARD_HPP

#include <string>
#include <vector>

#include <support/any_policies.hpp>
#include <support/catch.hpp>
#include <support/data.hpp>

// Samples without full rank, and what every family must make of them from every start: no crash, no
// exception but the documented ones, sound parameters.

namespace eigenmix_tests {
namespace awkward {

struct Case {
  std::string name;
  Eigen::MatrixXd samples;  // [Dim x N]
};

inline Eigen::MatrixXd lattice(Index d, Index n, Index values, std::uint64_t seed) {
  eigenmix::random::Engine engine(seed);
  return Eigen::MatrixXd::NullaryExpr(
      d, n, [&](Index, Index) { return double(eigenmix::random::uniform_index(engine, values)); });
}

inline Eigen::MatrixXd cloud(Index d, Index n, std::uint64_t seed) {
  eigenmix::random::Engine engine(seed);
  eigenmix::random::Normal normal;
  return Eigen::MatrixXd::NullaryExpr(d, n, [&](Index, Index) { return normal(engine); });
}

inline std::vector<Case> cases() {
  Eigen::MatrixXd two(3, 2), on_line = cloud(3, 12, 1), flat = cloud(3, 15, 2);
  two << 0, 4, 0, 3, 0, 3;
  on_line.row(1) = 2 * on_line.row(0);
  on_line.row(2) = -on_line.row(0);
  flat.row(1).setConstant(5);
  const Eigen::MatrixXd few = cloud(5, 4, 3), one = Eigen::MatrixXd::Constant(2, 6, 0.1);
  return {
      {"two samples", two},
      {"fewer samples than dimensions", few},
      {"as many samples as components", cloud(2, 4, 4)},
      {"duplicates", few.leftCols(3).replicate(1, 4)},
      {"one value", one},
      {"zeros", Eigen::MatrixXd::Zero(3, 5)},
      {"one value in one dimension", one.topRows(1)},
      {"on a line", on_line},
      {"a constant dimension", flat},
      {"zeros and ones", lattice(3, 20, 2, 5)},
      {"12 on a lattice", lattice(3, 12, 4, 6)},
      {"12 on another", lattice(3, 12, 3, 7)},
      {"30 on a lattice", lattice(4, 30, 5, 8)},
      {"two values", lattice(1, 9, 2, 9)},
  };
}

enum class Start { labels, fast, random_partition, random_samples, hierarchical };
inline constexpr Start starts[] = {Start::labels, Start::fast, Start::random_partition,
                                   Start::random_samples, Start::hierarchical};

template <class Mixture>
Mixture started(const typename Mixture::Means& x, Index components, Start start) {
  namespace initialization = eigenmix::initialization;
  const auto from = [&](const auto& strategy) {
    return eigenmix::initialize<Mixture>(x, components, strategy);
  };
  switch (start) {
    case Start::fast: return from(eigenmix::initialization::fast());
    case Start::random_partition: return from(initialization::RandomPartition{7});
    case Start::random_samples: return from(initialization::RandomSamples{7});
    case Start::hierarchical: return from(initialization::Hierarchical());
    case Start::labels: break;
  }
  Eigen::VectorXi labels(x.cols());
  for (Index n = 0; n < x.cols(); ++n) labels(n) = int(n * components / x.cols());
  return from(initialization::FromLabels(labels));
}

/// Fits from one start under every degeneracy policy. \return what is wrong, or nothing
template <class Mixture>
std::string trial(const Eigen::MatrixXd& samples, Index components, Start start) {
  using eigenmix::degeneracy::Action;
  const typename Mixture::Means x = samples.cast<typename Mixture::Scalar>();
  try {
    const Mixture begin = started<Mixture>(x, components, start);
    if (!is_sound(begin)) return "the start is not sound";
    for (const Action action : {Action::floor, Action::raise_error, Action::drop, Action::reseed}) {
      Mixture mixture = begin;
      try {
        const auto result = mixture.fit(
            x,
            eigenmix::stopping::AitkenAcceleration(5e-5) || eigenmix::stopping::MaxIterations(100),
            eigenmix::fit_options(AnyDegeneracy(action)));
        if (!std::isfinite(result.log_likelihood)) return "the log-likelihood is not finite";
      } catch (const eigenmix::degeneracy::CollapsedComponent&) {
        if (action != Action::raise_error) return "an exception that was not asked for";
        if (!(mixture == begin)) return "changed by what threw";
      }
      if (!is_sound(mixture)) return "what was fitted is not sound";
    }
  } catch (const std::invalid_argument&) {
    // Fewer distinct samples than components, or squares beyond the scalar.
  }
  return "";
}

using Trial = std::string (*)(const Eigen::MatrixXd&, Index, Start);

/// Every case, number of components and start. \return how many that were
inline int check(const std::string& family, Trial trial) {
  int trials = 0;
  for (const Case& each : cases()) {
    for (Index k = 1; k <= std::min<Index>(4, each.samples.cols()); ++k) {
      for (const Start start : starts) {
        CAPTURE(family, each.name, k, int(start));
        CHECK(trial(each.samples, k, start) == "");
        ++trials;
      }
    }
  }
  return trials;
}

/// Every family, in both scalars. \return how many trials of each family that were
template <class... Family>
int check_families() {
  using eigenmix::GaussianMixture;
  const int trials =
      (0 + ... + check(Family::code, &trial<GaussianMixture<double, Eigen::Dynamic, Family>>)) +
      (0 + ... + check(Family::code, &trial<GaussianMixture<float, Eigen::Dynamic, Family>>));
  return trials / int(sizeof...(Family));
}

}  // namespace awkward
}  // namespace eigenmix_tests

#endif  // EIGENMIX_TESTS_SUPPORT_AWKWARD_HPP
