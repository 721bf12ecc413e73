// SPDX-License-Identifier: MIT
#include <cmath>
#include <limits>

#include <eigenmix/encoding/fisher_vector.hpp>
#include <eigenmix/encoding/fisher_vectors.hpp>
#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>

// Fisher vectors: what they are the gradient of, what metric they are in, and what VLFeat makes of
// the same numbers.

namespace {

using eigenmix::counted;
using eigenmix::fisher_vector;
using eigenmix::fisher_vectors;
using eigenmix::GaussianMixture;
using eigenmix::improved_fisher_vector;
using eigenmix::Index;
using eigenmix::weighted;
using eigenmix_tests::check_error;
using eigenmix_tests::check_rejected;
using eigenmix_tests::Wide;
namespace covariance = eigenmix::covariance;
namespace encoding = eigenmix::encoding;

using Diagonal = GaussianMixture<double, Eigen::Dynamic, covariance::Diagonal>;
using Floats = GaussianMixture<float, Eigen::Dynamic, covariance::Diagonal>;
using WideVector = eigenmix_tests::Vector<Wide>;
using WideMatrix = eigenmix_tests::Matrix<Wide>;

const encoding::Options all_parts{encoding::Form::plain, encoding::Parts::weights_too};

/// A mixture by deviations and logits, and its log density as it is written down.
struct Naive {
  template <class Mixture>
  explicit Naive(const Mixture& mixture)
      : logits(mixture.weights().template cast<Wide>().array().log()),
        means(mixture.means().template cast<Wide>()),
        deviations(mixture.variances().template cast<Wide>().cwiseSqrt()) {}

  WideVector weights() const {
    WideVector result = logits.array().exp();
    return result / result.sum();
  }

  /// w_k N(x | k).
  WideVector shares(const WideVector& x) const {
    WideVector result = weights();
    for (Index k = 0; k < result.size(); ++k) {
      for (Index i = 0; i < x.size(); ++i) {
        const Wide z = (x(i) - means(i, k)) / deviations(i, k);
        result(k) *= std::exp(-z * z / 2) / deviations(i, k) / std::sqrt(2 * std::acos(Wide(-1)));
      }
    }
    return result;
  }

  Wide mean_log_likelihood(const WideMatrix& x) const {
    Wide sum = 0;
    for (Index n = 0; n < x.cols(); ++n) sum += std::log(shares(x.col(n)).sum());
    return sum / Wide(x.cols());
  }

  WideVector logits;
  WideMatrix means, deviations;
};

/// Fisher vectors as they are defined, sample by sample, responsibilities by hand.
/// \param least  responsibilities below are left out of the sums over means and deviations
template <class Mixture, class X>
WideVector naive_fisher_vector(const Mixture& mixture, const X& x, Wide least = 0) {
  const Naive naive(mixture);
  const Index d = mixture.dimension(), components = mixture.component_count();
  WideVector result = WideVector::Zero((2 * d + 1) * components);
  for (Index n = 0; n < x.cols(); ++n) {
    const WideVector sample = x.col(n).template cast<Wide>();
    const WideVector shares = naive.shares(sample);
    for (Index k = 0; k < components; ++k) {
      const Wide r = shares(k) / shares.sum(), w = naive.weights()(k);
      const Wide scale = 1 / (Wide(x.cols()) * std::sqrt(w));
      for (Index i = 0; i < d && r >= least; ++i) {
        const Wide z = (sample(i) - naive.means(i, k)) / naive.deviations(i, k);
        result(k * d + i) += scale * r * z;
        result((components + k) * d + i) += scale / std::sqrt(Wide(2)) * r * (z * z - 1);
      }
      result(2 * d * components + k) += scale * (r - w);
    }
  }
  return result;
}

template <class V>
double distance(const V& values, const WideVector& exact) {
  REQUIRE(values.size() == exact.size());
  return double((values.template cast<Wide>() - exact).cwiseAbs().maxCoeff());
}

template <class Mixture>
Mixture draw(Index d, Index components, double separation, std::uint64_t seed = 3) {
  eigenmix::random::Engine engine(seed);
  return eigenmix_tests::random_mixture<Mixture>(d, components, separation, engine);
}

template <class Mixture>
typename Mixture::Means sample(const Mixture& mixture, Index count, std::uint64_t seed = 8) {
  eigenmix::random::Engine engine(seed);
  return mixture.sample(count, engine).samples;
}

TEST_CASE("a Fisher vector is the gradient of the mean log-likelihood", "[fisher_vector]") {
  const auto mixture = draw<Diagonal>(3, 3, 1.5);
  const WideMatrix x = sample(draw<Diagonal>(3, 3, 2.0, 5), 40).cast<Wide>();
  const Naive naive(mixture);
  WideVector expected(7 * 3);
  // Five points: the rule leaves out h^4 / 30 of the fifth derivative, which of this one is
  // some hundreds, so 5e-14; roundings bring 1e-15 of long double and as much of double.
  const auto derivative = [&](auto&& number) {
    const Wide h = 0x1p-12L;
    const auto at = [&](Wide step) {
      Naive moved = naive;
      number(moved) += step;
      return moved.mean_log_likelihood(x);
    };
    return (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
  };
  for (Index k = 0; k < 3; ++k) {
    const Wide w = naive.weights()(k);
    for (Index i = 0; i < 3; ++i) {
      const Wide unit = naive.deviations(i, k) / std::sqrt(w);  // of 1 / sqrt(information)
      expected(3 * k + i) = unit * derivative([&](Naive& m) -> Wide& { return m.means(i, k); });
      expected(9 + 3 * k + i) = unit / std::sqrt(Wide(2)) *
                                derivative([&](Naive& m) -> Wide& { return m.deviations(i, k); });
    }
    expected(18 + k) = derivative([&](Naive& m) -> Wide& { return m.logits(k); }) / std::sqrt(w);
  }
  const Eigen::VectorXd v = fisher_vector(mixture, x.cast<double>(), all_parts);
  check_error("gradient", distance(v, expected), 1e-12);
  CHECK(v.cwiseAbs().maxCoeff() > 0.1);
  CHECK(fisher_vector(mixture, x.cast<double>()) == v.head(18));
}

TEST_CASE("scores of samples of the mixture have the identity as covariance", "[fisher_vector]") {
  // Ten deviations apart the closed form of the Fisher information is exact but for 1e-6.
  const auto mixture = draw<Diagonal>(2, 3, 10);
  const Index count = 20000;
  const Eigen::MatrixXd x = sample(mixture, count);
  std::vector<Index> offsets;
  for (Index n = 0; n <= count; ++n) offsets.push_back(n);
  const Eigen::MatrixXd scores = fisher_vectors(mixture, x, offsets, all_parts);
  const Eigen::VectorXd mean = scores.rowwise().mean();
  const Eigen::MatrixXd information = scores.lazyProduct(scores.transpose()) / double(count);
  Eigen::MatrixXd expected = Eigen::MatrixXd::Identity(15, 15);
  const Eigen::VectorXd roots = mixture.weights().cwiseSqrt();
  expected.bottomRightCorner(3, 3) -= roots * roots.transpose();  // logits have a sum to spare
  // Means are within five of their standard errors. A product of two scores of one component has a
  // variance of at most 15 / w, that of the fourth power of (z² - 1) / sqrt(2), whose mean is 15.
  const double least = mixture.weights().minCoeff();
  check_error("mean score", mean.cwiseAbs().maxCoeff(), 5 / std::sqrt(double(count)));
  check_error("information", (information - expected).cwiseAbs().maxCoeff(),
              5 * std::sqrt(15 / least / double(count)));
}

TEST_CASE("Fisher vectors are VLFeat's", "[fisher_vector]") {
  // vl_fisher_encode of VLFeat 0.9.21 (Debian libvlfeat1 0.9.21+full-1), VL_TYPE_DOUBLE, flags 0
  // and VL_FISHER_FLAG_IMPROVED. It leaves out responsibilities below 1e-6, and so must what is
  // compared with it to more digits.
  const Eigen::Vector3d weights(0.5, 0.3125, 0.1875);
  Eigen::MatrixXd means(2, 3), variances(2, 3), x(2, 6);
  means << 0, 1.5, -2, 0, -1, 0.5;
  variances << 1, 0.25, 1.5, 0.5, 2, 0.75;
  x << 0.25, 1.25, -1.5, 2, 0.5, -3, -0.5, 0.75, 1, -2.25, 0.125, 0.25;
  Eigen::VectorXd plain(12), improved(12);
  plain << 0.13529563587790958, 0.13471252594269223, 0.161994208951667, -0.063573488751457602,
      -0.14093575426336433, 0.016404487447627857, -0.056046381683797782, -0.15406545402747904,
      -0.0011731085051028458, -0.0020790858122673975, -0.15922879099677481, -0.35481662023182842;
  improved << 0.31307697705620763, 0.31240158416047409, 0.34257761574030487, -0.21460866859823971,
      -0.31953602608094478, 0.10901608223290685, -0.20150370126525918, -0.33408876554504946,
      -0.0291526695232158, -0.038810161067286221, -0.33964094183037291, -0.50700380083555829;
  const Diagonal mixture(weights, means, variances);
  const Eigen::VectorXd exact = naive_fisher_vector(mixture, x, 1e-6L).head(12).cast<double>();
  check_error("the definition", (exact - plain).cwiseAbs().maxCoeff(), 1e-14);
  check_error("its improved form", (improved_fisher_vector(exact) - improved).cwiseAbs().maxCoeff(),
              1e-14);
  // Six samples, each with at most 1e-6 (1 + z²) / sqrt(2 w), z² below 30 where that counts.
  const Eigen::VectorXd own = fisher_vector(mixture, x);
  check_error("plain", (own - plain).cwiseAbs().maxCoeff(), 5e-5);
  const Floats floats(weights.cast<float>().eval(), means.cast<float>().eval(),
                      variances.cast<float>().eval());
  check_error(
      "in float",
      double((fisher_vector(floats, x.cast<float>()) - plain.cast<float>()).cwiseAbs().maxCoeff()),
      2e-6);
}

TEST_CASE("Fisher vectors of far data, of float and of few dimensions", "[fisher_vector]") {
  const auto mixture = draw<Diagonal>(9, 4, 3);
  const Eigen::MatrixXd x = sample(draw<Diagonal>(9, 4, 3.5), 500);
  // Of sums over 500 samples of terms below 100, as the mixture's mean is three deviations from
  // components at most; results are divided by 500 again.
  constexpr double allowed = 100 * std::numeric_limits<double>::epsilon();
  const WideVector exact = naive_fisher_vector(mixture, x);
  check_error("near", distance(fisher_vector(mixture, x, all_parts), exact), allowed);
  // A million from zero samples and means have 1e-10 of a deviation, exactly subtracted.
  const Eigen::MatrixXd far_means = mixture.means().array() + 0x1p20;
  const Diagonal far(mixture.weights(), far_means, mixture.variances());
  const Eigen::MatrixXd far_x = x.array() + 0x1p20;
  check_error("far from zero",
              distance(fisher_vector(far, far_x, all_parts), naive_fisher_vector(far, far_x)),
              allowed);
  // Components 40 deviations apart are summed about their own means, nearer ones about a centre,
  // where squares lose at most eight bits: 256 roundings.
  for (const double separation : {3.0, 12.0, 40.0}) {
    const auto floats = draw<Floats>(9, 4, separation);
    const Eigen::MatrixXf y = sample(floats, 500);
    check_error("float",
                distance(fisher_vector(floats, y, all_parts), naive_fisher_vector(floats, y)),
                256 * double(std::numeric_limits<float>::epsilon()));
  }
  using Plane = GaussianMixture<double, 2, covariance::Diagonal>;
  const auto plane = draw<Plane>(2, 3, 2);
  const auto in_plane = sample(plane, 50);
  check_error(
      "plane",
      distance(fisher_vector(plane, in_plane, all_parts), naive_fisher_vector(plane, in_plane)),
      allowed);
  using Line = GaussianMixture<double, 1, covariance::Diagonal>;
  const auto line = draw<Line>(1, 3, 2);
  const auto on_line = sample(line, 50);
  check_error("line",
              distance(fisher_vector(line, on_line, all_parts), naive_fisher_vector(line, on_line)),
              allowed);
}

TEST_CASE("Fisher vectors of moments", "[fisher_vector]") {
  const auto mixture = draw<Diagonal>(5, 6, 3);
  const Eigen::MatrixXd x = sample(mixture, 300);
  const WideVector exact = naive_fisher_vector(mixture, x);
  constexpr double allowed = 300 * std::numeric_limits<double>::epsilon();
  const auto check = [&](const char* what, const Diagonal::Moments& moments) {
    check_error(what, distance(fisher_vector(mixture, moments, all_parts), exact), allowed);
  };
  check("of all", mixture.moments(x));
  check("of halves", mixture.moments(x.leftCols(7)) + mixture.moments(x.rightCols(293)));
  check("about means", mixture.moments_about(x, mixture.means()));
  check("about other points",
        mixture.moments_about(x, (mixture.means().array() + 2).matrix().eval()));
  // Copies, and importances, whose common factor says nothing.
  Eigen::VectorXd counts(300);
  for (Index n = 0; n < 300; ++n) counts(n) = double(n % 3);
  Eigen::MatrixXd copies(5, 300);
  for (Index n = 0, m = 0; n < 300; ++n) {
    for (Index copy = 0; copy < n % 3; ++copy) copies.col(m++) = x.col(n);
  }
  const WideVector of_copies = naive_fisher_vector(mixture, copies);
  check_error("counted", distance(fisher_vector(mixture, counted(x, counts), all_parts), of_copies),
              allowed);
  check_error("weighted",
              distance(fisher_vector(mixture, weighted(x, 0.7 * counts), all_parts), of_copies),
              allowed);
}

TEST_CASE("the improved form", "[fisher_vector]") {
  const auto mixture = draw<Diagonal>(4, 3, 2);
  const Eigen::MatrixXd x = sample(mixture, 30);
  const Eigen::VectorXd plain = fisher_vector(mixture, x, all_parts);
  const Eigen::VectorXd improved =
      fisher_vector(mixture, x, {encoding::Form::improved, encoding::Parts::weights_too});
  CHECK(improved == improved_fisher_vector(plain));
  Eigen::VectorXd expected = plain.array().sign() * plain.array().abs().sqrt();
  expected /= expected.norm();
  check_error("square roots", (improved - expected).cwiseAbs().maxCoeff(), 1e-15);
  CHECK(improved_fisher_vector(Eigen::VectorXd::Zero(5)) == Eigen::VectorXd::Zero(5));
}

TEST_CASE("components without samples or weight have zeros", "[fisher_vector]") {
  // The second is 1000 deviations away, the third has no weight but lies among the samples.
  Eigen::MatrixXd means(2, 3);
  means << 0, 1000, 0.5, 0, 0, 0.5;
  const Eigen::MatrixXd variances = Eigen::MatrixXd::Ones(2, 3);
  const Eigen::MatrixXd x = Eigen::MatrixXd::Random(2, 20);
  for (const encoding::Options options :
       {all_parts, encoding::Options{encoding::Form::improved, encoding::Parts::weights_too}}) {
    const Diagonal mixture(Eigen::Vector3d(0.5, 0.5, 0), means, variances);
    const Eigen::VectorXd v = fisher_vector(mixture, x, options);
    CHECK(v.allFinite());
    CHECK(v.segment(2, 4).isZero(0));
    CHECK(v.segment(8, 4).isZero(0));
    CHECK(v(13) < -0.1);  // it had half of the weight and finds no samples
    CHECK(v(14) == 0);
    CHECK(v == fisher_vector(mixture, mixture.moments(x), options));
  }
  check_error("their share",
              std::abs(fisher_vector(Diagonal(Eigen::Vector3d(0.5, 0.5, 0), means, variances), x,
                                     all_parts)(13) +
                       std::sqrt(0.5)),
              1e-15);
}

TEST_CASE("images in one call have the vectors they have alone", "[fisher_vector]") {
  const auto mixture = draw<Floats>(6, 5, 3);
  const Eigen::MatrixXf x = sample(mixture, 5000);
  const std::vector<Index> offsets = {0, 1, 700, 701, 2600, 4999, 5000};
  const encoding::Options options{encoding::Form::improved};
  std::vector<Eigen::MatrixXf> images;
  for (std::size_t m = 0; m + 1 < offsets.size(); ++m) {
    images.emplace_back(x.middleCols(offsets[m], offsets[m + 1] - offsets[m]));
  }
  const Eigen::MatrixXf together = fisher_vectors(mixture, x, offsets, options);
  REQUIRE(together.rows() == 60);
  REQUIRE(together.cols() == 6);
  for (std::size_t m = 0; m < images.size(); ++m) {
    CHECK(together.col(Index(m)) == fisher_vector(mixture, images[m], options));
  }
  CHECK(together == fisher_vectors(mixture, images, options));
  const Eigen::MatrixXf rows = x.transpose();
  CHECK(together == fisher_vectors(mixture, rows.transpose(), offsets, options));
  CHECK(together == fisher_vectors(mixture, x.topRows(6) * 1, offsets, options));
  for (const int threads : {2, 3, 5}) {  // images side by side, or one after the other
    const eigenmix::execution::Threads pool(threads);
    CHECK(together == fisher_vectors(mixture, images, options, pool));
    CHECK(together == fisher_vectors(mixture, x, offsets, options, pool));
    CHECK(fisher_vector(mixture, x, options, pool) == fisher_vector(mixture, x, options));
  }
  CHECK(fisher_vectors(mixture, std::vector<Eigen::MatrixXf>(), options).cols() == 0);
}

TEST_CASE("families with a variance for each component and dimension", "[fisher_vector]") {
  using Other = GaussianMixture<double, Eigen::Dynamic, covariance::EVI>;
  const auto other = draw<Other>(3, 2, 2);
  const Diagonal mixture(other.weights(), other.means(), other.variances());
  const Eigen::MatrixXd x = sample(mixture, 20);
  CHECK(fisher_vector(other, x) == fisher_vector(mixture, x));
}

TEST_CASE("a dimension that told nothing of the last fit's samples", "[fisher_vector]") {
  Eigen::MatrixXd x(3, 200);
  x.topRows(2) = sample(draw<Diagonal>(2, 2, 4), 200);
  x.row(2).setConstant(42);
  auto mixture = eigenmix::initialize<Diagonal>(x, 2, eigenmix::initialization::fast());
  REQUIRE(mixture.fit(x).uninformative == std::vector<Index>{2});
  const Diagonal same(mixture.weights(), mixture.means(), mixture.variances());
  const Eigen::VectorXd v = fisher_vector(mixture, x);
  CHECK(v.allFinite());
  check_error("as that of any other", (v - fisher_vector(same, x)).cwiseAbs().maxCoeff(), 1e-12);
}

TEST_CASE("what has no Fisher vector is refused", "[fisher_vector]") {
  const auto mixture = draw<Floats>(3, 2, 2);
  const Eigen::MatrixXf x = sample(mixture, 10);
  check_rejected("fisher_vector", "rows of x", "2", "3",
                 [&] { fisher_vector(mixture, x.topRows(2)); });
  check_rejected("fisher_vector", "samples", "none", "at least one",
                 [&] { fisher_vector(mixture, x.leftCols(0)); });
  Eigen::MatrixXf far = x;
  far(1, 4) = 1e30F;
  check_rejected("fisher_vector", "squares of x", "range", "can be represented",
                 [&] { fisher_vector(mixture, far); });
  far(1, 4) = 1e10F;
  CHECK(fisher_vector(mixture, far).allFinite());
  far(1, 4) = std::numeric_limits<float>::quiet_NaN();
  check_rejected("fisher_vector", "x(1, 4)", "nan", "finite", [&] { fisher_vector(mixture, far); });

  check_rejected("fisher_vectors: image 1", "x(1, 4)", "nan", "finite", [&] {
    fisher_vectors(mixture, std::vector<Eigen::MatrixXf>{x, far, far});
  });
  check_rejected("fisher_vectors: image 1", "x(1, 1)", "nan", "finite", [&] {
    fisher_vectors(mixture, far, {0, 3, 10}, {}, eigenmix::execution::Threads(2));
  });
  check_rejected("fisher_vectors: image 2", "samples", "none", "at least one", [&] {
    fisher_vectors(mixture, x, {0, 3, 5, 5, 10});
  });
  check_rejected("fisher_vectors", "offsets", "0 ... 9", "0 ... 10", [&] {
    fisher_vectors(mixture, x, {0, 9});
  });
  check_rejected("fisher_vectors", "offsets", "none", "0 ... 10",
                 [&] { fisher_vectors(mixture, x, std::vector<Index>()); });
  check_rejected("fisher_vectors", "offset 2", "3", "4", [&] {
    fisher_vectors(mixture, x, {0, 4, 3, 10});
  });

  check_rejected("fisher_vector", "moments", "3 x 2", "4 x 2",
                 [&] { fisher_vector(draw<Floats>(4, 2, 2), mixture.moments(x)); });
  check_rejected("fisher_vector", "moments", "no or negative", "at least one sample",
                 [&] { fisher_vector(mixture, 0 * mixture.moments(x)); });
  auto noisy = mixture;
  noisy.set_noise({0.125, -3});
  check_rejected("fisher_vector", "weight of the noise", "0.125", "none",
                 [&] { fisher_vector(noisy, x); });
  check_rejected("fisher_vector", "weight of the noise", "0.125", "none",
                 [&] { fisher_vector(noisy, mixture.moments(x)); });
  check_rejected("fisher_vectors", "weight of the noise", "0.125", "none",
                 [&] { fisher_vectors(noisy, std::vector<Eigen::MatrixXf>{x}); });
}

}  // namespace
