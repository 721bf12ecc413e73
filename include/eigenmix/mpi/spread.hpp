// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_MPI_SPREAD_HPP
#define EIGENMIX_MPI_SPREAD_HPP

#include <type_traits>

// Not in the umbrella header: it needs MPI. Link MPI::MPI_CXX.

#include <eigenmix/mpi/draw.hpp>
#include <eigenmix/mpi/spread_pass.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace mpi {

/// Samples x, [Dim x N_rank] in each, that are spread over the processes of a communicator `comm`,
/// and their summation; made by `spread`. A source, see is_source_v: `fit`, `moments`,
/// `initialize`, `grow` take it as they take a matrix; and mpi::fit, mpi::fit_best, mpi::select.
///
/// Collective, to be called by every process in the same order and with the same mixture and
/// options: making it, copies aside; fit, moments, log_likelihood, initialize and all that fits.
/// What is said of each sample, log_density, responsibilities, classify, ..., is said of this
/// process's own, and no other process need take part. `log_likelihood` and criteria of a mixture
/// by itself are this process's share, in the scale of all; see mpi::log_likelihood and
/// mpi::criterion_input.
template <class X>
class Spread {
 public:
  using MakesMoments = void;
  using IsSpread = void;  ///< over processes: see out_of_core::fit_resumable
  using Expression = typename eigenmix::detail::ExpressionOf<X>::Type;
  using Scalar = typename Expression::Scalar;
  static constexpr int RowsAtCompileTime = Expression::RowsAtCompileTime;

  Spread(MPI_Comm comm, const X& x, Summation summation)
      : processes_(comm), x_(x), summation_(summation) {}

  const eigenmix::detail::Communicator& processes() const { return processes_; }
  int rank() const { return processes_.rank(); }  ///< of this process
  int size() const { return processes_.size(); }  ///< how many processes

  template <class Parameters>
  auto open(const char* where, Index dimension,
            const eigenmix::detail::AnyExecution& execution) const {
    return eigenmix::detail::SpreadPass<Parameters>(where, processes_, x_, dimension, summation_,
                                                    execution);
  }

  /// All samples, or 2^15 drawn of them, the same on every rank: k-means++ and short fits that look
  /// for a start are done with those, by every process alike.
  template <class Of, int Dim>
  eigenmix::detail::StandIn<Of, Dim> stand_in(const char* where) const {
    using Share = eigenmix::detail::Share<Of, Dim>;
    const Share share(where, processes_, x_, Eigen::Dynamic, summation_);
    return eigenmix::detail::SpreadDraw<Share>(processes_, share).template run<Dim>();
  }

 private:
  eigenmix::detail::Communicator processes_;
  typename eigenmix::detail::KeptSamples<X>::Type x_;
  Summation summation_;
};

/// Samples of which each process has some: `mixture.fit(mpi::spread(MPI_COMM_WORLD, x))`, called by
/// all processes, is the fit of all samples together, and every process ends with the same mixture.
///
/// An iteration is a pass over the process's own samples and one allreduce of the flat moments,
/// 8 Moments::flat_size(Dim, K) + 16 bytes (32 a number of long double). How the samples are spread
/// does not matter: a process may have none, [Dim x 0], or fewer than K. Results are those of one
/// process to 1e-12 or so, or, with Summation::reproducible, bitwise the same for every number of
/// processes and every way of cutting the same samples into blocks, those of rank 0 first: strips
/// of fixed global numbers are then added up in a fixed order. That takes a copy of the samples, a
/// message of fewer than a strip of them when they are opened, and a gather and broadcast instead
/// of the allreduce: of up to 2 log2(1024 / P) + 1 times as much from each of P processes.
///
/// What a process finds wrong with its samples, or what it throws in a pass, all throw: the text
/// begins with "rank r: ". A process that leaves a fit by an exception of its own, such as an
/// observer's, keeps it, and the others throw PeerFailure. None waits for ever, as long as
/// processes live. Stopping policies must say the same on all ranks, which those of the library do
/// but for stopping::TimeLimit: fit with that, and with observers on rank 0 alone, by mpi::fit.
/// Atoms are not told from other collapsed components: no process has all the samples.
///
/// Threads: all of a process's may work on its pass, execution::Threads, and MPI is called by the
/// thread that made this (MPI_THREAD_FUNNELED). Searches that run several fits at once, by threads,
/// are for mpi::fit_best and mpi::select. Processors must be of one kind: where log or exp differ
/// in the last bit M-steps do.
/// \param comm       whose processes all call this; it is duplicated, so that no message meets the
///                   caller's
/// \param x          [Dim x N_rank] this process's samples, weighted(x, w), w in one scale on all
///                   ranks, or counted(x, c); referred to
/// \param summation  of the same value on all ranks
/// \throws std::invalid_argument  if MPI is not running or comm is MPI_COMM_NULL
template <class X>
Spread<X> spread(MPI_Comm comm, const Eigen::DenseBase<X>& x,
                 Summation summation = Summation::fast) {
  return {comm, x.derived(), summation};
}
template <class X, class W>
Spread<WeightedSamples<X, W>> spread(MPI_Comm comm, const WeightedSamples<X, W>& x,
                                     Summation summation = Summation::fast) {
  return {comm, x, summation};
}

template <class T>
inline constexpr bool is_spread_v = false;
template <class X>
inline constexpr bool is_spread_v<Spread<X>> = true;

}  // namespace mpi
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_MPI_SPREAD_HPP
