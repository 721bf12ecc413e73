// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_RESPONSIBILITIES_HPP
#define EIGENMIX_EM_RESPONSIBILITIES_HPP

#include <eigenmix/em/expectation.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Where the responsibilities of an E-step come from: from the parameters, from the caller, from
/// labels. Whoever can fill a tile with some is a source.
template <class Parameters>
struct ResponsibilitySource {
  using Real = typename Parameters::Real;

  /// Fills workspace.values with the weighted responsibilities of workspace.tile, whose first
  /// sample is `begin`. \return the log-likelihood of the tile; 0 where there is none
  FunctionRef<Real(Workspace<Parameters>& workspace, Index begin)> fill;
  Index columns;  ///< components, and one more if there is noise
};

/// Responsibilities under parameters: equation 5.
template <class Parameters>
class ModelResponsibilities {
 public:
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;

  /// Tails are negligible where every sample is within sqrt(64 Dim) deviations of its component:
  /// a responsibility of 1e-18 then carries at most 64 times what an owned sample brings to the
  /// second moments. Where a sample is farther out, it may be what decides them.
  explicit ModelResponsibilities(const Parameters& parameters)
      : parameters_(parameters),
        least_typical_(parameters.log_constants.maxCoeff() - 32 * Scalar(parameters.dimension())) {}

  Real operator()(Workspace<Parameters>& workspace, Index) const {
    fill_log_densities(parameters_, parameters_.log_constants, workspace);
    const auto& tile = workspace.tile;
    workspace.tails_are_negligible = false;
    constexpr Index most_components = 1 << 15;  // whose eighth power a float can hold
    if (tile.is_weighted || workspace.storage.cols() > most_components) {
      return normalise(workspace.values(), tile.weights.data(), workspace.log_density.data());
    }
    Scalar lowest = 0;
    const Real log_likelihood =
        normalise_unweighted(workspace.values(), tile.weights.data(), lowest);
    workspace.tails_are_negligible = lowest > least_typical_;
    return log_likelihood;
  }

 private:
  const Parameters& parameters_;
  Scalar least_typical_;
};

/// Responsibilities that are given, K x N.
template <class Expression>
class GivenResponsibilities {
 public:
  explicit GivenResponsibilities(const Expression& given) : read_(given) {}

  auto operator()(Index k, Index n) const { return read_(k, n); }

  template <class Parameters>
  typename Parameters::Real operator()(Workspace<Parameters>& workspace, Index begin) const {
    const auto& tile = workspace.tile;
    for (Index k = 0; k < workspace.storage.cols(); ++k) {
      for (Index n = 0; n < tile.size; ++n) {
        workspace.storage(n, k) = tile.weights(n) * read_(k, begin + n);
      }
      for (Index n = tile.size; n < tile.width; ++n) workspace.storage(n, k) = 0;
    }
    return 0;
  }

 private:
  ExpressionReader<Expression> read_;
};

/// Responsibilities that are all or nothing: one label per sample.
/// \tparam Label  an integer, of which labels points to N
template <class Label>
class LabelResponsibilities {
 public:
  explicit LabelResponsibilities(const Label* labels) : labels_(labels) {}

  template <class Parameters>
  typename Parameters::Real operator()(Workspace<Parameters>& workspace, Index begin) const {
    const auto& tile = workspace.tile;
    workspace.storage.setZero();
    for (Index n = 0; n < tile.size; ++n) {
      workspace.storage(n, static_cast<Index>(labels_[begin + n])) = tile.weights(n);
    }
    return 0;
  }

 private:
  const Label* labels_;
};

/// A single component is responsible for every sample.
struct UnitResponsibilities {
  template <class Parameters>
  typename Parameters::Real operator()(Workspace<Parameters>& workspace, Index) const {
    workspace.storage.col(0).head(workspace.tile.width) =
        workspace.tile.weights.head(workspace.tile.width);
    return 0;
  }
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_RESPONSIBILITIES_HPP
