// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_FEW_SAMPLES_HPP
#define EIGENMIX_INCOMPLETE_FEW_SAMPLES_HPP

#include <algorithm>
#include <cmath>
#include <vector>

#include <eigenmix/incomplete/split_factor.hpp>
#include <eigenmix/kernels/normalise.hpp>
#include <eigenmix/kernels/tile.hpp>
#include <eigenmix/parameters/parameters.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Few samples of one pattern under dense covariances: one by one, without an inverse and without
/// sums that are extended afterwards. Where nearly every sample has a pattern of its own, a pass
/// is then hardly more than its factorisations.
template <class Parameters>
class FewSamples {
 public:
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;
  using Layout = typename Parameters::Layout;
  using Moments = typename Parameters::Moments;
  using Tile = detail::Tile<Scalar, Parameters::Dim>;

  /// Whether so many samples of a pattern cost less here than together.
  static bool are_few(Index samples, Index dimension) {
    return Layout::is_dense && samples <= dimension;
  }

  void assign(const Parameters& parameters, const Columns& columns, const SplitDimensions& split) {
    split_ = &split;
    columns_ = &columns;
    factors_.resize(static_cast<std::size_t>(parameters.group_count()));
    for (Index g = 0; g < parameters.group_count(); ++g) {
      factorise_split(parameters.group(g), split, factor(g));
    }
  }

  /// out(n, k) = constants(k) + log p(x_n's entries | k) less the whole density's log normalizer.
  void log_densities(const Parameters& parameters, const Tile& tile,
                     const Vector<Scalar>& constants, const TileValues<Scalar>& out) {
    const Index d = tile.dimension(), o = split_->observed_count();
    solved_.resize(d, tile.size * parameters.component_count());
    for (Index k = 0; k < parameters.component_count(); ++k) {
      const Matrix<Real>& factor = this->factor(Layout::group_of(k));
      const Scalar constant =
          Scalar(Real(constants(k)) - Real(parameters.log_normalizers(k)) + log_normalizer(factor));
      for (Index n = 0; n < tile.size; ++n) {
        Real* const y = solved_.col(k * tile.size + n).data();
        for (Index j = 0; j < o; ++j) {
          const Index i = (*split_)[j];
          y[j] = Real(tile.x(n, i)) - Real(parameters.means(i, k));
        }
        const Scalar exponent = Scalar(-solve(factor, y) / 2);
        const Scalar lowest = lowest_exponent<Scalar>;
        out.column(k)[n] = (exponent > lowest ? exponent : lowest) + constant;
      }
      std::fill(out.column(k) + tile.size, out.column(k) + tile.width, out.column(k)[0]);
    }
  }

  /// Adds the moments about the origins of `sum` of the tile that log_densities was given.
  void add_moments(const Parameters& parameters, const Tile& tile,
                   const TileValues<Scalar>& responsibilities, Moments& sum) {
    offset_.resize(tile.dimension());
    for (Index k = 0; k < parameters.component_count(); ++k) {
      Real count = 0;
      for (Index n = 0; n < tile.size; ++n) {
        const auto share = Real(responsibilities.column(k)[n]);
        if (!(share > 0)) continue;
        count += share;
        complete(parameters, tile, n, k, sum.origin());
        add_sample(share, sum.first().col(k).data(), sum.second().col(Layout::group_of(k)).data());
      }
      sum.counts()(k) += count;
      if (count > 0) add_spread(k, count, sum);
    }
  }

 private:
  Matrix<Real>& factor(Index g) { return factors_[static_cast<std::size_t>(g)]; }

  Real log_normalizer(const Matrix<Real>& factor) const {
    const Index o = split_->observed_count();
    Real sum = -Real(o) * half_log_two_pi<Real>;
    for (Index j = 0; j < o; ++j) sum -= std::log(factor(j, j));
    return sum;
  }

  /// \param y  [in, out] x_o - mean_o; L^-1 of it, then -W L^-1 of it. \return its squared norm
  Real solve(const Matrix<Real>& factor, Real* y) const {
    const Index d = factor.rows(), o = split_->observed_count();
    std::fill(y + o, y + d, Real(0));
    Real square = 0;
    for (Index j = 0; j < o; ++j) {
      const Real* const column = factor.data() + j * d;
      const Real entry = y[j] / column[j];
      y[j] = entry;
      square += entry * entry;
      for (Index i = j + 1; i < d; ++i) y[i] -= column[i] * entry;
    }
    return square;
  }

  /// The sample with its conditional means under component k, about the component's origin.
  template <class Origin>
  void complete(const Parameters& parameters, const Tile& tile, Index n, Index k,
                const Origin& origin) {
    const Index o = split_->observed_count(), d = tile.dimension();
    const Real* const y = solved_.col(k * tile.size + n).data();
    for (Index j = 0; j < o; ++j) {
      const Index i = (*split_)[j];
      offset_(i) = Real(tile.x(n, i)) - origin(i, k);
    }
    for (Index j = o; j < d; ++j) {
      const Index i = (*split_)[j];
      offset_(i) = Real(parameters.means(i, k)) - origin(i, k) - y[j];
    }
  }

  void add_sample(Real share, Real* first, Real* second) const {
    const Real* const offset = offset_.data();
    for (Index i = 0; i < offset_.size(); ++i) {
      const Real weighted = share * offset[i];
      first[i] += weighted;
      for (Index j = 0; j <= i; ++j) second[j] += weighted * offset[j];
      second += i + 1;
    }
  }

  /// T T^T of what is missing, but not of dimensions that tell nothing: see DenseConditionals.
  void add_spread(Index k, Real count, Moments& sum) {
    const Index g = Layout::group_of(k), o = split_->observed_count();
    const Matrix<Real>& factor = this->factor(g);
    Real* const second = sum.second().col(g).data();
    for (Index m = o; m < factor.rows(); ++m) {
      for (Index l = o; l <= m; ++l) {
        if (!columns_->informs((*split_)[m]) || !columns_->informs((*split_)[l])) continue;
        Real product = 0;
        for (Index j = o; j <= l; ++j) product += factor(m, j) * factor(l, j);
        second[split_->packed(m, l)] += count * product;
      }
    }
  }

  const SplitDimensions* split_ = nullptr;
  const Columns* columns_ = nullptr;
  std::vector<Matrix<Real>> factors_;  // of each group
  Matrix<Real> solved_;                // see solve; of each component and sample
  Vector<Real> offset_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_FEW_SAMPLES_HPP
