// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INITIALIZATION_HIERARCHICAL_HPP
#define EIGENMIX_INITIALIZATION_HIERARCHICAL_HPP

#include <cstdint>
#include <utility>
#include <vector>

#include <eigenmix/execution/accepted_execution.hpp>
#include <eigenmix/initialization/agglomeration/costs.hpp>
#include <eigenmix/initialization/agglomeration/merge_tree.hpp>
#include <eigenmix/initialization/agglomeration/points.hpp>
#include <eigenmix/initialization/agglomeration/pooled.hpp>
#include <eigenmix/initialization/agglomeration/variables.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace initialization {

/// Model-based hierarchical agglomeration, mclust's start: every sample a group, and again and
/// again the two groups united whose union lowers the likelihood of a normal distribution for each
/// group the least. No luck is involved, and one tree serves every number of components.
///
///     const auto tree = initialization::Hierarchical().tree(x);       // once
///     for (Index k = 1; k < 10; ++k) initialize<Mixture>(x, k, tree);  // cheap
///     initialize<Mixture>(x, 3, initialization::Hierarchical());       // or all at once
///
/// Of merges of equal cost the one of later samples is taken, so data full of ties, such as rounded
/// ones, may be partitioned differently in another order. A sample of weight w counts as w samples
/// of average weight; one of weight zero has no say and joins the group of its nearest sample. One
/// dimension is nothing special (mclust takes quantiles there).
///
/// Partitions are mclust's, but for cases where its version 6.0.0 misreads the scatter matrix of a
/// group by criterion vvv, which seldom shows with the default variables.
/// \complexity  of M points in D dimensions: vvv O(M² D) time while groups have at most D samples
///              and O(M² D³) after, M²/2 + M D²/2 numbers, so for up to about 100 dimensions; eii
///              O(M² D), M²/2 numbers; eee O(M² D) to O(M³ D), 3 M D numbers
/// \par Determinism  the same for any execution policy; only joining samples not drawn is threaded
/// \see Fraley (1998), SIAM J. Sci. Comput. 20, 270-281; Scrucca & Raftery (2015), Adv. Data Anal.
///      Classif. 9, 447-460
struct Hierarchical {
  /// What a merge must keep low, by mclust's names of the families.
  enum class Criterion {
    vvv,  ///< each group a covariance of its own
    eee,  ///< one covariance for all: the determinant of the pooled scatter matrix
    eii   ///< one variance for all: the sum of squares, Ward's criterion
  };

  /// What is agglomerated. The first two do not depend on units.
  enum class Variables {
    svd,           ///< principal components of the next, each divided by the root of its deviation
    standardised,  ///< divided by standard deviations
    raw            ///< as they are
  };

  /// mclust's default: it presumes the least of the groups.
  Criterion criterion = Criterion::vvv;

  /// mclust's default, after the comparison of Scrucca & Raftery (2015).
  Variables variables = Variables::svd;

  /// Up to so many samples are agglomerated each by itself. Of more, equal ones are united first;
  /// of more distinct ones so many are drawn, and the others join the group of the nearest.
  /// mclust's default; 0.13 s and 16 MB by criterion vvv in 2 dimensions.
  Index most_points = 2000;

  /// Of that draw. Fixed, so that a fit that is run twice gives the same answer twice.
  std::uint64_t seed = 0;

  /// The partitions of x into 1, 2, ... groups.
  /// \param x          [Dim x N] samples, weighted(x, w) or counted(x, c)
  /// \param execution  any execution policy
  /// \throws std::invalid_argument  if x cannot be used or most_points < 1
  template <class X, class Execution = execution::Serial>
  MergeTree tree(const X& x, const Execution& execution = {}) const {
    using Expression = typename ExpressionOf<X>::Type;
    using Boundary = detail::Boundary<typename Expression::Scalar, Expression::RowsAtCompileTime>;
    const auto opened = Boundary::checked("Hierarchical", x, Eigen::Dynamic);
    detail::AnySamples<typename Expression::Scalar, Expression::RowsAtCompileTime> samples(opened);
    samples.survey();
    return tree_of(samples, detail::accepted_execution(execution));
  }

  /// \return  [N] the partition into K groups, numbers in [0, K)
  /// \throws std::invalid_argument  if there are fewer distinct samples
  template <class Samples, class Execution>
  std::vector<int> labels(const Samples& samples, Index components,
                          const Execution& execution) const {
    const MergeTree tree = tree_of(samples, execution);
    if (components > tree.most_components()) {
      detail::reject("Hierarchical", "number of components", detail::text(components),
                     "at most the number of distinct samples agglomerated, " +
                         detail::text(tree.most_components()));
    }
    return tree.labels(components);
  }

  /// \throws std::invalid_argument  if there are fewer distinct samples
  template <class Mixture, class Samples, class Execution>
  Mixture start(const Samples& samples, Index components, const Execution& execution) const {
    return detail::mixture_of_groups<Mixture>(
        "Hierarchical", samples, labels(samples, components, execution), components, execution);
  }

 private:
  /// What has the scalar type and rows of an argument; any will do for one that will be refused.
  template <class X>
  struct ExpressionOf {
    using Type = std::conditional_t<detail::is_expression_v<X>, X, Eigen::MatrixXd>;
  };
  template <class X, class W>
  struct ExpressionOf<WeightedSamples<X, W>> {
    using Type = X;
  };

  template <class Samples, class Execution>
  MergeTree tree_of(const Samples& samples, const Execution& execution) const {
    detail::at_least_one("Hierarchical", "most_points", most_points);
    const detail::AgglomerationPoints<Samples> points(samples, most_points, seed);
    return MergeTree(points.point_of_samples(execution),
                     merges(measured(points.coordinates(), points.weights()), points.weights()),
                     points.distinct_count());
  }

  // Templates, so that only who agglomerates compiles what does it.

  /// The variables, from the coordinates.
  template <class Real>
  detail::Matrix<Real> measured(const detail::Matrix<Real>& x,
                                const detail::Vector<Real>& weights) const {
    detail::Matrix<Real> z = detail::centred_variables(x, weights);
    if (variables == Variables::raw) return z;
    const detail::Vector<Real> size = x.cwiseAbs().rowwise().maxCoeff();
    const Index kept = detail::scale_variables(size, weights, z);
    z.conservativeResize(kept, Eigen::NoChange);
    if (variables == Variables::standardised) return z;
    return detail::root_scaled_components(z, weights);
  }

  template <class Real>
  std::vector<detail::Merge> merges(const detail::Matrix<Real>& z,
                                    const detail::Vector<Real>& weights) const {
    using VvvGroups = detail::VvvGroups<Real>;
    using EiiGroups = detail::EiiGroups<Real>;
    switch (criterion) {
      case Criterion::eee: return detail::PooledGroups<Real>(z, weights).merges();
      case Criterion::eii:
        return detail::StoredCosts<EiiGroups, Real>(EiiGroups(z, weights)).merges();
      default: return detail::StoredCosts<VvvGroups, Real>(VvvGroups(z, weights)).merges();
    }
  }
};

}  // namespace initialization
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INITIALIZATION_HIERARCHICAL_HPP
