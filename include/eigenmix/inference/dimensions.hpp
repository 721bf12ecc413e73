// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_DIMENSIONS_HPP
#define EIGENMIX_INFERENCE_DIMENSIONS_HPP

#include <algorithm>
#include <initializer_list>
#include <type_traits>
#include <vector>

#include <eigenmix/base/errors.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// Dimensions named one by one, in an order: {0, 2}, a std::vector or an Eigen vector of integers.
/// Made at the call of a function that takes some, which checks them: to copy the indices, [E], is
/// all that it costs.
class DimensionList {
 public:
  DimensionList(std::initializer_list<Index> indices)  // NOLINT(google-explicit-constructor)
      : indices_(indices) {}

  template <class Integer>
  DimensionList(const std::vector<Integer>& indices)  // NOLINT(google-explicit-constructor)
  {
    append(indices);
  }

  template <class Expression>
  DimensionList(const Eigen::DenseBase<Expression>& indices)  // NOLINT(google-explicit-constructor)
  {
    constexpr bool is_vector = Expression::IsVectorAtCompileTime;
    static_assert(is_vector, "eigenmix: dimensions are a vector of integers, not a matrix");
    if constexpr (is_vector) {
      append(Eigen::Matrix<typename Expression::Scalar, Eigen::Dynamic, 1>(indices.derived()));
    }
  }

  const std::vector<Index>& indices() const { return indices_; }  ///< [E]

 private:
  template <class Integers>
  void append(const Integers& indices) {
    using Integer = std::decay_t<decltype(indices[0])>;
    constexpr bool are_integers = std::is_integral_v<Integer>;
    static_assert(are_integers, "eigenmix: dimensions are integers, counted from zero");
    if constexpr (are_integers) {
      for (decltype(indices.size()) i = 0; i < indices.size(); ++i) {
        indices_.push_back(static_cast<Index>(indices[i]));
      }
    }
  }

  std::vector<Index> indices_;
};

namespace detail {

inline bool is_among(const std::vector<Index>& indices, Index i) {
  return std::find(indices.begin(), indices.end(), i) != indices.end();
}

/// \param what  a name of the indices for the message
/// \throws std::invalid_argument  unless they are some of the dimensions, each once
inline void check_dimensions(const char* where, const std::string& what,
                             const std::vector<Index>& indices, Index dimension) {
  if (indices.empty()) reject(where, what, "none", "at least one dimension");
  for (std::size_t i = 0; i < indices.size(); ++i) {
    if (indices[i] < 0 || indices[i] >= dimension) {
      reject(where, what + "(" + text(i) + ")", text(indices[i]),
             "a dimension from 0 to " + text(dimension - 1));
    }
    if (std::find(indices.begin(), indices.begin() + std::ptrdiff_t(i), indices[i]) !=
        indices.begin() + std::ptrdiff_t(i)) {
      reject(where, what + "(" + text(i) + ")", text(indices[i]) + " again", "each dimension once");
    }
  }
}

/// The dimensions that are not in the list, ascending.
inline std::vector<Index> other_dimensions(const std::vector<Index>& indices, Index dimension) {
  std::vector<Index> result;
  for (Index i = 0; i < dimension; ++i) {
    if (!is_among(indices, i)) result.push_back(i);
  }
  return result;
}

constexpr bool are_dimensions(const Index* indices, int count, Index dimension) {
  for (int i = 0; i < count; ++i) {
    if (indices[i] < 0 || (dimension != Eigen::Dynamic && indices[i] >= dimension)) return false;
    for (int j = 0; j < i; ++j) {
      if (indices[j] == indices[i]) return false;
    }
  }
  return true;
}

/// Refuses, as the program is compiled, indices that are no dimensions of Dim ones or come twice.
template <int Dim, Index... indices>
constexpr bool accepts_dimensions() {
  constexpr Index list[] = {indices...};
  constexpr bool ok = are_dimensions(list, int(sizeof...(indices)), Dim);
  static_assert(ok,
                "eigenmix: an index is no dimension of the mixture, which count from zero, or "
                "comes twice");
  return ok;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_DIMENSIONS_HPP
