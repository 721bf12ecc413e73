// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_SUPPORT_NAIVE_EM_HPP
#define EIGENMIX_TESTS_SUPPORT_NAIVE_EM_HPP

#include "support/oracle_model.hpp"

namespace eigenmix_tests {

/// Inverse of the lower Cholesky factor, by the textbook's loops.
inline ExactMatrix inverse_cholesky(const ExactMatrix& covariance) {
  const Index d = covariance.rows();
  ExactMatrix lower = ExactMatrix::Zero(d, d), inverse = ExactMatrix::Zero(d, d);
  for (Index i = 0; i < d; ++i) {
    for (Index j = 0; j <= i; ++j) {
      Exact sum = covariance(i, j);
      for (Index l = 0; l < j; ++l) sum -= lower(i, l) * lower(j, l);
      lower(i, j) = i == j ? std::sqrt(sum) : sum / lower(j, j);
    }
    for (Index j = 0; j <= i; ++j) {
      Exact sum = i == j ? 1 : 0;
      for (Index l = j; l < i; ++l) sum -= lower(i, l) * inverse(l, j);
      inverse(i, j) = sum / lower(i, i);
    }
  }
  return inverse;
}

/// Expectation-maximisation as a textbook writes it: an N x K matrix, no tiles, no moments, two
/// passes in the M-step, everything in long double.
class NaiveEm {
 public:
  NaiveEm(const ExactMatrix& x, const ExactVector& sample_weights, std::string family, Model start)
      : model(std::move(start)), x_(x), w_(sample_weights), family_(std::move(family)) {
    e_step();
  }

  void iterate() {
    m_step();
    e_step();
  }

  Model model;
  ExactMatrix responsibilities;  ///< K x N
  Exact log_likelihood = 0;      ///< of `model`

 private:
  void e_step() {
    responsibilities.resize(model.component_count(), x_.cols());
    for (Index k = 0; k < model.component_count(); ++k) {
      const ExactMatrix inverse = inverse_cholesky(model.covariances[std::size_t(k)]);
      const Exact constant = std::log(model.weights(k)) + inverse.diagonal().array().log().sum() -
                             Exact(model.dimension()) * std::log(2 * std::acos(Exact(-1))) / 2;
      for (Index n = 0; n < x_.cols(); ++n) {
        const ExactVector y = inverse.lazyProduct(x_.col(n) - model.means.col(k));
        responsibilities(k, n) = constant - y.squaredNorm() / 2;
      }
    }
    log_likelihood = 0;
    for (Index n = 0; n < x_.cols(); ++n) {
      auto r = responsibilities.col(n);
      const Exact largest = r.maxCoeff();
      const Exact log_density = largest + std::log((r.array() - largest).exp().sum());
      log_likelihood += w_(n) * log_density;
      r = (r.array() - log_density).exp();
    }
  }

  void m_step() {
    const Index d = model.dimension();
    ExactMatrix pooled = ExactMatrix::Zero(d, d);
    for (Index k = 0; k < model.component_count(); ++k) {
      const ExactVector r = responsibilities.row(k).transpose().cwiseProduct(w_);
      model.weights(k) = r.sum() / w_.sum();
      model.means.col(k) = x_.lazyProduct(r) / r.sum();
      ExactMatrix scatter = ExactMatrix::Zero(d, d);
      for (Index n = 0; n < x_.cols(); ++n) {
        const ExactVector difference = x_.col(n) - model.means.col(k);
        scatter += r(n) * difference.lazyProduct(difference.transpose());
      }
      pooled += scatter / w_.sum();
      model.covariances[std::size_t(k)] = restricted(scatter / r.sum());
    }
    if (family_ == "tied") std::fill(model.covariances.begin(), model.covariances.end(), pooled);
  }

  /// The estimate of the family from that of the full one.
  ExactMatrix restricted(const ExactMatrix& full) const {
    if (family_ == "full" || family_ == "tied") return full;
    ExactVector variances = full.diagonal();
    if (family_ == "spherical") variances.setConstant(full.diagonal().mean());
    return variances.asDiagonal();
  }

  ExactMatrix x_;
  ExactVector w_;
  std::string family_;
};

}  // namespace eigenmix_tests

#endif  // EIGENMIX_TESTS_SUPPORT_NAIVE_EM_HPP
