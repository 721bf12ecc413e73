// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ONLINE_RUNNING_MOMENTS_HPP
#define EIGENMIX_ONLINE_RUNNING_MOMENTS_HPP

#include <algorithm>
#include <cmath>
#include <limits>

#include <eigenmix/moments.hpp>
#include <eigenmix/parameters/parameters.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// How many samples a mean is worth, (1 - step) of one worth `before` and step of one worth
/// `batch`: one over the sum of the squares of their coefficients (Kish 1965, section 11.7).
template <class Real>
Real effective_size(Real step, Real before, Real batch) {
  if (!(step > 0)) return before;
  if (!(step < 1)) return batch;
  const Real kept = 1 - step;
  return 1 / (kept * (kept / before) + step * (step / batch));
}

/// The longest step, up to the one given, after which a mean is worth at least so many samples, if
/// it was before.
template <class Real>
Real guarded_step(Real step, Real before, Real batch, Real least) {
  if (!(step > 0) || effective_size(step, before, batch) >= least) return step;
  // The larger root of (1 - step)² / before + step² / batch = 1 / least.
  const Real a = 1 / before, b = 1 / batch;
  const Real slack = std::max(1 / least - a, Real(0));
  return std::min(step, (a + std::sqrt(a * a + (a + b) * slack)) / (a + b));
}

/// A component without samples is left this share of all, a little more than what counts as none,
/// or running moments would not stay numbers.
template <class Moments>
typename Moments::Real least_share() {
  using Real = typename Moments::Real;
  return 2 * std::sqrt(Real(std::numeric_limits<typename Moments::Scalar>::min()));
}

/// scatter += count covariance_k, of the form that Moments::second says.
template <class Parameters>
void add_covariance(const Parameters& p, Index k, typename Parameters::Real count,
                    typename Parameters::Real* scatter) {
  using Layout = typename Parameters::Layout;
  using Real = typename Parameters::Real;
  const Index d = p.dimension();
  if constexpr (Layout::is_dense) {
    const auto covariance = p.covariance(k);
    Index next = 0;
    for (Index i = 0; i < d; ++i) {
      for (Index j = 0; j <= i; ++j) scatter[next++] += count * Real(covariance(i, j));
    }
  } else {
    for (Index i = 0; i < d; ++i) {
      scatter[Layout::is_isotropic ? 0 : i] += count * Real(p.variance(i, k));
    }
  }
}

/// The moments that so many samples of the mixture have on average, about its means.
template <class Parameters>
typename Parameters::Moments expected_moments(const Parameters& p,
                                              typename Parameters::Real samples) {
  using Moments = typename Parameters::Moments;
  using Real = typename Parameters::Real;
  Moments result(p.means.template cast<Real>());
  result.total_weight() = samples;
  for (Index k = 0; k < p.component_count(); ++k) {
    const Real share = Real(p.weights(k)) * (1 - Real(p.noise_weight));
    const Real count = samples * std::max(share, least_share<Moments>());
    result.counts()(k) = count;
    add_covariance(p, k, count, result.second().col(Parameters::Layout::group_of(k)).data());
  }
  return result;
}

/// What of a component is never forgotten, in samples.
template <class Real>
struct ComponentGuard {
  Real memory;  ///< that its mean and covariance come from
  /// That it has, or it could not find any again: a thousandth. Of a memory of 300 samples that is
  /// a log weight of -13, which samples five deviations from all others make up for.
  Real count;
};

/// What moments of either kind are multiplied by when they are added.
template <class Real>
struct MomentFactors {
  Real old = 1, batch = 1;        ///< of counts, and of shared second moments
  Vector<Real> of_old, of_batch;  ///< [K] of first moments, and of a component's own second ones
  Vector<Real> counts;            ///< [K] that come of it
  Vector<Real> memory;            ///< [K] samples that means and covariances are then worth
  Real total = 0;                 ///< weight that comes of it
};

/// Factors of a step of stepwise EM, s <- (1 - step) s + step batch / (weight of the batch), scaled
/// so that the total weight is how many samples the moments are worth.
///
/// Steps of components are guarded one by one: first and second moments of one that has few samples
/// forget more slowly than its count, which says how many there are now.
template <class Moments, class Real>
MomentFactors<Real> step_factors(const Moments& old, const Vector<Real>& memory,
                                 const Moments& batch, Real step,
                                 const ComponentGuard<Real>& guard) {
  const Index components = old.component_count();
  MomentFactors<Real> f;
  f.total = effective_size(step, old.total_weight(), batch.total_weight());
  f.old = step < 1 ? (1 - step) * (f.total / old.total_weight()) : Real(0);
  f.batch = step < 1 ? step * (f.total / batch.total_weight()) : Real(1);
  f.of_old.setConstant(components, f.old);
  f.of_batch.setConstant(components, f.batch);
  f.counts.resize(components);
  f.memory = memory;
  for (Index k = 0; k < components; ++k) {
    const Real before = old.counts()(k);
    const Real fresh = is_empty(batch, k) ? Real(0) : batch.counts()(k);
    const Real count = f.old * before + f.batch * fresh;
    f.counts(k) = std::max({count, f.total * least_share<Moments>(), guard.count});
    const Real share = fresh > 0 ? f.batch * fresh / count : Real(0);
    const Real guarded = guarded_step(share, memory(k), fresh, guard.memory);
    f.memory(k) = effective_size(guarded, memory(k), fresh);
    if (Moments::Layout::is_shared || (guarded == share && f.counts(k) == count)) continue;
    f.of_old(k) = (1 - guarded) * (f.counts(k) / before);
    f.of_batch(k) = guarded > 0 ? guarded * (f.counts(k) / fresh) : Real(0);
  }
  return f;
}

/// Factors with which moments are added as they are, and `old` sums counts and memory.
template <class Moments, class Real>
MomentFactors<Real> sum_factors(const Moments& a, const Vector<Real>& memory_of_a, const Moments& b,
                                const Vector<Real>& memory_of_b, Real factor_of_b) {
  const Index components = a.component_count();
  MomentFactors<Real> f;
  f.batch = factor_of_b;
  f.of_old.setConstant(components, f.old);
  f.of_batch.setConstant(components, f.batch);
  f.counts = a.counts() + factor_of_b * b.counts();
  f.memory = memory_of_a + memory_of_b;
  f.total = a.total_weight() + factor_of_b * b.total_weight();
  return f;
}

/// The means that two moments have together; where one has nothing, the other's origin.
template <class Moments, class Real>
typename Moments::Origin joint_means(const Moments& old, const Moments& batch,
                                     const MomentFactors<Real>& f) {
  typename Moments::Origin result = old.means();
  const typename Moments::Origin of_batch = batch.means();
  for (Index k = 0; k < old.component_count(); ++k) {
    const Real before = f.of_old(k) * old.counts()(k);
    const Real fresh = f.of_batch(k) * batch.counts()(k);
    if (!(fresh > 0)) continue;
    if (!(before > 0)) {
      result.col(k) = batch.origin().col(k);
      continue;
    }
    const Real share = fresh / (before + fresh);
    for (Index i = 0; i < old.dimension(); ++i) {
      result(i, k) += share * (of_batch(i, k) - result(i, k));
    }
  }
  return result;
}

/// The sum of both, each times its factors. Both are brought to their joint means first: what lies
/// between old means and new ones is added to second moments, and nothing is taken off that could
/// leave fewer digits.
template <class Moments, class Real>
Moments weighted_sum(Moments old, Moments batch, const MomentFactors<Real>& f) {
  const typename Moments::Origin origin = joint_means(old, batch, f);
  const auto sum = [](Real a, Real x, Real b, Real y) { return (a > 0 ? a * x : Real(0)) + b * y; };
  old.recentre(origin);
  batch.recentre(origin);
  Moments result(origin);
  result.total_weight() = f.total;
  result.counts() = f.counts;
  for (Index k = 0; k < result.component_count(); ++k) {
    for (Index i = 0; i < result.dimension(); ++i) {
      result.first()(i, k) =
          sum(f.of_old(k), old.first()(i, k), f.of_batch(k), batch.first()(i, k));
    }
  }
  for (Index g = 0; g < result.second().cols(); ++g) {
    const Real a = Moments::Layout::is_shared ? f.old : f.of_old(g);
    const Real b = Moments::Layout::is_shared ? f.batch : f.of_batch(g);
    for (Index i = 0; i < result.second().rows(); ++i) {
      result.second()(i, g) = sum(a, old.second()(i, g), b, batch.second()(i, g));
    }
  }
  return result;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_ONLINE_RUNNING_MOMENTS_HPP
