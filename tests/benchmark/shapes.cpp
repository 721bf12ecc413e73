// SPDX-License-Identifier: MIT
//
// The fit from the default start, for shapes.py to compare with scikit-learn's.
//
//     shapes FILE K
//
// FILE: one sample per line, comma-separated. Prints for each of four families its name, the
// log-likelihood, 1 if the fit is sound, the iterations, and milliseconds of start and fit.

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "measure.hpp"

namespace {

using namespace eigenmix_benchmark;
namespace covariance = eigenmix::covariance;

Dense<double> read_samples(const char* path) {
  std::ifstream file(path);
  std::string line, field;
  std::vector<double> values;
  Index samples = 0;
  for (; std::getline(file, line); ++samples) {
    std::istringstream fields(line);
    while (std::getline(fields, field, ',')) values.push_back(std::strtod(field.c_str(), nullptr));
  }
  const Index dimension = samples == 0 ? 0 : static_cast<Index>(values.size()) / samples;
  return Eigen::Map<const Dense<double>>(values.data(), dimension, samples);
}

template <class Family>
void print_fit(const Dense<double>& x, Index components) {
  using Mixture = eigenmix::GaussianMixture<double, Eigen::Dynamic, Family>;
  eigenmix::FitResult result;
  const auto fit = [&] {
    auto mixture = eigenmix::initialize<Mixture>(x, components);
    result = mixture.fit(x);
  };
  double seconds = seconds_of(fit);
  for (int again = 0; again < 4 && seconds < 1; ++again) {
    seconds = std::min(seconds, seconds_of(fit));
  }
  std::printf("%s %.6f %d %ld %.3f\n", Family::name, result.log_likelihood,
              int(result.collapsed_count == 0 && result.spurious_count == 0),
              long(result.iterations), 1e3 * seconds);
  std::fflush(stdout);
}

}  // namespace

int main(int count, char** values) {
  if (count != 3) {
    std::fprintf(stderr, "usage: %s FILE K\n", values[0]);
    return 2;
  }
  const Dense<double> x = read_samples(values[1]);
  const Index components = std::atol(values[2]);
  print_fit<covariance::Full>(x, components);
  print_fit<covariance::Tied>(x, components);
  print_fit<covariance::Diagonal>(x, components);
  print_fit<covariance::Spherical>(x, components);
}
