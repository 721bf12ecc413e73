// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_SUPPORT_NOISY_HPP
#define EIGENMIX_TESTS_SUPPORT_NOISY_HPP

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/data.hpp>
#include <support/wide_density.hpp>

#include <eigenmix/incomplete/noisy.hpp>

// Samples with known noise of every kind, and extreme deconvolution as a textbook writes it, in
// long double.

namespace eigenmix_tests {

using Samples = Eigen::MatrixXd;
using Full = eigenmix::GaussianMixture<double>;
using Group = eigenmix::NoisyGroup<double>;

/// One EM step and no more.
inline const auto one_step = eigenmix::stopping::MaxIterations(1);
inline const auto plain_em = eigenmix::fit_options(eigenmix::acceleration::None());

/// One sample as the naive algorithm sees it.
struct Seen {
  WideVector x;
  WideMatrix s, r;
  Wide weight = 1;
};

/// The inverse by Gauss and Jordan, and the determinant.
inline WideMatrix inverse_of(WideMatrix a, Wide& determinant) {
  const Index d = a.rows();
  WideMatrix inverse = WideMatrix::Identity(d, d);
  determinant = 1;
  for (Index j = 0; j < d; ++j) {
    Index pivot = j;
    for (Index i = j; i < d; ++i) pivot = std::abs(a(i, j)) > std::abs(a(pivot, j)) ? i : pivot;
    if (pivot != j) determinant = -determinant;
    a.row(j).swap(a.row(pivot));
    inverse.row(j).swap(inverse.row(pivot));
    const Wide scale = a(j, j);
    determinant *= scale;
    a.row(j) /= scale;
    inverse.row(j) /= scale;
    for (Index i = 0; i < d; ++i) {
      if (i == j) continue;
      const Wide factor = a(i, j);
      a.row(i) -= factor * a.row(j);
      inverse.row(i) -= factor * inverse.row(j);
    }
  }
  return inverse;
}

/// Bovy, Hogg & Roweis 2011, equations 16 to 18, sample by sample.
template <class Mixture>
class NaiveStep {
 public:
  NaiveStep(const Mixture& mixture, const std::vector<Seen>& samples) : mixture_(mixture) {
    const Index d = mixture.dimension(), components = mixture.component_count();
    weights_ = WideVector::Zero(components);
    means_ = WideMatrix::Zero(d, components);
    covariances_.assign(std::size_t(components), WideMatrix::Zero(d, d));
    std::vector<Guess> guesses;
    for (const Seen& seen : samples) {
      for (Index k = 0; k < components; ++k) guesses.push_back(guess(seen, k));
      share(guesses, seen.weight);
    }
    std::size_t at = 0;
    for (const Seen& seen : samples) {
      for (Index k = 0; k < components; ++k, ++at) {
        weights_(k) += seen.weight * guesses[at].share;
        means_.col(k) += seen.weight * guesses[at].share * guesses[at].mean;
      }
    }
    for (Index k = 0; k < components; ++k) means_.col(k) /= weights_(k);
    at = 0;
    for (const Seen& seen : samples) {
      for (Index k = 0; k < components; ++k, ++at) {
        const WideVector offset = guesses[at].mean - means_.col(k);
        covariances_[std::size_t(k)] +=
            seen.weight * guesses[at].share / weights_(k) *
            (offset.lazyProduct(offset.transpose()).eval() + guesses[at].spread);
      }
    }
    weights_ /= weights_.sum();
    for (const Guess& each : guesses) {
      shares.push_back(each.share);
      guessed.push_back(each.mean);
    }
  }

  Index component_count() const { return weights_.size(); }
  Index dimension() const { return means_.rows(); }
  const WideMatrix& covariance(Index k) const { return covariances_[std::size_t(k)]; }

  const WideVector& weights() const { return weights_; }
  const WideMatrix& means() const { return means_; }

  std::vector<Wide> shares;         // sample by sample, component by component
  std::vector<WideVector> guessed;  // likewise
  std::vector<Wide> log_densities;  // of the samples
  Wide log_likelihood = 0;

 private:
  struct Guess {
    Wide share;  // a log density first
    WideVector mean;
    WideMatrix spread;
  };

  Guess guess(const Seen& seen, Index k) const {
    const WideMatrix sigma = mixture_.covariance(k).template cast<Wide>();
    const WideVector m = mixture_.means().col(k).template cast<Wide>();
    Wide determinant = 0;
    const WideMatrix cross = sigma.lazyProduct(seen.r.transpose());
    const WideMatrix t = WideMatrix(seen.r.lazyProduct(cross)) + seen.s;
    const WideMatrix inverse = inverse_of(t, determinant);
    const WideVector y = seen.x - WideVector(seen.r.lazyProduct(m));
    const WideVector solved = inverse.lazyProduct(y);
    const WideMatrix gain = cross.lazyProduct(inverse);
    const Wide log_density = std::log(Wide(mixture_.weights()(k))) - y.dot(solved) / 2 -
                             std::log(determinant) / 2 - Wide(y.size()) * std::log(two_pi) / 2;
    return {log_density, m + WideVector(cross.lazyProduct(solved)),
            sigma - WideMatrix(gain.lazyProduct(cross.transpose()))};
  }

  void share(std::vector<Guess>& guesses, Wide weight) {
    const std::size_t count = std::size_t(weights_.size()), begin = guesses.size() - count;
    Wide largest = guesses[begin].share, sum = 0;
    for (std::size_t k = begin; k < guesses.size(); ++k) {
      largest = std::max(largest, guesses[k].share);
    }
    for (std::size_t k = begin; k < guesses.size(); ++k)
      sum += std::exp(guesses[k].share - largest);
    const Wide log_density = largest + std::log(sum);
    for (std::size_t k = begin; k < guesses.size(); ++k) {
      guesses[k].share = std::exp(guesses[k].share - log_density);
    }
    log_densities.push_back(log_density);
    log_likelihood += weight * log_density;
  }

  const Mixture& mixture_;
  WideVector weights_;
  WideMatrix means_;
  std::vector<WideMatrix> covariances_;
};

inline Samples random_matrix(Index rows, Index cols, eigenmix::random::Engine& engine) {
  eigenmix::random::Normal normal;
  return Samples::NullaryExpr(rows, cols, [&](Index, Index) { return normal(engine); });
}

/// A covariance of some rank, about as wide as one.
inline Samples random_covariance(Index d, Index rank, eigenmix::random::Engine& engine) {
  const Samples a = random_matrix(d, rank, engine);
  const Samples s = a.lazyProduct(a.transpose()) / double(std::max<Index>(rank, 1));
  return (s + s.transpose()) / 2;
}

/// Noise of every kind in turn: none, diagonal, singular, full, and one that many have.
inline std::vector<Samples> mixed_noise(Index d, Index count, eigenmix::random::Engine& engine) {
  const Samples common = random_covariance(d, d + 1, engine);
  std::vector<Samples> result;
  for (Index n = 0; n < count; ++n) {
    Samples s = Samples::Zero(d, d);
    if (n % 5 == 1) s.diagonal() = random_matrix(d, 1, engine).cwiseAbs2();
    if (n % 5 == 2) s = random_covariance(d, d - 1, engine);
    if (n % 5 == 3) s = random_covariance(d, d + 1, engine);
    if (n % 5 == 4) s = common;
    result.push_back(s);
  }
  return result;
}

inline std::vector<Seen> seen_whole(const Samples& x, const std::vector<Samples>& noise) {
  std::vector<Seen> result;
  for (Index n = 0; n < x.cols(); ++n) {
    result.push_back({x.col(n).cast<Wide>(), noise[std::size_t(n)].cast<Wide>(),
                      WideMatrix::Identity(x.rows(), x.rows())});
  }
  return result;
}

/// What one step of EM and the log-likelihood before it are off by.
template <class Mixture, class Source>
void check_step(const std::string& what, const Mixture& start, const Source& source,
                const std::vector<Seen>& samples, double allowed) {
  const NaiveStep<Mixture> naive(start, samples);
  Mixture mixture = start;
  const eigenmix::FitResult result = mixture.fit(source, one_step, plain_em);
  REQUIRE(result.iterations == 1);
  check_error(what + ", parameters", parameter_distance(mixture, naive), allowed);
  const double log_likelihood = double(naive.log_likelihood);
  check_error(what + ", log-likelihood",
              std::abs(result.log_likelihoods[0] - log_likelihood) / std::abs(log_likelihood),
              allowed);
}

/// Three components in some dimensions, and samples of them with noise of every kind.
struct Mixed {
  explicit Mixed(Index d, Index count = 300)
      : start(random_mixture<Full>(d, 3, 2, engine)),
        noise(mixed_noise(d, count, engine)),
        x(start.sample(count, engine).samples) {
    for (Index n = 0; n < count; ++n) {
      const Samples root = noise[std::size_t(n)];
      x.col(n) += root * random_matrix(d, 1, engine);  // any that lies as wide will do
    }
  }

  eigenmix::random::Engine engine{11};
  Full start;
  std::vector<Samples> noise;
  Samples x;
};

/// Groups of samples of a thing of three dimensions: whole with noise, in part with and without, in
/// a projection.
inline std::vector<Group> projected_groups(const Full& truth, Index each,
                                           eigenmix::random::Engine& engine) {
  Samples first_two(2, 3), last(1, 3);
  first_two << 1, 0, 0, 0, 1, 0;
  last << 0, 0, 1;
  const Samples any = random_matrix(2, 3, engine), none;
  std::vector<Group> groups = {{none, random_covariance(3, 4, engine), none},
                               {none, Samples::Zero(3, 3), none},
                               {none, Samples::Zero(2, 2), first_two},
                               {none, Samples::Zero(1, 1), last},
                               {none, random_covariance(2, 1, engine), any}};
  for (Group& group : groups) {
    const Samples z = truth.sample(each, engine).samples;
    group.x = group.projection.size() > 0 ? Samples(group.projection * z) : z;
    group.x += group.covariance * random_matrix(group.x.rows(), each, engine);
  }
  return groups;
}

inline std::vector<Seen> seen_in_part(const std::vector<Group>& groups, Index d) {
  std::vector<Seen> result;
  for (const Group& group : groups) {
    const Samples r =
        group.projection.size() > 0 ? Samples(group.projection) : Samples(Samples::Identity(d, d));
    for (Index n = 0; n < group.x.cols(); ++n) {
      result.push_back(
          {group.x.col(n).cast<Wide>(), group.covariance.cast<Wide>(), r.cast<Wide>()});
    }
  }
  return result;
}

}  // namespace eigenmix_tests

#endif  // EIGENMIX_TESTS_SUPPORT_NOISY_HPP
