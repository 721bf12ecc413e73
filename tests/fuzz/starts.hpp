// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_FUZZ_STARTS_HPP
#define EIGENMIX_TESTS_FUZZ_STARTS_HPP

#include <fuzz/decode.hpp>
#include <support/any_policies.hpp>
#include <support/data.hpp>

// What a case says, as the library's own types.

namespace eigenmix_fuzz {

using eigenmix::degeneracy::Action;
using eigenmix_tests::Matrix;
using eigenmix_tests::Vector;

inline Action action_of(const Case& c) {
  constexpr Action actions[] = {Action::floor, Action::drop, Action::reseed, Action::raise_error};
  return actions[c.action];
}

inline eigenmix_tests::AnyDegeneracy degeneracy_of(const Case& c) {
  if (c.floor_ratio > 0) return eigenmix_tests::AnyDegeneracy(action_of(c), c.floor_ratio);
  return eigenmix_tests::AnyDegeneracy(action_of(c));
}

/// One thread, or three, which all cases share.
inline eigenmix_tests::SerialOrThreads execution(Index threads) {
  static const eigenmix_tests::SerialOrThreads three{eigenmix::execution::Threads(3)};
  return threads > 1 ? three : eigenmix_tests::SerialOrThreads();
}

inline eigenmix::Fixed fixed_of(const Case& c, Index components) {
  eigenmix::Fixed fixed;
  const auto mask = [&](int bit) {
    std::vector<bool> result;
    if (c.fixed >> bit & 1) result.assign(std::size_t(components), (c.fixed & 8) != 0);
    if (!result.empty()) result[0] = true;
    return result;
  };
  fixed.weights = mask(0);
  fixed.means = mask(1);
  fixed.covariances = mask(2);
  fixed.equal_weights = (c.fixed & 16) != 0;
  return fixed;
}

/// Maximum likelihood of everything.
inline bool is_plain(const Case& c) {
  return !c.has_prior && c.fixed == 0 && c.use != Use::noise && action_of(c) != Action::drop &&
         action_of(c) != Action::reseed;
}

inline eigenmix::initialization::Hierarchical hierarchical_of(const Case& c) {
  using Hierarchical = eigenmix::initialization::Hierarchical;
  Hierarchical strategy;
  strategy.criterion = Hierarchical::Criterion(c.seed % 3);
  strategy.variables = Hierarchical::Variables(c.seed / 3 % 3);
  return strategy;
}

/// Spheres of one size on some of the samples.
template <class Mixture>
Mixture spheres(const Case& c, const Matrix<typename Mixture::Scalar>& x) {
  using Scalar = typename Mixture::Scalar;
  Matrix<Scalar> means(x.rows(), c.components);
  for (Index k = 0; k < c.components; ++k) {
    means.col(k) = x.col(Index(c.seed + std::uint64_t(3 * k)) % x.cols());
  }
  Vector<Scalar> weights(c.components);
  weights.setConstant(1 / Scalar(c.components));
  const Scalar variance = Scalar(scale_of(int(c.seed % 16)));
  return Mixture(weights, means,
                 Matrix<Scalar>(Matrix<Scalar>::Constant(x.rows(), c.components, variance)));
}

/// The start of a case, found with the degeneracy policy and the noise of its fit.
template <class Mixture, class Data>
Mixture start_of(const Case& c, const Matrix<typename Mixture::Scalar>& x, const Data& data,
                 const eigenmix::Noise& noise) {
  namespace initialization = eigenmix::initialization;
  const auto options = eigenmix::fit_options(degeneracy_of(c), execution(1), noise);
  const auto from = [&](const auto& strategy) {
    return eigenmix::initialize<Mixture>(data, c.components, strategy, options);
  };
  switch (c.start) {
    case Start::fast: return from(eigenmix::initialization::fast(c.seed));
    case Start::small_em: return from(initialization::SmallEm());
    case Start::k_means: return from(initialization::KMeansPlusPlus{c.seed});
    case Start::random_samples: return from(initialization::RandomSamples{c.seed});
    case Start::random_partition: return from(initialization::RandomPartition{c.seed});
    case Start::hierarchical: return from(hierarchical_of(c));
    case Start::spheres: return spheres<Mixture>(c, x);
    case Start::responsibilities: {
      Matrix<typename Mixture::Scalar> shares(c.components, x.cols());
      shares.setConstant(1 / typename Mixture::Scalar(c.components));
      return from(initialization::FromResponsibilities(shares));
    }
    default: break;
  }
  Eigen::VectorXi labels(x.cols());
  for (Index n = 0; n < x.cols(); ++n) labels(n) = int(n % c.components);
  return from(initialization::FromLabels(labels));
}

}  // namespace eigenmix_fuzz

#endif  // EIGENMIX_TESTS_FUZZ_STARTS_HPP
