// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_MPI_TOGETHER_HPP
#define EIGENMIX_MPI_TOGETHER_HPP

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include <eigenmix/em/policies.hpp>
#include <eigenmix/mpi/agreement.hpp>
#include <eigenmix/mpi/digest.hpp>
#include <eigenmix/stopping/log_likelihood_change.hpp>
#include <eigenmix/stopping/mean_log_likelihood_change.hpp>
#include <eigenmix/stopping/parameter_change.hpp>
#include <eigenmix/stopping/relative_log_likelihood_change.hpp>
#include <eigenmix/stopping/standard.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What a body threw on this process.
struct Thrown {
  std::exception_ptr exception;
  std::optional<Failure> failure;
  bool is_of_peer = false;  // told by another process
};

/// Collective: if what was thrown is the same on all processes, each throws its own; if some threw
/// something, all throw what the first of those that were not told by others did.
inline void settle_thrown(const Communicator& processes, const Thrown& thrown) {
  Digest digest;
  if (thrown.failure) {
    for (const char letter : thrown.failure->text) digest.add(letter);
  }
  const std::uint64_t mine = thrown.failure ? digest.value() : 0;
  std::uint64_t least[2] = {mine, ~mine};
  processes.least(least, 2);
  if (least[0] == ~least[1]) {
    if (thrown.exception) std::rethrow_exception(thrown.exception);
    return;
  }
  throw_first(processes, thrown.is_of_peer ? std::nullopt : thrown.failure);
  throw_first(processes, thrown.failure);
}

/// Collective: the body's result, if it ended well on all processes; else all throw.
template <class Body>
auto together(const Communicator& processes, Body&& body) {
  std::optional<decltype(body())> result;
  Thrown thrown;
  try {
    result.emplace(body());
  } catch (const mpi::PeerFailure&) {
    thrown.exception = std::current_exception();
    thrown.is_of_peer = true;
  } catch (...) {
    thrown.exception = std::current_exception();
  }
  if (thrown.exception) {
    thrown.failure = failure_here([&] { std::rethrow_exception(thrown.exception); });
  }
  settle_thrown(processes, thrown);
  return std::move(*result);
}

/// Whether a stopping policy says the same wherever it is asked: of the library's all but those
/// with a clock. What others do is not known.
template <class T>
inline constexpr bool decides_alike_v = false;
template <>
inline constexpr bool decides_alike_v<DefaultStopping> = true;
template <>
inline constexpr bool decides_alike_v<stopping::AitkenAcceleration> = true;
template <>
inline constexpr bool decides_alike_v<stopping::LogLikelihoodChange> = true;
template <>
inline constexpr bool decides_alike_v<stopping::MaxIterations> = true;
template <>
inline constexpr bool decides_alike_v<stopping::MeanLogLikelihoodChange> = true;
template <>
inline constexpr bool decides_alike_v<stopping::ParameterChange> = true;
template <>
inline constexpr bool decides_alike_v<stopping::RelativeLogLikelihoodChange> = true;
template <class A, class B>
inline constexpr bool decides_alike_v<stopping::Any<A, B>> =
    decides_alike_v<A>&& decides_alike_v<B>;
template <class A, class B>
inline constexpr bool decides_alike_v<stopping::All<A, B>> =
    decides_alike_v<A>&& decides_alike_v<B>;

/// An observer that is called in process 0 alone.
template <class Observer>
class OnRoot {
 public:
  /// \param failure  where to leave what it throws for an AgreedStop; nullptr: it is thrown
  OnRoot(const Communicator& processes, const Observer& observer,
         std::shared_ptr<std::exception_ptr> failure)
      : is_root_(processes.is_root()), observer_(observer), failure_(std::move(failure)) {}

  template <class... Seen>
  std::enable_if_t<std::is_invocable_v<Observer&, const Seen&...>> operator()(const Seen&... seen) {
    if (!is_root_) return;
    if (failure_ == nullptr) {
      observer_(seen...);
      return;
    }
    try {
      observer_(seen...);
    } catch (...) {
      *failure_ = std::current_exception();
    }
  }

 private:
  bool is_root_;
  Observer observer_;
  std::shared_ptr<std::exception_ptr> failure_;
};

/// A stopping policy that process 0 alone asks, and tells the others: a byte to each.
template <class Stopping>
class AgreedStop : public stopping::Policy {
 public:
  AgreedStop(const Communicator& processes, const Stopping& stopping,
             std::shared_ptr<std::exception_ptr> failure)
      : processes_(processes), stopping_(stopping), failure_(std::move(failure)) {}

  template <class... Mixture>
  bool operator()(const Iteration& iteration, const Mixture&... mixture) {
    char verdict = goes_on;
    if (processes_.is_root()) verdict = ask_here(iteration, mixture...);
    processes_.broadcast(&verdict, 1);
    if (verdict == threw) {
      if (*failure_) std::rethrow_exception(std::exchange(*failure_, nullptr));
      throw mpi::PeerFailure("rank 0: its stopping policy or an observer threw");
    }
    if (verdict != stops) return false;
    int status = processes_.is_root() ? static_cast<int>(status_of(stopping_)) : 0;
    processes_.broadcast(&status, 1);
    status_ = static_cast<FitStatus>(status);
    name_ = processes_.broadcast_text(processes_.is_root() ? name_of(stopping_) : std::string());
    return true;
  }
  FitStatus status() const { return status_; }
  std::string name() const { return name_; }

 private:
  static constexpr char goes_on = 0, stops = 1, threw = 2;

  template <class... Mixture>
  char ask_here(const Iteration& iteration, const Mixture&... mixture) {
    if (*failure_) return threw;  // an observer's
    try {
      return ask(stopping_, iteration, mixture...) ? stops : goes_on;
    } catch (...) {
      *failure_ = std::current_exception();
      return threw;
    }
  }

  Communicator processes_;
  Stopping stopping_;
  std::shared_ptr<std::exception_ptr> failure_;
  FitStatus status_ = FitStatus::stopped_by_policy;
  std::string name_;
};

/// An observer that sees nothing: where one listens, fits run one after the other, each with all
/// threads, see for_each_fit. Processes then meet in the same fits.
struct InTurn {
  void operator()(const Iteration&) const {}
};

/// A stopping policy that says the same in all processes.
template <class Stopping>
auto agreed_stop(const Communicator& processes, const Stopping& stopping,
                 const std::shared_ptr<std::exception_ptr>& failure) {
  if constexpr (decides_alike_v<Stopping>) {
    return stopping;
  } else {
    return AgreedStop<Stopping>(processes, stopping, failure);
  }
}

/// Options with which all processes do the same.
/// \param with  of the observers of the options, what they are to be: (observer, failure) ->
///     another
template <class Options, class With>
auto agreed_options(const Communicator& processes, const Options& options, const With& with) {
  using Stopping = std::decay_t<decltype(options.stopping)>;
  const auto kept = std::make_shared<std::exception_ptr>();
  const auto failure = decides_alike_v<Stopping> ? nullptr : kept;
  auto observers = std::apply(
      [&](const auto&... each) { return std::make_tuple(with(each, failure)..., InTurn()); },
      options.observers);
  return with_policies(options, agreed_stop(processes, options.stopping, kept), options.execution,
                       std::move(observers));
}

/// The same where all observers are of fits: they are called on rank 0.
template <class Options>
auto agreed_options(const Communicator& processes, const Options& options) {
  return agreed_options(processes, options, [&](const auto& observer, const auto& failure) {
    return OnRoot<std::decay_t<decltype(observer)>>(processes, observer, failure);
  });
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_MPI_TOGETHER_HPP
