// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SELECTION_FAMILIES_HPP
#define EIGENMIX_SELECTION_FAMILIES_HPP

#include <string_view>
#include <type_traits>

#include <eigenmix/covariance/policy.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

template <class Family, class = void>
inline constexpr const char* family_code_v = Family::name;
template <class Family>
inline constexpr const char* family_code_v<Family, std::void_t<decltype(Family::code)>> =
    Family::code;

/// What tables call a family: its three letters, or, for one that has none, its name.
template <class Family>
constexpr const char* family_code() {
  return family_code_v<Family>;
}

/// How free one letter of a code is: I(dentity) < E(qual) < V(arying); -1 if it is another.
constexpr int freedom(char letter) {
  return letter == 'I' ? 0 : letter == 'E' ? 1 : letter == 'V' ? 2 : -1;
}

/// Whether a text is a code of volume, shape and orientation, such as "VEI".
constexpr bool is_family_code(std::string_view code) {
  if (code.size() != 3 || freedom(code[0]) < 1) return false;
  return freedom(code[1]) >= 0 && freedom(code[2]) >= 0;
}

/// Whether every mixture of the family `inner` is one of the family `outer`, another: where no
/// letter is freer (Celeux & Govaert 1995). Always false of names that are no codes.
constexpr bool is_nested(std::string_view inner, std::string_view outer) {
  if (!is_family_code(inner) || !is_family_code(outer) || inner == outer) return false;
  for (std::size_t i = 0; i < 3; ++i) {
    if (freedom(inner[i]) > freedom(outer[i])) return false;
  }
  return true;
}

/// A family comes after all that are nested in it.
constexpr int freedom(std::string_view code) {
  if (!is_family_code(code)) return 0;
  return freedom(code[0]) + freedom(code[1]) + freedom(code[2]);
}

template <class First, class... Rest>
constexpr bool are_distinct() {
  if constexpr (sizeof...(Rest) == 0) {
    return true;
  } else {
    return !(std::is_same_v<First, Rest> || ...) && are_distinct<Rest...>();
  }
}

}  // namespace detail

namespace selection {

/// Covariance families to choose from, made by `families`.
template <class... Family>
struct Families {
  static_assert(sizeof...(Family) >= 1,
                "eigenmix: families<...>() needs at least one covariance family, such as "
                "families<covariance::Full, covariance::Tied>()");
  static_assert((covariance::is_family_v<Family> && ...),
                "eigenmix: families<...>() takes covariance families: covariance::Full, Tied, "
                "Diagonal, Spherical, or see covariance/policy.hpp");
};

/// families<covariance::Full, covariance::Tied>(): each family once, in the order of the table; the
/// compiler refuses more. It costs nothing.
template <class... Family>
constexpr Families<Family...> families() {
  if constexpr (sizeof...(Family) >= 1) {
    static_assert(detail::are_distinct<Family...>(),
                  "eigenmix: families<...>() takes each covariance family once; mclust's names "
                  "VII, VVI, EEE and VVV are Spherical, Diagonal, Tied and Full");
  }
  return {};
}

}  // namespace selection
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SELECTION_FAMILIES_HPP
