// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INITIALIZATION_PARTITIONS_HPP
#define EIGENMIX_INITIALIZATION_PARTITIONS_HPP

#include <algorithm>
#include <utility>
#include <vector>

#include <eigenmix/detail/any_execution.hpp>
#include <eigenmix/initialization/sample_moves.hpp>
#include <eigenmix/initialization/start.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Whether two partitions differ in one sample of 500 at most, however their groups are numbered.
template <class Samples>
bool are_alike(const Samples& samples, const std::vector<int>& a, const std::vector<int>& b,
               Index components) {
  std::vector<Index> counts(static_cast<std::size_t>(components * components), 0);
  for (std::size_t n = 0; n < a.size(); ++n) {
    if (!(samples.weight(static_cast<Index>(n)) > 0)) continue;
    ++counts[static_cast<std::size_t>(a[n] * components + b[n])];
  }
  Index common = 0;
  for (auto row = counts.begin(); row != counts.end(); row += components) {
    common += *std::max_element(row, row + components);
  }
  return samples.positive_count() - common <= samples.positive_count() / 500;
}

template <class Mixture, class Samples>
EIGENMIX_COLD Mixture begin_from(const Samples& samples, const std::vector<int>& labels,
                                 Index components) {
  return mixture_of_groups<Mixture>("SmallEm", samples, labels, components,
                                    AnyExecution(execution::Serial()));
}

/// Whether covariances bend to single samples, see SampleMoves, by more than a tenth of a nat if
/// they are the components' own.
template <class Mixture, class Samples>
bool may_bind_samples(const Samples& samples, Index components) {
  using Covariance = typename Mixture::Covariance;
  if (Covariance::storage_cols(2) < 2 || Covariance::group_count(2) < 2) return false;
  const double d = double(samples.dimension());
  return 5 * d * d * double(components) > double(samples.positive_count());
}

/// The same of covariances that are mostly so, unlike VEE's. Moves that take common parts for own
/// ones lead a start astray: of four groups on one axis, 200 samples in 20 dimensions, 3 of 3 were
/// missed.
template <class Mixture, class Samples>
bool binds_samples(const Samples& samples, Index components) {
  using Covariance = typename Mixture::Covariance;
  const Index d = samples.dimension();
  const Index own = Covariance::parameter_count(d, 2) - Covariance::parameter_count(d, 1);
  return may_bind_samples<Mixture>(samples, components) && 4 * own >= d * (d + 1);
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
template <class Mixture, class Samples>
EIGENMIX_COLD bool move_samples(const Samples& samples, std::vector<int>& labels,
                                Index components) {
  const Index least = samples.dimension() + 2;
  if (least_count(samples, labels, components) < least) return false;
  const Mixture mixture = begin_from<Mixture>(samples, labels, components);
  const SampleMoves<ParametersOf<Mixture>> moves(Access::parameters(mixture),
                                                 double(samples.positive_count()));
  std::vector<int> better = labels;
  if (!moves.move(samples, better)) return false;
  if (least_count(samples, better, components) < least) return false;
  labels = std::move(better);
  return true;
}

/// Takes from a partition what binds samples to the groups they were begun with. A second pass
/// finds what the first has changed; EM does the rest.
template <class Mixture, class Samples>
void unbind(const Samples& samples, std::vector<int>& labels, Index components) {
  if (!binds_samples<Mixture>(samples, components)) return;
  for (int pass = 0; pass < 2 && move_samples<Mixture>(samples, labels, components); ++pass) {
  }
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INITIALIZATION_PARTITIONS_HPP
