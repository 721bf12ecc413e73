// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SELECTION_NESTED_START_HPP
#define EIGENMIX_SELECTION_NESTED_START_HPP

#include <optional>
#include <utility>

#include <eigenmix/initialization/start.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// A mixture of any family as one of Full, to which every covariance belongs, noise included.
/// O(K Dim³).
template <class Scalar, int Dim, class Covariance>
GaussianMixture<Scalar, Dim> as_full(const GaussianMixture<Scalar, Dim, Covariance>& mixture) {
  GaussianMixture<Scalar, Dim> full(mixture.weights(), mixture.means(), mixture.covariances());
  full.set_noise(mixture.noise());
  return full;
}

/// Responsibilities under a mixture of another family, its noise left aside.
template <class Other>
class BorrowedResponsibilities {
 public:
  explicit BorrowedResponsibilities(const Other& other) : other_(&other) {}

  template <class Workspace>
  typename Other::Real operator()(Workspace& workspace, Index) const {
    typename Other::Scratch scratch;
    other_->density.log_densities(workspace.tile, other_->means, other_->log_constants,
                                  workspace.values(), scratch);
    return normalise(workspace.values(), workspace.tile.weights.data(),
                     workspace.log_density.data());
  }

 private:
  const Other* other_;
};

/// A mixture to start from that is as likely as `full`, whose covariances are those of a family
/// nested in Mixture's: the same parameters, or, where rounding has left them outside what the
/// family takes for its own structure, those of the next M-step, which is where EM would go from
/// there.
template <class Mixture, class Full, class Samples, class Execution>
Mixture from_nested(const Full& full, const Samples& samples, const Execution& execution) {
  if constexpr (std::is_same_v<Mixture, Full>) {
    return full;
  } else {
    std::optional<Mixture> made;
    try {
      made.emplace(full.weights(), full.means(), full.covariances());
    } catch (const std::invalid_argument&) {
      const BorrowedResponsibilities<ParametersOf<Full>> source(Access::parameters(full));
      made = Access::make<Mixture>(
          start_maker<Mixture>("select", samples, execution).from(source, full.component_count()));
    }
    made->set_noise(full.noise());
    return std::move(*made);
  }
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SELECTION_NESTED_START_HPP
