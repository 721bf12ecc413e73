// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_SUPPORT_ORACLE_DENSITY_HPP
#define EIGENMIX_TESTS_SUPPORT_ORACLE_DENSITY_HPP

#include "support/closeness.hpp"
#include "support/tolerances.hpp"

namespace eigenmix_tests {

/// Largest error relative to each number; infinite if anything is not finite.
inline double relative_error(const ExactMatrix& actual, const ExactMatrix& expected) {
  if (!actual.allFinite()) return std::numeric_limits<double>::infinity();
  const ExactMatrix error = (actual - expected).cwiseQuotient(expected);
  return double(error.cwiseAbs().maxCoeff());
}

/// Responsibilities point by point: each has a tolerance of its own, since far out a log density
/// carries so large an absolute error that none can be computed better in its precision. NaN in a
/// golden column means that its 100 digits did not suffice either.
template <class Scalar>
void check_responsibilities(const Record& record, const ExactMatrix& actual) {
  const ExactMatrix& expected = record.matrix("responsibilities");
  const ExactMatrix& yardstick = record.matrix("cholesky_responsibility_error");
  const double rounding = double(std::numeric_limits<Scalar>::epsilon()) * double(actual.rows());
  for (Index n = 0; n < expected.cols(); ++n) {
    INFO("sample " << n);
    check_error("sum of responsibilities", double(std::abs(actual.col(n).sum() - 1)), rounding);
    CHECK(actual.col(n).minCoeff() >= 0);
    if (std::isnan(expected(0, n))) continue;
    const double allowed = responsibility_tolerance<Scalar>(double(yardstick(n)));
    const ExactMatrix error = actual.col(n) - expected.col(n);
    check_error("responsibility", double(error.cwiseAbs().maxCoeff()), allowed);
  }
}

template <class Mixture>
void check_density(const Record& record) {
  using Scalar = typename Mixture::Scalar;
  INFO(record.name);
  const Model model = model_of(record);
  const auto mixture = make_mixture<Mixture>(model);
  const eigenmix::detail::Matrix<Scalar, Mixture::Dim> x =
      record.matrix("points").template cast<Scalar>();
  const double allowed =
      density_tolerance<Scalar>(double(record.number("cholesky_relative_error")));
  if (record.number("condition") <= 1e6) REQUIRE(allowed <= 1e-12);

  const ExactMatrix components = mixture.log_component_densities(x).template cast<Exact>();
  check_error("log component density", relative_error(components, record.matrix("log_component")),
              allowed);
  // The mixture brings weights that sum to 1 + 1e-12 to one; the golden values take them as given.
  ExactMatrix expected = record.matrix("log_density").transpose();
  expected.array() -= std::log(model.weights.sum());
  const ExactMatrix density = mixture.log_density(x).template cast<Exact>();
  check_error("log density", relative_error(density, expected), allowed);

  const ExactMatrix responsibilities = mixture.responsibilities(x).template cast<Exact>();
  check_responsibilities<Scalar>(record, responsibilities);
  for (Index k = 0; k < model.component_count(); ++k) {
    if (model.weights(k) == 0) CHECK((responsibilities.row(k).array() == 0).all());
  }
}

/// All golden densities of a family that fit the mixture's dimension. \return how many there are
template <class Mixture>
int check_densities() {
  int checked = 0;
  for (const Record& record : read_golden("density.txt")) {
    const bool fits =
        Mixture::Dim == Eigen::Dynamic || record.matrix("means").rows() == Index(Mixture::Dim);
    if (record.text("family") != family_name<typename Mixture::Covariance>() || !fits) continue;
    check_density<Mixture>(record);
    ++checked;
  }
  return checked;
}

}  // namespace eigenmix_tests

#endif  // EIGENMIX_TESTS_SUPPORT_ORACLE_DENSITY_HPP
