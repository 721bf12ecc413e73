// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_SUPPORT_CASES_HPP
#define EIGENMIX_TESTS_SUPPORT_CASES_HPP

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <eigenmix/eigenmix.hpp>

// Inputs that the library once got wrong, see data/cases/README.md.

namespace eigenmix_tests {

/// One of data/cases.
struct CaseFile {
  Eigen::MatrixXd samples;              // Dim x N
  std::vector<eigenmix::Index> labels;  // N, where the file has them in its first column
};

/// \param is_labelled  whether the first column is a label
inline CaseFile read_case(const std::string& name, bool is_labelled = false) {
  std::ifstream file(std::string(EIGENMIX_TESTS_DIR "/data/cases/") + name + ".csv");
  if (!file) throw std::runtime_error("no case " + name);
  std::vector<std::vector<double>> rows;
  for (std::string line, field; std::getline(file, line);) {
    std::vector<double> row;
    for (std::istringstream fields(line); std::getline(fields, field, ',');) {
      char* end = nullptr;
      const double value = std::strtod(field.c_str(), &end);
      if (end != field.c_str()) row.push_back(value);
    }
    if (!row.empty()) rows.push_back(row);  // not so the line of names
  }
  const std::size_t first = is_labelled ? 1 : 0;
  CaseFile result;
  result.samples.resize(eigenmix::Index(rows[0].size() - first), eigenmix::Index(rows.size()));
  for (std::size_t n = 0; n < rows.size(); ++n) {
    if (is_labelled) result.labels.push_back(eigenmix::Index(rows[n][0]));
    for (std::size_t i = first; i < rows[n].size(); ++i) {
      result.samples(eigenmix::Index(i - first), eigenmix::Index(n)) = rows[n][i];
    }
  }
  return result;
}

}  // namespace eigenmix_tests

#endif  // EIGENMIX_TESTS_SUPPORT_CASES_HPP
