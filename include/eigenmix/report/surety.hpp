// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_REPORT_SURETY_HPP
#define EIGENMIX_REPORT_SURETY_HPP

#include <algorithm>
#include <ostream>
#include <vector>

#include <eigenmix/report/merit.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// How sure one may be of the best of several searches that knew nothing of one another, from how
/// often each optimum was hit.
struct Surety {
  Index searches = 0;  ///< that ended in a fit; of none nothing is known
  Index optima = 0;    ///< different ones they ended in
  Index hits = 0;      ///< of them in the best
  Index singles = 0;   ///< optima in which one search ended

  /// The chance that one search more ends in an optimum that none has ended in yet: the share of
  /// those that ended alone (Good 1953, Biometrika 40, after Turing). One if there was no search.
  double unseen_share() const { return searches > 0 ? double(singles) / double(searches) : 1.0; }

  /// The chance that a better optimum exists that was not found: (s + 1) / (s + 1 + 2 h), s and h
  /// singles and hits. What is unseen is hit as often as what was seen once (Good and Turing), and
  /// half of it is taken to be better than the best. What initialization::Exhaustive said of 42
  /// sets of samples that the rule was not chosen on, and how often ten times as many searches
  /// found a better one, per cent:
  ///
  ///     said    1   4   7  13  26  49  68  84
  ///     found   2   6   5  10  20  33  38  61
  ///
  /// Of much it says what is there rather than what ten times as many find.
  double chance_of_better() const { return double(singles + 1) / double(singles + 1 + 2 * hits); }

  friend bool operator==(const Surety& a, const Surety& b) {
    return a.searches == b.searches && a.optima == b.optima && a.hits == b.hits &&
           a.singles == b.singles;
  }
  friend bool operator!=(const Surety& a, const Surety& b) { return !(a == b); }
};

/// One line: "200 searches ended in 14 optima, in the best of them 41: chance of a better one 0.1".
inline std::ostream& operator<<(std::ostream& out, const Surety& surety) {
  return out << surety.searches << " searches ended in " << surety.optima
             << " optima, in the best of them " << surety.hits << ": chance of a better one "
             << surety.chance_of_better();
}

namespace detail {

/// Fits of one optimum differ by less than this in what they are compared by, in nats: half of what
/// a better one is better by.
inline constexpr double same_optimum = 0.05;

/// What the ends of searches say; of those that failed nothing.
inline Surety surety_of(std::vector<Merit> ends) {
  ends.erase(std::remove_if(ends.begin(), ends.end(), [](const Merit& m) { return m.has_failed; }),
             ends.end());
  std::sort(ends.begin(), ends.end(),
            [](const Merit& a, const Merit& b) { return is_better(a, b); });
  Surety surety;
  surety.searches = static_cast<Index>(ends.size());
  for (std::size_t begin = 0, end = 0; begin < ends.size(); begin = end) {
    while (end < ends.size() &&
           (end == begin || !is_better(ends[end - 1], ends[end], same_optimum)))
      ++end;
    const auto hits = static_cast<Index>(end - begin);
    if (begin == 0) surety.hits = hits;
    ++surety.optima;
    surety.singles += hits == 1 ? 1 : 0;
  }
  return surety;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_REPORT_SURETY_HPP
