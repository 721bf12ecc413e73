// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DETAIL_DENSE_FAMILY_HPP
#define EIGENMIX_DETAIL_DENSE_FAMILY_HPP

#include <algorithm>

#include <Eigen/Cholesky>

#include <eigenmix/detail/centred_full.hpp>
#include <eigenmix/detail/symmetric_eigen.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// ln(2 pi) / 2, the constant of one dimension of a normal density.
template <class Real>
inline constexpr Real half_log_two_pi = Real(0.918938533204672741780329736405617640L);

/// Replaces the lower triangle of a symmetric matrix by its Cholesky factor.
/// \return false unless the matrix is positive definite
template <class Real, int Dim>
bool cholesky_in_place(Matrix<Real, Dim, Dim>& matrix) {
  const Eigen::LLT<Eigen::Ref<Matrix<Real, Dim, Dim>>> factor(matrix);
  return factor.info() == Eigen::Success;
}

/// Inverse Cholesky factors of dense covariances, and the log densities computed from them.
/// One factor per group: per component in the full family, one for all in the tied one.
template <class Scalar, int Dim>
class DenseFactors {
 public:
  using Real = Accumulator<Scalar>;
  using Scratch = CentredScratch<Scalar, Dim>;

  void resize(Index dimension, Index groups) {
    dimension_ = dimension;
    inverse_.resize(dimension, dimension * groups);
    log_normalizers_.resize(groups);
  }

  /// Factorises covariance `group`; in double for float data, whose rounding a float Cholesky
  /// would amplify. \return false unless it is positive definite. Cost Dim³ / 2.
  template <class Block>
  bool assign(Index group, const Block& covariance) {
    const Index d = dimension_;
    lower_ = covariance.template cast<Real>();
    if (!cholesky_in_place(lower_)) return false;
    inverse_lower_.setIdentity(d, d);
    lower_.template triangularView<Eigen::Lower>().solveInPlace(inverse_lower_);
    Real log_determinant = 0;  // of the factor
    for (Index j = 0; j < d; ++j) {
      log_determinant += std::log(lower_(j, j));
      for (Index i = 0; i < d; ++i) inverse_(i, group * d + j) = Scalar(inverse_lower_(i, j));
    }
    log_normalizers_(group) = -log_determinant - Real(d) * half_log_two_pi<Real>;
    return std::isfinite(log_determinant);  // NaN passes Eigen's test of the pivots
  }

  /// log of (2 pi)^(-Dim/2) |covariance|^(-1/2).
  Real log_normalizer(Index group) const { return log_normalizers_(group); }

  /// True if every eigenvalue of F^-1/2 covariance F^-1/2, F = diag(floor), is certainly above 1:
  /// the trace of the inverse bounds 1 / smallest from above, and costs no decomposition.
  bool certainly_above(Index group, const Vector<Real, Dim>& floor) const {
    Real trace = 0;
    for (Index j = 0; j < dimension_; ++j) {
      const Real deviation = std::sqrt(floor(j));
      for (Index i = j; i < dimension_; ++i) {
        const Real entry = Real(inverse_(i, group * dimension_ + j)) * deviation;
        trace += entry * entry;
      }
    }
    return trace <= Real(1);
  }

  /// out(n, k) = constants(k) - (squared Mahalanobis distance of x_n to mean k) / 2.
  /// \param shared  all components use factor 0
  template <class Means>
  void log_densities(const Tile<Scalar, Dim>& tile, const Means& means,
                     const Vector<Scalar>& constants, bool shared, Scalar* out, Index out_stride,
                     Scratch& scratch) const {
    with_unrolled_dimension<Dim>(dimension_, [&](auto unrolled) {
      constexpr int D = decltype(unrolled)::value;
      for (Index k = 0; k < means.cols(); ++k) {
        const Scalar* factor = inverse_.data() + (shared ? 0 : k) * dimension_ * dimension_;
        Scalar* column = out + k * out_stride;
        if constexpr (D == Eigen::Dynamic) {
          log_density_product(tile, means.col(k), factor, constants(k), column, scratch);
        } else {
          log_density_unrolled<D>(tile, means.col(k).data(), factor, constants(k), column);
        }
      }
    });
  }

 private:
  Index dimension_ = 0;
  Matrix<Scalar, Dim> inverse_;  // Dim x (Dim * groups), lower triangles L^-1
  Vector<Real> log_normalizers_;
  Matrix<Real, Dim, Dim> lower_, inverse_lower_;
};

/// What the families with dense covariances have in common.
/// \tparam Shared  one covariance for all components
template <bool Shared>
struct DenseFamily {
  template <class Scalar, int Dim>
  using Storage = Matrix<Scalar, Dim>;  // Dim x (Dim * groups)
  template <class Scalar, int Dim>
  using Factors = DenseFactors<Scalar, Dim>;

  static Index group_count(Index components) { return Shared ? 1 : components; }
  static Index group_of(Index component) { return Shared ? 0 : component; }
  static Index scatter_rows(Index dimension) { return packed_size(dimension); }
  static Index storage_rows(Index dimension) { return dimension; }
  static Index storage_cols(Index dimension) { return dimension; }  // per group
  static Index parameter_count(Index dimension, Index components) {
    return group_count(components) * packed_size(dimension);
  }

  /// \param block  the columns of one group
  template <class Block>
  static auto dense(const Block& block, Index) {
    return block;
  }

  /// Entry (i, i) of a group's covariance.
  template <class Block>
  static auto variance(const Block& block, Index i) {
    return block(i, i);
  }

  /// What a stored entry is measured in: the deviations of its two dimensions.
  template <class Block>
  static auto entry_scale(const Block& block, Index i, Index j) {
    return std::sqrt(block(i, i)) * std::sqrt(block(j, j));
  }

  /// Sets the variance of a dimension in which the data are constant.
  template <class Block, class Real>
  static void set_variance(Block&& block, Index i, Real value) {
    block(i, i) = typename std::decay_t<Block>::Scalar(value);
  }

  /// x such that x x^T is a group's covariance, for sampling.
  template <class Real, int Dim>
  struct Root {
    template <class Block>
    explicit Root(const Block& block, Index) : lower(block.template cast<Real>()) {
      cholesky_in_place(lower);
    }
    Real times(const Vector<Real>& z, Index i) const {
      Real sum = 0;
      for (Index j = 0; j <= i; ++j) sum += lower(i, j) * z(j);
      return sum;
    }
    Matrix<Real, Dim, Dim> lower;
  };

  /// Stores a symmetric matrix; nothing else is asked of it here.
  template <class Block, class Dense>
  static const char* store(Block&& block, const Dense& dense) {
    block = dense;
    return nullptr;
  }

  /// Stores a diagonal matrix.
  template <class Block, class Variances>
  static const char* store_diagonal(Block&& block, const Variances& variances) {
    block.setZero();
    block.diagonal() = variances;
    return nullptr;
  }

  /// The maximum-likelihood estimate from second moments about the mean of weight `count`.
  template <class Block, class Real>
  static void estimate(const Real* scatter, Real count, Block&& block, Index) {
    using Scalar = typename std::decay_t<Block>::Scalar;
    for (Index i = 0; i < block.rows(); ++i) {
      for (Index j = 0; j <= i; ++j) {
        block(i, j) = block(j, i) = Scalar(scatter[packed_index(i, j)] / count);
      }
    }
  }

  /// Second moments about an origin moved by `shift`.
  template <class Real>
  static void shift_scatter(Real* scatter, Real count, const Real* first, const Real* shift,
                            Index dimension) {
    for (Index i = 0; i < dimension; ++i) {
      for (Index j = 0; j <= i; ++j) {
        scatter[packed_index(i, j)] +=
            count * shift[i] * shift[j] - first[i] * shift[j] - shift[i] * first[j];
      }
    }
  }

  /// Entry (i, i) of the second moments.
  template <class Real>
  static Real scatter_diagonal(const Real* scatter, Index i, Index) {
    return scatter[packed_index(i, i)];
  }

  /// Raises the eigenvalues of F^-1/2 covariance F^-1/2, F = diag(floor), that are below 1 to 1:
  /// the most likely covariance among those that are nowhere below the floor.
  /// \return how many were raised
  template <class Block, class Real, int Dim>
  static Index raise(Block&& block, const Vector<Real, Dim>& floor) {
    using Scalar = typename std::decay_t<Block>::Scalar;
    const Index d = block.rows();
    const auto scale = [&](Index i, Index j) { return std::sqrt(floor(i)) * std::sqrt(floor(j)); };
    Matrix<Real, Dim, Dim> scaled(d, d), vectors(d, d);
    for (Index j = 0; j < d; ++j) {
      for (Index i = 0; i < d; ++i) scaled(i, j) = Real(block(i, j)) / scale(i, j);
    }
    symmetric_eigen(scaled, vectors);
    Index raised = 0;
    for (Index l = 0; l < d; ++l) {
      if (scaled(l, l) >= Real(1)) continue;
      scaled(l, l) = 1;
      ++raised;
    }
    if (raised == 0) return 0;
    for (Index i = 0; i < d; ++i) {
      for (Index j = 0; j <= i; ++j) {
        Real sum = 0;
        for (Index l = 0; l < d; ++l) sum += vectors(i, l) * scaled(l, l) * vectors(j, l);
        block(i, j) = block(j, i) = Scalar(sum * scale(i, j));
      }
    }
    return raised;
  }

  /// The last resort: variances at or above the floor, no correlations.
  template <class Block, class Floor>
  static void raise_uncorrelated(Block&& block, const Floor& floor) {
    using Scalar = typename std::decay_t<Block>::Scalar;
    for (Index j = 0; j < block.cols(); ++j) {
      for (Index i = 0; i < block.rows(); ++i) {
        block(i, j) = i == j ? std::max(block(i, i), Scalar(floor(i))) : Scalar(0);
      }
    }
  }

  template <class Scalar, int Dim, class Means>
  static void log_densities(const DenseFactors<Scalar, Dim>& factors, const Tile<Scalar, Dim>& tile,
                            const Means& means, const Vector<Scalar>& constants, Scalar* out,
                            Index out_stride, CentredScratch<Scalar, Dim>& scratch) {
    factors.log_densities(tile, means, constants, Shared, out, out_stride, scratch);
  }

  /// Adds the moments of one tile about the origins.
  /// \param responsibilities  columns of tile.width numbers, `stride` apart
  /// \param origin            [Dim x K] the moments' origins in the samples' scalar
  template <class Scalar, int Dim, class Origin, class Moments>
  static void add_moments(const Tile<Scalar, Dim>& tile, const Scalar* responsibilities,
                          Index stride, const Origin& origin, Moments& moments,
                          CentredScratch<Scalar, Dim>& scratch) {
    auto counts = moments.counts();
    auto first = moments.first();
    auto second = moments.second();
    with_unrolled_dimension<Dim>(tile.dimension(), [&](auto unrolled) {
      constexpr int D = decltype(unrolled)::value;
      for (Index k = 0; k < counts.size(); ++k) {
        const Scalar* column = responsibilities + k * stride;
        auto* first_k = first.col(k).data();
        auto* second_k = second.col(group_of(k)).data();
        if constexpr (D == Eigen::Dynamic) {
          add_moments_product(tile, column, origin.col(k), counts(k), first_k, second_k, scratch);
        } else {
          add_moments_unrolled<D>(tile, column, origin.col(k).data(), counts(k), first_k, second_k);
        }
      }
    });
  }
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DETAIL_DENSE_FAMILY_HPP
