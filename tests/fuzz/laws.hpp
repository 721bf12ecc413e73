// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_FUZZ_LAWS_HPP
#define EIGENMIX_TESTS_FUZZ_LAWS_HPP

#include <cstdio>
#include <cstdlib>

#include <fuzz/starts.hpp>

// Laws that are checked of every case, and how far rounding goes.

namespace eigenmix_fuzz {

/// Laws that can be switched off, while one of them is known not to hold.
struct Laws {
  bool refit_is_not_lower;     ///< a fit of what was fitted ends no lower
  bool ends_at_rounding;       ///< no fit goes on while its gains are rounding
  bool accepts_representable;  ///< samples are refused only if their squares are beyond the scalar
  bool improves_likelihood;    ///< a move that is kept makes the mixture more likely
};
inline constexpr Laws laws{true, true, true, true};

/// Says what does not hold and ends the program, as fuzzers want it.
inline void require(bool holds, const char* law, double value = 0) {
  if (holds) return;
  std::fprintf(stderr, "does not hold: %s (%g)\n", law, value);
  std::abort();
}

/// The condition of a covariance scaled to a unit diagonal; infinite if rounding decides.
template <class Covariance>
double condition_of(const Covariance& covariance) {
  Matrix<double> scaled = covariance.template cast<double>(), axes;
  const Vector<double> deviations = scaled.diagonal().cwiseSqrt();
  for (Index j = 0; j < scaled.cols(); ++j) {
    for (Index i = 0; i < scaled.rows(); ++i) scaled(i, j) /= deviations(i) * deviations(j);
  }
  eigenmix::detail::symmetric_eigen<double, Eigen::Dynamic>(scaled, axes);
  const double least = scaled.diagonal().minCoeff();
  return least > 0 ? scaled.diagonal().maxCoeff() / least : HUGE_VAL;
}

template <class Mixture>
double largest_condition(const Mixture& mixture) {
  double largest = 1;
  for (Index k = 0; k < mixture.component_count(); ++k) {
    largest = std::max(largest, condition_of(mixture.covariance(k)));
  }
  return largest;
}

/// What two evaluations of a log-likelihood may differ by: a thousand roundings of what is summed,
/// times the condition of the covariances. In many a case that is everything.
template <class Mixture, class Samples, class Weights>
double rounding_of(const Mixture& mixture, const Samples& x, const Weights& w) {
  using Scalar = typename Mixture::Scalar;
  constexpr double eps = double(std::numeric_limits<Scalar>::epsilon());
  const auto density = mixture.log_density(x);
  double sum = 0;
  for (Index n = 0; n < x.cols(); ++n) {
    if (w(n) > 0) sum += double(w(n)) * (std::abs(double(density(n))) + double(x.rows()));
  }
  return 1e3 * eps * sum * largest_condition(mixture);
}

/// What the most likely parameters may lose as they are stored, and with them the likelihood from one
/// M-step to the next. Means are stored to half a unit in the last place; one that is off by d adds
/// d^T covariance^-1 d / 2 to the expected cost of each of its samples, at most half the sum of
/// d_i² / variance_i times the condition. Of a column far from zero for its spread, as around 1e12
/// in units, that is more than all roundings of the log densities.
template <class Mixture>
double stored_means_cost(const Mixture& mixture, double total_weight) {
  constexpr double half = double(std::numeric_limits<typename Mixture::Scalar>::epsilon()) / 2;
  double result = 0;
  for (Index k = 0; k < mixture.component_count(); ++k) {
    const Matrix<double> covariance = mixture.covariance(k).template cast<double>();
    const Vector<double> mean = mixture.means().col(k).template cast<double>();
    const double squares = (half * mean).cwiseAbs2().cwiseQuotient(covariance.diagonal()).sum();
    result += double(mixture.weights()(k)) * squares * condition_of(covariance) / 2;
  }
  return result * total_weight;
}

/// log p(x) as a textbook writes it, in long double.
template <class Mixture, class Sample>
long double naive_log_density(const Mixture& mixture, const Sample& x) {
  using Wide = long double;
  const Index d = mixture.dimension();
  Wide most = -HUGE_VALL, sum = 0;
  std::vector<Wide> logs;
  for (Index k = 0; k < mixture.component_count(); ++k) {
    Matrix<Wide> lower = mixture.covariance(k).template cast<Wide>();
    Vector<Wide> y = x.template cast<Wide>() - mixture.means().col(k).template cast<Wide>();
    Wide value =
        std::log(Wide(mixture.weights()(k))) - Wide(d) * std::log(2 * std::acos(Wide(-1))) / 2;
    for (Index i = 0; i < d; ++i) {
      for (Index j = 0; j <= i; ++j) {
        for (Index l = 0; l < j; ++l) lower(i, j) -= lower(i, l) * lower(j, l);
        lower(i, j) = i == j ? std::sqrt(lower(i, i)) : lower(i, j) / lower(j, j);
        if (j < i) y(i) -= lower(i, j) * y(j);
      }
      y(i) /= lower(i, i);
      value -= std::log(lower(i, i)) + y(i) * y(i) / 2;
    }
    logs.push_back(value);
    most = std::max(most, value);
  }
  for (const Wide value : logs) sum += std::exp(value - most);
  return most + std::log(sum);
}

/// Where covariances are well conditioned. A log density is minus half a squared distance, which the
/// library takes for the scalar's largest number where it is larger; and so does this.
template <class Mixture, class Samples, class Weights>
void check_against_naive(const Mixture& mixture, const Samples& x, const Weights& w) {
  using Scalar = typename Mixture::Scalar;
  constexpr double eps = double(std::numeric_limits<Scalar>::epsilon());
  constexpr double least = -double(std::numeric_limits<Scalar>::max()) / 2;
  const double condition = largest_condition(mixture);
  if (!(condition * std::sqrt(eps) < 1) || mixture.noise().weight > 0) return;
  const auto density = mixture.log_density(x);
  for (Index n = 0; n < x.cols(); ++n) {
    if (!(w(n) > 0)) continue;
    const auto naive = std::max(double(naive_log_density(mixture, x.col(n))), least);
    if (!std::isfinite(naive)) continue;
    const double tolerance = 1e3 * eps * condition * (double(x.rows()) + std::abs(naive));
    require(std::abs(double(density(n)) - naive) <= tolerance, "log densities are a textbook's",
            double(density(n)) - naive);
  }
}

template <class Mixture, class Samples>
void check_responsibilities(const Mixture& mixture, const Samples& x) {
  using Scalar = typename Mixture::Scalar;
  const double tolerance = 64 * double(std::numeric_limits<Scalar>::epsilon());
  const auto shares = mixture.responsibilities(x);
  require((shares.array() >= 0).all(), "responsibilities are >= 0");
  for (Index n = 0; n < x.cols(); ++n) {
    const double sum = double(shares.col(n).template cast<double>().sum());
    const bool is_whole = mixture.noise().weight > 0 ? sum >= 0 : sum >= 1 - tolerance;
    require(is_whole && sum <= 1 + tolerance, "responsibilities sum to one", sum - 1);
  }
}

/// Whether the start strategy of a case has nothing to object to samples whose squares the scalar
/// can hold.
template <class Samples, class Weights>
bool bears_start(const Case& c, const Samples& x, const Weights& w) {
  using Scalar = typename Samples::Scalar;
  const bool asks_little = c.start == Start::labels || c.start == Start::fast ||
                           c.start == Start::small_em || c.start == Start::k_means;
  // Every run of the search may meet a collapse, which the policy then refuses.
  if (c.start == Start::small_em && action_of(c) == Action::raise_error) return false;
  if (!asks_little || !x.allFinite() || !(w.array() > 0).all() || c.components > x.cols())
    return false;
  const Scalar least = std::numeric_limits<Scalar>::min() * 10000;
  const Scalar most = std::numeric_limits<Scalar>::max() / Scalar(100 * x.size());
  const double weight = double(w.template cast<double>().sum());
  if (!(weight > 1e-3 && weight < 1e6)) return false;
  for (Index i = 0; i < x.size(); ++i) {
    const Scalar square = x.data()[i] * x.data()[i];
    if (x.data()[i] != 0 && !(square >= least && square <= most)) return false;
  }
  return true;
}

}  // namespace eigenmix_fuzz

#endif  // EIGENMIX_TESTS_FUZZ_LAWS_HPP
