// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_OUT_OF_CORE_CALLBACK_HPP
#define EIGENMIX_OUT_OF_CORE_CALLBACK_HPP

#include <memory>
#include <utility>

#include <eigenmix/out_of_core/callbacks.hpp>
#include <eigenmix/out_of_core/source.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace out_of_core {

/// Samples that a function hands out by their numbers: from a database, a compressed file, a
/// simulation.
///
///     callback<double>(3, count, [&](Index begin, Index size, double* into) { ... })
///
/// It is called for blocks of samples in any order, from the threads of the execution policy but by
/// one at a time, and must always give the same. What it throws ends the fit. To make a source
/// costs O(1).
/// \param dimension  numbers of a sample, >= 1
/// \param count      of samples, >= 0
/// \param read       read(begin, size, into) writes samples begin, ..., begin + size - 1 one after
///                   the other, size * dimension numbers
/// \throws std::invalid_argument  if a number is not as said
template <class Scalar, class Read>
Source<Scalar> callback(Index dimension, Index count, Read read) {
  constexpr bool ok = std::is_invocable_v<Read&, Index, Index, Scalar*>;
  static_assert(ok,
                "eigenmix: a callback is called as read(Index begin, Index size, Scalar* into)");
  detail::at_least_one("out_of_core::callback", "dimension", dimension);
  detail::non_negative("out_of_core::callback", "count", count);
  if constexpr (ok) {
    return Source<Scalar>(std::make_shared<const detail::CallbackChunks<Scalar, Read>>(
        dimension, count, std::move(read)));
  } else {
    throw std::logic_error("eigenmix: unreachable");
  }
}

/// Samples that come one after the other: lines of a text, messages, what a decompressor gives.
///
///     generator<double>(3, [&] { in.rewind(); }, [&](double* into, Index most) { ... })
///
/// It is gone through once here, to count them: a pass. All is then done on one thread, in order:
/// strips of samples do not run at once, whatever the execution policy; the bits are the same.
/// \param dimension  numbers of a sample, >= 1
/// \param rewind     rewind(): the next sample is the first again
/// \param next       next(into, most) writes the next samples one after the other, `most` at most,
///                   and returns how many; 0 at the end and only there
/// \throws std::invalid_argument  if dimension is not as said
/// \throws std::runtime_error     if `next` returns no such number; where it is used, too, if there
///                                are fewer samples than there were
template <class Scalar, class Rewind, class Next>
Source<Scalar> generator(Index dimension, Rewind rewind, Next next) {
  constexpr bool ok =
      std::is_invocable_v<Rewind&> && std::is_invocable_r_v<Index, Next&, Scalar*, Index>;
  static_assert(ok, "eigenmix: a generator is rewind() and Index next(Scalar* into, Index most)");
  detail::at_least_one("out_of_core::generator", "dimension", dimension);
  if constexpr (ok) {
    const Index count = detail::count_generated<Scalar>(dimension, rewind, next);
    return Source<Scalar>(std::make_shared<const detail::GeneratorChunks<Scalar, Rewind, Next>>(
        dimension, count, std::move(rewind), std::move(next)));
  } else {
    throw std::logic_error("eigenmix: unreachable");
  }
}

}  // namespace out_of_core
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_OUT_OF_CORE_CALLBACK_HPP
