// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EXAMPLES_SUPPORT_PLACES_HPP
#define EIGENMIX_EXAMPLES_SUPPORT_PLACES_HPP

// Where the examples read and write.

#include <cstdlib>
#include <filesystem>
#include <string>

#ifndef EIGENMIX_EXAMPLES_DIR
#define EIGENMIX_EXAMPLES_DIR "examples"  // right when started in the root of the tree
#endif

namespace places {

/// A file of examples/data.
inline std::filesystem::path data(const std::string& name) {
  return std::filesystem::path(EIGENMIX_EXAMPLES_DIR) / "data" / name;
}

/// Where results go: the environment variable EIGENMIX_OUTPUT_DIR, else ./output; made if missing.
inline std::filesystem::path output_directory() {
  const char* chosen = std::getenv("EIGENMIX_OUTPUT_DIR");
  const std::filesystem::path directory = chosen && *chosen ? chosen : "output";
  std::filesystem::create_directories(directory);
  return directory;
}

}  // namespace places

#endif  // EIGENMIX_EXAMPLES_SUPPORT_PLACES_HPP
