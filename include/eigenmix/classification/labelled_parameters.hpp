// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_CLASSIFICATION_LABELLED_PARAMETERS_HPP
#define EIGENMIX_CLASSIFICATION_LABELLED_PARAMETERS_HPP

#include <limits>
#include <utility>

#include <eigenmix/classification/allowed_components.hpp>
#include <eigenmix/em/responsibilities.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Parameters of a fit to samples of which something is known. The engine takes them as it takes
/// others; only the responsibilities under them, below, are others.
template <class Base>
struct LabelledParameters : Base {
  /// \param known  must outlive this
  LabelledParameters(Base base, const classification::AllowedComponents& known)
      : Base(std::move(base)), allowed(&known) {}

  /// Labels name components by number.
  [[noreturn]] void erase(Index k) {
    reject("fit_semi_supervised", "action of the degeneracy policy", "drop of component " + text(k),
           "floor, reseed or raise_error, which keep their numbers");
  }

  const classification::AllowedComponents* allowed;
};

/// Responsibilities under parameters for samples of which something is known: components that are
/// not allowed have none, and the log-likelihood is Σ_n w_n log Σ_{k allowed} w_k N(x_n | k).
template <class Base>
class ModelResponsibilities<LabelledParameters<Base>> {
 public:
  using Parameters = LabelledParameters<Base>;
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;

  explicit ModelResponsibilities(const Parameters& parameters)
      : parameters_(parameters),
        least_typical_(parameters.log_constants.maxCoeff() - 32 * Scalar(parameters.dimension())) {}

  /// As without labels, to the bit, where everything is allowed. \return -infinity if a sample has
  /// no density under what is allowed; its responsibilities mean nothing then
  Real operator()(Workspace<Parameters>& workspace, Index begin) const {
    fill_log_densities(parameters_, parameters_.log_constants, workspace);
    const Real shortfall = forbid(workspace, begin);
    const auto& tile = workspace.tile;
    workspace.tails_are_negligible = false;
    constexpr Index most_components = 1 << 15;  // whose eighth power a float can hold
    if (tile.is_weighted || workspace.storage.cols() > most_components) {
      return shortfall +
             normalise(workspace.values(), tile.weights.data(), workspace.log_density.data());
    }
    Scalar lowest = 0;
    const Real log_likelihood =
        normalise_unweighted(workspace.values(), tile.weights.data(), lowest);
    workspace.tails_are_negligible = lowest > least_typical_;
    return shortfall + log_likelihood;
  }

 private:
  /// \return 0, or -infinity if a sample of positive weight has no density under what is allowed
  Real forbid(Workspace<Parameters>& workspace, Index begin) const {
    Real shortfall = 0;
    for (Index n = 0; n < workspace.tile.size; ++n) {
      if (parameters_.allowed->allows_all(begin + n) || forbid(n, begin + n, workspace)) continue;
      workspace.storage(n, 0) = 0;  // any finite number: no NaN comes of it
      if (workspace.tile.weights(n) > 0) shortfall = -std::numeric_limits<Real>::infinity();
    }
    return shortfall;
  }

  /// \param n  in the tile. \return whether some density is left
  bool forbid(Index n, Index sample, Workspace<Parameters>& workspace) const {
    constexpr Scalar nothing = -std::numeric_limits<Scalar>::infinity();
    bool is_any_left = false;
    for (Index k = 0; k < workspace.storage.cols(); ++k) {
      Scalar& value = workspace.storage(n, k);
      if (!parameters_.allowed->allows(k, sample)) value = nothing;
      is_any_left |= value > nothing;
    }
    return is_any_left;
  }

  const Parameters& parameters_;
  Scalar least_typical_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_CLASSIFICATION_LABELLED_PARAMETERS_HPP
