// SPDX-License-Identifier: MIT
#include <cmath>
#include <limits>

#include <eigenmix/covariance/eve.hpp>
#include <eigenmix/covariance/vve.hpp>
#include <eigenmix/random.hpp>

#include <support/catch.hpp>

// The M-step of families with common axes, by itself.

namespace {

using eigenmix::Index;
using eigenmix::covariance::EVE;
using eigenmix::covariance::VVE;
template <class Scalar>
using Dense = eigenmix::detail::Matrix<Scalar>;

/// Second moments of few samples, side by side, of traces between one and two.
template <class Scalar>
Dense<Scalar> random_covariances(Index dimension, Index components) {
  eigenmix::random::Engine engine(700);
  eigenmix::random::Normal normal;
  Dense<Scalar> result(dimension, dimension * components), samples(dimension, 3 * dimension);
  for (Index k = 0; k < components; ++k) {
    for (Scalar& value : samples.reshaped()) value = Scalar(normal(engine));
    auto own = result.middleCols(k * dimension, dimension);
    own = samples.lazyProduct(samples.transpose());
    own *= std::ldexp(Scalar(1), -std::ilogb(own.trace()));
  }
  return result;
}

/// Of units 2^(exponent / 2) times as large.
template <class Family, class Scalar>
Dense<Scalar> united(Dense<Scalar> covariances, int exponent) {
  eigenmix::detail::Vector<Scalar> counts(3);
  counts << 10, 30, 20;
  covariances *= std::ldexp(Scalar(1), exponent);
  Family::template unite<Scalar, Eigen::Dynamic>(counts, {}, covariances);
  return covariances * std::ldexp(Scalar(1), -exponent);
}

template <class Family, class Scalar>
void check_units() {
  const Dense<Scalar> own = random_covariances<Scalar>(4, 3);
  const Dense<Scalar> expected = united<Family, Scalar>(own, 0);
  constexpr int extreme = std::numeric_limits<Scalar>::max_exponent / 2 + 20;
  // By a power of two all comes out the same, but for a common volume: the exponential of a
  // logarithm, whose rounding is relative to its size, in the sum over dimensions and components.
  const Scalar allowed = 8 * Scalar(extreme) * std::numeric_limits<Scalar>::epsilon();
  for (const int exponent : {-extreme, -extreme / 2, extreme / 2, extreme}) {
    CAPTURE(Family::code, sizeof(Scalar), exponent);
    const Dense<Scalar> found = united<Family, Scalar>(own, exponent);
    CHECK((found - expected).norm() <= allowed * expected.norm());
  }
}

}  // namespace

TEST_CASE("common axes do not depend on units, however small or large", "[families]") {
  check_units<EVE, float>();
  check_units<EVE, double>();
  check_units<VVE, float>();
  check_units<VVE, double>();
}
