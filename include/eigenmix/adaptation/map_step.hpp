// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ADAPTATION_MAP_STEP_HPP
#define EIGENMIX_ADAPTATION_MAP_STEP_HPP

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

#include <eigenmix/adaptation/options.hpp>
#include <eigenmix/degeneracy/resolution_floor.hpp>
#include <eigenmix/em/maximization.hpp>
#include <eigenmix/parameters/component_moves.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Relevance MAP: the parameters between those of a background and those of an M-step, each
/// component as near to the latter as it owns samples; see adapt.
template <class Parameters>
class MapStep {
 public:
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;
  using Layout = typename Parameters::Layout;
  using Moments = typename Parameters::Moments;
  using Parts = adaptation::Parts;

  /// \throws std::invalid_argument  if a relevance is negative, or covariances that components
  ///                                have in common shall adapt by other than an M-step
  MapStep(const Parameters& background, const adaptation::Options& options)
      : p_(background),
        relevance_(options.relevance),
        weights_adapt_(adapts(options.parts, Parts::weights, "weights", relevance_.weights)),
        means_adapt_(adapts(options.parts, Parts::means, "means", relevance_.means)),
        covariances_adapt_(
            adapts(options.parts, Parts::covariances, "covariances", relevance_.covariances)) {
    if (covariances_adapt_ && !is_m_step()) check_own_covariances();
  }

  /// \param moments  of samples under the background; moved to the new means
  Parameters operator()(Moments& moments) const {
    if (is_unchanged()) return p_;
    if (is_m_step()) return maximized(moments);
    Parameters next = p_;
    if (weights_adapt_) adapt_weights(moments, next);
    for (Index k = 0; means_adapt_ && k < p_.component_count(); ++k) adapt_mean(moments, k, next);
    if (covariances_adapt_) {
      moments.recentre(next.means.template cast<Real>());
      for (Index k = 0; k < p_.component_count(); ++k) adapt_covariance(moments, k, next);
    }
    next.derive();
    return next;
  }

 private:
  static bool adapts(Parts parts, Parts part, const char* what, double relevance) {
    if ((static_cast<unsigned>(parts) & static_cast<unsigned>(part)) == 0) return false;
    if (!(relevance >= 0)) {
      reject("adapt", std::string("relevance of the ") + what, text(relevance), "a number >= 0");
    }
    return relevance < std::numeric_limits<double>::infinity();
  }

  bool is_unchanged() const { return !weights_adapt_ && !means_adapt_ && !covariances_adapt_; }

  /// Whether nothing of the background is kept of whatever adapts.
  bool is_m_step() const {
    return !(weights_adapt_ && relevance_.weights > 0) && !(means_adapt_ && relevance_.means > 0) &&
           !(covariances_adapt_ && relevance_.covariances > 0);
  }

  EIGENMIX_COLD void check_own_covariances() const {
    if (Layout::is_shared || p_.form->has_common_parts()) {
      reject("adapt", "parts", std::string("covariances of covariance::") + p_.form->name,
             "means and weights alone, or relevance 0 for all: its components have covariances, or "
             "parts of them, in common");
    }
    if (Layout::is_isotropic && p_.informative_count() < p_.dimension()) {
      reject(
          "adapt", "parts", "covariances of a mixture with dimensions that told nothing",
          std::string("means and weights alone where the family is covariance::") + p_.form->name);
    }
  }

  /// The M-step of what adapts, the rest fixed.
  EIGENMIX_COLD Parameters maximized(Moments& moments) const {
    const auto components = static_cast<std::size_t>(p_.component_count());
    Fixed fixed;
    if (!weights_adapt_) fixed.weights.assign(components, true);
    if (!means_adapt_) fixed.means.assign(components, true);
    if (!covariances_adapt_) fixed.covariances.assign(components, true);
    degeneracy::ResolutionFloor floor;
    Parameters next = p_;
    apply_m_step<Parameters>(
        "adapt", moments, {},
        {AnyDegeneracy(floor), nullptr, fixes_nothing(fixed) ? nullptr : &fixed}, next);
    restore_apart(next);
    if (!weights_adapt_ && p_.has_noise()) next.noise_weight = p_.noise_weight;
    next.derive();
    return next;
  }

  /// Dimensions that told nothing stay as they are, whatever the M-step made of them.
  EIGENMIX_COLD void restore_apart(Parameters& next) const {
    if (p_.apart.size() == 0) return;
    next.apart = p_.apart;
    next.density.set_apart(p_.apart);
    for (Index i = 0; i < p_.dimension(); ++i) {
      if (!p_.is_apart(i)) continue;
      next.means.row(i) = p_.means.row(i);
      for (Index g = 0; g < next.group_count(); ++g) {
        Layout::set_apart(next.group(g), i, p_.apart(i));
      }
    }
    for (Index g = 0; g < next.group_count(); ++g) next.factorise(g);
  }

  /// alpha = n / (n + r), Reynolds et al. equation 14.
  static Real share(Real count, double relevance) {
    return relevance > 0 ? count / (count + Real(relevance)) : Real(1);
  }
  /// 1 - alpha, where nothing cancels.
  static Real rest(Real count, double relevance) {
    return relevance > 0 ? Real(relevance) / (count + Real(relevance)) : Real(0);
  }

  /// Equation 11. A background of noise is one component more.
  void adapt_weights(const Moments& moments, Parameters& next) const {
    const auto counts = moments.counts();
    const Real total = p_.has_noise() ? moments.total_weight() : counts.sum();
    const auto adapted = [&](Real count, Real weight) {
      return share(count, relevance_.weights) * (count / total) +
             rest(count, relevance_.weights) * weight;
    };
    Vector<Real> weights(counts.size());
    for (Index k = 0; k < counts.size(); ++k) {
      weights(k) = adapted(counts(k), Real(p_.weights(k)) * (1 - Real(p_.noise_weight)));
    }
    const Real sum = weights.sum();
    if (sum > 0) next.weights = (weights / sum).template cast<Scalar>();  // else noise has all
    if (!p_.has_noise()) return;
    const Real noise = adapted(std::max(total - counts.sum(), Real(0)), Real(p_.noise_weight));
    const Real least = Real(std::numeric_limits<Scalar>::epsilon());  // it is kept, as by M-steps
    next.noise_weight = Scalar(std::clamp(noise / (sum + noise), least, 1 - least));
  }

  /// Equation 12, as a step from the mean before.
  void adapt_mean(const Moments& moments, Index k, Parameters& next) const {
    if (is_empty(moments, k)) return;
    const Real count = moments.counts()(k), alpha = share(count, relevance_.means);
    for (Index i = 0; i < p_.dimension(); ++i) {
      if (p_.is_apart(i)) continue;
      const Real origin = moments.origin()(i, k), mean = Real(p_.means(i, k));
      const Real offset = moments.first()(i, k) / count;
      next.means(i, k) = relevance_.means > 0 ? Scalar(mean + alpha * ((origin - mean) + offset))
                                              : Scalar(origin + offset);
    }
  }

  /// Equation 13, from second moments about the new mean, of which no square of a mean is taken
  /// off: alpha (those of the samples) + (1 - alpha) (those of the background).
  /// \param moments  about the new means
  void adapt_covariance(const Moments& moments, Index k, Parameters& next) const {
    if (is_empty(moments, k)) return;
    using Block = typename Layout::template Storage<Real, Parameters::Dim>;
    const Real count = moments.counts()(k);
    const Real alpha = share(count, relevance_.covariances);
    Block block(Layout::storage_rows(p_.dimension()), Layout::storage_cols(p_.dimension()));
    const Real* const second = moments.second().data() + k * moments.second().rows();
    Layout::estimate(second, count, block, p_.dimension());
    const Vector<Real, Parameters::Dim> step =
        p_.means.col(k).template cast<Real>() - moments.origin().col(k);
    block = (alpha * block + rest(count, relevance_.covariances) *
                                 (p_.group(k).template cast<Real>() + stored_square(p_, step)))
                .eval();
    for (Index i = 0; i < p_.dimension(); ++i) {
      if (p_.is_apart(i)) Layout::set_apart(block, i, Real(p_.apart(i)));
    }
    next.group(k) = block.template cast<Scalar>();
    if (next.factorise(k)) return;
    reject("adapt", "covariance of component " + text(k), "one that is not positive definite",
           "a larger relevance of the covariances, or more samples");
  }

  const Parameters& p_;
  adaptation::Relevance relevance_;
  bool weights_adapt_, means_adapt_, covariances_adapt_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_ADAPTATION_MAP_STEP_HPP
