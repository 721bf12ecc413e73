// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_LAWS_DIGESTS_HPP
#define EIGENMIX_TESTS_LAWS_DIGESTS_HPP

#include <cstdint>
#include <cstring>
#include <string>
#include <type_traits>

#include <support/catch.hpp>
#include <support/data.hpp>

// A fit of healthy data keeps its bits when the code behind it is built anew. The digests below are
// of version 0.1; a change of the arithmetic itself makes new ones, and its message says why.

namespace eigenmix_tests {
namespace laws {

/// FNV-1a, 64 bits (Fowler, Noll & Vo), of numbers as they lie in memory.
class Digest {
 public:
  template <class Numbers>
  Digest& add(const Numbers& numbers) {
    for (const auto number : numbers) {
      unsigned char bytes[sizeof(number)];
      std::memcpy(bytes, &number, sizeof(number));
      for (const unsigned char byte : bytes) hash_ = (hash_ ^ byte) * 0x100000001b3U;
    }
    return *this;
  }
  std::uint64_t value() const { return hash_; }

 private:
  std::uint64_t hash_ = 0xcbf29ce484222325U;
};

template <class Mixture>
std::uint64_t digest(const Mixture& mixture, const eigenmix::FitResult& result) {
  using Scalar = typename Mixture::Scalar;
  Digest numbers;
  numbers.add(mixture.weights());
  numbers.add(mixture.means().reshaped());
  for (Index k = 0; k < mixture.component_count(); ++k) {
    numbers.add(Matrix<Scalar>(mixture.covariance(k)).reshaped());
  }
  return numbers.add(result.log_likelihoods).value();
}

struct KnownDigest {
  const char* mixture;
  std::uint64_t from_given_start, from_default_start;  ///< 0: not taken
};

/// By family, scalar and dimension (d: dynamic).
constexpr KnownDigest known_digests[] = {
    {"Diagonal double 1", 0x83fe77a55f9bac26, 0xde5a1a90c49db30c},
    {"Diagonal double 2", 0x3c0e10b57f432e31, 0},
    {"Diagonal double 3", 0x4c7e57e095219d76, 0x6dd6cae75a955b31},
    {"Diagonal double 9", 0x7f747029896d8eb7, 0},
    {"Diagonal double d", 0x1626a673c8e3b9e7, 0xb267317ff9306165},
    {"Diagonal float 2", 0xd13d77f927404346, 0},
    {"Diagonal float d", 0x67e0205e1bd75b3f, 0x3bf053d534780352},
    {"EEI double 3", 0x586ea058ee8769d2, 0x2a28c23491812ec3},
    {"EEI float d", 0x0fac7f9593a3d585, 0},
    {"EEV double 2", 0xcc5cd460f5899d40, 0},
    {"EEV float d", 0xeec4ad7a996bb438, 0x97f6db1b859a3dba},
    {"EII double d", 0x1b690384ddad7bc0, 0xbd8c3e1d92d42aca},
    {"EII float 2", 0xc0cff3543e58d8a8, 0},
    {"EVE double 1", 0x8f76c21b06b5313c, 0},
    {"EVE double d", 0x11284c7888d9bd8a, 0x4e3c21a6e13b8a53},
    {"EVE float 3", 0x76bd9b5ed2b31a7f, 0},
    {"EVI double 2", 0xd1d6bf0b99eb0a65, 0},
    {"EVI float d", 0xa96a2c9cdacda623, 0x7bdb61f20858bfdf},
    {"EVV double 3", 0xbbed70aefa91cb86, 0x10299a1a4c059ed4},
    {"EVV float d", 0x77d841339cfe1921, 0},
    {"Full double 1", 0xbe739b586c598b9f, 0x69fb81b51e2cb955},
    {"Full double 2", 0xa099ab70a0ef8acb, 0},
    {"Full double 3", 0x3b8459c244004556, 0x35a2e2b1ae414b5b},
    {"Full double 9", 0xeccf9137dd3afd35, 0},
    {"Full double d", 0x13f177797ed9eb36, 0x7275363a2fa40c63},
    {"Full float 2", 0xfde517b0cc34a9d5, 0},
    {"Full float d", 0x250bfc04fd86fa04, 0x3216569ccdbbfba8},
    {"Spherical double 1", 0xac93ea6871d255c3, 0xaa72ecfd8255e0f4},
    {"Spherical double 2", 0x10a0e7fc41314339, 0},
    {"Spherical double 3", 0xb726189afe768abb, 0x2504376a75593a4f},
    {"Spherical double 9", 0x2c3a7f80edce1a03, 0},
    {"Spherical double d", 0x02bcaee60d63c54d, 0x6ad5a4b0be5ce8d6},
    {"Spherical float 2", 0x514b15a5179ad90b, 0},
    {"Spherical float d", 0x794881230932ed74, 0x54e224ceb868205c},
    {"Tied double 1", 0x1ecc5b886b61e992, 0x231bd3643c9e73c8},
    {"Tied double 2", 0xf7fe71a0825e0556, 0},
    {"Tied double 3", 0xa1fcd175907f889c, 0xd662546c33969ab2},
    {"Tied double 9", 0x890c72eb654db434, 0},
    {"Tied double d", 0x97d65845a9bd76b4, 0xbbdff563035f6e8b},
    {"Tied float 2", 0x6178e608af9ff2a1, 0},
    {"Tied float d", 0x32097fc2ddee25bd, 0x04c018a64dcef06b},
    {"VEE double 3", 0xd8559c96cf74297a, 0xb1fa7d8fbbff2601},
    {"VEE float d", 0xb677be61e8a9d2d6, 0},
    {"VEI double d", 0x8ccdbdebc53b20de, 0x3ea5d17bea2de125},
    {"VEI float 3", 0x7cdec32479b41f64, 0},
    {"VEV double 1", 0xed9c4338279c9f34, 0},
    {"VEV double d", 0x166667772ea7763c, 0x4c0ab1fb1ba33214},
    {"VEV float 2", 0xe54b105bd5a59033, 0},
    {"VVE double 2", 0xdbbae90b228ab063, 0xab9050d0bfbcaae8},
    {"VVE float d", 0x10accfec923c2e39, 0},
};

template <class Mixture>
std::string mixture_name() {
  using Scalar = typename Mixture::Scalar;
  constexpr int dim = Mixture::Means::RowsAtCompileTime;
  return std::string(Mixture::Covariance::name) +
         (std::is_same_v<Scalar, float> ? " float " : " double ") +
         (dim == Eigen::Dynamic ? "d" : std::to_string(dim));
}

/// Whether these are the sums that the digests were taken with: SSE2 and no fused multiplication,
/// which follows IEEE 754 under every compiler, with the C library's exp and log for processors
/// that have one.
inline bool digests_apply() {
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__AVX__) && \
    EIGEN_WORLD_VERSION * 10 + EIGEN_MAJOR_VERSION == 34
  return __builtin_cpu_supports("fma") != 0;
#else
  return false;
#endif
}

/// \param which  `&KnownDigest::from_given_start` or the other
template <class Mixture>
void check_digest(const Mixture& mixture, const eigenmix::FitResult& result,
                  std::uint64_t KnownDigest::*which) {
  if (std::is_same_v<typename Mixture::Scalar, long double> || !digests_apply()) return;
  const std::string name = mixture_name<Mixture>();
  std::uint64_t known = 0;
  for (const KnownDigest& digest : known_digests) {
    if (name == digest.mixture) known = digest.*which;
  }
  CAPTURE(name);
  CHECK(digest(mixture, result) == known);
}

}  // namespace laws
}  // namespace eigenmix_tests

#endif  // EIGENMIX_TESTS_LAWS_DIGESTS_HPP
