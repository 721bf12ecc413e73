// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_BASE_ACCESS_HPP
#define EIGENMIX_BASE_ACCESS_HPP

#include <utility>

#include <eigenmix/version.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The one door to a mixture's parameters for the algorithms that make and change mixtures.
struct Access {
  template <class Mixture>
  static auto& parameters(Mixture& mixture) {
    return mixture.parameters_;
  }
  template <class Mixture>
  static Mixture make(typename Mixture::Parameters parameters) {
    return Mixture(std::move(parameters));
  }
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_BASE_ACCESS_HPP
