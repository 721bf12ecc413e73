// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_OUT_OF_CORE_DESCRIPTOR_HPP
#define EIGENMIX_OUT_OF_CORE_DESCRIPTOR_HPP

// Files that are read where they lie. By pread and not by mmap: of a mapped file that somebody
// cuts, or whose disc fails, the process learns by SIGBUS, and dies without a word of where.

#if !defined(__unix__) && !defined(__APPLE__)
#error \
    "eigenmix: out_of_core/ needs POSIX (open, pread, fstat, fsync); read the files elsewhere, \
and hand them over in memory"
#endif

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <ctime>
#include <string>
#include <system_error>
#include <utility>

#include <eigenmix/io/wanted.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// A place in a file, in bytes.
using FileOffset = std::int64_t;

/// Where something was read, for messages.
inline std::string place_in(const std::string& path, FileOffset offset) {
  return "out_of_core: '" + path + "' at byte " + text(offset);
}

/// What the system says of the last call.
EIGENMIX_COLD inline std::string system_says() {
  return std::error_code(errno, std::generic_category()).message();
}

[[noreturn]] EIGENMIX_COLD inline void refuse_file(const std::string& path,
                                                   const std::string& need) {
  const std::string got = system_says();
  lose_source("out_of_core: '" + path + "'", "file", got, need);
}

/// How a file is going to be read.
enum class ReadPattern { forward, scattered };

/// A file that is open for reading, closed with this.
class Descriptor {
 public:
  /// Not to be held up by a pipe that nobody writes to: O_NONBLOCK, which files take no notice of.
  /// \throws std::runtime_error  if it cannot be opened, or its parts cannot be read again
  explicit Descriptor(std::string path)
      : path_(std::move(path)), number_(::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {
    if (number_ < 0) refuse_file(path_, "one that can be opened");
    if (::fstat(number_, &status_) != 0 || !S_ISREG(status_.st_mode)) {
      ::close(number_);
      lose_source("out_of_core: '" + path_ + "'", "file", "a directory, pipe or device",
                  "a plain file");
    }
  }
  ~Descriptor() { ::close(number_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  const std::string& path() const { return path_; }

  /// Of the file as it was opened.
  FileOffset size() const { return FileOffset(status_.st_size); }

  /// Which file it is, whatever its name: a renamed one is the same.
  std::string identity() const { return text(status_.st_dev) + ':' + text(status_.st_ino); }

  /// What changes with what is in the file: its size, and when the system last saw it change, a
  /// time that nobody can set back as copies and archives do that of writing. Empty if that was
  /// just now: clocks of file systems tick, some every two seconds, and what is written to within
  /// a tick has one time before and after.
  std::string stamp(std::time_t at) const {
    struct stat now = status_;
    if (::fstat(number_, &now) != 0) refuse_file(path_, "one that can be looked at");
#if defined(__APPLE__)
    const auto& changed = now.st_ctimespec;
#else
    const auto& changed = now.st_ctim;
#endif
    if (at - changed.tv_sec <= 3) return {};
    return identity() + ':' + text(now.st_size) + ':' + text(changed.tv_sec) + '.' +
           text(changed.tv_nsec);
  }

  /// Reads `size` bytes from `offset` on. Any number of threads may at once.
  /// \throws std::runtime_error  if the file ends before, as one does that was cut since, or cannot
  ///         be read there
  void read(FileOffset offset, FileOffset size, char* into) const {
    for (FileOffset done = 0; done < size;) {
      const ssize_t got = ::pread(number_, into + done, std::size_t(size - done), offset + done);
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) fail(offset, done, size, got < 0 ? system_says() : "the end of the file");
      done += FileOffset(got);
    }
  }

  /// Tells the system, which may or may not care.
  void advise([[maybe_unused]] ReadPattern access) const {
#if defined(POSIX_FADV_SEQUENTIAL)
    ::posix_fadvise(number_, 0, 0,
                    access == ReadPattern::forward ? POSIX_FADV_SEQUENTIAL : POSIX_FADV_RANDOM);
#endif
  }

  /// Bytes that will be read soon: the system may begin to.
  void announce([[maybe_unused]] FileOffset offset, [[maybe_unused]] FileOffset size) const {
#if defined(POSIX_FADV_WILLNEED)
    ::posix_fadvise(number_, offset, size, POSIX_FADV_WILLNEED);
#endif
  }

 private:
  [[noreturn]] EIGENMIX_COLD void fail(FileOffset offset, FileOffset done, FileOffset size,
                                       const std::string& got) const {
    lose_source(place_in(path_, offset + done), "bytes to read", got,
                text(size - done) + " more of " + text(size) + " from byte " + text(offset) +
                    " (the file had " + text(this->size()) + " when it was opened)");
  }

  std::string path_;
  int number_;
  struct stat status_ = {};
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_OUT_OF_CORE_DESCRIPTOR_HPP
