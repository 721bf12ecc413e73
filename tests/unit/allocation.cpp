// SPDX-License-Identifier: MIT
#include <array>
#include <cstddef>

#include <support/catch.hpp>
#include <support/count_allocations.hpp>
#include <support/data.hpp>

// What a fit asks of the heap.

#if defined(EIGENMIX_TESTS_COUNT_ALLOCATIONS)
namespace {

using eigenmix::fit_options;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::Iteration;
using eigenmix::stopping::MaxIterations;
using eigenmix_tests::allocated_bytes;
using eigenmix_tests::allocation_count;
namespace covariance = eigenmix::covariance;

using Families =
    std::tuple<covariance::Full, covariance::Tied, covariance::Diagonal, covariance::Spherical>;

template <class Call>
std::size_t bytes_of(Call&& call) {
  const std::size_t before = allocated_bytes;
  call();
  return allocated_bytes - before;
}

TEST_CASE("allocations are counted", "[allocation]") {
  CHECK(bytes_of([] { Eigen::VectorXd::Ones(1000).eval(); }) >= 8000);
  std::vector<double> kept;
  CHECK(bytes_of([&kept] { kept.resize(1000); }) >= 8000);
  CHECK(bytes_of([] {}) == 0);
}

template <class Mixture>
struct Setting {
  Setting(Index d, Index n, Index components)
      : start(eigenmix_tests::random_mixture<Mixture>(d, components, 3, engine)),
        x(start.sample(n, engine).samples) {
    start = eigenmix_tests::perturbed(start);
  }
  eigenmix::random::Engine engine{51};
  Mixture start;
  typename Mixture::Means x;
};

/// Samples are summed in at most 64 strips of whole tiles, of 256 samples here; both sizes give
/// exactly 64, so that not a byte may differ.
template <class Mixture>
void check_memory_does_not_grow(Index d) {
  CAPTURE(d);
  constexpr Index half = 64 * 256 * 4, all = 2 * half;
  const Setting<Mixture> setting(d, all, 3);
  const auto fit = [&](Index n) {
    Mixture mixture = setting.start;
    const auto part = setting.x.leftCols(n);
    return bytes_of([&] { mixture.fit(part, MaxIterations(3)); });
  };
  const std::size_t of_half = fit(half);
  CHECK(fit(all) == of_half);
  // Nor is there as much as one number per sample.
  CHECK(of_half < std::size_t(half) * sizeof(typename Mixture::Scalar));
  const auto likelihood = [&](Index n) {
    return bytes_of([&] { setting.start.log_likelihood(setting.x.leftCols(n)); });
  };
  CHECK(likelihood(all) == likelihood(half));
  const auto moments = [&](Index n) {
    return bytes_of([&] { setting.start.moments(setting.x.leftCols(n)); });
  };
  CHECK(moments(all) == moments(half));
}

TEMPLATE_LIST_TEST_CASE("no allocation of a fit grows with the number of samples", "[allocation]",
                        Families) {
  check_memory_does_not_grow<GaussianMixture<double, 2, TestType>>(2);
  check_memory_does_not_grow<GaussianMixture<double, Eigen::Dynamic, TestType>>(4);
  check_memory_does_not_grow<GaussianMixture<float, 9, TestType>>(9);
  check_memory_does_not_grow<GaussianMixture<double, Eigen::Dynamic, TestType>>(12);
}

/// Notes the counter at every iteration, without allocating.
struct Snapshots {
  std::array<std::size_t, 64>* counts;
  void operator()(const Iteration& iteration) const {
    (*counts)[std::size_t(iteration.number())] = allocation_count;
  }
};

/// Allocations of the iterations after the first.
template <class Mixture, class X, class Stopping>
std::size_t later_allocations(Mixture mixture, const X& x, Index iterations,
                              const Stopping& stopping) {
  std::array<std::size_t, 64> counts{};
  const auto result = mixture.fit(x, stopping, fit_options(Snapshots{&counts}));
  REQUIRE(result.iterations == iterations);
  return counts[std::size_t(iterations)] - counts[1];
}

template <class Mixture>
void check_no_allocation_per_iteration() {
  constexpr Index d = Mixture::Dim;
  CAPTURE(d);
  for (const Index components : {1, 3}) {
    const Setting<Mixture> setting(d, 3000, components);
    CHECK(later_allocations(setting.start, setting.x, 8, MaxIterations(8)) == 0);
    const Eigen::Matrix<typename Mixture::Scalar, Eigen::Dynamic, 1> weights =
        Eigen::Matrix<typename Mixture::Scalar, Eigen::Dynamic, 1>::Ones(3000);
    CHECK(later_allocations(setting.start, eigenmix::counted(setting.x, weights), 8,
                            MaxIterations(8)) == 0);
  }
}

TEMPLATE_LIST_TEST_CASE("after the first iteration a fit of fixed dimension allocates nothing",
                        "[allocation]", Families) {
  check_no_allocation_per_iteration<GaussianMixture<double, 1, TestType>>();
  check_no_allocation_per_iteration<GaussianMixture<double, 2, TestType>>();
  check_no_allocation_per_iteration<GaussianMixture<double, 3, TestType>>();
  check_no_allocation_per_iteration<GaussianMixture<double, 8, TestType>>();
  check_no_allocation_per_iteration<GaussianMixture<double, 16, TestType>>();  // in blocks
  check_no_allocation_per_iteration<GaussianMixture<double, 33, TestType>>();
  check_no_allocation_per_iteration<GaussianMixture<float, 2, TestType>>();
}

TEMPLATE_LIST_TEST_CASE("nor does it while the parameter change is asked for", "[allocation]",
                        Families) {
  using Mixture = GaussianMixture<double, 3, TestType>;
  const Setting<Mixture> setting(3, 3000, 3);
  CHECK(later_allocations(setting.start, setting.x, 8,
                          eigenmix::stopping::ParameterChange(0) || MaxIterations(8)) == 0);
}

TEMPLATE_LIST_TEST_CASE("nor does it while the variance floor acts", "[allocation]", Families) {
  using Mixture = GaussianMixture<double, 3, TestType>;
  Setting<Mixture> setting(3, 3000, 3);
  setting.x.row(1).setConstant(2);
  CHECK(later_allocations(setting.start, setting.x, 8, MaxIterations(8)) == 0);
}

}  // namespace
#endif
