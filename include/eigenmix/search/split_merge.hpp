// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SEARCH_SPLIT_MERGE_HPP
#define EIGENMIX_SEARCH_SPLIT_MERGE_HPP

#include <algorithm>
#include <cmath>
#include <vector>

#include <eigenmix/base/cholesky.hpp>
#include <eigenmix/degeneracy/resolution_floor.hpp>
#include <eigenmix/em/maximization.hpp>
#include <eigenmix/parameters/principal_axis.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// One move: components i and j become one, component `split` becomes two. If `split` is i it is
/// the merged one that is split again.
struct SplitMergeMove {
  Index i, j, split;
  bool concentric;  // two of one centre, a narrow and a wide one, instead of two halves
  double loss;      // of the merge, an upper bound in nats per sample
};

/// Whether a move would change a component of which some part is fixed.
/// \param fixed  or nullptr: nothing
inline bool touches(const SplitMergeMove& move, const Fixed* fixed) {
  return fixed != nullptr &&
         (touches(*fixed, move.i) || touches(*fixed, move.j) || touches(*fixed, move.split));
}

/// What the log-likelihood per sample loses at most if one normal distribution of the same mean
/// and covariance stands for two components (Runnalls 2007, IEEE Trans. Aerosp. Electron. Syst.
/// 43, section VI).
template <class Parameters>
EIGENMIX_COLD double merge_loss(const Parameters& p, Index i, Index j) {
  using Scalar = typename Parameters::Scalar;
  using Square = Matrix<Scalar, Parameters::Dim, Parameters::Dim>;
  const Index d = p.dimension();
  const Scalar both = p.weights(i) + p.weights(j);
  const Scalar a = p.weights(i) / both, b = p.weights(j) / both;
  const Square of_i = p.covariance(i), of_j = p.covariance(j);
  Square merged(d, d);
  for (Index c = 0; c < d; ++c) {
    for (Index r = 0; r < d; ++r) {
      const Scalar between = (p.means(r, i) - p.means(r, j)) * (p.means(c, i) - p.means(c, j));
      merged(r, c) = a * of_i(r, c) + b * of_j(r, c) + a * b * between;
    }
  }
  if (!cholesky_in_place(merged)) return 0;
  double log_root = 0;  // of the determinant
  for (Index c = 0; c < d; ++c) log_root += std::log(double(merged(c, c)));
  const auto log_root_of = [&](Index k) {
    return -double(p.log_normalizers(k)) - double(d) * half_log_two_pi<double>;
  };
  return double(both) * (log_root - double(a) * log_root_of(i) - double(b) * log_root_of(j));
}

/// What of that bound two components that do not overlap do not lose, since each sample's component
/// is then known: the entropy of their shares.
template <class Parameters>
double mixing_entropy(const Parameters& p, Index i, Index j) {
  const double a = double(p.weights(i)), b = double(p.weights(j));
  return (a > 0 ? a * std::log((a + b) / a) : 0) + (b > 0 ? b * std::log((a + b) / b) : 0);
}

/// Ways out of a local maximum that keep the number of components (Ueda, Nakano, Ghahramani &
/// Hinton 2000). A move is made of moments, so it is right for every family: those of two
/// components are added, those of one are cut in halves.
template <class Parameters>
class SplitMerge {
 public:
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;
  using Moments = typename Parameters::Moments;
  using Origin = typename Moments::Origin;
  using Axis = Vector<Scalar, Parameters::Dim>;

  /// \param parameters  K >= 2 components
  /// \param moments     of an E-step under them
  SplitMerge(const Parameters& parameters, const Moments& moments)
      : parameters_(&parameters), moments_(moments), means_(moments.means()) {
    moments_.recentre(means_);
  }

  /// The moves whose merge loses least, the cheapest first: of `pairs` pairs of components, each
  /// with every component to split.
  EIGENMIX_COLD std::vector<SplitMergeMove> moves(Index pairs) const {
    const Index components = parameters_->component_count();
    std::vector<SplitMergeMove> merges;
    for (Index i = 0; i < components; ++i) {
      for (Index j = i + 1; j < components; ++j)
        merges.push_back({i, j, i, false, merge_loss(*parameters_, i, j)});
    }
    std::vector<SplitMergeMove> result;
    for (Index pair = 0; pair < pairs && !merges.empty(); ++pair) {
      std::size_t cheapest = 0;
      for (std::size_t m = 1; m < merges.size(); ++m) {
        if (merges[m].loss < merges[cheapest].loss) cheapest = m;
      }
      add_splits(merges[cheapest], result);
      // Groups inside one another: one try for every component, which are seldom of use.
      if (pair == 0 && !is_shared()) {
        merges[cheapest].concentric = true;
        add_splits(merges[cheapest], result);
      }
      merges.erase(merges.begin() + static_cast<std::ptrdiff_t>(cheapest));
    }
    return result;
  }

  /// The parameters after a move.
  /// \param m_step  that knows what the fit does of priors and fixed parts
  EIGENMIX_COLD Parameters apply(const SplitMergeMove& move, MStep<Parameters>& m_step) const {
    Moments moments = moments_;
    merge(move, moments);
    halve(move, moments);
    Parameters next(*parameters_->form);
    MStepOutcome outcome;
    m_step(moments, *parameters_, next, outcome);
    return next;
  }

 private:
  /// A merge with every component that may be split for it.
  EIGENMIX_COLD void add_splits(SplitMergeMove move, std::vector<SplitMergeMove>& result) const {
    const Index components = parameters_->component_count();
    for (move.split = 0; move.split < components; ++move.split) {
      if (move.split == move.j || (move.split == move.i && components > 2)) continue;
      result.push_back(move);
    }
  }

  static constexpr bool is_shared() { return Parameters::Layout::is_shared; }

  /// Adds the moments of j to those of i and leaves j without any.
  EIGENMIX_COLD void merge(const SplitMergeMove& move, Moments& moments) const {
    const Index i = move.i, j = move.j;
    const Real a = moments.counts()(i), b = moments.counts()(j);
    if (!(a + b > 0)) return;
    Origin origin = means_;
    for (Index c = 0; c < origin.rows(); ++c) {
      origin(c, i) = origin(c, j) = (a * means_(c, i) + b * means_(c, j)) / (a + b);
    }
    moments.recentre(origin);
    auto first = moments.first();
    auto second = moments.second();
    moments.counts()(i) = a + b;
    moments.counts()(j) = 0;
    for (Index c = 0; c < origin.rows(); ++c) first(c, i) = first(c, j) = 0;
    for (Index c = 0; !is_shared() && c < second.rows(); ++c) {
      second(c, i) += second(c, j);
      second(c, j) = 0;
    }
  }

  /// Gives j one half of the component that is split across its principal axis.
  EIGENMIX_COLD void halve(const SplitMergeMove& move, Moments& moments) const {
    const Index j = move.j, split = move.split;
    Origin origin = moments.origin();
    for (Index c = 0; c < origin.rows(); ++c) origin(c, j) = origin(c, split);
    moments.recentre(origin);
    Axis axis = principal_axis(*parameters_, split);
    shorten(split, moments, axis);
    const Real half = moments.counts()(split) / 2;
    moments.counts()(split) = moments.counts()(j) = half;
    auto first = moments.first();
    auto second = moments.second();
    for (Index c = 0; c < origin.rows(); ++c) {
      first(c, split) = move.concentric ? 0 : half * Real(half_distance) * Real(axis(c));
      first(c, j) = -first(c, split);
    }
    const Real narrow = move.concentric ? Real(0.2) : Real(1);  // deviations one to three
    for (Index c = 0; !is_shared() && c < second.rows(); ++c) {
      second(c, split) /= 2;
      second(c, j) = (2 - narrow) * second(c, split);
      second(c, split) *= narrow;
    }
  }

  /// Shortens an axis of component k to what its second moments bear. Of those the distance of the
  /// halves takes 2 / pi of the axis' square, and they may hold less than the covariance says,
  /// which is that of the E-step before and in common parts that of others. Of 1.57 times what they
  /// hold a little is left to the halves.
  EIGENMIX_COLD void shorten(Index k, const Moments& moments, Axis& axis) const {
    const auto second = moments.second();
    const Real* scatter = second.data() + (is_shared() ? 0 : k) * second.rows();
    Real squares = 0, bounds = 0;
    for (Index c = 0; moments.counts()(k) > 0 && c < axis.size(); ++c) {
      const Real held = Parameters::Layout::second_diagonal(scatter, c, axis.size());
      const Real bound = Real(1.5) * std::max(held, Real(0)) / moments.counts()(k);
      const Real square = Real(axis(c)) * Real(axis(c));
      if (second.rows() > 1 && square > bound) {
        axis(c) = std::copysign(Scalar(std::sqrt(bound)), axis(c));
      }
      squares += square;
      bounds += bound;
    }
    // of an isotropic family only the sum over the dimensions is known
    if (second.rows() == 1 && squares > bounds) axis *= Scalar(std::sqrt(bounds / squares));
  }

  const Parameters* parameters_;
  Moments moments_;
  Origin means_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SEARCH_SPLIT_MERGE_HPP
