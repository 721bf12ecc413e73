// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_NOISY_PLAIN_HPP
#define EIGENMIX_INCOMPLETE_NOISY_PLAIN_HPP

#include <optional>

#include <eigenmix/em/moment_pass.hpp>
#include <eigenmix/em/moment_source.hpp>
#include <eigenmix/em/visit_densities.hpp>
#include <eigenmix/incomplete/noisy_samples.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Noisy samples that have no noise, as the matrix that they are.
template <class Parameters>
class NoisyPlain {
 public:
  using Scalar = typename Parameters::Scalar;
  using Samples = AnySamples<Scalar, Parameters::Dim>;

  /// Refers to the samples, which have one block; itself must not move from then on.
  void open(const char* where, const NoisySamples<Scalar>& source, const AnyExecution& execution) {
    const NoisyBlock<Scalar>& block = source.blocks()[0];
    if (source.is_unit()) {
      unit_.emplace(where, source.dimension(), block.x);
      samples_.emplace(*unit_);
    } else {  // weights as they were brought to their scale
      weighted_.emplace(where, source.dimension(), block.x, block.weights, WeightMeaning::count);
      samples_.emplace(*weighted_);
    }
    execution_.emplace(execution);
    pass_.emplace(*samples_, execution);
  }

  bool is_open() const { return pass_.has_value(); }
  MomentPass<Parameters>& pass() { return *pass_; }
  const Samples* samples() const { return samples_ ? &*samples_ : nullptr; }
  void survey(bool may_set_apart) { samples_->survey(may_set_apart); }

  /// See moment_source.
  void evaluate(const Parameters& parameters, const Vector<Scalar>& constants,
                SampleVisit<Scalar> visit) const {
    visit_densities(parameters, *samples_, *execution_, constants, visit);
  }

 private:
  using Expression = Matrix<Scalar>;
  std::optional<detail::Samples<Scalar, Parameters::Dim, Expression, UnitWeights<Scalar>>> unit_;
  std::optional<detail::Samples<Scalar, Parameters::Dim, Expression, GivenWeights<Vector<Scalar>>>>
      weighted_;
  std::optional<Samples> samples_;
  std::optional<AnyExecution> execution_;
  std::optional<MomentPass<Parameters>> pass_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_NOISY_PLAIN_HPP
