// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_NOISY_LANES_HPP
#define EIGENMIX_INCOMPLETE_NOISY_LANES_HPP

// Samples that have noise of their own each, side by side in SIMD lanes: T = Σ + S of every sample
// and component is factorised as U diag(p) U^T, U unit lower triangular, without a root. With
// H = U^-1 L (Σ = L L^T), P = U^-1 S, e = U^-1 (x - m) and q = 1 / p,
//
//     log density   -(Σ_i q_i e_i² + Σ_i log p_i) / 2
//     mean          m + L h,  h = H^T diag(q) e
//     covariance    Σ T^-1 S = L H^T diag(q) P
//
// so that sums over samples are of h, h h^T and H^T diag(q) P, and L is applied to the sums.
// Nothing cancels: the covariance has no difference in it, and h is of the size of a deviation,
// however small or large the noise is.

#include <cmath>
#include <limits>

#include <eigenmix/incomplete/noisy_components.hpp>
#include <eigenmix/kernels/normalise.hpp>
#include <eigenmix/kernels/unrolled_full.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// One component, as the lanes read it.
template <class Scalar>
struct LaneComponent {
  const Scalar* mean;        // [Dim]
  const Scalar* covariance;  // lower triangle
  const Scalar* root;        // lower triangle of L
  const Scalar* start;       // [Dim] L^-1 (m - o)
  Scalar constant;           // log share - Dim / 2 log 2 pi
};

/// Samples, their noise and what is kept of the first step for the second, all in columns.
template <class Scalar>
struct LaneTile {
  const Scalar* x;                    // Dim columns
  const Scalar* noise;                // a column for each entry of the lower triangle of S
  Scalar* kept;                       // of one component: -U below the diagonal, q on it, then e
  Index stride, noise_stride, width;  // of x and what is kept; of noise
};

/// The least a pivot of T may be of its variance: below that it is rounding.
template <class Scalar>
Scalar least_pivot(Index dimension) {
  return 4 * Scalar(dimension) * std::numeric_limits<Scalar>::epsilon();
}

/// The sums of one component: its weight, Σ r h, Σ r h h^T (lower triangle), Σ r H^T diag(q) P.
inline Index lane_sums(Index d) { return 1 + d + packed_size(d) + d * d; }

/// The lanes in few dimensions, in registers. Tiles and components come by value: what they point
/// to could else be read anew after every store.
template <int D, class Scalar>
class UnrolledLanes {
 public:
  using S = Simd<Scalar>;
  using Packet = typename S::Packet;
  static constexpr int triangle = D * (D + 1) / 2;

  /// out(n) = the log density of what is seen, but for log |T| / 2.
  /// \param products  [width] 1 / |T|
  static void factorise(LaneTile<Scalar> tile, LaneComponent<Scalar> component, Scalar* products,
                        Scalar* out) {
    const Packet lowest = S::fill(lowest_exponent<Scalar>);
    for (Index n = 0; n < tile.width; n += S::width) {
      Factor factor;  // NOLINT(cppcoreguidelines-pro-type-member-init): below
      EIGENMIX_UNROLL
      for (int ij = 0; ij < triangle; ++ij) {
        factor.t[ij] = S::add(S::load(tile.noise + ij * tile.noise_stride + n),
                              S::fill(component.covariance[ij]));
      }
      EIGENMIX_UNROLL
      for (int i = 0; i < D; ++i) {
        factor.e[i] =
            S::subtract(S::load(tile.x + i * tile.stride + n), S::fill(component.mean[i]));
      }
      factor.eliminate();
      EIGENMIX_UNROLL
      for (int ij = 0; ij < triangle; ++ij) {
        S::store(tile.kept + ij * tile.stride + n, factor.t[ij]);
      }
      EIGENMIX_UNROLL
      for (int i = 0; i < D; ++i) {
        S::store(tile.kept + (triangle + i) * tile.stride + n, factor.e[i]);
      }
      const Packet exponent = S::multiply(S::fill(Scalar(-0.5)), factor.square);
      S::store(out + n, S::add(S::max_number(exponent, lowest), S::fill(component.constant)));
      S::store(products + n, factor.product);
    }
  }

  /// Adds one component's sums over a tile, see lane_sums.
  template <class Real>
  static void add_sums(LaneTile<Scalar> tile, LaneComponent<Scalar> component,
                       const Scalar* responsibilities, Real* out) {
    Sums sums;  // NOLINT(cppcoreguidelines-pro-type-member-init): here
    sums.weight = S::fill(0);
    clear<D>(sums.first);
    clear<triangle>(sums.second);
    clear<D * D>(sums.spread);
    for (Index n = 0; n < tile.width; n += S::width) {
      Whitened at;  // NOLINT(cppcoreguidelines-pro-type-member-init): below
      at.r = S::load(responsibilities + n);
      EIGENMIX_UNROLL
      for (int ij = 0; ij < triangle; ++ij) at.t[ij] = S::load(tile.kept + ij * tile.stride + n);
      at.whiten(component.root);
      sums.weight = S::add(sums.weight, at.r);
      add_mean(tile.kept + triangle * tile.stride + n, tile.stride, component.start, at, sums);
      EIGENMIX_UNROLL
      for (int c = 0; c < D; ++c) add_spread(tile.noise + n, tile.noise_stride, c, at, sums);
    }
    *out++ += Real(S::sum(sums.weight));
    out = add_all<D>(sums.first, out);
    out = add_all<triangle>(sums.second, out);
    add_all<D * D>(sums.spread, out);
  }

 private:
  static constexpr int at(int i, int j) { return i * (i + 1) / 2 + j; }

  struct Factor {  // NOLINT(cppcoreguidelines-pro-type-member-init): filled packet by packet
    typename S::template Packets<triangle> t;          // T; then -U below the diagonal and q on it
    typename S::template Packets<D> e;                 // x - m; then U^-1 (x - m)
    Packet square = S::fill(0), product = S::fill(1);  // Σ q e², Π q

    EIGENMIX_INLINE void eliminate() {
      typename S::template Packets<D> least, factor;
      const Packet share = S::fill(least_pivot<Scalar>(D));
      EIGENMIX_UNROLL
      for (int i = 0; i < D; ++i) least[i] = S::multiply(share, t[at(i, i)]);
      EIGENMIX_UNROLL
      for (int j = 0; j < D; ++j) {
        const Packet pivot = S::max(t[at(j, j)], least[j]);
        const Packet inverse = S::divide(S::fill(1), pivot);
        const Packet minus = S::subtract(S::fill(0), inverse);
        product = S::multiply(product, inverse);
        square = S::multiply_add(S::multiply(e[j], e[j]), inverse, square);
        EIGENMIX_UNROLL
        for (int i = j + 1; i < D; ++i) factor[i] = S::multiply(minus, t[at(i, j)]);
        EIGENMIX_UNROLL
        for (int i = j + 1; i < D; ++i) {
          e[i] = S::multiply_add(factor[i], e[j], e[i]);
          EIGENMIX_UNROLL
          for (int l = j + 1; l <= i; ++l) {
            t[at(i, l)] = S::multiply_add(factor[i], t[at(l, j)], t[at(i, l)]);
          }
        }
        t[at(j, j)] = inverse;
        EIGENMIX_UNROLL
        for (int i = j + 1; i < D; ++i) t[at(i, j)] = factor[i];
      }
    }
  };

  struct Whitened {  // NOLINT(cppcoreguidelines-pro-type-member-init): likewise
    typename S::template Packets<triangle> t, h;  // as Factor leaves it; H
    Packet r;                                     // responsibilities

    /// H = U^-1 L.
    EIGENMIX_INLINE void whiten(const Scalar* root) {
      EIGENMIX_UNROLL
      for (int i = 0; i < D; ++i) {
        EIGENMIX_UNROLL
        for (int j = 0; j <= i; ++j) {
          h[at(i, j)] = S::fill(root[at(i, j)]);
          EIGENMIX_UNROLL
          for (int l = j; l < i; ++l) {
            h[at(i, j)] = S::multiply_add(t[at(i, l)], h[at(l, j)], h[at(i, j)]);
          }
        }
      }
    }
  };

  struct Sums {  // NOLINT(cppcoreguidelines-pro-type-member-init): likewise
    Packet weight;
    typename S::template Packets<D> first;
    typename S::template Packets<triangle> second;
    typename S::template Packets<D * D> spread;
  };

  template <int count>
  EIGENMIX_INLINE static void clear(typename S::template Packets<count>& packets) {
    EIGENMIX_UNROLL
    for (int i = 0; i < count; ++i) packets[i] = S::fill(0);
  }

  template <int count, class Real>
  EIGENMIX_INLINE static Real* add_all(const typename S::template Packets<count>& packets,
                                       Real* out) {
    constexpr int whole = count / int(S::width) * int(S::width);
    Scalar numbers[std::size_t(count)];
    if constexpr (whole > 0) S::template sums<whole>(packets, numbers);
    EIGENMIX_UNROLL
    for (int i = whole; i < count; ++i) numbers[i] = S::sum(packets[i]);
    for (int i = 0; i < count; ++i) *out++ += Real(numbers[i]);
    return out;
  }

  /// \param residuals  e, columns `stride` apart
  EIGENMIX_INLINE static void add_mean(const Scalar* residuals, Index stride, const Scalar* start,
                                       const Whitened& of, Sums& sums) {
    typename S::template Packets<D> scaled, mean;
    EIGENMIX_UNROLL
    for (int i = 0; i < D; ++i) {
      scaled[i] = S::multiply(of.t[at(i, i)], S::load(residuals + i * stride));
    }
    EIGENMIX_UNROLL
    for (int j = 0; j < D; ++j) {
      mean[j] = S::fill(start[j]);
      EIGENMIX_UNROLL
      for (int i = j; i < D; ++i) mean[j] = S::multiply_add(of.h[at(i, j)], scaled[i], mean[j]);
      const Packet weighted = S::multiply(of.r, mean[j]);
      sums.first[j] = S::add(sums.first[j], weighted);
      EIGENMIX_UNROLL
      for (int l = 0; l <= j; ++l) {
        sums.second[at(j, l)] = S::multiply_add(weighted, mean[l], sums.second[at(j, l)]);
      }
    }
  }

  /// Column c of H^T diag(q) P. \param noise  columns `stride` apart
  EIGENMIX_INLINE static void add_spread(const Scalar* noise, Index stride, int c,
                                         const Whitened& of, Sums& sums) {
    typename S::template Packets<D> p;
    EIGENMIX_UNROLL
    for (int i = 0; i < D; ++i) {
      p[i] = S::load(noise + (i < c ? at(c, i) : at(i, c)) * stride);
      EIGENMIX_UNROLL
      for (int l = 0; l < i; ++l) p[i] = S::multiply_add(of.t[at(i, l)], p[l], p[i]);
    }
    EIGENMIX_UNROLL
    for (int i = 0; i < D; ++i) {
      const Packet scaled = S::multiply(S::multiply(of.r, of.t[at(i, i)]), p[i]);
      EIGENMIX_UNROLL
      for (int j = 0; j <= i; ++j) {
        Packet& sum = sums.spread[j * D + c];
        sum = S::multiply_add(of.h[at(i, j)], scaled, sum);
      }
    }
  }
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_NOISY_LANES_HPP
