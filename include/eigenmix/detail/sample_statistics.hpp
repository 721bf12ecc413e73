// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_DETAIL_SAMPLE_STATISTICS_HPP
#define EIGENMIX_DETAIL_SAMPLE_STATISTICS_HPP

#include <eigenmix/detail/boundary.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Mean and covariance, divided by the weight less one, of samples; in double.
template <class Samples>
void measure(const Samples& samples, Vector<double>& mean, Matrix<double>& covariance) {
  const Index d = samples.dimension();
  mean.setZero(d);
  covariance.setZero(d, d);
  double total = 0;
  for (Index n = 0; n < samples.count(); ++n) total += double(samples.weight(n));
  for (Index n = 0; n < samples.count(); ++n) {
    const double share = double(samples.weight(n)) / total;
    for (Index i = 0; i < d; ++i) mean(i) += share * double(samples.value(i, n));
  }
  Vector<double> offset(d);
  for (Index n = 0; n < samples.count(); ++n) {
    if (!(samples.weight(n) > 0)) continue;
    for (Index i = 0; i < d; ++i) offset(i) = double(samples.value(i, n)) - mean(i);
    covariance += offset.lazyProduct(offset.transpose()) * double(samples.weight(n));
  }
  covariance /= total - 1;
}

}  // namespace detail

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_DETAIL_SAMPLE_STATISTICS_HPP
