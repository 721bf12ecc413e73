// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_SUPPORT_SAME_BITS_HPP
#define EIGENMIX_TESTS_SUPPORT_SAME_BITS_HPP

#include <functional>
#include <optional>
#include <tuple>

#include <support/catch.hpp>
#include <support/data.hpp>

namespace eigenmix_tests {

/// What threads share does not depend on kernels: moments of each component, and of all together.
using FewSameBitsMixtures =
    std::tuple<eigenmix::GaussianMixture<double>,
               eigenmix::GaussianMixture<double, Eigen::Dynamic, eigenmix::covariance::Tied>>;

#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define EIGENMIX_TESTS_RACES_ONLY
#endif
#endif

#ifdef EIGENMIX_TESTS_RACES_ONLY
using SameBitsMixtures = FewSameBitsMixtures;
#else
/// Mixtures whose kernels differ: unrolled and blocked, every family, both scalars.
using SameBitsMixtures =
    std::tuple<eigenmix::GaussianMixture<double, 2>, eigenmix::GaussianMixture<double>,
               eigenmix::GaussianMixture<float>, eigenmix::GaussianMixture<double, 17>,
               eigenmix::GaussianMixture<double, Eigen::Dynamic, eigenmix::covariance::Tied>,
               eigenmix::GaussianMixture<double, Eigen::Dynamic, eigenmix::covariance::Diagonal>,
               eigenmix::GaussianMixture<float, Eigen::Dynamic, eigenmix::covariance::Spherical>>;
#endif

/// Any execution policy, as one type, so that what is computed under it is compiled once.
class AnyExecution {
 public:
  template <class Execution>
  explicit AnyExecution(Execution execution)
      : concurrency_(execution.concurrency()),
        for_each_([execution](Index count, const std::function<void(Index)>& task) {
          execution.for_each(count, task);
        }) {}

  Index concurrency() const { return concurrency_; }
  void for_each(Index count, const std::function<void(Index)>& task) const {
    for_each_(count, task);
  }

 private:
  Index concurrency_;
  std::function<void(Index, const std::function<void(Index)>&)> for_each_;
};

/// Everything that takes an execution policy, computed under one.
template <class Mixture>
class SameBits {
 public:
  using Scalar = typename Mixture::Scalar;

  /// \param separation  of the components, in deviations: 2.5 for ones that overlap, 12 for ones
  ///                    that own their samples and lie partly far from their centre
  SameBits(const AnyExecution& execution, double separation)
      : start_(random_mixture<Mixture>(dimension_of<Mixture>(12), 5, separation, engine_)),
        // More than 64 strips' worth of tiles, and a last one that is not full.
        x_(start_.sample(64 * 4 * 256 + 777, engine_).samples),
        fitted_(perturbed(start_)),
        moments_(start_.moments(x_, execution)),
        initialized_(eigenmix::initialize<Mixture>(
            x_, 5, eigenmix::initialization::KMeansPlusPlus(), execution)) {
    const auto few = x_.leftCols(9000);
    result_ =
        fitted_.fit(x_, eigenmix::stopping::MaxIterations(2), eigenmix::fit_options(execution));
    log_component_densities_ = start_.log_component_densities(few, execution);
    log_density_ = start_.log_density(few, execution);
    responsibilities_ = start_.e_step(few, execution).responsibilities;
    log_likelihood_ = start_.log_likelihood(x_, execution);
    labels_ = start_.classify(few, execution);
    stepped_ = start_;
    stepped_->m_step(few, responsibilities_, eigenmix::degeneracy::ResolutionFloor(), execution);
    partition_ = eigenmix::initialize<Mixture>(few, 5, eigenmix::initialization::RandomPartition{5},
                                               execution);
  }

  void check_equal(const SameBits& other) const {
    REQUIRE((x_ == other.x_));
    CHECK(fitted_ == other.fitted_);
    CHECK(result_.log_likelihoods == other.result_.log_likelihoods);
    CHECK((result_.effective_counts == other.result_.effective_counts));
    CHECK(moments_ == other.moments_);
    CHECK(initialized_ == other.initialized_);
    CHECK(*partition_ == *other.partition_);
    CHECK(*stepped_ == *other.stepped_);
    CHECK((log_component_densities_ == other.log_component_densities_));
    CHECK((log_density_ == other.log_density_));
    CHECK((responsibilities_ == other.responsibilities_));
    CHECK(log_likelihood_ == other.log_likelihood_);
    CHECK((labels_ == other.labels_));
  }

 private:
  eigenmix::random::Engine engine_{77};
  Mixture start_;
  typename Mixture::Means x_;
  Mixture fitted_;
  typename Mixture::Moments moments_;
  Mixture initialized_;
  eigenmix::FitResult result_;
  Matrix<Scalar> log_component_densities_, responsibilities_;
  typename Mixture::LogDensities log_density_;
  typename Mixture::Real log_likelihood_ = 0;
  typename Mixture::Labels labels_;
  std::optional<Mixture> stepped_, partition_;
};

}  // namespace eigenmix_tests

#endif  // EIGENMIX_TESTS_SUPPORT_SAME_BITS_HPP
