// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ONLINE_STEPWISE_EM_HPP
#define EIGENMIX_ONLINE_STEPWISE_EM_HPP

#include <algorithm>
#include <type_traits>
#include <utility>

#include <eigenmix/execution/accepted_execution.hpp>
#include <eigenmix/online/advance.hpp>
#include <eigenmix/online/state.hpp>
#include <eigenmix/online/step_size.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace online {

/// A mixture that goes along with a stream of samples, by stepwise EM (Cappé & Moulines 2009, JRSS
/// B 71, 593-613; over batches Liang & Klein 2009): an E-step of each batch, running moments
/// \f[ s \leftarrow (1 - \gamma) s + \gamma \, (moments\ of\ the\ batch) / (its\ weight) \f]
/// with a step \f$ \gamma \f$, and an M-step from those.
///
///     auto start = initialize<GaussianMixture<double>>(first_batch, 5);
///     online::StepwiseEm stream(start);    // or (start, online::Constant(0.05))
///     stream.update(first_batch);
///     while (next(batch)) stream.update(batch);
///     use(stream.mixture());
///
/// Moments begin as those that samples of the start have on average, worth one batch, and go on
/// about the mixture's means, so that they keep their digits wherever the stream drifts. A
/// component that gets no samples keeps its mean and covariance, and its weight falls.
///
/// Batches are weighted by their size, see Time: a stream that is cut into other batches ends
/// nearly the same. `weighted` batches are each brought to Kish's size by itself; where weights
/// compare samples of several batches, say counted(x, w).
///
/// A value: a copy goes on as the original does, and online/text.hpp saves it. A member that throws
/// leaves it as it was. Members that do not change it may be called from several threads at once.
///
/// \tparam Steps       Decreasing, Constant, or one's own: see is_step_size_v
/// \tparam Degeneracy  what M-steps do with components that collapse. Of values in steps, as whole
///                     numbers are, batches do not tell: give degeneracy::AbsoluteFloor
template <class Mixture_, class Steps = Decreasing, class Degeneracy = degeneracy::ResolutionFloor>
class StepwiseEm {
 public:
  using Mixture = Mixture_;
  using Scalar = typename Mixture::Scalar;
  using Real = typename Mixture::Real;
  using Moments = typename Mixture::Moments;
  using State = online::State<Mixture>;
  static constexpr int Dim = Mixture::Dim;

  static_assert(is_step_size_v<Steps>,
                "eigenmix: the second argument of online::StepwiseEm is a step-size policy: "
                "online::Decreasing, online::Constant, or what is called with an online::Time and "
                "returns a number, see online/step_size.hpp");
  static_assert(degeneracy::is_policy_v<Degeneracy>,
                "eigenmix: the fourth argument of online::StepwiseEm is a degeneracy policy, see "
                "degeneracy/policy.hpp");

  /// A stream of which nothing has come.
  /// \param start  of any family, with noise or without
  /// \throws std::invalid_argument  if a number of the options is NaN or negative
  explicit StepwiseEm(Mixture start, Steps steps = Steps(), const Options& options = {},
                      Degeneracy degeneracy = Degeneracy())
      : StepwiseEm(State{std::move(start), {}, {}, {}, 0, 0, 0}, std::move(steps), options,
                   std::move(degeneracy)) {}

  /// A stream that goes on from a state; to the same bits if steps, options and degeneracy policy
  /// are the same. Checks at a cost of O(K Dim²) for dense families, O(K Dim) for others.
  /// \throws std::invalid_argument  also if parts of the state do not belong together
  explicit StepwiseEm(State state, Steps steps = Steps(), const Options& options = {},
                      Degeneracy degeneracy = Degeneracy())
      : state_(std::move(state)),
        steps_(std::move(steps)),
        options_(options),
        degeneracy_(std::move(degeneracy)) {
    detail::check_online_options("StepwiseEm", options_);
    detail::check_online_state("StepwiseEm", state_);
  }

  const Mixture& mixture() const { return state_.mixture; }  ///< of all that has come
  const State& state() const { return state_; }
  const Steps& steps() const { return steps_; }
  const Options& options() const { return options_; }
  Index batches() const { return state_.batches; }   ///< seen, those of merged streams included
  double samples() const { return state_.samples; }  ///< seen, Σ w_n
  /// Samples that the mixture remembers: as many of one weight would tell as much; see State.
  double memory() const { return double(state_.moments.total_weight()); }

  /// Learns a batch. Bitwise the same for every execution policy.
  /// \param batch  [Dim x N] samples, N >= 1, weighted(x, w), counted(x, c), or another source
  /// \return how likely it was before, the step, and repairs
  /// \throws std::invalid_argument  if the batch has the wrong number of rows, no columns, an entry
  ///         that is NaN or infinite, or squares that cannot be represented; if a step is not in
  ///         (0, 1]
  /// \throws degeneracy::CollapsedComponent  only under degeneracy::Throw
  /// \complexity  a pass over the batch, seldom two, and an M-step: O(N K Dim² + K Dim³) for dense
  ///              families, O(N K Dim) for others; memory O(K Dim²)
  template <class X, class Execution = execution::Serial>
  Update update(const X& batch, const Execution& execution = {}) {
    using detail::accepted_execution;
    constexpr const char* where = "StepwiseEm::update";
    if constexpr (is_source_v<X>) {
      auto pass = batch.template open<Parameters>(where, state_.mixture.dimension(),
                                                  accepted_execution(execution));
      return learn(detail::moment_source<Parameters>(pass));
    } else {
      const auto opened =
          detail::Boundary<Scalar, Dim>::checked(where, batch, state_.mixture.dimension());
      const detail::AnySamples<Scalar, Dim> samples(opened);
      detail::MomentPass<Parameters> pass(samples, accepted_execution(execution));
      return learn(detail::moment_source<Parameters>(pass));
    }
  }

  /// Adds what another stream has learnt, of components in the same order, as those are that two
  /// streams began with in one mixture: a stream cut in two is so learnt on two machines. Moments
  /// are added by the samples that they are worth, and samples and batches seen are summed; then
  /// comes an M-step. Two that went apart since they began, so that component k is not the same
  /// thing in both, are not to be merged. Steps, options and unit of time stay those of this one.
  /// \return what the degeneracy policy had to do
  /// \throws std::invalid_argument  if dimensions, components or noise are not the same
  /// \throws degeneracy::CollapsedComponent  only under degeneracy::Throw
  /// \complexity  of an M-step
  Repairs merge(const StepwiseEm& other) { return merge(other.state_); }

  /// The same, of a state.
  Repairs merge(const State& other) {
    constexpr const char* where = "StepwiseEm::merge";
    detail::check_shape(where, "dimensions x components",
                        {other.mixture.dimension(), other.mixture.component_count()},
                        {state_.mixture.dimension(), state_.mixture.component_count()});
    const Noise noise = state_.mixture.noise(), of_other = other.mixture.noise();
    if ((noise.weight > 0) != (of_other.weight > 0) || noise.log_density != of_other.log_density) {
      detail::reject(where, "noise", "another", "the same log density, or none in both");
    }
    detail::check_online_state(where, other);
    if (!other.has_begun()) return {};
    if (!state_.has_begun()) {
      state_ = State(other);
      return {};
    }
    Degeneracy degeneracy = degeneracy_;
    Advance advance(where, state_, detail::AnyDegeneracy(degeneracy));
    const Repairs repairs = advance.merge(other);
    commit(std::move(advance).state(), degeneracy);
    return repairs;
  }

  /// The mixture of the average of running moments after each update (Polyak & Juditsky 1992),
  /// since Options::average_from, each with the weight of its batch: it varies less than mixture(),
  /// as little as with steps 1 / t where those fall with an alpha in (0.5, 1), and starts are
  /// forgotten sooner. Of moments and not of parameters, so that it is of the family. mixture()
  /// itself before.
  /// \throws degeneracy::CollapsedComponent  only under degeneracy::Throw
  /// \complexity  of an M-step
  Mixture averaged() const {
    if (state_.average.component_count() == 0) return state_.mixture;
    Mixture result = state_.mixture;
    result.m_step(state_.average, degeneracy_);
    return result;
  }

 private:
  using Parameters = detail::ParametersOf<Mixture>;
  using Advance = detail::OnlineAdvance<Mixture>;

  Update learn(const detail::MomentSource<Parameters>& batch) {
    constexpr const char* where = "StepwiseEm::update";
    Degeneracy degeneracy = degeneracy_;
    Advance advance(where, state_, detail::AnyDegeneracy(degeneracy));
    const auto step_size = [this](const Time& time) { return static_cast<double>(steps_(time)); };
    const Update result = advance.update(batch, step_size, options_);
    commit(std::move(advance).state(), degeneracy);
    return result;
  }

  /// Nothing here throws; a degeneracy policy may count what it has seen.
  void commit(State&& next, Degeneracy& degeneracy) {
    state_ = std::move(next);
    if constexpr (std::is_move_assignable_v<Degeneracy>) degeneracy_ = std::move(degeneracy);
  }

  State state_;
  Steps steps_;
  Options options_;
  Degeneracy degeneracy_;
};

}  // namespace online
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_ONLINE_STEPWISE_EM_HPP
