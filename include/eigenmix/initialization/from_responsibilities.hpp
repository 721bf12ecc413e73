// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INITIALIZATION_FROM_RESPONSIBILITIES_HPP
#define EIGENMIX_INITIALIZATION_FROM_RESPONSIBILITIES_HPP

#include <eigenmix/initialization/start.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace initialization {

/// A soft assignment: one M-step (equations 1 and 2) from responsibilities of the user's own, in
/// two passes over the samples, O(N K Dim²) for dense families, O(N K Dim) for others.
/// \tparam Scalar  that of the mixture
template <class Scalar>
class FromResponsibilities {
 public:
  /// \param responsibilities  [K x N] >= 0, columns summing to one within 1e-5; copied,
  ///                          and checked by `start`, which knows N and K
  template <class R>
  explicit FromResponsibilities(const Eigen::MatrixBase<R>& responsibilities)
      : responsibilities_(responsibilities) {}

  /// \param components  K
  /// \throws std::invalid_argument  if they are not as said, a component has none, or squares of
  ///                                the samples cannot be represented
  template <class Mixture, class Samples, class Execution>
  Mixture start(const Samples& samples, Index components, const Execution& execution) const {
    static_assert(std::is_same_v<Scalar, typename Mixture::Scalar>,
                  "eigenmix: FromResponsibilities has another scalar type than the mixture; cast "
                  "the responsibilities first");
    detail::check_shape("FromResponsibilities", "responsibilities",
                        {responsibilities_.rows(), responsibilities_.cols()},
                        {components, samples.count()});
    const detail::GivenResponsibilities<detail::Matrix<Scalar>> source(responsibilities_);
    detail::check_responsibilities("FromResponsibilities", source, components, samples.count());
    return detail::Access::make<Mixture>(
        detail::start_maker<Mixture>("FromResponsibilities", samples, execution)
            .from(source, components));
  }

 private:
  detail::Matrix<Scalar> responsibilities_;
};

template <class R>
FromResponsibilities(const Eigen::MatrixBase<R>&) -> FromResponsibilities<typename R::Scalar>;

}  // namespace initialization
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INITIALIZATION_FROM_RESPONSIBILITIES_HPP
