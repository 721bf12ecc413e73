// SPDX-License-Identifier: MIT
//
// Fisher vectors of one image, and where VLFeat is installed (libvlfeat-dev; link with -lvl) beside
// its vl_fisher_encode in the same run, one thread each.
//
//     encoding [SAMPLES [DIMENSIONS [COMPONENTS]]]
//
// 100000 samples, 64 dimensions, 256 components unless it is said, in float, drawn from the
// mixture. Prints seconds, the median of seven runs taken in turns, and how far the two vectors are
// from one in double, in units of the latter's largest entry.

#include <cstdio>
#include <cstdlib>
#include <vector>

#include <eigenmix/encoding/fisher_vector.hpp>

#include "measure.hpp"

#if defined(__has_include)
#if __has_include(<vl/fisher.h>)
#define EIGENMIX_BENCHMARK_VLFEAT
#include <vl/fisher.h>
#include <vl/generic.h>
#endif
#endif

namespace {

using namespace eigenmix_benchmark;
template <class Scalar>
using Mixture = eigenmix::GaussianMixture<Scalar, Eigen::Dynamic, eigenmix::covariance::Diagonal>;

/// Components whose means are normal, of deviation one in each dimension like the components
/// themselves: what a mixture fitted to descriptors looks like.
Mixture<double> draw_mixture(Index dimension, Index components, eigenmix::random::Engine& engine) {
  eigenmix::random::Normal normal;
  Eigen::VectorXd weights(components);
  Dense<double> means(dimension, components), variances(dimension, components);
  for (Index k = 0; k < components; ++k) {
    weights(k) = 0.5 + eigenmix::random::uniform(engine);
    for (Index i = 0; i < dimension; ++i) {
      means(i, k) = normal(engine);
      variances(i, k) = 0.5 + eigenmix::random::uniform(engine);
    }
  }
  weights /= weights.sum();
  return {weights, means, variances};
}

using Values = Eigen::VectorXf;

#ifdef EIGENMIX_BENCHMARK_VLFEAT
void encode_by_peer(const Mixture<float>& mixture, const Dense<float>& x, Values& out) {
  const Dense<float> variances = mixture.variances();
  vl_fisher_encode(out.data(), VL_TYPE_FLOAT, mixture.means().data(), vl_size(x.rows()),
                   vl_size(mixture.component_count()), variances.data(), mixture.weights().data(),
                   x.data(), vl_size(x.cols()), 0);
}
#endif

double median(std::vector<double> seconds) {
  std::sort(seconds.begin(), seconds.end());
  return seconds[seconds.size() / 2];
}

double distance(const Values& values, const Eigen::VectorXd& exact) {
  return (values.cast<double>() - exact).cwiseAbs().maxCoeff() / exact.cwiseAbs().maxCoeff();
}

}  // namespace

int main(int argc, char** argv) {
  const auto argument = [&](int i, Index otherwise) {
    return argc > i ? Index(std::atol(argv[i])) : otherwise;
  };
  const Index samples = argument(1, 100000), d = argument(2, 64), components = argument(3, 256);
  eigenmix::random::Engine engine(1);
  const Mixture<double> precise = draw_mixture(d, components, engine);
  const Dense<float> x = precise.sample(samples, engine).samples.cast<float>();
  const Mixture<float> mixture(precise.weights().cast<float>().eval(),
                               precise.means().cast<float>().eval(),
                               precise.variances().cast<float>().eval());
  const Mixture<double> same(mixture.weights().cast<double>().eval(),
                             mixture.means().cast<double>().eval(),
                             mixture.variances().cast<double>().eval());
  const Eigen::VectorXd exact = eigenmix::fisher_vector(same, x.cast<double>());

  Values own = eigenmix::fisher_vector(mixture, x);
  std::vector<double> own_seconds, pass_seconds, peer_seconds;
#ifdef EIGENMIX_BENCHMARK_VLFEAT
  vl_set_num_threads(1);
  Values peer(own.size());
#endif
  for (int run = 0; run < 7; ++run) {
    own_seconds.push_back(seconds_of([&] { own = eigenmix::fisher_vector(mixture, x); }));
    pass_seconds.push_back(seconds_of([&] { mixture.log_likelihood(x); }));
#ifdef EIGENMIX_BENCHMARK_VLFEAT
    peer_seconds.push_back(seconds_of([&] { encode_by_peer(mixture, x, peer); }));
#endif
  }
  std::printf("%ld x %ld, K = %ld, float, one thread\n", long(samples), long(d), long(components));
  std::printf("eigenmix %.3f s (log densities alone %.3f s), off by %.1e\n", median(own_seconds),
              median(pass_seconds), distance(own, exact));
#ifdef EIGENMIX_BENCHMARK_VLFEAT
  std::printf("VLFeat   %.3f s, off by %.1e: %.2f times as long\n", median(peer_seconds),
              distance(peer, exact), median(peer_seconds) / median(own_seconds));
#else
  std::printf("VLFeat is not there\n");
#endif
}
