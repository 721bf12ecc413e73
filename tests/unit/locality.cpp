// SPDX-License-Identifier: MIT
#include <array>
#include <tuple>

#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/data.hpp>

// Where other groups are, and how far, must not matter to a component of its own covariance.

namespace {

using eigenmix::FitResult;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::initialize;
using eigenmix_tests::check_error;
using eigenmix_tests::Matrix;
namespace covariance = eigenmix::covariance;
using FromLabels = eigenmix::initialization::FromLabels;

constexpr Index each = 60;

/// Two groups 12 apart and a third of which every coordinate is `place` more.
template <class Scalar>
Matrix<Scalar> three_groups(Index d, double place) {
  eigenmix::random::Engine engine(3);
  eigenmix::random::Normal normal;
  Matrix<Scalar> x(d, 3 * each);
  const std::array<double, 3> places{0, 12, place};
  for (Index n = 0; n < x.cols(); ++n) {
    for (Index i = 0; i < d; ++i) {
      x(i, n) = Scalar(Scalar(normal(engine)) + Scalar(places[std::size_t(n / each)]));
    }
  }
  return x;
}

std::vector<Index> labels_of(Index count) {
  std::vector<Index> labels;
  for (Index n = 0; n < count; ++n) labels.push_back(n / each);
  return labels;
}

/// How far the component of `mixture` that is nearest to component k of `other` is from it, in units
/// of the data, whose deviations are about one.
template <class Mixture>
double distance_to(const Mixture& mixture, const Mixture& other, Index k) {
  double least = std::numeric_limits<double>::infinity();
  for (Index j = 0; j < mixture.component_count(); ++j) {
    const double of_means =
        double((mixture.means().col(j) - other.means().col(k)).cwiseAbs().maxCoeff());
    const double of_covariances =
        double((mixture.covariance(j) - other.covariance(k)).cwiseAbs().maxCoeff());
    least = std::min(least, std::max(of_means, of_covariances));
  }
  return least;
}

template <class Family, class Scalar>
void check_locality(bool by_default) {
  using Mixture = GaussianMixture<Scalar, Eigen::Dynamic, Family>;
  for (const Index d : {1, 3, 6}) {
    const Matrix<Scalar> two = three_groups<Scalar>(d, 0).leftCols(2 * each);
    Mixture alone = initialize<Mixture>(two, 2, FromLabels(labels_of(2 * each)));
    alone.fit(two);
    // Groups 12 deviations apart share responsibilities of e^-18 d and less; beside that the sums
    // are rounded, and from 4 dimensions on taken about a common centre up to 16 deviations away.
    const double eps = double(std::numeric_limits<Scalar>::epsilon());
    const double allowed = 1e-7 * (d == 1 ? 1 : 0) + 400 * eps;
    for (const double place : {-40.0, 1e3, 1e5, 1e9}) {
      CAPTURE(Family::name, d, place, by_default);
      const Matrix<Scalar> x = three_groups<Scalar>(d, place);
      Mixture mixture = by_default ? initialize<Mixture>(x, 3)
                                   : initialize<Mixture>(x, 3, FromLabels(labels_of(3 * each)));
      const FitResult result = mixture.fit(x);
      CHECK(result.converged());
      CHECK(result.collapsed_count == 0);
      for (Index k = 0; k < 2; ++k) {
        check_error("component", distance_to(mixture, alone, k), allowed);
      }
    }
  }
}

using Families = std::tuple<covariance::Full, covariance::Diagonal, covariance::Spherical>;

TEMPLATE_LIST_TEST_CASE("a group at any distance leaves the others what they are, in double",
                        "[locality]", Families) {
  check_locality<TestType, double>(false);
  check_locality<TestType, double>(true);
}

TEMPLATE_LIST_TEST_CASE("a group at any distance leaves the others what they are, in float",
                        "[locality]", Families) {
  check_locality<TestType, float>(false);
  check_locality<TestType, float>(true);
}

}  // namespace
