// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EXAMPLES_SUPPORT_STORED_MIXTURE_HPP
#define EIGENMIX_EXAMPLES_SUPPORT_STORED_MIXTURE_HPP

// Mixtures to files and from them. Behind what eigenmix::load reads stand the names of the columns,
// so that they are found in other files:
//
//     eigenmix-mixture 1
//     ...
//     end
//     columns eruptions,waiting

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <eigenmix/io/text.hpp>

#include "csv_fields.hpp"

/// A mixture of any family that was stored.
struct StoredMixture {
  eigenmix::GaussianMixture<double> mixture;
  std::vector<std::string> columns;  ///< of each dimension; or none, if they had no names
};

/// Whether columns are found by these names in a file, and one line holds them.
inline bool tell_columns(std::vector<std::string> names) {
  if (csv::joined(names).find_first_of("\r\n") != std::string::npos) return false;
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) == names.end();
}

/// \param columns  names of the dimensions; may be none, and if two are alike none are stored:
///                 columns of other files are then taken by their place
/// \throws std::runtime_error  if the file cannot be written
template <class Mixture>
void store(const std::filesystem::path& path, const Mixture& mixture,
           const std::vector<std::string>& columns) {
  std::ofstream file(path);
  if (!file) throw std::runtime_error(path.string() + ": cannot be written");
  eigenmix::save(file, mixture);
  if (!columns.empty() && tell_columns(columns)) {
    file << "columns " << csv::joined(columns) << '\n';
  }
  if (!file.flush()) throw std::runtime_error(path.string() + ": cannot be written");
}

/// \throws std::runtime_error  if the file is not one of a mixture; the text says where and why
inline StoredMixture stored_mixture(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error(path.string() + ": cannot be opened");
  try {
    StoredMixture stored{eigenmix::load<eigenmix::GaussianMixture<double>>(file), {}};
    const std::string keyword = "columns ";
    std::string line;
    if (std::getline(file, line) && line.rfind(keyword, 0) == 0) {
      stored.columns = csv::names(line.substr(keyword.size()));
    }
    const auto dimension = static_cast<std::size_t>(stored.mixture.dimension());
    if (!stored.columns.empty() && stored.columns.size() != dimension) {
      throw std::runtime_error("columns: " + std::to_string(stored.columns.size()) +
                               " names for dimension " + std::to_string(dimension));
    }
    return stored;
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(path.string() + ": " + error.what());
  }
}

#endif  // EIGENMIX_EXAMPLES_SUPPORT_STORED_MIXTURE_HPP
