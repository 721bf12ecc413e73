// SPDX-License-Identifier: MIT
// The library's Jacobi eigenvalues, of one matrix and of several side by side, against Eigen's solver, and where that one loses digits, against
// determinants.

#include <limits>

#include <Eigen/Eigenvalues>

#include <eigenmix/covariance/structure/own_axes.hpp>

#include "support/closeness.hpp"
#include "support/tolerances.hpp"

using namespace eigenmix_tests;

namespace {

template <class Scalar>
using Dense = eigenmix::detail::Matrix<Scalar>;

/// A symmetric matrix, of both signs of eigenvalues.
template <class Scalar>
Dense<Scalar> random_symmetric(Index dimension, std::uint64_t seed) {
  eigenmix::random::Engine engine(seed);
  eigenmix::random::Normal normal;
  Dense<Scalar> a(dimension, dimension);
  for (Index i = 0; i < dimension; ++i) {
    for (Index j = 0; j <= i; ++j) a(i, j) = a(j, i) = Scalar(normal(engine));
  }
  return a;
}

/// A Jacobi sweep is Dim rotations of each row, each with a few roundings; ten sweeps are usual.
template <class Scalar>
double rotation_rounding(Index dimension) {
  return 10 * 4 * double(dimension) * unit_roundoff<Scalar>;
}

template <class Scalar>
void check_parts(const Dense<Scalar>& matrix, eigenmix::detail::Vector<Scalar> values,
                 const Dense<Scalar>& vectors) {
  const Index d = matrix.rows();
  const double allowed = rotation_rounding<Scalar>(d), size = double(matrix.norm());
  const Dense<Scalar> gram = vectors.transpose().lazyProduct(vectors);
  check_error("orthogonality", double((gram - Dense<Scalar>::Identity(d, d)).norm()), allowed);
  const Dense<Scalar> residual = matrix.lazyProduct(vectors) - vectors * values.asDiagonal();
  check_error("residual", double(residual.norm()), allowed * size);

  std::sort(values.data(), values.data() + d);
  const Eigen::SelfAdjointEigenSolver<Dense<Scalar>> reference(matrix, Eigen::EigenvaluesOnly);
  check_error("eigenvalues", double((values - reference.eigenvalues()).cwiseAbs().maxCoeff()),
              allowed * size);
}

template <class Scalar, int Dim = Eigen::Dynamic>
void check_decomposition(const Dense<Scalar>& matrix) {
  const Index d = matrix.rows();
  INFO("dimension " << d);
  eigenmix::detail::Matrix<Scalar, Dim, Dim> values = matrix, vectors(d, d);
  eigenmix::detail::symmetric_eigen(values, vectors);
  check_parts<Scalar>(matrix, values.diagonal(), vectors);
  const eigenmix::detail::OwnAxes<Scalar, Dim> own(matrix);
  check_parts<Scalar>(matrix, own.variances, own.axes);
}

/// That each of some matrices is taken apart as if it were alone.
template <class Scalar>
void check_company(const Dense<Scalar>& matrices) {
  using Axes = eigenmix::detail::OwnAxes<Scalar, Eigen::Dynamic>;
  const Index d = matrices.rows();
  const Axes together(matrices);
  for (Index k = 0; k * d < matrices.cols(); ++k) {
    const Dense<Scalar> matrix = matrices.middleCols(k * d, d);
    CAPTURE(sizeof(Scalar), d, matrices.cols() / d, k);
    if (!matrix.allFinite()) {
      CHECK(!together.variances.col(k).allFinite());
      continue;
    }
    const Axes alone(matrix);
    CHECK(together.variances.col(k) == alone.variances);
    CHECK(together.axes.middleCols(k * d, d) == alone.axes);
    check_parts<Scalar>(matrix, together.variances.col(k), together.axes.middleCols(k * d, d));
  }
}

template <class Scalar>
void check_companies() {
  constexpr Index width = eigenmix::detail::SideBySideEigen<Scalar>::lanes;
  for (const Index d : {1, 2, 3, 8}) {
    Dense<Scalar> matrices(d, d * (width + 1));
    for (Index k = 0; k <= width; ++k) {
      const auto seed = static_cast<std::uint64_t>(700 + 10 * k + d);
      matrices.middleCols(k * d, d) = random_symmetric<Scalar>(d, seed);
    }
    for (const Index count : {Index(1), width, width + 1}) {
      check_company<Scalar>(matrices.leftCols(count * d));
    }
    matrices.middleCols(0, d).setConstant(std::numeric_limits<Scalar>::quiet_NaN());
    matrices.middleCols((width - 1) * d, d).setOnes();  // singular
    check_company<Scalar>(matrices);
  }
}

template <class Scalar>
void check_all_sizes() {
  for (const Index dimension : {1, 2, 3, 5, 8, 16, 33}) {
    const auto seed = static_cast<std::uint64_t>(dimension);
    const Dense<Scalar> mixed = random_symmetric<Scalar>(dimension, 400 + seed);
    check_decomposition<Scalar>(mixed);
    check_decomposition<Scalar>(mixed.lazyProduct(mixed));
  }
}

}  // namespace

TEST_CASE("eigenvalues and eigenvectors of symmetric matrices") {
  check_all_sizes<float>();
  check_all_sizes<double>();
  check_all_sizes<long double>();
}

TEST_CASE("what becomes of a matrix does not depend on those beside it") {
  check_companies<float>();
  check_companies<double>();
  check_companies<long double>();
}

TEST_CASE("eigenvalues of a fixed dimension") {
  check_decomposition<double, 3>(random_symmetric<double>(3, 500));
}

TEST_CASE("matrices that need no rotation or have equal eigenvalues") {
  const Index d = 4;
  check_decomposition<double>(Dense<double>::Zero(d, d));
  check_decomposition<double>(Dense<double>::Identity(d, d));
  check_decomposition<double>(Dense<double>::Ones(d, d));
  Dense<double> diagonal = Dense<double>::Zero(d, d);
  diagonal.diagonal() << 3, -1, 3, 1e-300;
  check_decomposition<double>(diagonal);
}

// Dimensions in units of their own: eigenvalues from 1e-12 to 1e12, all of them determined by the
// entries to almost full relative precision. Their product is the determinant, which a Cholesky
// factor in long double gives; Eigen's solver is right to 1e-16 of the largest one only.
TEST_CASE("small eigenvalues of badly scaled matrices are right relative to themselves") {
  const Index d = 5;
  for (std::uint64_t seed = 600; seed < 605; ++seed) {
    const Dense<double> mixed = random_symmetric<double>(d, seed);
    const Dense<double> healthy = mixed.lazyProduct(mixed) + Dense<double>::Identity(d, d);
    eigenmix::detail::Vector<double> units(d);
    units << 1e-6, 1e3, 1, 1e6, 1e-3;
    Dense<double> matrix = units.asDiagonal() * healthy * units.asDiagonal();
    matrix = Dense<double>((matrix + matrix.transpose()) / 2);

    const ExactMatrix exact = matrix.cast<Exact>();
    const Exact log_determinant = -2 * inverse_cholesky(exact).diagonal().array().log().sum();
    // Each of the d eigenvalues magnifies rounding by the condition of the correlations (Demmel &
    // Veselic 1992); a matrix of the second kind has at most 1 + ||mixed||².
    const double condition = 1 + mixed.squaredNorm();
    const double allowed = double(d) * condition * rotation_rounding<double>(d);
    const auto check = [&](const auto& values) {
      REQUIRE(values.minCoeff() > 0);
      const double found = values.array().log().sum();
      check_error("log determinant", std::abs(double(found - log_determinant)), allowed);
    };
    Dense<double> values = matrix, vectors(d, d);
    eigenmix::detail::symmetric_eigen(values, vectors);
    check(values.diagonal());
    check(eigenmix::detail::OwnAxes<double, Eigen::Dynamic>(matrix).variances);
  }
}
