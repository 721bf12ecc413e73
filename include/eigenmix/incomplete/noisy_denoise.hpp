// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_NOISY_DENOISE_HPP
#define EIGENMIX_INCOMPLETE_NOISY_DENOISE_HPP

#include <algorithm>
#include <cmath>
#include <vector>

#include <eigenmix/base/access.hpp>
#include <eigenmix/em/source_evaluation.hpp>
#include <eigenmix/execution/accepted_execution.hpp>
#include <eigenmix/incomplete/noisy.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The conditional means of things under the components, sample by sample.
template <class Scalar>
class Denoiser {
 public:
  using Real = Accumulator<Scalar>;
  using Block = NoisyBlock<Scalar>;

  explicit Denoiser(const NoisyComponents<Scalar>& of)
      : of_(of), gains_(static_cast<std::size_t>(of.count())) {}

  /// The guesses for samples [begin, end) of a block, into the columns that are theirs.
  template <class Shares, class Guesses>
  void estimate(const Block& block, Index begin, Index end, const Shares& shares,
                Guesses& guesses) {
    for (Index n = begin; n < end; ++n) {
      const Index number = block.numbers[static_cast<std::size_t>(n)];
      auto guess = guesses.col(number);
      estimate_one(block, n, shares.col(number), guess);
    }
  }

 private:
  /// Σ_k share_k (m_k + gain_k (x - R m_k)) of sample n; x has the share of a background.
  template <class Shares, class Guess>
  void estimate_one(const Block& block, Index n, const Shares& shares, Guess& guess) {
    if (block.kind == NoiseKind::none && !block.is_projected()) {
      guess = block.x.col(n);
      return;
    }
    if (&block != block_ || block.is_own()) assign(block, n);
    Vector<Real> sum = Vector<Real>::Zero(of_.dimension());
    for (Index k = 0; k < of_.count(); ++k) {
      const Matrix<Real>& gain = gains_[static_cast<std::size_t>(k)].gain;
      Vector<Real> mean = of_.means.col(k);
      for (Index j = 0; j < block.x.rows(); ++j) {
        mean += (Real(block.x(j, n)) - seen_mean(block, j, k)) * gain.col(j);
      }
      sum += Real(shares(k)) * mean;
    }
    if (shares.size() > of_.count()) {
      sum += Real(shares(of_.count())) * block.x.col(n).template cast<Real>();
    }
    guess = sum.template cast<Scalar>();
  }

  Real seen_mean(const Block& block, Index j, Index k) const {
    if (!block.is_projected()) return of_.means(j, k);
    Real sum = 0;
    for (Index i = 0; i < of_.dimension(); ++i) sum += block.projection(j, i) * of_.means(i, k);
    return sum;
  }

  void assign(const Block& block, Index n) {
    block_ = &block;
    const Block* seen = &block;
    if (block.is_own()) {
      single_.kind = NoiseKind::common;
      single_.x = block.x.col(n);
      single_.numbers = {block.numbers[static_cast<std::size_t>(n)]};
      single_.covariance = NoisySamples<Scalar>::matrix_of(block.own.row(n), block.kind);
      seen = &single_;
    }
    seen_.assign("denoise", of_, *seen);
    for (Index k = 0; k < of_.count(); ++k) {
      seen_.condition(k, gains_[static_cast<std::size_t>(k)]);
    }
  }

  const NoisyComponents<Scalar>& of_;
  const Block* block_ = nullptr;
  Block single_;  // one sample of a block in which each has its own noise
  SeenComponents<Scalar> seen_;
  std::vector<typename SeenComponents<Scalar>::Conditional> gains_;
};

/// [K or K + 1 x N] responsibilities of the components, and of a background.
template <class Parameters, class Source>
Matrix<typename Parameters::Scalar> noisy_responsibilities(const Parameters& parameters,
                                                           const Source& source,
                                                           const AnyExecution& execution) {
  using Scalar = typename Parameters::Scalar;
  SourceEvaluation<Parameters, Source> samples("denoise", parameters, source, execution);
  Matrix<Scalar> shares(value_columns(parameters), source.count());
  samples.for_each_sample([&](Index n, const Vector<Scalar>& values) {
    const Scalar all = log_sum_exp(values);
    for (Index k = 0; k < values.size(); ++k) shares(k, n) = std::exp(values(k) - all);
  });
  return shares;
}

}  // namespace detail

/// The best guess of what was measured: E[z | x] of every sample under a mixture of the things, Σ_k
/// r_nk (m_k + Σ_k R^T (R Σ_k R^T + S)^-1 (x_n - R m_k)). It has the least mean square error if the
/// mixture is true; the guesses vary less than the things do. A background's guess is x itself.
///
/// \param mixture    of the things, as a fit of noisy samples gives it
/// \param samples    noisy(...), of the mixture's scalar and dimension; weights do not matter
/// \param execution  any execution policy; the same to the bit
/// \return [Dim x N] in the order of the samples; x itself where it is exact
/// \throws std::invalid_argument  if the mixture has another dimension, or a background and some
///                                sample is projected
/// \complexity  O(N K Dim²), and O(K Dim³) for each group of equal noise; O(N K Dim³) where each
///              sample has its own; O(N K) memory. (Bovy, Hogg & Roweis 2011, equation 17)
template <class Scalar, int Dim, class Covariance, int Rows, class Execution = execution::Serial>
detail::Matrix<Scalar, Dim> denoise(const GaussianMixture<Scalar, Dim, Covariance>& mixture,
                                    const Noisy<Scalar, Rows>& samples,
                                    const Execution& execution = {}) {
  const auto& parameters = detail::Access::parameters(mixture);
  const detail::AnyExecution any = detail::accepted_execution(execution);
  const detail::Matrix<Scalar> shares = detail::noisy_responsibilities(parameters, samples, any);
  detail::NoisyComponents<Scalar> components;
  components.assign(parameters, parameters.log_constants);
  detail::Matrix<Scalar, Dim> result(samples.dimension(), samples.count());
  for (const auto& block : samples.samples().blocks()) {
    const auto tiling =
        detail::Tiling::of<Scalar>(block.count(), components.dimension(), components.count(), 1);
    std::vector<detail::Denoiser<Scalar>> workers(detail::workspace_count(any, tiling),
                                                  detail::Denoiser<Scalar>(components));
    detail::for_each_strip(any, tiling, workers, [&](Index strip, auto& worker) {
      const Index end = std::min(block.count(), (strip + 1) * tiling.strip);
      worker.estimate(block, strip * tiling.strip, end, shares, result);
    });
  }
  return result;
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_NOISY_DENOISE_HPP
