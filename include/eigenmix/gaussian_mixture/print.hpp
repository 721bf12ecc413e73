// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_GAUSSIAN_MIXTURE_PRINT_HPP
#define EIGENMIX_GAUSSIAN_MIXTURE_PRINT_HPP

#include <algorithm>
#include <iomanip>
#include <ostream>

#include <eigenmix/gaussian_mixture.hpp>
#include <eigenmix/report/format_guard.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// Prints a mixture to be read by a person: one line per component with weight and mean, its
/// covariance below; at most the first 8 components and the first 8 dimensions. Digits as the
/// stream's precision says; its format is left as it was.
template <class Scalar, int Dim, class Covariance>
std::ostream& operator<<(std::ostream& out,
                         const GaussianMixture<Scalar, Dim, Covariance>& mixture) {
  constexpr Index most = 8;
  const detail::FormatGuard guard(out);
  const Index d = std::min(most, mixture.dimension());
  const Index k_shown = std::min(most, mixture.component_count());
  const int width = static_cast<int>(out.precision()) + 7;
  out << "GaussianMixture: " << mixture.component_count() << " components, " << mixture.dimension()
      << " dimensions, " << Covariance::name << " covariances\n";
  for (Index k = 0; k < k_shown; ++k) {
    out << "component " << k << ": weight " << mixture.weights()(k) << "\n  mean      ";
    for (Index i = 0; i < d; ++i) out << std::setw(width) << mixture.means()(i, k);
    const auto covariance = mixture.covariance(k);
    for (Index i = 0; i < d; ++i) {
      out << (i == 0 ? "\n  covariance" : "\n            ");
      for (Index j = 0; j < d; ++j) out << std::setw(width) << covariance(i, j);
    }
    out << '\n';
  }
  const Noise noise = mixture.noise();
  if (noise.weight > 0) {
    out << "noise: weight " << noise.weight << " of all, log density " << noise.log_density << '\n';
  }
  if (k_shown < mixture.component_count() || d < mixture.dimension()) {
    out << "(the first " << k_shown << " components and " << d << " dimensions)\n";
  }
  return out;
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_GAUSSIAN_MIXTURE_PRINT_HPP
