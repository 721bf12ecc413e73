// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_SUPPORT_TEMPORARY_FOLDER_HPP
#define EIGENMIX_TESTS_SUPPORT_TEMPORARY_FOLDER_HPP

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

#include <stdlib.h>  // mkdtemp is POSIX's
#include <unistd.h>

namespace eigenmix_tests {

/// A folder that goes with this, and all that is in it. In memory where that can be had: tests that
/// wait until a busy disc has written what they do not want to keep take minutes.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    const bool has_memory = ::access("/dev/shm", W_OK) == 0;
    path_ = has_memory ? "/dev/shm" : std::filesystem::temp_directory_path().string();
    path_ += "/eigenmix_" + std::string(6, 'X');  // which mkdtemp replaces
    if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no folder " + path_);
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + '/' + name; }

 private:
  std::string path_;
};

inline std::string bytes_of(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream out(path, std::ios::binary);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!out.flush()) throw std::runtime_error("cannot write " + path);
}

/// Numbers as they are in memory, column by column: a raw file of the samples of a matrix.
template <class Matrix>
void write_numbers(const std::string& path, const Matrix& x, const std::string& before = {}) {
  std::string bytes = before;
  bytes.append(reinterpret_cast<const char*>(x.data()),
               static_cast<std::size_t>(x.size()) * sizeof(typename Matrix::Scalar));
  write_bytes(path, bytes);
}

}  // namespace eigenmix_tests

#endif  // EIGENMIX_TESTS_SUPPORT_TEMPORARY_FOLDER_HPP
