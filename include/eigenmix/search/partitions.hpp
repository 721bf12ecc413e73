// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SEARCH_PARTITIONS_HPP
#define EIGENMIX_SEARCH_PARTITIONS_HPP

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <eigenmix/initialization/start.hpp>
#include <eigenmix/search/candidate.hpp>
#include <eigenmix/search/sample_moves.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Whether two partitions differ in one of so many samples at most, however groups are numbered.
template <class Samples>
bool are_alike(const Samples& samples, const std::vector<int>& a, const std::vector<int>& b,
               Index components, Index one_of) {
  std::vector<Index> counts(static_cast<std::size_t>(components * components), 0);
  for (std::size_t n = 0; n < a.size(); ++n) {
    if (!(samples.weight(static_cast<Index>(n)) > 0)) continue;
    ++counts[static_cast<std::size_t>(a[n] * components + b[n])];
  }
  Index common = 0;
  for (auto row = counts.begin(); row != counts.end(); row += components) {
    common += *std::max_element(row, row + components);
  }
  return samples.positive_count() - common <= samples.positive_count() / one_of;
}

/// Whether covariances bend to single samples, see SampleMoves, by more than a tenth of a nat if
/// they are the components' own.
template <class Layout, class Samples>
bool may_bind_samples(const Samples& samples, Index components) {
  if (!Layout::is_dense || Layout::is_shared) return false;
  const double d = double(samples.dimension());
  return 5 * d * d * double(components) > double(samples.positive_count());
}

/// Whether covariances that are wholly the components' own bend to single samples like that. Moves
/// that take common parts for own ones lead a start astray: of four groups on one axis, 200 samples
/// in 20 dimensions, 3 of 3 were missed by VEE; of all layouts, distances and sizes of the
/// benchmark of misses 12 of 855 sets by EEV and 8 by EVV, and 3 and 5 with moves at the end alone.
template <class Form, class Samples>
bool binds_samples(const Form& form, const Samples& samples, Index components) {
  const Index d = samples.dimension();
  const Index own = form.parameter_count(d, 2) - form.parameter_count(d, 1);
  return may_bind_samples<typename Form::LayoutType>(samples, components) && 2 * own == d * (d + 1);
}

/// How many samples the smallest group has.
template <class Samples>
Index least_count(const Samples& samples, const std::vector<int>& labels, Index components) {
  std::vector<Index> counts(static_cast<std::size_t>(components), 0);
  for (std::size_t n = 0; n < labels.size(); ++n) {
    if (samples.weight(static_cast<Index>(n)) > 0) ++counts[static_cast<std::size_t>(labels[n])];
  }
  return *std::min_element(counts.begin(), counts.end());
}

/// Moves samples to where each alone would be better, unless a group would have too few.
/// \return whether any moved
template <class Parameters, class Samples>
EIGENMIX_COLD bool move_samples(const StartMaker<Parameters>& maker, const Samples& samples,
                                std::vector<int>& labels, Index components) {
  const Index least = samples.dimension() + 2;
  if (least_count(samples, labels, components) < least) return false;
  const Parameters begun = maker.of_groups(labels, components);
  const SampleMoves<Parameters> moves(begun, double(samples.positive_count()));
  std::vector<int> better = labels;
  if (!moves.move(samples, better)) return false;
  if (least_count(samples, better, components) < least) return false;
  labels = std::move(better);
  return true;
}

/// The partitions that scouts have found so far, each once.
///
/// What binds samples is taken from two as soon as they are much alike, for then they may turn out
/// the same; from others not before all are begun, which an early end of a search makes needless.
template <class Parameters>
class Partitions {
 public:
  using Samples = AnySamples<typename Parameters::Scalar, Parameters::Dim>;

  struct Partition {
    std::vector<int> labels;
    std::uint64_t seed = 0;  // of the scout
    Index starts = 1;        // that found it
    bool is_unbound = false;
    Candidate<Parameters>* run = nullptr;  // from it, once begun
  };

  /// \param maker  of starts from them
  Partitions(const StartMaker<Parameters>& maker, const Samples& samples, Index components)
      : maker_(maker),
        samples_(samples),
        components_(components),
        binds_(binds_samples(maker.form(), samples, components)),
        one_of_(binds_ ? 50 : 500) {}

  /// \return the one that it turns out to be the same as, or nullptr if it is new
  Partition* add(Partition found) {
    for (Partition& other : all_) {
      if (!are_alike(samples_, other.labels, found.labels, components_, 20)) continue;
      unbind_once(other);
      unbind_once(found);
      if (!are_alike(samples_, other.labels, found.labels, components_, one_of_)) continue;
      other.starts += found.starts;
      if (other.run == nullptr) other.run = found.run;
      if (other.run != nullptr) other.run->starts = other.starts;
      return &other;
    }
    all_.push_back(std::move(found));
    return nullptr;
  }

  /// Takes from a partition what binds samples to the groups they were begun with. A second pass
  /// finds what the first has changed; EM does the rest.
  void unbind(std::vector<int>& labels) const {
    for (int pass = 0; binds_ && pass < 2; ++pass) {
      if (!move_samples(maker_, samples_, labels, components_)) return;
    }
  }

  /// A run from one of them.
  /// \param runs  pointers to Candidates, to which it is added
  template <class Runs>
  void begin(Partition& partition, Runs& runs) const {
    runs.push_back(
        std::make_unique<Candidate<Parameters>>(maker_.of_groups(partition.labels, components_),
                                                static_cast<Index>(runs.size()), partition.seed));
    partition.run = runs.back().get();
    partition.run->starts = partition.starts;
  }

  /// A run from each that has none yet. Without what binds samples some more turn out the same.
  template <class Runs>
  EIGENMIX_COLD void begin_all(Runs& runs) {
    std::vector<Partition> before;
    before.swap(all_);
    for (Partition& partition : before) {
      unbind_once(partition);
      add(std::move(partition));
    }
    for (Partition& partition : all_) {
      if (partition.run == nullptr) begin(partition, runs);
    }
  }

 private:
  void unbind_once(Partition& partition) const {
    if (!partition.is_unbound) unbind(partition.labels);
    partition.is_unbound = true;
  }

  const StartMaker<Parameters>& maker_;
  const Samples& samples_;
  Index components_;
  bool binds_;    // see binds_samples
  Index one_of_;  // of those that bind samples each keeps some of its own
  std::vector<Partition> all_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SEARCH_PARTITIONS_HPP
