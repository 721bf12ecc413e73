// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_MISSING_PASS_HPP
#define EIGENMIX_INCOMPLETE_MISSING_PASS_HPP

#include <algorithm>
#include <utility>
#include <vector>

#include <eigenmix/em/moment_pass.hpp>
#include <eigenmix/em/moment_source.hpp>
#include <eigenmix/incomplete/missing_samples.hpp>
#include <eigenmix/incomplete/missing_workspace.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What a strip of incomplete samples sums to.
template <class Parameters>
struct MissingSums {
  using Moments = typename Parameters::Moments;

  MissingSums& operator+=(const MissingSums& other) {
    moments += other.moments;
    missed += other.missed;
    return *this;
  }

  Moments moments;
  Matrix<typename Parameters::Real> missed;  // Dim x K, count of samples without this entry
};

/// The E-step of incomplete samples: those that have all entries as MomentPass takes them, and the
/// others pattern by pattern; each strip factorises the covariances of the patterns it meets once.
/// Where nothing is missing it is MomentPass.
template <class Parameters>
class MissingPass {
 public:
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;
  using Moments = typename Parameters::Moments;
  using Samples = AnySamples<Scalar, Parameters::Dim>;
  using Origins = detail::Origins<Scalar, Parameters::Dim>;
  using Sums = MissingSums<Parameters>;
  using MissingSpace = MissingWorkspace<Parameters>;

  /// Refers to both.
  MissingPass(const Samples& samples, const Patterns& patterns, const AnyExecution& execution)
      : samples_(samples),
        patterns_(patterns),
        execution_(execution),
        complete_(samples, execution) {}

  /// See MomentPass.
  void accumulate(const Parameters& parameters, Moments& moments) {
    if (patterns_.are_complete()) return complete_.accumulate(parameters, moments);
    accumulate_near(parameters, chosen_, moments, [&](const Origins& origins) {
      accumulate_about(parameters, origins, moments);
    });
  }

  void accumulate_about_means(const Parameters& parameters, Moments& moments) {
    if (patterns_.are_complete()) return complete_.accumulate_about_means(parameters, moments);
    const Origins nearer(moments.means().template cast<Scalar>());
    accumulate_about(parameters, nearer, moments);
  }

  /// [Dim x K] of the last E-step: how many of the samples of each component miss each entry.
  const Matrix<Real>& missed() const { return missed_; }

  /// visit(space, pattern, begin) for every tile in order of the samples of an incomplete pattern:
  /// space.whole.values() are the log densities under `parameters` plus `constants`, as if all were
  /// seen, and space.split the dimensions.
  void for_each_incomplete_tile(const Parameters& parameters, const Vector<Scalar>& constants,
                                FunctionRef<void(MissingSpace&, Index begin)> visit) const {
    if (samples_.count() == 0) return;
    const Tiling tiling = this->tiling(parameters);
    auto spaces = make_spaces(tiling, parameters);
    for_each_strip(execution_, tiling, spaces, [&](Index strip, MissingSpace& space) {
      for_each_run(tiling, strip, [&](const Patterns::Pattern& pattern, Index begin, Index end) {
        if (pattern.is_complete) return;
        patterns_.split(pattern, space.split);
        space.assign(parameters, constants);
        for_each_tile(tiling, begin, end, [&](Index at, Index size) {
          samples_.read(at, size, space.whole.tile);
          space.fill_log_densities(parameters);
          visit(space, at);
        });
      });
    });
  }

  /// The same of samples that miss nothing, and of them less space.whole.common.
  void for_each_complete_tile(const Parameters& parameters, const Vector<Scalar>& constants,
                              FunctionRef<void(MissingSpace&, Index begin)> visit) const {
    if (samples_.count() == 0) return;
    const Tiling tiling = this->tiling(parameters);
    auto spaces = make_spaces(tiling, parameters);
    for_each_strip(execution_, tiling, spaces, [&](Index strip, MissingSpace& space) {
      for_each_run(tiling, strip, [&](const Patterns::Pattern& pattern, Index begin, Index end) {
        if (!pattern.is_complete) return;
        for_each_tile(tiling, begin, end, [&](Index at, Index size) {
          samples_.read(at, size, space.whole.tile);
          take_common(parameters, space.whole);
          detail::fill_log_densities(parameters, constants, space.whole);
          visit(space, at);
        });
      });
    });
  }

 private:
  Tiling tiling(const Parameters& parameters) const {
    const Index components = parameters.component_count();
    return Tiling::of<Scalar>(samples_.count(), samples_.dimension(), components,
                              Moments::flat_size(samples_.dimension(), components));
  }

  std::vector<MissingSpace> make_spaces(const Tiling& tiling, const Parameters& parameters) const {
    return std::vector<MissingSpace>(
        workspace_count(execution_, tiling),
        MissingSpace(samples_.dimension(), value_columns(parameters), tiling.tile));
  }

  template <class Body>
  void for_each_run(const Tiling& tiling, Index strip, Body&& body) const {
    const Index end = std::min(tiling.samples, (strip + 1) * tiling.strip);
    patterns_.for_each_run(strip * tiling.strip, end, body);
  }

  template <class Body>
  static void for_each_tile(const Tiling& tiling, Index begin, Index end, Body&& body) {
    for (; begin < end; begin += tiling.tile) body(begin, std::min(tiling.tile, end - begin));
  }

  void accumulate_about(const Parameters& parameters, const Origins& origins, Moments& moments) {
    origin_ = origins.points.template cast<Real>();
    if (samples_.count() == 0) return moments.reset(origin_);  // none has an entry
    const Index columns = value_columns(parameters);
    const Tiling tiling = this->tiling(parameters);
    if (spaces_.empty() || spaces_[0].whole.storage.cols() != columns) {
      spaces_ = make_spaces(tiling, parameters);
    }
    sums_.resize(static_cast<std::size_t>(tiling.strip_count()));
    const ModelResponsibilities<Parameters> responsibilities(parameters);
    sum_over_strips(execution_, tiling, spaces_, sums_,
                    [&](Index strip, MissingSpace& space, Sums& sums) {
                      reset(sums);
                      const auto add = [&](const Patterns::Pattern& pattern, Index from, Index to) {
                        if (pattern.is_complete) {
                          add_complete(tiling, from, to, responsibilities, origins, space, sums);
                        } else {
                          patterns_.split(pattern, space.split);
                          add_incomplete(tiling, from, to, parameters, origins, space, sums);
                        }
                      };
                      for_each_run(tiling, strip, add);
                    });
    std::swap(moments, sums_[0].moments);
    missed_ = sums_[0].missed;
  }

  void reset(Sums& sums) const {
    sums.moments.reset(origin_);
    sums.missed.setZero(origin_.rows(), origin_.cols());
  }

  // NOLINTNEXTLINE(*-easily-swappable-parameters): a range
  void add_complete(const Tiling& tiling, Index begin, Index end,
                    const ModelResponsibilities<Parameters>& responsibilities,
                    const Origins& origins, MissingSpace& space, Sums& sums) const {
    Workspace<Parameters>& workspace = space.whole;
    for_each_tile(tiling, begin, end, [&](Index at, Index size) {
      samples_.read(at, size, workspace.tile);
      sums.moments.log_likelihood() += responsibilities(workspace, at);
      sums.moments.total_weight() +=
          Real(column_sum(workspace.tile.weights.data(), workspace.tile.width));
      Parameters::Layout::add_moments(workspace.tile, workspace.values(), origins, sums.moments,
                                      workspace.scratch);
    });
  }

  void add_incomplete(const Tiling& tiling, Index begin, Index end, const Parameters& parameters,
                      const Origins& origins, MissingSpace& space, Sums& sums) const {
    if constexpr (Parameters::Layout::is_dense) {
      if (FewSamples<Parameters>::are_few(end - begin, samples_.dimension())) {
        return add_few(tiling, begin, end, parameters, space, sums);
      }
    }
    space.assign(parameters, parameters.log_constants);
    space.conditionals.assign(parameters, samples_.columns(), space.split);
    space.reset_moments(origins);
    for_each_tile(tiling, begin, end, [&](Index at, Index size) {
      samples_.read(at, size, space.whole.tile);
      space.fill_log_densities(parameters);
      sums.moments.log_likelihood() += space.share();
      sums.moments.total_weight() += Real(column_sum(space.tile.weights.data(), space.tile.width));
      Parameters::Layout::add_moments(space.tile, space.whole.values(), space.origins,
                                      space.moments, space.scratch);
    });
    space.conditionals.extend(parameters, space.moments, sums.moments);
    for (const Index i : space.split.missing) {
      sums.missed.row(i) += space.moments.counts().transpose();
    }
  }

  void add_few(const Tiling& tiling, Index begin, Index end, const Parameters& parameters,
               MissingSpace& space, Sums& sums) const {
    Workspace<Parameters>& whole = space.whole;
    space.few.assign(parameters, samples_.columns(), space.split);
    for_each_tile(tiling, begin, end, [&](Index at, Index size) {
      samples_.read(at, size, whole.tile);
      space.few.log_densities(parameters, whole.tile, parameters.log_constants, whole.values());
      if (parameters.has_noise()) {
        const Scalar log_noise = space.model.log_noise(parameters, space.split);
        whole.storage.col(parameters.component_count()).setConstant(log_noise);
      }
      sums.moments.log_likelihood() +=
          normalise(whole.values(), whole.tile.weights.data(), whole.log_density.data());
      sums.moments.total_weight() += Real(column_sum(whole.tile.weights.data(), whole.tile.width));
      const Vector<Real> counts = sums.moments.counts();
      space.few.add_moments(parameters, whole.tile, whole.values(), sums.moments);
      for (const Index i : space.split.missing) {
        sums.missed.row(i) += (sums.moments.counts() - counts).transpose();
      }
    });
  }

  const Samples& samples_;
  const Patterns& patterns_;
  AnyExecution execution_;
  MomentPass<Parameters> complete_;
  std::vector<MissingSpace> spaces_;
  std::vector<Sums> sums_;  // one for each strip
  typename Moments::Origin origin_;
  Origins chosen_;
  Matrix<Real> missed_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_MISSING_PASS_HPP
