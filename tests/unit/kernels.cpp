// SPDX-License-Identifier: MIT
#include <cmath>
#include <tuple>

#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/data.hpp>

// The blocked kernels against plain loops in long double, at every remainder of their blocks, and
// the two ways to moments, pooled about one centre and component by component, against each other.

namespace {

using eigenmix::Index;
using eigenmix::detail::Difference;
using eigenmix_tests::check_error;
using eigenmix_tests::Matrix;
using eigenmix_tests::Vector;
using eigenmix_tests::Wide;
namespace detail = eigenmix::detail;
namespace covariance = eigenmix::covariance;
namespace random = eigenmix::random;

template <class Scalar>
constexpr double eps = double(std::numeric_limits<Scalar>::epsilon());

template <class Scalar>
Matrix<Scalar> normal_matrix(Index rows, Index cols, random::Engine& engine) {
  random::Normal normal;
  Matrix<Scalar> result(rows, cols);
  for (Scalar& value : result.reshaped()) value = Scalar(normal(engine));
  return result;
}

/// Samples in a tile of their own.
template <class Scalar>
detail::Tile<Scalar, Eigen::Dynamic> tile_of(const Matrix<Scalar>& x) {
  detail::Tile<Scalar, Eigen::Dynamic> tile(x.rows(), x.cols());
  detail::Boundary<Scalar, Eigen::Dynamic>::open("test", x, x.rows()).read(0, x.cols(), tile);
  return tile;
}

template <class A, class B>
double largest_difference(const A& a, const B& b) {
  return double((a.template cast<Wide>() - b.template cast<Wide>()).cwiseAbs().maxCoeff());
}

TEMPLATE_TEST_CASE("whitening, at every remainder of its blocks", "[kernels]", float, double,
                   long double) {
  using S = detail::Simd<TestType>;
  random::Engine engine(1);
  for (const Index d : {1, 2, 3, 4, 5, 7, 8, 9, 12, 13, 16, 17, 33}) {
    CAPTURE(d);
    const Matrix<TestType> lower = normal_matrix<TestType>(d, d, engine);
    const Matrix<TestType> x = normal_matrix<TestType>(S::block, d, engine);
    const Vector<TestType> mean = normal_matrix<TestType>(d, 1, engine);
    const detail::TriangleBlocks<TestType> blocks(d);
    REQUIRE(blocks.padded_dimension() == d + blocks.padding());
    Vector<TestType> packed(blocks.size());
    blocks.pack([&](Index i, Index j) { return lower(i, j); }, packed.data());
    const Vector<TestType> offset = normal_matrix<TestType>(d, 1, engine);
    Vector<TestType> start = Vector<TestType>::Zero(blocks.padded_dimension());
    start.tail(d) = offset;
    detail::CentredTile<TestType> centred;
    centred.assign(tile_of(Matrix<TestType>(x.transpose())), mean.data());
    Matrix<TestType> y(S::block, d);
    detail::store_whitened(blocks, packed.data(), centred.block(0), start.data(), y.data(),
                           S::block);
    typename S::template Packets<S::block_packets> squares;
    detail::squared_norms(blocks, packed.data(), centred.block(0), start.data(), squares);
    Vector<TestType> norms(S::block);
    for (int b = 0; b < S::block_packets; ++b) {
      S::store(norms.data() + b * S::width, squares[b]);
    }
    const Matrix<Wide> product =
        (x.template cast<Wide>().rowwise() - mean.template cast<Wide>().transpose())
            .lazyProduct(
                Matrix<Wide>(lower.template cast<Wide>().template triangularView<Eigen::Lower>())
                    .transpose());
    const Matrix<Wide> exact = product.rowwise() + offset.template cast<Wide>().transpose();
    // d + 1 roundings of sums of d products of numbers below 5.
    const double allowed = double(d + 1) * double(d) * 25 * eps<TestType>;
    check_error("whitened", largest_difference(y, exact), allowed);
    check_error("norm", largest_difference(norms, exact.rowwise().squaredNorm()),
                4 * allowed * std::sqrt(double(exact.rowwise().squaredNorm().maxCoeff())));
  }
}

template <detail::Difference Form, class Scalar>
void check_distances(Index d, Index count, random::Engine& engine) {
  using S = detail::Simd<Scalar>;
  const Index width = 2 * S::block;
  const Matrix<Scalar> x = normal_matrix<Scalar>(width, d, engine);
  const Matrix<Scalar> points = normal_matrix<Scalar>(d, count, engine);
  const Matrix<Scalar> scales = normal_matrix<Scalar>(d, count, engine).cwiseAbs();
  detail::PackedPoints<Scalar, Form> packed;
  packed.assign(points, scales);
  Matrix<Scalar> squares = Matrix<Scalar>::Constant(width, count, Scalar(-1));
  detail::for_each_squared_distance(
      x.data(), width, width, packed,
      [&](Index k, Index n, const auto& square) { S::store(squares.col(k).data() + n, square); });
  Vector<Scalar> one(width);
  for (Index k = 0; k < count; ++k) {
    for (Index n = 0; n < width; ++n) {
      Wide exact = 0, size = 0;
      for (Index i = 0; i < d; ++i) {
        const Wide value(x(n, i)), point(points(i, k)), scale(scales(i, k));
        const Wide difference = Form == Difference::plain    ? value - point
                                : Form == Difference::scaled ? (value - point) * scale
                                                             : value * scale + point;
        exact += difference * difference;
        size += std::abs(difference) * (std::abs(value * scale) + std::abs(point));
      }
      // Relative to the distance where the difference is taken first, to its terms where not.
      const Wide scale = Form == Difference::expanded ? size + exact : exact;
      const double error = double(std::abs(Wide(squares(n, k)) - exact));
      const double allowed = double(d + 4) * eps<Scalar> * double(scale);
      if (!(error <= allowed)) check_error("distance", error, allowed);
    }
    detail::squared_distances(x.data(), width, width, points.col(k).data(), d, one.data());
    if (Form == Difference::plain)
      CHECK(one == squares.col(k));  // the same operations in the same order
  }
}

TEMPLATE_TEST_CASE("distances to any number of points", "[kernels]", float, double, long double) {
  random::Engine engine(2);
  for (const Index count : {1, 2, 4, 5, 7, 8, 9, 17}) {
    for (const Index d : {1, 2, 5}) {
      CAPTURE(count, d);
      check_distances<Difference::plain, TestType>(d, count, engine);
      check_distances<Difference::scaled, TestType>(d, count, engine);
      check_distances<Difference::expanded, TestType>(d, count, engine);
    }
  }
}

TEMPLATE_TEST_CASE("products over samples with any number of columns", "[kernels]", float, double,
                   long double) {
  using S = detail::Simd<TestType>;
  random::Engine engine(3);
  const Index width = 3 * S::block;
  const Matrix<TestType> features = normal_matrix<TestType>(width, S::block_rows, engine);
  for (const Index count : {0, 1, 2, 3, 4, 5, 6, 7}) {
    const Matrix<TestType> columns = normal_matrix<TestType>(width, count, engine);
    Matrix<TestType> sums = Matrix<TestType>::Zero(S::block_rows, count);
    detail::for_each_inner_product<TestType>(
        features.data(), width, width, count, [&](Index c) { return columns.col(c).data(); },
        [&](Index c, const TestType* s) {
          for (Index f = 0; f < S::block_rows; ++f) sums(f, c) = s[f];
        });
    if (count == 0) continue;
    const Matrix<Wide> exact =
        features.transpose().template cast<Wide>().lazyProduct(columns.template cast<Wide>());
    // At most `width` roundings of numbers below width * 25.
    check_error("products", largest_difference(sums, exact),
                double(width * width) * 25 * eps<TestType>);
    CHECK(double(std::abs(Wide(detail::column_sum(columns.col(0).data(), width)) -
                          columns.col(0).template cast<Wide>().sum())) <=
          double(width * width) * 5 * eps<TestType>);
  }
}

TEST_CASE("a component owns the samples that can change its sums", "[kernels]") {
  Vector<double> r = Vector<double>::Zero(64);
  detail::ComponentMoments<double, Eigen::Dynamic> component;
  CHECK(component.select(r.data(), 64) == 0);
  r(3) = 0.5;
  r(7) = 1e-15;
  r(63) = 1e-20;
  CHECK(component.select(r.data(), 64) == 2);
  r *= 1e-200;  // relative to its own largest, or a component far out would lose its samples
  CHECK(component.select(r.data(), 64) == 2);
}

/// Responsibilities from spread out to all or nothing, and a column of zeros.
template <class Scalar>
Matrix<Scalar> some_responsibilities(Index width, Index size, Index components,
                                     random::Engine& engine) {
  Matrix<Scalar> r = Matrix<Scalar>::Zero(width, components);
  for (Index n = 0; n < size; ++n) {
    for (Index k = 0; k + 1 < components; ++k) {
      const double u = random::uniform(engine);
      r(n, k) = Scalar(k == 0 ? u : k == 1 ? (n % 5 == 0 ? u : 0) : std::exp(-80 * u));
    }
  }
  return r;
}

template <class Family, class Scalar>
void check_moments(Index d, Index size) {
  CAPTURE(Family::name, d, size, sizeof(Scalar));
  using Moments = eigenmix::Moments<Scalar, Eigen::Dynamic, Family>;
  using Real = typename Moments::Real;
  using Origins = detail::Origins<Scalar, Eigen::Dynamic>;
  constexpr Index components = 5;
  random::Engine engine(std::uint64_t(10 * d + size));
  const Matrix<Scalar> x = normal_matrix<Scalar>(d, size, engine);
  const auto tile = tile_of(x);
  Matrix<Scalar> r = some_responsibilities<Scalar>(tile.width, size, components, engine);
  const detail::TileValues<Scalar> values{r.data(), r.rows(), tile.width, components};

  Origins own(normal_matrix<Scalar>(d, components, engine));
  Origins common(Vector<Scalar>(own.points.col(0)), components), mixed = common;
  mixed.points.col(2) = own.points.col(2);
  mixed.is_pooled[2] = false;
  for (const Origins& origins : {own, common, mixed}) {
    Moments moments(typename Moments::Origin(origins.points.template cast<Real>()));
    typename Family::template Scratch<Scalar, Eigen::Dynamic> scratch;
    Family::add_moments(tile, values, origins, moments, scratch);
    Matrix<Wide> second = Matrix<Wide>::Zero(moments.second().rows(), moments.second().cols());
    for (Index k = 0; k < components; ++k) {
      const Vector<Wide> weight = r.col(k).head(size).template cast<Wide>();
      const Matrix<Wide> centred = x.template cast<Wide>().colwise() -
                                   Vector<Wide>(origins.points.col(k).template cast<Wide>());
      // Sums of `size` terms, squares of differences below 12, each rounded a few times.
      const double allowed = double(size + 4) * 144 * double(size) * eps<Scalar>;
      check_error("count", double(std::abs(Wide(moments.counts()(k)) - weight.sum())),
                  double(size * size) * eps<Scalar>);
      check_error("first", largest_difference(moments.first().col(k), centred.lazyProduct(weight)),
                  allowed);
      const Matrix<Wide> scatter = centred.lazyProduct(weight.asDiagonal() * centred.transpose());
      auto to = second.col(Family::group_of(k));
      for (Index i = 0, ij = 0; i < d; ++i) {
        if (to.size() == d && d > 1) to(i) += scatter(i, i);
        if (to.size() == 1) to(0) += scatter(i, i);
        if (to.size() > d) {
          for (Index j = 0; j <= i; ++j) to(ij++) += scatter(i, j);
        }
      }
    }
    const double terms = double(size * components * d);  // of tied and spherical sums
    check_error("second", largest_difference(moments.second(), second),
                (double(size) + 4) * 144 * terms * eps<Scalar>);
  }
}

using Families =
    std::tuple<covariance::Full, covariance::Tied, covariance::Diagonal, covariance::Spherical>;

TEMPLATE_LIST_TEST_CASE("moments about any origins, pooled or not", "[kernels]", Families) {
  for (const Index d : {1, 2, 3, 4, 5, 8, 9, 12, 17}) {
    check_moments<TestType, double>(d, 100);
    check_moments<TestType, float>(d, 33);
  }
  check_moments<TestType, long double>(3, 20);
  check_moments<TestType, long double>(9, 20);
  check_moments<TestType, double>(9, 1);
}

TEST_CASE("components are pooled where that costs no digits, and only there", "[kernels]") {
  using Mixture = eigenmix::GaussianMixture<double>;
  Matrix<double> means = Matrix<double>::Zero(9, 3);
  means(0, 1) = 15;   // 225 squared deviations
  means(0, 2) = 200;  // 40000
  const auto origins_of = [&](const Vector<double>& weights) {
    const Mixture mixture(weights, means, Matrix<double>::Ones(9, 3).eval());
    detail::Origins<double, Eigen::Dynamic> origins;
    detail::choose_origins(detail::Access::parameters(mixture), origins);
    return origins;
  };
  const auto origins = origins_of(Eigen::Vector3d(1, 0, 0));
  CHECK(origins.pooled(0));
  CHECK(origins.pooled(1));
  CHECK_FALSE(origins.pooled(2));
  CHECK(origins.points.col(1) == means.col(0));
  CHECK(origins.points.col(2) == means.col(2));
  CHECK_FALSE(origins_of(Eigen::Vector3d(0, 0, 1)).pooled(0));
}

}  // namespace
