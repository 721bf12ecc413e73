// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SEARCH_SHAKE_HPP
#define EIGENMIX_SEARCH_SHAKE_HPP

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include <eigenmix/random.hpp>
#include <eigenmix/search/partitions.hpp>
#include <eigenmix/search/sample_moves.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Gives each component that has none one of the samples of another, if K have positive weight.
template <class View, class Engine>
EIGENMIX_COLD void fill_empty(std::vector<int>& labels, const View& samples, Index components,
                              Engine& engine) {
  std::vector<Index> counts(static_cast<std::size_t>(components), 0), weighty;
  for (Index n = 0; n < samples.count(); ++n) {
    if (!(samples.weight(n) > 0)) continue;
    ++counts[static_cast<std::size_t>(labels[static_cast<std::size_t>(n)])];
    weighty.push_back(n);
  }
  for (Index k = 0; k < components;) {
    if (counts[static_cast<std::size_t>(k)] > 0) {
      ++k;
      continue;
    }
    const Index chosen = random::uniform_index(engine, static_cast<Index>(weighty.size()));
    int& label = labels[static_cast<std::size_t>(weighty[static_cast<std::size_t>(chosen)])];
    Index& left = counts[static_cast<std::size_t>(label)];
    if (left < 2) continue;
    --left;
    label = static_cast<int>(k);
    ++counts[static_cast<std::size_t>(k)];
  }
}

/// Gives a random share of the samples, between a twentieth and a third, to random components.
///
/// EM from there ends in an optimum near by, a better one more often than EM from anywhere, most of
/// all where samples are few for the parameters (iterated local search: Lourenço, Martin & Stützle
/// 2003). Of twenty simulated sets of 2 to 5 full components in 4 to 20 dimensions, N / (K D) < 5,
/// and four seeds each, the best sound optimum found within 300 and 1000 iterations, per cent:
///
///     starts, one after the other                 300   1000
///     k-means++, standard columns                  47     56
///     k-means++, sphered columns                   57     70
///     random samples as centres                    65     74
///     random partitions                            49     59
///     random partitions, a tied fit first          41     55
///     random partitions, a diagonal fit first      45     45
///     changes of the best so far, from k-means++
///     two components anew, cut at random           64     75
///     a half of one to another                     69     79
///     other weights of samples for a few steps     71     74
///     a ball of samples to one component           76     80
///     this                                         80     81
///
/// \param labels  [N] components, of which some may not occur
/// \return        [N] of which each occurs with positive weight, as it can if K samples have any
template <class View, class Engine>
EIGENMIX_COLD std::vector<int> shaken(std::vector<int> labels, const View& samples,
                                      Index components, Engine& engine) {
  const double share = 0.05 + 0.3 * random::uniform(engine);
  for (Index n = 0; n < samples.count(); ++n) {
    if (!(samples.weight(n) > 0)) continue;
    if (random::uniform(engine) < share) {
      labels[static_cast<std::size_t>(n)] =
          static_cast<int>(random::uniform_index(engine, components));
    }
  }
  fill_empty(labels, samples, components, engine);
  return labels;
}

/// Gives the samples of one of the members' component about that of a random one, in a random
/// dimension, to another component: between a fifth and seven tenths of them.
/// \param members  one at least
template <class View, class Engine>
EIGENMIX_COLD void cut_slab(const std::vector<Index>& members, int to, const View& samples,
                            Engine& engine, std::vector<int>& labels) {
  const auto count = static_cast<Index>(members.size());
  const Index i = random::uniform_index(engine, samples.dimension());
  const double share = 0.2 + 0.5 * random::uniform(engine);
  const Index about = members[static_cast<std::size_t>(random::uniform_index(engine, count))];
  std::vector<std::pair<double, Index>> distances;
  for (const Index n : members) {
    const double offset = double(samples.value(i, n)) - double(samples.value(i, about));
    distances.emplace_back(std::abs(offset), n);
  }
  std::sort(distances.begin(), distances.end());
  distances.resize(static_cast<std::size_t>(std::max(Index(1), Index(share * double(count)))));
  for (const auto& sample : distances) labels[static_cast<std::size_t>(sample.second)] = to;
}

/// Gives the samples of a random component to another, and to it in their place a slab of another's.
///
/// A component that is narrow in one dimension, as an atom is, lies within a wider one. Random
/// shares find it only where another component is free to go there, which in an optimum none is, and
/// moves cut components across their longest axis. With these for half of the late shakes,
/// initialization::exhaustive() came within 0.1 of the best sound optimum known, of twenty sets in steps, in
/// each of which half of a group has one value in one dimension, and four seeds each, in 63 of 80
/// searches instead of 52; of twenty other sets with N / (K D) < 5 in 69 and 69.
///
/// \return  [N] of which each occurs with positive weight, as it can if K samples have any
template <class View, class Engine>
EIGENMIX_COLD std::vector<int> regrouped(std::vector<int> labels, const View& samples,
                                         Index components, Engine& engine) {
  const int freed = static_cast<int>(random::uniform_index(engine, components));
  const auto other = [&] {
    const int k = static_cast<int>(random::uniform_index(engine, components - 1));
    return k < freed ? k : k + 1;
  };
  const int heir = other(), cut = other();
  std::vector<Index> members;
  for (Index n = 0; n < samples.count(); ++n) {
    if (!(samples.weight(n) > 0)) continue;
    int& label = labels[static_cast<std::size_t>(n)];
    if (label == freed) label = heir;
    if (label == cut) members.push_back(n);
  }
  if (!members.empty()) cut_slab(members, freed, samples, engine, labels);
  fill_empty(labels, samples, components, engine);
  return labels;
}

/// Shakes the best, four ways at a time, until so many in a row have led to nothing better or the
/// budget is spent. After two dozen in a row, every other four are regrouped instead.
template <class Search, class View, class Run>
EIGENMIX_COLD void shake(Search& search, const View& samples, Index shakes,
                         std::unique_ptr<Run>& best) {
  const Index components = best->parameters.component_count();
  random::Engine engine(best->seed);
  std::vector<int> labels;
  for (Index left = shakes; left > 0 && search.has_budget();) {
    if (labels.empty()) labels = likeliest_components(best->parameters, samples);
    const Index failed = shakes - left;
    const bool regroups = components > 1 && failed >= 24 && failed % 8 >= 4;
    typename Search::Runs runs;
    for (; runs.size() < 4 && left > 0; --left) {
      std::vector<int> next = regroups ? regrouped(labels, samples, components, engine)
                                       : shaken(labels, samples, components, engine);
      runs.push_back(
          std::make_unique<Run>(search.begin(next, components), best->number, best->seed));
    }
    if (!search.replace_by_best_of(runs, 1, best)) continue;
    left = shakes;
    labels.clear();
  }
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SEARCH_SHAKE_HPP
