// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_OUT_OF_CORE_FILE_CHUNKS_HPP
#define EIGENMIX_OUT_OF_CORE_FILE_CHUNKS_HPP

#include <algorithm>
#include <ctime>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <eigenmix/out_of_core/chunks.hpp>
#include <eigenmix/out_of_core/numbers_in_file.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Which numbers lie side by side in a file.
enum class Arrangement {
  by_sample,    ///< those of a sample: C's order of N x D
  by_dimension  ///< those of a dimension: Fortran's
};

/// Where the samples lie in a file.
struct FileLayout {
  Index dimension = 0, count = 0;
  FileOffset begin = 0;  ///< of the first number
  NumberFormat format;
  Arrangement arrangement = Arrangement::by_sample;

  FileOffset place(Index i, Index n) const {
    const FileOffset number =
        arrangement == Arrangement::by_sample ? n * dimension + i : i * count + n;
    return begin + number * format.size();
  }
};

/// \param into  [dimension x size]
template <class Scalar>
void read_samples(const Descriptor& file, const FileLayout& layout, std::pair<Index, Index> range,
                  Scalar* into, std::vector<char>& bytes) {
  const auto [begin, size] = range;
  const bool by_sample = layout.arrangement == Arrangement::by_sample;
  const Index runs = by_sample ? 1 : layout.dimension;
  const Index length = by_sample ? size * layout.dimension : size;
  const FileOffset run_size = FileOffset(length) * layout.format.size();
  if (by_sample && layout.format.is_as_in_memory<Scalar>()) {
    return file.read(layout.place(0, begin), run_size, reinterpret_cast<char*>(into));
  }
  bytes.resize(std::size_t(run_size));
  for (Index run = 0; run < runs; ++run) {
    file.read(layout.place(run, begin), run_size, bytes.data());
    decode(bytes.data(), length, layout.format, into + run, runs);
  }
}

/// A file of a directory: opened where it is read, since there may be more than a process can have
/// open, and then to be the one that it was.
struct FilePart {
  std::string path, identity;
  FileLayout layout;
  Index first;  ///< number of its first sample
};

/// The samples of one file, which stays open, or of several one after the other.
template <class Scalar>
class FileChunks : public Chunks<Scalar> {
 public:
  using typename Chunks<Scalar>::Bytes;

  FileChunks(std::unique_ptr<const Descriptor> file, const FileLayout& layout)
      : Chunks<Scalar>(layout.dimension, layout.count),
        parts_{{file->path(), file->identity(), layout, 0}},
        held_(std::move(file)) {}

  /// \param parts  at least one, of one dimension
  explicit FileChunks(std::vector<FilePart> parts)
      : Chunks<Scalar>(parts.back().layout.dimension,
                       parts.back().first + parts.back().layout.count),
        parts_(std::move(parts)) {}

  void read(Index begin, Index size, Scalar* into, Bytes& bytes) const override {
    if (held_) return read_samples(*held_, parts_[0].layout, {begin, size}, into, bytes);
    for (auto part = part_of(begin); size > 0; ++part) {
      const Index from = begin - part->first;
      const Index some = std::min(size, part->layout.count - from);
      if (some <= 0) continue;
      read_samples(*opened(*part), part->layout, {from, some}, into, bytes);
      into += some * this->dimension();
      begin += some;
      size -= some;
    }
  }

  Reading reading() const override { return Reading::at_once; }

  std::string place(Index i, Index n) const override {
    const auto part = part_of(n);
    return "'" + part->path + "' at byte " + text(part->layout.place(i, n - part->first));
  }

  std::string stamp(std::time_t at) const override {
    if (held_) return held_->stamp(at);
    std::string result;
    for (const FilePart& part : parts_) {
      const std::string of_part = opened(part)->stamp(at);
      if (of_part.empty()) return {};
      result += of_part + ' ';
    }
    return result;
  }

  /// Of several files the first that has some of them.
  void announce(Index begin, Index size) const override {
    const auto part = part_of(begin);
    const FileLayout& layout = part->layout;
    if (layout.arrangement != Arrangement::by_sample) return;
    const Index from = begin - part->first, some = std::min(size, layout.count - from);
    try {
      const auto own = held_ ? nullptr : opened(*part);
      const Descriptor& file = held_ ? *held_ : *own;
      file.announce(layout.place(0, from), layout.place(0, some) - layout.place(0, 0));
    } catch (const SourceFailure&) {  // which reading it will throw, if it must be read
    }
  }

  void advise(ReadPattern access) const override {
    if (held_) held_->advise(access);
  }

 private:
  auto part_of(Index n) const {
    const auto is_after = [](Index at, const FilePart& part) { return at < part.first; };
    return std::upper_bound(parts_.begin(), parts_.end(), n, is_after) - 1;
  }

  static std::unique_ptr<const Descriptor> opened(const FilePart& part) {
    auto file = std::make_unique<const Descriptor>(part.path);
    if (file->identity() != part.identity) {
      lose_source("out_of_core: '" + part.path + "'", "file", "another one of this name",
                  "the one that was opened before");
    }
    return file;
  }

  std::vector<FilePart> parts_;  // ascending; those without samples are never read
  std::unique_ptr<const Descriptor> held_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_OUT_OF_CORE_FILE_CHUNKS_HPP
