// SPDX-License-Identifier: MIT
//
// A covariance family of one's own. On Fisher's irises the three species differ in how much their
// measures vary, but perhaps not in how these go together: correlations are equal, variances free.
// That lies between one covariance for all (mclust's EEE) and one for each component (VVV).
//
// covariance_k = S_k R S_k, S_k diagonal with the deviations of component k, R the common
// correlations; K Dim + Dim (Dim - 1) / 2 parameters.

#include <algorithm>
#include <array>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include <Eigen/Cholesky>

#include <eigenmix/eigenmix.hpp>

#include "support/csv.hpp"
#include "support/places.hpp"

using eigenmix::Index;

/// The M-step: given every component's own second moments W_k, lowers
///
///     Σ_k n_k (log |covariance_k| + tr(covariance_k^-1 W_k)) / n
///
/// by steps that are each the best for what is held, so none of them can raise it.
template <class Real>
class EqualCorrelationStep {
 public:
  using Matrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>;
  using Vector = Eigen::Matrix<Real, Eigen::Dynamic, 1>;

  /// \param counts   [K] n_k
  /// \param moments  [Dim x Dim K] W_k side by side
  EqualCorrelationStep(const Vector& counts, const Matrix& moments)
      : counts_(counts), moments_(moments), inverses_(moments.rows(), counts.size()) {}

  /// \param previous  [Dim x Dim K] covariances of the family's form, or without columns
  /// \return [Dim x Dim K] the most likely ones; NaN if the pooled correlations are singular
  Matrix operator()(const Matrix& previous) {
    const Matrix& start = previous.cols() > 0 ? previous : moments_;
    for (Index k = 0; k < counts_.size(); ++k) {
      inverses_.col(k) = of(start, k).diagonal().cwiseSqrt().cwiseInverse();
    }
    // It ends where an iteration gains no more than this, in nats per sample: as the library's own.
    constexpr double tolerance = 1e-11;
    constexpr int max_iterations = 500;
    double last = std::numeric_limits<double>::infinity();
    for (int i = 0; i < max_iterations && update_correlations(); ++i) {
      const double now = cost();
      if (!(last - now > tolerance)) break;
      last = now;
      for (Index k = 0; k < counts_.size(); ++k) update_deviations(k);
    }
    return covariances();
  }

 private:
  Index dimension() const { return moments_.rows(); }
  auto of(const Matrix& matrices, Index k) const {
    return matrices.middleCols(k * dimension(), dimension());
  }

  /// With S_k held, the best matrix C for S_k C S_k is the mean of the standardised moments, by
  /// counts. Its correlations are R; the square roots of its diagonal belong to every S_k.
  bool update_correlations() {
    correlations_.setZero(dimension(), dimension());
    for (Index k = 0; k < counts_.size(); ++k) {
      const auto& inverse = inverses_.col(k);
      correlations_ += counts_(k) / counts_.sum() *
                       (inverse.asDiagonal() * of(moments_, k) * inverse.asDiagonal());
    }
    const Vector scale = correlations_.diagonal().cwiseSqrt().cwiseInverse();
    correlations_ = (scale.asDiagonal() * correlations_ * scale.asDiagonal()).eval();
    inverses_.array().colwise() *= scale.array();
    const Eigen::LLT<Matrix> factor(correlations_);
    if (factor.info() != Eigen::Success) {
      correlations_.setConstant(std::numeric_limits<Real>::quiet_NaN());
      return false;
    }
    precision_ = factor.solve(Matrix::Identity(dimension(), dimension()));
    log_determinant_ = 2 * Matrix(factor.matrixL()).diagonal().array().log().sum();
    return true;
  }

  /// With R held, u = the inverse deviations of component k lower -2 Σ log u_i + u^T M u, where M
  /// is R^-1 times W_k entry by entry: convex, and for one u_i at a time a quadratic equation.
  void update_deviations(Index k) {
    const Matrix m = precision_.cwiseProduct(of(moments_, k));
    auto u = inverses_.col(k);
    for (Index i = 0; i < dimension(); ++i) {
      const Real b = m.col(i).dot(u) - m(i, i) * u(i);
      u(i) = 2 / (b + std::sqrt(b * b + 4 * m(i, i)));
    }
  }

  double cost() const {
    Real sum = 0;
    for (Index k = 0; k < counts_.size(); ++k) {
      const auto& u = inverses_.col(k);
      const Real trace = u.dot(precision_.cwiseProduct(of(moments_, k)) * u);
      sum += counts_(k) * (log_determinant_ - 2 * u.array().log().sum() + trace);
    }
    return double(sum / counts_.sum());
  }

  Matrix covariances() const {
    Matrix result(dimension(), moments_.cols());
    for (Index k = 0; k < counts_.size(); ++k) {
      const Vector deviations = inverses_.col(k).cwiseInverse();
      for (Index j = 0; j < dimension(); ++j) {
        for (Index i = 0; i <= j; ++i) {
          const Real entry = deviations(i) * correlations_(i, j) * deviations(j);
          result(i, k * dimension() + j) = result(j, k * dimension() + i) = entry;
        }
      }
    }
    return result;
  }

  const Vector counts_;
  const Matrix moments_;
  Matrix inverses_;  // [Dim x K] 1 / deviations
  Matrix correlations_, precision_;
  Real log_determinant_ = 0;
};

/// The family: everything else is that of any dense one.
struct EqualCorrelation : eigenmix::covariance::DenseBase {
  static constexpr const char* name = "EqualCorrelation";
  static constexpr const char* common = "one correlation matrix for all components";

  static Index parameter_count(Index dimension, Index components) {
    return components * dimension + dimension * (dimension - 1) / 2;
  }

  template <class Counts, class Covariances>
  static void unite(const Counts& counts, const Covariances& previous, Covariances& estimates) {
    estimates = EqualCorrelationStep<typename Counts::Scalar>(counts, estimates)(previous);
  }
};

template <class Covariance>
double report(const Eigen::MatrixXd& x, const std::vector<Index>& species) {
  using Mixture = eigenmix::GaussianMixture<double, 4, Covariance>;
  auto mixture = eigenmix::initialize<Mixture>(x, 3, eigenmix::initialization::FromLabels(species));
  const auto result = mixture.fit(x, eigenmix::stopping::RelativeLogLikelihoodChange(1e-10));
  std::cout << std::left << std::setw(18) << Covariance::name << std::right << std::setw(14)
            << result.log_likelihood << std::setw(12) << mixture.parameter_count() << std::setw(12)
            << -2 * result.log_likelihood +
                   double(mixture.parameter_count()) * std::log(double(x.cols()))
            << std::setw(12) << result.iterations << '\n';
  for (std::size_t i = 1; i < result.log_likelihoods.size(); ++i) {
    if (result.log_likelihoods[i] < result.log_likelihoods[i - 1] - 1e-9) {
      throw std::runtime_error(std::string(Covariance::name) + ": the likelihood fell");
    }
  }
  return result.log_likelihood;
}

int main() try {
  const auto irises = csv::read(places::data("iris.csv"), csv::LastColumn::text);
  const std::array<std::string, 3> names{"setosa", "versicolor", "virginica"};
  std::vector<Index> species;
  for (const std::string& label : irises.labels) {
    species.push_back(std::find(names.begin(), names.end(), label) - names.begin());
  }
  std::cout << std::fixed << std::setprecision(3)
            << "family            log-likelihood  parameters         BIC  iterations\n";
  const double one = report<eigenmix::covariance::EEE>(irises.samples, species);
  const double own = report<EqualCorrelation>(irises.samples, species);
  const double free = report<eigenmix::covariance::VVV>(irises.samples, species);
  if (!(one < own && own < free)) throw std::runtime_error("families are not as likely as nested");
} catch (const std::exception& error) {
  std::cerr << "07_own_family: " << error.what() << '\n';
  return 1;
}
