// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_WEIGHTED_HPP
#define EIGENMIX_WEIGHTED_HPP

#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// Samples that count with a weight each. Made by `weighted`; goes wherever samples are summed
/// over: fit, initialize, moments, m_step, log_likelihood.
///
/// Like every Eigen expression it refers to the plain matrices it was made from, which must
/// outlive it.
template <class Samples, class Weights>
class WeightedSamples {
 public:
  WeightedSamples(const Samples& samples, const Weights& weights)
      : samples_(samples), weights_(weights) {}

  const Samples& samples() const { return samples_; }
  const Weights& weights() const { return weights_; }
  Index rows() const { return samples_.rows(); }
  Index cols() const { return samples_.cols(); }

 private:
  typename Samples::Nested
      samples_;  // Eigen's rule: plain matrices by reference, the rest by value
  typename Weights::Nested weights_;
};

/// Samples x with a weight for each: `fit(weighted(x, w))`.
///
/// An integer weight means the same as that many copies of the sample. Any non-negative weights not
/// all zero, with a sum between 1e-200 and 1e200, will do: log-likelihoods and effective counts
/// scale with their sum, parameters do not.
/// \param samples  [Dim x N] one sample per column
/// \param weights  [N] row or column; checked (finite, >= 0, not all zero, N of them) where used
template <class Samples, class Weights>
WeightedSamples<Samples, Weights> weighted(const Eigen::DenseBase<Samples>& samples,
                                           const Eigen::DenseBase<Weights>& weights) {
  return {samples.derived(), weights.derived()};
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_WEIGHTED_HPP
