// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ADAPTATION_TOP_RATIOS_HPP
#define EIGENMIX_ADAPTATION_TOP_RATIOS_HPP

#include <algorithm>
#include <cmath>
#include <limits>

#include <eigenmix/adaptation/top_components.hpp>
#include <eigenmix/em/expectation.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What the noise makes of a sample's density, in logarithms.
template <class Parameters, class Sample>
typename Parameters::Real log_noise_density(const Parameters& p, const Sample& sample) {
  using Real = typename Parameters::Real;
  if (!p.has_noise()) return -std::numeric_limits<Real>::infinity();
  Real sum =
      std::log(Real(p.noise_weight)) + Real(p.log_noise_density) + Real(p.log_normalizer_apart());
  for (Index i = 0; i < p.dimension(); ++i) {
    if (!p.is_apart(i)) continue;
    const Real difference = sample(i) - Real(p.means(i, 0));
    sum -= difference * difference / Real(p.apart(i)) / 2;
  }
  return sum;
}

/// The log ratios of two densities of the samples of a tile, each by the components that are the
/// background's `top` likeliest, and the noise; one thread's memory.
template <class Model, class Background>
class TopRatios {
 public:
  using Scalar = typename Background::Scalar;
  using Real = typename Background::Real;
  using Samples = AnySamples<Scalar, Background::Dim>;

  TopRatios(const Model& model, const Background& background, const Samples& samples, Index top)
      : model_(model),
        background_(background),
        samples_(samples),
        best_(top, background.component_count()),
        sample_(background.dimension()),
        columns_(top + 1) {}

  /// \param workspace  with the background's log densities
  /// \param begin      the first sample of its tile
  /// \return Σ_n w_n log ratio
  Real sum(Workspace<Background>& workspace, Index begin) {
    const auto& tile = workspace.tile;
    best_.find(workspace.values());
    of_model_.setZero(column_stride<Scalar>(tile.width), columns_);
    of_background_.setZero(of_model_.rows(), columns_);
    Real rest = 0;
    for (Index n = 0; n < tile.size; ++n) {
      if (!(tile.weights(n) > 0)) continue;
      take_background(workspace, n);
      read(tile, begin, n);
      const bool is_possible = take_model(n);
      if (workspace.common.size() > 0) rest -= Real(tile.weights(n)) * Real(workspace.common(n));
      if (!is_possible) rest = -std::numeric_limits<Real>::infinity();
    }
    return rest + sum_of_logs(of_model_, workspace) - sum_of_logs(of_background_, workspace);
  }

 private:
  void take_background(Workspace<Background>& workspace, Index n) {
    const auto values = workspace.values();
    for (Index place = 0; place < best_.count(n); ++place) {
      of_background_(n, place) = values.column(best_.component(n, place))[n];
    }
    fill_rest(of_background_, n);
    if (background_.has_noise()) {
      of_background_(n, columns_ - 1) = values.column(background_.component_count())[n];
    }
  }

  /// \return whether it is possible under one of the components at all
  bool take_model(Index n) {
    for (Index place = 0; place < best_.count(n); ++place) {
      const Index k = best_.component(n, place);
      const auto offset = [&](Index i) { return sample_(i) - Real(model_.means(i, k)); };
      const Real square = model_.density.squared_distance(Model::Layout::group_of(k), offset);
      of_model_(n, place) = Scalar(Real(model_.log_constants(k)) +
                                   std::max(-square / 2, Real(lowest_exponent<Scalar>)));
    }
    fill_rest(of_model_, n);
    of_model_(n, columns_ - 1) = Scalar(log_noise_density(model_, sample_));
    bool is_possible = false;
    for (Index place = 0; place < columns_; ++place) {
      is_possible |= of_model_(n, place) > -std::numeric_limits<Scalar>::infinity();
    }
    if (!is_possible) of_model_(n, 0) = 0;
    return is_possible;
  }

  void fill_rest(Matrix<Scalar>& values, Index n) const {
    for (Index place = best_.count(n); place < columns_; ++place) {
      values(n, place) = -std::numeric_limits<Scalar>::infinity();
    }
  }

  /// The dimensions that are apart were taken out of the tile.
  void read(const Tile<Scalar, Background::Dim>& tile, Index begin, Index n) {
    for (Index i = 0; i < sample_.size(); ++i) {
      sample_(i) = Real(background_.is_apart(i) ? samples_.value(i, begin + n) : tile.x(n, i));
    }
  }

  Real sum_of_logs(Matrix<Scalar>& values, Workspace<Background>& workspace) const {
    const TileValues<Scalar> all{values.data(), values.rows(), workspace.tile.width, columns_,
                                 false};
    return normalise(all, workspace.tile.weights.data(), workspace.log_density.data());
  }

  const Model& model_;
  const Background& background_;
  const Samples& samples_;
  TopComponents<Scalar> best_;
  Vector<Real, Background::Dim> sample_;
  Index columns_;  // the components', and the noise's, which is the last
  Matrix<Scalar> of_model_, of_background_;
};

/// Σ_n w_n of the log ratio of two densities, see TopRatios.
template <class Model, class Background>
typename Background::Real sum_of_top_ratios(
    const Model& model, const Background& background,
    const typename DensityPass<Background>::Samples& samples, Index top,
    const AnyExecution& execution) {
  using Real = typename Background::Real;
  return DensityPass<Background>(background, samples, execution)
      .template sum_over_tiles<Real>(background.log_constants, [&](Workspace<Background>& workspace,
                                                                   Index begin, Real& sum) {
        sum += TopRatios<Model, Background>(model, background, samples, top).sum(workspace, begin);
      });
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_ADAPTATION_TOP_RATIOS_HPP
