// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_SUPPORT_ORACLE_CONVERGED_HPP
#define EIGENMIX_TESTS_SUPPORT_ORACLE_CONVERGED_HPP

#include "support/closeness.hpp"
#include "support/tolerances.hpp"

namespace eigenmix_tests {

/// Until parameters move by no more than 1e-10 of a deviation. The slowest of these fits leaves a
/// tenth of its way in an iteration, so that its parameters are then good to 1e-9; its likelihood,
/// flat at the maximum, has long been good to the last digit.
inline auto to_the_end() {
  return eigenmix::stopping::ParameterChange(1e-10) || eigenmix::stopping::MaxIterations(100000);
}

template <class Covariance>
using Mixture = eigenmix::GaussianMixture<double, Eigen::Dynamic, Covariance>;

/// Calls f with the family of this name in the golden files.
template <class F>
void with_family(const std::string& name, F&& f) {
  using namespace eigenmix::covariance;
  if (name == "EII") return f(EII());
  if (name == "EEI") return f(EEI());
  if (name == "full") return f(Full());
  if (name == "tied") return f(Tied());
  if (name == "diag") return f(Diagonal());
  if (name == "spherical") return f(Spherical());
  throw std::runtime_error("no such family: " + name);
}

/// The rank of each text among the different ones.
inline std::vector<Index> numbered(const std::vector<std::string>& texts) {
  std::map<std::string, Index> ranks;
  for (const std::string& text : texts) ranks[text] = 0;
  Index next = 0;
  for (auto& rank : ranks) rank.second = next++;
  std::vector<Index> labels;
  for (const std::string& text : texts) labels.push_back(ranks[text]);
  return labels;
}

/// 0, 1, ... by how many of the ascending `limits` a value reaches.
template <class Row>
std::vector<Index> cut(const Row& values, const std::vector<double>& limits) {
  std::vector<Index> labels;
  for (Index n = 0; n < values.size(); ++n) {
    const auto above = std::upper_bound(limits.begin(), limits.end(), values(n));
    labels.push_back(above - limits.begin());
  }
  return labels;
}

}  // namespace eigenmix_tests

#endif  // EIGENMIX_TESTS_SUPPORT_ORACLE_CONVERGED_HPP
