// SPDX-License-Identifier: MIT

// Samples with missing entries: what a mixture says of them, the laws of sums, and what is refused.

#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/failure.hpp>
#include <support/naive_missing.hpp>

#include <eigenmix/incomplete/incomplete.hpp>

namespace {

using eigenmix::counted;
using eigenmix::GaussianMixture;
using eigenmix::incomplete;
using eigenmix::Index;
using eigenmix::weighted;
using eigenmix_tests::check_error;
using eigenmix_tests::check_rejected;
using eigenmix_tests::Exact;
using eigenmix_tests::NaiveMissing;
using eigenmix_tests::random_mixture;
using eigenmix_tests::with_holes;

}  // namespace

TEST_CASE("samples far from the mixture and from zero keep their digits", "[incomplete]") {
  using Mixture = GaussianMixture<double>;
  eigenmix::random::Engine engine(2);
  auto near = random_mixture<Mixture>(3, 2, 4, engine);
  const Eigen::MatrixXd x = with_holes<Eigen::MatrixXd>(near.sample(400, engine).samples, 0.2, 1);
  // 1e6 is a whole number of the spacing of doubles there only if the samples are rounded to it.
  const auto rounded = [](const Eigen::MatrixXd& of) {
    return Eigen::MatrixXd((of.array() * 0x1p20).round() * 0x1p-20);
  };
  const Eigen::MatrixXd at_zero = rounded(x), far = at_zero.array() + 1e6;
  Mixture moved(near.weights(),
                rounded(near.means()).array().matrix() + Eigen::MatrixXd::Constant(3, 2, 1e6),
                near.covariances());
  near = Mixture(near.weights(), rounded(near.means()), near.covariances());
  near.fit(incomplete(at_zero));
  moved.fit(incomplete(far));
  // Means at 1e6 are stored to 6e-11, which is what the last iterations differ by.
  CHECK((moved.means().array() - 1e6 - near.means().array()).abs().maxCoeff() < 1e-6);
  CHECK((moved.covariance(0) - near.covariance(0)).norm() < 1e-6);
  Eigen::MatrixXd outlier = x;
  outlier(0, 0) = 1e200;
  outlier(1, 0) = std::numeric_limits<double>::quiet_NaN();
  const auto densities = near.log_density(incomplete(outlier));
  CHECK_FALSE(densities.array().isNaN().any());
  CHECK_FALSE(near.responsibilities(incomplete(outlier)).array().isNaN().any());
}

TEST_CASE("a mixture says of incomplete samples what a textbook does", "[incomplete]") {
  using Mixture = GaussianMixture<double>;
  eigenmix::random::Engine engine(4);
  auto mixture = random_mixture<Mixture>(3, 3, 2, engine);
  Eigen::MatrixXd x = with_holes<Eigen::MatrixXd>(mixture.sample(500, engine).samples, 0.3, 9);
  for (const double noise : {0.0, 0.1}) {
    mixture.set_noise({noise, -5});
    const NaiveMissing naive(mixture, x);
    const auto densities = mixture.log_density(incomplete(x));
    const auto responsibilities = mixture.responsibilities(incomplete(x));
    const auto labels = mixture.classify(incomplete(x));
    double error = 0;
    Exact sum = 0;
    Index empty = 0;
    for (Index n = 0; n < x.cols(); ++n) {
      error = std::max(error, double(std::abs(naive.log_density(n) - densities(n))));
      for (Index k = 0; k < 3; ++k) {
        error =
            std::max(error, double(std::abs(naive.responsibility(k, n) - responsibilities(k, n))));
      }
      sum += naive.log_density(n);
      Index most = 0;
      naive.log_densities.col(n).maxCoeff(&most);
      CHECK(labels(n) == most);
      if (!naive.dimensions(n, true).empty()) continue;
      ++empty;
      CHECK(std::abs(densities(n)) < 1e-15);
      CHECK((responsibilities.col(n) - (1 - noise) * mixture.weights()).norm() < 1e-15);
    }
    CHECK(empty > 0);
    check_error("densities and responsibilities", error, 1e-13);  // values of some tens
    const auto total = mixture.log_likelihood(incomplete(x));
    check_error("log-likelihood", double(std::abs(total / sum - 1)), 1e-14);
    check_error("moments",
                double(std::abs(mixture.moments(incomplete(x)).log_likelihood() / sum - 1)), 1e-14);
  }
}

TEST_CASE("where nothing is missing all is as without incomplete, to the bit", "[incomplete]") {
  using Mixture = GaussianMixture<double>;
  eigenmix::random::Engine engine(8);
  const auto truth = random_mixture<Mixture>(3, 3, 3, engine);
  const Eigen::MatrixXd x = truth.sample(700, engine).samples;
  const Eigen::VectorXd w = Eigen::VectorXd::LinSpaced(700, 0, 2);
  const Mixture start = eigenmix_tests::perturbed(truth);
  Mixture plain = start, other = start;
  const auto of_plain = plain.fit(x), of_other = other.fit(incomplete(x));
  CHECK(plain == other);
  CHECK(of_plain.log_likelihoods == of_other.log_likelihoods);
  Mixture one = eigenmix::initialize<Mixture>(x, 1), other_one = one;
  CHECK(one.fit(x).iterations == other_one.fit(incomplete(x)).iterations);
  CHECK(one == other_one);
  CHECK(plain.moments(weighted(x, w)) == plain.moments(incomplete(weighted(x, w))));
  CHECK(plain.moments(counted(x, w)) == plain.moments(incomplete(counted(x, w))));
  CHECK(eigenmix::initialize<Mixture>(x, 3) == eigenmix::initialize<Mixture>(incomplete(x), 3));
  GaussianMixture<float, 2> small(Eigen::Vector2f(0.5F, 0.5F), Eigen::Matrix2f::Identity(),
                                  {Eigen::Matrix2f::Identity(), Eigen::Matrix2f::Identity()});
  const Eigen::Matrix<float, 2, Eigen::Dynamic> y = x.topRows(2).cast<float>();
  CHECK(small.moments(y) == small.moments(incomplete(y)));
}

TEST_CASE("moments of incomplete samples are sums over samples", "[incomplete]") {
  using Mixture = GaussianMixture<double>;
  eigenmix::random::Engine engine(8);
  const auto mixture = random_mixture<Mixture>(4, 3, 3, engine);
  const Eigen::MatrixXd x =
      with_holes<Eigen::MatrixXd>(mixture.sample(3000, engine).samples, 0.2, 3);
  const auto all = mixture.moments(incomplete(x));
  const double size = all.flat().norm();
  const auto check_equal = [&](const Mixture::Moments& other) {
    REQUIRE(other.origin() == all.origin());
    check_error("sums", (other.flat() - all.flat()).norm() / size, 1e-14);  // 50 roundings
  };
  check_equal(mixture.moments(incomplete(x.leftCols(1000))) +
              mixture.moments(incomplete(x.rightCols(2000))));
  check_equal(mixture.moments(incomplete(x.rowwise().reverse())));
  const Eigen::MatrixXd none =
      Eigen::MatrixXd::Constant(4, 7, std::numeric_limits<double>::quiet_NaN());
  const auto of_none = mixture.moments(incomplete(none));
  CHECK(of_none.flat().isZero(0));
  check_equal(all + of_none);
  const Eigen::VectorXd ones = Eigen::VectorXd::Ones(x.cols());
  check_equal(mixture.moments(incomplete(weighted(x, 3 * ones))));
  Eigen::MatrixXd twice(4, 6000);
  twice << x, x;
  check_equal(0.5 * mixture.moments(incomplete(twice)));
  check_equal(0.5 * mixture.moments(incomplete(counted(x, 2 * ones))));
  for (const int threads : {2, 3, 7}) {
    CHECK(mixture.moments(incomplete(x), eigenmix::execution::Threads(threads)) == all);
    CHECK(mixture.log_density(incomplete(x), eigenmix::execution::Threads(threads)) ==
          mixture.log_density(incomplete(x)));
  }
}

TEST_CASE("samples without any entry, or of no weight, count for nothing", "[incomplete]") {
  using Mixture = GaussianMixture<double>;
  constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
  eigenmix::random::Engine engine(8);
  const auto mixture = random_mixture<Mixture>(3, 2, 3, engine);
  const Eigen::MatrixXd x =
      with_holes<Eigen::MatrixXd>(mixture.sample(300, engine).samples, 0.1, 3);
  Eigen::MatrixXd more(3, 303);
  more << x.leftCols(10), Eigen::MatrixXd::Constant(3, 3, nothing), x.rightCols(290);
  CHECK(mixture.moments(incomplete(more)) == mixture.moments(incomplete(x)));
  Eigen::VectorXd w = Eigen::VectorXd::LinSpaced(303, 1, 2), weights(300);
  weights << w.head(10), w.tail(290);
  CHECK(mixture.moments(incomplete(weighted(more, w))) ==
        mixture.moments(incomplete(weighted(x, weights))));
  more.middleCols(10, 3) = x.leftCols(3).array() + 1e200;
  w.segment(10, 3).setZero();
  const auto with = mixture.moments(incomplete(weighted(more, w)));
  const auto without = mixture.moments(incomplete(weighted(x, weights)));
  CHECK((with.flat() - without.flat()).norm() < 1e-13 * without.flat().norm());
}

TEST_CASE("incomplete samples are checked", "[incomplete]") {
  using Mixture = GaussianMixture<double>;
  constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
  eigenmix::random::Engine engine(8);
  auto mixture = random_mixture<Mixture>(3, 2, 3, engine);
  Eigen::MatrixXd x = with_holes<Eigen::MatrixXd>(mixture.sample(30, engine).samples, 0.1, 3);
  const Mixture before = mixture;
  check_rejected("fit", "x(", "nan", "finite samples", [&] { mixture.fit(x); });
  check_rejected("log_density", "rows of x", "2", "3",
                 [&] { return mixture.log_density(incomplete(x.topRows(2))); });
  check_rejected("fit", "samples", "none", "at least one column",
                 [&] { return mixture.fit(incomplete(x.leftCols(0))); });
  Eigen::MatrixXd infinite = x;
  infinite(1, 7) = -std::numeric_limits<double>::infinity();
  check_rejected("fit", "x(1, 7)", "-inf", "NaN where an entry is missing",
                 [&] { mixture.fit(incomplete(infinite)); });
  Eigen::MatrixXd unseen = x;
  unseen.row(2).setConstant(nothing);
  check_rejected("fit", "row 2 of x", "NaN in every sample", "at least one entry",
                 [&] { mixture.fit(incomplete(unseen)); });
  check_rejected("initialize", "row 2 of x", "NaN in every sample", "at least one entry",
                 [&] { return eigenmix::initialize<Mixture>(incomplete(unseen), 2); });
  CHECK(mixture.log_density(incomplete(unseen)).allFinite());
  Eigen::VectorXd w = Eigen::VectorXd::Ones(30);
  w(11) = nothing;
  check_rejected("fit", "sample weight 11", "nan", "finite weights",
                 [&] { mixture.fit(incomplete(weighted(x, w))); });
  check_rejected("fit", "shape of the sample weights", "29 x 1", "30",
                 [&] { mixture.fit(incomplete(weighted(x, w.head(29)))); });
  Eigen::MatrixXd one = Eigen::MatrixXd::Constant(3, 30, nothing);
  one.col(4).setOnes();
  check_rejected("fit", "samples of positive weight", "1", "components, 2",
                 [&] { mixture.fit(incomplete(one)); });
  CHECK(mixture == before);
}
