// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_SUPPORT_FAMILY_FORM_HPP
#define EIGENMIX_TESTS_SUPPORT_FAMILY_FORM_HPP

#include <Eigen/Eigenvalues>

#include <support/data.hpp>

namespace eigenmix_tests {

/// Covariances of a family as volume x shape x axes, Σ_k = λ_k D_k A_k D_k^T with |A_k| = 1
/// (Banfield & Raftery 1993), by Eigen's own eigendecomposition.
template <class Family>
class FamilyForm {
 public:
  using Is = Letters<Family>;

  /// The parts of covariances; those that are common are the first component's.
  explicit FamilyForm(const std::vector<Eigen::MatrixXd>& covariances) {
    for (const Eigen::MatrixXd& covariance : covariances) {
      const bool is_first = axes_.empty() || Is::orientation == 'V';
      axes_.push_back(is_first ? axes_of(covariance) : axes_[0]);
      const Eigen::MatrixXd turned = axes_.back().transpose() * covariance * axes_.back();
      Eigen::VectorXd logs = turned.diagonal().array().log();
      log_volumes_.push_back(Is::volume == 'E' && !log_volumes_.empty() ? log_volumes_[0]
                                                                        : logs.mean());
      logs.array() -= logs.mean();
      log_shapes_.push_back(Is::shape == 'E' && !log_shapes_.empty() ? log_shapes_[0] : logs);
    }
  }

  Index component_count() const { return Index(axes_.size()); }

  Eigen::VectorXd variances(Index k) const {
    return (log_shapes_[std::size_t(k)].array() + log_volumes_[std::size_t(k)]).exp();
  }

  Eigen::MatrixXd covariance(Index k) const {
    const Eigen::MatrixXd& axes = axes_[std::size_t(k)];
    return axes * variances(k).asDiagonal() * axes.transpose();
  }

  std::vector<Eigen::MatrixXd> covariances() const {
    std::vector<Eigen::MatrixXd> result;
    for (Index k = 0; k < component_count(); ++k) result.push_back(covariance(k));
    return result;
  }

  /// Σ_k n_k E_k log N(x | Σ_k), E_k with the given second moments, but for the constant.
  double expected_log_likelihood(const Eigen::VectorXd& counts,
                                 const std::vector<Eigen::MatrixXd>& second) const {
    double sum = 0;
    for (Index k = 0; k < component_count(); ++k) {
      const Eigen::MatrixXd& axes = axes_[std::size_t(k)];
      const Eigen::MatrixXd turned = axes.transpose() * second[std::size_t(k)] * axes;
      const Eigen::ArrayXd own = variances(k);
      sum -= counts(k) / 2 * (own.log() + turned.diagonal().array() / own).sum();
    }
    return sum;
  }

  /// Another member of the family, every free part moved by about `size`.
  FamilyForm moved(double size, eigenmix::random::Engine& engine) const {
    eigenmix::random::Normal normal;
    FamilyForm result = *this;
    const Index d = axes_[0].rows();
    Eigen::MatrixXd turn;
    Eigen::VectorXd shape(d);
    double volume = 0;
    for (std::size_t k = 0; k < axes_.size(); ++k) {
      const auto is_drawn = [k](char letter) { return letter == 'V' || (letter == 'E' && k == 0); };
      if (is_drawn(Is::volume)) volume = size * normal(engine);
      if (is_drawn(Is::shape)) {
        for (Index i = 0; i < d; ++i) shape(i) = size * normal(engine);
        shape.array() -= shape.mean();
      }
      if (is_drawn(Is::orientation)) turn = small_rotation(d, size, engine);
      result.log_volumes_[k] += volume;
      result.log_shapes_[k] += shape;
      if (Is::is_dense) result.axes_[k] = axes_[k] * turn;
    }
    return result;
  }

 private:
  static Eigen::MatrixXd axes_of(const Eigen::MatrixXd& covariance) {
    if (!Is::is_dense) return Eigen::MatrixXd::Identity(covariance.rows(), covariance.rows());
    return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(covariance).eigenvectors();
  }

  static Eigen::MatrixXd small_rotation(Index d, double size, eigenmix::random::Engine& engine) {
    eigenmix::random::Normal normal;
    Eigen::MatrixXd result = Eigen::MatrixXd::Identity(d, d);
    for (Index p = 0; p < d; ++p) {
      for (Index q = p + 1; q < d; ++q) {
        const double angle = size * normal(engine);
        const Eigen::VectorXd column = result.col(p);
        result.col(p) = std::cos(angle) * column + std::sin(angle) * result.col(q);
        result.col(q) = std::cos(angle) * result.col(q) - std::sin(angle) * column;
      }
    }
    return result;
  }

  std::vector<double> log_volumes_;
  std::vector<Eigen::VectorXd> log_shapes_;  // sum zero
  std::vector<Eigen::MatrixXd> axes_;
};

/// How far covariances are from the family's form, relative to their deviations: the largest
/// difference from what the first component's common parts make of them.
template <class Family>
double distance_from_form(const std::vector<Eigen::MatrixXd>& covariances) {
  const FamilyForm<Family> form(covariances);
  double largest = 0;
  for (Index k = 0; k < form.component_count(); ++k) {
    const Eigen::MatrixXd& covariance = covariances[std::size_t(k)];
    const Eigen::VectorXd scale = covariance.diagonal().cwiseSqrt();
    const Eigen::MatrixXd difference = (form.covariance(k) - covariance).cwiseAbs();
    largest = std::max(largest, difference.cwiseQuotient(scale * scale.transpose()).maxCoeff());
  }
  return largest;
}

}  // namespace eigenmix_tests

#endif  // EIGENMIX_TESTS_SUPPORT_FAMILY_FORM_HPP
