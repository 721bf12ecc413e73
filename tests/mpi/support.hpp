// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_MPI_SUPPORT_HPP
#define EIGENMIX_TESTS_MPI_SUPPORT_HPP

// What programs run by mpirun have in common. Every rank runs the same checks in the same order,
// and has all samples to compare with.

#include <string>
#include <vector>

#include <support/catch.hpp>

#include <eigenmix/eigenmix.hpp>
#include <eigenmix/mpi/spread.hpp>

namespace eigenmix_tests {

using eigenmix::Index;

/// MPI, from before the tests until after them.
struct Running {
  Running() {
    int given = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &given);
  }
  ~Running() { MPI_Finalize(); }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
};

inline int rank_of(MPI_Comm comm = MPI_COMM_WORLD) {
  int rank = 0;
  MPI_Comm_rank(comm, &rank);
  return rank;
}
inline int size_of(MPI_Comm comm = MPI_COMM_WORLD) {
  int size = 1;
  MPI_Comm_size(comm, &size);
  return size;
}

/// Where blocks of columns end: of rank 0, 1, ...
using Ends = std::vector<Index>;

inline Ends even_blocks(Index count) {
  Ends ends;
  for (int r = 1; r <= size_of(); ++r) ends.push_back(count * r / size_of());
  return ends;
}

/// Ways to spread samples: evenly, all on the first or last rank, two on the first, the rest on the
/// second but one, blocks of odd sizes.
inline std::vector<Ends> layouts(Index count) {
  const Index ranks = size_of();
  std::vector<Ends> result{even_blocks(count), Ends(std::size_t(ranks), count),
                           Ends(std::size_t(ranks), 0), Ends(std::size_t(ranks), count),
                           Ends(std::size_t(ranks), 0)};
  result[2].back() = count;
  if (ranks > 1) result[3][0] = 2;
  for (Index r = 0; r < ranks; ++r) {
    result[4][std::size_t(r)] = count * (r + 1) * (r + 1) / (ranks * ranks) / 7 * 7;
  }
  result[4].back() = count;
  return result;
}

/// This rank's block.
template <class Matrix>
Matrix block(const Matrix& x, const Ends& ends) {
  const auto rank = std::size_t(rank_of());
  const Index begin = rank == 0 ? 0 : ends[rank - 1];
  return x.middleCols(begin, ends[rank] - begin);
}

/// The samples rank, rank + P, rank + 2 P, ...
template <class Matrix>
Matrix dealt(const Matrix& x) {
  Matrix result(x.rows(), 0);
  for (Index n = rank_of(); n < x.cols(); n += size_of()) {
    result.conservativeResize(Eigen::NoChange, result.cols() + 1);
    result.col(result.cols() - 1) = x.col(n);
  }
  return result;
}

/// Samples of three groups that overlap a little.
template <class Scalar>
Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic> three_groups(Index count) {
  eigenmix::random::Engine engine(3);
  Eigen::MatrixXd means(2, 3);
  means << 0, 5, 2, 0, 1, 6;
  const eigenmix::GaussianMixture<double> truth(
      Eigen::Vector3d::Constant(1 / 3.0), means,
      {Eigen::Matrix2d::Identity(), 2 * Eigen::Matrix2d::Identity(),
       0.5 * Eigen::Matrix2d::Identity()});
  return truth.sample(count, engine).samples.template cast<Scalar>();
}

/// What a task throws; empty if nothing.
template <class Task>
std::string message_of(Task&& task) {
  try {
    task();
  } catch (const std::exception& error) {
    return error.what();
  }
  return {};
}

/// Whether a text is the same on all ranks.
inline bool is_everywhere(const std::string& text) {
  const eigenmix::detail::Communicator processes(MPI_COMM_WORLD);
  return processes.broadcast_text(text) == text;
}

}  // namespace eigenmix_tests

#endif  // EIGENMIX_TESTS_MPI_SUPPORT_HPP
