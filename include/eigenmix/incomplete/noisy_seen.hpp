// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_NOISY_SEEN_HPP
#define EIGENMIX_INCOMPLETE_NOISY_SEEN_HPP

#include <vector>

#include <eigenmix/base/errors.hpp>
#include <eigenmix/incomplete/noisy_components.hpp>
#include <eigenmix/incomplete/noisy_samples.hpp>
#include <eigenmix/layout/dense.hpp>
#include <eigenmix/moments.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The components as samples of one noise and projection see them: normal distributions of mean R m
/// and covariance T = R Σ R^T + S, one factor for each (Bovy, Hogg & Roweis 2011, equation 16).
/// Sums over such samples are those of a plain E-step in what is seen; what they say of the thing
/// itself is found from the sums, not sample by sample.
template <class Scalar>
class SeenComponents {
 public:
  using Real = Accumulator<Scalar>;
  using Moments = eigenmix::Moments<Scalar, Eigen::Dynamic, layout::Dense>;
  using Origins = detail::Origins<Scalar, Eigen::Dynamic>;
  using Scratch = DenseScratch<Scalar, Eigen::Dynamic>;

  /// \throws std::invalid_argument  if some T is not positive definite
  void assign(const char* where, const NoisyComponents<Scalar>& of,
              const NoisyBlock<Scalar>& block) {
    of_ = &of;
    block_ = &block;
    const Index m = block.x.rows(), count = of.count();
    density_.resize(m, count);
    lowers_.resize(static_cast<std::size_t>(count));
    constants_.resize(count);
    means_.resize(m, count);
    for (Index k = 0; k < count; ++k) {
      see(of.means.col(k), means_.col(k));
      see_covariance(of.covariance(k));
      if (!factorise_sum(sum_, lower(k)) || !density_.assign(k, sum_)) reject_sum(where, k);
      constants_(k) = Scalar(density_.log_normalizer(k) + of.log_shares(k));
    }
    density_.derive(means_, Vector<Scalar>::Constant(count, 1 / Scalar(count)));
  }

  /// out(n, k) = log density of sample n under component k plus the component's share.
  void log_densities(const Tile<Scalar, Eigen::Dynamic>& tile, const TileValues<Scalar>& out,
                     Scratch& scratch) const {
    density_.log_densities(tile, means_, constants_, out, scratch);
  }

  /// Zero sums, about where the origins are seen.
  void begin(Moments& sums) {
    points_.resize(means_.rows(), means_.cols());
    for (Index k = 0; k < points_.cols(); ++k) see(of_->origins.col(k), points_.col(k));
    origins_ = Origins(points_);
    sums.reset(points_.template cast<Real>());
  }

  void add(const Tile<Scalar, Eigen::Dynamic>& tile, const TileValues<Scalar>& responsibilities,
           Moments& sums, Scratch& scratch) const {
    layout::Dense::add_moments(tile, responsibilities, origins_, sums, scratch);
  }

  /// What a component makes of what is seen: z | x has mean m + gain (x - R m) and covariance
  /// spread.
  struct Conditional {
    Matrix<Real> gain;       ///< [Dim x m] Σ R^T T^-1
    Matrix<Real> remainder;  ///< [Dim x Dim] I - gain R
    Matrix<Real> spread;     ///< [Dim x Dim] (I - gain R) Σ (I - gain R)^T + gain S gain^T
  };

  /// The spread is a sum of two squares: nothing cancels in it however small or large the noise is.
  void condition(Index k, Conditional& result) {
    const Matrix<Real>& covariance = of_->covariance(k);
    const Index d = covariance.rows();
    if (block_->kind == NoiseKind::none && !block_->is_projected()) {
      set_identity(result.gain, d);
      set_zero(result.remainder, d, d);
      set_zero(result.spread, d, d);
      return;
    }
    cross_ = covariance;
    if (block_->is_projected()) dense_product(block_->projection, covariance, cross_);
    solve(k, cross_);
    result.gain = cross_.transpose();
    if (block_->is_projected()) {
      dense_product(result.gain, block_->projection, result.remainder);
      result.remainder = -result.remainder;
      for (Index i = 0; i < d; ++i) result.remainder(i, i) += 1;
    } else {
      cross_ = block_->covariance;  // I - Σ T^-1 = S T^-1
      solve(k, cross_);
      result.remainder = cross_.transpose();
    }
    dense_product(result.remainder, of_->root(k), cross_);
    dense_product_transposed(cross_, cross_, result.spread);
    dense_image(result.gain, block_->covariance, cross_, image_);
    result.spread += image_;
  }

  /// Adds the moments of the thing, about the origins, that go with sums of what was seen.
  template <class Target>
  void transfer(const Moments& sums, Target& target) {
    for (Index k = 0; k < of_->count(); ++k) {
      const Real count = sums.counts()(k);
      if (!(count > 0)) continue;
      condition(k, conditional_);
      offset(k);
      const Vector<Real> first = conditional_.gain.lazyProduct(sums.first().col(k));
      unpack(sums.second().col(k).data(), sum_);
      dense_image(conditional_.gain, sum_, cross_, image_);
      for (Index j = 0; j < image_.cols(); ++j) {
        for (Index i = 0; i < image_.rows(); ++i) {
          image_(i, j) += first(i) * offset_(j) + offset_(i) * first(j) +
                          count * (offset_(i) * offset_(j) + conditional_.spread(i, j));
        }
      }
      target.counts()(k) += count;
      for (Index i = 0; i < offset_.size(); ++i) {
        target.first()(i, k) += first(i) + count * offset_(i);
      }
      add_second_moments(image_, k, target);
    }
  }

  const Matrix<Scalar>& means() const { return means_; }

 private:
  Matrix<Real>& lower(Index k) { return lowers_[static_cast<std::size_t>(k)]; }

  /// R point, rounded to the samples' scalar, in which differences to it are taken.
  template <class Point, class Seen>
  void see(const Point& point, Seen&& seen) const {
    for (Index i = 0; i < seen.size(); ++i) {
      Real sum = block_->is_projected() ? Real(0) : point(i);
      for (Index j = 0; block_->is_projected() && j < point.size(); ++j) {
        sum += block_->projection(i, j) * point(j);
      }
      seen(i) = Scalar(sum);
    }
  }

  void see_covariance(const Matrix<Real>& covariance) {
    sum_ = covariance;
    if (block_->is_projected()) dense_image(block_->projection, covariance, cross_, sum_);
    for (Index j = 0; j < sum_.cols(); ++j) {
      for (Index i = 0; i < sum_.rows(); ++i) sum_(i, j) += block_->covariance(i, j);
    }
  }

  /// T^-1 x, in place.
  void solve(Index k, Matrix<Real>& x) {
    substitute_forward(lower(k), x);
    substitute_backward(lower(k), x);
  }

  /// Where the mean of z | x = point lies from the origin: (I - gain R)(m - o), and what the point
  /// was rounded by.
  void offset(Index k) {
    const Index d = of_->dimension();
    offset_.resize(d);
    for (Index i = 0; i < d; ++i) {
      offset_(i) = 0;
      for (Index j = 0; j < d; ++j) {
        offset_(i) += conditional_.remainder(i, j) * (of_->means(j, k) - of_->origins(j, k));
      }
    }
    if (!block_->is_projected()) return;
    for (Index l = 0; l < points_.rows(); ++l) {
      Real rounding = Real(points_(l, k));
      for (Index j = 0; j < d; ++j) rounding -= block_->projection(l, j) * of_->origins(j, k);
      for (Index i = 0; i < d; ++i) offset_(i) += conditional_.gain(i, l) * rounding;
    }
  }

  void unpack(const Real* packed, Matrix<Real>& square) const {
    const Index m = means_.rows();
    square.resize(m, m);
    for (Index i = 0; i < m; ++i) {
      for (Index j = 0; j <= i; ++j) square(i, j) = square(j, i) = packed[packed_index(i, j)];
    }
  }

  [[noreturn]] EIGENMIX_COLD void reject_sum(const char* where, Index k) const {
    reject(where,
           "covariance of sample " + text(block_->numbers[0]) + " under component " + text(k),
           "one that is not positive definite", "R Σ R^T + S that is");
  }

  const NoisyComponents<Scalar>* of_ = nullptr;
  const NoisyBlock<Scalar>* block_ = nullptr;
  FullDensity<Scalar, Eigen::Dynamic> density_;
  Matrix<Scalar> means_, points_;     // [m x K] the components' means, and the origins, as seen
  Vector<Scalar> constants_;          // K
  std::vector<Matrix<Real>> lowers_;  // K, factors of T
  Origins origins_;
  Conditional conditional_;
  Matrix<Real> sum_, cross_, image_;
  Vector<Real> offset_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_NOISY_SEEN_HPP
