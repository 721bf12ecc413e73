// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_IO_MCLUST_HPP
#define EIGENMIX_IO_MCLUST_HPP

#include <cmath>
#include <string>
#include <type_traits>

#include <eigenmix/io/dense_components.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// What R's mclust keeps of a fit (Scrucca, Fop, Murphy & Raftery 2016; version 6.0): its modelName
/// and `parameters`. Arrays lie in memory as R's do, whose d x d x G is [d x d G] here.
///
/// Of one dimension modelName is "E" or "V" and sigma is variance$sigmasq, one for all or [1 x G].
/// In R the other members of `variance`, which densities of mclust need, come of sigma:
///
///     p <- sigma2decomp(sigma, G = G, modelName = modelName)   # scale, shape, orientation
///     cholsigma <- array(apply(sigma, 3, chol), dim(sigma))    # for EVV, VVV
struct MclustArrays {
  std::string model_name;  ///< modelName: "EII" ... "VVV", "E", "V"; with X for E and V where G = 1
  Eigen::VectorXd pro;     ///< [G], or [G + 1] with that of the noise last
  Eigen::MatrixXd mean;    ///< [d x G]
  Eigen::MatrixXd sigma;   ///< variance$sigma, [d x d G]
  double vinv = 0;         ///< Vinv, one over the volume of the noise; 0 if there is none
};

namespace detail {

template <class Family, class = void>
inline constexpr const char* mclust_code = nullptr;
template <class Family>
inline constexpr const char*
    mclust_code<Family, std::void_t<decltype(static_cast<const char*>(Family::code))>> =
        Family::code;

/// Of a single component nothing is equal or varies, and mclust writes X: XII of EII and VII.
inline bool is_mclust_model(const std::string& name) {
  for (const std::string known : {"EII", "VII", "EEI", "VEI", "EVI", "VVI", "EEE", "VEE", "EVE",
                                  "VVE", "EEV", "VEV", "EVV", "VVV", "E", "V"}) {
    std::string single = known;
    for (char& letter : single) letter = letter == 'I' ? 'I' : 'X';
    if (name == known || name == single) return true;
  }
  return false;
}

/// Whether a family may take what the model has fitted. One of one dimension or component says less
/// than a family, which is left to the mixture's constructor.
template <class Family>
void check_mclust_model(const char* where, const std::string& model) {
  if (!is_mclust_model(model)) {
    reject(where, "model_name", "'" + model + "'", "a modelName of mclust, as VVV");
  }
  const char* code = mclust_code<Family>;
  const bool is_general = model.size() == 1 || model[0] == 'X';
  if (code == nullptr || is_general || std::is_same_v<Family, covariance::Full> || model == code) {
    return;
  }
  reject(where, "model_name", model,
         std::string(code) + " of the mixture's family; or import it as covariance::" + model +
             " or Full");
}

inline std::string mclust_name(const char* code, bool is_shared, Index dimension) {
  if (dimension == 1) return is_shared ? "E" : "V";
  return code;
}

}  // namespace detail

/// A mixture as mclust keeps it; of a family that mclust has not, as VVV. long double is rounded.
/// \throws std::invalid_argument  if a number is no finite double, or the volume of the noise, or if
///     there is noise and a column told the fit nothing: there mclust's density cannot say the same
/// \complexity O(K D²)
template <class Scalar, int Dim, class Covariance>
MclustArrays to_mclust(const GaussianMixture<Scalar, Dim, Covariance>& mixture) {
  constexpr const char* where = "to_mclust";
  const auto dense = detail::dense_components(where, mixture);
  const char* code = detail::mclust_code<Covariance>;
  MclustArrays result;
  result.model_name = detail::mclust_name(code == nullptr ? "VVV" : code,
                                          code != nullptr && code[0] == 'E', mixture.dimension());
  result.mean = dense.means;
  result.sigma = dense.covariances;
  const Noise noise = mixture.noise();
  if (!(noise.weight > 0)) {
    result.pro = dense.weights;
    return result;
  }
  if (detail::Access::parameters(mixture).apart.size() > 0) {
    detail::reject(where, "noise of a mixture", "one of samples with a column that tells nothing",
                   "columns that all vary: mclust's noise has one density in all dimensions");
  }
  result.pro.resize(mixture.component_count() + 1);
  result.pro << dense.weights * (1 - noise.weight), noise.weight;
  result.vinv = detail::positive(where, "density of the noise", std::exp(noise.log_density));
  return result;
}

/// The mixture that mclust has fitted, with its noise; of the family of its model, or another that
/// can hold it. Its log-likelihood is that of mclust's estep.
/// \param arrays  see MclustArrays
/// \throws std::invalid_argument  if the model is another family's, if shapes do not agree, and as
///                                the constructor and set_noise of Mixture
/// \complexity as of the constructor
template <class Mixture>
Mixture from_mclust(const MclustArrays& arrays) {
  constexpr const char* where = "from_mclust";
  detail::check_mclust_model<typename Mixture::Covariance>(where, arrays.model_name);
  const Index d = arrays.mean.rows(), components = arrays.mean.cols();
  const Index with_noise = components + (arrays.vinv != 0 ? 1 : 0);
  detail::check_shape(where, "pro", {arrays.pro.size(), 1}, {with_noise, 1});
  const double noise = with_noise > components ? arrays.pro(components) : 0;
  if (!(noise >= 0) || !(noise < 1)) {
    detail::reject(where, "pro of the noise", detail::text(noise), "a number in [0, 1)");
  }
  const bool is_one_for_all = d == 1 && arrays.sigma.size() == 1;
  detail::DenseComponents dense{arrays.pro.head(components) / (1 - noise), arrays.mean,
                                arrays.sigma};
  if (is_one_for_all) {
    dense.covariances = Eigen::MatrixXd::Constant(1, components, arrays.sigma(0, 0));
  }
  Mixture mixture = detail::mixture_of<Mixture>(where, dense);
  if (with_noise > components) {
    mixture.set_noise({noise, std::log(detail::positive(where, "vinv", arrays.vinv))});
  }
  return mixture;
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_IO_MCLUST_HPP
