// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_OUT_OF_CORE_CHUNKS_HPP
#define EIGENMIX_OUT_OF_CORE_CHUNKS_HPP

#include <ctime>
#include <string>
#include <vector>

#include <eigenmix/base/fwd.hpp>
#include <eigenmix/out_of_core/descriptor.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

inline constexpr Index largest_dimension = Index(1) << 31;  // whose bytes a number can count

/// How the parts of samples can be had.
enum class Reading {
  at_once,        ///< any, by several threads
  one_at_a_time,  ///< any, by one thread after the other
  in_order        ///< one after the other, and from the beginning again
};

/// Samples that lie elsewhere, handed out part by part, again and again.
template <class Scalar_>
class Chunks {
 public:
  using Scalar = Scalar_;
  using Bytes = std::vector<char>;

  Chunks(Index dimension, Index count) : dimension_(dimension), count_(count) {}
  virtual ~Chunks() = default;
  Chunks(const Chunks&) = delete;
  Chunks& operator=(const Chunks&) = delete;

  Index dimension() const { return dimension_; }
  Index count() const { return count_; }

  /// Samples begin, ..., begin + size - 1, one after the other.
  /// \param into   [dimension x size]
  /// \param bytes  memory of the caller's to work in
  virtual void read(Index begin, Index size, Scalar* into, Bytes& bytes) const = 0;

  virtual Reading reading() const = 0;

  /// Where number i of sample n lies, for messages.
  virtual std::string place(Index i, Index n) const = 0;

  /// Changes when the samples may have; empty if there is no knowing.
  /// \param at  the time now
  virtual std::string stamp(std::time_t at) const { return (void)at, std::string{}; }

  virtual void advise(ReadPattern) const {}

  /// Samples that will be read soon.
  virtual void announce(Index begin, Index size) const { (void)begin, (void)size; }

 private:
  Index dimension_, count_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_OUT_OF_CORE_CHUNKS_HPP
