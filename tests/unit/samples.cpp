// SPDX-License-Identifier: MIT
#include <numeric>
#include <vector>

#include <support/catch.hpp>
#include <support/data.hpp>
#include <support/law_tolerances.hpp>

// Any Eigen expression with one sample per column is a sample matrix, and is never copied whole.

namespace {

using eigenmix::counted;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::stopping::MaxIterations;
using Mixture = GaussianMixture<double, 3>;
using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// One mixture, its samples, and what they give as a plain matrix.
struct Reference {
  Reference() : truth(eigenmix_tests::random_mixture<Mixture>(3, 2, 3, engine)) {
    start = eigenmix_tests::perturbed(truth);
    x = truth.sample(300, engine).samples;
    fitted = start;
    result = fitted.fit(x, MaxIterations(3));
  }

  eigenmix::random::Engine engine{11};
  Mixture truth, start = truth, fitted = truth;
  Eigen::Matrix<double, 3, Eigen::Dynamic> x;
  eigenmix::FitResult result;
};

/// The same numbers in another form give the same results to the bit: every form is read into the
/// same tiles.
template <class X>
void check_same(const Reference& reference, const X& x) {
  Mixture mixture = reference.start;
  CHECK(mixture.fit(x, MaxIterations(3)).log_likelihoods == reference.result.log_likelihoods);
  CHECK(mixture == reference.fitted);
  CHECK(reference.start.log_density(x) == reference.start.log_density(reference.x));
  CHECK(reference.start.moments(x) == reference.start.moments(reference.x));
}

TEST_CASE("plain matrices of every kind are samples", "[samples]") {
  const Reference reference;
  check_same(reference, reference.x);
  check_same(reference, Eigen::MatrixXd(reference.x));
  check_same(reference, RowMajor(reference.x));
  check_same(reference, Eigen::ArrayXXd(reference.x.array()));
  check_same(reference, Eigen::Matrix<double, 3, 300>(reference.x));
}

TEST_CASE("a row-major N x D buffer is samples through a Map", "[samples]") {
  const Reference reference;
  const std::vector<double> buffer(reference.x.data(), reference.x.data() + reference.x.size());
  check_same(reference, Eigen::Map<const Eigen::MatrixXd>(buffer.data(), 3, 300));
  // The other reading of the same memory: N rows, transposed.
  const Eigen::Map<const RowMajor> rows(buffer.data(), 300, 3);
  check_same(reference, rows.transpose());
  // Every other float of a wider record.
  std::vector<double> strided(2 * buffer.size(), -1);
  for (std::size_t i = 0; i < buffer.size(); ++i) strided[2 * i] = buffer[i];
  using Stride = Eigen::Stride<Eigen::Dynamic, Eigen::Dynamic>;
  check_same(reference,
             Eigen::Map<const Eigen::MatrixXd, 0, Stride>(strided.data(), 3, 300, Stride(6, 2)));
}

TEST_CASE("blocks and transposes are samples", "[samples]") {
  const Reference reference;
  Eigen::MatrixXd larger = Eigen::MatrixXd::Constant(7, 400, 1e6);
  larger.block(2, 50, 3, 300) = reference.x;
  check_same(reference, larger.block(2, 50, 3, 300));
  check_same(reference, larger.block<3, 300>(2, 50));
  check_same(reference, larger.middleRows(2, 3).middleCols(50, 300));
  const Eigen::MatrixXd turned = reference.x.transpose();
  check_same(reference, turned.transpose());
  const Eigen::Ref<const Eigen::MatrixXd> view = reference.x;
  check_same(reference, view);
  Eigen::MatrixXd doubled(3, 600);
  doubled << reference.x, reference.x;
  // The one name of all columns that Eigen 3.4 and 5 share.
  check_same(reference, doubled(Eigen::indexing::all, Eigen::seqN(0, 300)));
  check_same(reference, larger(Eigen::seqN(2, 3), Eigen::seqN(50, 300)));
  std::vector<int> columns(300);
  std::iota(columns.begin(), columns.end(), 300);
  check_same(reference, doubled(Eigen::indexing::all, columns));
}

TEST_CASE("expressions are samples", "[samples]") {
  const Reference reference;
  const Eigen::MatrixXd twice = 2 * reference.x;
  check_same(reference, twice / 2);
  check_same(reference, twice - reference.x);
  check_same(reference, (twice.array() * 0.5).matrix());
  check_same(reference, twice.array() * 0.5);
  check_same(reference, reference.x.cast<float>().cast<double>() * 0 + reference.x);
  check_same(reference, Eigen::Matrix3d::Identity() * reference.x);
  check_same(reference, (Eigen::Matrix3d::Identity() * twice) / 2);
  check_same(reference, reference.x.cwiseAbs().cwiseProduct(reference.x.cwiseSign()));
}

TEST_CASE("weighted samples may be expressions too, with weights in rows or columns", "[samples]") {
  const Reference reference;
  const Eigen::VectorXd column = Eigen::VectorXd::LinSpaced(300, 0.5, 2);
  const Eigen::RowVectorXd row = column.transpose();
  Mixture expected = reference.start;
  const auto of_expected = expected.fit(counted(reference.x, column), MaxIterations(3));
  const auto check = [&](const auto& samples) {
    Mixture mixture = reference.start;
    CHECK(mixture.fit(samples, MaxIterations(3)).log_likelihoods == of_expected.log_likelihoods);
    CHECK(mixture == expected);
  };
  check(counted(reference.x, row));
  check(counted(reference.x, column.array()));
  check(counted(2 * reference.x - reference.x, 2 * column - column));
  check(counted(reference.x.block(0, 0, 3, 300), row.transpose()));
  const std::vector<double> buffer(column.data(), column.data() + 300);
  check(counted(reference.x, Eigen::Map<const Eigen::RowVectorXd>(buffer.data(), 300)));
  CHECK(expected != reference.fitted);
  // Unit weights change nothing at all.
  Mixture unit = reference.start;
  unit.fit(counted(reference.x, Eigen::VectorXd::Ones(300)), MaxIterations(3));
  CHECK(unit == reference.fitted);
}

TEST_CASE("one sample is one column, and one row in one dimension", "[samples]") {
  using OneDimensional = GaussianMixture<double, 1>;
  const OneDimensional::Means mean = OneDimensional::Means::Zero(1, 1);
  const OneDimensional::Means variance = OneDimensional::Means::Ones(1, 1);
  const OneDimensional mixture(Eigen::Matrix<double, 1, 1>(1.0), mean, variance);
  const Eigen::RowVectorXd row = Eigen::RowVectorXd::LinSpaced(5, -1, 1);
  const Eigen::VectorXd column = row.transpose();
  CHECK(mixture.log_density(row).size() == 5);
  CHECK(mixture.log_density(row) == mixture.log_density(column.transpose()));
  CHECK(mixture.log_density(row.array()) == mixture.log_density(row));
  const Reference reference;
  CHECK(reference.start.log_density(reference.x.col(3))(0) ==
        reference.start.log_density(reference.x)(3));
}

/// A nullary expression that counts how often each entry is asked for.
struct Counting {
  const Eigen::Matrix<double, 3, Eigen::Dynamic>* x;
  Index* count;
  double operator()(Index row, Index col) const {
    ++*count;
    return (*x)(row, col);
  }
};

TEST_CASE("a product inside an expression is computed once per call", "[samples]") {
  const Reference reference;
  Index count = 0;
  const Eigen::MatrixXd like = reference.x;
  const auto counted = Eigen::MatrixXd::NullaryExpr(3, 300, Counting{&reference.x, &count});
  const Eigen::Matrix3d identity = Eigen::Matrix3d::Identity();
  const auto product = identity * counted;

  count = 0;
  Eigen::MatrixXd once = product;
  const Index cost_of_one_product = count;
  REQUIRE(cost_of_one_product >= 900);

  count = 0;
  CHECK(reference.start.log_density(product) == reference.start.log_density(like));
  CHECK(count <= cost_of_one_product);
  count = 0;
  Mixture mixture = reference.start;
  CHECK(mixture.fit(product, MaxIterations(3)).log_likelihoods == reference.result.log_likelihoods);
  CHECK(count <= cost_of_one_product);  // whatever the number of iterations
  count = 0;
  mixture = reference.start;
  mixture.fit((identity * counted) * 2.0 - reference.x, MaxIterations(3));
  CHECK(count <= cost_of_one_product);
}

TEST_CASE("an element-wise expression is read a fixed number of times per pass", "[samples]") {
  const Reference reference;
  Index count = 0;
  const auto counted = Eigen::MatrixXd::NullaryExpr(3, 300, Counting{&reference.x, &count});
  reference.start.log_likelihood(counted);
  CHECK(count <= 2 * 900);  // checked for finite numbers, then evaluated
  count = 0;
  Mixture mixture = reference.start;
  CHECK(mixture.fit(counted, MaxIterations(3)).log_likelihoods == reference.result.log_likelihoods);
  CHECK(count <= (1 + 4) * 900);  // checked once, four E-steps
}

/// Samples that are computed, not stored.
struct Wave {
  double operator()(Index row, Index col) const {
    return double((col * 7919 + row * 104729) % 1000) / 500 - 1;
  }
};

TEST_CASE("samples that are computed need no memory", "[samples]") {
  // As a matrix 25 MB; allocation.cpp counts, here it is enough to be right.
  constexpr Index n = Index(1) << 20;
  const auto huge = Eigen::Matrix<double, 3, Eigen::Dynamic>::NullaryExpr(3, n, Wave());
  const Mixture mixture = Reference().start;
  const auto moments = mixture.moments(huge);
  CHECK(moments.total_weight() == double(n));
  // The sum over the first block equals that of the same numbers in memory.
  const Eigen::Matrix<double, 3, Eigen::Dynamic> stored = huge.leftCols(2000);
  CHECK(mixture.moments(huge.leftCols(2000)) == mixture.moments(stored));
}

TEST_CASE("the mixture's own samples in another scalar are cast by the user", "[samples]") {
  const Reference reference;
  using Float = GaussianMixture<float>;
  std::vector<Float::CovarianceMatrix> covariances;
  for (const auto& c : reference.start.covariances()) covariances.push_back(c.cast<float>());
  const Float mixture(reference.start.weights().cast<float>(),
                      reference.start.means().cast<float>(), covariances);
  const auto in_float = mixture.log_density(reference.x.cast<float>());
  // The samples and parameters themselves are rounded, to first order once each.
  const double tolerance = 4 * eigenmix_tests::LawTolerances<float>::log_density;
  CHECK(
      (in_float.cast<double>() - reference.start.log_density(reference.x)).cwiseAbs().maxCoeff() <=
      tolerance);
}

}  // namespace
