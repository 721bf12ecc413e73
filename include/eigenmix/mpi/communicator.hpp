// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_MPI_COMMUNICATOR_HPP
#define EIGENMIX_MPI_COMMUNICATOR_HPP

#include <stdexcept>
#include <string>
#include <type_traits>

// The C interface is all that is used; without these the C++ one, which MPI 3 took back, comes
// along.
#ifndef OMPI_SKIP_MPICXX
#define OMPI_SKIP_MPICXX 1
#endif
#ifndef MPICH_SKIP_MPICXX
#define MPICH_SKIP_MPICXX 1
#endif
#include <mpi.h>

#include <cstdint>
#include <limits>
#include <memory>
#include <thread>
#include <vector>

#include <eigenmix/base/errors.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// MPI's name of a type.
template <class T>
MPI_Datatype mpi_type() {
  if constexpr (std::is_same_v<T, float>) return MPI_FLOAT;
  if constexpr (std::is_same_v<T, double>) return MPI_DOUBLE;
  if constexpr (std::is_same_v<T, long double>) return MPI_LONG_DOUBLE;
  if constexpr (std::is_same_v<T, char>) return MPI_CHAR;
  if constexpr (std::is_same_v<T, int>) return MPI_INT;
  if constexpr (std::is_same_v<T, std::uint64_t>) return MPI_UINT64_T;
  static_assert(std::is_floating_point_v<T> || std::is_integral_v<T>,
                "eigenmix: no number of MPI's");
  return MPI_INT64_T;
}

/// \throws std::runtime_error  if MPI says that something went wrong, where it comes back to say so
inline void check_mpi(int code, const char* what) {
  if (code == MPI_SUCCESS) return;
  char message[MPI_MAX_ERROR_STRING] = {};
  int length = 0;
  MPI_Error_string(code, message, &length);
  throw std::runtime_error(std::string("mpi: ") + what + ": " + message);
}

/// A number of elements as MPI takes it.
inline int mpi_count(Index count) {
  if (count > std::numeric_limits<int>::max()) {
    reject("mpi", "numbers in one message", text(count), "at most 2^31 - 1");
  }
  return static_cast<int>(count);
}

/// The processes that samples are spread over. Messages go through a duplicate of the user's
/// communicator, so that they meet none of his. Copies share it; the last gives it back.
class Communicator {
 public:
  /// Collective. \throws std::invalid_argument  if MPI is not running or there are no processes
  explicit Communicator(MPI_Comm users) : thread_(std::this_thread::get_id()) {
    check_running();
    if (users == MPI_COMM_NULL)
      reject("mpi", "communicator", "MPI_COMM_NULL", "one with processes");
    handle_ = std::make_shared<Handle>(users);
    check_mpi(MPI_Comm_rank(handle_->comm, &rank_), "MPI_Comm_rank");
    check_mpi(MPI_Comm_size(handle_->comm, &size_), "MPI_Comm_size");
  }

  int rank() const { return rank_; }
  int size() const { return size_; }
  bool is_root() const { return rank_ == 0; }
  MPI_Comm comm() const { return handle_->comm; }

  /// \throws std::invalid_argument  on another thread than the communicator was made on: fits that
  ///                                run at once would take one another's messages
  void check_thread(const char* where) const {
    if (std::this_thread::get_id() == thread_) return;
    reject(where, "thread", "another than the spread samples were made on",
           "fits one after the other; see mpi::fit_best and mpi::select");
  }

  /// The sums over all processes, the same bits in all: MPI requires it of an allreduce (Snir et
  /// al. 1998, MPI: The Complete Reference, section 4.11.4). \param numbers  [in, out]
  template <class T>
  void sum(T* numbers, Index count) const {
    reduce(numbers, count, MPI_SUM);
  }
  template <class T>
  void least(T* numbers, Index count) const {
    reduce(numbers, count, MPI_MIN);
  }
  template <class T>
  void most(T* numbers, Index count) const {
    reduce(numbers, count, MPI_MAX);
  }
  template <class T>
  T most(T number) const {
    most(&number, 1);
    return number;
  }

  /// What all processes have, one after the other, in all of them.
  template <class T>
  std::vector<T> gather_all(const T* mine, Index count) const {
    const std::vector<int> counts = counts_of(count);
    std::vector<int> offsets(counts.size(), 0);
    std::vector<T> all(static_cast<std::size_t>(set_offsets(counts, offsets)));
    check_mpi(MPI_Allgatherv(mine, mpi_count(count), mpi_type<T>(), all.data(), counts.data(),
                             offsets.data(), mpi_type<T>(), comm()),
              "MPI_Allgatherv");
    return all;
  }

  /// Likewise in process 0 alone, where it is known how much comes from each.
  template <class T>
  void gather_to_root(const std::vector<T>& mine, const std::vector<int>& counts,
                      std::vector<T>& all) const {
    std::vector<int> offsets(counts.size(), 0);
    const Index total = set_offsets(counts, offsets);
    if (is_root()) all.resize(static_cast<std::size_t>(total));
    check_mpi(MPI_Gatherv(mine.data(), mpi_count(static_cast<Index>(mine.size())), mpi_type<T>(),
                          all.data(), counts.data(), offsets.data(), mpi_type<T>(), 0, comm()),
              "MPI_Gatherv");
  }

  template <class T>
  void broadcast(T* numbers, Index count, int root = 0) const {
    check_mpi(MPI_Bcast(numbers, mpi_count(count), mpi_type<T>(), root, comm()), "MPI_Bcast");
  }

  std::string broadcast_text(std::string text, int root = 0) const {
    Index length = static_cast<Index>(text.size());
    broadcast(&length, 1, root);
    text.resize(static_cast<std::size_t>(length));
    broadcast(text.data(), length, root);
    return text;
  }

 private:
  struct Handle {
    explicit Handle(MPI_Comm users) { check_mpi(MPI_Comm_dup(users, &comm), "MPI_Comm_dup"); }
    ~Handle() {
      int is_over = 0;
      MPI_Finalized(&is_over);
      if (is_over == 0) MPI_Comm_free(&comm);
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    MPI_Comm comm = MPI_COMM_NULL;
  };

  static void check_running() {
    int has_begun = 0, is_over = 0;
    MPI_Initialized(&has_begun);
    MPI_Finalized(&is_over);
    if (has_begun != 0 && is_over == 0) return;
    reject("mpi", "MPI", has_begun == 0 ? "one that has not begun" : "one that is over",
           "calls between MPI_Init and MPI_Finalize");
  }

  template <class T>
  void reduce(T* numbers, Index count, MPI_Op operation) const {
    check_mpi(
        MPI_Allreduce(MPI_IN_PLACE, numbers, mpi_count(count), mpi_type<T>(), operation, comm()),
        "MPI_Allreduce");
  }

  std::vector<int> counts_of(Index mine) const {
    const int own = mpi_count(mine);
    std::vector<int> counts(static_cast<std::size_t>(size_));
    check_mpi(MPI_Allgather(&own, 1, MPI_INT, counts.data(), 1, MPI_INT, comm()), "MPI_Allgather");
    return counts;
  }

  static Index set_offsets(const std::vector<int>& counts, std::vector<int>& offsets) {
    Index total = 0;
    for (std::size_t r = 0; r < counts.size(); ++r) {
      offsets[r] = mpi_count(total);
      total += counts[r];
    }
    mpi_count(total);
    return total;
  }

  std::shared_ptr<Handle> handle_;
  std::thread::id thread_;
  int rank_ = 0, size_ = 1;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_MPI_COMMUNICATOR_HPP
