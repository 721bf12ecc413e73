// SPDX-License-Identifier: MIT
// Every kind of call, of mixtures whose engine is in mixtures.cpp; VEV shares that of Full.
#include "mixtures.hpp"

namespace {

template <class Mixture>
bool works(const typename Mixture::Means& x) {
  auto mixture = eigenmix::initialize<Mixture>(x, 2);
  const auto result = mixture.fit(x);
  Mixture by_moments = mixture, by_hand = mixture;
  by_moments.m_step(by_moments.moments(x));
  by_hand.m_step(x, by_hand.responsibilities(x));
  const auto best = eigenmix::fit_best<Mixture>(x, 2, eigenmix::initialization::Restarts(2));
  const auto moved = eigenmix::split_and_merge(by_hand, x, 1);
  return result.converged() && moved.converged() && mixture.classify(x).size() == x.cols() &&
         mixture.log_component_densities(x).cols() == x.cols() &&
         mixture.log_density(x).allFinite() && best.result.converged();
}

}  // namespace

int main() {
  Eigen::MatrixXd x(2, 40);
  for (Eigen::Index n = 0; n < 40; ++n) {
    x.col(n) << double(n % 7) * 0.3 + (n < 20 ? 0 : 9), double(n % 5) * 0.4;
  }
  using Full = eigenmix::GaussianMixture<double>;
  using Vev = eigenmix::GaussianMixture<double, Eigen::Dynamic, eigenmix::covariance::VEV>;
  using Eii = eigenmix::GaussianMixture<double, Eigen::Dynamic, eigenmix::covariance::EII>;
  using Spheres = eigenmix::GaussianMixture<float, 2, eigenmix::covariance::Spherical>;
  const bool all =
      works<Full>(x) && works<Vev>(x) && works<Eii>(x) && works<Spheres>(x.cast<float>());
  return all ? 0 : 1;
}
