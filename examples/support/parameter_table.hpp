// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EXAMPLES_SUPPORT_PARAMETER_TABLE_HPP
#define EIGENMIX_EXAMPLES_SUPPORT_PARAMETER_TABLE_HPP

// The parameters of a mixture as a table, a row for each component.

#include <string>
#include <vector>

#include <eigenmix/gaussian_mixture.hpp>

#include "csv.hpp"
#include "units.hpp"

/// Appends one row per component to the table of parameters, in the units that x is wanted in.
template <class Mixture>
void add_parameters(const Mixture& mixture, const Units& units, const std::string& name,
                    csv::Table& table) {
  const eigenmix::Index dimension = mixture.dimension();
  for (eigenmix::Index k = 0; k < mixture.component_count(); ++k) {
    const Eigen::VectorXd mean = units.mean(mixture.means().col(k));
    const Eigen::MatrixXd covariance = units.covariance(mixture.covariance(k));
    std::vector<double> row{double(k), mixture.weights()(k)};
    row.insert(row.end(), mean.data(), mean.data() + dimension);
    for (eigenmix::Index j = 0; j < dimension; ++j) {
      for (eigenmix::Index i = j; i < dimension; ++i) row.push_back(covariance(i, j));
    }
    const auto width = static_cast<eigenmix::Index>(row.size());
    table.samples.conservativeResize(width, table.samples.cols() + 1);
    table.samples.rightCols(1) = Eigen::Map<const Eigen::VectorXd>(row.data(), width);
    table.labels.push_back(name);
  }
}

/// \param columns  names of the dimensions
inline std::vector<std::string> parameter_names(const std::vector<std::string>& columns) {
  std::vector<std::string> names{"component", "weight"};
  for (const std::string& column : columns) names.push_back("mean_" + column);
  for (std::size_t j = 0; j < columns.size(); ++j) {
    for (std::size_t i = j; i < columns.size(); ++i) {
      names.push_back("covariance_" + columns[j] + "_" + columns[i]);
    }
  }
  return names;
}

#endif  // EIGENMIX_EXAMPLES_SUPPORT_PARAMETER_TABLE_HPP
