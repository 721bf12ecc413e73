// SPDX-License-Identifier: MIT
// The library's Jacobi eigenvalues against Eigen's solver, and where that one loses digits, against
// determinants.

#include <Eigen/Eigenvalues>

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

template <class Scalar, int Dim = Eigen::Dynamic>
void check_decomposition(const Dense<Scalar>& matrix) {
  const Index d = matrix.rows();
  eigenmix::detail::Matrix<Scalar, Dim, Dim> values = matrix, vectors(d, d);
  eigenmix::detail::symmetric_eigen(values, vectors);
  const double allowed = rotation_rounding<Scalar>(d), size = double(matrix.norm());
  INFO("dimension " << d);

  eigenmix::detail::Vector<Scalar> found = values.diagonal();
  std::sort(found.data(), found.data() + d);
  const Eigen::SelfAdjointEigenSolver<Dense<Scalar>> reference(matrix, Eigen::EigenvaluesOnly);
  check_error("eigenvalues", double((found - reference.eigenvalues()).cwiseAbs().maxCoeff()),
              allowed * size);

  const Dense<Scalar> gram = vectors.transpose().lazyProduct(vectors);
  check_error("orthogonality", double((gram - Dense<Scalar>::Identity(d, d)).norm()), allowed);
  const Dense<Scalar> residual =
      matrix.lazyProduct(vectors) - vectors * values.diagonal().asDiagonal();
  check_error("residual", double(residual.norm()), allowed * size);
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
    Dense<double> values = matrix, vectors(d, d);
    eigenmix::detail::symmetric_eigen(values, vectors);
    REQUIRE(values.diagonal().minCoeff() > 0);
    const double found = values.diagonal().array().log().sum();
    // Each of the d eigenvalues magnifies rounding by the condition of the correlations (Demmel &
    // Veselic 1992); a matrix of the second kind has at most 1 + ||mixed||².
    const double condition = 1 + mixed.squaredNorm();
    check_error("log determinant", std::abs(double(found - log_determinant)),
                double(d) * condition * rotation_rounding<double>(d));
  }
}
