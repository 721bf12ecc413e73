// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SELECTION_CRITERIA_HPP
#define EIGENMIX_SELECTION_CRITERIA_HPP

#include <cmath>
#include <limits>
#include <type_traits>
#include <utility>

#include <eigenmix/base/errors.hpp>
#include <eigenmix/selection/criterion_input.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace selection {

/// Criteria of model choice. A criterion is any callable `double(const CriterionInput&)`, and there is
/// one sign: lower is better. A static member `name` is what it is called in tables (else:
/// "criterion").
///
/// L is the log-likelihood, ν the number of free parameters, n the sum of the sample weights. A
/// model that a criterion cannot judge is worth +infinity, so it is never chosen before one that it
/// can. Each costs O(1), and none throws but Nec.
namespace criteria {

inline constexpr double infeasible = std::numeric_limits<double>::infinity();

/// -2 L + 2 ν (Akaike 1974).
struct Aic {
  static constexpr const char* name = "AIC";
  double operator()(const CriterionInput& e) const {
    return -2 * e.log_likelihood + 2 * double(e.parameter_count);
  }
};

/// AIC + 2 ν (ν + 1) / (n - ν - 1), AIC for few samples (Hurvich & Tsai 1989); +infinity where
/// n <= ν + 1.
struct Aicc {
  static constexpr const char* name = "AICc";
  double operator()(const CriterionInput& e) const {
    const auto parameters = double(e.parameter_count);
    const double left = e.sample_weight - parameters - 1;
    return left > 0 ? Aic()(e) + 2 * parameters * (parameters + 1) / left : infeasible;
  }
};

/// -2 L + ν log n (Schwarz 1978). Minus what mclust calls BIC, see mclust_bic.
struct Bic {
  static constexpr const char* name = "BIC";
  double operator()(const CriterionInput& e) const {
    return -2 * e.log_likelihood + double(e.parameter_count) * std::log(e.sample_weight);
  }
};

/// BIC - 2 Σ_n w_n log max_k t_nk: the integrated completed likelihood with every sample in its
/// most responsible component (Biernacki, Celeux & Govaert 2000; mclust's, with minus the sign).
struct IclHard {
  static constexpr const char* name = "ICL (hard)";
  double operator()(const CriterionInput& e) const { return Bic()(e) - 2 * e.hard_classification; }
};

/// BIC - 2 Σ_nk w_n t_nk log t_nk: BIC and twice the entropy (McLachlan & Peel 2000, 6.10.3; what
/// mixmod computes since its version 3). Never below IclHard; on overlapping components by far
/// above.
struct IclSoft {
  static constexpr const char* name = "ICL (soft)";
  double operator()(const CriterionInput& e) const { return Bic()(e) - 2 * e.soft_classification; }
};

/// The normalised entropy criterion, entropy / (L_K - L_1), and 1 for one component (Celeux &
/// Soromenho 1996; Biernacki, Celeux & Govaert 1999). Components separate well where it is small;
/// above 1 one component is preferred. +infinity where L_K <= L_1.
struct Nec {
  static constexpr const char* name = "NEC";
  /// \throws std::invalid_argument  if K > 1 and e.single_log_likelihood was not set
  double operator()(const CriterionInput& e) const {
    if (e.component_count == 1) return 1;
    if (std::isnan(e.single_log_likelihood)) {
      detail::reject("criteria::Nec", "single_log_likelihood", "NaN",
                     "what single_log_likelihood<Mixture>(x) returns");
    }
    const double gain = e.log_likelihood - e.single_log_likelihood;
    return gain > 0 ? -e.soft_classification / gain : infeasible;
  }
};

}  // namespace criteria

/// BIC of a CriterionInput in mclust's sign: 2 L - ν log n, higher is better. O(1); never throws.
inline double mclust_bic(const CriterionInput& e) { return -criteria::Bic()(e); }

/// ICL likewise in mclust's sign and definition, that of IclHard: higher is better.
inline double mclust_icl(const CriterionInput& e) { return -criteria::IclHard()(e); }

}  // namespace selection

namespace detail {

template <class T>
inline constexpr bool is_criterion_v =
    std::is_invocable_r_v<double, const T&, const selection::CriterionInput&>;

template <class T, class = void>
inline constexpr const char* criterion_name_v = "criterion";
template <class T>
inline constexpr const char* criterion_name_v<T, std::void_t<decltype(T::name)>> = T::name;

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SELECTION_CRITERIA_HPP
