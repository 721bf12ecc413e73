// SPDX-License-Identifier: MIT
#include <fuzz/checks.hpp>

// EIGENMIX_FUZZ_FAMILIES: a list of families, and EIGENMIX_FUZZ_SCALAR, by the build.

namespace {

template <class... Family>
void check_family(const eigenmix_fuzz::Case& c) {
  using Scalar = EIGENMIX_FUZZ_SCALAR;
  int left = c.family % int(sizeof...(Family));
  const auto check = [&](auto family) {
    using Mixture = eigenmix::GaussianMixture<Scalar, Eigen::Dynamic, decltype(family)>;
    if (left-- == 0) eigenmix_fuzz::Check<Mixture>(c).run();
  };
  (check(Family()), ...);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace eigenmix::covariance;
  check_family<EIGENMIX_FUZZ_FAMILIES>(eigenmix_fuzz::decode(data, size));
  return 0;
}
