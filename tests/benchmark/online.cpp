// SPDX-License-Identifier: MIT
//
// One pass of a stream beside EM of all its samples.
//
//     online [SAMPLES]
//
// A line for each family and each of three kinds of groups, SAMPLES of them, a million if it is not
// said, in batches of 1000. Start: initialize of the first batch. What is said of each policy is
// how many nats a sample the mixture at the end of the pass is below that of a fit of all samples
// from the same start, and the same of the average of iterates since the first tenth; a negative
// number is above it. Seconds of a pass, of one by samples one by one (of a tenth of them, times
// ten), and of the fit, with its passes.

#include <cstdio>
#include <cstdlib>

#include <eigenmix/online/stepwise_em.hpp>

#include "overlapping.hpp"

namespace {

using namespace eigenmix_benchmark;
namespace covariance = eigenmix::covariance;
namespace online = eigenmix::online;

template <class Stream>
void feed(Stream& stream, const Dense<double>& x, Index size, Index count) {
  for (Index begin = 0; begin + size <= count; begin += size) {
    stream.update(x.middleCols(begin, size));
  }
}

template <class Family>
void print_row(const Overlapping& of) {
  using Mixture = eigenmix::GaussianMixture<double, Eigen::Dynamic, Family>;
  const Dense<double> x = draw(of, 1);
  const double n = double(x.cols());
  const auto start = eigenmix::initialize<Mixture>(x.leftCols(1000), of.groups);
  Mixture fitted = start;
  eigenmix::FitResult result;
  const double fit_seconds = seconds_of([&] { result = fitted.fit(x); });
  const auto loss = [&](const Mixture& mixture) {
    return (result.log_likelihood - mixture.log_likelihood(x)) / n;
  };
  std::printf("%-9s %2ld %2ld %4.1f | %8.5f |", Family::name, long(of.dimension), long(of.groups),
              of.apart, loss(start));
  online::Options options;
  options.average_from = n / 10;
  double seconds = 0;
  for (const double alpha : {0.6, 0.7, 0.8, 1.0}) {
    online::StepwiseEm stream(start, online::Decreasing(alpha), options);
    seconds = seconds_of([&] { feed(stream, x, 1000, x.cols()); });
    std::printf(" %8.5f %8.5f |", loss(stream.mixture()), loss(stream.averaged()));
  }
  online::StepwiseEm one_by_one(start);
  const double single_seconds = 10 * seconds_of([&] { feed(one_by_one, x, 1, x.cols() / 10); });
  std::printf(" %5.2f %5.1f %6.2f %3ld\n", seconds, single_seconds, fit_seconds,
              long(result.passes));
  std::fflush(stdout);
}

template <class Family>
void print_rows(Index samples) {
  print_row<Family>({4, samples, 5, 3});
  print_row<Family>({8, samples, 6, 1.5});
  print_row<Family>({2, samples, 4, 3});
}

}  // namespace

int main(int argc, char** argv) {
  const Index samples = argc > 1 ? std::atol(argv[1]) : 1000000;
  std::printf("family     D  K apart |    start |        alpha 0.6 |        alpha 0.7 |        ");
  std::printf("alpha 0.8 |          alpha 1 |  pass  by 1    fit passes\n");
  print_rows<covariance::Full>(samples);
  print_rows<covariance::Tied>(samples);
  print_rows<covariance::Diagonal>(samples);
  print_rows<covariance::Spherical>(samples);
  print_rows<covariance::VVE>(samples);
}
