// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_MPI_DRAW_HPP
#define EIGENMIX_MPI_DRAW_HPP

#include <algorithm>
#include <cstdint>
#include <vector>

#include <eigenmix/mpi/share.hpp>
#include <eigenmix/random.hpp>
#include <eigenmix/samples/stand_in.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// At most so many samples, in all processes, that stand for those of all: a start is looked for
/// among them, in every process the same.
template <class Share>
class SpreadDraw {
 public:
  using Scalar = typename Share::Scalar;
  static constexpr Index most = Index(1) << 15;
  static constexpr std::uint64_t seed = 25;  // any will do

  SpreadDraw(const Communicator& processes, const Share& share)
      : processes_(processes), share_(share) {}

  /// Collective. All samples in order of their global numbers, as they were given, or of more than
  /// 2^15 as many that are drawn: each stratum of the weight gives one, as in draw_subset.
  template <int Dim>
  StandIn<Scalar, Dim> run() {
    const bool are_all = share_.total_count() <= most;
    std::vector<Scalar> mine;
    agree(processes_, [&] { are_all ? take_all(mine) : draw(mine); });
    const auto all = processes_.gather_all(mine.data(), static_cast<Index>(mine.size()));
    const Index rows = share_.dimension() + 1, count = static_cast<Index>(all.size()) / rows;
    const Eigen::Map<const Matrix<Scalar>> table(all.data(), rows, count);
    return {table.topRows(rows - 1), table.row(rows - 1).transpose(),
            are_all ? share_.meaning() : WeightMeaning::count};
  }

 private:
  void add(std::size_t p, Index n, Scalar weight, std::vector<Scalar>& mine) const {
    const auto& held = share_.parts()[p];
    for (Index i = 0; i < share_.dimension(); ++i) mine.push_back(held->value(i, n));
    mine.push_back(weight);
  }

  void take_all(std::vector<Scalar>& mine) const {
    for (std::size_t p = 0; p < share_.parts().size(); ++p) {
      const auto& held = share_.parts()[p];
      for (Index n = 0; held && n < held->count(); ++n) {
        add(p, n, Scalar(share_.given_weight(p, n)), mine);
      }
    }
  }

  /// This process's samples among those that all processes draw by the same numbers.
  void draw(std::vector<Scalar>& mine) const {
    const auto& ends = share_.weight_ends();
    random::Engine engine(seed);
    std::size_t piece = 0;  // of all
    Cursor cursor;
    for (Index m = 0; m < most; ++m) {
      const double at = (double(m) + random::uniform(engine)) / double(most) * ends.back();
      while (piece + 1 < ends.size() && ends[piece] <= at) ++piece;
      if (piece < share_.first_piece()) continue;
      const std::size_t own = piece - share_.first_piece();
      if (own >= share_.parts().size()) continue;
      if (own != cursor.piece) cursor = {own, -1, piece == 0 ? 0 : ends[piece - 1]};
      advance(cursor, at);
      if (cursor.sample >= 0) add(own, cursor.sample, Scalar(1), mine);
    }
  }

  struct Cursor {
    std::size_t piece = static_cast<std::size_t>(-1);
    Index sample = -1;
    double passed = 0;  // weight, up to the end of the sample
  };

  /// To the sample of positive weight that the place lies in, or the last of the piece.
  void advance(Cursor& cursor, double at) const {
    const auto& held = share_.parts()[cursor.piece];
    for (Index n = cursor.sample + 1; held && n < held->count(); ++n) {
      if (cursor.sample >= 0 && cursor.passed > at) return;
      const double weight = share_.given_weight(cursor.piece, n);
      cursor.passed += weight;
      if (weight > 0) cursor.sample = n;
    }
  }

  const Communicator& processes_;
  const Share& share_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_MPI_DRAW_HPP
