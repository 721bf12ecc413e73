// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DEGENERACY_VARIANCE_FLOOR_HPP
#define EIGENMIX_DEGENERACY_VARIANCE_FLOOR_HPP

#include <algorithm>
#include <cmath>

#include <eigenmix/degeneracy/any_degeneracy.hpp>
#include <eigenmix/layout/group_floor.hpp>
#include <eigenmix/parameters/parameters.hpp>
#include <eigenmix/samples/columns.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// How narrow the components may become, from what limits each by itself: what the degeneracy
/// policy says of the numbers at its place, and what a covariance can tell of its own.
///
/// The policy decides, by default the resolution of the numbers. Beside that, the eigenvalues of a
/// component's correlation matrix stay above eps^(2/3), 3.7e-11 in double and
/// 2.4e-5 in float: its log densities then keep a third of the scalar's digits, and ten thousand
/// times less is moved than by a ridge of least squares. Neither depends on where other components
/// lie. Where components have parts in common, the same holds against their average width.
template <class Parameters>
class VarianceFloor {
 public:
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;
  using Layout = typename Parameters::Layout;
  using Moments = typename Parameters::Moments;
  static constexpr int Dim = Parameters::Dim;

  /// \param where  who asks, for error messages
  explicit VarianceFloor(const char* where)
      : where_(where),
        least_rounding_(std::sqrt(12 * double_least)),
        least_correlation_(std::pow(Real(std::numeric_limits<Scalar>::epsilon()), Real(2) / 3)) {}

  /// \param moments  about the means
  /// \param form     of the family: common parts relate the widths of components
  void assign(const Moments& moments, const Columns& columns, const AnyDegeneracy& degeneracy,
              const typename Parameters::Form& form) {
    const Index d = moments.dimension(), groups = Layout::group_count(moments.component_count());
    variances_.resize(d);
    along_columns_.setZero(d, groups);
    along_axes_.setZero(d, groups);
    noise_.setZero(d, groups);
    kept_noise_.setZero(d, form.has_common_parts() ? groups : 0);
    has_axes_ = false;
    total_ = moments.counts().sum();
    for (Index i = 0; i < d; ++i) {
      variances_(i) = total_variance(moments, i);
      if (!columns.informs(i)) continue;
      const Column column = columns[i];
      check_representable(moments, i, column, columns.are_known());
      for (Index k = 0; k < moments.component_count(); ++k) {
        add_place(moments, column, i, k, degeneracy);
      }
      if (form.has_common_parts()) relate(within_variance(moments, i), i);
    }
    if (Layout::is_isotropic) average(columns);
  }

  GroupFloor<Real> of(Index g) const {
    return {along_columns_.col(g).data(), along_axes_.col(g).data(), noise_.col(g).data(),
            least_correlation_, has_axes_};
  }

  /// What covariances that were on the floor once may stay above. Where they are measured against
  /// the average width, that moves a little with every M-step: of four times less the scalar still
  /// tells enough, and a fit that goes on need not give up what it has.
  GroupFloor<Real> of_kept(Index g) const {
    GroupFloor<Real> result = of(g);
    if (kept_noise_.cols() > 0) result.noise = kept_noise_.col(g).data();
    return result;
  }

  /// [Dim] of all the samples.
  const Vector<Real, Dim>& total_variances() const { return variances_; }

 private:
  /// The floor of component k in dimension i; what components share gets their average.
  void add_place(const Moments& moments, const Column& column, Index i, Index k,
                 const AnyDegeneracy& degeneracy) {
    constexpr double epsilon = epsilon_of<Scalar>;
    const double mean = double(moments.origin()(i, k));
    const degeneracy::Place place{std::max(double(variances_(i)), double_least), column.step,
                                  std::max(column.rounding(mean, epsilon), least_rounding_)};
    const degeneracy::Floor floor = degeneracy.floor_at(place);
    check_floor(i, floor);
    const Index g = Layout::group_of(k);
    const bool shared = Layout::is_shared;
    const Real share = shared ? share_of(moments, k) : Real(1);
    along_columns_(i, g) += share * std::max(Real(floor.along_column), least_variance);
    along_axes_(i, g) += share * Real(floor.along_axes);
    noise_(i, g) += share * Real(place.rounding * place.rounding * (1.0 / 12));
    has_axes_ = has_axes_ || floor.along_axes > 0;
  }

  /// Common parts relate the variances of components to each other: what is narrower than they are
  /// on average by more than the scalar can tell is raised to that.
  void relate(Real within, Index i) {
    for (Index g = 0; g < noise_.cols(); ++g) {
      kept_noise_(i, g) = std::max(noise_(i, g), least_correlation_ * within / 4);
      noise_(i, g) = std::max(noise_(i, g), least_correlation_ * within);
    }
  }

  /// One variance for all dimensions has one floor for all.
  void average(const Columns& columns) {
    const Index informative = std::max<Index>(columns.informative(along_columns_.rows()), 1);
    for (Index g = 0; g < along_columns_.cols(); ++g) {
      along_columns_.col(g).setConstant(along_columns_.col(g).sum() / Real(informative));
      along_axes_.col(g).setConstant(along_axes_.col(g).sum() / Real(informative));
      noise_.col(g).setConstant(noise_.col(g).sum() / Real(informative));
    }
  }

  /// Of all samples in dimension i, within and between the components.
  Real total_variance(const Moments& moments, Index i) const {
    const auto counts = moments.counts();
    const auto& centre = moments.origin();
    Real mean = 0, sum = 0;
    for (Index k = 0; k < counts.size(); ++k) mean += centre(i, k) * share_of(moments, k);
    for (Index k = 0; k < counts.size(); ++k) {
      const Real offset = centre(i, k) - mean;
      if (!is_empty(moments, k)) sum += counts(k) * offset * offset;
    }
    return divided_by_count(sum) + within_variance(moments, i);
  }

  /// What component k has of the samples that are not the background's; equal shares of none.
  Real share_of(const Moments& moments, Index k) const {
    return total_ > 0 ? moments.counts()(k) / total_ : 1 / Real(moments.component_count());
  }

  Real divided_by_count(Real sum) const { return total_ > 0 ? sum / total_ : Real(0); }

  /// Of all samples about the means of their components; none where rounding leaves less than that.
  Real within_variance(const Moments& moments, Index i) const {
    const auto second = moments.second();
    Real sum = 0;
    for (Index g = 0; g < second.cols(); ++g) {
      const Real* scatter = second.data() + g * second.rows();
      const Real own = Layout::second_diagonal(scatter, i, moments.dimension());
      sum += own < 0 ? Real(0) : own;
    }
    return divided_by_count(sum);
  }

  /// Samples whose squares the scalar cannot hold are refused. Those that only differ by too little
  /// are not: their components stand on the floor.
  /// \param varies  whether the samples are known not to be constant there
  void check_representable(const Moments& moments, Index i, const Column& column,
                           bool varies) const {
    constexpr Real largest = Real(std::numeric_limits<Scalar>::max());
    const Real variance = variances_(i);
    const bool is_finite = variance >= 0 && variance < largest;
    Real size =
        Real(column.smallest);  // one tiny number among zeros has a square far above their mean
    for (Index k = 0; k < moments.component_count(); ++k) {
      size = std::max(size, Real(std::abs(moments.origin()(i, k))));
    }
    const bool is_too_small = varies && !(size * size + variance >= least_variance);
    if (is_finite && !is_too_small) return;
    size = std::max(size, std::sqrt(is_finite ? variance : largest));
    reject(where_, "samples of dimension " + text(i), "numbers near " + text(size),
           "samples whose squares the scalar can represent; multiply them by a constant");
  }

  void check_floor(Index i, const degeneracy::Floor& floor) const {
    const double larger = std::max(floor.along_column, floor.along_axes);
    if (larger > 0 && larger < double(std::numeric_limits<Scalar>::max())) return;
    reject(where_, "variance floor of dimension " + text(i), text(larger),
           "a floor > 0 that the scalar can represent; change the degeneracy policy");
  }

  /// Four decimal digits above the smallest normal number, or variances are but noise.
  static constexpr Real least_variance = Real(std::numeric_limits<Scalar>::min()) * 10000;

  static constexpr double double_least = least_variance > Real(std::numeric_limits<double>::min())
                                             ? double(least_variance)
                                             : 1e4 * std::numeric_limits<double>::min();

  const char* where_;
  double least_rounding_;
  Real least_correlation_;
  Vector<Real, Dim> variances_;                                        // Dim
  Matrix<Real, Dim> along_columns_, along_axes_, noise_, kept_noise_;  // Dim x groups
  Real total_ = 0;  // of the samples that are not the background's
  bool has_axes_ = false;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DEGENERACY_VARIANCE_FLOOR_HPP
