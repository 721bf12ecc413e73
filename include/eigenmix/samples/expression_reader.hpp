// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SAMPLES_EXPRESSION_READER_HPP
#define EIGENMIX_SAMPLES_EXPRESSION_READER_HPP

#include <algorithm>
#include <type_traits>

#include <eigenmix/base/fwd.hpp>

// Asks for a line of memory. A macro, in functions that are EIGENMIX_INLINE: g++ 12 takes a function
// that does nothing else for pure and leaves out its calls, those of Eigen's own too.
#if defined(__GNUC__)
#define EIGENMIX_PREFETCH(address) __builtin_prefetch(address)
#else
#define EIGENMIX_PREFETCH(address) Eigen::internal::prefetch(address)
#endif

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Whether the numbers of an expression lie side by side, column by column or row by row.
template <class Expression>
inline constexpr bool is_in_memory = (int(Eigen::internal::evaluator<Expression>::Flags) &
                                      Eigen::DirectAccessBit) != 0 &&
                                     int(Expression::InnerStrideAtCompileTime) == 1;

/// Element access to any Eigen expression through an evaluator that is built once: a product
/// inside the expression is then computed once, and everything element-wise never as a whole. Only
/// what Eigen itself says must be evaluated before use is: products, and expressions such as Random
/// that would give other numbers every time they are read.
template <class Expression>
class ExpressionReader {
 public:
  explicit ExpressionReader(const Expression& expression)
      : expression_(expression), evaluator_(expression_) {}
  ~ExpressionReader() = default;
  ExpressionReader(const ExpressionReader&) = delete;
  ExpressionReader& operator=(const ExpressionReader&) = delete;

  typename Expression::Scalar operator()(Index row, Index col) const {
    return evaluator_.coeff(row, col);
  }

  /// Asks for a column of numbers in memory before it is read, at most five lines of it.
  EIGENMIX_INLINE void prefetch(Index col) const {
    if constexpr (lies_in_columns) {
      constexpr Index line = 64 / static_cast<Index>(sizeof(typename Expression::Scalar));
      const auto* const numbers = expression_.data() + col * expression_.outerStride();
      const Index last = std::min(expression_.rows(), 4 * line) - 1;
      for (Index i = 0; i < last; i += line) EIGENMIX_PREFETCH(numbers + i);
      EIGENMIX_PREFETCH(numbers + last);
    }
  }

 private:
  using Nested = typename Eigen::internal::nested_eval<Expression, 1>::type;
  static constexpr bool lies_in_columns =
      is_in_memory<std::decay_t<Nested>> && !std::decay_t<Nested>::IsRowMajor;

  Nested expression_;
  Eigen::internal::evaluator<std::decay_t<Nested>> evaluator_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#undef EIGENMIX_PREFETCH

#endif  // EIGENMIX_SAMPLES_EXPRESSION_READER_HPP
