// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_INCOMPLETE_HPP
#define EIGENMIX_INCOMPLETE_INCOMPLETE_HPP

#include <eigenmix/incomplete/nearest_donors.hpp>
#include <eigenmix/incomplete/opened_incomplete.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// Samples x, [Dim x N], some of whose entries are missing; made by `incomplete`. Refers to the
/// plain matrices it was made from, which must outlive it.
/// \tparam X  an Eigen expression, or WeightedSamples
template <class X>
class Incomplete {
  using Expression = typename detail::ExpressionOf<X>::Type;

 public:
  using MakesMoments = void;
  using Scalar = typename Expression::Scalar;
  static constexpr int RowsAtCompileTime = Expression::RowsAtCompileTime;

  explicit Incomplete(const X& x) : x_(x) {}

  /// As they were given.
  const X& samples() const { return x_; }
  Index rows() const { return x_.rows(); }
  Index cols() const { return x_.cols(); }

  /// What makes their moments, see is_source_v.
  template <class Parameters>
  auto open(const char* where, Index dimension, const detail::AnyExecution& execution) const {
    const auto open = [&] { return opened<Parameters>(where, dimension); };
    return detail::OpenedIncomplete<Parameters, decltype(open())>(where, execution, open);
  }

  /// Completed samples to find a start among, see detail::complete_by_donors.
  template <class OfScalar, int Dim>
  detail::StandIn<OfScalar, Dim> stand_in(const char* where) const {
    const auto opened = detail::MissingBoundary<OfScalar, Dim>::checked(where, x_, Eigen::Dynamic);
    detail::check_observed(where, opened);
    return detail::complete_by_donors<OfScalar, Dim>(opened);
  }

 private:
  template <class Parameters>
  auto opened(const char* where, Index dimension) const {
    return detail::MissingBoundary<typename Parameters::Scalar, Parameters::Dim>::checked(
        where, x_, dimension);
  }

  typename detail::KeptSamples<X>::Type x_;  // NOLINT(readability-identifier-naming): a member
};

/// Samples x in which NaN stands for an entry that was not measured: `fit(incomplete(x))`. Goes
/// wherever samples go: fit, moments, densities, responsibilities, classify, initialize, fit_best,
/// grow, select; and see impute. Infinite entries stay errors, as NaN is without `incomplete`.
///
/// A fit maximises the likelihood of what was measured, Σ_n w_n log p(x_n's entries). That is
/// right where whether an entry is missing does not depend on its value once the others are known
/// (missing at random: Rubin 1976; Little & Rubin 2019, chapter 6). Each E-step takes the
/// conditional means and covariances of what is missing (Ghahramani & Jordan 1994), of every
/// family, so that all else of a fit is as ever. Where nothing is missing the result is that of
/// fit(x), to the bit; of large fits that of Pairs::all.
///
/// A sample without any entry says nothing: its density is one, its responsibilities are the
/// weights, it counts neither for a criterion nor for the weights. A component none of whose
/// samples has some dimension keeps there what its start, a prior or parts in common with others
/// say; see FitResult::unmeasured. A background, see Noise, is taken to be as wide in one dimension
/// as in another where a sample is not complete: let dimensions have similar spreads.
///
/// \param x  [Dim x N] one sample per column; at least one entry in each row for a fit or a start,
///           checked where used; std::invalid_argument: "where: x(i, n), got inf, need ..."
/// \complexity  a pass: that of the complete samples, less for the others, and for each pattern of
///              missing entries and component O(Dim³) of dense families, O(Dim) of others; opening
///              them O(N (Dim + log N)); memory 2 N indices beside x
template <class X>
Incomplete<X> incomplete(const Eigen::DenseBase<X>& x) {
  return Incomplete<X>(x.derived());
}

/// The same of samples of unequal importance, or seen several times: `fit(incomplete(weighted(x,
/// w)))`. Weights may not be missing.
template <class X, class W>
Incomplete<WeightedSamples<X, W>> incomplete(const WeightedSamples<X, W>& x) {
  return Incomplete<WeightedSamples<X, W>>(x);
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_INCOMPLETE_HPP
