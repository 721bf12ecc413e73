// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ENCODING_FISHER_VECTORS_HPP
#define EIGENMIX_ENCODING_FISHER_VECTORS_HPP

#include <string>
#include <vector>

#include <eigenmix/encoding/fisher_vector.hpp>
#include <eigenmix/noise.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// A column for each image. Many images are spread over threads, few one after the other with all
/// threads; either way the sums are the same.
/// \param image_of  (m) -> the samples of image m
template <class Parameters, class ImageOf>
Matrix<typename Parameters::Scalar> encode_images(const Parameters& parameters, Index images,
                                                  const ImageOf& image_of,
                                                  const encoding::Options& options,
                                                  const AnyExecution& execution) {
  using Scalar = typename Parameters::Scalar;
  refuse_noise("fisher_vectors", double(parameters.noise_weight));
  Matrix<Scalar> result(
      fisher_size(parameters.dimension(), parameters.component_count(), options.parts), images);
  const auto encode = [&](Index m, const AnyExecution& within) {
    const std::string where = "fisher_vectors: image " + text(m);
    const auto& image = image_of(m);
    const auto opened =
        Boundary<Scalar, Parameters::Dim>::checked(where.c_str(), image, parameters.dimension());
    const AnySamples<Scalar, Parameters::Dim> samples(opened);
    const auto moments = moments_near(where.c_str(), parameters, samples, within);
    write_fisher_vector(where.c_str(), parameters, moments, options, result.col(m).data());
  };
  if (images >= 2 * execution.concurrency()) {
    const auto encode_alone = [&](Index m) { encode(m, AnyExecution::one_thread()); };
    execution.run(images, encode_alone);
  } else {
    for (Index m = 0; m < images; ++m) encode(m, execution);
  }
  return result;
}

/// \throws std::invalid_argument  unless offsets ascend from 0 to the number of samples
EIGENMIX_COLD inline void check_offsets(const std::vector<Index>& offsets, Index samples) {
  if (offsets.empty() || offsets.front() != 0 || offsets.back() != samples) {
    reject("fisher_vectors", "offsets",
           offsets.empty() ? std::string("none")
                           : text(offsets.front()) + " ... " + text(offsets.back()),
           "0 ... " + text(samples) + ", where each image begins and where the last one ends");
  }
  for (std::size_t m = 1; m < offsets.size(); ++m) {
    if (offsets[m] >= offsets[m - 1]) continue;
    reject("fisher_vectors", "offset " + text(m), text(offsets[m]),
           "one not below the offset before, " + text(offsets[m - 1]));
  }
}

}  // namespace detail

/// The Fisher vectors of many images, each as fisher_vector has it, to the bit, for every execution
/// policy; mixture and options are fisher_vector's.
/// \param images  matrices [Dim x N_m] of samples, or weighted or counted ones, N_m >= 1
/// \return [2 Dim K x images] a column for each, of (2 Dim + 1) K numbers with the weights' part
/// \throws std::invalid_argument  as fisher_vector, and says which image
/// \complexity  one pass, O(N Dim K) of all N samples; memory O(Dim K) a thread or strip
template <class Scalar, int Dim, class Family, class X, class Execution = execution::Serial>
detail::Matrix<Scalar> fisher_vectors(const GaussianMixture<Scalar, Dim, Family>& mixture,
                                      const std::vector<X>& images,
                                      const encoding::Options& options = {},
                                      const Execution& execution = {}) {
  if constexpr (detail::has_fisher_vectors<GaussianMixture<Scalar, Dim, Family>>()) {
    const auto image_of = [&](Index m) -> const X& { return images[static_cast<std::size_t>(m)]; };
    return detail::encode_images(detail::Access::parameters(mixture),
                                 static_cast<Index>(images.size()), image_of, options,
                                 detail::accepted_execution(execution));
  } else {
    return {};
  }
}

/// The same of many images side by side in one matrix.
/// \param x        [Dim x N] samples; copied once if they do not lie in memory column by column
/// \param offsets  [images + 1] ascending from 0 to N: image m has columns offsets[m] to
///                 offsets[m + 1], the latter not included, at least one
/// \return, \throws, \complexity  as above
template <class Scalar, int Dim, class Family, class X, class Execution = execution::Serial>
detail::Matrix<Scalar> fisher_vectors(const GaussianMixture<Scalar, Dim, Family>& mixture,
                                      const Eigen::DenseBase<X>& x,
                                      const std::vector<Index>& offsets,
                                      const encoding::Options& options = {},
                                      const Execution& execution = {}) {
  using Mixture = GaussianMixture<Scalar, Dim, Family>;
  if constexpr (detail::has_fisher_vectors<Mixture>() && detail::accepts<Scalar, Dim, X>()) {
    using Columns = Eigen::Ref<const detail::Matrix<Scalar>, 0, Eigen::OuterStride<>>;
    const Columns all(x.derived());
    detail::check_offsets(offsets, all.cols());
    const auto image_of = [&](Index m) {
      const Index begin = offsets[static_cast<std::size_t>(m)];
      return all.middleCols(begin, offsets[static_cast<std::size_t>(m) + 1] - begin);
    };
    return detail::encode_images(detail::Access::parameters(mixture),
                                 static_cast<Index>(offsets.size()) - 1, image_of, options,
                                 detail::accepted_execution(execution));
  } else {
    return {};
  }
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_ENCODING_FISHER_VECTORS_HPP
