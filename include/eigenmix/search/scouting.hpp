// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SEARCH_SCOUTING_HPP
#define EIGENMIX_SEARCH_SCOUTING_HPP

#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Coordinates to look for groups in. No one of them shows all: raw columns fail where units
/// differ, standardised ones where many columns are noise or groups are far apart, single ones
/// where groups differ in several, invariant ones where shares differ. Per cent of 30 sets at six
/// deviations that one fit from each misses (full; D 2 to 20, N 200 and 1000, K 2 and 4):
///
///     groups           flattest  united  raw  standard  invariant  widest
///     on one axis             6      34   12        53         50       6
///     at corners             47       3    0         6         16      62
///     unequal shares         54       4    4        21         39      39
///     elongated               6      34   62        53         50       6
///
enum class Scouting {
  flattest_column,  ///< the one of least fourth moment
  united_clusters,  ///< columns by the width of groups; small clusters there, united
  raw_columns,      ///< as they are
  standard_columns,
  invariant_plane,  ///< the K - 1 flattest of invariant coordinates
  mended_clusters,  ///< as united_clusters, then EM without correlations
  random,           ///< no coordinates: every sample to a random group
  mended_column,    ///< as flattest_column, then EM without correlations
  widest_columns,   ///< the K - 1 that are widest measured in the width of groups
  invariant_axis,   ///< the flattest of invariant coordinates
  shells,        ///< half as many united clusters, cut by the distance from their centres: groups
                 ///< inside one another; mended as well
  column_shells  ///< the same from groups in the flattest column: wide ones in many dimensions are
                 ///< no united clusters
};

/// How long the order of kinds is before it begins again.
inline constexpr Index scouting_count = 17;

/// Every kind of coordinates, first the cheap ones, two of which agree on most groups that stand
/// apart, then those that find most. In between random partitions, which reach other optima: alone
/// they reach the best known one of 3 diagonal components on faithful in 65 of 100, k-means in 28;
/// of 3 spherical in 41 and 73.
/// \param i         which run it is for
/// \param is_dense  whether covariances are
inline Scouting scouting_of(Index i, bool is_dense) {
  // What mends partitions for dense covariances is what diagonal ones do themselves.
  const Scouting mended[] = {is_dense ? Scouting::mended_clusters : Scouting::invariant_plane,
                             is_dense ? Scouting::mended_column : Scouting::raw_columns};
  const Scouting order[] = {Scouting::flattest_column,
                            Scouting::raw_columns,
                            Scouting::standard_columns,
                            Scouting::united_clusters,
                            Scouting::shells,
                            mended[0],
                            Scouting::random,
                            Scouting::column_shells,
                            Scouting::united_clusters,
                            mended[1],
                            Scouting::random,
                            Scouting::invariant_plane,
                            Scouting::widest_columns,
                            Scouting::random,
                            Scouting::invariant_axis,
                            Scouting::standard_columns,
                            Scouting::random};
  static_assert(Index(sizeof(order) / sizeof(order[0])) == scouting_count, "one for each place");
  return order[i % scouting_count];
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SEARCH_SCOUTING_HPP
