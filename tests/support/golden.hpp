// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_SUPPORT_GOLDEN_HPP
#define EIGENMIX_TESTS_SUPPORT_GOLDEN_HPP

// Reads the files of tests/data: golden values (the format is told in make_golden.py) and CSV data.

#include <Eigen/Core>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace eigenmix_tests {

using Eigen::Index;

/// Golden numbers are doubles or 30-digit decimals; long double keeps the most of both.
using Exact = long double;
using ExactMatrix = Eigen::Matrix<Exact, Eigen::Dynamic, Eigen::Dynamic>;

/// A file of the data directory, which the build names, or else this file's own place.
inline std::string data_path(const std::string& file) {
#ifdef EIGENMIX_TESTS_DIR
  return EIGENMIX_TESTS_DIR "/data/" + file;
#else
  const std::string here = __FILE__;
  return here.substr(0, here.size() - std::string("support/golden.hpp").size()) + "data/" + file;
#endif
}

inline std::ifstream open_data(const std::string& file) {
  std::ifstream stream(data_path(file));
  if (!stream) throw std::runtime_error("cannot read " + data_path(file));
  return stream;
}

/// One record of a golden file.
struct Record {
  std::string name;
  std::map<std::string, std::string> texts;
  std::map<std::string, ExactMatrix> matrices;

  const std::string& text(const std::string& key) const { return texts.at(key); }
  const ExactMatrix& matrix(const std::string& key) const { return matrices.at(key); }
  Exact number(const std::string& key) const { return matrix(key)(0, 0); }
  bool has(const std::string& key) const { return matrices.count(key) != 0; }
};

/// "rows cols numbers", column by column.
inline ExactMatrix parse_matrix(std::istringstream& words) {
  Index rows = 0, cols = 0;
  words >> rows >> cols;
  ExactMatrix result(rows, cols);
  std::string word;
  for (Index i = 0; i < result.size(); ++i) {
    if (!(words >> word)) throw std::runtime_error("golden matrix is too short");
    char* end = nullptr;
    result.data()[i] = std::strtold(word.c_str(), &end);
    if (*end != '\0') throw std::runtime_error("not a golden number: " + word);
  }
  if (words >> word) throw std::runtime_error("golden matrix is too long");
  return result;
}

/// All records of a golden file, in its order.
inline std::vector<Record> read_golden(const std::string& file) {
  std::ifstream stream = open_data(file);
  std::vector<Record> records;
  for (std::string line; std::getline(stream, line);) {
    if (line.empty() || line[0] == '#') continue;
    if (line[0] == '[') {
      records.emplace_back();
      records.back().name = line.substr(1, line.size() - 2);
      continue;
    }
    std::istringstream words(line);
    std::string key, word;
    words >> key;
    const auto values = words.tellg();
    if (words >> word && word == "=") {
      words >> records.back().texts[key];
    } else {
      words.seekg(values);
      records.back().matrices[key] = parse_matrix(words);
    }
  }
  if (records.empty()) throw std::runtime_error("no golden records in " + file);
  return records;
}

/// A data set: samples as columns, and the labels' texts where it has them.
struct DataSet {
  Eigen::MatrixXd samples;
  std::vector<std::string> labels;
};

inline DataSet read_data(const std::string& name) {
  std::ifstream stream = open_data(name + ".csv");
  std::string line, cell;
  std::getline(stream, line);
  const bool labelled = line.size() > 6 && line.substr(line.size() - 6) == ",label";
  std::vector<double> numbers;
  DataSet result;
  Index count = 0;
  for (; std::getline(stream, line); ++count) {
    std::istringstream cells(line);
    std::vector<std::string> row;
    while (std::getline(cells, cell, ',')) row.push_back(cell);
    if (labelled) {
      result.labels.push_back(row.back());
      row.pop_back();
    }
    for (const std::string& number : row) numbers.push_back(std::strtod(number.c_str(), nullptr));
  }
  const Index dimension = static_cast<Index>(numbers.size()) / count;
  result.samples = Eigen::Map<const Eigen::MatrixXd>(numbers.data(), dimension, count);
  return result;
}

}  // namespace eigenmix_tests

#endif  // EIGENMIX_TESTS_SUPPORT_GOLDEN_HPP
