// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_TRUNCATED_HPP
#define EIGENMIX_INCOMPLETE_TRUNCATED_HPP

#include <type_traits>

#include <eigenmix/gaussian_mixture.hpp>
#include <eigenmix/incomplete/truncated_pass.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// Samples of which none outside a window from lower to upper was seen: see truncated.
template <class X>
class TruncatedSamples {
 public:
  using MakesMoments = void;
  using Scalar = typename detail::ExpressionOf<X>::Type::Scalar;
  static constexpr int RowsAtCompileTime = 1;

  /// Checks the window and keeps it with the samples, as truncated does.
  TruncatedSamples(const X& x, Scalar lower, Scalar upper) : x_(x), window_{lower, upper} {
    if (!(lower < upper)) {
      detail::reject("truncated", "window", detail::text(lower) + " to " + detail::text(upper),
                     "a lower end below the upper one");
    }
  }

  const X& samples() const { return x_; }  ///< [1 x N] as they were given
  Scalar lower() const { return window_.lower; }
  Scalar upper() const { return window_.upper; }

  template <class Parameters>
  detail::TruncatedPass<Parameters, X> open(const char* where, Index dimension,
                                            const detail::AnyExecution& execution) const {
    constexpr bool ok = detail::is_on_a_line<Parameters::Dim>();
    if constexpr (ok) detail::check_line(where, dimension);
    return detail::TruncatedPass<Parameters, X>(where, x_, window_, execution);
  }

  /// Starts are those of the samples as they are, which lie in the window.
  template <class Other, int Dim>
  detail::StandIn<Other, Dim> stand_in(const char* where) const {
    static_cast<void>(detail::is_on_a_line<Dim>());
    const auto opened = detail::Boundary<Other, Dim>::checked(where, x_, 1);
    detail::StandIn<Other, Dim> result;
    result.x.resize(1, opened.count());
    result.weights.resize(opened.count());
    const Index stand_in = opened.first_positive();
    for (Index n = 0; n < opened.count(); ++n) {
      result.weights(n) = opened.weight(n);
      result.x(0, n) = opened.value(0, opened.weight(n) > 0 ? n : stand_in);
    }
    return result;
  }

 private:
  typename detail::KeptSamples<X>::Type x_;
  detail::Interval<Scalar> window_;
};

/// Samples of one dimension that were seen only where they lie in [lower, upper], others having
/// left no trace, not even a count: `fit(truncated(x, lower, upper))`. A detector's range, a
/// trigger's threshold.
///
/// The likelihood is that of samples that had to be inside, Σ_n w_n log p(x_n) - N log P(lower <= X
/// <= upper), N = Σ w_n. EM expects N (1 - P) / P samples outside and their moments (McLachlan &
/// Jones 1988, Fitting mixture models to grouped and truncated data via the EM algorithm,
/// Biometrics 44). It is the slower the more is hidden: an iteration goes some P of the way. Leaps
/// make up for it, with 36 passes instead of 7864 where a sixth of a normal distribution is seen.
/// The weights of the mixture are those of all samples, seen or not.
///
/// Goes where samples go. log_density is log p(x_n) - log P, log_component_densities the
/// components' log p(x_n | k) - log P with the same P, the mixture's; responsibilities are as
/// without a window. `moments` are of all samples that there must have been; effective counts of
/// those seen.
///
/// There is no finite maximum where samples fall off like an exponential, or slower: the likelihood
/// then rises with the variance, the mean going away from the window (del Castillo 1994, Ann. Inst.
/// Statist. Math. 46). The status of such a fit is FitStatus::no_finite_maximum,
/// and FitResult::stopped_by says which component; of one component exactly, of several by the
/// samples that each owns where the fit ended. So it is where a start sees its samples with
/// probability below 1e-8, and EM cannot move.
///
/// Of a background must be known how much of it is inside: both ends are finite, and its density
/// times the width, which that is, is one or less.
/// \param x      [1 x N] samples, weighted(x, w) or counted(x, c); as with those, plain matrices
///               must outlive what is returned
/// \param lower  may be minus infinity
/// \param upper  > lower; may be infinity
/// \throws std::invalid_argument  unless lower < upper; from what it is given to if a sample lies
///                                outside, the mixture has another dimension than one, or a
///                                background as said
/// \complexity  an E-step is that of x, and some 100 exponentials for each component
template <class X>
TruncatedSamples<X> truncated(const Eigen::DenseBase<X>& x, typename X::Scalar lower,
                              typename X::Scalar upper) {
  return {x.derived(), lower, upper};
}
template <class X, class W>
TruncatedSamples<WeightedSamples<X, W>> truncated(const WeightedSamples<X, W>& x,
                                                  typename X::Scalar lower,
                                                  typename X::Scalar upper) {
  return {x, lower, upper};
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_TRUNCATED_HPP
