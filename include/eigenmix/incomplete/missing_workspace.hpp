// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_MISSING_WORKSPACE_HPP
#define EIGENMIX_INCOMPLETE_MISSING_WORKSPACE_HPP

#include <algorithm>
#include <cmath>
#include <limits>

#include <eigenmix/em/responsibilities.hpp>
#include <eigenmix/incomplete/conditional.hpp>
#include <eigenmix/incomplete/few_samples.hpp>
#include <eigenmix/layout/origins.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// A mixture in the dimensions that the samples of one pattern have.
template <class Parameters>
class MarginalModel {
 public:
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;
  using Layout = typename Parameters::Layout;
  using Scratch = typename Layout::template Scratch<Scalar, Eigen::Dynamic>;

  /// Cost of a factor of observed dimensions for each group.
  void assign(const Parameters& parameters, const SplitDimensions& split) {
    const Index o = split.observed_count(), components = parameters.component_count();
    means_.resize(o, components);
    for (Index k = 0; k < components; ++k) {
      for (Index j = 0; j < o; ++j) means_(j, k) = parameters.means(at(split, j), k);
    }
    density_.resize(o, parameters.group_count());
    set_apart(parameters, split);
    for (Index g = 0; g < parameters.group_count(); ++g) factorise(parameters.group(g), g, split);
    density_.derive(means_, parameters.weights);
    normalizers_.resize(components);
    for (Index k = 0; k < components; ++k) {
      normalizers_(k) = Scalar(density_.log_normalizer(Layout::group_of(k)) -
                               Real(parameters.log_normalizers(k)));
    }
  }

  /// Constants of the whole mixture's log densities, for those of this.
  /// \param out  K
  void constants(const Vector<Scalar>& whole, Vector<Scalar>& out) const {
    out.resize(normalizers_.size());
    for (Index k = 0; k < normalizers_.size(); ++k) out(k) = whole(k) + normalizers_(k);
  }

  void log_densities(const Tile<Scalar, Eigen::Dynamic>& tile, const Vector<Scalar>& constants,
                     const TileValues<Scalar>& out, Scratch& scratch) const {
    density_.log_densities(tile, means_, constants, out, scratch);
  }

  /// Of the background: it is as wide in one informative dimension as in another, because no more
  /// is known of it than its volume.
  static Scalar log_noise(const Parameters& parameters, const SplitDimensions& split) {
    Real apart = 0;
    Index informative = 0;
    for (Index j = 0; j < split.observed_count(); ++j) {
      const Index i = at(split, j);
      if (parameters.is_apart(i)) {
        apart -= std::log(Real(parameters.apart(i))) / 2 + half_log_two_pi<Real>;
      } else {
        ++informative;
      }
    }
    const Real share = Real(informative) / Real(std::max<Index>(parameters.informative_count(), 1));
    return Scalar(std::log(Real(parameters.noise_weight)) +
                  share * Real(parameters.log_noise_density) + apart);
  }

 private:
  using Block = typename Layout::template Storage<Scalar, Eigen::Dynamic>;

  static Index at(const SplitDimensions& split, Index j) {
    return split.observed[static_cast<std::size_t>(j)];
  }

  void set_apart(const Parameters& parameters, const SplitDimensions& split) {
    if (parameters.apart.size() == 0) {
      if (apart_.size() > 0) density_.set_apart(apart_ = Vector<Scalar>());
      return;
    }
    apart_.resize(split.observed_count());
    for (Index j = 0; j < apart_.size(); ++j) apart_(j) = parameters.apart(at(split, j));
    density_.set_apart(apart_);
  }

  /// See DenseConditionals::factorise of what rounding may ask for.
  template <class Whole>
  void factorise(const Whole& whole, Index g, const SplitDimensions& split) {
    const Index o = split.observed_count();
    block_.resize(Layout::storage_rows(o), Layout::storage_cols(o));
    for (Index j = 0; j < block_.cols(); ++j) {
      for (Index i = 0; i < block_.rows(); ++i) {
        if constexpr (Layout::is_dense) {
          block_(i, j) = whole(at(split, i), at(split, j));
        } else {
          block_(i, j) = whole(Layout::is_isotropic ? 0 : at(split, i), 0);
        }
      }
    }
    Scalar more = 4 * std::numeric_limits<Scalar>::epsilon();
    while (!density_.assign(g, block_) && Layout::is_dense && more < 1) {
      for (Index i = 0; i < block_.cols(); ++i) block_(i, i) *= 1 + more;
      more *= 4;
    }
  }

  Matrix<Scalar> means_;  // observed x K
  typename Layout::template Density<Scalar, Eigen::Dynamic> density_;
  Vector<Scalar> normalizers_;  // K, of this less those of the whole mixture
  Vector<Scalar> apart_;
  Block block_;
};

/// What one thread needs to take runs of samples that miss the same entries through an E-step.
template <class Parameters>
struct MissingWorkspace {
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;
  using Layout = typename Parameters::Layout;
  using WholeOrigins = Origins<Scalar, Parameters::Dim>;

  MissingWorkspace(Index dimension, Index columns, Index tile_width)
      : whole(dimension, columns, tile_width), tile(dimension, tile_width) {}

  /// Makes ready for a pattern: the densities, from constants of those of the whole mixture.
  void assign(const Parameters& parameters, const Vector<Scalar>& whole_constants) {
    model.assign(parameters, split);
    model.constants(whole_constants, constants);
    if (parameters.has_noise()) log_noise = model.log_noise(parameters, split);
    tile.x.resize(tile.x.rows(), split.observed_count());
  }

  /// The same origins in the dimensions observed, and no moments yet.
  void reset_moments(const WholeOrigins& of) {
    const Index o = split.observed_count();
    origins.points.resize(o, of.points.cols());
    origins.centre.resize(o);
    for (Index j = 0; j < o; ++j) {
      const Index i = split.observed[static_cast<std::size_t>(j)];
      origins.points.row(j) = of.points.row(i);
      if (of.centre.size() > 0) origins.centre(j) = of.centre(i);
    }
    origins.is_pooled = of.is_pooled;
    moments.reset(origins.points.template cast<Real>());
  }

  /// Takes what was read into `whole.tile` apart, and its log densities into `values`.
  void fill_log_densities(const Parameters& parameters) {
    tile.size = whole.tile.size;
    tile.width = whole.tile.width;
    tile.is_weighted = whole.tile.is_weighted;
    tile.weights.head(tile.width) = whole.tile.weights.head(tile.width);
    for (Index j = 0; j < split.observed_count(); ++j) {
      tile.x.col(j).head(tile.width) =
          whole.tile.x.col(split.observed[static_cast<std::size_t>(j)]).head(tile.width);
    }
    model.log_densities(tile, constants, whole.values(), scratch);
    if (parameters.has_noise()) {
      whole.storage.col(parameters.component_count()).setConstant(log_noise);
    }
  }

  /// Turns log densities into responsibilities, as ModelResponsibilities does.
  /// \return the log-likelihood
  Real share() {
    whole.tails_are_negligible = false;
    constexpr Index most_components = 1 << 15;
    if (tile.is_weighted || whole.storage.cols() > most_components) {
      return normalise(whole.values(), tile.weights.data(), whole.log_density.data());
    }
    Scalar lowest = 0;
    const Real result = normalise_unweighted(whole.values(), tile.weights.data(), lowest);
    whole.tails_are_negligible =
        lowest > constants.maxCoeff() - 32 * Scalar(split.observed_count());
    return result;
  }

  Workspace<Parameters> whole;        // samples as they are read, and values
  SplitDimensions split;              // of the pattern at hand
  Tile<Scalar, Eigen::Dynamic> tile;  // of the dimensions observed
  MarginalModel<Parameters> model;
  Conditionals<Parameters> conditionals;
  FewSamples<Parameters> few;  // in the place of the model and of these
  Vector<Scalar> constants;
  Scalar log_noise = 0;
  Origins<Scalar, Eigen::Dynamic> origins;
  PartMoments<Parameters> moments;
  typename MarginalModel<Parameters>::Scratch scratch;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_MISSING_WORKSPACE_HPP
