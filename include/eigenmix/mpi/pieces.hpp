// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_MPI_PIECES_HPP
#define EIGENMIX_MPI_PIECES_HPP

#include <algorithm>
#include <vector>

#include <eigenmix/mpi/agreement.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace mpi {

/// How the sums of processes are added up.
enum class Summation {
  fast,         ///< by one allreduce, in whatever order it has: to 1e-12 the same for any ranks
  reproducible  ///< in an order of samples' global numbers: bitwise the same for any ranks
};

}  // namespace mpi

namespace detail {

/// What samples are summed in: a piece each process, or, where sums are to be the same for any
/// number of them, strips that depend on the number of all samples alone. A sample's global number
/// is its place among all, those of rank 0 first.
class Pieces {
 public:
  /// Enough strips for a thousand processes, and few enough to be added up one by one.
  static constexpr Index most_strips = 1024;

  /// Collective. \param count  of this process's samples
  Pieces(const Communicator& processes, Index count, mpi::Summation summation)
      : rank_(static_cast<std::size_t>(processes.rank())), summation_(summation) {
    const std::vector<Index> counts = processes.gather_all(&count, 1);
    for (const Index each : counts) offsets_.push_back(offsets_.back() + each);
    constexpr Index tile = 256;  // as samples are read
    const Index tiles = (total() + tile - 1) / tile;
    strip_ = tile * std::max<Index>(1, (tiles + most_strips - 1) / most_strips);
  }

  bool is_fixed() const { return summation_ == mpi::Summation::reproducible; }
  Index total() const { return offsets_.back(); }    ///< samples of all processes
  Index offset() const { return offsets_[rank_]; }   ///< global number of this one's first
  Index end() const { return offsets_[rank_ + 1]; }  ///< behind its last
  Index strip_size() const { return strip_; }
  Index strip_count() const { return (total() + strip_ - 1) / strip_; }

  /// The first of the strips that begin in process r; those of r + 1 begin where these end.
  Index first_strip(std::size_t r) const { return (offsets_[r] + strip_ - 1) / strip_; }
  Index first_strip() const { return first_strip(rank_); }
  Index last_strip() const { return first_strip(rank_ + 1); }

  /// Samples of process r that complete a strip which began before them.
  Index head(std::size_t r) const {
    return std::min(offsets_[r + 1], first_strip(r) * strip_) - offsets_[r];
  }

  /// The process in which the strip that process r begins within has begun.
  std::size_t owner_of_head(std::size_t r) const {
    const Index begin = offsets_[r] / strip_ * strip_;
    std::size_t owner = 0;
    while (offsets_[owner + 1] <= begin) ++owner;
    return owner;
  }

  /// The processes that complete strips of this one, in order.
  std::vector<std::size_t> completed_by() const {
    std::vector<std::size_t> result;
    for (std::size_t r = rank_ + 1; r + 1 < offsets_.size(); ++r) {
      if (head(r) > 0 && owner_of_head(r) == rank_) result.push_back(r);
    }
    return result;
  }

  std::size_t rank() const { return rank_; }
  std::size_t processes() const { return offsets_.size() - 1; }

 private:
  std::size_t rank_;
  mpi::Summation summation_;
  std::vector<Index> offsets_{0};
  Index strip_ = 1;
};

/// A fixed binary tree over strips: whoever adds up parts of it, the bits are the same.
class StripTree {
 public:
  struct Node {
    Index begin, length;  // a power of two; what is beyond the last strip does not count
  };

  explicit StripTree(Index strips) : strips_(strips) {
    while (root_.length < strips) root_.length *= 2;
  }

  /// The largest nodes that lie within [first, last), in order.
  std::vector<Node> nodes_within(Index first, Index last) const {
    std::vector<Node> result;
    find(root_, first, last, result);
    return result;
  }

  Node root() const { return root_; }
  bool has_right(const Node& node) const { return node.begin + node.length / 2 < strips_; }
  static Node left(const Node& node) { return {node.begin, node.length / 2}; }
  static Node right(const Node& node) { return {node.begin + node.length / 2, node.length / 2}; }

  /// The sum of a node. \param leaf  node -> a pointer to its sum where it is known, else nullptr
  template <class Real, class Leaf>
  Vector<Real> sum(const Node& node, Index size, const Leaf& leaf) const {
    if (const Real* known = leaf(node)) return Eigen::Map<const Vector<Real>>(known, size);
    Vector<Real> result = sum<Real>(left(node), size, leaf);
    if (has_right(node)) result += sum<Real>(right(node), size, leaf);
    return result;
  }

 private:
  void find(const Node& node, Index first, Index last, std::vector<Node>& result) const {
    const Index end = std::min(node.begin + node.length, strips_);
    if (node.begin >= end || end <= first || node.begin >= last) return;
    if (node.begin >= first && end <= last) {
      result.push_back(node);
      return;
    }
    find(left(node), first, last, result);
    find(right(node), first, last, result);
  }

  Index strips_;
  Node root_{0, 1};
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_MPI_PIECES_HPP
