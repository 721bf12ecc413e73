// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ENCODING_FISHER_VECTOR_HPP
#define EIGENMIX_ENCODING_FISHER_VECTOR_HPP

#include <eigenmix/encoding/fisher_scores.hpp>
#include <eigenmix/gaussian_mixture.hpp>
#include <eigenmix/noise.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// The Fisher vector of samples, from their moments: in which direction the mixture would have to
/// move to suit them (Perronnin, Sánchez & Mensink 2010, equations 7 and 8).
///
///     const auto v = fisher_vector(mixture, x);                             // 2 Dim K numbers
///     const auto u = fisher_vector(mixture, x, {encoding::Form::improved});
///
/// It is the gradient of the mean log-likelihood by means and deviations σ, each divided by the
/// root of its closed-form Fisher information, that of components which do not overlap:
/// \f[ \frac{1}{N \sqrt{w_k}} \sum_n r_{nk} \frac{x_{in} - \mu_{ik}}{\sigma_{ik}}, \quad
///     \frac{1}{N \sqrt{2 w_k}} \sum_n r_{nk}
///     \left[ \frac{(x_{in} - \mu_{ik})^2}{\sigma_{ik}^2} - 1 \right] \f]
/// and on request by the logits of the weights, (n_k / N - w_k) / sqrt(w_k) (Sánchez, Perronnin,
/// Mensink & Verbeek 2013). N is the weight of the samples. A component without samples or without
/// weight has zeros, but for its weight's entry. The improved form takes signed square roots and
/// brings the whole to unit length; of zeros it leaves zeros.
/// \param mixture  of Diagonal, or VEI and EVI as if their deviations were free; without noise
/// \param moments  of mixture.moments(x), or moments_about; sums of several are those of all
/// \param options  form and parts, see encoding::Options
/// \return [2 Dim K] the means' part, component by component, then the deviations'; [(2 Dim + 1) K]
///         with the weights' part at the end
/// \throws std::invalid_argument  if moments are of another shape, not finite or without weight, if
///                                there is noise, or if an entry exceeds the Scalar
/// \complexity  O(Dim K)
template <class Scalar, int Dim, class Family, class Layout>
detail::Vector<Scalar> fisher_vector(const GaussianMixture<Scalar, Dim, Family>& mixture,
                                     const Moments<Scalar, Dim, Layout>& moments,
                                     const encoding::Options& options = {}) {
  using Mixture = GaussianMixture<Scalar, Dim, Family>;
  detail::Vector<Scalar> result;
  if constexpr (detail::has_fisher_vectors<Mixture>()) {
    constexpr bool ok = std::is_same_v<Layout, typename Family::Layout>;
    static_assert(ok,
                  "eigenmix: the moments are of another family than the mixture; take those of "
                  "mixture.moments(x)");
    if constexpr (ok) {
      const auto& parameters = detail::Access::parameters(mixture);
      detail::refuse_noise("fisher_vector", double(parameters.noise_weight));
      detail::check_given_moments("fisher_vector", moments, mixture.dimension(),
                                  mixture.component_count(), false);
      result.resize(
          detail::fisher_size(mixture.dimension(), mixture.component_count(), options.parts));
      detail::write_fisher_vector("fisher_vector", parameters, moments, options, result.data());
    }
  }
  return result;
}

/// The Fisher vector of samples, without an N x K matrix. The same to the bit for every execution
/// policy; in float, entries have an absolute error of some 3e-5 n_k / (N sqrt(w_k)) at worst.
/// Mixture and options as above.
/// \param x  [Dim x N] samples, weighted(x, w) or counted(x, c)
/// \return as above. \throws std::invalid_argument  as above, or if x has the wrong number of rows,
///         no columns, or numbers that are not finite or whose squares are not
/// \complexity  one pass, O(N Dim K); memory O(Dim K) a strip of samples
template <class Scalar, int Dim, class Family, class X, class Execution = execution::Serial>
detail::Vector<Scalar> fisher_vector(const GaussianMixture<Scalar, Dim, Family>& mixture,
                                     const X& x, const encoding::Options& options = {},
                                     const Execution& execution = {}) {
  using Mixture = GaussianMixture<Scalar, Dim, Family>;
  detail::Vector<Scalar> result;
  if constexpr (detail::has_fisher_vectors<Mixture>()) {
    const auto& parameters = detail::Access::parameters(mixture);
    detail::refuse_noise("fisher_vector", double(parameters.noise_weight));
    const auto opened =
        detail::Boundary<Scalar, Dim>::checked("fisher_vector", x, mixture.dimension());
    const detail::AnySamples<Scalar, Dim> samples(opened);
    const auto moments = detail::moments_near("fisher_vector", parameters, samples,
                                              detail::accepted_execution(execution));
    result.resize(
        detail::fisher_size(mixture.dimension(), mixture.component_count(), options.parts));
    detail::write_fisher_vector("fisher_vector", parameters, moments, options, result.data());
  }
  return result;
}

/// The improved form of plain Fisher vectors of one mixture, or of several put together as those of
/// an image's regions are: signed square roots, then unit length (Perronnin, Sánchez & Mensink
/// 2010, section 3). Throws nothing.
/// \param vector  [M] a column of any length; of zeros it returns zeros
/// \return [M]
/// \complexity  O(M)
template <class V>
detail::Vector<typename V::Scalar> improved_fisher_vector(const Eigen::MatrixBase<V>& vector) {
  constexpr bool ok = V::ColsAtCompileTime == 1;
  static_assert(ok,
                "eigenmix: improved_fisher_vector takes one column; pass vectors.col(m), or ask "
                "fisher_vectors for encoding::Form::improved");
  detail::Vector<typename V::Scalar> result;
  if constexpr (ok) {
    result = vector;
    detail::improve(result.data(), result.size());
  }
  return result;
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_ENCODING_FISHER_VECTOR_HPP
