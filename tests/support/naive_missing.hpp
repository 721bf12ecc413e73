// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_SUPPORT_NAIVE_MISSING_HPP
#define EIGENMIX_TESTS_SUPPORT_NAIVE_MISSING_HPP

#include <limits>

#include "support/data.hpp"
#include "support/naive_em.hpp"

namespace eigenmix_tests {

/// Makes each entry NaN with a probability.
template <class X>
X with_holes(X x, double share, std::uint64_t seed) {
  eigenmix::random::Engine engine(seed);
  for (Index i = 0; i < x.size(); ++i) {
    if (eigenmix::random::uniform(engine) < share) {
      x.data()[i] = std::numeric_limits<typename X::Scalar>::quiet_NaN();
    }
  }
  return x;
}

/// The E-step of samples with missing entries as a textbook writes it, sample by sample in long
/// double: one inverse for each sample and component.
class NaiveMissing {
 public:
  template <class Mixture, class X>
  NaiveMissing(const Mixture& mixture, const X& x)
      : x_(x.template cast<Exact>()),
        means_(mixture.means().template cast<Exact>()),
        components(mixture.component_count()) {
    log_densities.resize(components + 1, x.cols());
    const auto noise = mixture.noise();
    for (Index k = 0; k < components; ++k) {
      covariances_.push_back(mixture.covariance(k).template cast<Exact>());
    }
    for (Index n = 0; n < x.cols(); ++n) {
      const auto seen = dimensions(n, true);
      for (Index k = 0; k < components; ++k) {
        log_densities(k, n) = log_normal(n, k) + std::log(Exact(mixture.weights()(k))) +
                              std::log1p(-Exact(noise.weight));
      }
      log_densities(components, n) = std::log(Exact(noise.weight)) + Exact(noise.log_density) *
                                                                         Exact(seen.size()) /
                                                                         Exact(x.rows());
    }
  }

  Exact log_density(Index n) const {
    const Exact largest = log_densities.col(n).maxCoeff();
    return largest + std::log((log_densities.col(n).array() - largest).exp().sum());
  }
  Exact responsibility(Index k, Index n) const {
    return std::exp(log_densities(k, n) - log_density(n));
  }

  /// Sample n with its conditional means under component k.
  ExactVector completed(Index n, Index k) const {
    const auto seen = dimensions(n, true), missing = dimensions(n, false);
    ExactVector result = x_.col(n);
    const ExactMatrix slopes = slopes_of(n, k);
    for (std::size_t m = 0; m < missing.size(); ++m) {
      Exact sum = means_(missing[m], k);
      for (std::size_t j = 0; j < seen.size(); ++j) {
        sum += slopes(Index(m), Index(j)) * (x_(seen[j], n) - means_(seen[j], k));
      }
      result(missing[m]) = sum;
    }
    return result;
  }

  /// [Dim x Dim] the conditional covariance, zero where something is seen.
  ExactMatrix spread(Index n, Index k) const {
    const auto seen = dimensions(n, true), missing = dimensions(n, false);
    ExactMatrix result = ExactMatrix::Zero(x_.rows(), x_.rows());
    const ExactMatrix slopes = slopes_of(n, k);
    const ExactMatrix& covariance = covariances_[std::size_t(k)];
    for (std::size_t m = 0; m < missing.size(); ++m) {
      for (std::size_t l = 0; l < missing.size(); ++l) {
        Exact sum = covariance(missing[m], missing[l]);
        for (std::size_t j = 0; j < seen.size(); ++j) {
          sum -= slopes(Index(m), Index(j)) * covariance(seen[j], missing[l]);
        }
        result(missing[m], missing[l]) = sum;
      }
    }
    return result;
  }

  std::vector<Index> dimensions(Index n, bool seen) const {
    std::vector<Index> result;
    for (Index i = 0; i < x_.rows(); ++i) {
      if (std::isnan(x_(i, n)) != seen) result.push_back(i);
    }
    return result;
  }

 private:
  ExactMatrix x_, means_;

 public:
  Index components;
  ExactMatrix log_densities;  ///< joint, K + 1 x N, the last of the background

 private:
  ExactMatrix part(const ExactMatrix& of, const std::vector<Index>& rows,
                   const std::vector<Index>& cols) const {
    ExactMatrix result(Index(rows.size()), Index(cols.size()));
    for (Index i = 0; i < result.rows(); ++i) {
      for (Index j = 0; j < result.cols(); ++j) {
        result(i, j) = of(rows[std::size_t(i)], cols[std::size_t(j)]);
      }
    }
    return result;
  }

  Exact log_normal(Index n, Index k) const {
    const auto seen = dimensions(n, true);
    const ExactMatrix inverse = inverse_cholesky(part(covariances_[std::size_t(k)], seen, seen));
    ExactVector offset(Index(seen.size()));
    for (std::size_t j = 0; j < seen.size(); ++j) {
      offset(Index(j)) = x_(seen[j], n) - means_(seen[j], k);
    }
    const ExactVector y = inverse.lazyProduct(offset);
    return inverse.diagonal().array().log().sum() -
           Exact(seen.size()) * std::log(2 * std::acos(Exact(-1))) / 2 - y.squaredNorm() / 2;
  }

  ExactMatrix slopes_of(Index n, Index k) const {
    const auto seen = dimensions(n, true), missing = dimensions(n, false);
    const ExactMatrix& covariance = covariances_[std::size_t(k)];
    const ExactMatrix inverse = inverse_cholesky(part(covariance, seen, seen));
    return part(covariance, missing, seen)
        .lazyProduct(ExactMatrix(inverse.transpose().lazyProduct(inverse)));
  }

  std::vector<ExactMatrix> covariances_;
};

}  // namespace eigenmix_tests

#endif  // EIGENMIX_TESTS_SUPPORT_NAIVE_MISSING_HPP
