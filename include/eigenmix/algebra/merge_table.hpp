// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ALGEBRA_MERGE_TABLE_HPP
#define EIGENMIX_ALGEBRA_MERGE_TABLE_HPP

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <eigenmix/inference/factored_normals.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Components that are merged two by two, the pair of least cost first, and what each merge would
/// cost: Runnalls' upper bound on the Kullback-Leibler divergence from the mixture before to the
/// one after (2007, IEEE Trans. Aerosp. Electron. Syst. 43, section VI),
/// B(i, j) = [(w_i + w_j) log |S_ij| - w_i log |S_i| - w_j log |S_j|] / 2.
/// The table takes O(K² Dim³), a merge O(K Dim³): costs of one component, and O(K) for each other
/// whose nearest was one of the two.
template <class Real, int Dim>
class MergeTable {
 public:
  MergeTable(const char* where, Normals<Real, Dim> normals)
      : normals_(std::move(normals)), nearest_(normals_.size()), is_alive_(normals_.size(), true) {
    for (const auto& normal : normals_) log_roots_.push_back(factored(where, normal).log_root);
    costs_.resize(size(), size());
    for (Index i = 0; i < size(); ++i) {
      costs_(i, i) = infinity;
      for (Index j = 0; j < i; ++j) costs_(i, j) = costs_(j, i) = cost_of(i, j);
    }
    for (Index i = 0; i < size(); ++i) find_nearest(i);
    alive_count_ = size();
  }

  Index count() const { return alive_count_; }

  /// What the cheapest merge costs, in nats; infinite if none can be represented.
  Real least_cost() const { return costs_(cheapest(), nearest_[at(cheapest())]); }

  /// Merges the cheapest pair; there are two components or more.
  EIGENMIX_COLD void merge_cheapest() {
    Index i = cheapest(), j = nearest_[at(i)];
    if (i > j) std::swap(i, j);
    normals_[at(i)] = moment_match(normals_, std::array<Index, 2>{i, j});
    log_roots_[at(i)] = log_root_or_infinity(normals_[at(i)]);
    is_alive_[at(j)] = false;
    --alive_count_;
    for (Index k = 0; k < size(); ++k) {
      costs_(k, j) = costs_(j, k) = infinity;
      if (is_alive_[at(k)] && k != i) costs_(i, k) = costs_(k, i) = cost_of(i, k);
    }
    for (Index k = 0; k < size(); ++k) {
      Index& nearest = nearest_[at(k)];
      if (k == i || nearest == i || nearest == j) {
        find_nearest(k);
      } else if (costs_(k, i) < costs_(k, nearest)) {
        nearest = i;
      }
    }
  }

  /// The components that are left, in the order of the first of what each is made of.
  Normals<Real, Dim> left() const {
    Normals<Real, Dim> result;
    for (Index k = 0; k < size(); ++k) {
      if (is_alive_[at(k)]) result.push_back(normals_[at(k)]);
    }
    return result;
  }

 private:
  static constexpr Real infinity = std::numeric_limits<Real>::infinity();

  static std::size_t at(Index k) { return static_cast<std::size_t>(k); }
  Index size() const { return static_cast<Index>(normals_.size()); }

  static Real log_root_or_infinity(const Component<Real, Dim>& normal) {
    Matrix<Real, Dim, Dim> root;
    return lower_root(normal.covariance, root) ? log_root_of(root) : infinity;
  }

  Real cost_of(Index i, Index j) const {
    const auto merged = moment_match(normals_, std::array<Index, 2>{i, j});
    const Real log_root = log_root_or_infinity(merged);
    if (!std::isfinite(log_root) || !std::isfinite(log_roots_[at(i)]) ||
        !std::isfinite(log_roots_[at(j)])) {
      return infinity;
    }
    const Real cost = normals_[at(i)].weight * (log_root - log_roots_[at(i)]) +
                      normals_[at(j)].weight * (log_root - log_roots_[at(j)]);
    return std::max(cost, Real(0));
  }

  void find_nearest(Index i) {
    nearest_[at(i)] = i;
    for (Index k = 0; k < size(); ++k) {
      if (costs_(i, k) < costs_(i, nearest_[at(i)])) nearest_[at(i)] = k;
    }
  }

  Index cheapest() const {
    Index best = 0;
    for (Index k = 1; k < size(); ++k) {
      if (costs_(k, nearest_[at(k)]) < costs_(best, nearest_[at(best)])) best = k;
    }
    return best;
  }

  Normals<Real, Dim> normals_;
  std::vector<Real> log_roots_;  // half the logs of determinants
  Matrix<Real> costs_;           // K x K, infinite on the diagonal and of what is no more
  std::vector<Index> nearest_;   // of least cost to each; itself if there is none
  std::vector<bool> is_alive_;
  Index alive_count_ = 0;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_ALGEBRA_MERGE_TABLE_HPP
