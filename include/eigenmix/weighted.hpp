// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_WEIGHTED_HPP
#define EIGENMIX_WEIGHTED_HPP

#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// What numbers beside samples say.
enum class WeightMeaning {
  importance,  ///< how much each is worth beside the others: a common factor says nothing
  count        ///< how often each was seen
};

/// Samples with a number beside each. Made by `weighted` or `counted`; goes wherever samples are
/// summed over: fit, initialize, moments, m_step, log_likelihood. [Dim x N] samples, N weights and
/// their meaning are as given: nothing is thrown here, everything is checked where it is used. Like
/// every Eigen expression it refers to the plain matrices it was made from, which must outlive it;
/// to make one costs O(1).
template <class Samples, class Weights>
class WeightedSamples {
 public:
  WeightedSamples(const Samples& samples, const Weights& weights, WeightMeaning meaning)
      : samples_(samples), weights_(weights), meaning_(meaning) {}

  const Samples& samples() const { return samples_; }  ///< [Dim x N]
  const Weights& weights() const { return weights_; }  ///< [N]
  WeightMeaning meaning() const { return meaning_; }
  Index rows() const { return samples_.rows(); }  ///< Dim
  Index cols() const { return samples_.cols(); }  ///< N

 private:
  typename Samples::Nested
      samples_;  // Eigen's rule: plain matrices by reference, the rest by value
  typename Weights::Nested weights_;
  WeightMeaning meaning_;
};

/// Samples x of unequal importance: `fit(weighted(x, w))`, for particles, survey weights, the
/// responsibilities of another model. A common factor of the weights says nothing: where they are
/// used they are brought to a sum of Kish's effective size, (Σ w)² / Σ w², which is N if all are
/// equal. Log-likelihoods, effective counts, criteria and stops are those of so many samples
/// (Kish 1965, Survey Sampling, section 11.7; Stata's aweights). Nothing is copied: O(1). Moments
/// of chunks that are to be added up want `counted`: each chunk would be scaled by itself.
/// \param samples  [Dim x N] one sample per column
/// \param weights  [N] row or column; checked where used, std::invalid_argument: finite, >= 0, the
///                 largest between 1e-300 and 1e300, N of them
template <class Samples, class Weights>
WeightedSamples<Samples, Weights> weighted(const Eigen::DenseBase<Samples>& samples,
                                           const Eigen::DenseBase<Weights>& weights) {
  return {samples.derived(), weights.derived(), WeightMeaning::importance};
}

/// Samples x that were seen so often each: `fit(counted(x, c))`, for histograms and tables. The same
/// as that many copies of each (Stata's fweights): the log-likelihood, effective counts and criteria
/// are of Σ c samples. Counts need not be whole. Nothing is copied: O(1).
/// \param samples  [Dim x N] one sample per column
/// \param counts   [N] row or column; checked where used, std::invalid_argument: finite, >= 0, with a
///                 sum between 1e-200 and 1e200, N of them
template <class Samples, class Counts>
WeightedSamples<Samples, Counts> counted(const Eigen::DenseBase<Samples>& samples,
                                         const Eigen::DenseBase<Counts>& counts) {
  return {samples.derived(), counts.derived(), WeightMeaning::count};
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_WEIGHTED_HPP
