// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_MPI_DIGEST_HPP
#define EIGENMIX_MPI_DIGEST_HPP

#include <cstdint>
#include <cstring>

#include <eigenmix/parameters/parameters.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// FNV-1a of numbers, as doubles (Fowler, Noll & Vo): equal numbers have equal digests.
class Digest {
 public:
  void add(double number) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &number, sizeof bits);
    for (int byte = 0; byte < 8; ++byte) {
      value_ = (value_ ^ ((bits >> (8 * byte)) & 0xff)) * 0x100000001b3U;
    }
  }
  template <class Numbers>
  void add_all(const Numbers& numbers) {
    for (Index j = 0; j < numbers.cols(); ++j) {
      for (Index i = 0; i < numbers.rows(); ++i) add(double(numbers(i, j)));
    }
  }
  std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325U;
};

/// Of what a fit begins with.
template <class Parameters>
std::uint64_t digest_of(const Parameters& parameters) {
  Digest digest;
  digest.add(double(parameters.dimension()));
  digest.add(double(parameters.component_count()));
  digest.add_all(parameters.weights);
  digest.add_all(parameters.means);
  digest.add_all(parameters.covariances);
  digest.add(double(parameters.noise_weight));
  digest.add(double(parameters.log_noise_density));
  for (const char* name = parameters.form->name; *name != '\0'; ++name) digest.add(*name);
  return digest.value();
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_MPI_DIGEST_HPP
