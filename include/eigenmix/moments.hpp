// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_MOMENTS_HPP
#define EIGENMIX_MOMENTS_HPP

#include <cmath>
#include <limits>
#include <utility>

#include <eigenmix/base/errors.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// The sufficient statistics of one E-step: everything an M-step needs of the samples.
///
/// For each component k, with responsibilities r and an origin o_k near the component,
/// \f[ n_k = \sum_n r_{nk}, \quad s_k = \sum_n r_{nk} (x_n - o_k), \quad
///     S_k = \sum_n r_{nk} (x_n - o_k)(x_n - o_k)^T \f]
/// (of S_k only what the covariance family needs), beside the log-likelihood and the weight of
/// the samples. They are sums over samples about an origin, so those of two halves add up to those
/// of the whole, and nothing cancels for data far from zero. Members throw only what they say. All
/// views cost O(1), what goes through all numbers O(K Dim²) where layouts are dense, O(K Dim) else.
///
/// \tparam Layout  of the family's covariances: which part of S_k is kept, and where
template <class Scalar_, int Dim_, class Layout_>
class Moments {
 public:
  using Scalar = Scalar_;
  using Real = Accumulator<Scalar>;
  using Layout = Layout_;
  static constexpr int Dim = Dim_;
  using Origin = detail::Matrix<Real, Dim>;

  /// No samples of no components: zero, to which any moments can be added.
  Moments() : flat_(detail::Vector<Real>::Zero(header)) {}

  /// Zero moments about the given origins.
  /// \param origin  [Dim x K] one point near each component; second moments lose as many digits as
  ///                the square of its distance to the component's mean, in deviations, has
  explicit Moments(const Origin& origin) { reset(origin); }

  /// Zero again, about new origins [Dim x K]; allocates only if the number of components changed.
  void reset(const Origin& origin) {
    origin_ = origin;
    flat_.setZero(flat_size(dimension(), component_count()));
  }

  /// Length of the flat view for a dimension and K components: 2 + K (1 + Dim) and the second
  /// moments.
  static Index flat_size(Index dimension, Index components) {
    return header + components * (1 + dimension) +
           Layout::second_rows(dimension) * Layout::group_count(components);
  }

  Index dimension() const { return origin_.rows(); }        ///< Dim
  Index component_count() const { return origin_.cols(); }  ///< K
  const Origin& origin() const { return origin_; }          ///< [Dim x K]

  /// Σ_n w_n log p(x_n) in nats, under the parameters of the E-step.
  Real log_likelihood() const { return flat_(0); }
  Real& log_likelihood() { return flat_(0); }

  /// Σ_n w_n; the number of samples where they have no weights.
  Real total_weight() const { return flat_(1); }
  Real& total_weight() { return flat_(1); }

  /// [K] effective counts n_k.
  auto counts() const {
    return Eigen::Map<const detail::Vector<Real>>(flat_.data() + header, component_count());
  }
  auto counts() {
    return Eigen::Map<detail::Vector<Real>>(flat_.data() + header, component_count());
  }

  /// [Dim x K] first moments s_k about the origins.
  auto first() const { return ConstColumns(first_data(flat_), dimension(), component_count()); }
  auto first() { return Columns(first_data(flat_), dimension(), component_count()); }

  /// [Layout::second_rows(Dim) x groups] second moments about the origins, one column per component
  /// (one for all in a tied family): Full and Tied the Dim (Dim + 1) / 2 entries of the lower
  /// triangle row by row, Diagonal its Dim diagonal entries, Spherical one, their sum.
  auto second() const { return ConstColumns(second_data(flat_), second_rows(), second_cols()); }
  auto second() { return Columns(second_data(flat_), second_rows(), second_cols()); }

  /// [Dim x Dim] second moments about the origin of component k, of all components together in a
  /// tied family. Of Diagonal and Spherical what is kept: the diagonal, or the mean of its entries.
  /// A copy, at a cost of O(Dim²).
  /// \throws std::invalid_argument  if k is not in [0, K)
  detail::Matrix<Real, Dim, Dim> second_matrix(Index k) const {
    if (k < 0 || k >= component_count()) {
      detail::reject("second_matrix", "component", detail::text(k),
                     "one in [0, " + detail::text(component_count()) + ")");
    }
    const Index d = dimension();
    typename Layout::template Storage<Real, Dim> block(Layout::storage_rows(d),
                                                       Layout::storage_cols(d));
    const Real* scatter = second_data(flat_) + Layout::group_of(k) * second_rows();
    Layout::estimate(scatter, Real(1), block, d);
    return Layout::dense(block, d);
  }

  /// [flat_size] every additive number in one contiguous vector, for transport: the sum of the flat
  /// views of two moments about the same origins is the flat view of their sum. In order:
  /// log-likelihood, total weight, counts, first moments component by component, second ones column
  /// by column. The origins are not in it.
  auto flat() const { return Eigen::Map<const detail::Vector<Real>>(flat_.data(), flat_.size()); }
  auto flat() { return Eigen::Map<detail::Vector<Real>>(flat_.data(), flat_.size()); }

  /// Adds the moments of further samples; moments about other origins are recentred first.
  /// \throws std::invalid_argument  if dimension or number of components differ
  Moments& operator+=(const Moments& other) {
    if (component_count() == 0) return *this = other;
    if (other.component_count() == 0) return *this;
    if (other.dimension() != dimension() || other.component_count() != component_count()) {
      detail::reject("Moments::operator+=", "dimensions x components",
                     detail::text(detail::Shape{other.dimension(), other.component_count()}),
                     detail::text(detail::Shape{dimension(), component_count()}));
    }
    if (other.origin_ == origin_) {
      flat_ += other.flat_;
    } else {
      Moments moved = other;
      moved.recentre(origin_);
      flat_ += moved.flat_;
    }
    return *this;
  }

  friend Moments operator+(Moments a, const Moments& b) { return std::move(a += b); }

  /// As if every sample weighed `factor` times as much (the forgetting of online EM).
  Moments& operator*=(Real factor) {
    flat_ *= factor;
    return *this;
  }
  friend Moments operator*(Real factor, Moments moments) { return std::move(moments *= factor); }

  /// Moves the moments to other origins [Dim x K]; exact up to rounding. Cost O(K Dim²) where
  /// layouts are dense, O(K Dim) else. \throws std::invalid_argument  if their shape is another
  void recentre(const Origin& origin) {
    detail::check_shape("Moments::recentre", "origin", {origin.rows(), origin.cols()},
                        {dimension(), component_count()});
    const Index d = dimension();
    shift_.resize(d);
    for (Index k = 0; k < component_count(); ++k) {
      const Real count = flat_(header + k);
      Real* first = first_data(flat_) + k * d;
      Real* second = second_data(flat_) + Layout::group_of(k) * second_rows();
      for (Index i = 0; i < d; ++i) shift_(i) = origin(i, k) - origin_(i, k);
      Layout::shift_second(second, count, first, shift_.data(), d);
      for (Index i = 0; i < d; ++i) first[i] -= count * shift_(i);
    }
    origin_ = origin;
  }

  /// [Dim x K] o_k + s_k / n_k, the means these moments estimate; the origin where n_k is zero.
  Origin means() const {
    Origin result = origin_;
    const Real* first = first_data(flat_);
    for (Index k = 0; k < component_count(); ++k) {
      const Real count = flat_(header + k);
      if (!(count > Real(0))) continue;
      for (Index i = 0; i < dimension(); ++i) result(i, k) += first[k * dimension() + i] / count;
    }
    return result;
  }

  /// Equal origins and bitwise equal sums.
  friend bool operator==(const Moments& a, const Moments& b) {
    return a.origin_.rows() == b.origin_.rows() && a.origin_.cols() == b.origin_.cols() &&
           a.origin_ == b.origin_ && a.flat_ == b.flat_;
  }
  friend bool operator!=(const Moments& a, const Moments& b) { return !(a == b); }

 private:
  using Columns = Eigen::Map<detail::Matrix<Real>>;
  using ConstColumns = Eigen::Map<const detail::Matrix<Real>>;
  static constexpr Index header = 2;  // log-likelihood and total weight

  Index second_rows() const { return Layout::second_rows(dimension()); }
  Index second_cols() const { return Layout::group_count(component_count()); }

  template <class Flat>
  auto* first_data(Flat& flat) const {
    return flat.data() + header + component_count();
  }
  template <class Flat>
  auto* second_data(Flat& flat) const {
    return first_data(flat) + dimension() * component_count();
  }

  Origin origin_;
  detail::Vector<Real> flat_;
  detail::Vector<Real, Dim>
      shift_;  // scratch of recentre, kept so that a fit allocates nothing for it
};

namespace detail {

/// Below this share of the weight a component has no samples: its sums would be ratios of denormal
/// numbers of the samples' scalar. At least one component is above it.
template <class Moments>
bool is_empty(const Moments& moments, Index k) {
  using Real = typename Moments::Real;
  const Real least = std::sqrt(Real(std::numeric_limits<typename Moments::Scalar>::min()));
  const Real count = moments.counts()(k);
  // All the weight is no less than that of the components, and known.
  return !(count > moments.total_weight() * least) && count <= moments.counts().sum() * least;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_MOMENTS_HPP
