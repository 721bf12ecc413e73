// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_IO_WANTED_HPP
#define EIGENMIX_IO_WANTED_HPP

// What a file says it is, and which mixtures may be made of it.

#include <limits>
#include <ostream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include <eigenmix/gaussian_mixture.hpp>
#include <eigenmix/io/number.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// A file is damaged, or not what it was taken for: "where: what, got X, need Y", as of arguments.
[[noreturn]] EIGENMIX_COLD inline void refuse(const std::string& where, const std::string& what,
                                              const std::string& got, const std::string& need) {
  throw std::runtime_error(where + ": " + what + ", got " + got + ", need " + need);
}

/// Writes without what a stream's format would make of it, and does not let a full disc pass.
inline void write_all(const char* where, std::ostream& out, const std::string& written) {
  out.write(written.data(), static_cast<std::streamsize>(written.size()));
  if (out) return;
  refuse(where, "stream", "one that failed", "one that takes " + text(written.size()) + " bytes");
}

inline constexpr const char* saved_name = "eigenmix-mixture";
inline constexpr Index saved_version = 1;

/// Names of scalars by their binary digits, which are what a number needs in order to be kept.
struct ScalarName {
  int digits;
  const char* name;
};
inline constexpr ScalarName scalar_names[] = {
    {24, "float"}, {53, "double"}, {64, "extended"}, {106, "double-double"}, {113, "quadruple"}};

inline const char* scalar_name(int digits) {
  for (const ScalarName& known : scalar_names) {
    if (known.digits == digits) return known.name;
  }
  return "unknown";
}

/// \return 0 if there is no such scalar
inline int digits_of(std::string_view name) {
  for (const ScalarName& known : scalar_names) {
    if (known.name == name) return known.digits;
  }
  return 0;
}

/// How covariances are stored: matrices, variances of each dimension, or one variance.
enum class Storage { dense, diagonal, isotropic };

inline constexpr const char* storage_names[] = {"dense", "diagonal", "isotropic"};

inline const char* storage_name(Storage storage) {
  return storage_names[static_cast<std::size_t>(storage)];
}

template <class Layout>
constexpr Storage storage_of() {
  if (Layout::is_dense) return Storage::dense;
  return Layout::is_isotropic ? Storage::isotropic : Storage::diagonal;
}

/// Numbers of one stored covariance.
inline Index storage_size(Storage storage, Index dimension) {
  if (storage == Storage::dense) return dimension * dimension;
  return storage == Storage::diagonal ? dimension : 1;
}

/// What a file may be, for a mixture to be made of it.
struct Wanted {
  const char* family;
  bool is_full;  // which takes every family
  Storage storage;
  bool is_shared;
  Index dimension;  // or Eigen::Dynamic
  int digits;
};

template <class Mixture>
Wanted wanted() {
  using Family = typename Mixture::Covariance;
  using Layout = typename Family::Layout;
  return {Family::name,         std::is_same_v<Family, covariance::Full>,
          storage_of<Layout>(), Layout::is_shared,
          Mixture::Dim,         std::numeric_limits<typename Mixture::Scalar>::digits};
}

template <class T>
inline constexpr bool is_mixture_v = false;
template <class Scalar, int Dim, class Covariance>
inline constexpr bool is_mixture_v<GaussianMixture<Scalar, Dim, Covariance>> = true;

inline void check_version(const std::string& where, Index version) {
  if (version == saved_version) return;
  refuse(where, "version of the format", text(version),
         text(saved_version) + "; a newer eigenmix may read it");
}

/// Numbers are taken exactly or not at all. \return how many binary digits those of the file have
inline int checked_digits(const std::string& where, std::string_view name, const Wanted& wanted) {
  const int digits = digits_of(name);
  const std::string need = scalar_name(wanted.digits);
  if (digits == 0) refuse(where, "scalar", in_quotes(name), "float, double or " + need);
  const bool is_kept = digits == wanted.digits || (digits < wanted.digits && digits <= 53);
  if (!is_kept) {
    refuse(
        where, "scalar", std::string(name),
        need + " or less; load it as a mixture of that scalar, whose numbers this one would round");
  }
  return digits;
}

inline void check_dimension(const std::string& where, Index dimension, const Wanted& wanted) {
  if (dimension < 1) refuse(where, "dimension", text(dimension), "at least one");
  if (wanted.dimension == Eigen::Dynamic || dimension == wanted.dimension) return;
  refuse(where, "dimension", text(dimension),
         text(wanted.dimension) + "; load it as a mixture of Eigen::Dynamic or that dimension");
}

inline void check_family(const std::string& where, const std::string& family,
                         const Wanted& wanted) {
  if (wanted.is_full || family == wanted.family) return;
  refuse(where, "family", in_quotes(family),
         std::string(wanted.family) + "; load it as a mixture of its family or covariance::Full");
}

/// The covariances of a file: how stored, and how many.
struct StoredAs {
  Storage storage;
  Index groups;
};

inline Storage named_storage(const std::string& where, std::string_view name) {
  for (const Storage storage : {Storage::dense, Storage::diagonal, Storage::isotropic}) {
    if (name == storage_name(storage)) return storage;
  }
  refuse(where, "form of the covariances", in_quotes(name), "dense, diagonal or isotropic");
}

/// Whether there are as many covariances as components need, stored as the family has them.
inline void check_storage(const std::string& where, StoredAs is, Index components,
                          const Wanted& wanted, const std::string& family) {
  const std::string got = storage_name(is.storage) + (" " + text(is.groups));
  if (is.groups != 1 && is.groups != components) {
    refuse(where, "covariances", got, "one, or one for each of " + text(components));
  }
  if (family != wanted.family) return;  // and is wanted as Full, which takes every storage
  const Index needed = wanted.is_shared ? 1 : components;
  if (is.storage == wanted.storage && is.groups == needed) return;
  refuse(
      where, "covariances", got,
      storage_name(wanted.storage) + (" " + text(needed)) + ", as covariance::" + family + " has");
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_IO_WANTED_HPP
