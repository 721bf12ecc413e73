// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_EXPECTATION_HPP
#define EIGENMIX_EM_EXPECTATION_HPP

#include <vector>

#include <eigenmix/execution/strips.hpp>
#include <eigenmix/kernels/normalise.hpp>
#include <eigenmix/parameters/parameters.hpp>
#include <eigenmix/samples/any_samples.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What one thread needs to take tiles through an E-step.
template <class Parameters>
struct Workspace {
  using Scalar = typename Parameters::Scalar;

  /// \param columns  components, and one more if there is noise
  Workspace(Index dimension, Index columns, Index tile_width)
      : tile(dimension, tile_width),
        storage(column_stride<Scalar>(tile_width), columns),
        log_density(padded<Scalar>(tile_width)) {}

  /// [tile width x columns] log densities, then responsibilities.
  TileValues<Scalar> values() {
    return {storage.data(), storage.rows(), tile.width, storage.cols(), tails_are_negligible};
  }

  Tile<Scalar, Parameters::Dim> tile;
  Vector<Scalar> common;  // what all components have of a sample's log density; or empty
  Matrix<Scalar> storage;
  Vector<Scalar> log_density;
  bool tails_are_negligible = false;  // see TileValues; set by who fills the responsibilities
  typename Parameters::Scratch scratch;
};

template <class Parameters>
std::vector<Workspace<Parameters>> make_workspaces(const AnyExecution& execution,
                                                   const Tiling& tiling, Index dimension,
                                                   Index columns) {
  return std::vector<Workspace<Parameters>>(workspace_count(execution, tiling),
                                            Workspace<Parameters>(dimension, columns, tiling.tile));
}

/// Columns of a workspace's values: those of the components, and the noise's, which is the last.
template <class Parameters>
Index value_columns(const Parameters& parameters) {
  return parameters.component_count() + (parameters.has_noise() ? 1 : 0);
}

/// What the noise has of a sample's log density.
template <class Parameters>
typename Parameters::Scalar noise_log_density(const Parameters& parameters) {
  using std::log;
  return log(parameters.noise_weight) + parameters.log_noise_density +
         parameters.log_normalizer_apart();
}

/// Fills workspace.values with the log densities of workspace.tile plus `constants`.
template <class Parameters>
void fill_log_densities(const Parameters& parameters,
                        const Vector<typename Parameters::Scalar>& constants,
                        Workspace<Parameters>& workspace) {
  parameters.density.log_densities(workspace.tile, parameters.means, constants, workspace.values(),
                                   workspace.scratch);
  if (!parameters.has_noise()) return;
  workspace.storage.col(parameters.component_count()).setConstant(noise_log_density(parameters));
}

/// Takes dimensions that are apart out of a tile: what they make of a log density is common to all
/// components, and may be so much, of a sample that leaves a constant, that their differences would
/// be lost beside it.
template <class Parameters>
void take_common(const Parameters& parameters, Workspace<Parameters>& workspace) {
  using Scalar = typename Parameters::Scalar;
  if (parameters.apart.size() == 0) return;
  workspace.common.setZero(workspace.tile.stride());
  for (Index i = 0; i < parameters.dimension(); ++i) {
    if (!parameters.is_apart(i)) continue;
    const Scalar mean = parameters.means(i, 0), inverse = 1 / std::sqrt(parameters.apart(i));
    for (Index n = 0; n < workspace.tile.width; ++n) {
      const Scalar deviations = (workspace.tile.x(n, i) - mean) * inverse;
      workspace.common(n) -= deviations * deviations / 2;
      workspace.tile.x(n, i) = mean;
    }
  }
}

/// Turns a workspace's log densities into weighted responsibilities (equation 5), and those of the
/// mixture. \return the log-likelihood of the tile
template <class Parameters>
typename Parameters::Real share(Workspace<Parameters>& workspace) {
  using Real = typename Parameters::Real;
  const auto& weights = workspace.tile.weights;
  Real sum = normalise(workspace.values(), weights.data(), workspace.log_density.data());
  for (Index n = 0; n < workspace.common.size() && n < workspace.tile.size; ++n) {
    workspace.log_density(n) += workspace.common(n);
    sum += Real(weights(n)) * Real(workspace.common(n));
  }
  return sum;
}

/// An evaluation of all samples under parameters, tile by tile. For fits, see MomentPass.
template <class Parameters>
class DensityPass {
 public:
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;
  using Samples = AnySamples<Scalar, Parameters::Dim>;
  using Visit = FunctionRef<void(Workspace<Parameters>&, Index begin)>;

  DensityPass(const Parameters& parameters, const Samples& samples, const AnyExecution& execution)
      : parameters_(parameters),
        samples_(samples),
        execution_(execution),
        tiling_(Tiling::of<Scalar>(samples.count(), samples.dimension(),
                                   parameters.component_count(), 1)) {}

  /// visit(workspace, begin) for every tile, with workspace.values the log densities plus
  /// `constants`, and those of the noise, [tile width x columns], less workspace.common.
  void for_each_tile(const Vector<Scalar>& constants, Visit visit) const {
    sum_over_tiles<Real>(constants, [&](Workspace<Parameters>& workspace, Index begin, Real&) {
      visit(workspace, begin);
    });
  }

  /// visit(workspace, begin, sum) for every tile likewise. \return the sums of all strips, in order
  template <class Sum>
  Sum sum_over_tiles(const Vector<Scalar>& constants,
                     FunctionRef<void(Workspace<Parameters>&, Index begin, Sum& sum)> visit) const {
    auto workspaces = make_workspaces<Parameters>(execution_, tiling_, samples_.dimension(),
                                                  value_columns(parameters_));
    std::vector<Sum> sums(static_cast<std::size_t>(tiling_.strip_count()));
    sum_over_strips(execution_, tiling_, workspaces, sums,
                    [&](Index strip, Workspace<Parameters>& workspace, Sum& sum) {
                      tiling_.for_each_tile(strip, [&](Index begin, Index size) {
                        samples_.read(begin, size, workspace.tile);
                        take_common(parameters_, workspace);
                        fill_log_densities(parameters_, constants, workspace);
                        visit(workspace, begin, sum);
                      });
                    });
    return sums[0];
  }

  /// visit(workspace, begin) for every tile, with workspace.values the weighted responsibilities
  /// and workspace.log_density the log densities of the mixture. \return the log-likelihood
  Real share_out(Visit visit) const {
    return sum_over_tiles<Real>(parameters_.log_constants, [&](Workspace<Parameters>& workspace,
                                                               Index begin, Real& log_likelihood) {
      log_likelihood += share(workspace);
      visit(workspace, begin);
    });
  }

 private:
  const Parameters& parameters_;
  const Samples& samples_;
  AnyExecution execution_;
  Tiling tiling_;
};

/// See DensityPass::for_each_tile.
template <class Parameters>
void for_each_density_tile(const Parameters& parameters,
                           const typename DensityPass<Parameters>::Samples& samples,
                           const AnyExecution& execution,
                           const Vector<typename Parameters::Scalar>& constants,
                           typename DensityPass<Parameters>::Visit visit) {
  DensityPass<Parameters>(parameters, samples, execution).for_each_tile(constants, visit);
}

/// See DensityPass::share_out. \return the log-likelihood
template <class Parameters>
typename Parameters::Real share_out(const Parameters& parameters,
                                    const typename DensityPass<Parameters>::Samples& samples,
                                    const AnyExecution& execution,
                                    typename DensityPass<Parameters>::Visit visit) {
  return DensityPass<Parameters>(parameters, samples, execution).share_out(visit);
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_EXPECTATION_HPP
