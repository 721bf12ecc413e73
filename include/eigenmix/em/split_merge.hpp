// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_SPLIT_MERGE_HPP
#define EIGENMIX_EM_SPLIT_MERGE_HPP

#include <algorithm>
#include <cmath>
#include <tuple>
#include <vector>

#include <eigenmix/detail/cholesky.hpp>
#include <eigenmix/em/maximization.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// One move: components i and j become one, component `split` becomes two. If `split` is i it is the
/// merged one that is split again.
struct SplitMergeMove {
  Index i, j, split;
  double loss;  // of the merge, an upper bound in nats per sample
};

/// Ways out of a local maximum that keep the number of components (Ueda, Nakano, Ghahramani & Hinton
/// 2000). A move is made of moments, so it is right for every family: those of two components are
/// added, those of one are cut in halves.
template <class Parameters>
class SplitMerge {
 public:
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;
  using Moments = typename Parameters::Moments;
  using Square = Matrix<Scalar, Parameters::Dim, Parameters::Dim>;

  /// \param parameters  K >= 2 components
  /// \param moments     of an E-step under them
  SplitMerge(const Parameters& parameters, const Moments& moments)
      : parameters_(&parameters), moments_(moments), means_(moments.means()) {
    moments_.recentre(means_);
  }

  /// The moves whose merge loses least, the cheapest first, each pair with every component to split.
  EIGENMIX_COLD std::vector<SplitMergeMove> moves(std::size_t pairs) const {
    const Index components = parameters_->component_count();
    std::vector<SplitMergeMove> merges;
    for (Index i = 0; i < components; ++i) {
      for (Index j = i + 1; j < components; ++j) merges.push_back({i, j, i, merge_loss(i, j)});
    }
    std::sort(merges.begin(), merges.end(), [](const auto& a, const auto& b) {
      return std::tie(a.loss, a.i, a.j) < std::tie(b.loss, b.i, b.j);
    });
    if (merges.size() > pairs) merges.resize(pairs);
    std::vector<SplitMergeMove> result;
    for (const SplitMergeMove& merge : merges) {
      for (Index split = 0; split < components; ++split) {
        if (split == merge.j || (split == merge.i && components > 2)) continue;
        result.push_back({merge.i, merge.j, split, merge.loss});
      }
    }
    return result;
  }

  /// The parameters after a move.
  EIGENMIX_COLD Parameters apply(const SplitMergeMove& move) const {
    Moments moments = moments_;
    merge(move, moments);
    halve(move, moments);
    Parameters next;
    Repairs repairs;
    degeneracy::RelativeFloor floor;
    MStep<Parameters> m_step("split and merge");
    m_step(moments, *parameters_, floor, next, repairs);
    return next;
  }

 private:
  /// What the log-likelihood per sample loses at most if one normal distribution of the same mean
  /// and covariance stands for two components (Runnalls 2007, IEEE Trans. Aerosp. Electron. Syst. 43,
  /// section VI).
  EIGENMIX_COLD double merge_loss(Index i, Index j) const {
    const Parameters& p = *parameters_;
    const Index d = p.dimension();
    const Scalar both = p.weights(i) + p.weights(j);
    const Scalar a = p.weights(i) / both, b = p.weights(j) / both;
    const Vector<Scalar, Parameters::Dim> apart = p.means.col(i) - p.means.col(j);
    Square merged = a * p.covariance(i) + b * p.covariance(j);
    for (Index c = 0; c < d; ++c) merged.col(c) += (a * b * apart(c)) * apart;
    if (!cholesky_in_place(merged)) return 0;
    double log_root = 0;
    for (Index c = 0; c < d; ++c) log_root += std::log(double(merged(c, c)));
    const auto log_root_of = [&](Index k) {
      return -double(p.log_normalizers(k)) - double(d) * half_log_two_pi<double>;
    };
    return double(both) * (log_root - double(a) * log_root_of(i) - double(b) * log_root_of(j));
  }

  bool is_shared() const { return moments_.second().cols() < moments_.component_count(); }

  /// Adds the moments of j to those of i and leaves j without any.
  EIGENMIX_COLD void merge(const SplitMergeMove& move, Moments& moments) const {
    const Index i = move.i, j = move.j;
    const Real a = moments.counts()(i), b = moments.counts()(j);
    if (!(a + b > 0)) return;
    auto origin = means_;
    origin.col(i) = (a * means_.col(i) + b * means_.col(j)) / (a + b);
    origin.col(j) = origin.col(i);
    moments.recentre(origin);
    moments.counts()(i) += b;
    moments.counts()(j) = 0;
    moments.first().col(i).setZero();
    moments.first().col(j).setZero();
    if (is_shared()) return;
    moments.second().col(i) += moments.second().col(j);
    moments.second().col(j).setZero();
  }

  /// Gives j one half of the component that is split across its principal axis. The halves of a
  /// normal distribution have means sqrt(2 / pi) deviations from its own.
  EIGENMIX_COLD void halve(const SplitMergeMove& move, Moments& moments) const {
    const Index j = move.j, split = move.split;
    auto origin = moments.origin();
    origin.col(j) = origin.col(split);
    moments.recentre(origin);
    const Real half = moments.counts()(split) / 2;
    moments.counts()(split) = moments.counts()(j) = half;
    const Vector<Real, Parameters::Dim> step =
        (half * Real(0.7978845608028654)) * principal_axis(split).template cast<Real>();
    moments.first().col(split) = step;
    moments.first().col(j) = -step;
    if (is_shared()) return;
    moments.second().col(split) /= 2;
    moments.second().col(j) = moments.second().col(split);
  }

  /// One deviation along the principal axis of component k, dimensions measured in deviations of
  /// all the data, so that units do not decide.
  EIGENMIX_COLD Vector<Scalar, Parameters::Dim> principal_axis(Index k) const {
    const Index d = parameters_->dimension();
    const Vector<Scalar, Parameters::Dim> unit = deviations();
    const Square covariance = parameters_->covariance(k);
    Square scaled(d, d);
    Index widest = 0;
    for (Index c = 0; c < d; ++c) {
      for (Index r = 0; r < d; ++r) scaled(r, c) = covariance(r, c) / unit(r) / unit(c);
      if (scaled(c, c) > scaled(widest, widest)) widest = c;
    }
    // Power iteration from the widest dimension; which of two nearly equal axes it ends on is all
    // the same.
    Vector<Scalar, Parameters::Dim> axis = scaled.col(widest), image(d);
    Scalar width = 0;
    for (int iteration = 0; iteration < 20; ++iteration) {
      axis /= axis.norm();
      image.setZero();
      for (Index c = 0; c < d; ++c) image += axis(c) * scaled.col(c);
      width = axis.dot(image);
      axis = image;
    }
    axis *= std::sqrt(width) / axis.norm();
    return axis.cwiseProduct(unit);
  }

  /// [Dim] of all the data, between the components and within.
  EIGENMIX_COLD Vector<Scalar, Parameters::Dim> deviations() const {
    const Parameters& p = *parameters_;
    Vector<Scalar, Parameters::Dim> result(p.dimension());
    for (Index i = 0; i < p.dimension(); ++i) {
      Scalar mean = 0, variance = 0;
      for (Index k = 0; k < p.component_count(); ++k) mean += p.weights(k) * p.means(i, k);
      for (Index k = 0; k < p.component_count(); ++k) {
        const Scalar offset = p.means(i, k) - mean;
        variance += p.weights(k) * (p.variance(i, k) + offset * offset);
      }
      result(i) = std::sqrt(variance);
    }
    return result;
  }

  const Parameters* parameters_;
  Moments moments_;
  typename Moments::Origin means_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_SPLIT_MERGE_HPP
