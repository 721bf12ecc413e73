// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_NOISY_PASS_HPP
#define EIGENMIX_INCOMPLETE_NOISY_PASS_HPP

#include <algorithm>
#include <utility>
#include <vector>

#include <eigenmix/degeneracy/spurious.hpp>
#include <eigenmix/em/moment_pass.hpp>
#include <eigenmix/em/moment_source.hpp>
#include <eigenmix/incomplete/noisy_own.hpp>
#include <eigenmix/incomplete/noisy_plain.hpp>
#include <eigenmix/incomplete/noisy_seen.hpp>
#include <eigenmix/report/result.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// How many components own fewer samples than Dim + 2, or than 2 where all share one covariance.
template <class Parameters>
Index count_too_small(const Parameters& parameters, double samples) {
  const double least = Parameters::Layout::is_shared ? 2 : double(parameters.dimension() + 2);
  Index count = 0;
  for (Index k = 0; k < parameters.component_count(); ++k) {
    count += parameters.owned_count(k, samples) + count_margin < least ? 1 : 0;
  }
  return count;
}

/// The E-step of extreme deconvolution (Bovy, Hogg & Roweis 2011, section 3): the moments of the
/// things themselves, given what was seen of them through noise. Where there is no noise and no
/// projection it is that of a matrix, to the bit.
///
/// What is seen of a sample under component k has covariance T = R Σ_k R^T + S. Samples of equal S
/// and R are seen by SeenComponents, which factorises T once for each strip that has some of them;
/// those with noise of their own by OwnNoise.
template <class Parameters>
class NoisyPass {
 public:
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;
  using Moments = typename Parameters::Moments;
  using Source = NoisySamples<Scalar>;
  using Block = NoisyBlock<Scalar>;
  using Plain = NoisyPlain<Parameters>;

  /// Refers to the samples.
  NoisyPass(const char* where, const Source& source, Index dimension, const AnyExecution& execution)
      : is_complete(source.is_plain()), where_(where), source_(source), execution_(execution) {
    if (dimension != Eigen::Dynamic && dimension != source.dimension()) {
      reject_dimension(where, dimension);
    }
    if (source.is_plain()) plain_.open(where, source, execution);
  }
  ~NoisyPass() = default;
  NoisyPass(const NoisyPass&) = delete;
  NoisyPass& operator=(const NoisyPass&) = delete;

  const bool is_complete;  ///< see MomentSource

  /// Of noisy samples nothing is known of a dimension: where all have one value the thing may vary,
  /// and where all are multiples of a step the noise has spread it.
  void survey(bool may_set_apart) {
    if (plain_.is_open()) plain_.survey(may_set_apart);
  }
  const Columns& columns() const {
    return plain_.is_open() ? plain_.samples()->columns() : columns_;
  }
  const typename Plain::Samples* samples() const { return plain_.samples(); }
  Index dimension() const { return source_.dimension(); }
  Index count() const { return source_.count(); }
  Index positive_count() const { return source_.positive_count(); }
  Scalar weight(Index n) const { return source_.weight(n); }

  void accumulate(const Parameters& parameters, Moments& moments) {
    if (plain_.is_open()) return plain_.pass().accumulate(parameters, moments);
    accumulate_about(parameters, parameters.means, moments);
    if (shifted_too_far(moments)) accumulate_about_means(parameters, moments);
  }

  void accumulate_about_means(const Parameters& parameters, Moments& moments) {
    if (plain_.is_open()) return plain_.pass().accumulate_about_means(parameters, moments);
    const Matrix<Scalar, Parameters::Dim> nearer = moments.means().template cast<Scalar>();
    accumulate_about(parameters, nearer, moments);
  }

  void evaluate(const Parameters& parameters, const Vector<Scalar>& constants,
                SampleVisit<Scalar> visit) {
    if (plain_.is_open()) return plain_.evaluate(parameters, constants, visit);
    prepare(parameters, constants);
    const Tiling tiling = tiling_for(parameters, Index(1));
    for_each_strip(execution_, tiling, workspaces_, [&](Index strip, Workspace& workspace) {
      source_.for_each_segment(tiling, strip, [&](const Block& block, Index begin, Index end) {
        visit_segment(block, begin, end, workspace, visit);
      });
    });
  }

  /// Where every sample has noise in every direction that is seen of it, the likelihood is bounded:
  /// a component on the floor is a point that noise has spread, and a narrow one no accident. Only
  /// components that own fewer than Dim + 2 samples are one then.
  void report(const Parameters& parameters, FitResult& result) const {
    if (plain_.is_open() || !source_.is_bounded()) return;
    result.collapsed_count = static_cast<Index>(result.empty_components.size());
    double total = 0;
    for (Index n = 0; n < count(); ++n) total += double(weight(n));
    result.spurious_count = count_too_small(parameters, total);
  }

 private:
  using Seen = SeenComponents<Scalar>;
  using Tile = detail::Tile<Scalar, Eigen::Dynamic>;

  /// What one thread needs.
  struct Workspace {
    TileValues<Scalar> values() {
      return {storage.data(), storage.rows(), tile.width, storage.cols()};
    }

    Tile tile;
    Matrix<Scalar> storage;
    Vector<Scalar> log_density;
    Seen seen;
    typename Seen::Moments sums;
    typename Seen::Scratch scratch;
    OwnNoise<Scalar> own;
  };

  /// Packs the components, and refuses what has no meaning.
  void prepare(const Parameters& parameters, const Vector<Scalar>& constants) {
    if (parameters.has_noise() && (source_.is_projected() || parameters.apart.size() > 0)) {
      reject(where_, "mixture", "one with a background",
             "one without: its density of what a projection shows is not known");
    }
    components_.assign(parameters, constants);
    if (parameters.has_noise()) {
      log_background_ = std::log(parameters.noise_weight) + parameters.log_noise_density;
    }
  }

  /// The tiling, with workspaces for it.
  Tiling tiling_for(const Parameters& parameters, Index sum_size) {
    const Index columns = value_columns(parameters);
    const Tiling tiling = Tiling::of<Scalar>(count(), dimension(), columns, sum_size);
    workspaces_.resize(workspace_count(execution_, tiling));
    widest_ = std::max(tiling.tile, OwnNoise<Scalar>::tile_width(dimension(), components_.count()));
    for (Workspace& workspace : workspaces_) {
      workspace.storage.resize(column_stride<Scalar>(widest_), columns);
      workspace.log_density.resize(padded<Scalar>(widest_));
    }
    return tiling;
  }

  void accumulate_about(const Parameters& parameters,
                        const Matrix<Scalar, Parameters::Dim>& origins, Moments& moments) {
    prepare(parameters, parameters.log_constants);
    typename Moments::Origin points = origins.template cast<Real>();
    components_.origins = points;
    const Tiling tiling =
        tiling_for(parameters, Moments::flat_size(dimension(), parameters.component_count()));
    sums_.resize(static_cast<std::size_t>(tiling.strip_count()));
    sum_over_strips(execution_, tiling, workspaces_, sums_,
                    [&](Index strip, Workspace& workspace, Moments& sum) {
                      sum.reset(points);
                      add_strip(tiling, strip, workspace, sum);
                    });
    std::swap(moments, sums_[0]);
  }

  void visit_segment(const Block& block, Index begin, Index end, Workspace& workspace,
                     const SampleVisit<Scalar>& visit) const {
    start_segment(block, workspace);
    Vector<Scalar> values(workspace.storage.cols());
    for_each_tile(block, begin, end, workspace, [&](Index first, Index size) {
      read_tile(block, first, size, Weightless::as_they_are, workspace.tile);
      fill_log_densities(block, first, workspace);
      for (Index n = 0; n < size; ++n) {
        values = workspace.storage.row(n).transpose();
        visit(block.numbers[static_cast<std::size_t>(first + n)], values);
      }
    });
  }

  void add_strip(const Tiling& tiling, Index strip, Workspace& workspace, Moments& sum) const {
    source_.for_each_segment(tiling, strip, [&](const Block& block, Index begin, Index end) {
      if (block.first_positive >= 0) add_segment(block, begin, end, workspace, sum);
    });
  }

  void add_segment(const Block& block, Index begin, Index end, Workspace& workspace,
                   Moments& sum) const {
    start_segment(block, workspace);
    if (!block.is_own()) workspace.seen.begin(workspace.sums);
    const auto& weights = workspace.tile.weights;
    for_each_tile(block, begin, end, workspace, [&](Index first, Index size) {
      read_tile(block, first, size, Weightless::as_another, workspace.tile);
      sum.log_likelihood() += share(block, first, workspace);
      const auto values = workspace.values();
      sum.total_weight() += Real(column_sum(weights.data(), workspace.tile.width));
      if (block.is_own()) {
        workspace.own.add(workspace.tile, values);
      } else {
        workspace.seen.add(workspace.tile, values, workspace.sums, workspace.scratch);
      }
    });
    if (block.is_own()) {
      workspace.own.transfer(sum);
    } else {
      workspace.seen.transfer(workspace.sums, sum);
    }
  }

  void start_segment(const Block& block, Workspace& workspace) const {
    if (block.is_own()) {
      workspace.own.assign(components_);
    } else {
      workspace.seen.assign(where_, components_, block);
    }
  }

  /// body(first, size) for tiles of a part of a block.
  template <class Body>
  void for_each_tile(const Block& block, Index begin, Index end, Workspace& workspace,
                     Body&& body) const {
    const Index width =
        block.is_own() ? OwnNoise<Scalar>::tile_width(dimension(), components_.count()) : widest_;
    workspace.tile.resize(block.x.rows(), width);
    workspace.storage.resize(workspace.tile.stride(), workspace.storage.cols());
    for (Index first = begin; first < end; first += width) {
      body(first, std::min(width, end - first));
    }
  }

  /// Fills the values with weighted responsibilities. \return the log-likelihood of the tile
  Real share(const Block& block, Index begin, Workspace& workspace) const {
    Scalar* const log_density = workspace.log_density.data();
    if (!block.is_own()) {
      fill_log_densities(block, begin, workspace);
      return normalise(workspace.values(), workspace.tile.weights.data(), log_density);
    }
    workspace.own.read(block, begin, workspace.tile.width);
    return workspace.own.share(workspace.tile, workspace.values(), log_background_, log_density);
  }

  void fill_log_densities(const Block& block, Index begin, Workspace& workspace) const {
    auto values = workspace.values();
    values.components = components_.count();
    if (block.is_own()) {
      workspace.own.read(block, begin, workspace.tile.width);
      workspace.own.log_densities(workspace.tile, values);
    } else {
      workspace.seen.log_densities(workspace.tile, values, workspace.scratch);
    }
    if (workspace.storage.cols() == components_.count()) return;
    workspace.storage.col(components_.count()).setConstant(log_background_);
  }

  [[noreturn]] EIGENMIX_COLD void reject_dimension(const char* where, Index needed) const {
    if (!source_.is_projected()) reject_shape(where, source_.dimension(), needed);
    reject(where, "columns of R", text(source_.dimension()),
           text(needed) + ", as the mixture has dimensions");
  }

  const char* where_;
  const Source& source_;
  AnyExecution execution_;
  Plain plain_;
  Columns columns_;
  NoisyComponents<Scalar> components_;
  Scalar log_background_ = 0;
  Index widest_ = 0;
  std::vector<Workspace> workspaces_;
  std::vector<Moments> sums_;  // one for each strip
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_NOISY_PASS_HPP
