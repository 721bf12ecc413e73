// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>
#include <vector>

#include <eigenmix/inference/condition.hpp>
#include <eigenmix/inference/marginal.hpp>
#include <eigenmix/inference/whole.hpp>

#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>

// Marginals, conditionals, and the mean and covariance of a whole mixture.

namespace {

using eigenmix::condition;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::marginal;
using eigenmix::overall_covariance;
using eigenmix::overall_mean;
using eigenmix_tests::check_error;
using eigenmix_tests::check_rejected;
using eigenmix_tests::dimension_of;
using eigenmix_tests::is_sound;
using eigenmix_tests::parameter_distance;
namespace covariance = eigenmix::covariance;
using Wide = long double;
using WideVector = eigenmix_tests::Vector<Wide>;
using WideMatrix = eigenmix_tests::Matrix<Wide>;

template <class Mixture>
Mixture random_mixture(Index components = 4, double separation = 2, std::uint64_t seed = 3) {
  eigenmix::random::Engine engine(seed);
  return eigenmix_tests::random_mixture<Mixture>(dimension_of<Mixture>(4), components, separation,
                                                 engine);
}

/// Rows of a matrix in the order of the indices.
template <class Matrix>
auto rows_of(const Matrix& x, const std::vector<Index>& indices) {
  eigenmix_tests::Matrix<typename Matrix::Scalar> result(Index(indices.size()), x.cols());
  for (std::size_t i = 0; i < indices.size(); ++i) result.row(Index(i)) = x.row(indices[i]);
  return result;
}

/// Solves by elimination with pivots on the diagonal, in long double.
WideMatrix solved(WideMatrix a, WideMatrix b) {
  for (Index j = 0; j < a.rows(); ++j) {
    b.row(j) /= a(j, j);
    a.row(j) /= Wide(a(j, j));
    for (Index i = 0; i < a.rows(); ++i) {
      if (i == j) continue;
      const Wide factor = a(i, j);
      a.row(i) -= factor * a.row(j);
      b.row(i) -= factor * b.row(j);
    }
  }
  return b;
}

/// log N(x | 0, a) without the powers of 2 pi, in long double.
Wide naive_log_density(const WideMatrix& a, const WideVector& x) {
  WideMatrix left = a;
  Wide log_determinant = 0;
  for (Index j = 0; j < left.rows(); ++j) {
    log_determinant += std::log(left(j, j));
    for (Index i = j + 1; i < left.rows(); ++i) {
      left.row(i) -= WideMatrix(left.row(j) * (left(i, j) / left(j, j)));
    }
  }
  return -(log_determinant + x.dot(WideVector(solved(a, x)))) / 2;
}

using Kinds =
    std::tuple<GaussianMixture<double, 3>, GaussianMixture<double>, GaussianMixture<float>,
               GaussianMixture<double, Eigen::Dynamic, covariance::Tied>,
               GaussianMixture<double, Eigen::Dynamic, covariance::Diagonal>,
               GaussianMixture<double, Eigen::Dynamic, covariance::Spherical>>;

// Log densities below 50, of covariances of condition 4, each with a rounding or two.
template <class Scalar>
constexpr double allowed = 400 * double(std::numeric_limits<Scalar>::epsilon());

TEMPLATE_LIST_TEST_CASE("a joint density is a marginal one times a conditional one",
                        "[conditional]", Kinds) {
  using Scalar = typename TestType::Scalar;
  const auto mixture = random_mixture<TestType>();
  const Index d = mixture.dimension();
  eigenmix::random::Engine engine(5);
  const auto x = mixture.sample(20, engine).samples;
  for (const std::vector<Index>& given : {std::vector<Index>{0}, {1}, {2, 0}, {1, 2}, {d - 1}}) {
    std::vector<Index> left;
    for (Index i = 0; i < d; ++i) {
      if (std::find(given.begin(), given.end(), i) == given.end()) left.push_back(i);
    }
    const GaussianMixture<Scalar> of_given = marginal(mixture, given);
    CHECK(is_sound(of_given));
    for (Index n = 0; n < x.cols(); ++n) {
      const auto known = rows_of(x.col(n), given);
      const GaussianMixture<Scalar> of_left = condition(mixture, given, known);
      CHECK(is_sound(of_left));
      const double joint = mixture.log_density(x.col(n))(0);
      const double product = double(of_given.log_density(known)(0)) +
                             double(of_left.log_density(rows_of(x.col(n), left))(0));
      check_error("log density", std::abs(joint - product), allowed<Scalar>);
    }
  }
}

TEST_CASE("a marginal density is the integral of the joint one", "[conditional]") {
  const auto mixture = random_mixture<GaussianMixture<double, 2>>();
  const auto second = eigenmix::marginal<1>(mixture);
  // The trapezoidal rule errs by exp(-2 pi² variance / step²), variances are at least a half.
  const double step = 0.25;
  Eigen::Matrix2Xd x(2, 400);
  for (const double y : {-2.0, 0.3, 4.0}) {
    for (Index n = 0; n < x.cols(); ++n) x.col(n) << step * double(n - 150), y;
    const double integral = step * mixture.log_density(x).array().exp().sum();
    const double density = std::exp(second.log_density(x.row(1).leftCols(1))(0));
    check_error("density", std::abs(integral / density - 1), 1e-13);
  }
}

TEST_CASE("a marginal has the parameters of its dimensions, in their order", "[conditional]") {
  const auto mixture = random_mixture<GaussianMixture<double, 3>>();
  const auto fixed = eigenmix::marginal<2, 0>(mixture);
  static_assert(decltype(fixed)::Dim == 2);
  const std::vector<int> list = {2, 0};
  for (const GaussianMixture<double>& left :
       {marginal(mixture, {2, 0}), marginal(mixture, list),
        marginal(mixture, Eigen::Vector2i(2, 0)), marginal(mixture, Eigen::RowVector2i(2, 0))}) {
    CHECK(left.weights() == mixture.weights());
    CHECK(left.means() == fixed.means());
    for (Index k = 0; k < mixture.component_count(); ++k) {
      const Eigen::Matrix3d own = mixture.covariance(k);
      const Eigen::Matrix2d expected =
          (Eigen::Matrix2d() << own(2, 2), own(2, 0), own(0, 2), own(0, 0)).finished();
      CHECK(left.means()(0, k) == mixture.means()(2, k));
      CHECK(left.means()(1, k) == mixture.means()(0, k));
      CHECK(left.covariance(k) == expected);
      CHECK(fixed.covariance(k) == expected);
    }
  }
  CHECK(marginal(mixture, {0, 1, 2}).means() == mixture.means());
}

TEMPLATE_LIST_TEST_CASE("a conditional is that of the formulae, in long double", "[conditional]",
                        Kinds) {
  using Scalar = typename TestType::Scalar;
  const auto mixture = random_mixture<TestType>();
  const std::vector<Index> given = {2, 0};
  std::vector<Index> left = {1};
  for (Index i = 3; i < mixture.dimension(); ++i) left.push_back(i);
  const Eigen::Matrix<Scalar, 2, 1> values(Scalar(0.75), Scalar(-1.5));
  const auto conditional = condition(mixture, given, values);
  WideVector logs(mixture.component_count());
  for (Index k = 0; k < logs.size(); ++k) {
    const WideMatrix all = mixture.covariance(k).template cast<Wide>();
    const WideVector means = mixture.means().col(k).template cast<Wide>();
    const WideMatrix of_left = rows_of(all, left);
    const WideMatrix xx = rows_of(WideMatrix(rows_of(all, given).transpose()), given);
    const WideMatrix xy = rows_of(WideMatrix(of_left.transpose()), given);
    const WideMatrix yy = rows_of(WideMatrix(of_left.transpose()), left);
    const WideVector off = values.template cast<Wide>() - rows_of(means, given).col(0);
    const WideMatrix gain = solved(xx, xy).transpose();
    const WideMatrix mean = rows_of(means, left) + gain * off;
    const WideMatrix covariance = yy - gain * xy;
    logs(k) = std::log(Wide(mixture.weights()(k))) + naive_log_density(xx, off);
    check_error("mean", double((conditional.means().col(k).template cast<Wide>() - mean).norm()),
                allowed<Scalar> / 5);
    check_error("covariance",
                double((conditional.covariance(k).template cast<Wide>() - covariance).norm()),
                allowed<Scalar> / 5);
  }
  const WideVector weights = (logs.array() - logs.maxCoeff()).exp();
  check_error(
      "weights",
      double((conditional.weights().template cast<Wide>() - weights / weights.sum()).norm()),
      allowed<Scalar> / 5);
}

TEST_CASE("conditionals of fixed dimensions are of a fixed dimension", "[conditional]") {
  const auto mixture = random_mixture<GaussianMixture<double, 3>>();
  const auto plane = eigenmix::condition<1>(mixture, 0.5);
  static_assert(decltype(plane)::Dim == 2);
  const auto line = eigenmix::condition<2, 0>(mixture, Eigen::RowVector2d(0.5, 1));
  static_assert(decltype(line)::Dim == 1);
  const auto any = eigenmix::condition<0>(random_mixture<GaussianMixture<double>>(), 1);
  static_assert(decltype(any)::Dim == Eigen::Dynamic);
  CHECK(any.dimension() == 3);
  const auto same_plane = condition(mixture, {1}, 0.5);
  const auto same_line = condition(mixture, {2, 0}, Eigen::Vector2d(0.5, 1));
  CHECK(parameter_distance(plane, same_plane) == 0);
  CHECK(parameter_distance(line, same_line) == 0);
}

TEMPLATE_TEST_CASE("weights of far conditionals are those of the nearest components",
                   "[conditional]", (GaussianMixture<double, 3>), (GaussianMixture<float>)) {
  using Scalar = typename TestType::Scalar;
  const auto mixture = random_mixture<TestType>(3, 4);
  for (const double far : {50.0, -50.0, 1e6, -1e6, 1e15, -1e15, 1e30}) {
    CAPTURE(far);
    const auto conditional = condition(mixture, {1}, far);
    CHECK(is_sound(conditional));
    WideVector logs(3);
    for (Index k = 0; k < 3; ++k) {
      const Wide variance = mixture.covariance(k)(1, 1);
      const Wide off = Wide(Scalar(far)) - Wide(mixture.means()(1, k));
      logs(k) =
          std::log(Wide(mixture.weights()(k)) / std::sqrt(variance)) - off * off / variance / 2;
    }
    // The logarithms are of three or four roundings in double.
    const double lost = 4 * double(std::abs(logs.maxCoeff())) * 2.2e-16;
    const WideVector weights = (logs.array() - logs.maxCoeff()).exp();
    const WideVector expected = weights / weights.sum();
    const double rounding = double(std::numeric_limits<Scalar>::epsilon());
    if (lost < 1e-2) {
      check_error("weights",
                  double((conditional.weights().template cast<Wide>() - expected).norm()),
                  lost + 4 * rounding);
    } else {
      Index most = 0, nearest = 0;
      conditional.weights().maxCoeff(&most);
      logs.maxCoeff(&nearest);
      CHECK(most == nearest);
    }
  }
}

TEST_CASE("values whose squared distance overflows give weights still", "[conditional]") {
  const auto mixture = random_mixture<GaussianMixture<double, 3>>(3, 4);
  for (const double far : {1e160, -1e200, 1e300}) {
    CHECK(is_sound(condition(mixture, {1}, far)));
    CHECK(is_sound(condition(mixture, {1, 0}, Eigen::Vector2d(far, far))));
  }
  Eigen::Matrix2d narrow;
  narrow << 1e-8, 0.9e-4, 0.9e-4, 1;
  const GaussianMixture<double, 2> steep(Eigen::VectorXd::Ones(1), Eigen::Vector2d::Zero(),
                                         {narrow});
  check_rejected("condition", "mean of component 0", "inf", "not so far out",
                 [&] { condition(steep, {0}, 1e305); });
}

TEST_CASE("components of no weight have none in conditionals", "[conditional]") {
  const auto some = random_mixture<GaussianMixture<double, 3>>(3);
  const GaussianMixture<double, 3> mixture(Eigen::Vector3d(0.5, 0, 0.5), some.means(),
                                           some.covariances());
  for (const double value : {0.0, 3.0, -1e6}) {
    const auto conditional = condition(mixture, {0}, value);
    CHECK(conditional.weights()(1) == 0);
    CHECK(is_sound(conditional));
  }
}

TEST_CASE("nearly singular covariances give positive definite conditionals", "[conditional]") {
  // One number and itself, but for a hundred thousandth: of the difference of two covariances
  // nothing would be left after two such.
  Eigen::Matrix3d close = Eigen::Matrix3d::Ones();
  close.diagonal().array() += 1e-10;
  const GaussianMixture<double, 3> mixture(Eigen::VectorXd::Ones(1), Eigen::Vector3d::Zero(),
                                           {close});
  const auto left = eigenmix::condition<0, 1>(mixture, Eigen::Vector2d(1, 1));
  CHECK(is_sound(left));
  // Of a + b I with a = 1, b = 1e-10: b (1 + a / (2 a + b)), known to eps / b of itself.
  check_error("variance", std::abs(left.covariance(0)(0, 0) / 1.5e-10 - 1), 1e-5);
}

TEST_CASE("a column that told nothing says nothing when it is known", "[conditional]") {
  auto mixture = random_mixture<GaussianMixture<double>>(3, 5);
  eigenmix::random::Engine engine(8);
  Eigen::MatrixXd x = mixture.sample(300, engine).samples;
  x.row(1).setConstant(7);
  REQUIRE(mixture.fit(x).uninformative == std::vector<Index>{1});
  const auto rest = marginal(mixture, {0, 2, 3});
  const auto all = marginal(mixture, {0, 1, 2, 3});
  CHECK(rest.parameter_count() == all.parameter_count());
  CHECK(all.parameter_count() == mixture.parameter_count());
  for (const double value : {7.0, 8.0, 1e30}) {
    CHECK(parameter_distance(rest, condition(mixture, {1}, value)) <= 1e-14);
    const auto known = condition(mixture, {1, 3}, Eigen::Vector2d(value, 0.5));
    CHECK(parameter_distance(known, condition(rest, {2}, 0.5)) <= 1e-13);
    Eigen::Vector4d far = x.col(0);
    far(1) = value;
    CHECK(all.responsibilities(far).isApprox(mixture.responsibilities(far), 1e-13));
  }
}

TEMPLATE_LIST_TEST_CASE("the whole mixture's mean and covariance are those of its definition",
                        "[conditional]", Kinds) {
  using Scalar = typename TestType::Scalar;
  const auto mixture = random_mixture<TestType>();
  const Index d = mixture.dimension();
  WideVector mean = WideVector::Zero(d);
  WideMatrix second = WideMatrix::Zero(d, d);
  const Wide total = mixture.weights().template cast<Wide>().sum();
  for (Index k = 0; k < mixture.component_count(); ++k) {
    const WideVector own = mixture.means().col(k).template cast<Wide>();
    const Wide weight = Wide(mixture.weights()(k)) / total;
    mean += weight * own;
    second += weight * (mixture.covariance(k).template cast<Wide>() + own * own.transpose());
  }
  // Sums of four terms, in double, rounded at last; entries are below ten.
  const double rounding = 20 * double(std::numeric_limits<Scalar>::epsilon());
  check_error("mean", double((overall_mean(mixture).template cast<Wide>() - mean).norm()),
              rounding);
  const auto covariance = overall_covariance(mixture);
  check_error("covariance",
              double((covariance.template cast<Wide>() - second + mean * mean.transpose()).norm()),
              rounding);
  CHECK(covariance == covariance.transpose());
  CHECK(overall_covariance(marginal(mixture, {1, 2}))(0, 1) == covariance(1, 2));
}

TEST_CASE("the whole mixture's covariance does not hang on where it is", "[conditional]") {
  const auto somewhere = random_mixture<GaussianMixture<double, 3>>();
  // Means in whole millionths of two are moved without rounding.
  const Eigen::Matrix3Xd means = (somewhere.means() * 0x1p20).array().round() * 0x1p-20;
  const GaussianMixture<double, 3> near(somewhere.weights(), means, somewhere.covariances());
  const Eigen::Matrix3Xd far_means = means.array() + 0x1p27;
  const GaussianMixture<double, 3> far(near.weights(), far_means, near.covariances());
  CHECK(overall_covariance(far) == overall_covariance(near));
  // The mean is that of the offsets, rounded once.
  const Eigen::Vector3d expected = overall_mean(near).array() + 0x1p27;
  CHECK((overall_mean(far) - expected).cwiseAbs().maxCoeff() <= 0x1p-25);
}

TEST_CASE("wrong indices, values and noise are refused by name", "[conditional]") {
  auto mixture = random_mixture<GaussianMixture<double, 3>>();
  const Eigen::Vector2d two(1, 2);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  check_rejected("marginal", "indices", "none", "at least one",
                 [&] { marginal(mixture, std::vector<Index>()); });
  check_rejected("marginal", "indices", "none", "at least one", [&] { marginal(mixture, {}); });
  check_rejected("marginal", "indices(1)", "3", "from 0 to 2", [&] { marginal(mixture, {0, 3}); });
  check_rejected("marginal", "indices(0)", "-1", "from 0 to 2", [&] { marginal(mixture, {-1}); });
  check_rejected("marginal", "indices(2)", "1 again", "once", [&] {
    marginal(mixture, {1, 2, 1});
  });
  check_rejected("condition", "indices", "none", "at least one",
                 [&] { condition(mixture, {}, two); });
  check_rejected("condition", "indices(1)", "5", "from 0 to 2", [&] {
    condition(mixture, {0, 5}, two);
  });
  check_rejected("condition", "indices(1)", "0 again", "once", [&] {
    condition(mixture, {0, 0}, two);
  });
  check_rejected("condition", "indices", "all dimensions", "some must be left", [&] {
    condition(mixture, {0, 1, 2}, Eigen::Vector3d(1, 2, 3));
  });
  check_rejected("condition", "shape of the values", "2 x 1", "1 indices",
                 [&] { condition(mixture, {0}, two); });
  check_rejected("condition", "shape of the values", "2 x 2", "2 indices", [&] {
    condition(mixture, {0, 1}, Eigen::Matrix2d::Ones());
  });
  check_rejected("condition", "number of values", "1", "2", [&] {
    condition(mixture, {0, 1}, 0.5);
  });
  check_rejected("condition", "values(1)", "nan", "finite", [&] {
    condition(mixture, {0, 1}, Eigen::Vector2d(1, nan));
  });
  check_rejected("condition", "values(0)", "inf", "finite",
                 [&] { condition(mixture, {0}, std::numeric_limits<double>::infinity()); });
  check_rejected("marginal", "indices(1)", "4", "from 0 to 3",
                 [] { eigenmix::marginal<0, 4>(random_mixture<GaussianMixture<double>>()); });
  mixture.set_noise({0.1, -5});
  const std::string need = "set_noise(Noise{})";
  check_rejected("marginal", "noise", "0.1", need, [&] { marginal(mixture, {0}); });
  check_rejected("marginal", "noise", "0.1", need, [&] { eigenmix::marginal<0>(mixture); });
  check_rejected("condition", "noise", "0.1", need, [&] { condition(mixture, {0}, 1.0); });
  check_rejected("overall_mean", "noise", "0.1", need, [&] { overall_mean(mixture); });
  check_rejected("overall_covariance", "noise", "0.1", need, [&] { overall_covariance(mixture); });
}

}  // namespace
