// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_EXPECTATION_HPP
#define EIGENMIX_EM_EXPECTATION_HPP

#include <array>

#include <eigenmix/execution/strips.hpp>
#include <eigenmix/kernels/inner_products.hpp>
#include <eigenmix/kernels/softmax.hpp>
#include <eigenmix/layout/origins.hpp>
#include <eigenmix/parameters/parameters.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What one worker needs to take tiles through an E-step.
template <class Parameters>
struct Worker {
  using Scalar = typename Parameters::Scalar;

  /// \param columns  components, and one more if there is noise
  Worker(Index dimension, Index columns, Index tile_width)
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

template <class Parameters, class Execution>
std::vector<Worker<Parameters>> make_workers(const Execution& execution, const Tiling& tiling,
                                             Index dimension, Index columns) {
  return std::vector<Worker<Parameters>>(worker_count(execution, tiling),
                                         Worker<Parameters>(dimension, columns, tiling.tile));
}

/// Columns of a worker's values: those of the components, and the noise's, which is the last.
template <class Parameters>
Index value_columns(const Parameters& parameters) {
  return parameters.component_count() + (parameters.has_noise() ? 1 : 0);
}

/// Fills worker.values with the log densities of worker.tile plus `constants`.
template <class Parameters>
void fill_log_densities(const Parameters& parameters,
                        const Vector<typename Parameters::Scalar>& constants,
                        Worker<Parameters>& worker) {
  parameters.factors.log_densities(worker.tile, parameters.means, constants, worker.values(),
                                   worker.scratch);
  if (!parameters.has_noise()) return;
  using std::log;
  worker.storage.col(parameters.component_count())
      .setConstant(log(parameters.noise_weight) + parameters.log_noise_density +
                   parameters.log_normalizer_apart());
}

/// Takes dimensions that are apart out of a tile: what they make of a log density is common to all
/// components, and may be so much, of a sample that leaves a constant, that their differences would
/// be lost beside it.
template <class Parameters>
void take_common(const Parameters& parameters, Worker<Parameters>& worker) {
  using Scalar = typename Parameters::Scalar;
  if (parameters.apart.size() == 0) return;
  worker.common.setZero(worker.tile.stride());
  for (Index i = 0; i < parameters.dimension(); ++i) {
    if (!parameters.is_apart(i)) continue;
    const Scalar mean = parameters.means(i, 0), inverse = 1 / std::sqrt(parameters.apart(i));
    for (Index n = 0; n < worker.tile.width; ++n) {
      const Scalar deviations = (worker.tile.x(n, i) - mean) * inverse;
      worker.common(n) -= deviations * deviations / 2;
      worker.tile.x(n, i) = mean;
    }
  }
}

/// Where responsibilities come from in an E-step: from the parameters, equation 5.
template <class Parameters>
class ModelResponsibilities {
 public:
  using Real = typename Parameters::Real;
  /// Tails are negligible where every sample is within sqrt(64 Dim) deviations of its component:
  /// a responsibility of 1e-18 then carries at most 64 times what an owned sample brings to the
  /// second moments. Where a sample is farther out, it may be what decides them.
  explicit ModelResponsibilities(const Parameters& parameters)
      : parameters_(&parameters),
        least_typical_(parameters.log_constants.maxCoeff() -
                       32 * typename Parameters::Scalar(parameters.dimension())) {}

  Index columns(Index) const { return value_columns(*parameters_); }

  /// Fills worker.values with the weighted responsibilities of worker.tile.
  /// \return the log-likelihood of the tile
  Real operator()(Worker<Parameters>& worker, Index) const {
    fill_log_densities(*parameters_, parameters_->log_constants, worker);
    const auto& tile = worker.tile;
    worker.tails_are_negligible = false;
    constexpr Index most_components = 1 << 15;  // whose eighth power a float can hold
    if (tile.is_weighted || worker.storage.cols() > most_components) {
      return softmax(worker.values(), tile.weights.data(), worker.log_density.data());
    }
    typename Parameters::Scalar lowest = 0;
    const Real sum = softmax_unweighted(worker.values(), tile.weights.data(), lowest);
    worker.tails_are_negligible = lowest > least_typical_;
    return sum;
  }

 private:
  const Parameters* parameters_;
  typename Parameters::Scalar least_typical_;
};

/// ... or are given, K x N.
template <class Expression>
class GivenResponsibilities {
 public:
  explicit GivenResponsibilities(const Expression& given) : read_(given) {}

  auto operator()(Index k, Index n) const { return read_(k, n); }
  Index columns(Index components) const { return components; }

  template <class Worker>
  double operator()(Worker& worker, Index begin) const {
    const auto& tile = worker.tile;
    for (Index k = 0; k < worker.storage.cols(); ++k) {
      for (Index n = 0; n < tile.size; ++n) {
        worker.storage(n, k) = tile.weights(n) * read_(k, begin + n);
      }
      for (Index n = tile.size; n < tile.width; ++n) worker.storage(n, k) = 0;
    }
    return 0;
  }

 private:
  ExpressionReader<Expression> read_;
};

/// ... or are all or nothing: one label per sample.
/// \tparam Label  an integer, of which labels points to N
template <class Label>
class LabelResponsibilities {
 public:
  explicit LabelResponsibilities(const Label* labels) : labels_(labels) {}
  Index columns(Index components) const { return components; }

  template <class Worker>
  double operator()(Worker& worker, Index begin) const {
    const auto& tile = worker.tile;
    worker.storage.setZero();
    for (Index n = 0; n < tile.size; ++n) {
      worker.storage(n, static_cast<Index>(labels_[begin + n])) = tile.weights(n);
    }
    return 0;
  }

 private:
  const Label* labels_;
};

/// ... or are one: a single component has every sample.
struct UnitResponsibilities {
  Index columns(Index components) const { return components; }
  template <class Worker>
  double operator()(Worker& worker, Index) const {
    worker.storage.col(0).head(worker.tile.width) = worker.tile.weights.head(worker.tile.width);
    return 0;
  }
};

/// The fused E-step: samples to moments, tile by tile, with no K x N matrix. One object serves all
/// passes over the same samples: it keeps its scratch, so that only the first pass of a fit
/// allocates, and samples that fit in one tile, which are then read once.
template <class Parameters>
class MomentPass {
 public:
  using Scalar = typename Parameters::Scalar;
  using Moments = typename Parameters::Moments;
  using Origins = detail::Origins<Scalar, Parameters::Dim>;

  /// Where an E-step under `parameters` had best take its moments about.
  const Origins& origins_for(const Parameters& parameters) {
    choose_origins(parameters, chosen_);
    return chosen_;
  }

  /// The moments of all samples about the origins.
  template <class Samples, class Source, class Execution>
  Moments& operator()(const Samples& samples, const Source& source, const Origins& origins,
                      const Execution& execution) {
    origin_ = origins.points.template cast<Real>();
    const Index components = origin_.cols();
    const Tiling tiling = Tiling::of<Scalar>(samples.count(), samples.dimension(), components,
                                             Moments::flat_size(samples.dimension(), components));
    resize(tiling, samples.dimension(), source.columns(components), execution);
    for_each_strip(execution, tiling, workers_, [&](Index strip, Worker<Parameters>& worker) {
      Moments& sums = sums_[static_cast<std::size_t>(strip)];
      sums.reset(origin_);
      tiling.for_each_tile(strip, [&](Index begin, Index size) {
        if (worker.tile.size != samples.count()) samples.read(begin, size, worker.tile);
        sums.log_likelihood() += source(worker, begin);
        sums.total_weight() += Real(column_sum(worker.tile.weights.data(), worker.tile.width));
        Parameters::Covariance::add_moments(worker.tile, worker.values(), origins, sums,
                                            worker.scratch);
      });
    });
    for (std::size_t strip = 1; strip < sums_.size(); ++strip) sums_[0] += sums_[strip];
    return sums_[0];
  }

 private:
  using Real = typename Parameters::Real;

  template <class Execution>
  void resize(const Tiling& tiling, Index dimension, Index columns, const Execution& execution) {
    if (workers_.empty() || workers_[0].storage.cols() != columns) {
      workers_ = make_workers<Parameters>(execution, tiling, dimension, columns);
    }
    sums_.resize(static_cast<std::size_t>(tiling.strip_count()));
  }

  std::vector<Worker<Parameters>> workers_;
  std::vector<Moments> sums_;  // one per strip, so that the order of summation is fixed
  typename Moments::Origin origin_;
  Origins chosen_;
};

/// visit(worker, begin, strip) for every tile, with worker.values the log densities under
/// `parameters` plus `constants`, and those of the noise, [tile width x columns], less
/// worker.common.
template <class Parameters, class Samples, class Execution, class Visit>
void for_each_density_tile(const Parameters& parameters, const Samples& samples,
                           const Vector<typename Parameters::Scalar>& constants,
                           const Execution& execution, Visit&& visit) {
  const Index dimension = parameters.dimension(), components = parameters.component_count();
  const Tiling tiling =
      Tiling::of<typename Parameters::Scalar>(samples.count(), dimension, components, 1);
  auto workers = make_workers<Parameters>(execution, tiling, dimension, value_columns(parameters));
  for_each_strip(execution, tiling, workers, [&](Index strip, Worker<Parameters>& worker) {
    tiling.for_each_tile(strip, [&](Index begin, Index size) {
      samples.read(begin, size, worker.tile);
      take_common(parameters, worker);
      fill_log_densities(parameters, constants, worker);
      visit(worker, begin, strip);
    });
  });
}

/// Turns a worker's log densities into weighted responsibilities, and those of the mixture.
/// \return the log-likelihood of the tile
template <class Parameters>
typename Parameters::Real share(Worker<Parameters>& worker) {
  using Real = typename Parameters::Real;
  const auto& weights = worker.tile.weights;
  Real sum = softmax(worker.values(), weights.data(), worker.log_density.data());
  for (Index n = 0; n < worker.common.size() && n < worker.tile.size; ++n) {
    worker.log_density(n) += worker.common(n);
    sum += Real(weights(n)) * Real(worker.common(n));
  }
  return sum;
}

/// As for_each_density_tile, with worker.values the weighted responsibilities (equation 5) and
/// worker.log_density the log densities of the mixture.
/// \return the log-likelihood
template <class Parameters, class Samples, class Execution, class Visit>
typename Parameters::Real for_each_responsibility_tile(const Parameters& parameters,
                                                       const Samples& samples,
                                                       const Execution& execution, Visit&& visit) {
  std::array<typename Parameters::Real, Tiling::max_strips> sums{};
  for_each_density_tile(parameters, samples, parameters.log_constants, execution,
                        [&](Worker<Parameters>& worker, Index begin, Index strip) {
                          sums[static_cast<std::size_t>(strip)] += share(worker);
                          visit(worker, begin);
                        });
  typename Parameters::Real total = 0;
  for (const auto sum : sums) total += sum;
  return total;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_EXPECTATION_HPP
