// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SAMPLES_SAMPLE_STATISTICS_HPP
#define EIGENMIX_SAMPLES_SAMPLE_STATISTICS_HPP

#include <eigenmix/base/cholesky.hpp>
#include <eigenmix/base/fill.hpp>
#include <eigenmix/samples/boundary.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// The weighted mean of samples. \return their weight
template <class Samples>
double measure_mean(const Samples& samples, Vector<double>& mean) {
  set_zero(mean, samples.dimension());
  double total = 0;
  for (Index n = 0; n < samples.count(); ++n) total += double(samples.weight(n));
  for (Index n = 0; n < samples.count(); ++n) {
    const double share = double(samples.weight(n)) / total;
    for (Index i = 0; i < mean.size(); ++i) mean(i) += share * double(samples.value(i, n));
  }
  return total;
}

/// Σ_n w_n (x_n - mean)(x_n - mean)^T.
template <class Samples>
void measure_scatter(const Samples& samples, const Vector<double>& mean, Matrix<double>& scatter) {
  const Index d = mean.size();
  set_zero(scatter, d, d);
  Vector<double> offset(d);
  for (Index n = 0; n < samples.count(); ++n) {
    if (!(samples.weight(n) > 0)) continue;
    for (Index i = 0; i < d; ++i) offset(i) = double(samples.value(i, n)) - mean(i);
    for (Index j = 0; j < d; ++j) {
      for (Index i = 0; i < d; ++i) {
        scatter(i, j) += offset(i) * offset(j) * double(samples.weight(n));
      }
    }
  }
}

/// Mean and covariance, divided by the weight less one, of samples; in double.
/// \throws std::invalid_argument  if they weigh no more than one or do not vary in all directions
template <class Samples>
void measure(const char* where, const Samples& samples, Vector<double>& mean,
             Matrix<double>& covariance) {
  const double total = measure_mean(samples, mean);
  measure_scatter(samples, mean, covariance);
  if (!(total > 1 + 1e-9)) {
    reject(where, "weight of the samples", text(total), "more than one");
  }
  for (Index ij = 0; ij < covariance.size(); ++ij) covariance.data()[ij] /= total - 1;
  // Rounding leaves some eps of a variance in a direction in which there is none.
  Matrix<double> lower = covariance;
  bool varies = cholesky_in_place(lower);
  for (Index i = 0; varies && i < mean.size(); ++i) {
    varies = lower(i, i) * lower(i, i) > 1e-12 * covariance(i, i);
    varies = varies && covariance(i, i) > 1e-28 * mean(i) * mean(i);
  }
  if (!varies) {
    reject(where, "samples", "some that lie in a plane", "samples that vary in all directions");
  }
}

}  // namespace detail

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SAMPLES_SAMPLE_STATISTICS_HPP
