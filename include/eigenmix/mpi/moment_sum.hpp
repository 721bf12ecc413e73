// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_MPI_MOMENT_SUM_HPP
#define EIGENMIX_MPI_MOMENT_SUM_HPP

#include <algorithm>
#include <vector>

#include <eigenmix/base/fill.hpp>
#include <eigenmix/mpi/pieces.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The sums of the flat moments of all processes, with what these say of themselves in the same
/// message: one allreduce, or, where sums are reproducible, a gather and a broadcast.
template <class Real>
class MomentSum {
 public:
  /// What a process says with its numbers.
  enum class Word { going_on, failed, ended };

  /// How many processes said what.
  struct Said {
    Index failed, ended;
  };

  MomentSum(const Communicator& processes, const Pieces& pieces)
      : processes_(processes), pieces_(pieces), tree_(std::max<Index>(1, pieces.strip_count())) {}

  /// \param size  of the longest message of a fit: shorter ones are filled up, so that a process
  ///              that fails can take part in whatever comes next
  void resize(Index size) {
    size_ = size;
    if (!pieces_.is_fixed()) return;
    counts_.clear();
    nodes_.clear();
    for (std::size_t r = 0; r < pieces_.processes(); ++r) {
      const auto nodes = tree_.nodes_within(pieces_.first_strip(r), pieces_.first_strip(r + 1));
      counts_.push_back(mpi_count(static_cast<Index>(nodes.size()) * size_ + words));
      nodes_.push_back(nodes);
    }
  }

  /// Collective. \param flats  [size x pieces] this process's sums; used up
  /// \param total   [out] of all processes
  Said add_up(Matrix<Real>& flats, Word word, Vector<Real>& total) {
    set_zero(message_, size_ + words);
    const Real failed = word == Word::failed ? 1 : 0, ended = word == Word::ended ? 1 : 0;
    if (pieces_.is_fixed()) {
      add_up_in_order(flats, failed, ended);
    } else {
      if (flats.size() > 0 && word == Word::going_on) message_.head(flats.rows()) = flats.col(0);
      message_(size_) = failed;
      message_(size_ + 1) = ended;
      processes_.sum(message_.data(), message_.size());
    }
    total = message_.head(size_);
    return {static_cast<Index>(message_(size_)), static_cast<Index>(message_(size_ + 1))};
  }

 private:
  static constexpr Index words = 2;  // beside the moments
  using Node = StripTree::Node;

  void add_up_in_order(const Matrix<Real>& flats, Real failed, Real ended) {
    std::vector<Real> mine;
    const bool is_known = failed == 0 && ended == 0;
    const Index first = pieces_.first_strip();
    for (const Node& node : nodes_[pieces_.rank()]) {
      Vector<Real> sum = Vector<Real>::Zero(size_);
      if (is_known) {
        sum.head(flats.rows()) = tree_.sum<Real>(node, flats.rows(), [&](const Node& of) {
          return of.length == 1 ? flats.data() + (of.begin - first) * flats.rows() : nullptr;
        });
      }
      mine.insert(mine.end(), sum.data(), sum.data() + size_);
    }
    mine.push_back(failed);
    mine.push_back(ended);
    std::vector<Real> all;
    processes_.gather_to_root(mine, counts_, all);
    if (processes_.is_root()) sum_of(all);
    processes_.broadcast(message_.data(), message_.size());
  }

  /// Adds up what all processes sent, in the tree's order.
  void sum_of(const std::vector<Real>& all) {
    std::vector<std::pair<Node, const Real*>> known;
    const Real* at = all.data();
    for (const auto& of_process : nodes_) {
      for (const Node& node : of_process) {
        known.emplace_back(node, at);
        at += size_;
      }
      message_(size_) += at[0];
      message_(size_ + 1) += at[1];
      at += words;
    }
    message_.head(size_) = tree_.sum<Real>(tree_.root(), size_, [&](const Node& node) {
      const auto found =
          std::lower_bound(known.begin(), known.end(), node.begin,
                           [](const auto& of, Index begin) { return of.first.begin < begin; });
      const bool is_known = found != known.end() && found->first.begin == node.begin &&
                            found->first.length == node.length;
      return is_known ? found->second : nullptr;
    });
  }

  const Communicator& processes_;
  const Pieces& pieces_;
  StripTree tree_;
  Index size_ = 0;
  std::vector<int> counts_;               // of numbers from each process
  std::vector<std::vector<Node>> nodes_;  // of each process
  Vector<Real> message_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_MPI_MOMENT_SUM_HPP
