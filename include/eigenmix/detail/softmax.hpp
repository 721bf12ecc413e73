// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DETAIL_SOFTMAX_HPP
#define EIGENMIX_DETAIL_SOFTMAX_HPP

#include <eigenmix/detail/simd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// exp of numbers <= 0 that is exactly zero where exp would leave the normal range; Eigen's
/// vectorised exp alone returns the smallest normal number there.
template <class Scalar>
class FlushedExp {
 public:
  using S = Simd<Scalar>;
  using Packet = typename S::Packet;

  typename S::Packet operator()(const Packet& value) const {
    return S::subtract(S::exp(S::max(value, lowest_)), residue_);
  }

 private:
  // log of the smallest normal number, rounded towards zero: -708, -87, -11355
  static constexpr Scalar lowest_argument() {
    return Scalar(
        static_cast<int>((std::numeric_limits<Scalar>::min_exponent - 1) * 0.69314718055994530942));
  }
  Packet lowest_ = S::fill(lowest_argument());
  Packet residue_ = S::exp(lowest_);
};

/// Equation 5 on one tile: turns joint log densities into responsibilities, in place.
///
/// r_nk = w_n exp(l_nk - max_k l_nk) / Σ_j exp(l_nj - max_k l_nk)
/// \param values       [width x components], columns `stride` apart
/// \param weights      [width] sample weights, zero in the padding
/// \param log_density  [width] out: log Σ_k exp(l_nk)
template <class Scalar>
void softmax(Scalar* values, Index stride, Index width, Index components, const Scalar* weights,
             Scalar* log_density) {
  using S = Simd<Scalar>;
  using Packet = typename S::Packet;
  const FlushedExp<Scalar> exp;
  for (Index n = 0; n < width; n += S::width) {
    Packet largest = S::load(values + n);
    for (Index k = 1; k < components; ++k) {
      largest = S::max(largest, S::load(values + k * stride + n));
    }
    Packet sum = S::fill(0);
    for (Index k = 0; k < components; ++k) {
      const Packet share = exp(S::subtract(S::load(values + k * stride + n), largest));
      sum = S::add(sum, share);
      S::store(values + k * stride + n, share);
    }
    const Packet scale = S::divide(S::load(weights + n), sum);
    for (Index k = 0; k < components; ++k) {
      S::store(values + k * stride + n, S::multiply(S::load(values + k * stride + n), scale));
    }
    S::store(log_density + n, S::add(largest, S::log(sum)));
  }
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DETAIL_SOFTMAX_HPP
