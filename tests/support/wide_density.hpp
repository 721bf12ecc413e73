// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_SUPPORT_WIDE_DENSITY_HPP
#define EIGENMIX_TESTS_SUPPORT_WIDE_DENSITY_HPP

#include <cmath>

#include <support/data.hpp>

// The density of a mixture in one or two dimensions, naively, in long double.

namespace eigenmix_tests {

using WideVector = Vector<Wide>;
using WideMatrix = Matrix<Wide>;

inline const Wide two_pi = 6.283185307179586476925286766559005768L;

/// N(offset; 0, S) in one or two dimensions, by the inverse written out.
inline Wide normal_density(const WideVector& offset, const WideMatrix& s) {
  if (offset.size() == 1) {
    return std::exp(-offset(0) * offset(0) / s(0, 0) / 2) / std::sqrt(two_pi * s(0, 0));
  }
  const Wide determinant = s(0, 0) * s(1, 1) - s(0, 1) * s(1, 0);
  const Wide square = (s(1, 1) * offset(0) * offset(0) - 2 * s(0, 1) * offset(0) * offset(1) +
                       s(0, 0) * offset(1) * offset(1)) /
                      determinant;
  return std::exp(-square / 2) / (two_pi * std::sqrt(determinant));
}

template <class Mixture>
Wide density(const Mixture& mixture, const WideVector& x) {
  Wide sum = 0;
  for (Index k = 0; k < mixture.component_count(); ++k) {
    const WideVector mean = mixture.means().col(k).template cast<Wide>();
    const WideMatrix s = mixture.covariance(k).template cast<Wide>();
    sum += Wide(mixture.weights()(k)) * normal_density(x - mean, s);
  }
  return sum;
}

}  // namespace eigenmix_tests

#endif  // EIGENMIX_TESTS_SUPPORT_WIDE_DENSITY_HPP
