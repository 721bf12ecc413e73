// SPDX-License-Identifier: MIT

// Samples with missing entries: the moments of an E-step beside naive ones in long double.

#include <tuple>

#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/naive_missing.hpp>

#include <eigenmix/incomplete/incomplete.hpp>

namespace {

using eigenmix::GaussianMixture;
using eigenmix::incomplete;
using eigenmix::Index;
using eigenmix_tests::check_error;
using eigenmix_tests::Exact;
using eigenmix_tests::ExactMatrix;
using eigenmix_tests::NaiveMissing;
using eigenmix_tests::random_mixture;
using eigenmix_tests::with_holes;
namespace covariance = eigenmix::covariance;

using Families = std::tuple<covariance::EII, covariance::Spherical, covariance::EEI,
                            covariance::VEI, covariance::EVI, covariance::Diagonal,
                            covariance::Tied, covariance::VEE, covariance::EVE, covariance::VVE,
                            covariance::EEV, covariance::VEV, covariance::EVV, covariance::Full>;

/// The part of second moments that a family keeps.
template <class Mixture>
ExactMatrix kept(const ExactMatrix& second) {
  using Layout = typename Mixture::Covariance::Layout;
  if (Layout::is_dense) return second;
  ExactMatrix result = ExactMatrix::Zero(second.rows(), second.cols());
  result.diagonal() = second.diagonal();
  if (Layout::is_isotropic) result.diagonal().setConstant(second.diagonal().mean());
  return result;
}

/// Sums over N samples that vary by some deviations of about one: what a naive sum says, but for
/// some ten roundings of each term times the condition of a covariance, which is 4 here.
template <class Mixture>
void check_moments(Index dimension, double share, double noise) {
  using Scalar = typename Mixture::Scalar;
  constexpr Index components = 3, count = 300;
  eigenmix::random::Engine engine(17);
  auto mixture = random_mixture<Mixture>(dimension, components, 3, engine);
  const typename Mixture::Means x =
      with_holes<typename Mixture::Means>(mixture.sample(count, engine).samples, share, 5);
  mixture.set_noise({noise, -2.0 * double(dimension)});
  const auto moments = mixture.moments(incomplete(x));
  const NaiveMissing naive(mixture, x);
  const double tolerance = 200 * double(std::numeric_limits<Scalar>::epsilon());
  Exact log_likelihood = 0;
  std::vector<ExactMatrix> second(components, ExactMatrix::Zero(dimension, dimension));
  double seen = 0;
  for (Index n = 0; n < count; ++n) {
    log_likelihood += naive.log_density(n);
    seen += naive.dimensions(n, true).empty() ? 0 : 1;
  }
  for (Index k = 0; k < components; ++k) {
    Exact owned = 0;
    ExactMatrix first = ExactMatrix::Zero(dimension, 1);
    for (Index n = 0; n < count; ++n) {
      if (naive.dimensions(n, true).empty()) continue;
      const Exact r = naive.responsibility(k, n);
      const ExactMatrix offset =
          naive.completed(n, k) - moments.origin().col(k).template cast<Exact>();
      owned += r;
      first += r * offset;
      second[std::size_t(k)] += r * (offset.lazyProduct(offset.transpose()) + naive.spread(n, k));
    }
    check_error("count", double(std::abs(owned - moments.counts()(k))) / count, tolerance);
    const ExactMatrix error = first - moments.first().col(k).template cast<Exact>();
    check_error("first moments", double(error.norm()) / count, tolerance);
  }
  check_error("log-likelihood", double(std::abs(moments.log_likelihood() / log_likelihood - 1)),
              tolerance);
  CHECK(moments.total_weight() == seen);
  for (Index k = 0; k < components; ++k) {
    ExactMatrix expected = second[std::size_t(k)];
    if (Mixture::Covariance::Layout::is_shared) expected = second[0] + second[1] + second[2];
    // The spread of the samples is about that of three means in a row: some ten units.
    const ExactMatrix error =
        kept<Mixture>(expected) - moments.second_matrix(k).template cast<Exact>();
    check_error("second moments", double(error.norm()) / count, 10 * tolerance);
  }
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("one E-step of incomplete samples is a textbook's", "[incomplete]",
                        Families) {
  using Mixture = GaussianMixture<double, Eigen::Dynamic, TestType>;
  CAPTURE(TestType::name);
  check_moments<Mixture>(4, 0.2, 0);  // patterns of many samples
  check_moments<Mixture>(4, 0.02, 0.2);
  if constexpr (TestType::Layout::is_dense) {
    check_moments<Mixture>(10, 0.3, 0);  // of one sample each
    check_moments<Mixture>(10, 0.02, 0.2);
  }
}

TEST_CASE("one E-step is right in float and where the dimension is fixed", "[incomplete]") {
  check_moments<GaussianMixture<float, Eigen::Dynamic>>(5, 0.2, 0);
  check_moments<GaussianMixture<double, 2>>(2, 0.3, 0);
  check_moments<GaussianMixture<float, 2, covariance::Diagonal>>(2, 0.3, 0.1);
}
