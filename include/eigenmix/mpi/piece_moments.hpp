// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_MPI_PIECE_MOMENTS_HPP
#define EIGENMIX_MPI_PIECE_MOMENTS_HPP

#include <optional>
#include <vector>

#include <eigenmix/em/moment_pass.hpp>
#include <eigenmix/mpi/held_samples.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The moments of one process's pieces, a column of flat moments for each. One piece is read by all
/// threads, and its workspaces are kept; of several each is read by one.
template <class Parameters>
class PieceMoments {
 public:
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;
  using Moments = typename Parameters::Moments;
  using Held = HeldSamples<Scalar, Parameters::Dim>;
  using Origins = detail::Origins<Scalar, Parameters::Dim>;

  /// Refers to the pieces. \param are_strips  whether there may be several
  PieceMoments(const std::vector<Held>& pieces, bool are_strips, const AnyExecution& execution)
      : pieces_(pieces), execution_(execution) {
    if (!are_strips && pieces_[0]) whole_.emplace(*pieces_[0], execution_);
    are_strips_ = are_strips;
  }

  /// \param moments  scratch
  /// \param flats    [out] [size x pieces]
  void accumulate(const Parameters& parameters, const Origins& origins, Moments& moments,
                  Matrix<Real>& flats) {
    const Index size = Moments::flat_size(parameters.dimension(), parameters.component_count());
    flats.setZero(size, static_cast<Index>(pieces_.size()));
    if (whole_) {
      whole_->accumulate_about(parameters, origins, moments);
      flats.col(0) = moments.flat();
    }
    if (!are_strips_) return;
    execution_.run(flats.cols(), [&](Index p) {
      const Held& piece = pieces_[static_cast<std::size_t>(p)];
      if (!piece) return;
      Moments of_piece;
      MomentPass<Parameters>(*piece, AnyExecution::one_thread())
          .accumulate_about(parameters, origins, of_piece);
      flats.col(p) = of_piece.flat();
    });
  }

 private:
  const std::vector<Held>& pieces_;
  AnyExecution execution_;
  bool are_strips_;
  std::optional<MomentPass<Parameters>> whole_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_MPI_PIECE_MOMENTS_HPP
