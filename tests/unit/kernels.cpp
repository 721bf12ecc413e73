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
  detail::Boundary<Scalar, Eigen::Dynamic>::checked("test", x, x.rows()).read(0, x.cols(), tile);
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
    // Sums of d products, each of which is rounded and the difference in it as well.
    const Matrix<Wide> terms =
        ((x.template cast<Wide>().rowwise() - mean.template cast<Wide>().transpose())
             .cwiseAbs()
             .lazyProduct(
                 Matrix<Wide>(
                     lower.cwiseAbs().template cast<Wide>().template triangularView<Eigen::Lower>())
                     .transpose()))
            .rowwise() +
        offset.cwiseAbs().template cast<Wide>().transpose();
    const double allowed = double(d + 2) * eps<TestType> * double(terms.maxCoeff());
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
  packed.resize(d, count);
  for (Index k = 0; k < count; ++k) {
    for (Index i = 0; i < d; ++i) packed.set(i, k, points(i, k), scales(i, k));
  }
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
    const Matrix<Wide> terms = features.cwiseAbs().transpose().template cast<Wide>().lazyProduct(
        columns.cwiseAbs().template cast<Wide>());
    const double unit = double(width) * eps<TestType>;  // `width` roundings of part of the terms
    check_error("products", largest_difference(sums, exact), unit * double(terms.maxCoeff()));
    CHECK(double(std::abs(Wide(detail::column_sum(columns.col(0).data(), width)) -
                          columns.col(0).template cast<Wide>().sum())) <=
          unit * double(columns.col(0).cwiseAbs().sum()));
  }
}

TEST_CASE("a component owns the samples that can change its sums", "[kernels]") {
  Vector<double> r = Vector<double>::Zero(64);
  detail::OwnCentreSums<double, Eigen::Dynamic> component;
  CHECK(component.select(r.data(), 64, true) == 0);
  r(3) = 0.5;
  r(7) = 5e-19;  // above and below half a 256th of eps, 4.3e-19
  r(63) = 4e-19;
  CHECK(component.select(r.data(), 64, true) == 2);
  CHECK(component.select(r.data(), 64, false) == 3);
  r *= 1e-200;  // relative to its own largest, or a component far out would lose its samples
  CHECK(component.select(r.data(), 64, true) == 2);
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

/// Largest error of a sum over samples, in units of what its roundings may add up to: each term
/// r a b is a product of differences that are rounded once each, and at most `size` / 2 additions
/// follow one another, so size / 2 + 8 units of the sum of |r a b|.
class SumCheck {
 public:
  SumCheck(Index size, double unit) : allowed_per_term_((double(size) / 2 + 8) * unit) {}

  void operator()(Wide actual, Wide exact, Wide size_of_terms) {
    const double error = double(std::abs(actual - exact));
    const double allowed = allowed_per_term_ * double(size_of_terms);
    if (error > allowed * worst_) worst_ = error / allowed;
    if (!(error <= allowed)) worst_ = std::max(worst_, 2.0);
  }
  double worst() const { return worst_; }

 private:
  double allowed_per_term_;
  double worst_ = 0;
};

template <class Samples, class R, class Points, class Moments>
void check_moments_against(const Samples& x, const R& r, const Points& points,
                           const Moments& moments) {
  using Layout = typename Moments::Layout;
  const Index d = x.rows(), components = r.cols(), rows = moments.second().rows();
  SumCheck check(
      x.cols() * (moments.second().cols() < components ? components : 1) + (rows == 1 ? d : 0),
      eps<typename Moments::Scalar>);
  Matrix<Wide> second = Matrix<Wide>::Zero(rows, moments.second().cols()), terms = second;
  for (Index k = 0; k < components; ++k) {
    const Vector<Wide> weight = r.col(k).template cast<Wide>();
    const Matrix<Wide> centred =
        x.template cast<Wide>().colwise() - Vector<Wide>(points.col(k).template cast<Wide>());
    check(moments.counts()(k), weight.sum(), weight.sum());
    for (Index i = 0, ij = 0; i < d; ++i) {
      const Vector<Wide> a = centred.row(i).transpose();
      check(moments.first()(i, k), a.dot(weight), a.cwiseAbs().dot(weight));
      for (Index j = 0; j <= i; ++j) {
        const bool is_triangle = rows == d * (d + 1) / 2 && Layout::second_rows(2) == 3;
        if (!is_triangle && i != j) continue;
        const Index row = is_triangle ? ij++ : rows == 1 ? 0 : i;
        const Vector<Wide> product = a.cwiseProduct(centred.row(j).transpose());
        second(row, Layout::group_of(k)) += product.dot(weight);
        terms(row, Layout::group_of(k)) += product.cwiseAbs().dot(weight);
      }
    }
  }
  for (Index g = 0; g < second.cols(); ++g) {
    for (Index i = 0; i < rows; ++i) check(moments.second()(i, g), second(i, g), terms(i, g));
  }
  check_error("moments, in units of what is allowed", check.worst(), 1);
}

template <class Family, class Scalar>
void check_moments(Index d, Index size) {
  CAPTURE(Family::name, d, size, sizeof(Scalar));
  using Layout = typename Family::Layout;
  using Moments = eigenmix::Moments<Scalar, Eigen::Dynamic, Layout>;
  using Real = typename Moments::Real;
  using Origins = detail::Origins<Scalar, Eigen::Dynamic>;
  constexpr Index components = 5;
  random::Engine engine(std::uint64_t(10 * d + size));
  const Matrix<Scalar> x = normal_matrix<Scalar>(d, size, engine);
  const auto tile = tile_of(x);
  Matrix<Scalar> r = some_responsibilities<Scalar>(tile.width, size, components, engine);
  const detail::TileValues<Scalar> values{r.data(), r.rows(), tile.width, components, true};

  Origins own(normal_matrix<Scalar>(d, components, engine));
  Origins common(Vector<Scalar>(own.points.col(0)), components), mixed = common;
  mixed.points.col(2) = own.points.col(2);
  mixed.is_pooled[2] = false;
  for (const Origins& origins : {own, common, mixed}) {
    Moments moments(typename Moments::Origin(origins.points.template cast<Real>()));
    typename Layout::template Scratch<Scalar, Eigen::Dynamic> scratch;
    Layout::add_moments(tile, values, origins, moments, scratch);
    check_moments_against(x, r.topRows(size), origins.points, moments);
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

/// Log densities of components some of which lie near their common centre and some far from it.
template <class Family, class Scalar>
void check_near_and_far(Index d) {
  CAPTURE(Family::name, d, sizeof(Scalar));
  using Mixture = eigenmix::GaussianMixture<Scalar, Eigen::Dynamic, Family>;
  constexpr Index components = 11, count = 70;
  random::Engine engine(5);
  Matrix<Scalar> means = normal_matrix<Scalar>(d, components, engine);
  Vector<Scalar> weights = Vector<Scalar>::Constant(components, Scalar(1) / components);
  for (const Index k : {1, 4, 8}) {
    means.col(k).array() += Scalar(k % 3 == 1 ? 300 : -500);
    weights(k) = Scalar(1e-6);  // so that the centre stays with the others
  }
  weights /= weights.sum();
  const Mixture mixture(weights, means, Matrix<Scalar>::Ones(d, components).eval());
  Matrix<Scalar> x = normal_matrix<Scalar>(d, count, engine);
  x.leftCols(9).array() += 300;
  const Matrix<Scalar> actual = mixture.log_component_densities(x);
  double worst = 0;
  for (Index k = 0; k < components; ++k) {
    for (Index n = 0; n < count; ++n) {
      const Wide square =
          (x.col(n).template cast<Wide>() - means.col(k).template cast<Wide>()).squaredNorm();
      const Wide exact = -square / 2 - Wide(d) * eigenmix::detail::half_log_two_pi<Wide>;
      worst = std::max(worst, double(std::abs((Wide(actual(k, n)) - exact) / exact)));
    }
  }
  // d + 1 terms, and differences of which an expanded one may have lost five bits.
  check_error("log density", worst, double(d + 1 + 32) * eps<Scalar>);
}

TEMPLATE_LIST_TEST_CASE("near and far components side by side", "[kernels]", Families) {
  for (const Index d : {3, 7, 8, 12, 17}) {
    check_near_and_far<TestType, double>(d);
    check_near_and_far<TestType, float>(d);
  }
}

TEST_CASE("strips divide among threads, for sums of any size that fit", "[kernels]") {
  const auto strips = [](Index n, Index d, Index k, Index sum_size) {
    return detail::Tiling::of<double>(n, d, k, sum_size).strip_count();
  };
  const auto full = [](Index d, Index k) {
    return eigenmix::Moments<double, Eigen::Dynamic, eigenmix::layout::Dense>::flat_size(d, k);
  };
  const auto diagonal = [](Index d, Index k) {
    return eigenmix::Moments<double, Eigen::Dynamic, eigenmix::layout::Diagonal>::flat_size(d, k);
  };
  CHECK(strips(272, 2, 3, full(2, 3)) == 1);
  CHECK(strips(1000000, 2, 8, full(2, 8)) == 64);
  CHECK(strips(50000, 32, 64, full(32, 64)) == 40);
  CHECK(strips(20000, 64, 64, full(64, 64)) == 16);
  CHECK(strips(100000, 64, 256, diagonal(64, 256)) == 64);
  CHECK(strips(1000000, 784, 100, diagonal(784, 100)) == 24);
  for (Index n = 1; n < 200000; n = n * 3 + 1) {
    const auto tiling = detail::Tiling::of<double>(n, 5, 7, 1000);
    CHECK(tiling.strip_count() <= detail::Tiling::max_strips);
    Index next = 0;
    for (Index strip = 0; strip < tiling.strip_count(); ++strip) {
      tiling.for_each_tile(strip, [&](Index begin, Index size) {
        CHECK(begin == next);
        CHECK(size > 0);
        next += size;
      });
    }
    CHECK(next == n);
  }
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
