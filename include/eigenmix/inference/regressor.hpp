// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_REGRESSOR_HPP
#define EIGENMIX_INFERENCE_REGRESSOR_HPP

#include <utility>
#include <vector>

#include <eigenmix/inference/marginal.hpp>
#include <eigenmix/inference/regression_kernel.hpp>
#include <eigenmix/inference/whole.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// Means and covariances of outputs y at N inputs x.
template <class Scalar>
struct Regression {
  detail::Matrix<Scalar> mean;         ///< [Dy x N] E(y | x_n)
  detail::Matrix<Scalar> covariances;  ///< [Dy² x N] Cov(y | x_n), column by column

  /// [Dy x Dy] the covariance at column n, a view: O(1). n is not checked.
  Eigen::Map<const detail::Matrix<Scalar>> covariance(Index n) const {
    return {covariances.data() + n * covariances.rows(), mean.rows(), mean.rows()};
  }
};

/// Regression by a mixture of the joint distribution p(x, y) of inputs and outputs (Ghahramani &
/// Jordan 1994; Calinon 2016, "GMR"): what y is expected to be where x is known. Everything that
/// does not depend on x is computed once, so it is the form of `condition` for many x.
///
/// With r_k(x) the responsibilities of the components' parts in x, which are the gate, and
/// m_k(x) = μ_y,k + G_k (x - μ_x,k), G_k = Σ_yx,k Σ_xx,k^-1,
/// \f[ E(y|x) = \sum_k r_k m_k, \quad
///     Cov(y|x) = \sum_k r_k (C_k + (m_k - E(y|x)) (m_k - E(y|x))^T), \f]
/// C_k = Σ_yy - G_k Σ_xy. Responsibilities are in the log domain, far inputs go to a component near
/// to them; differences are taken before anything is multiplied. What leaves the range of Scalar is
/// held at its edge and is no NaN.
///
///     const Regressor regressor(mixture, {0, 1});              // the others are outputs
///     const auto y = regressor.mean(x);                        // [Dy x N]
///     const auto both = regressor.regression(x);               // both.mean, both.covariance(n)
///
/// A mean of one output of one input of eight components takes 10 ns in double, 6 in float (AVX-512,
/// one core; benchmark/inference.cpp). Members may be called from several threads at once, and
/// every execution policy has the same result.
/// \tparam Scalar  of the mixture
template <class Scalar_>
class Regressor {
 public:
  using Scalar = Scalar_;
  using Inputs = GaussianMixture<Scalar>;

  /// \param mixture  of inputs and outputs, any family
  /// \param inputs   its dimensions that x has, in the order of x's rows, each once
  /// \param outputs  those that y has
  /// \throws std::invalid_argument  if a list is empty, an index is no dimension, twice in a list or
  ///                                in both; or if there is noise, of which it is not known where
  ///                                it ends
  /// \complexity  O(K (Dx + Dy)³)
  template <int Dim, class Covariance>
  Regressor(const GaussianMixture<Scalar, Dim, Covariance>& mixture, const DimensionList& inputs,
            const DimensionList& outputs)
      : Regressor(mixture, inputs.indices(), outputs.indices(), Checked()) {}

  /// As above; the outputs are the other dimensions, ascending; there must be one.
  template <int Dim, class Covariance>
  Regressor(const GaussianMixture<Scalar, Dim, Covariance>& mixture, const DimensionList& inputs)
      : Regressor(mixture, inputs.indices(),
                  detail::other_dimensions(inputs.indices(), mixture.dimension()), Checked()) {}

  Index component_count() const { return inputs_.component_count(); }       ///< K
  const std::vector<Index>& inputs() const { return input_dimensions_; }    ///< [Dx]
  const std::vector<Index>& outputs() const { return output_dimensions_; }  ///< [Dy]
  const Inputs& input_mixture() const { return inputs_; }  ///< of x alone, the gate

  /// [Dy x Dx] G_k, a copy: O(Dx Dy). \throws std::invalid_argument  if k is not in [0, K)
  detail::Matrix<Scalar> gain(Index k) const {
    detail::check_component("Regressor::gain", k, component_count());
    return gains_[static_cast<std::size_t>(k)];
  }

  /// [Dy x Dy] C_k, the covariance of component k where x is known; it does not depend on x. A
  /// copy: O(Dy²).
  /// \throws std::invalid_argument  if k is not in [0, K)
  detail::Matrix<Scalar> conditional_covariance(Index k) const {
    detail::check_component("Regressor::conditional_covariance", k, component_count());
    const auto dy = static_cast<Index>(output_dimensions_.size());
    return Eigen::Map<const detail::Matrix<Scalar>>(within_.col(k).data(), dy, dy);
  }

  /// E(y | x_n) for every column.
  /// \param x  [Dx x N] inputs, one a column
  /// \return [Dy x N]
  /// \throws std::invalid_argument  if x is not of that shape, has no column, or a number in it is
  ///                                not finite
  /// \complexity  O(N K Dx (Dx + Dy)) time, memory for a tile a thread
  template <class X, class Execution = execution::Serial>
  detail::Matrix<Scalar> mean(const X& x, const Execution& execution = {}) const {
    detail::Matrix<Scalar> result;
    regress("Regressor::mean", x, detail::accepted_execution(execution), result, nullptr);
    return result;
  }

  /// E(y | x_n) and Cov(y | x_n) for every column, the covariances within and between components.
  /// \param x  [Dx x N] \throws std::invalid_argument  as mean
  /// \complexity  O(N K (Dx + Dy)²) time, N Dy² numbers
  template <class X, class Execution = execution::Serial>
  Regression<Scalar> regression(const X& x, const Execution& execution = {}) const {
    Regression<Scalar> result;
    regress("Regressor::regression", x, detail::accepted_execution(execution), result.mean,
            &result.covariances);
    return result;
  }

  /// [K x N] the weights of the components' conditional means, which sum to one in each column.
  /// \param x  [Dx x N] \throws std::invalid_argument  as mean
  /// \complexity  O(N K Dx²)
  template <class X, class Execution = execution::Serial>
  detail::Matrix<Scalar> responsibilities(const X& x, const Execution& execution = {}) const {
    return inputs_.responsibilities(x, execution);
  }

 private:
  using Real = Accumulator<Scalar>;
  using Parameters = detail::Parameters<Scalar, Eigen::Dynamic, covariance::Full::Layout>;
  using Workspace = detail::Workspace<Parameters>;
  using Tile = detail::RegressionTile<Scalar>;
  struct Checked {};

  template <class Mixture>
  Regressor(const Mixture& mixture, const std::vector<Index>& inputs,
            const std::vector<Index>& outputs, Checked)
      : input_dimensions_(checked(mixture, "inputs", inputs)),
        output_dimensions_(checked(mixture, "outputs", outputs)),
        inputs_(detail::marginal_over<Eigen::Dynamic>("Regressor", mixture, inputs)) {
    for (const Index i : outputs) {
      if (!detail::is_among(inputs, i)) continue;
      detail::reject("Regressor", "dimension " + detail::text(i), "it as input and as output",
                     "it as one of them");
    }
    set_centre(mixture);
    set_lines(detail::Access::parameters(mixture));
  }

  template <class Mixture>
  static const std::vector<Index>& checked(const Mixture& mixture, const char* what,
                                           const std::vector<Index>& indices) {
    detail::check_dimensions("Regressor", what, indices, mixture.dimension());
    return indices;
  }

  /// Outputs are summed about a point among the means, so that no digits go where all are far from
  /// zero.
  template <class Mixture>
  void set_centre(const Mixture& mixture) {
    const detail::OverallMean overall(detail::Access::parameters(mixture));
    centre_.resize(static_cast<Index>(output_dimensions_.size()));
    for (std::size_t j = 0; j < output_dimensions_.size(); ++j) {
      centre_(static_cast<Index>(j)) = Scalar(overall.mean(output_dimensions_[j]));
    }
  }

  template <class MixtureParameters>
  void set_lines(const MixtureParameters& parameters) {
    const auto dx = static_cast<Index>(input_dimensions_.size()), dy = centre_.size();
    means_.resize(dx, dy, component_count());
    within_.resize(dy * dy, component_count());
    for (Index k = 0; k < component_count(); ++k) {
      const detail::ComponentParts<Real> parts("Regressor", parameters, k, input_dimensions_,
                                               output_dimensions_);
      const detail::Matrix<Real> gain = parts.gain();
      gains_.push_back(gain.template cast<Scalar>());
      means_.assign(
          k, [&](Index j) { return parts.wanted_mean(j) - Real(centre_(j)); },
          [&](Index i) { return parts.given_mean(i); }, gain);
      for (Index j = 0; j < dy; ++j) {
        for (Index i = 0; i < dy; ++i) {
          within_(j * dy + i, k) = Scalar(parts.conditional_covariance(i, j));
        }
      }
    }
  }

  /// \param covariances  where to, or null
  template <class X>
  void regress(const char* where, const X& x, const detail::AnyExecution& execution,
               detail::Matrix<Scalar>& mean, detail::Matrix<Scalar>* covariances) const {
    using Boundary = detail::Boundary<Scalar, Eigen::Dynamic>;
    const auto opened = Boundary::checked_unweighted(where, x, inputs_.dimension());
    const detail::AnySamples<Scalar, Eigen::Dynamic> samples(opened);
    const Index dy = centre_.size();
    mean.resize(dy, samples.count());
    if (covariances != nullptr) covariances->resize(dy * dy, samples.count());
    const Parameters& parameters = detail::Access::parameters(inputs_);
    detail::for_each_density_tile<Parameters>(
        parameters, samples, execution, parameters.log_constants,
        [&](Workspace& workspace, Index begin) {
          const auto& from = workspace.tile;
          Tile tile(means_, {from.x.data(), from.stride()}, workspace.values());
          if (covariances == nullptr) {
            tile.compute_means(from.weights.data());
          } else {
            tile.compute_covariances(from.weights.data(), within_);
            write_covariances(tile, from.size, covariances->data() + begin * dy * dy);
          }
          write_means(tile, from.size, mean.data() + begin * dy);
        });
  }

  void write_means(const Tile& tile, Index count, Scalar* to) const {
    for (Index n = 0; n < count; ++n) {
      for (Index j = 0; j < centre_.size(); ++j) *to++ = centre_(j) + tile.mean(j, n);
    }
  }

  void write_covariances(const Tile& tile, Index count, Scalar* to) const {
    for (Index n = 0; n < count; ++n) {
      for (Index j = 0; j < centre_.size(); ++j) {
        for (Index i = 0; i < centre_.size(); ++i) *to++ = tile.covariance(i, j, n);
      }
    }
  }

  std::vector<Index> input_dimensions_, output_dimensions_;
  Inputs inputs_;
  detail::Vector<Scalar> centre_;              // [Dy]
  std::vector<detail::Matrix<Scalar>> gains_;  // K of [Dy x Dx]
  detail::Matrix<Scalar> within_;              // [Dy² x K]
  detail::ConditionalMeans<Scalar> means_;     // of y less the centre
};

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_REGRESSOR_HPP
