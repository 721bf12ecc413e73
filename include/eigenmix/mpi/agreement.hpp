// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_MPI_AGREEMENT_HPP
#define EIGENMIX_MPI_AGREEMENT_HPP

#include <exception>
#include <optional>
#include <stdexcept>
#include <string>

#include <eigenmix/mpi/communicator.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace mpi {

/// What all processes throw when one of them has failed; the text names its rank and says with
/// what.
class PeerFailure : public SourceFailure {
 public:
  using SourceFailure::SourceFailure;
};

}  // namespace mpi

namespace detail {

/// What a task failed with on this process.
struct Failure {
  std::string text;
  int is_argument = 0;  ///< whether it was std::invalid_argument
};

/// Runs a task. \return what it threw; nothing if it ended well
template <class Task>
std::optional<Failure> failure_here(Task&& task) {
  try {
    task();
  } catch (const std::invalid_argument& error) {
    return Failure{error.what(), 1};
  } catch (const std::exception& error) {
    return Failure{error.what()};
  } catch (...) {
    return Failure{"an exception of unknown type"};
  }
  return std::nullopt;
}

/// Collective: if any process failed all throw the same, what the first of them by rank failed
/// with: std::invalid_argument, or else mpi::PeerFailure.
inline void throw_first(const Communicator& processes, const std::optional<Failure>& mine) {
  int first = mine ? processes.rank() : processes.size();
  processes.least(&first, 1);
  if (first == processes.size()) return;
  Failure failure = mine.value_or(Failure{});
  processes.broadcast(&failure.is_argument, 1, first);
  const std::string what =
      "rank " + text(first) + ": " + processes.broadcast_text(failure.text, first);
  if (failure.is_argument != 0) throw std::invalid_argument(what);
  throw mpi::PeerFailure(what);
}

/// Collective: runs a task that is not; if it fails on any process, all throw. See throw_first.
template <class Task>
void agree(const Communicator& processes, Task&& task) {
  throw_first(processes, failure_here(task));
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_MPI_AGREEMENT_HPP
