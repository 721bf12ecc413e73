// SPDX-License-Identifier: MIT
//
// How much freedom should a covariance have? The four families on Fisher's irises, three components
// for three species: more parameters are always more likely, so the Bayesian information criterion,
// -2 log L + (number of parameters) log N, charges for them. Smaller is better.

#include <algorithm>
#include <array>
#include <cmath>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

#include <eigenmix/eigenmix.hpp>

#include "support/csv.hpp"
#include "support/places.hpp"

using eigenmix::Index;

// How many irises are in a component whose most frequent species is theirs. The fit never sees the
// species.
template <class Labels>
Index agreement(const Labels& components, const std::vector<std::string>& species) {
  const std::array<std::string, 3> names{"setosa", "versicolor", "virginica"};
  Eigen::Matrix3i counts = Eigen::Matrix3i::Zero();  // component, species
  for (Index n = 0; n < components.size(); ++n) {
    const auto name = std::find(names.begin(), names.end(), species[static_cast<std::size_t>(n)]);
    ++counts(components(n), name - names.begin());
  }
  return counts.rowwise().maxCoeff().sum();
}

template <class Covariance>
void report(const csv::Table& irises) {
  using Mixture = eigenmix::GaussianMixture<double, 4, Covariance>;
  const Eigen::MatrixXd& x = irises.samples;
  const auto fit = eigenmix::fit_best<Mixture>(
      x, 3, eigenmix::initialization::Restarts(10));  // the best of ten starts
  const double bic = -2 * fit.result.log_likelihood +
                     double(fit.mixture.parameter_count()) * std::log(double(x.cols()));
  std::cout << std::left << std::setw(10) << Covariance::name << std::right << std::setw(16)
            << fit.result.log_likelihood << std::setw(12) << fit.mixture.parameter_count()
            << std::setw(12) << bic << std::setw(12) << fit.result.iterations << std::setw(14)
            << agreement(fit.mixture.classify(x), irises.labels) << " of " << x.cols() << '\n';
}

int main() try {
  namespace covariance = eigenmix::covariance;
  const auto irises = csv::read(places::data("iris.csv"), csv::LastColumn::text);
  std::cout << std::fixed << std::setprecision(3)
            << "family      log-likelihood  parameters         BIC  iterations  species found\n";
  report<covariance::Spherical>(irises);
  report<covariance::Diagonal>(irises);
  report<covariance::Tied>(irises);
  report<covariance::Full>(irises);
} catch (const std::exception& error) {
  std::cerr << "04_families: " << error.what() << '\n';
  return 1;
}
