// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_GAUSSIAN_MIXTURE_HPP
#define EIGENMIX_GAUSSIAN_MIXTURE_HPP

#include <type_traits>
#include <utility>
#include <vector>

#include <eigenmix/covariance/form.hpp>
#include <eigenmix/covariance/full.hpp>
#include <eigenmix/em/loop.hpp>
#include <eigenmix/execution/accepted_execution.hpp>
#include <eigenmix/gaussian_mixture/source_answers.hpp>
#include <eigenmix/noise.hpp>
#include <eigenmix/parameters/component_moves.hpp>
#include <eigenmix/parameters/draw.hpp>
#include <eigenmix/samples/boundary.hpp>
#include <eigenmix/stopping/standard.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// A mixture of K normal distributions, p(x) = Σ_k w_k N(x | mean_k, covariance_k), and its fit to
/// samples by expectation-maximisation. Equations 1 to 5 are those of Sharova (2016), A tutorial on
/// the expectation maximization (EM) algorithm; of K components see Bishop (2006), section 9.2.
///
/// One sample per column everywhere: samples are [Dim x N], responsibilities [K x N]. Any Eigen
/// expression of this Scalar with Dim rows is accepted and never copied as a whole; samples must be
/// finite. Logarithms are natural. Functions that do not change a mixture may be called from
/// several threads at once. A member that throws leaves the mixture as it was.
/// Wherever an execution policy is taken it may be execution::Serial, execution::Threads or a pool
/// of the user's own, see execution/policy.hpp; results are the same to the bit.
///
/// Whatever is said of N samples takes one pass over them, O(N K Dim²) for dense families, of which
/// Tied takes O(N (K + Dim) Dim), O(N K Dim) for the others; and memory for a tile a thread.
/// Wherever samples are taken: \throws std::invalid_argument if they have the wrong number of rows,
/// no columns, or an entry that is NaN or infinite; "where: what, got X, need Y".
///
/// \tparam Scalar      float, double or long double; float is summed in double
/// \tparam Dim         dimension, or Eigen::Dynamic
/// \tparam Covariance  the family: covariance::Full (VVV), Tied (EEE), Diagonal (VVI), Spherical
///                     (VII), one of mclust's other ten, or the user's own, see
///                     covariance/policy.hpp
template <class Scalar_, int Dim_, class Covariance_>
class GaussianMixture {
  static_assert(std::is_floating_point_v<Scalar_>,
                "eigenmix: the Scalar of a GaussianMixture must be float, double or long double");
  static_assert(Dim_ >= 1 || Dim_ == Eigen::Dynamic,
                "eigenmix: the Dim of a GaussianMixture must be positive or Eigen::Dynamic");
  static_assert(
      covariance::is_family_v<Covariance_>,
      "eigenmix: the third argument of GaussianMixture must be a covariance family: "
      "covariance::Full, Tied, Diagonal, Spherical, EII, ..., or see covariance/policy.hpp");

 public:
  using Scalar = Scalar_;
  using Covariance = Covariance_;
  using Real = Accumulator<Scalar>;
  using Moments = eigenmix::Moments<Scalar_, Dim_, typename Covariance_::Layout>;
  using Means = detail::Matrix<Scalar, Dim_>;
  using CovarianceMatrix = detail::Matrix<Scalar, Dim_, Dim_>;
  using LogDensities = Eigen::Matrix<Scalar, 1, Eigen::Dynamic>;
  using Labels = Eigen::Matrix<Index, 1, Eigen::Dynamic>;
  using Component = eigenmix::Component<Scalar, Dim_>;
  static constexpr int Dim = Dim_;

  /// A mixture of given components.
  /// \param weights      [K] >= 0, summing to one within 1e-5 (then brought to one)
  /// \param means        [Dim x K]
  /// \param covariances  K matrices [Dim x Dim], symmetric positive definite, of the family's form;
  ///                     of a family with one covariance for all that one is enough
  /// \throws std::invalid_argument  if shapes, values or structure are not as said
  /// \complexity  O(K Dim³) for dense families, O(K Dim) for others, times iterations of `unite`
  template <class W, class M>
  GaussianMixture(const Eigen::MatrixBase<W>& weights, const Eigen::MatrixBase<M>& means,
                  const std::vector<CovarianceMatrix>& covariances);

  /// A mixture without correlations, otherwise as above; in one dimension nothing else is needed.
  /// \param variances  [Dim x K] > 0; or as many as the family has: of Tied and EEI, with equal
  ///                   columns, a vector [Dim] is enough, of Spherical, with equal rows, one of [K]
  template <class W, class M, class V>
  GaussianMixture(const Eigen::MatrixBase<W>& weights, const Eigen::MatrixBase<M>& means,
                  const Eigen::MatrixBase<V>& variances);

  /// The same of EII, which has one variance for all. \param variance  > 0
  template <class W, class M, class Number, std::enable_if_t<std::is_arithmetic_v<Number>, int> = 0>
  GaussianMixture(const Eigen::MatrixBase<W>& weights, const Eigen::MatrixBase<M>& means,
                  Number variance);

  /// A single normal distribution of a mean [Dim] and a covariance [Dim x Dim], as above.
  template <class M, class C>
  GaussianMixture(const Eigen::MatrixBase<M>& mean, const Eigen::MatrixBase<C>& covariance);

  Index dimension() const { return parameters_.dimension(); }              ///< Dim
  Index component_count() const { return parameters_.component_count(); }  ///< K
  /// Free parameters: weights, means and covariances, K - 1 + K Dim + those of the family, and the
  /// two of a background, as mclust counts them. Dimensions in which the samples of the last fit
  /// told nothing, see FitResult::uninformative, do not count.
  Index parameter_count() const { return parameters_.parameter_count(); }

  /// Lets part of the samples come from a uniform background, as robust fits want; its weight is
  /// then fitted like the others. Responsibilities of a sample then sum to one less the
  /// background's. A weight of zero removes it. O(K Dim²) at most. \param noise  see Noise
  /// \throws std::invalid_argument  if the weight is not in [0, 1) or log_density is not finite
  void set_noise(const Noise& noise);
  /// The background: its weight, in [0, 1), of all samples, and natural log density; see Noise.
  Noise noise() const {
    return {double(parameters_.noise_weight), double(parameters_.log_noise_density)};
  }

  /// [K] sum to one: shares of the samples that are not noise.
  const detail::Vector<Scalar>& weights() const { return parameters_.weights; }
  const Means& means() const { return parameters_.means; }  ///< [Dim x K]

  /// [Dim x Dim] of component k, dense always, at a cost of O(Dim²).
  /// \throws std::invalid_argument  if k is not in [0, K)
  CovarianceMatrix covariance(Index k) const;
  /// K matrices [Dim x Dim]; their diagonals, [Dim x K]. O(K Dim²) and O(K Dim); neither throws.
  std::vector<CovarianceMatrix> covariances() const;
  Means variances() const;

  /// Weight, mean and covariance of component k, as covariance has it. O(Dim²)
  /// \throws std::invalid_argument  if k is not in [0, K)
  Component component(Index k) const;

  // One component more or less, before a fit goes on; see also grow and split_and_merge. All four
  // throw std::invalid_argument if an argument is not as said, and cost O(K Dim³) for dense
  // families, O(K Dim) for others, times iterations of `unite`.

  /// Cuts component k, in [0, K), across its longest axis, dimensions measured in the components'
  /// average deviations. The halves together have its weight, mean and covariance, but for what a
  /// family's common parts leave of that; one is k. \return the other, which is the last
  Index split(Index k);
  /// Makes of two components one of their weight, mean and covariance, likewise.
  /// \return it: the lesser of i and j; those after the other move up
  Index merge(Index i, Index j);
  /// Adds a component of weight in (0, 1), its covariance of the family's form, with the common
  /// parts of the others, whose weights go down in proportion. \return it, which is the last
  Index insert(const Component& component);
  /// Removes component k, not the only one of any weight; those after it move up, weights of the
  /// others go up in proportion.
  void erase(Index k);

  /// [K x N] log N(x_n | mean_k, covariance_k), without the weights (equations 3 and 4).
  template <class X, class Execution = execution::Serial>
  detail::Matrix<Scalar> log_component_densities(const X& x, const Execution& execution = {}) const;

  /// [1 x N] log p(x_n).
  template <class X, class Execution = execution::Serial>
  LogDensities log_density(const X& x, const Execution& execution = {}) const;

  /// Σ_n w_n log p(x_n), w_n = 1, or a count, or an importance brought to Kish's size.
  template <class X, class Execution = execution::Serial>
  Real log_likelihood(const X& x, const Execution& execution = {}) const;

  /// [K x N] the probability that sample n came from component k: equation 5, by log-sum-exp,
  /// r_kn = w_k N(x_n | k) / Σ_j w_j N(x_n | j). Columns sum to one less the noise's share.
  template <class X, class Execution = execution::Serial>
  detail::Matrix<Scalar> responsibilities(const X& x, const Execution& execution = {}) const {
    return expect("responsibilities", x, execution).responsibilities;
  }

  /// [K x N] their natural logarithms, to full precision where they underflow.
  template <class X, class Execution = execution::Serial>
  detail::Matrix<Scalar> log_responsibilities(const X& x, const Execution& execution = {}) const;

  /// [1 x N] hard assignment: the component most responsible for each sample, the first of equals;
  /// K where that is the noise.
  template <class X, class Execution = execution::Serial>
  Labels classify(const X& x, const Execution& execution = {}) const;

  /// The E-step by hand: [K x N] responsibilities, equation 5, and the log-likelihood in nats.
  template <class X, class Execution = execution::Serial>
  Expectation<Scalar> e_step(const X& x, const Execution& execution = {}) const {
    return expect("e_step", x, execution);
  }

  /// The M-step by hand, of maximum likelihood: no prior, nothing fixed. The weights, means and
  /// covariances that maximise the expected log-likelihood (equations 1 and 2 with responsibilities
  /// as weights, division by n_k). Two passes over x, after a survey of its columns.
  /// \param x                 [Dim x N] samples, weighted(x, w) or counted(x, c)
  /// \param responsibilities  [K x N] >= 0, columns summing to one within 1e-5, with noise to less
  /// \return what the degeneracy policy had to do. \throws std::invalid_argument  if they are not
  /// \throws degeneracy::CollapsedComponent  only under degeneracy::Throw
  template <class X, class R, class Degeneracy = degeneracy::ResolutionFloor,
            class Execution = execution::Serial>
  Repairs m_step(const X& x, const Eigen::DenseBase<R>& responsibilities,
                 Degeneracy degeneracy = {}, const Execution& execution = {});

  /// The fused E-step: the sufficient statistics of x, of shapes as Moments says, without a K x N
  /// matrix. Those of two halves of x, or of counted(x, c), add up to those of all. They are about
  /// the mixture's mean for components near to it and a component's own for others, or, where
  /// samples are so far from both that digits would be lost, by a second pass about their means.
  template <class X, class Execution = execution::Serial>
  Moments moments(const X& x, const Execution& execution = {}) const;

  /// Moments about origins that the caller chooses [Dim x K], so that the flat views of several
  /// processes can be summed. Second moments lose digits with the squared distance, in deviations,
  /// between an origin and its component. \throws std::invalid_argument  if it has another shape
  template <class X, class Execution = execution::Serial>
  Moments moments_about(const X& x, const Means& origin, const Execution& execution = {}) const;

  /// The M-step from moments: of these parameters, of another process, of several chunks. O(K Dim³)
  /// for dense families. \return what the degeneracy policy had to do
  /// \throws std::invalid_argument  if of another shape, not finite, without weight, or a count < 0
  /// \throws degeneracy::CollapsedComponent  only under degeneracy::Throw
  template <class Degeneracy = degeneracy::ResolutionFloor>
  Repairs m_step(Moments moments, Degeneracy degeneracy = {});

  /// Fits the mixture to x from its current parameters: E-step, stop?, M-step, and again (Dempster,
  /// Laird & Rubin 1977). It ends after an E-step, so the log-likelihood it reports is that of the
  /// parameters it leaves. An iteration is a pass, seldom two, and O(K Dim³) for dense families.
  /// Memory beyond x: O(K Dim²) a strip of samples, independent of N; after the first iteration
  /// nothing is allocated for a fixed Dim, unless EM is slow, see acceleration::QuasiNewton. From 8
  /// components and 1024 samples on, where few components overlap, pairs of a sample and a component
  /// that do not count are left out: some 40 bytes a sample, see em/lazy_pass.hpp.
  /// Bitwise the same for every execution policy.
  /// \param x         [Dim x N] samples, weighted(x, w) or counted(x, c), N >= K
  /// \param stopping  see stopping/policy.hpp; default stopping::standard()
  /// \param options   see fit_options
  /// \throws std::invalid_argument  also if N < K, if squares of x cannot be represented, or if
  ///                                masks of Fixed, dimension of the prior or noise do not suit
  /// \throws degeneracy::CollapsedComponent  only under degeneracy::Throw
  template <class X, class Stopping = stopping::Standard, class Options = FitOptions<>>
  FitResult fit(const X& x, Stopping stopping = stopping::standard(), Options options = {});

  /// Fits as above, with the stopping policy that the options name, or stopping::standard().
  template <class X, class... Choices>
  FitResult fit(const X& x, FitOptions<Choices...> options);

  /// Draws samples [Dim x count] of the components, none of the noise, and [1 x count] labels. For
  /// the same engine state they are the same with every standard library, to the last bit of its
  /// log. O(count (K + Dim²) + K Dim³) for dense families, O(count (K + Dim)) for the others.
  /// \param engine  any UniformRandomBitGenerator: random::Engine, std::mt19937_64, ...
  /// \throws std::invalid_argument  if count < 0
  template <class Generator>
  Sample<Scalar, Dim> sample(Index count, Generator&& engine) const;

  /// Equal to the bit in weights, means, covariances and noise.
  friend bool operator==(const GaussianMixture& a, const GaussianMixture& b) {
    return a.dimension() == b.dimension() && a.component_count() == b.component_count() &&
           a.weights() == b.weights() && a.means() == b.means() &&
           a.parameters_.covariances == b.parameters_.covariances &&
           a.variances() == b.variances() && a.noise() == b.noise();
  }
  friend bool operator!=(const GaussianMixture& a, const GaussianMixture& b) { return !(a == b); }

 private:
  friend struct detail::Access;
  using Parameters = detail::Parameters<Scalar_, Dim_, typename Covariance_::Layout>;
  using AnySamples = detail::AnySamples<Scalar_, Dim_>;
  using Workspace = detail::Workspace<Parameters>;

  explicit GaussianMixture(Parameters parameters) : parameters_(std::move(parameters)) {}

  template <class X>
  auto checked(const char* where, const X& x) const {
    return detail::Boundary<Scalar, Dim>::checked(where, x, dimension());
  }

  template <class X>
  auto checked_unweighted(const char* where, const X& x) const {
    return detail::Boundary<Scalar, Dim>::checked_unweighted(where, x, dimension());
  }

  template <class X, class Execution>
  auto answers(const char* where, const X& x, const Execution& execution) const {
    return detail::SourceAnswers<Parameters, X>(where, parameters_, x,
                                                detail::accepted_execution(execution));
  }

  /// \throws std::invalid_argument  if there are fewer samples than components, or options are no use
  template <class Options>
  void check_fit(const Options& options, Index samples) const;

  /// How a fit is run, behind checks. \param engine  (parameters, policies) -> FitResult
  template <class Stopping, class Options, class Engine>
  FitResult run_fit(Stopping& stopping, Options& options, const Engine& engine);

  template <class X, class Execution>
  Expectation<Scalar> expect(const char* where, const X& x, const Execution& execution) const;

  Parameters parameters_{detail::form_of<Covariance_, Scalar_, Dim_>};
};

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#include <eigenmix/gaussian_mixture/components.hpp>
#include <eigenmix/gaussian_mixture/construction.hpp>
#include <eigenmix/gaussian_mixture/evaluation.hpp>
#include <eigenmix/gaussian_mixture/fit.hpp>

#endif  // EIGENMIX_GAUSSIAN_MIXTURE_HPP
