// SPDX-License-Identifier: MIT
#include <cmath>
#include <limits>
#include <tuple>

#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>

// Samples and weights at the ends of what numbers can hold, where skipping, squaring or sharing an
// origin at the wrong moment would show.

namespace {

using eigenmix::counted;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::initialize;
using eigenmix::weighted;
using eigenmix::stopping::MaxIterations;
using eigenmix_tests::check_error;
using eigenmix_tests::Matrix;
using eigenmix_tests::parameter_distance;
using eigenmix_tests::Vector;
using eigenmix_tests::Wide;
namespace covariance = eigenmix::covariance;

using Families =
    std::tuple<covariance::Full, covariance::Tied, covariance::Diagonal, covariance::Spherical>;

template <class Scalar>
Matrix<Scalar> normal_samples(Index d, Index n, std::uint64_t seed) {
  eigenmix::random::Engine engine(seed);
  eigenmix::random::Normal normal;
  Matrix<Scalar> x(d, n);
  for (Scalar& value : x.reshaped()) value = Scalar(normal(engine));
  return x;
}

/// The maximum-likelihood normal distribution of weighted samples.
template <class Family>
GaussianMixture<Wide, Eigen::Dynamic, Family> closed_form(const Matrix<double>& x,
                                                          const Vector<double>& weights) {
  const Matrix<Wide> samples = x.cast<Wide>();
  const Vector<Wide> w = weights.cast<Wide>() / weights.cast<Wide>().sum();
  const Vector<Wide> mean = samples.lazyProduct(w);
  const Matrix<Wide> centred = samples.colwise() - mean;
  Matrix<Wide> dense = centred.lazyProduct(w.asDiagonal() * centred.transpose());
  dense = ((dense + dense.transpose()) / 2).eval();
  const Vector<Wide> variances = dense.diagonal();
  using Layout = typename Family::Layout;
  if (!Layout::is_dense) dense = variances.asDiagonal();
  if (Layout::is_isotropic) dense.diagonal().setConstant(variances.mean());
  return {Vector<Wide>::Ones(1), mean, std::vector<Matrix<Wide>>{dense}};
}

TEMPLATE_LIST_TEST_CASE("a light sample far out counts beside heavy ones", "[extremes]", Families) {
  for (const Index d : {2, 5, 12}) {
    CAPTURE(d);
    Matrix<double> x = normal_samples<double>(d, 100, 7);
    Vector<double> weights = Vector<double>::Ones(100);
    weights.head(20).setConstant(1e20);
    x.col(60) *= 1e11;  // 1e22 of weight times square, as much as the heavy ones together
    using Mixture = GaussianMixture<double, Eigen::Dynamic, TestType>;
    const auto exact = closed_form<TestType>(x, weights);
    auto mixture = initialize<Mixture>(counted(x, weights), 1);
    // Sums of 100 terms; the correlations' condition is below 1e4.
    const double allowed = 1e4 * 100 * 2.3e-16;
    check_error("start", parameter_distance(exact, mixture), allowed);
    mixture.fit(counted(x, weights), MaxIterations(2));
    check_error("fit", parameter_distance(exact, mixture), allowed);
  }
}

template <class Family, class Scalar>
void check_weightless(Scalar far) {
  for (const Index d : {2, 5, 12}) {
    for (const Index components : {1, 2}) {
      CAPTURE(d, components, far);
      using Mixture = GaussianMixture<Scalar, Eigen::Dynamic, Family>;
      const Matrix<Scalar> x = normal_samples<Scalar>(d, 99, 8);
      Matrix<Scalar> more(d, 100);
      more << Vector<Scalar>::Constant(d, far), x;
      Vector<Scalar> weights = Vector<Scalar>::Ones(100);
      weights(0) = 0;
      auto with = initialize<Mixture>(weighted(more, weights), components);
      auto without = initialize<Mixture>(x, components);
      const double eps = double(std::numeric_limits<Scalar>::epsilon());
      // The same sums in packets that begin one sample later; overlapping components stretch that.
      // In float it also decides when the search's runs end: with 5e-5 nats to go, which a component
      // of a quarter of the samples leaves sqrt(2 x 5e-5 / 25) deviations for.
      const double of_end = std::is_same_v<Scalar, float> && components > 1 ? 2e-3 : 0;
      CHECK(parameter_distance(without, with) <= 1e3 * eps + of_end);
      with.fit(weighted(more, weights), MaxIterations(3));
      without.fit(x, MaxIterations(3));
      CHECK(parameter_distance(without, with) <= 1e4 * eps + of_end);
    }
  }
}

TEMPLATE_LIST_TEST_CASE("what a sample of weight zero holds does not matter", "[extremes]",
                        Families) {
  check_weightless<TestType>(1e160);
  check_weightless<TestType>(1e20F);
}

TEST_CASE("distances are taken in deviations, whose squares fit where those of the data do not",
          "[extremes]") {
  const Vector<double> one = Vector<double>::Ones(1);
  const Matrix<double> mean = Matrix<double>::Zero(2, 1),
                       variances = Matrix<double>::Constant(2, 1, 1e300);
  const Eigen::Vector2d x(1e155, 0);  // 1e5 deviations
  const auto density = [&](auto mixture) { return double(mixture.log_density(x)(0)); };
  const double exact = -5e9 - 2 * 0.9189385332046727 - std::log(1e300);
  using Spherical = GaussianMixture<double, 2, covariance::Spherical>;
  using Diagonal = GaussianMixture<double, 2, covariance::Diagonal>;
  CHECK_THAT(density(Spherical(one, mean, variances)), eigenmix_tests::WithinRel(exact, 1e-14));
  CHECK_THAT(density(Diagonal(one, mean, variances)), eigenmix_tests::WithinRel(exact, 1e-14));
  CHECK_THAT(density(GaussianMixture<double, 2>(one, mean, variances)),
             eigenmix_tests::WithinRel(exact, 1e-14));
}

TEST_CASE("numbers whose squares do not fit are refused by their size", "[extremes]") {
  Matrix<double> x = Matrix<double>::Constant(2, 9, -1e200);
  CHECK(initialize<GaussianMixture<double>>(x, 2).means().allFinite());  // a constant has no spread
  x.row(0).setLinSpaced(-1e200, 1e200);
  eigenmix_tests::check_rejected("SmallEm", "samples of dimension 0", "numbers near",
                                 "multiply them by a constant",
                                 [&] { initialize<GaussianMixture<double>>(x, 2); });
}

TEST_CASE("one tiny number among zeros is no reason to refuse, whatever the weights",
          "[extremes]") {
  using Mixture = GaussianMixture<float, 2>;
  const float tiny = std::sqrt(2e4F * std::numeric_limits<float>::min());
  for (const Index count : {2, 9}) {
    Eigen::MatrixXf x = Eigen::MatrixXf::Zero(2, count);
    x.row(1).setLinSpaced(0, 1);
    x(0, 1) = tiny;
    for (const float weight : {1.0F, 0.01F}) {
      const Eigen::VectorXf weights = Eigen::VectorXf::Constant(count, weight);
      CHECK(initialize<Mixture>(weighted(x, weights), 1).means().allFinite());
    }
  }
}

/// Samples whose first two dimensions are nearly the same, under a start that does not know.
TEST_CASE("a component that turns out thin obliquely keeps its digits in the first step",
          "[extremes]") {
  constexpr Index d = 6, n = 2000;
  using Mixture = GaussianMixture<double>;
  for (const double thin : {1e-3, 1e-5}) {
    Matrix<double> x = normal_samples<double>(d, n, 9);
    for (Index i = 0; i < n; ++i) {
      const double side = i % 2 == 0 ? 8 : -8;
      x(0, i) += side;
      x(1, i) = x(0, i) + thin * x(1, i);
    }
    Matrix<double> means = Matrix<double>::Zero(d, 2);
    means.topRows(2) << 8, -8, 8, -8;
    const Mixture start(Eigen::Vector2d(0.5, 0.5), means, Matrix<double>::Ones(d, 2).eval());
    Mixture by_fit = start, by_steps = start;
    by_fit.fit(x, MaxIterations(1));
    by_steps.m_step(x, start.responsibilities(x));
    const auto difference = [](const Mixture& mixture) {
      const Matrix<double> c = mixture.covariance(0);
      return c(0, 0) - c(0, 1) - c(1, 0) + c(1, 1);
    };
    // Entries of size 1 are stored to an eps; their difference is thin² = 1e-10 at least.
    CHECK_THAT(difference(by_fit),
               eigenmix_tests::WithinRel(difference(by_steps), 8 * 2.3e-16 / (thin * thin)));
  }
}

TEST_CASE("as many clusters as different points, whatever the weights add up to", "[extremes]") {
  Eigen::RowVectorXd x(5);
  x << 0, 0, 0, 1, 1;
  Vector<double> weights(5);
  weights << 0.1, 0.2, 0.3, 1, 1;  // (0.1 + 0.2 + 0.3) - 0.1 - 0.2 - 0.3 > 0 in binary
  for (const Index components : {1, 2, 3, 4, 5}) {
    const auto mixture = initialize<GaussianMixture<double, 1>>(weighted(x, weights), components);
    CHECK(eigenmix_tests::is_sound(mixture));
    CHECK((mixture.weights().array() > 0).all());
  }
}

}  // namespace
