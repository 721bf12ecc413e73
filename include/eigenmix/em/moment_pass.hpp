// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_MOMENT_PASS_HPP
#define EIGENMIX_EM_MOMENT_PASS_HPP

#include <limits>
#include <utility>
#include <vector>

#include <eigenmix/em/responsibilities.hpp>
#include <eigenmix/kernels/inner_products.hpp>
#include <eigenmix/layout/origins.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Σ_k n_k (mean_ik - origin_ik)² over the components of one group: what moving the origins to the
/// means takes off the second moments in dimension i.
template <class Moments>
typename Moments::Real shift_square(const Moments& moments, Index g, Index i) {
  using Real = typename Moments::Real;
  constexpr bool is_shared = Moments::Layout::is_shared;
  const auto counts = moments.counts();
  const Real rounding = 4 * Real(std::numeric_limits<typename Moments::Scalar>::epsilon());
  Real sum = 0;
  for (Index k = is_shared ? 0 : g; k < (is_shared ? counts.size() : g + 1); ++k) {
    if (!(counts(k) > 0)) continue;
    const Real shift = moments.first()(i, k) / counts(k);
    if (std::abs(shift) > rounding * std::abs(moments.origin()(i, k))) {
      sum += counts(k) * shift * shift;
    }
  }
  return sum;
}

/// Whether some mean lies so far from its origin, compared with its component's width, that
/// subtracting the shift from the second moments would cost digits: as far as components may be
/// from a shared centre.
template <class Moments>
bool shifted_too_far(const Moments& moments) {
  using Real = typename Moments::Real;
  using Layout = typename Moments::Layout;
  const auto second = moments.second();
  const Index d = moments.dimension();
  const auto is_too_far = [](Real squares, Real scatter) {  // also if a square has overflowed
    if (!std::isfinite(scatter)) return true;
    return squares > 0 && !(squares <= largest_shared_distance * (scatter - squares));
  };
  for (Index g = 0; g < second.cols(); ++g) {
    Real all_squares = 0, all_scatter = 0;
    for (Index i = 0; i < d; ++i) {
      const Real squares = shift_square(moments, g, i);
      const Real scatter = Layout::second_diagonal(second.data() + g * second.rows(), i, d);
      if (!Layout::is_isotropic && is_too_far(squares, scatter)) return true;
      all_squares += squares;
      all_scatter += scatter;
    }
    // of an isotropic layout only the sum over the dimensions is known
    if (Layout::is_isotropic && is_too_far(all_squares, all_scatter)) return true;
  }
  return false;
}

/// The moments about origins near the components, or, where those turn out to be too far away, about
/// the means that the samples have.
/// \param chosen   [out] the origins near the components
/// \param moments  [out]
/// \param about    (origins): sets the moments to those about them
template <class Parameters, class Origins, class About>
void accumulate_near(const Parameters& parameters, Origins& chosen,
                     typename Parameters::Moments& moments, About&& about) {
  choose_origins(parameters, chosen);
  about(chosen);
  if (!shifted_too_far(moments)) return;
  about(Origins(moments.means().template cast<typename Parameters::Scalar>()));
}

/// The fused E-step: samples to moments, tile by tile, with no K x N matrix. One object serves all
/// passes over the same samples: it keeps its workspaces, so that only the first pass of a fit
/// allocates, and samples that fit in one tile, which are then read once.
template <class Parameters>
class MomentPass {
 public:
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;
  using Moments = typename Parameters::Moments;
  using Samples = AnySamples<Scalar, Parameters::Dim>;
  using Source = ResponsibilitySource<Parameters>;
  using Origins = detail::Origins<Scalar, Parameters::Dim>;

  static constexpr bool is_complete = true;

  /// Refers to the samples.
  MomentPass(const Samples& samples, const AnyExecution& execution)
      : samples_(samples), execution_(execution) {}

  const Columns& columns() const { return samples_.columns(); }
  Index count() const { return samples_.count(); }
  const Samples* samples() const { return &samples_; }

  /// The moments under the parameters about origins near the components, or, where those turn out
  /// to be too far away, about the means that the samples have.
  void accumulate(const Parameters& parameters, Moments& moments) {
    accumulate_near(parameters, chosen_, moments, [&](const Origins& origins) {
      accumulate_about(parameters, origins, moments);
    });
  }

  /// The moments under the parameters about the means that moments of a pass before found.
  /// \param moments  [in, out] of that pass, then of this
  void accumulate_about_means(const Parameters& parameters, Moments& moments) {
    const Origins nearer(moments.means().template cast<Scalar>());
    accumulate_about(parameters, nearer, moments);
  }

  /// The moments under the parameters about the origins.
  void accumulate_about(const Parameters& parameters, const Origins& origins, Moments& moments) {
    const ModelResponsibilities<Parameters> responsibilities(parameters);
    accumulate_from({responsibilities, value_columns(parameters)}, origins, moments);
  }

  /// The moments with responsibilities from elsewhere about the means, by two passes: the means
  /// first, then the second moments about them, so that no digits cancel wherever the first
  /// origins were.
  /// \param near  origins of the first pass
  void accumulate_from_twice(const Source& source, const Origins& near, Moments& moments) {
    accumulate_from(source, near, moments);
    const Origins means(moments.means().template cast<Scalar>());
    accumulate_from(source, means, moments);
  }

 private:
  void accumulate_from(const Source& source, const Origins& origins, Moments& moments) {
    origin_ = origins.points.template cast<Real>();
    const Index components = origin_.cols();
    const Tiling tiling = Tiling::of<Scalar>(samples_.count(), samples_.dimension(), components,
                                             Moments::flat_size(samples_.dimension(), components));
    resize(tiling, source.columns);
    sum_over_strips(execution_, tiling, workspaces_, sums_,
                    [&](Index strip, Workspace<Parameters>& workspace, Moments& sum) {
                      sum.reset(origin_);
                      tiling.for_each_tile(strip, [&](Index begin, Index size) {
                        read_tile(begin, size, workspace);
                        add_tile(begin, source, origins, workspace, sum);
                      });
                    });
    std::swap(moments, sums_[0]);
  }

  /// Once, where all samples are one tile.
  void read_tile(Index begin, Index size, Workspace<Parameters>& workspace) const {
    if (workspace.tile.size != samples_.count()) samples_.read(begin, size, workspace.tile);
  }

  static void add_tile(Index begin, const Source& source, const Origins& origins,
                       Workspace<Parameters>& workspace, Moments& sum) {
    sum.log_likelihood() += source.fill(workspace, begin);
    sum.total_weight() += Real(column_sum(workspace.tile.weights.data(), workspace.tile.width));
    Parameters::Layout::add_moments(workspace.tile, workspace.values(), origins, sum,
                                    workspace.scratch);
  }

  void resize(const Tiling& tiling, Index columns) {
    if (workspaces_.empty() || workspaces_[0].storage.cols() != columns) {
      workspaces_ = make_workspaces<Parameters>(execution_, tiling, samples_.dimension(), columns);
    }
    sums_.resize(static_cast<std::size_t>(tiling.strip_count()));
  }

  const Samples& samples_;
  AnyExecution execution_;
  std::vector<Workspace<Parameters>> workspaces_;
  std::vector<Moments> sums_;  // one for each strip
  typename Moments::Origin origin_;
  Origins chosen_;
};

/// The moments under parameters, see MomentPass::accumulate.
template <class Parameters>
typename Parameters::Moments moments_under(const Parameters& parameters,
                                           const typename MomentPass<Parameters>::Samples& samples,
                                           const AnyExecution& execution) {
  typename Parameters::Moments moments;
  MomentPass<Parameters>(samples, execution).accumulate(parameters, moments);
  return moments;
}

/// The moments under parameters about given origins.
template <class Parameters>
typename Parameters::Moments moments_about(const Parameters& parameters,
                                           const typename MomentPass<Parameters>::Samples& samples,
                                           const typename MomentPass<Parameters>::Origins& origins,
                                           const AnyExecution& execution) {
  typename Parameters::Moments moments;
  MomentPass<Parameters>(samples, execution).accumulate_about(parameters, origins, moments);
  return moments;
}

/// The moments with responsibilities from elsewhere, see MomentPass::accumulate_from_twice.
template <class Parameters>
typename Parameters::Moments moments_from(const ResponsibilitySource<Parameters>& source,
                                          const typename MomentPass<Parameters>::Samples& samples,
                                          const typename MomentPass<Parameters>::Origins& near,
                                          const AnyExecution& execution) {
  typename Parameters::Moments moments;
  MomentPass<Parameters>(samples, execution).accumulate_from_twice(source, near, moments);
  return moments;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_MOMENT_PASS_HPP
