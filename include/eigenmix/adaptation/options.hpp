// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ADAPTATION_OPTIONS_HPP
#define EIGENMIX_ADAPTATION_OPTIONS_HPP

#include <optional>

#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace adaptation {

/// What of a background model adapts; several are joined by |.
enum class Parts : unsigned { nothing = 0, weights = 1, means = 2, covariances = 4, all = 7 };

/// Both of two parts.
constexpr Parts operator|(Parts a, Parts b) {
  return static_cast<Parts>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}

/// How many samples of a component the background counts for: a component that owns n samples
/// takes n / (n + relevance) of them and the rest of the background. 0 leaves nothing of it, and
/// infinity all.
struct Relevance {
  /// One of all parts. NOLINTNEXTLINE(google-explicit-constructor): a number says it
  constexpr Relevance(double of_all) : weights(of_all), means(of_all), covariances(of_all) {}
  /// Each of its own: of weights, of means and of covariances.
  constexpr Relevance(double of_weights, double of_means, double of_covariances)
      : weights(of_weights), means(of_means), covariances(of_covariances) {}

  double weights, means, covariances;
};

/// What `adapt` does: by default, as Reynolds, Quatieri & Dunn (2000) found best for speakers, the
/// means alone, with a relevance of 16.
struct Options {
  Parts parts = Parts::means;
  Relevance relevance = 16;
};

/// How `log_likelihood_ratio` scores: by all components, or, an approximation, by those `top` that
/// a sample is likeliest under in the background.
struct Scoring {
  std::optional<Index> top;
};

}  // namespace adaptation
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_ADAPTATION_OPTIONS_HPP
