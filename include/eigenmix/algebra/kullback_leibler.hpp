// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ALGEBRA_KULLBACK_LEIBLER_HPP
#define EIGENMIX_ALGEBRA_KULLBACK_LEIBLER_HPP

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include <eigenmix/inference/factored_normals.hpp>
#include <eigenmix/inference/sampled_value.hpp>
#include <eigenmix/kernels/simd.hpp>
#include <eigenmix/noise.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

namespace detail {

/// Of two mixtures: divergences of the components of a from each other and from those of b.
template <class Real>
struct PairDivergences {
  std::vector<Real> log_weights_a, log_weights_b;
  Matrix<Real> within;  // [K_a x K_a]
  Matrix<Real> across;  // [K_a x K_b]
};

template <class Real, int Dim>
Matrix<Real> divergence_table(const std::vector<FactoredNormal<Real, Dim>>& from,
                              const std::vector<FactoredNormal<Real, Dim>>& to) {
  Matrix<Real> result(static_cast<Index>(from.size()), static_cast<Index>(to.size()));
  for (Index j = 0; j < result.cols(); ++j) {
    for (Index i = 0; i < result.rows(); ++i) {
      result(i, j) = normal_kl(from[static_cast<std::size_t>(i)], to[static_cast<std::size_t>(j)]);
    }
  }
  return result;
}

template <class A, class B>
PairDivergences<typename A::Real> pair_divergences(const char* where, const A& a, const B& b) {
  if constexpr (are_of_one_space<A, B>()) {
    using Real = typename A::Real;
    constexpr int Dim = common_size(A::Dim, B::Dim);
    check_same_dimension(where, a.dimension(), b.dimension());
    const auto p = all_factored(where, normals_of<Dim>(where, a));
    const auto q = all_factored(where, normals_of<Dim>(where, b));
    PairDivergences<Real> result{{}, {}, divergence_table(p, p), divergence_table(p, q)};
    for (const auto& normal : p) result.log_weights_a.push_back(std::log(normal.weight));
    for (const auto& normal : q) result.log_weights_b.push_back(std::log(normal.weight));
    return result;
  } else {
    throw std::logic_error("eigenmix: unreachable");
  }
}

/// log Σ_j w_j exp(-divergences(row, j))
template <class Real>
Real log_closeness(const std::vector<Real>& log_weights, const Matrix<Real>& divergences,
                   Index row) {
  LogSum<Real> sum;
  for (std::size_t j = 0; j < log_weights.size(); ++j) {
    sum.add(log_weights[j] - divergences(row, static_cast<Index>(j)));
  }
  return sum.value();
}

/// The variational upper bound: the weight of each component of a is divided among those of b, and
/// that of each of b among those of a, so as to make least what the parts diverge together.
template <class Real>
class KlUpperBound {
 public:
  explicit KlUpperBound(const PairDivergences<Real>& given)
      : given_(given), of_a_(products_of_weights(given)), of_b_(of_a_) {}  // bound of convexity

  /// Σ_ij of_a (log of_a - log of_b + KL(a_i || b_j))
  Real value() const {
    Real sum = 0;
    for (std::size_t i = 0; i < rows(); ++i) {
      for (std::size_t j = 0; j < cols(); ++j) {
        const Real log_part = of_a_[at(i, j)];
        const Real part = std::exp(log_part);
        if (!(part > 0)) continue;
        sum += part * (log_part - of_b_[at(i, j)] + divergence(i, j));
      }
    }
    return sum;
  }

  /// Hershey & Olsen's two updates (section 8), in logarithms: each is a minimum given the other.
  void improve() {
    std::vector<Real> terms(rows());
    for (std::size_t j = 0; j < cols(); ++j) {
      for (std::size_t i = 0; i < rows(); ++i) terms[i] = of_a_[at(i, j)];
      share_out(given_.log_weights_b[j], terms);
      for (std::size_t i = 0; i < rows(); ++i) of_b_[at(i, j)] = terms[i];
    }
    terms.resize(cols());
    for (std::size_t i = 0; i < rows(); ++i) {
      for (std::size_t j = 0; j < cols(); ++j) terms[j] = of_b_[at(i, j)] - divergence(i, j);
      share_out(given_.log_weights_a[i], terms);
      for (std::size_t j = 0; j < cols(); ++j) of_a_[at(i, j)] = terms[j];
    }
  }

 private:
  std::size_t rows() const { return given_.log_weights_a.size(); }
  std::size_t cols() const { return given_.log_weights_b.size(); }
  std::size_t at(std::size_t i, std::size_t j) const { return i * cols() + j; }
  Real divergence(std::size_t i, std::size_t j) const {
    return given_.across(static_cast<Index>(i), static_cast<Index>(j));
  }

  static std::vector<Real> products_of_weights(const PairDivergences<Real>& given) {
    std::vector<Real> result;
    for (const Real of_a : given.log_weights_a) {
      for (const Real of_b : given.log_weights_b) result.push_back(of_a + of_b);
    }
    return result;
  }

  /// Terms in their proportion, of a given sum; where none has any, in equal parts.
  static void share_out(Real log_total, std::vector<Real>& terms) {
    const Real log_sum = log_of_sum(terms);
    const bool is_nothing = !(log_sum > -std::numeric_limits<Real>::infinity());
    for (Real& term : terms) {
      const Real share = is_nothing ? -std::log(Real(terms.size())) : term - log_sum;
      term = log_total + share;
    }
  }

  const PairDivergences<Real>& given_;
  std::vector<Real> of_a_, of_b_;  // logs of the parts, [K_a x K_b]
};

}  // namespace detail

/// KL(a || b) = ∫ a log(a / b) in nats, by samples of a: the mean of log a(x) - log b(x), and its
/// standard error. The one estimate here that converges to the divergence (Hershey & Olsen 2007,
/// ICASSP, section 2).
/// \param a, b    of one dimension and scalar, without backgrounds
/// \param count   of samples, at least two; drawn a thousand at a time
/// \param engine  any UniformRandomBitGenerator
/// \return infinite, with an infinite error, if b's log density of a sample is beyond the scalar
/// \throws std::invalid_argument  if an argument is not as said
/// \complexity  O(count (K_a + K_b) Dim²)
template <class A, class B, class Generator>
SampledValue kl_monte_carlo(const A& a, const B& b, Index count, Generator&& engine) {
  constexpr const char* where = "kl_monte_carlo";
  if constexpr (detail::are_of_one_space<A, B>()) {
    detail::check_same_dimension(where, a.dimension(), b.dimension());
    detail::refuse_noise(where, a.noise().weight);
    detail::refuse_noise(where, b.noise().weight);
    if (count < 2) detail::reject(where, "count", detail::text(count), "at least two");
    constexpr Index chunk = 1024;
    detail::DrawnMean mean;
    for (Index done = 0; done < count; done += chunk) {
      const auto drawn = a.sample(std::min(chunk, count - done), engine);
      const auto of_a = a.log_density(drawn.samples);
      const auto of_b = b.log_density(drawn.samples);
      for (Index n = 0; n < of_a.size(); ++n) {
        // Log densities are held above lowest_exponent, which is no number to take a mean of.
        const bool is_beyond = of_b(n) <= detail::lowest_exponent<typename A::Scalar> / 2;
        mean.add(is_beyond ? HUGE_VAL : double(of_a(n)) - double(of_b(n)));
      }
    }
    return mean.estimate();
  } else {
    throw std::logic_error("eigenmix: unreachable");
  }
}

/// Hershey & Olsen's variational approximation of KL(a || b) in nats (2007, ICASSP, section 7):
/// Σ_i w_i log(Σ_i' w_i' exp(-KL(a_i || a_i')) / Σ_j v_j exp(-KL(a_i || b_j))). It is a difference
/// of two lower bounds, so it is itself no bound of either kind and may be negative. Zero for equal
/// mixtures, exact for single components, and near where components do not overlap.
/// \param a, b  of one dimension and scalar, without backgrounds
/// \throws std::invalid_argument  if dimensions differ or there is a background
/// \complexity  O(K_a (K_a + K_b) Dim³)
template <class A, class B>
typename A::Real kl_variational(const A& a, const B& b) {
  using Real = typename A::Real;
  const auto given = detail::pair_divergences("kl_variational", a, b);
  Real sum = 0;
  for (Index i = 0; i < given.within.rows(); ++i) {
    const Real weight = std::exp(given.log_weights_a[static_cast<std::size_t>(i)]);
    if (!(weight > 0)) continue;
    sum += weight * (detail::log_closeness(given.log_weights_a, given.within, i) -
                     detail::log_closeness(given.log_weights_b, given.across, i));
  }
  return sum;
}

/// An upper bound on KL(a || b) in nats: Hershey & Olsen's variational upper bound (2007, ICASSP,
/// section 8), from the bound of convexity, Σ_ij w_i v_j KL(a_i || b_j), downwards. Each of its
/// steps is a bound; they end when one gains less than 1e-10 of it, or nats.
/// \param a, b        of one dimension and scalar, without backgrounds
/// \param iterations  >= 0, at most; zero gives the bound of convexity
/// \return >= 0
/// \throws std::invalid_argument  if an argument is not as said
/// \complexity  O(K_a K_b Dim³ + K_a² Dim³), and O(K_a K_b) a step
template <class A, class B>
typename A::Real kl_upper_bound(const A& a, const B& b, Index iterations = 1000) {
  constexpr const char* where = "kl_upper_bound";
  using Real = typename A::Real;
  detail::non_negative(where, "iterations", iterations);
  const auto given = detail::pair_divergences(where, a, b);
  detail::KlUpperBound<Real> bound(given);
  Real least = bound.value();
  for (Index step = 0; step < iterations; ++step) {
    bound.improve();
    const Real value = bound.value();
    const bool is_done = !(value < least - Real(1e-10) * (1 + std::abs(value)));
    least = std::min(least, value);
    if (is_done) break;
  }
  return std::max(least, Real(0));
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_ALGEBRA_KULLBACK_LEIBLER_HPP
