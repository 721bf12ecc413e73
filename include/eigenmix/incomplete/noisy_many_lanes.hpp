// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_NOISY_MANY_LANES_HPP
#define EIGENMIX_INCOMPLETE_NOISY_MANY_LANES_HPP

#include <algorithm>

#include <eigenmix/incomplete/noisy_lanes.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The lanes in any number of dimensions: as UnrolledLanes, with packets in memory.
template <class Scalar>
class MemoryLanes {
 public:
  using S = Simd<Scalar>;
  using Packet = typename S::Packet;

  void factorise(Index d, const LaneTile<Scalar>& tile, const LaneComponent<Scalar>& component,
                 Scalar* products, Scalar* out) {
    resize(d);
    const Packet share = S::fill(least_pivot<Scalar>(d));
    const Packet lowest = S::fill(lowest_exponent<Scalar>);
    for (Index n = 0; n < tile.width; n += S::width) {
      for (Index ij = 0; ij < packed_size(d); ++ij) {
        set(t_, ij,
            S::add(S::load(tile.noise + ij * tile.noise_stride + n),
                   S::fill(component.covariance[ij])));
      }
      for (Index i = 0; i < d; ++i) {
        set(e_, i, S::subtract(S::load(tile.x + i * tile.stride + n), S::fill(component.mean[i])));
        set(least_, i, S::multiply(share, get(t_, packed_index(i, i))));
      }
      Packet square = S::fill(0), product = S::fill(1);
      for (Index j = 0; j < d; ++j) eliminate(d, j, square, product);
      for (Index ij = 0; ij < packed_size(d); ++ij) {
        S::store(tile.kept + ij * tile.stride + n, get(t_, ij));
      }
      for (Index i = 0; i < d; ++i) {
        S::store(tile.kept + (packed_size(d) + i) * tile.stride + n, get(e_, i));
      }
      const Packet exponent = S::multiply(S::fill(Scalar(-0.5)), square);
      S::store(out + n, S::add(S::max_number(exponent, lowest), S::fill(component.constant)));
      S::store(products + n, product);
    }
  }

  template <class Real>
  void add_sums(Index d, const LaneTile<Scalar>& tile, const LaneComponent<Scalar>& component,
                const Scalar* responsibilities, Real* sums) {
    resize(d);
    std::fill_n(sums_.data(), sums_.size(), Scalar(0));
    for (Index n = 0; n < tile.width; n += S::width) {
      const Packet r = S::load(responsibilities + n);
      add_to(0, r);
      for (Index ij = 0; ij < packed_size(d); ++ij) {
        set(t_, ij, S::load(tile.kept + ij * tile.stride + n));
      }
      whiten_root(d, component.root);
      add_mean(d, tile, component.start, n, r);
      for (Index c = 0; c < d; ++c) add_spread(d, tile, n, r, c);
    }
    for (Index i = 0; i < lane_sums(d); ++i) sums[i] += Real(S::sum(get(sums_, i)));
  }

 private:
  void resize(Index d) {
    if (e_.size() == d * S::width) return;
    for (Vector<Scalar>* each : {&t_, &h_}) each->resize(packed_size(d) * S::width);
    for (Vector<Scalar>* each : {&e_, &least_, &p_}) each->resize(d * S::width);
    sums_.resize(lane_sums(d) * S::width);
  }

  static Packet get(const Vector<Scalar>& array, Index i) {
    return S::load(array.data() + i * S::width);
  }
  static void set(Vector<Scalar>& array, Index i, const Packet& packet) {
    S::store(array.data() + i * S::width, packet);
  }
  /// array(i) += a b.
  static void add_product(Vector<Scalar>& array, Index i, const Packet& a, const Packet& b) {
    set(array, i, S::multiply_add(a, b, get(array, i)));
  }
  void add_to(Index i, const Packet& packet) { set(sums_, i, S::add(get(sums_, i), packet)); }

  void eliminate(Index d, Index j, Packet& square, Packet& product) {
    const Packet pivot = S::max(get(t_, packed_index(j, j)), get(least_, j));
    const Packet inverse = S::divide(S::fill(1), pivot);
    const Packet minus = S::subtract(S::fill(0), inverse);
    const Packet residual = get(e_, j);
    product = S::multiply(product, inverse);
    square = S::multiply_add(S::multiply(residual, residual), inverse, square);
    for (Index i = d - 1; i > j; --i) {  // backwards: the column above i is still to be divided
      const Packet factor = S::multiply(minus, get(t_, packed_index(i, j)));
      add_product(e_, i, factor, residual);
      for (Index l = j + 1; l <= i; ++l) {
        add_product(t_, packed_index(i, l), factor, get(t_, packed_index(l, j)));
      }
      set(t_, packed_index(i, j), factor);
    }
    set(t_, packed_index(j, j), inverse);
  }

  void whiten_root(Index d, const Scalar* root) {
    for (Index i = 0; i < d; ++i) {
      for (Index j = 0; j <= i; ++j) {
        Packet sum = S::fill(root[packed_index(i, j)]);
        for (Index l = j; l < i; ++l) {
          sum = S::multiply_add(get(t_, packed_index(i, l)), get(h_, packed_index(l, j)), sum);
        }
        set(h_, packed_index(i, j), sum);
      }
    }
  }

  void add_mean(Index d, const LaneTile<Scalar>& tile, const Scalar* start, Index n,
                const Packet& r) {
    for (Index i = 0; i < d; ++i) {
      const Scalar* const residual = tile.kept + (packed_size(d) + i) * tile.stride + n;
      set(e_, i, S::multiply(get(t_, packed_index(i, i)), S::load(residual)));
    }
    for (Index j = 0; j < d; ++j) {
      Packet mean = S::fill(start[j]);
      for (Index i = j; i < d; ++i) {
        mean = S::multiply_add(get(h_, packed_index(i, j)), get(e_, i), mean);
      }
      set(p_, j, mean);
      const Packet weighted = S::multiply(r, mean);
      add_to(1 + j, weighted);
      for (Index l = 0; l <= j; ++l) {
        add_product(sums_, 1 + d + packed_index(j, l), weighted, get(p_, l));
      }
    }
  }

  void add_spread(Index d, const LaneTile<Scalar>& tile, Index n, const Packet& r, Index c) {
    for (Index i = 0; i < d; ++i) {
      const Index entry = i < c ? packed_index(c, i) : packed_index(i, c);
      Packet sum = S::load(tile.noise + entry * tile.noise_stride + n);
      for (Index l = 0; l < i; ++l) {
        sum = S::multiply_add(get(t_, packed_index(i, l)), get(p_, l), sum);
      }
      set(p_, i, sum);
      const Packet scaled = S::multiply(S::multiply(r, get(t_, packed_index(i, i))), sum);
      for (Index j = 0; j <= i; ++j) {
        const Index at = 1 + d + packed_size(d) + j * d + c;
        add_product(sums_, at, get(h_, packed_index(i, j)), scaled);
      }
    }
  }

  Vector<Scalar> t_, h_, e_, least_, p_, sums_;  // a packet for each entry
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_NOISY_MANY_LANES_HPP
