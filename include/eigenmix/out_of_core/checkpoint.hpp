// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_OUT_OF_CORE_CHECKPOINT_HPP
#define EIGENMIX_OUT_OF_CORE_CHECKPOINT_HPP

#include <cmath>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <eigenmix/em/options.hpp>
#include <eigenmix/em/policies.hpp>
#include <eigenmix/gaussian_mixture/fit.hpp>
#include <eigenmix/out_of_core/checkpoint_file.hpp>
#include <eigenmix/prior/log_prior.hpp>
#include <eigenmix/stopping/standard.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace out_of_core {

/// Where a fit is kept while it runs, and how often.
struct Checkpoint {
  std::string path;
  Index every =
      1;  ///< iterations from one writing to the next, >= 1; it is written at the end, too
};

}  // namespace out_of_core

namespace detail {

/// Stands between a fit and its stopping policy and observers: keeps records, writes checkpoints,
/// and lets a fit that goes on look as if it had never been interrupted.
template <class Stopping, class Options>
class CheckpointedStopping : public stopping::Policy {
 public:
  using Records = std::vector<IterationRecord>;

  /// \param records  of a fit that goes on; or none
  CheckpointedStopping(const out_of_core::Checkpoint& checkpoint, Stopping stopping,
                       const Options& options, Records records)
      : checkpoint_(checkpoint),
        stopping_(std::move(stopping)),
        observers_(options.observers),
        prior_(options.prior ? &*options.prior : nullptr),
        records_(std::move(records)),
        is_going_on_(!records_.empty()),
        seconds_before_(is_going_on_ ? records_.back().seconds : 0) {}

  template <class Mixture>
  bool operator()(const Iteration& now, const Mixture& mixture) {
    if (is_going_on_) {
      is_going_on_ = false;
      return go_on(now, mixture);
    }
    const double change = now.parameter_change();
    const bool is_finite = change < std::numeric_limits<double>::infinity();
    records_.push_back({now.log_likelihood(), log_prior(Access::parameters(mixture), prior_),
                        now.total_weight(), now.resolution(),
                        seconds_before_ + now.elapsed().count(), is_finite ? change : -1});
    const bool is_due = last() % std::size_t(checkpoint_.every) == 0;
    if (is_due) write_checkpoint(checkpoint_.path, records_, mixture);
    const bool ends = judge(mixture);
    if (ends && !is_due) write_checkpoint(checkpoint_.path, records_, mixture);
    return ends;
  }

  FitStatus status() const { return status_of(stopping_); }
  std::string name() const { return name_of(stopping_); }

  const Records& records() const { return records_; }

 private:
  std::size_t last() const { return records_.size() - 1; }

  /// The policy hears again of all iterations so far, and the fit goes on from the last.
  template <class Mixture>
  bool go_on(const Iteration& now, const Mixture& mixture) {
    const double saved = records_.back().log_likelihood;
    const double rounding = 1e3 * double(std::numeric_limits<typename Mixture::Scalar>::epsilon()) *
                            (std::abs(saved) + now.total_weight());
    if (now.log_likelihood() != saved && !(std::abs(now.log_likelihood() - saved) <= rounding)) {
      refuse("out_of_core: '" + checkpoint_.path + "'",
             "log-likelihood of the samples under the mixture kept there",
             text(now.log_likelihood()),
             text(saved) + " of a fit of the same samples; remove the file to begin anew");
    }
    for (std::size_t m = 0; m < last(); ++m) {
      const auto told = [&](const Iteration& iteration) {
        return ask(stopping_, iteration, mixture);
      };
      if (with_iteration(m, told)) return true;
    }
    return judge(mixture);
  }

  template <class Mixture>
  bool judge(const Mixture& mixture) {
    return with_iteration(last(), [&](const Iteration& iteration) {
      return judge_iteration(stopping_, observers_, iteration, mixture).has_value();
    });
  }

  /// body(iteration) of what the records say of iteration m.
  template <class Body>
  bool with_iteration(std::size_t m, const Body& body) const {
    const IterationRecord& record = records_[m];
    const bool is_first = m == 0;
    const double before =
        is_first ? -std::numeric_limits<double>::infinity() : records_[m - 1].log_likelihood;
    const double prior_before = is_first ? 0 : records_[m - 1].log_prior;
    const Iteration::Values values{record.log_likelihood, before, record.log_prior, prior_before};
    const Iteration::Scale scale{record.total_weight, record.resolution};
    const Iteration::Seconds elapsed(record.seconds);
    const auto change = [&record] { return record.change; };
    if (record.change < 0) return body(Iteration(Index(m), values, scale, elapsed));
    return body(Iteration(Index(m), values, scale, elapsed, FunctionRef<double()>(change)));
  }

  const out_of_core::Checkpoint& checkpoint_;
  Stopping stopping_;
  decltype(Options::observers) observers_;
  const prior::NormalInverseWishart* prior_;
  Records records_;
  bool is_going_on_;
  double seconds_before_;
};

/// Puts what was before an interruption into what a fit says of itself.
inline void prepend_records(const std::vector<IterationRecord>& before, FitResult& result) {
  if (before.empty()) return;
  std::vector<double> values, posteriors;
  for (std::size_t m = 0; m + 1 < before.size(); ++m) {
    values.push_back(before[m].log_likelihood);
    posteriors.push_back(before[m].log_likelihood + before[m].log_prior);
  }
  auto& all = result.log_likelihoods;
  all.insert(all.begin(), values.begin(), values.end());
  auto& of_posterior = result.log_posteriors;
  if (!of_posterior.empty()) {
    of_posterior.insert(of_posterior.begin(), posteriors.begin(), posteriors.end());
  }
  result.iterations += Index(before.size()) - 1;
  result.passes += Index(before.size());
  result.elapsed += Iteration::Seconds(before.back().seconds);
}

template <class X, class = void>
inline constexpr bool is_spread_over_processes_v = false;
template <class X>
inline constexpr bool is_spread_over_processes_v<X, typename X::IsSpread> = true;

}  // namespace detail

namespace out_of_core {

/// A fit that can be interrupted at any moment, and goes on when it is called again:
///
///     auto mixture = initialize<Mixture>(source, 8);
///     const FitResult result = fit_resumable(mixture, source, {"fit.checkpoint"});
///
/// If there is a file of that name, the fit goes on from what is in it, and not from the mixture
/// that is handed in; else it begins. The file is written after every so many iterations, under
/// another name that then takes the place of the first, so that it is whole whenever the process is
/// killed or the machine stops. It is left when the fit has ended: called once more, the fit is at
/// its end after one pass. Remove it to begin anew.
///
/// A fit that went on is that which was not interrupted, to the bit, on the same machine with the
/// same options: parameters, log-likelihoods, and where and why it stops, because the policy hears
/// again of all iterations and elapsed time is added up; one that looks at the mixture sees the last
/// one's each time. It makes EM's steps only: what accelerated ones know of the way is not kept, so
/// `acceleration` is of no account here. Observers hear of iterations from that one on at which the
/// fit goes on. What begins anew: FitResult::repairs, degeneracy::Reseed's limit, and, if nothing
/// was left to do, what the result says of components on the variance floor. The samples may be any
/// that `fit` takes but those spread over processes, which would all write one file.
/// \param mixture     [in, out] where to begin; where it ended
/// \param x           [Dim x N] samples, weighted or not, or a source
/// \param checkpoint  the file, and how often it is written
/// \param options     of the fit
/// \throws std::invalid_argument  as `fit`; if `every` is less than one
/// \throws std::runtime_error     as `fit`; if the file cannot be written, or is none of a fit of
///         such a mixture to these samples. The mixture is then as before
/// \complexity  that of a fit by EM's steps; each writing costs O(K Dim² + iterations) and what the
///              disc takes to have it safely
template <class Mixture, class X, class Options = FitOptions<>>
FitResult fit_resumable(Mixture& mixture, const X& x, const Checkpoint& checkpoint,
                        const Options& options = {}) {
  constexpr bool are_options = detail::is_fit_options_v<Options>;
  constexpr bool ok = are_options && !detail::is_spread_over_processes_v<X>;
  static_assert(are_options,
                "eigenmix: the fourth argument of fit_resumable is what fit_options(...) returns");
  static_assert(!detail::is_spread_over_processes_v<X>,
                "eigenmix: fit_resumable is for one process; several would write one file");
  if constexpr (ok) {
    detail::at_least_one("out_of_core::fit_resumable", "every", checkpoint.every);
    auto saved = detail::read_checkpoint<Mixture>(checkpoint.path);
    const auto before = saved ? saved->records : std::vector<detail::IterationRecord>();
    Mixture working = saved ? std::move(saved->mixture) : mixture;
    auto stopping = detail::stopping_of(options, stopping::standard());
    detail::CheckpointedStopping<decltype(stopping), Options> policy(
        checkpoint, std::move(stopping), options, before);
    auto own = detail::with_policies(options, detail::DefaultStopping(), options.execution,
                                     std::tuple<>());
    own.leap_memory = 0;
    FitResult result = working.fit(x, std::ref(policy), std::move(own));
    detail::prepend_records(before, result);
    mixture = std::move(working);
    return result;
  } else {
    return {};
  }
}

/// What a checkpoint holds.
template <class Mixture>
struct Interrupted {
  Mixture mixture;
  Index iterations = 0;                 ///< M-steps done
  std::vector<double> log_likelihoods;  ///< after 0, 1, ... of them, in nats
};

/// Reads the checkpoint at a path, to look at it; fit_resumable does by itself. The cost is that of
/// its text: a mixture and a line an iteration.
/// \throws std::runtime_error  if there is none, or it is none of a fit of such a mixture
template <class Mixture>
Interrupted<Mixture> load_checkpoint(const std::string& path) {
  auto saved = detail::read_checkpoint<Mixture>(path);
  if (!saved) {
    detail::refuse("out_of_core: '" + path + "'", "checkpoint", "no file", "one of a fit");
  }
  Interrupted<Mixture> result{std::move(saved->mixture), Index(saved->records.size()) - 1, {}};
  for (const auto& record : saved->records) result.log_likelihoods.push_back(record.log_likelihood);
  return result;
}

}  // namespace out_of_core
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_OUT_OF_CORE_CHECKPOINT_HPP
