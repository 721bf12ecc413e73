// SPDX-License-Identifier: MIT
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <eigenmix/algebra/affine.hpp>
#include <eigenmix/algebra/product.hpp>
#include <eigenmix/algebra/reduction.hpp>
#include <eigenmix/eigenmix.hpp>
#include <eigenmix/inference/condition.hpp>
#include <eigenmix/inference/derivatives.hpp>
#include <eigenmix/inference/marginal.hpp>
#include <eigenmix/io/text.hpp>
#include <support/catch.hpp>
#include <support/closeness.hpp>

// A law of each room that takes any family, for all fourteen, float and double, fixed and dynamic.
// What is found is compared with formulae in long double, which see three arrays and no family.
// Those of adaptation/ and encoding/, which are of layouts, are in files of their own.

namespace {

using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix_tests::check_error;
namespace covariance = eigenmix::covariance;
using Wide = long double;
using WideVector = Eigen::Matrix<Wide, Eigen::Dynamic, 1>;
using WideMatrix = Eigen::Matrix<Wide, Eigen::Dynamic, Eigen::Dynamic>;

constexpr Index count = 3;  // K

/// A mixture, or what should be one.
struct Arrays {
  explicit Arrays(Index d, Index components = count)
      : weights(components), means(d, components), covariances(std::size_t(components)) {
    for (WideMatrix& s : covariances) s.setZero(d, d);
  }
  Index dimension() const { return means.rows(); }
  Index size() const { return weights.size(); }

  WideVector weights;
  WideMatrix means;
  std::vector<WideMatrix> covariances;
};

/// Of the family with that code: volumes, shapes and axes are those of the first component where
/// they are equal, and variances from 0.6 to 1.9.
Arrays draw(const std::string& code, Index d) {
  Arrays result(d);
  result.weights << 0.5L, 0.3125L, 0.1875L;
  for (Index k = 0; k < count; ++k) {
    const auto own = [&](char letter) { return letter == 'V' ? k : 0; };
    const Wide volume = 1 + Wide(own(code[0])) / 8;
    const Wide angle = code[2] == 'I' ? 0 : 0.5L + Wide(own(code[2]));
    WideMatrix& s = result.covariances[std::size_t(k)];
    for (Index i = 0; i < d; ++i) {
      result.means(i, k) = Wide(2 * k + (i + k) % 2) - 2;
      const Wide along = Wide(d - 1 - 2 * i) / Wide(d - 1);  // sums to zero
      s(i, i) = code[1] == 'I' ? volume : volume * std::exp(along / Wide(3 - own(code[1])) / 2);
    }
    const Wide c = std::cos(angle), sine = std::sin(angle), a = s(0, 0), b = s(1, 1);
    if (code[2] == 'I') continue;
    s(0, 0) = c * c * a + sine * sine * b;
    s(1, 1) = sine * sine * a + c * c * b;
    s(0, 1) = s(1, 0) = c * sine * (a - b);
  }
  return result;
}

template <class Mixture>
Arrays arrays_of(const Mixture& mixture) {
  Arrays result(mixture.dimension(), mixture.component_count());
  for (Index k = 0; k < result.size(); ++k) {
    result.weights(k) = Wide(mixture.weights()(k));
    const auto s = mixture.covariance(k);
    for (Index j = 0; j < mixture.dimension(); ++j) {
      result.means(j, k) = Wide(mixture.means()(j, k));
      for (Index i = 0; i < mixture.dimension(); ++i) {
        result.covariances[std::size_t(k)](i, j) = Wide(s(i, j));
      }
    }
  }
  return result;
}

/// The largest difference of any number; all are below ten.
double difference(const Arrays& a, const Arrays& b) {
  if (a.dimension() != b.dimension() || a.size() != b.size()) return HUGE_VAL;
  Wide largest = 0;
  const auto compare = [&](Wide x, Wide y) {  // a difference that is no number is the largest
    if (!(std::abs(x - y) <= largest)) largest = std::isnan(x - y) ? HUGE_VAL : std::abs(x - y);
  };
  for (Index k = 0; k < a.size(); ++k) {
    const auto i = std::size_t(k);
    compare(a.weights(k), b.weights(k));
    for (Index j = 0; j < a.dimension(); ++j) {
      compare(a.means(j, k), b.means(j, k));
      for (Index l = 0; l < a.dimension(); ++l) {
        compare(a.covariances[i](j, l), b.covariances[i](j, l));
      }
    }
  }
  return double(largest);
}

/// log N(offset | 0, S) by elimination, from the first dimension on.
Wide log_normal(WideVector offset, WideMatrix s) {
  Wide sum = 0;
  for (Index i = 0; i < offset.size(); ++i) {
    sum -= offset(i) * offset(i) / s(i, i) / 2 + std::log(2 * std::acos(Wide(-1)) * s(i, i)) / 2;
    for (Index j = i + 1; j < offset.size(); ++j) {
      const Wide gain = s(j, i) / s(i, i);
      offset(j) -= gain * offset(i);
      for (Index l = i + 1; l < offset.size(); ++l) s(j, l) -= gain * s(i, l);
    }
  }
  return sum;
}

Wide log_density(const Arrays& of, const WideVector& x) {
  Wide sum = 0;
  for (Index k = 0; k < of.size(); ++k) {
    const WideVector offset = x - of.means.col(k);
    sum += of.weights(k) * std::exp(log_normal(offset, of.covariances[std::size_t(k)]));
  }
  return std::log(sum);
}

/// Of y = x_from + factor x_of, dimension by dimension: images, and what is left of conditionals.
struct Term {
  Index from, of;
  Wide factor;
};
Arrays naive_image(const Arrays& given, const std::vector<Term>& terms) {
  Arrays result(Index(terms.size()), given.size());
  result.weights = given.weights;
  for (Index k = 0; k < given.size(); ++k) {
    const WideMatrix& s = given.covariances[std::size_t(k)];
    for (std::size_t i = 0; i < terms.size(); ++i) {
      const Term& a = terms[i];
      result.means(Index(i), k) = given.means(a.from, k) + a.factor * given.means(a.of, k);
      for (std::size_t j = 0; j < terms.size(); ++j) {
        const Term& b = terms[j];
        result.covariances[std::size_t(k)](Index(i), Index(j)) =
            s(a.from, b.from) + a.factor * s(a.of, b.from) + b.factor * s(a.from, b.of) +
            a.factor * b.factor * s(a.of, b.of);
      }
    }
  }
  return result;
}

/// Of all but the first, which is `value`.
Arrays naive_conditional(const Arrays& given, Wide value) {
  const Index left = given.dimension() - 1;
  Arrays result(left, given.size());
  Wide sum = 0;
  for (Index k = 0; k < given.size(); ++k) {
    const WideMatrix& s = given.covariances[std::size_t(k)];
    const Wide off = value - given.means(0, k);
    sum += result.weights(k) =
        given.weights(k) * std::exp(-off * off / s(0, 0) / 2) / std::sqrt(s(0, 0));
    for (Index i = 0; i < left; ++i) {
      result.means(i, k) = given.means(i + 1, k) + s(i + 1, 0) / s(0, 0) * off;
      for (Index j = 0; j < left; ++j) {
        result.covariances[std::size_t(k)](i, j) =
            s(i + 1, j + 1) - s(i + 1, 0) * s(0, j + 1) / s(0, 0);
      }
    }
  }
  result.weights /= sum;
  return result;
}

Arrays naive_collapse(const Arrays& given) {
  Arrays result(given.dimension(), 1);
  result.weights(0) = 1;
  result.means.setZero();
  for (Index k = 0; k < given.size(); ++k) {
    result.means.col(0) += given.weights(k) / given.weights.sum() * given.means.col(k);
  }
  for (Index k = 0; k < given.size(); ++k) {
    for (Index i = 0; i < given.dimension(); ++i) {
      for (Index j = 0; j < given.dimension(); ++j) {
        const Wide outer =
            (given.means(i, k) - result.means(i, 0)) * (given.means(j, k) - result.means(j, 0));
        result.covariances[0](i, j) += given.weights(k) / given.weights.sum() *
                                       (given.covariances[std::size_t(k)](i, j) + outer);
      }
    }
  }
  return result;
}

/// d log p / dx_i by differences of the fourth order: h^4 and the roundings over h are below 1e-14.
Wide naive_slope(const Arrays& given, const WideVector& x, Index i) {
  const Wide h = 1e-4L;
  const auto at = [&](Wide steps) {
    WideVector moved = x;
    moved(i) += steps * h;
    return log_density(given, moved);
  };
  return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * h);
}

enum class Room { marginal, condition, image, product, collapse };

void check_refused(const std::function<void(Room)>& call) {
  for (const Room room :
       {Room::marginal, Room::condition, Room::image, Room::product, Room::collapse}) {
    std::string refusal = "nothing";
    try {
      call(room);
    } catch (const std::invalid_argument& error) {
      refusal = error.what();
    }
    INFO(int(room) << " refused " << refusal);
    CHECK(refusal.find("noise") != std::string::npos);
  }
}

template <class Mixture>
bool comes_back(const Mixture& mixture) {
  std::stringstream text;
  save(text, mixture);
  return eigenmix::load<Mixture>(text) == mixture;
}

/// What is of one scalar and dimension, and of no family.
template <class Scalar, int Dim>
struct Numbers {
  static constexpr Index d = Dim == Eigen::Dynamic ? 3 : Dim;
  // A few dozen roundings of numbers below ten, with divisions by variances of a half or more.
  static constexpr double allowed = 100 * double(std::numeric_limits<Scalar>::epsilon());
  using Square = Eigen::Matrix<Scalar, Dim, Dim>;

  explicit Numbers(const Arrays& drawn)
      : weights(drawn.weights.template cast<Scalar>()),
        means(drawn.means.template cast<Scalar>()),
        x(d),
        map(Square::Identity(d, d)) {
    for (const WideMatrix& s : drawn.covariances) {
      covariances.push_back(s.template cast<Scalar>());
    }
    for (Index i = 0; i < d; ++i) x(i) = Scalar(0.5) - Scalar(i);
    map(0, d - 1) = Scalar(0.75);
  }

  static void check(const char* law, const Arrays& found, const Arrays& expected) {
    check_error(law, difference(found, expected), allowed);
  }
  template <class Full>
  static void check_image(const Full& image, const Arrays& given, const WideVector& shift) {
    std::vector<Term> terms = {{0, d - 1, 0.75L}};
    for (Index i = 1; i < d; ++i) terms.push_back({i, i, 0});
    Arrays expected = naive_image(given, terms);
    expected.means.colwise() += shift;
    check("image", arrays_of(image), expected);
  }
  template <class Product>
  static void check_product(const Product& squared, Wide height, const WideVector& at) {
    const Wide found = Wide(squared.log_constant) + log_density(arrays_of(squared.mixture), at);
    check_error("product", double(std::abs(found - 2 * height)), allowed);
  }
  /// \param share  that the components have of the density
  template <class Slopes>
  static void check_slopes(const Slopes& slopes, const Arrays& given, const WideVector& at,
                           Wide share) {
    for (Index i = 0; i < d; ++i) {
      const Wide off = Wide(slopes(i)) - share * naive_slope(given, at, i);
      check_error("gradient", double(std::abs(off)), allowed);
    }
  }

  Eigen::Matrix<Scalar, Eigen::Dynamic, 1> weights;
  Eigen::Matrix<Scalar, Dim, Eigen::Dynamic> means;
  std::vector<Square> covariances;
  Eigen::Matrix<Scalar, Dim, 1> x;
  Square map;  // y_0 = x_0 + 0.75 x_last
};

template <class Mixture>
void check_rooms() {
  using Is = Numbers<typename Mixture::Scalar, Mixture::Dim>;
  constexpr Index d = Is::d;
  const std::string code = Mixture::Covariance::code;
  CAPTURE(code, d, Is::allowed);
  const Is is(draw(code, d));
  Mixture mixture(is.weights, is.means, is.covariances);
  const Arrays given = arrays_of(mixture);
  const WideVector x = is.x.template cast<Wide>();

  Is::check("marginal", arrays_of(marginal(mixture, {d - 1, 0})),
            naive_image(given, {{d - 1, 0, 0}, {0, 0, 0}}));
  Is::check("condition", arrays_of(condition(mixture, {0}, is.x(0))),
            naive_conditional(given, x(0)));
  Is::check("collapse", arrays_of(collapse(mixture)), naive_collapse(given));
  Is::check_image(affine_image(mixture, is.map, is.x), given, x);
  const Wide height = log_density(given, x);
  Is::check_product(product(mixture, mixture), height, x);
  Is::check_slopes(log_density_gradient(mixture, is.x), given, x, 1);
  CHECK(comes_back(mixture));

  // Noise goes into files and slopes, and is refused where something would have to be made of it.
  mixture.set_noise({0.25, -4});
  CHECK(comes_back(mixture));
  const Wide density = 0.75L * std::exp(height);
  Is::check_slopes(log_density_gradient(mixture, is.x), given, x,
                   density / (density + 0.25L * std::exp(-4.0L)));
  check_refused([&](Room room) {
    if (room == Room::marginal) marginal(mixture, {0});
    if (room == Room::condition) condition(mixture, {0}, is.x(0));
    if (room == Room::image) affine_image(mixture, is.map, is.x);
    if (room == Room::product) product(mixture, mixture);
    if (room == Room::collapse) collapse(mixture);
  });
}

template <class Scalar, int Dim, class... Family>
void check_all() {
  (check_rooms<GaussianMixture<Scalar, Dim, Family>>(), ...);
}

TEST_CASE("every room takes every family", "[rooms]") {
  check_all<double, Eigen::Dynamic, covariance::EII, covariance::VII, covariance::EEI,
            covariance::VEI, covariance::EVI, covariance::VVI, covariance::EEE, covariance::VEE,
            covariance::EVE, covariance::VVE, covariance::EEV, covariance::VEV, covariance::EVV,
            covariance::VVV>();
}

TEST_CASE("every room takes every family, of float and two dimensions", "[rooms]") {
  check_all<float, 2, covariance::EII, covariance::VII, covariance::EEI, covariance::VEI,
            covariance::EVI, covariance::VVI, covariance::EEE, covariance::VEE, covariance::EVE,
            covariance::VVE, covariance::EEV, covariance::VEV, covariance::EVV, covariance::VVV>();
}

}  // namespace
