// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_IO_SAVED_HPP
#define EIGENMIX_IO_SAVED_HPP

// A mixture between memory and a file, of whatever form.

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <eigenmix/base/access.hpp>
#include <eigenmix/gaussian_mixture.hpp>
#include <eigenmix/io/checksum.hpp>
#include <eigenmix/io/wanted.hpp>
#include <eigenmix/parameters/validation.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The parts of a mixture as they are written, to the bit.
template <class Scalar>
struct SavedMixture {
  std::string family;
  Storage storage = Storage::dense;
  Index dimension = 0;
  int digits = std::numeric_limits<Scalar>::digits;
  Vector<Scalar> weights;      // K
  Matrix<Scalar> means;        // dimension x K
  Matrix<Scalar> covariances;  // storage_size x groups, the numbers of each column by column
  Vector<Scalar> apart;        // dimension, or empty; see Parameters
  Scalar noise_weight = 0;
  Scalar log_noise_density = 0;

  /// Where the parts stood in the file, for messages.
  struct Places {
    std::string family, weights, means, apart, noise;
    std::vector<std::string> covariances;
  };

  /// Whether a checksum says that nothing has changed since a mixture was saved.
  bool is_verified = false;

  bool has_noise_line() const { return noise_weight != 0 || log_noise_density != 0; }
};

/// Columns of one size side by side. They are read one by one, because a file's claim of how many
/// there will be is not to be believed: memory for them may be more than there is.
template <class Scalar>
Matrix<Scalar> side_by_side(const std::vector<Vector<Scalar>>& columns) {
  Matrix<Scalar> result(columns[0].size(), static_cast<Index>(columns.size()));
  for (std::size_t k = 0; k < columns.size(); ++k) result.col(static_cast<Index>(k)) = columns[k];
  return result;
}

/// What is written of a mixture.
template <class Mixture>
auto saved_parts(const Mixture& mixture) {
  using Scalar = typename Mixture::Scalar;
  using Layout = typename Mixture::Covariance::Layout;
  const auto& parameters = Access::parameters(mixture);
  SavedMixture<Scalar> saved;
  saved.family = Mixture::Covariance::name;
  saved.storage = storage_of<Layout>();
  saved.dimension = mixture.dimension();
  saved.weights = parameters.weights;
  saved.means = parameters.means;
  saved.covariances.resize(storage_size(saved.storage, saved.dimension), parameters.group_count());
  std::copy_n(parameters.covariances.data(), saved.covariances.size(), saved.covariances.data());
  saved.apart = parameters.apart;
  saved.noise_weight = parameters.noise_weight;
  saved.log_noise_density = parameters.log_noise_density;
  return saved;
}

template <class Scalar>
std::string checksum_of(const SavedMixture<Scalar>& saved) {
  Checksum sum;
  sum.add(saved.family);
  sum.add(storage_name(saved.storage));
  sum.add_numbers(saved.weights);
  sum.add_numbers(saved.means);
  sum.add_numbers(saved.covariances);
  sum.add_numbers(saved.apart);
  sum.add_number(saved.noise_weight);
  sum.add_number(saved.log_noise_density);
  return sum.text();
}

template <class Scalar>
void verify(const std::string& where, const std::string& checksum, SavedMixture<Scalar>& saved) {
  const std::string needed = checksum_of(saved);
  if (checksum != needed) {
    refuse(where, "checksum", in_quotes(checksum),
           "'" + needed + "' of these numbers; without one they are taken as they are");
  }
  saved.is_verified = true;
}

/// Weights that are a distribution, to the bit if they were saved as this scalar's. Those of a
/// narrower one, or of a person, are brought to one.
template <class Parameters, class Scalar>
void restore_weights(const char* where, const SavedMixture<Scalar>& saved, Parameters& parameters) {
  set_weights(where, saved.weights, parameters);
  const bool is_of_scalar = saved.digits == std::numeric_limits<Scalar>::digits;
  if (saved.is_verified && is_of_scalar) parameters.weights = saved.weights;
}

/// One stored covariance as the mixture's layout has it.
template <class Layout, class Scalar, class Block>
void restore_block(const SavedMixture<Scalar>& saved, Index g, Block&& block) {
  const auto numbers = saved.covariances.col(saved.covariances.cols() == 1 ? 0 : g);
  if (saved.storage == storage_of<Layout>()) {
    for (Index i = 0; i < numbers.size(); ++i) {
      block(i % block.rows(), i / block.rows()) = numbers(i);
    }
    return;
  }
  for (Index i = 0; i < saved.dimension; ++i) {
    for (Index j = 0; j < saved.dimension; ++j) block(j, i) = 0;
    const bool is_apart = saved.apart.size() > 0 && saved.apart(i) > 0;
    block(i, i) = is_apart ? saved.apart(i) : numbers(numbers.size() == 1 ? 0 : i);
  }
}

/// Covariances are to be of the family's form, as arguments of the constructor are; but not those
/// of a mixture that was saved, which are as its fit left them: a form cannot be found again in
/// nearly singular ones.
template <class Parameters, class Scalar, class Places>
void restore_covariances(const SavedMixture<Scalar>& saved, const Places& places,
                         Parameters& parameters) {
  using Layout = typename Parameters::Layout;
  for (Index g = 0; g < parameters.group_count(); ++g) {
    const Index from = saved.covariances.cols() == 1 ? 0 : g;
    const char* where = places.covariances[static_cast<std::size_t>(from)].c_str();
    auto block = parameters.group(g);
    restore_block<Layout>(saved, g, block);
    if (Layout::is_dense && !saved.is_verified) check_finite_and_symmetric(where, g, block);
    if (parameters.factorise(g)) continue;
    reject(where, "covariance " + text(g), "one that is not positive definite",
           "a positive definite matrix");
  }
  if (!saved.is_verified) check_common_parts(places.family.c_str(), parameters);
}

/// In dimensions that are apart all components are the same, and independent of the others: a file
/// that somebody wrote by hand may say otherwise.
template <class Parameters>
void check_apart(const char* where, const Parameters& p) {
  using Layout = typename Parameters::Layout;
  for (Index i = 0; i < p.apart.size(); ++i) {
    for (Index k = 0; p.is_apart(i) && k < p.component_count(); ++k) {
      const auto block = p.group(Layout::group_of(k));
      bool is_alike = p.means(i, k) == p.means(i, 0);
      if (!Layout::is_isotropic) is_alike = is_alike && Layout::variance(block, i) == p.apart(i);
      for (Index j = 0; Layout::is_dense && j < p.dimension(); ++j) {
        is_alike = is_alike && (j == i || block(j, i) == 0);
      }
      if (is_alike) continue;
      reject(where, "dimension " + text(i) + " of component " + text(k),
             "a mean, variance or correlation of its own",
             "those of a dimension that is apart, the same in all components");
    }
  }
}

/// The mixture of which the parts were saved. Nothing is computed anew that was written, so that it
/// is the same to the bit.
/// \throws std::runtime_error  if the parts are none of a mixture
template <class Mixture>
Mixture restored(const SavedMixture<typename Mixture::Scalar>& saved,
                 const typename SavedMixture<typename Mixture::Scalar>::Places& places) try {
  using Family = typename Mixture::Covariance;
  using Scalar = typename Mixture::Scalar;
  Parameters<Scalar, Mixture::Dim, typename Family::Layout> parameters(
      form_of<Family, Scalar, Mixture::Dim>);
  restore_weights(places.weights.c_str(), saved, parameters);
  set_means(places.means.c_str(), saved.means, saved.weights.size(), parameters);
  parameters.apart = saved.apart;
  parameters.density.set_apart(parameters.apart);
  restore_covariances(saved, places, parameters);
  if (!saved.is_verified) check_apart(places.apart.c_str(), parameters);
  check_noise(places.noise.c_str(), {double(saved.noise_weight), double(saved.log_noise_density)});
  parameters.noise_weight = saved.noise_weight;
  parameters.log_noise_density = saved.log_noise_density;
  parameters.derive();
  return Access::make<Mixture>(std::move(parameters));
} catch (const std::invalid_argument& error) {  // of the checks that arguments go through, too
  throw std::runtime_error(error.what());
}

/// Notes that a dimension is apart.
template <class Scalar>
void set_saved_apart(const std::string& where, Index i, Scalar variance,
                     SavedMixture<Scalar>& saved) {
  if (saved.apart.size() == 0) set_zero(saved.apart, saved.dimension);
  if (i >= saved.dimension || saved.apart(i) != 0) {
    refuse(where, "dimension that is apart", text(i),
           "one of " + text(saved.dimension) + ", each once, counted from 0");
  }
  if (!(variance > 0)) refuse(where, "variance", text(variance), "a number > 0");
  saved.apart(i) = variance;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_IO_SAVED_HPP
