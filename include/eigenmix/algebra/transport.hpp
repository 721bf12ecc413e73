// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ALGEBRA_TRANSPORT_HPP
#define EIGENMIX_ALGEBRA_TRANSPORT_HPP

#include <algorithm>
#include <limits>
#include <vector>

#include <eigenmix/base/fill.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The cheapest way to bring supplies to demands, by successive shortest paths in reduced costs
/// (Edmonds & Karp 1972): from sources that have some left to the nearest sink that lacks some,
/// along edges and back along those that are in use. Every stage is the optimum of what it has
/// brought, so the result is exact but for rounding. A path is found in O((I + J)²) of I sources
/// and J sinks, and some I + J are; in the worst case more.
template <class Real>
class Transport {
 public:
  /// \param costs     [I x J] >= 0, finite
  /// \param supplies  [I] >= 0
  /// \param demands   [J] >= 0, of the same sum but for rounding, which is left where it is
  Transport(const Matrix<Real>& costs, const Vector<Real>& supplies, const Vector<Real>& demands)
      : costs_(costs), supplies_(supplies), demands_(demands) {
    set_zero(plan_, costs.rows(), costs.cols());
    set_zero(potentials_, node_count());
    const Real rounding = std::numeric_limits<Real>::epsilon() * Real(node_count());
    // What is smaller than rounding of the sum is no amount.
    while (left(supplies_) > rounding && left(demands_) > rounding) {
      find_paths();
      const Index sink = nearest_sink();
      if (sink < 0) break;
      send_to(sink);
    }
  }

  /// [I x J] >= 0, how much goes from where to where.
  const Matrix<Real>& plan() const { return plan_; }

  /// Σ plan costs.
  Real cost() const {
    Real sum = 0;
    for (Index j = 0; j < sink_count(); ++j) {
      for (Index i = 0; i < source_count(); ++i) sum += plan_(i, j) * costs_(i, j);
    }
    return sum;
  }

 private:
  static constexpr Real infinity = std::numeric_limits<Real>::infinity();

  // Nodes: sources, then sinks.
  Index source_count() const { return costs_.rows(); }
  Index sink_count() const { return costs_.cols(); }
  Index node_count() const { return source_count() + sink_count(); }

  static Real left(const Vector<Real>& amounts) {
    Real most = 0;
    for (Index i = 0; i < amounts.size(); ++i) most = std::max(most, amounts(i));
    return most;
  }

  /// What a step from one node to another costs beyond the potentials, infinite if there is none.
  Real step_cost(Index from, Index to) const {
    const Index sources = source_count();
    const bool is_forward = from < sources && to >= sources;
    if (is_forward) {
      const Real reduced = costs_(from, to - sources) + potentials_(from) - potentials_(to);
      return std::max(reduced, Real(0));  // below by rounding only
    }
    const bool is_back = from >= sources && to < sources && plan_(to, from - sources) > 0;
    return is_back ? Real(0) : infinity;  // edges in use are on shortest paths
  }

  /// Dijkstra from all sources that have some left.
  void find_paths() {
    const Index nodes = node_count();
    distances_ = Vector<Real>::Constant(nodes, infinity);
    before_ = Vector<Index>::Constant(nodes, -1);
    for (Index i = 0; i < source_count(); ++i) {
      if (supplies_(i) > 0) distances_(i) = 0;
    }
    std::vector<bool> is_done(static_cast<std::size_t>(nodes), false);
    for (Index next = closest(is_done); next >= 0; next = closest(is_done)) {
      is_done[static_cast<std::size_t>(next)] = true;
      relax(next, is_done);
    }
    for (Index n = 0; n < nodes; ++n) {
      if (distances_(n) < infinity) potentials_(n) += distances_(n);
    }
  }

  /// Of the nodes that are reached and not done; -1 if there is none.
  Index closest(const std::vector<bool>& is_done) const {
    Index best = -1;
    for (Index n = 0; n < node_count(); ++n) {
      if (is_done[static_cast<std::size_t>(n)] || !(distances_(n) < infinity)) continue;
      if (best < 0 || distances_(n) < distances_(best)) best = n;
    }
    return best;
  }

  void relax(Index from, const std::vector<bool>& is_done) {
    for (Index to = 0; to < node_count(); ++to) {
      const Real distance = distances_(from) + step_cost(from, to);
      if (is_done[static_cast<std::size_t>(to)] || !(distance < distances_(to))) continue;
      distances_(to) = distance;
      before_(to) = from;
    }
  }

  /// Of those that lack some; potentials are distances from where paths begin.
  Index nearest_sink() const {
    Index nearest = -1;
    for (Index j = 0; j < sink_count(); ++j) {
      const Index node = source_count() + j;
      if (!(demands_(j) > 0) || !(distances_(node) < infinity)) continue;
      if (nearest < 0 || potentials_(node) < potentials_(source_count() + nearest)) nearest = j;
    }
    return nearest;
  }

  void send_to(Index sink) {
    Real amount = demands_(sink);
    Index node = source_count() + sink;
    for (; before_(node) >= 0; node = before_(node)) {
      if (node < source_count()) {  // against an edge in use
        amount = std::min(amount, plan_(node, before_(node) - source_count()));
      }
    }
    amount = std::min(amount, supplies_(node));
    supplies_(node) -= amount;
    demands_(sink) -= amount;
    for (node = source_count() + sink; before_(node) >= 0; node = before_(node)) {
      const Index other = before_(node);
      if (node < source_count()) {
        plan_(node, other - source_count()) -= amount;
      } else {
        plan_(other, node - source_count()) += amount;
      }
    }
  }

  Matrix<Real> costs_;
  Vector<Real> supplies_, demands_;  // what is left of them
  Matrix<Real> plan_;
  Vector<Real> potentials_;  // of nodes: lengths of shortest paths so far
  Vector<Real> distances_;   // of nodes, in reduced costs
  Vector<Index> before_;     // on the path to each; -1 where it begins
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_ALGEBRA_TRANSPORT_HPP
