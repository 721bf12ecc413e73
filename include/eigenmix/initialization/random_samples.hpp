// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INITIALIZATION_RANDOM_SAMPLES_HPP
#define EIGENMIX_INITIALIZATION_RANDOM_SAMPLES_HPP

#include <algorithm>
#include <utility>
#include <vector>

#include <eigenmix/initialization/start.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace initialization {

/// K different samples as means, drawn with their weights as probabilities; the covariance of all
/// the data for every component; equal weights. "Wild, but not too wild": cheap, and worth several
/// restarts.
/// \complexity  O(N log K) time for the draw and two passes, O(N Dim²) for dense families; memory
///              for two numbers a sample
/// \see Efraimidis & Spirakis (2006), Inf. Process. Lett. 97, 181-185, for the draw
struct RandomSamples {
  /// A fixed default, so that a fit that is run twice gives the same answer twice.
  std::uint64_t seed = 0;

  /// \param components  K, from 1 to the number of samples of positive weight
  /// \throws std::invalid_argument  if squares of the samples cannot be represented
  template <class Mixture, class Samples, class Execution>
  Mixture start(const Samples& samples, Index components, const Execution& execution) const {
    random::Engine engine(seed);
    // One exponential race for all (Efraimidis & Spirakis 2006): the K smallest of -log(u) / w are
    // a draw without replacement with probabilities proportional to w.
    std::vector<std::pair<double, Index>> arrivals;
    for (Index n = 0; n < samples.count(); ++n) {
      const double weight = double(samples.weight(n));
      const double time = -std::log1p(-random::uniform(engine));
      arrivals.emplace_back(weight > 0 ? time / weight : infinity, n);
    }
    std::partial_sort(arrivals.begin(), arrivals.begin() + components, arrivals.end());
    detail::Matrix<typename Mixture::Scalar, Mixture::Dim> means(samples.dimension(), components);
    for (Index k = 0; k < components; ++k) {
      const Index n = arrivals[static_cast<std::size_t>(k)].second;
      for (Index i = 0; i < samples.dimension(); ++i) means(i, k) = samples.value(i, n);
    }
    const auto single = detail::start_maker<Mixture>("initialize", samples, execution).single();
    return detail::Access::make<Mixture>(detail::repeated_at(single, means));
  }

 private:
  static constexpr double infinity = std::numeric_limits<double>::infinity();
};

}  // namespace initialization
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INITIALIZATION_RANDOM_SAMPLES_HPP
