// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_OUT_OF_CORE_WHOLE_FILE_HPP
#define EIGENMIX_OUT_OF_CORE_WHOLE_FILE_HPP

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>

#include <eigenmix/out_of_core/descriptor.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// A file that is being written; closed with this, whatever happens.
class WrittenFile {
 public:
  /// \throws std::runtime_error  if it cannot be made
  explicit WrittenFile(const std::string& path)
      : path_(path), number_(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666)) {
    if (number_ < 0) refuse_file(path_, "one that can be written");
  }
  ~WrittenFile() { ::close(number_); }
  WrittenFile(const WrittenFile&) = delete;
  WrittenFile& operator=(const WrittenFile&) = delete;

  /// Returns when the disc has all of it.
  void write(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t done = ::write(number_, bytes.data(), bytes.size());
      if (done < 0 && errno == EINTR) continue;
      if (done < 0) refuse_file(path_, "one that takes " + text(bytes.size()) + " bytes more");
      bytes.remove_prefix(std::size_t(done));
    }
    if (::fsync(number_) != 0) refuse_file(path_, "one that reaches the disc");
  }

 private:
  const std::string& path_;
  int number_;
};

/// Puts the name of a file on the disc, where its directory can be opened.
inline void keep_name(const std::string& path) {
  const std::size_t slash = path.find_last_of('/');
  const std::string directory = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  const int number = ::open(directory.c_str(), O_RDONLY | O_CLOEXEC);
  if (number < 0) return;
  ::fsync(number);  // some file systems have no such thing, and keep the order by themselves
  ::close(number);
}

/// Writes a file that is there whole or as it was before, whenever the process or the machine ends:
/// under another name first, path + ".new", which then takes the place of the old.
/// \throws std::runtime_error  if it cannot
inline void write_whole_file(const std::string& path, std::string_view bytes) {
  const std::string other = path + ".new";
  WrittenFile(other).write(bytes);
  if (std::rename(other.c_str(), path.c_str()) != 0) {
    refuse_file(path, "one that '" + other + "' can take the place of");
  }
  keep_name(path);
}

/// \return nothing if there is no such file
/// \throws std::runtime_error  if it cannot be read
inline std::optional<std::string> read_whole_file(const std::string& path) {
  if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) return std::nullopt;
  const Descriptor file(path);
  std::string bytes(std::size_t(file.size()), ' ');
  file.read(0, file.size(), bytes.data());
  return bytes;
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_OUT_OF_CORE_WHOLE_FILE_HPP
