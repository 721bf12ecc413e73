// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_UNCERTAINTY_COORDINATES_HPP
#define EIGENMIX_INFERENCE_UNCERTAINTY_COORDINATES_HPP

#include <algorithm>
#include <vector>

#include <eigenmix/base/cholesky.hpp>
#include <eigenmix/layout/own_centre_sums.hpp>
#include <eigenmix/parameters/parameters.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The coordinates in which a mixture's information is summed and inverted: four sorts of numbers,
/// each a linear change of another, so that second derivatives follow:
///
/// - Apart: each component has ω, η [Dim] and E, as if it shared nothing and weights were free. Its
///   weight is w (1 + ω), its mean m + L η, its covariance L (I + E) L^T, L L^T the one it has. Of
///   E there is the lower triangle, row by row, or the diagonal, or the one number on it.
/// - Joint: what is free. ω of all components but the heaviest, whose weight is the rest; all η;
///   one E for each covariance. The information is near to a count of samples times the identity,
///   whatever the scales and the condition of the covariances.
/// - All: weights [K], means, covariances in the user's units.
/// - Free: the same without the last weight, which is one less the others.
template <class Parameters>
class ErrorCoordinates {
 public:
  using Real = typename Parameters::Real;
  using Layout = typename Parameters::Layout;
  using Square = Matrix<Real>;

  explicit ErrorCoordinates(const Parameters& of)
      : dimension_(of.dimension()),
        weights_(of.weights.template cast<Real>()),
        means_(of.means.template cast<Real>()) {
    for (Index k = 1; k < components(); ++k) {
      if (weights_(k) > weights_(heaviest_)) heaviest_ = k;
    }
    for (Index g = 0; g < groups(); ++g) {
      roots_.emplace_back(Layout::dense(of.group(g), dimension_).template cast<Real>());
      cholesky_in_place(roots_.back());
    }
  }

  Index dimension() const { return dimension_; }
  Index components() const { return weights_.size(); }
  Index groups() const { return Layout::group_count(components()); }
  Real weight(Index k) const { return weights_(k); }

  /// Numbers of one E.
  Index shape_size() const {
    return Layout::is_isotropic ? 1 : Layout::is_dense ? packed_size(dimension_) : dimension_;
  }
  Index block() const { return 1 + dimension_ + shape_size(); }  ///< of one component apart
  Index apart_size() const { return components() * block(); }
  Index all_size() const { return components() * (1 + dimension_) + groups() * shape_size(); }
  Index free_size() const { return all_size() - 1; }  ///< of joint numbers, too

  /// Σ_i log L_ii of a component.
  Real log_root(Index k) const {
    const Square& root = root_of(k);
    Real sum = 0;
    for (Index i = 0; i < dimension_; ++i) sum += std::log(root(i, i));
    return sum;
  }

  /// u = L^-1 (x - m) of component k.
  /// \param x  i -> number
  template <class Sample>
  void whiten(Index k, const Sample& x, Real* u) const {
    const Square& root = root_of(k);
    for (Index i = 0; i < dimension_; ++i) u[i] = x(i) - means_(i, k);
    for (Index j = 0; j < dimension_; ++j) {
      u[j] /= root(j, j);
      if (!Layout::is_dense) continue;
      for (Index i = j + 1; i < dimension_; ++i) u[i] -= root(i, j) * u[j];
    }
  }

  /// Derivatives apart of log (w N(u | η, I + E)) at zero: 1, u, and (u u^T - I) / 2.
  void differentiate(const Real* u, Real* derivatives) const {
    derivatives[0] = 1;
    std::copy_n(u, dimension_, derivatives + 1);
    Real* shape = derivatives + 1 + dimension_;
    if (Layout::is_isotropic) *shape = 0;
    for (Index i = 0; i < dimension_; ++i) {
      const Real on_diagonal = (u[i] * u[i] - 1) / 2;
      if (Layout::is_isotropic) {
        *shape += on_diagonal;
        continue;
      }
      for (Index j = 0; Layout::is_dense && j < i; ++j) *shape++ = u[i] * u[j];
      *shape++ = on_diagonal;
    }
  }

  /// Derivatives by joint numbers from those by numbers apart.
  void join(const Real* apart, Real* joint) const {
    for (Index k = 0; k < components(); ++k) {
      if (k == heaviest_) continue;
      const Real ratio = weights_(k) / weights_(heaviest_);
      *joint++ = apart[k * block()] - ratio * apart[heaviest_ * block()];
    }
    for (Index k = 0; k < components(); ++k) {
      joint = std::copy_n(apart + k * block() + 1, dimension_, joint);
    }
    const Index size = shape_size();
    std::fill_n(joint, groups() * size, Real(0));
    for (Index k = 0; k < components(); ++k) {
      const Real* const from = apart + k * block() + 1 + dimension_;
      Real* const to = joint + Layout::group_of(k) * size;
      for (Index p = 0; p < size; ++p) to[p] += from[p];
    }
  }

  /// A change of all parameters from one of joint numbers.
  void to_all(const Real* joint, Real* all) const {
    Real& rest = all[heaviest_] = 0;
    for (Index k = 0; k < components(); ++k) {
      if (k == heaviest_) continue;
      all[k] = weights_(k) * *joint++;
      rest -= all[k];
    }
    all += components();
    for (Index k = 0; k < components(); ++k, joint += dimension_, all += dimension_) {
      times_root(root_of(k), joint, all);
    }
    for (Index g = 0; g < groups(); ++g, joint += shape_size(), all += shape_size()) {
      Square change = unpacked(joint, Real(1));
      for (int side = 0; side < 2; ++side) {  // L (L E)^T is L E L^T, as E is symmetric
        const Square flipped = change.transpose();
        for (Index i = 0; i < dimension_; ++i) {
          times_root(roots_[std::size_t(g)], flipped.col(i).data(), change.col(i).data());
        }
      }
      pack(change, Real(1), all);
    }
  }

  /// Derivatives by free parameters from those by joint numbers.
  void to_free(const Real* joint, Real* free) const {
    const Index last = components() - 1;
    Vector<Real> by_weight(components());
    by_weight(heaviest_) = 0;
    for (Index k = 0; k < components(); ++k) {
      if (k != heaviest_) by_weight(k) = *joint++ / weights_(k);
    }
    for (Index k = 0; k < last; ++k) *free++ = by_weight(k) - by_weight(last);
    for (Index k = 0; k < components(); ++k, joint += dimension_, free += dimension_) {
      std::copy_n(joint, dimension_, free);
      solve_transposed(root_of(k), free);
    }
    for (Index g = 0; g < groups(); ++g, joint += shape_size(), free += shape_size()) {
      Square gradient = unpacked(joint, Real(0.5));
      for (int side = 0; side < 2; ++side) {
        const Square flipped = gradient.transpose();
        gradient = flipped;
        for (Index i = 0; i < dimension_; ++i) {
          solve_transposed(roots_[std::size_t(g)], gradient.col(i).data());
        }
      }
      pack(gradient, Real(0.5), free);
    }
  }

  /// The number of covariance g's entry (i, j), i >= j, among all; -1 where it is always zero.
  Index covariance_number(Index g, Index i, Index j) const {
    const Index begin = components() * (1 + dimension_) + g * shape_size();
    if (Layout::is_dense) return begin + packed_index(i, j);
    if (i != j) return -1;
    return Layout::is_isotropic ? begin : begin + i;
  }

 private:
  const Square& root_of(Index k) const { return roots_[std::size_t(Layout::group_of(k))]; }

  /// out = L in.
  void times_root(const Square& root, const Real* in, Real* out) const {
    for (Index i = dimension_ - 1; i >= 0; --i) {
      out[i] = root(i, i) * in[i];
      for (Index j = 0; Layout::is_dense && j < i; ++j) out[i] += root(i, j) * in[j];
    }
  }

  /// v = L^-T v.
  void solve_transposed(const Square& root, Real* v) const {
    for (Index j = dimension_ - 1; j >= 0; --j) {
      for (Index i = j + 1; Layout::is_dense && i < dimension_; ++i) v[j] -= root(i, j) * v[i];
      v[j] /= root(j, j);
    }
  }

  /// The symmetric matrix of packed numbers.
  /// \param off  what those off the diagonal are taken times
  Square unpacked(const Real* numbers, Real off) const {
    Square result;
    set_zero(result, dimension_, dimension_);
    for (Index i = 0; i < dimension_; ++i) {
      for (Index j = 0; Layout::is_dense && j < i; ++j) {
        result(i, j) = result(j, i) = off * *numbers++;
      }
      result(i, i) = *numbers;
      if (!Layout::is_isotropic) ++numbers;
    }
    return result;
  }

  /// The reverse.
  void pack(const Square& matrix, Real off, Real* numbers) const {
    if (Layout::is_isotropic) {
      *numbers = matrix(0, 0);
      return;
    }
    for (Index i = 0; i < dimension_; ++i) {
      for (Index j = 0; Layout::is_dense && j < i; ++j) *numbers++ = matrix(i, j) / off;
      *numbers++ = matrix(i, i);
    }
  }

  Index dimension_;
  Index heaviest_ = 0;
  Vector<Real> weights_;
  Matrix<Real> means_;
  std::vector<Square> roots_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_UNCERTAINTY_COORDINATES_HPP
