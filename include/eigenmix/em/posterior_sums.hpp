// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_POSTERIOR_SUMS_HPP
#define EIGENMIX_EM_POSTERIOR_SUMS_HPP

#include <eigenmix/base/function_ref.hpp>
#include <eigenmix/moments.hpp>
#include <eigenmix/prior/normal_inverse_wishart.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Counts and second moments of each group, with those of the samples that a prior stands for.
template <class Moments>
class PosteriorSums {
 public:
  using Real = typename Moments::Real;
  using Layout = typename Moments::Layout;
  using Prior = prior::NormalInverseWishart;

  /// \param moments  about the means; referred to until the next call
  /// \param prior    or nullptr
  void assign(const Moments& moments, const Prior* prior) {
    moments_ = &moments;
    if (Layout::is_shared) {
      counts_.setConstant(1, moments.counts().sum());
    } else {
      counts_ = moments.counts();
    }
    if (prior != nullptr) add_prior(*prior);
  }

  /// [groups]
  const Vector<Real>& counts() const { return counts_; }

  /// Second moments of a group, as the layout keeps them.
  const Real* scatter(Index g) const {
    const Real* first = has_prior() ? second_.data() : moments_->second().data();
    return first + g * moments_->second().rows();
  }

  /// Under a prior every group has some, those that the prior stands for.
  bool has_samples(Index g) const {
    if (has_prior()) return true;
    if constexpr (!Layout::is_shared) return !is_empty(*moments_, g);
    for (Index k = 0; k < moments_->component_count(); ++k) {
      if (!is_empty(*moments_, k)) return true;
    }
    return false;
  }

 private:
  bool has_prior() const { return second_.size() > 0; }

  EIGENMIX_COLD void add_prior(const Prior& prior) {
    const Index components = moments_->component_count(), d = moments_->dimension();
    second_ = moments_->second();
    counts_.array() += Real(prior.extra_count(Layout::is_shared ? components : 1));
    for (Index k = 0; prior.mean_count() > 0 && k < components; ++k) {
      add_square(Layout::group_of(k), Real(prior.mean_count()), d,
                 [&](Index i) { return moments_->origin()(i, k) - Real(prior.mean()(i)); });
    }
    for (Index g = 0; g < second_.cols(); ++g) {
      for (Index j = 0; j < d; ++j) {  // column by column of the scale's root
        add_square(g, Real(1), d, [&](Index i) { return Real(prior.root(i, j)); });
      }
    }
  }

  /// Adds count vector vector^T to the second moments of a group.
  void add_square(Index g, Real count, Index dimension, FunctionRef<Real(Index)> entry) {
    Vector<Real> vector(dimension), none = Vector<Real>::Zero(dimension);
    for (Index i = 0; i < dimension; ++i) vector(i) = entry(i);
    Layout::shift_second(second_.col(g).data(), count, none.data(), vector.data(), dimension);
  }

  const Moments* moments_ = nullptr;
  Vector<Real> counts_;
  Matrix<Real> second_;  // empty without a prior
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_POSTERIOR_SUMS_HPP
