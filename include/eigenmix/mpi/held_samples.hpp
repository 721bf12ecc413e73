// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_MPI_HELD_SAMPLES_HPP
#define EIGENMIX_MPI_HELD_SAMPLES_HPP

#include <memory>
#include <optional>
#include <type_traits>

#include <eigenmix/samples/any_samples.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Checked samples of any type, or none; refers to the matrices.
template <class Scalar, int Dim>
class HeldSamples {
 public:
  using View = AnySamples<Scalar, Dim>;

  HeldSamples() = default;

  /// \throws std::invalid_argument  as every function that takes samples
  template <class X>
  HeldSamples(const char* where, const X& x, Index dimension) {
    using Opened = decltype(Boundary<Scalar, Dim>::checked(where, x, dimension));
    const std::shared_ptr<const Opened> opened(
        new Opened(Boundary<Scalar, Dim>::checked(where, x, dimension)));
    view_.emplace(*opened);
    opened_ = opened;
  }

  explicit operator bool() const { return view_.has_value(); }
  const View& operator*() const { return *view_; }
  View& operator*() { return *view_; }
  const View* operator->() const { return &*view_; }

 private:
  std::shared_ptr<const void> opened_;
  std::optional<View> view_;
};

/// The samples' expression, of samples with weights or without.
template <class X>
const auto& expression_of(const X& x) {
  if constexpr (is_weighted_v<X>) {
    return x.samples();
  } else {
    return x;
  }
}

/// Whether no sample has a weight, of as many as there are samples.
template <class X>
bool are_weightless(const X& x) {
  if constexpr (is_weighted_v<X>) {
    const ExpressionReader<std::decay_t<decltype(x.weights())>> read(x.weights());
    const bool is_row = x.weights().rows() == 1;
    if (x.weights().size() != x.cols()) return false;
    for (Index n = 0; n < x.cols(); ++n) {
      if (!((is_row ? read(0, n) : read(n, 0)) == 0)) return false;
    }
    return true;
  } else {
    return false;
  }
}

/// The samples of one process, checked: none where it has none, and without weights where all of
/// those are zero.
template <class Scalar, int Dim, class X>
HeldSamples<Scalar, Dim> held_samples(const char* where, const X& x, Index dimension) {
  if (x.cols() == 0) return {};
  if (are_weightless(x)) return {where, expression_of(x), dimension};
  return {where, x, dimension};
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_MPI_HELD_SAMPLES_HPP
