// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_SOURCE_EVALUATION_HPP
#define EIGENMIX_EM_SOURCE_EVALUATION_HPP

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <eigenmix/em/moment_source.hpp>
#include <eigenmix/execution/any_execution.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// log Σ_k exp(values_k), exact where terms underflow.
template <class Scalar>
Scalar log_sum_exp(const Vector<Scalar>& values) {
  using std::exp, std::log;
  Scalar largest = values(0);
  for (Index k = 1; k < values.size(); ++k) largest = std::max(largest, values(k));
  if (!(largest > -std::numeric_limits<Scalar>::infinity())) return largest;
  Scalar sum = 0;
  for (Index k = 0; k < values.size(); ++k) sum += exp(values(k) - largest);
  return largest + log(sum);
}

/// A source of samples, opened to be evaluated under a mixture. visit(n, values) for every sample,
/// several at once: its log densities under the components plus the constants, then the noise's.
template <class Parameters, class X>
class SourceEvaluation {
 public:
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;

  SourceEvaluation(const char* where, const Parameters& parameters, const X& x,
                   const AnyExecution& execution)
      : parameters_(parameters),
        pass_(x.template open<Parameters>(where, parameters.dimension(), execution)) {}

  Index count() const { return pass_.count(); }
  Scalar weight(Index n) const { return pass_.weight(n); }

  /// With the constants given.
  void for_each_sample(const Vector<Scalar>& constants, SampleVisit<Scalar> visit) {
    pass_.evaluate(parameters_, constants, visit);
  }

  /// Of log w_k + log p(x_n | k).
  void for_each_sample(SampleVisit<Scalar> visit) {
    for_each_sample(parameters_.log_constants, visit);
  }

  /// visit(n, values, log p(x_n)) likewise. \return the log-likelihood, added up in order
  Real share_out(
      FunctionRef<void(Index n, const Vector<Scalar>& values, Scalar log_density)> visit) {
    Vector<Scalar> log_densities(count());
    for_each_sample([&](Index n, const Vector<Scalar>& values) {
      log_densities(n) = log_sum_exp(values);
      visit(n, values, log_densities(n));
    });
    Real sum = 0;
    for (Index n = 0; n < count(); ++n) {
      if (weight(n) > 0) sum += Real(weight(n)) * Real(log_densities(n));
    }
    return sum;
  }

 private:
  using Pass = decltype(std::declval<const X&>().template open<Parameters>(
      "", Index(0), std::declval<const AnyExecution&>()));

  const Parameters& parameters_;
  Pass pass_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_SOURCE_EVALUATION_HPP
