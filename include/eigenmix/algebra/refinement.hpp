// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ALGEBRA_REFINEMENT_HPP
#define EIGENMIX_ALGEBRA_REFINEMENT_HPP

#include <limits>
#include <stdexcept>
#include <utility>
#include <vector>

#include <eigenmix/inference/factored_normals.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// A reduced mixture after some steps, and how near each was.
template <class Mixture>
struct Refinement {
  Mixture mixture;
  /// Transport costs in nats of the mixture after 0, 1, ... steps; they never rise but by rounding.
  std::vector<typename Mixture::Real> costs;
  detail::Vector<Index> assignment;  ///< [K of the original] the component nearest to each
  bool converged = false;            ///< whether another step would change nothing
};

namespace detail {

/// The components of an original mixture, each at the nearest of a reduced one.
template <class Real>
struct NearestNormals {
  Vector<Index> to;  // [K of the original]
  Vector<Real> far;  // their weights times KL divergences
  Real cost = 0;     // the sum of those
};

template <class Real, int Dim>
EIGENMIX_COLD NearestNormals<Real> nearest_of(
    const char* where, const std::vector<FactoredNormal<Real, Dim>>& original,
    const Normals<Real, Dim>& reduced) {
  const auto candidates = all_factored(where, reduced);
  const Index count = static_cast<Index>(original.size());
  NearestNormals<Real> result{Vector<Index>(count), Vector<Real>(count)};
  for (Index n = 0; n < count; ++n) {
    const auto& normal = original[static_cast<std::size_t>(n)];
    Real least = std::numeric_limits<Real>::infinity();
    result.to(n) = 0;
    for (std::size_t m = 0; m < candidates.size(); ++m) {
      const Real divergence = normal_kl(normal, candidates[m]);
      if (!(divergence < least)) continue;
      least = divergence;
      result.to(n) = static_cast<Index>(m);
    }
    result.far(n) = normal.weight > 0 ? normal.weight * least : Real(0);
    result.cost += result.far(n);
  }
  return result;
}

/// Gives a component that is nearest to none the one that costs most where it is, which can only
/// lower the cost.
template <class Real>
void occupy_empty(Index components, NearestNormals<Real>& nearest) {
  Vector<Index> counts = Vector<Index>::Zero(components);
  for (Index n = 0; n < nearest.to.size(); ++n) ++counts(nearest.to(n));
  for (Index m = 0; m < components; ++m) {
    if (counts(m) > 0) continue;
    Index worst = -1;
    for (Index n = 0; n < nearest.to.size(); ++n) {
      const bool is_one_of_several = counts(nearest.to(n)) > 1 && nearest.far(n) > 0;
      if (is_one_of_several && (worst < 0 || nearest.far(n) > nearest.far(worst))) worst = n;
    }
    if (worst < 0) return;
    --counts(nearest.to(worst));
    nearest.to(worst) = m;
    nearest.far(worst) = 0;
    counts(m) = 1;
  }
}

/// Each reduced component becomes the barycentre of those that are nearest to it.
template <class Real, int Dim>
void set_barycentres(const Normals<Real, Dim>& original, const Vector<Index>& to,
                     Normals<Real, Dim>& reduced) {
  std::vector<std::vector<Index>> members(reduced.size());
  for (Index n = 0; n < to.size(); ++n) members[static_cast<std::size_t>(to(n))].push_back(n);
  for (std::size_t m = 0; m < reduced.size(); ++m) {
    if (members[m].empty()) {
      reduced[m].weight = 0;
    } else {
      reduced[m] = moment_match(original, members[m]);
    }
  }
}

}  // namespace detail

/// Σ_n w_n min_m KL(original_n || reduced_m) in nats: the composite transport divergence of two
/// mixtures with the weights of the second free, an upper bound on the Kullback-Leibler divergence
/// from the original to the reduced mixture with the weights that the assignment gives it (Zhang &
/// Chen 2020, "A unified framework for Gaussian mixture reduction with composite transportation
/// distance"). Zero if every original component is in the reduced mixture.
/// \param original, reduced  of one dimension and scalar, without backgrounds
/// \throws std::invalid_argument  if they are not. \complexity  O(K M Dim³), of K and M components
template <class Original, class Reduced>
typename Original::Real composite_transport_kl(const Original& original, const Reduced& reduced) {
  constexpr const char* where = "composite_transport_kl";
  constexpr int Dim = detail::common_size(Original::Dim, Reduced::Dim);
  if constexpr (detail::are_of_one_space<Original, Reduced>()) {
    detail::check_same_dimension(where, original.dimension(), reduced.dimension());
    const auto factors = detail::all_factored(where, detail::normals_of<Dim>(where, original));
    return detail::nearest_of(where, factors, detail::normals_of<Dim>(where, reduced)).cost;
  } else {
    throw std::logic_error("eigenmix: unreachable");
  }
}

/// Brings a reduced mixture nearer to the original: each original component goes to the reduced one
/// that is nearest in Kullback-Leibler divergence, and each of these becomes the normal
/// distribution of the weight, mean and covariance of those it got. No step raises
/// composite_transport_kl (Zhang & Chen 2020, their majorisation-minimisation for this cost; Davis
/// & Dhillon 2007 with hard assignment). A component that gets none takes the original one that
/// costs most; if there is none to take, it stays with a weight of zero.
/// \param reduced     the start, as reduce makes it
/// \param original    of the same dimension and scalar; both without backgrounds
/// \param iterations  >= 0, at most; it ends sooner when nothing changes
/// \return covariances of any form
/// \throws std::invalid_argument  if an argument is not as said. \complexity  O(K M Dim³) a step
template <class Reduced, class Original>
auto refine(const Reduced& reduced, const Original& original, Index iterations = 100)
    -> Refinement<detail::CommonMixture<Original, Reduced>> {
  constexpr const char* where = "refine";
  using Mixture = detail::CommonMixture<Original, Reduced>;
  constexpr int Dim = Mixture::Dim;
  if constexpr (detail::are_of_one_space<Original, Reduced>()) {
    detail::check_same_dimension(where, reduced.dimension(), original.dimension());
    detail::non_negative(where, "iterations", iterations);
    const auto normals = detail::normals_of<Dim>(where, original);
    const auto factors = detail::all_factored(where, normals);
    auto current = detail::normals_of<Dim>(where, reduced);
    auto nearest = detail::nearest_of(where, factors, current);
    std::vector<typename Mixture::Real> costs{nearest.cost};
    bool converged = false;
    detail::Vector<Index> before;
    for (Index step = 0; step < iterations && !converged; ++step) {
      detail::occupy_empty(static_cast<Index>(current.size()), nearest);
      before = nearest.to;
      detail::set_barycentres(normals, before, current);
      nearest = detail::nearest_of(where, factors, current);
      costs.push_back(nearest.cost);
      converged = nearest.to == before;
    }
    detail::normalise_weights(current);
    return {detail::mixture_of_normals<Mixture>(where, current), std::move(costs), nearest.to,
            converged};
  } else {
    throw std::logic_error("eigenmix: unreachable");
  }
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_ALGEBRA_REFINEMENT_HPP
