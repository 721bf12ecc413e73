// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SELECTION_BOOTSTRAP_HPP
#define EIGENMIX_SELECTION_BOOTSTRAP_HPP

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <eigenmix/em/concurrent_fits.hpp>
#include <eigenmix/selection/choices.hpp>
#include <eigenmix/stopping/standard.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace selection {

/// How a bootstrap is done.
struct Bootstrap {
  /// 999: p-values are multiples of 1/1000, of which 0.05 and 0.01 are some, as an exact test needs
  /// (Davison & Hinkley 1997, 4.2.5); their standard error near 0.05 is 0.007.
  Index replicates = 999;
  /// Fixed by default, so that two calls agree. Replicate b has an engine of its own made of this
  /// and b: results do not depend on threads, and more replicates leave the first ones as they
  /// were.
  std::uint64_t seed = 0;
  /// Of significance, for sequential_test. 0.05 by convention, as mclust.
  double level = 0.05;
};

/// A test of K components against K + 1.
struct BootstrapTest {
  Index component_count = 0;       ///< K, of the null hypothesis
  double statistic = 0;            ///< 2 (L_{K+1} - L_K) of the samples
  double p_value = 1;              ///< how often chance alone does as well; 1 unless is_valid()
  FitResult null, alternative;     ///< the fits to the samples; not_run if it failed
  std::vector<double> replicates;  ///< the statistic of every valid replicate, in their order
  Index failed = 0;   ///< replicates with a fit that failed or has a collapsed component
  std::string error;  ///< what a fit to the samples failed with, or empty

  /// Whether both fits to the samples ended without a collapsed component. If not, a statistic says
  /// nothing, and no replicates are drawn.
  bool is_valid() const {
    return error.empty() && null.collapsed_count == 0 && alternative.collapsed_count == 0;
  }
};

/// A sequence of tests, and where it ended.
struct SequentialTest {
  std::vector<BootstrapTest> tests;  ///< of 1 against 2, 2 against 3, ...
  Index component_count = 1;         ///< chosen: K of the first test with p > level, or the maximum
};

}  // namespace selection

namespace detail {

/// A fit, or why there is none.
template <class Mixture>
struct Attempt {
  std::optional<Mixture> mixture;
  FitResult result;
  std::string error;

  bool is_valid() const { return mixture && result.collapsed_count == 0; }
};

/// Every replicate's engine; two draws of SplitMix64 apart, so that neighbours have nothing in
/// common.
inline random::Engine replicate_engine(std::uint64_t seed, Index replicate) {
  random::Engine seeds(seed);
  random::Engine mixed(seeds() + static_cast<std::uint64_t>(replicate));
  return random::Engine(mixed());
}

/// Bootstrap tests of the same kind: what they share, held by reference.
template <class Mixture, class Strategy, class Options>
class BootstrapTester {
 public:
  using Samples = typename Mixture::Means;

  BootstrapTester(const selection::Bootstrap& bootstrap, const Strategy& strategy,
                  const Options& options)
      : bootstrap_(bootstrap), strategy_(strategy), options_(options) {}

  /// Fits of `first`, first + 1, ... components to the samples.
  std::vector<Attempt<Mixture>> fits(const Samples& x, Index first, Index count) const {
    std::vector<Attempt<Mixture>> made(static_cast<std::size_t>(count));
    for_each_fit(options_, count, [&](Index i, const auto& alone) {
      made[static_cast<std::size_t>(i)] = attempt(x, first + i, alone);
    });
    return made;
  }

  /// \param count  samples that the fits are of
  selection::BootstrapTest test(const Attempt<Mixture>& null, const Attempt<Mixture>& alternative,
                                Index components, Index count) const {
    selection::BootstrapTest test;
    test.component_count = components;
    test.null = null.result;
    test.alternative = alternative.result;
    test.error = null.error.empty() ? alternative.error : null.error;
    const std::optional<double> observed = statistic(null, alternative);
    if (!observed) return test;
    test.statistic = *observed;
    double as_large = 0;
    for (const auto& drawn : replicate_statistics(*null.mixture, count)) {
      if (!drawn) {
        ++test.failed;
        continue;
      }
      test.replicates.push_back(*drawn);
      as_large += *drawn >= test.statistic ? 1 : 0;
    }
    test.p_value = (1 + as_large) / (1 + double(test.replicates.size()));
    return test;
  }

 private:
  template <class SerialOptions>
  Attempt<Mixture> attempt(const Samples& x, Index components, const SerialOptions& options) const {
    Attempt<Mixture> made;
    made.error = failure_of([&] {
      made.mixture = initialize<Mixture>(x, components, strategy_, options);
      made.result = made.mixture->fit(x, options);
    });
    if (!made.error.empty()) made.mixture.reset();
    return made;
  }

  /// Twice the gain in log-likelihood; nothing if either fit is not valid.
  static std::optional<double> statistic(const Attempt<Mixture>& null,
                                         const Attempt<Mixture>& alternative) {
    if (!null.is_valid() || !alternative.is_valid()) return std::nullopt;
    return 2 * (alternative.result.log_likelihood - null.result.log_likelihood);
  }

  /// Of samples drawn from the null hypothesis, each fitted just as the samples were.
  std::vector<std::optional<double>> replicate_statistics(const Mixture& null, Index count) const {
    std::vector<std::optional<double>> statistics(static_cast<std::size_t>(bootstrap_.replicates));
    for_each_fit(options_, bootstrap_.replicates, [&](Index b, const auto& alone) {
      random::Engine engine = replicate_engine(bootstrap_.seed, b);
      const Samples drawn = null.sample(count, engine).samples;
      const Index k = null.component_count();
      statistics[static_cast<std::size_t>(b)] =
          statistic(attempt(drawn, k, alone), attempt(drawn, k + 1, alone));
    });
    return statistics;
  }

  const selection::Bootstrap& bootstrap_;
  Strategy strategy_;
  Options options_;
};

/// The tester with what it needs of the options.
template <class Mixture, class Options>
auto tester_of(const selection::Bootstrap& bootstrap, const Options& options) {
  using Start = IsStart<Mixture, typename Mixture::Means>;
  const auto strategy = choice_of<Start, initialization::SmallEm>(options.observers);
  const auto of_fits = options_of_fits<IsOther<Start>>(options, stopping::standard());
  return BootstrapTester<Mixture, std::decay_t<decltype(strategy)>,
                         std::decay_t<decltype(of_fits)>>(bootstrap, strategy, of_fits);
}

/// The samples as a matrix of the shape that replicates have.
template <class Mixture, class X>
typename Mixture::Means copied(const char* where, const X& x) {
  static_assert(
      !is_weighted_v<X>,
      "eigenmix: a parametric bootstrap draws as many samples as there are; it has no use "
      "for weights: pass the samples without weighted()");
  using Boundary = Boundary<typename Mixture::Scalar, Mixture::Dim>;
  const auto samples = Boundary::checked(where, x, Eigen::Dynamic);
  typename Mixture::Means result(samples.dimension(), samples.count());
  for (Index n = 0; n < samples.count(); ++n) {
    for (Index i = 0; i < samples.dimension(); ++i) result(i, n) = samples.value(i, n);
  }
  return result;
}

template <class Options>
void require_options() {
  static_assert(is_fit_options_v<Options>,
                "eigenmix: the last argument of a bootstrap test is what fit_options(...) returns");
}

inline void check_bootstrap(const char* where, const selection::Bootstrap& bootstrap,
                            const Noise& noise) {
  if (noise.weight != 0) {
    reject(where, "noise", text(noise.weight), "none: replicates of it cannot be drawn");
  }
  at_least_one(where, "replicates", bootstrap.replicates);
  if (!(bootstrap.level >= 0 && bootstrap.level <= 1)) {
    reject(where, "level", text(bootstrap.level), "a probability, in [0, 1]");
  }
}

}  // namespace detail

namespace selection {

/// Tests K components against K + 1.
///
/// The likelihood-ratio statistic of mixtures has no known distribution; its distribution under K
/// components is found by fitting K and K + 1 to samples drawn from the K that were fitted
/// (McLachlan 1987). p = (1 + how many statistics of replicates are as large) / (1 + replicates). A
/// replicate that cannot be fitted, or only with a collapsed component, is counted and left out.
///
///     using Mixture = GaussianMixture<double>;
///     const auto test = selection::bootstrap_test<Mixture>(x, 2);
///
/// A statistic is as good as the optima behind it: a start that misses the best K components makes
/// K + 1 seem needed. Where the default does, let the strategy be initialization::thorough().
///
/// With a threaded execution policy in `options` replicates are spread over the threads; the result
/// is the same. Noise is refused: it has a density, but no place where replicates could be drawn.
/// \param x           [Dim x N] samples; copied once, as replicates are matrices of that shape
/// \param components  K >= 1
/// \param bootstrap   replicates >= 1; any seed; level in [0, 1], which it has no use for
/// \param options     fit_options(...), among which may be a start strategy, as for initialize; the
///                    same for samples and replicates
/// \throws std::invalid_argument  if x or a number is not as said
/// \complexity  replicates + 1 fits of K and of K + 1; N Dim numbers of memory for each at work
template <class Mixture, class X, class Options = FitOptions<>>
BootstrapTest bootstrap_test(const X& x, Index components, const Bootstrap& bootstrap = {},
                             const Options& options = {}) {
  detail::require_options<Options>();
  const auto samples = detail::copied<Mixture>("bootstrap_test", x);
  detail::at_least_one("bootstrap_test", "components", components);
  detail::check_bootstrap("bootstrap_test", bootstrap, options.noise);
  for (const Index k : {components, components + 1}) {
    detail::check_options("bootstrap_test", options, detail::form_of_mixture<Mixture>,
                          samples.rows(), k);
  }
  const auto tester = detail::tester_of<Mixture>(bootstrap, options);
  const auto fits = tester.fits(samples, components, 2);
  return tester.test(fits[0], fits[1], components, samples.cols());
}

/// Tests 1 component against 2, 2 against 3, ... up to `maximum` - 1 against `maximum`, and stops
/// at the first test that is not significant at bootstrap.level. As bootstrap_test otherwise.
/// \param x          [Dim x N] samples
/// \param maximum    >= 2; at most so many components are chosen
/// \param bootstrap  replicates >= 1; any seed; level in [0, 1]
/// \param options    as for bootstrap_test
/// \throws std::invalid_argument  if x, a number, the noise or the dimension of a prior is not as
///                                said
/// \complexity  for each test of K that is done replicates fits of K and of K + 1; of the samples
///              one fit for each number of components; memory as for bootstrap_test
template <class Mixture, class X, class Options = FitOptions<>>
SequentialTest sequential_test(const X& x, Index maximum, const Bootstrap& bootstrap = {},
                               const Options& options = {}) {
  detail::require_options<Options>();
  const auto samples = detail::copied<Mixture>("sequential_test", x);
  detail::check_prior("sequential_test", options, samples.rows());
  if (maximum < 2)
    detail::reject("sequential_test", "maximum", detail::text(maximum), "at least 2");
  detail::check_bootstrap("sequential_test", bootstrap, options.noise);
  const auto tester = detail::tester_of<Mixture>(bootstrap, options);
  SequentialTest result;
  auto null = tester.fits(samples, 1, 1);
  while (result.component_count < maximum) {
    auto alternative = tester.fits(samples, result.component_count + 1, 1);
    result.tests.push_back(
        tester.test(null[0], alternative[0], result.component_count, samples.cols()));
    if (result.tests.back().p_value > bootstrap.level) break;
    ++result.component_count;
    null = std::move(alternative);
  }
  return result;
}

}  // namespace selection
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SELECTION_BOOTSTRAP_HPP
