// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_OUT_OF_CORE_DRAW_HPP
#define EIGENMIX_OUT_OF_CORE_DRAW_HPP

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include <eigenmix/out_of_core/chunked_samples.hpp>
#include <eigenmix/random.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// A draw of samples, one of each of as many parts of the whole, and so of all parts of a sorted
/// file: at most 2^15, or 64 MiB of them. All if there are no more. Always the same.
template <class Scalar_, int Dim>
class SourceDraw {
 public:
  using Scalar = Scalar_;

  SourceDraw(const Chunks<Scalar>& chunks, const out_of_core::ReadOptions& options)
      : chunks_(chunks), blocks_(Blocks::of(chunks, options)) {
    const Index bytes = chunks.dimension() * Index(sizeof(Scalar));
    const Index most = std::clamp<Index>((Index(1) << 26) / bytes, 1, Index(1) << 15);
    const Index size = std::min(chunks.count(), most);
    random::Engine engine(seed);
    const double part = double(chunks.count()) / double(size);
    for (Index m = 0; m < size; ++m) {
      const double within = size < chunks.count() ? random::uniform(engine) : 0;
      places_.push_back(std::min(chunks.count() - 1, Index((double(m) + within) * part)));
    }
    // A seek, or what a disc without any reads at once, is worth some 64 KiB of reading on.
    is_scattered_ = chunks.reading() == Reading::at_once && part * double(bytes) > 65536;
  }

  /// \throws std::invalid_argument  if a number of them is not finite
  Matrix<Scalar, Dim> read(const char* where) const {
    Matrix<Scalar, Dim> result(chunks_.dimension(), Index(places_.size()));
    chunks_.advise(is_scattered_ ? ReadPattern::scattered : ReadPattern::forward);
    if (is_scattered_) {
      read_each(result);
    } else {
      read_past(result);
    }
    check(where, result);
    return result;
  }

 private:
  Index place(Index m) const { return places_[std::size_t(m)]; }

  void read_each(Matrix<Scalar, Dim>& result) const {
    std::vector<char> bytes;
    for (Index m = 0; m < result.cols(); ++m) {
      chunks_.read(place(m), 1, result.col(m).data(), bytes);
    }
  }

  /// Reads all blocks in which there are some.
  void read_past(Matrix<Scalar, Dim>& result) const {
    Cursor<Scalar> cursor(chunks_, blocks_);
    for (Index m = 0; m < result.cols(); ++m) {
      const Scalar* const numbers = cursor.at(place(m), true).numbers;
      std::copy_n(numbers, chunks_.dimension(), result.col(m).data());
    }
  }

  void check(const char* where, const Matrix<Scalar, Dim>& drawn) const {
    for (Index m = 0; m < drawn.cols(); ++m) {
      for (Index i = 0; i < drawn.rows(); ++i) {
        if (!std::isfinite(drawn(i, m)))
          reject_number_of(where, chunks_, {i, place(m)}, drawn(i, m));
      }
    }
  }

  static constexpr std::uint64_t seed = 0;

  const Chunks<Scalar>& chunks_;
  Blocks blocks_;
  std::vector<Index> places_;  // ascending
  bool is_scattered_ = false;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_OUT_OF_CORE_DRAW_HPP
