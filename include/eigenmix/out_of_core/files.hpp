// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_OUT_OF_CORE_FILES_HPP
#define EIGENMIX_OUT_OF_CORE_FILES_HPP

#include <dirent.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <eigenmix/out_of_core/npy_header.hpp>
#include <eigenmix/out_of_core/source.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace out_of_core {

/// Where the numbers of a raw file begin, and how they are written.
struct RawLayout {
  std::int64_t offset = 0;              ///< bytes before the first number, such as a header; >= 0
  ByteOrder order = ByteOrder::native;  ///< of each number
};

}  // namespace out_of_core

namespace detail {

/// Where the samples of a raw file lie.
template <class Scalar, class Stored>
FileLayout raw_file_layout(const Descriptor& file, Index dimension,
                           const out_of_core::RawLayout& raw) {
  if (dimension > largest_dimension) {
    reject("out_of_core::raw_file", "dimension", text(dimension), "2^31 at most");
  }
  const NumberFormat format{stored_number<Stored>(), raw.order};
  const FileOffset size = file.size() - raw.offset, sample = FileOffset(dimension) * format.size();
  if (size < 0) {
    refuse(place_in(file.path(), raw.offset), "offset of the numbers", text(raw.offset),
           "at most the size of the file, " + text(file.size()));
  }
  if (size % sample != 0) {
    refuse(place_in(file.path(), raw.offset), "bytes of numbers", text(size),
           "whole samples, of " + text(dimension) + " numbers or " + text(sample) + " bytes each");
  }
  return {dimension, Index(size / sample), raw.offset, format, Arrangement::by_sample};
}

/// \throws std::invalid_argument  if they are not as RawLayout says
template <class Scalar, class Stored>
void check_raw(const char* where, Index dimension, const out_of_core::RawLayout& raw) {
  constexpr bool fits = std::numeric_limits<Stored>::digits <= std::numeric_limits<Scalar>::digits;
  static_assert(fits,
                "eigenmix: a file of double does not go into samples of float without rounding; "
                "make a source of double for a mixture of double");
  at_least_one(where, "dimension", dimension);
  non_negative(where, "offset", raw.offset);
}

/// A directory's name and that of a file in it.
inline std::string joined(std::string directory, const std::string& name) {
  directory += '/';
  directory += name;
  return directory;
}

/// The files of a directory whose names end so, sorted by their bytes; without hidden ones.
/// \throws std::runtime_error  if it cannot be read, or has none
inline std::vector<std::string> paths_in(const std::string& directory, const std::string& ending) {
  const auto close = [](DIR* open) { ::closedir(open); };
  const std::unique_ptr<DIR, decltype(close)> open(::opendir(directory.c_str()), close);
  if (!open) refuse_file(directory, "a directory that can be opened");
  std::vector<std::string> paths;
  errno = 0;
  while (const dirent* const entry = ::readdir(open.get())) {
    const std::string name = entry->d_name;
    const bool ends_so = name.size() >= ending.size() &&
                         name.compare(name.size() - ending.size(), ending.size(), ending) == 0;
    const std::string path = joined(directory, name);
    struct stat status = {};
    const bool is_file =
        ends_so && name[0] != '.' && ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
    if (is_file) paths.push_back(path);
    errno = 0;
  }
  if (errno != 0) refuse_file(directory, "a directory that can be read");
  if (paths.empty()) {
    refuse("out_of_core: '" + directory + "'", "files whose names end in '" + ending + "'", "none",
           "at least one");
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

/// \param layout  layout(descriptor) of one file
template <class Scalar, class Layout>
out_of_core::Source<Scalar> source_of_file(const std::string& path, Layout&& layout) {
  auto file = std::make_unique<const Descriptor>(path);
  const FileLayout found = layout(*file);
  return out_of_core::Source<Scalar>(
      std::make_shared<const FileChunks<Scalar>>(std::move(file), found));
}

template <class Scalar, class Layout>
out_of_core::Source<Scalar> source_of_directory(const std::string& directory,
                                                const std::string& ending, Layout&& layout) {
  std::vector<FilePart> parts;
  Index count = 0;
  for (const std::string& path : paths_in(directory, ending)) {
    const Descriptor file(path);
    const FileLayout found = layout(file);
    if (!parts.empty() && found.dimension != parts[0].layout.dimension) {
      refuse(place_in(file.path(), 0), "dimensions", text(found.dimension),
             text(parts[0].layout.dimension) + " as in '" + parts[0].path + "'");
    }
    parts.push_back({file.path(), file.identity(), found, count});
    count += found.count;
  }
  return out_of_core::Source<Scalar>(std::make_shared<const FileChunks<Scalar>>(std::move(parts)));
}

}  // namespace detail

namespace out_of_core {

/// The samples of a file of NumPy's, read where they lie: an array of N x D, so that a sample is a
/// row; versions 1.0 to 3.0, of C's order or Fortran's, either byte order, '<f4', '<f8', '>f4' or
/// '>f8'. Files of float are converted, exactly, for a source of double. Of Fortran's order every
/// block is D short reads, one for each dimension.
///
/// The file stays open. It is read by pread, not mapped: one that shrinks meanwhile is an error
/// with its place, not SIGBUS.
/// \tparam Scalar  of the mixture that it is for
/// \throws std::runtime_error  "out_of_core: 'path' at byte B: what, got X, need Y" if it cannot be
///         opened, has another type or shape, or more or fewer bytes than its header says
/// \complexity  reads the header
template <class Scalar>
Source<Scalar> npy_file(const std::string& path) {
  return detail::source_of_file<Scalar>(path, detail::npy_layout<Scalar>);
}

/// The samples of a file of nothing but numbers, one sample after the other, after so many bytes of
/// something else. Nothing is read yet: O(1).
/// \tparam Scalar     of the mixture that it is for
/// \tparam Stored     of the file: float or double; Scalar, or float for a source of double
/// \param  dimension  numbers of a sample, >= 1
/// \param  raw        how many bytes come before, and in what order those of a number are
/// \throws std::invalid_argument  if a number is not as said
/// \throws std::runtime_error     as npy_file; the rest of the file must be whole samples
template <class Scalar, class Stored = Scalar>
Source<Scalar> raw_file(const std::string& path, Index dimension, const RawLayout& raw = {}) {
  detail::check_raw<Scalar, Stored>("out_of_core::raw_file", dimension, raw);
  return detail::source_of_file<Scalar>(path, [&](const detail::Descriptor& file) {
    return detail::raw_file_layout<Scalar, Stored>(file, dimension, raw);
  });
}

/// The samples of all files of a directory whose names end in ".npy", one after the other, sorted
/// by the bytes of their names. They may be of different orders and types, not of different
/// dimensions. Each is opened when it is read, so that there may be any number; one that another
/// has replaced is an error.
/// \throws std::runtime_error  as npy_file, of any of them; if there is none
/// \complexity  reads the headers
template <class Scalar>
Source<Scalar> npy_directory(const std::string& path) {
  return detail::source_of_directory<Scalar>(path, ".npy", detail::npy_layout<Scalar>);
}

/// Likewise of raw files, whose names have this ending.
template <class Scalar, class Stored = Scalar>
Source<Scalar> raw_directory(const std::string& path, const std::string& ending, Index dimension,
                             const RawLayout& raw = {}) {
  detail::check_raw<Scalar, Stored>("out_of_core::raw_directory", dimension, raw);
  return detail::source_of_directory<Scalar>(path, ending, [&](const detail::Descriptor& file) {
    return detail::raw_file_layout<Scalar, Stored>(file, dimension, raw);
  });
}

}  // namespace out_of_core
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_OUT_OF_CORE_FILES_HPP
