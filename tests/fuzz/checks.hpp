// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_FUZZ_CHECKS_HPP
#define EIGENMIX_TESTS_FUZZ_CHECKS_HPP

#include <cstdio>
#include <cstdlib>
#include <string>

#include <eigenmix/selection/selection.hpp>

#include <fuzz/laws.hpp>
#include <fuzz/starts.hpp>

// What must hold for every case of decode.hpp.

namespace eigenmix_fuzz {

/// One case for one mixture type.
template <class Mixture>
class Check {
 public:
  explicit Check(const Case& c)
      : case_(c),
        x_(c.samples.cast<Scalar>()),
        w_(c.weights.size() > 0 ? Weights(c.weights.cast<Scalar>()) : Weights::Ones(x_.cols())),
        data_(eigenmix::counted(x_, w_)) {}

  void run() {
    std::optional<Mixture> start;
    eigenmix::Noise noise;
    if (case_.use == Use::noise &&
        !attempt([&] { noise = eigenmix::uniform_noise(data_, case_.noise_weight); })) {
      return;
    }
    const bool started = attempt([&] { start = start_of<Mixture>(case_, x_, data_, noise); });
    if (laws.accepts_representable && bears_start(case_, x_, w_)) {
      require(started, "samples whose squares can be represented are accepted");
    }
    if (!started) return;
    require(eigenmix_tests::is_sound(*start), "a start is sound");
    if (!(start->noise().weight > 0)) start->set_noise(noise);  // of a start that is no search's
    Mixture fitted = *start;
    std::optional<FitResult> result;
    if (attempt([&] { result = fit(fitted, 1); })) {
      require(x_.allFinite(), "samples that are not finite are refused");
      check_fit(fitted, *result);
    } else {
      require(fitted == *start, "a fit that throws leaves the mixture as it was");
    }
    use(*start, fitted, result);
  }

 private:
  using Scalar = typename Mixture::Scalar;
  using Samples = Matrix<Scalar>;
  using Weights = Vector<Scalar>;
  using FitResult = eigenmix::FitResult;
  using Options = eigenmix_tests::AnyDegeneracy;

  double total_weight() const { return double(w_.template cast<double>().sum()); }

  /// Whether it returned; only the documented exceptions are caught.
  template <class Call>
  bool attempt(Call&& call) const {
    try {
      call();
      return true;
    } catch (const std::invalid_argument& error) {
      const std::string text = error.what();
      require(text.find(", got ") != std::string::npos, "an error says what it got");
      require(text.find(", need ") != std::string::npos, "an error says what it needs");
    } catch (const eigenmix::degeneracy::CollapsedComponent&) {
      require(action_of(case_) == Action::raise_error, "a collapse throws only under Throw");
    }
    return false;
  }

  FitResult fit(Mixture& mixture, Index threads) const {
    const auto stop = eigenmix::stopping::AitkenAcceleration(5e-5) ||
                      eigenmix::stopping::MaxIterations(case_.iterations);
    const auto go = [&](const auto&... choices) {
      const auto options =
          eigenmix::fit_options(degeneracy_of(case_), execution(threads), choices...);
      return case_.weights.size() > 0 ? mixture.fit(data_, stop, options)
                                      : mixture.fit(x_, stop, options);
    };
    if (case_.has_prior) {
      return go(eigenmix::prior::mclust_default(data_, mixture.component_count()),
                fixed_of(case_, mixture.component_count()));
    }
    if (case_.fixed != 0) return go(fixed_of(case_, mixture.component_count()));
    return go();
  }

  void check_fit(const Mixture& fitted, const FitResult& result) const {
    require(eigenmix_tests::is_sound(fitted), "what was fitted is sound");
    require(std::isfinite(result.log_likelihood), "the log-likelihood is finite");
    require(result.log_likelihood == result.log_likelihoods.back(),
            "the trace ends with the result");
    require(result.iterations <= case_.iterations, "the limit holds");
    const double rounding = rounding_of(fitted, x_, w_);
    const double again = double(fitted.log_likelihood(data_));
    require(std::abs(again - result.log_likelihood) <= rounding,
            "the log-likelihood is that of the parameters", again - result.log_likelihood);
    check_against_naive(fitted, x_, w_);
    check_responsibilities(fitted, x_);
    if (is_plain(case_) && result.repairs.total() == 0 && result.uninformative.empty()) {
      check_monotone(result, 1e2 * rounding + stored_means_cost(fitted, total_weight()));
    }
    // Roundings of samples err independently; and without the condition, by which on the floor every
    // gain would be rounding.
    if (laws.ends_at_rounding) {
      const double independent = 4e3 * std::sqrt(double(x_.cols()));
      check_end(fitted, result, rounding / (independent * largest_condition(fitted)));
    }
  }

  void check_monotone(const FitResult& result, double rounding) const {
    for (std::size_t i = 2; i < result.log_likelihoods.size(); ++i) {
      require(result.log_likelihoods[i] >= result.log_likelihoods[i - 1] - rounding,
              "the likelihood never falls",
              result.log_likelihoods[i] - result.log_likelihoods[i - 1]);
    }
  }

  void check_end(const Mixture& fitted, const FitResult& result, double rounding) const {
    if (case_.iterations < 100 || !is_plain(case_)) return;
    if (fitted.component_count() == 1) {
      require(result.converged() && result.iterations <= 2, "one component is one M-step");
    }
    bool gains = result.log_likelihoods.size() <= 50;
    for (std::size_t i = result.log_likelihoods.size() - 1;
         !gains && i + 20 > result.log_likelihoods.size(); --i) {
      gains = std::abs(result.log_likelihoods[i] - result.log_likelihoods[i - 1]) > rounding;
    }
    require(gains, "no fit goes on while its gains are rounding");
  }

  void use(const Mixture& start, const Mixture& fitted,
           const std::optional<FitResult>& result) const {
    switch (case_.use) {
      case Use::refit: return refit(fitted, result);
      case Use::improve: return improve(fitted, result);
      case Use::select: return select();
      case Use::m_step: return m_step(fitted);
      case Use::far_queries: return query_far(fitted);
      case Use::threads: return compare_threads(start, fitted, result);
      case Use::best_of: return best_of();
      default: return;
    }
  }

  void refit(const Mixture& fitted, const std::optional<FitResult>& result) const {
    if (!result) return;
    Mixture again = fitted;
    std::optional<FitResult> second;
    if (!attempt([&] { second = fit(again, 1); })) return;
    require(eigenmix_tests::is_sound(again), "what was fitted twice is sound");
    if (!laws.refit_is_not_lower || !is_plain(case_)) return;
    const double rounding = rounding_of(again, x_, w_) + stored_means_cost(again, total_weight());
    require(second->log_likelihood >= result->log_likelihood - rounding,
            "a fit of what was fitted does not end lower",
            second->log_likelihood - result->log_likelihood);
  }

  void improve(const Mixture& fitted, const std::optional<FitResult>& result) const {
    Mixture moved = fitted;
    Index made = 0;
    const auto options = eigenmix::fit_options(execution(1));
    if (!attempt([&] { made = eigenmix::split_and_merge(moved, data_, 2, options).moves; })) return;
    require(eigenmix_tests::is_sound(moved), "an improved mixture is sound");
    if (!laws.improves_likelihood || made == 0 || !result || !is_plain(case_)) return;
    // It converges before it moves, and leaves what is spurious, or the same twice, for what is less
    // likely.
    Mixture rest = fitted;
    const FitResult before = rest.fit(data_, eigenmix::fit_options(execution(1)));
    if (case_.floor_ratio == 0 && before.soundness() == eigenmix::Soundness::sound) {
      require(double(moved.log_likelihood(data_)) > before.log_likelihood,
              "an improved mixture is more likely");
    }
  }

  void select() const {
    namespace selection = eigenmix::selection;
    const auto families = selection::families<typename Mixture::Covariance>();
    const auto stop =
        eigenmix::stopping::AitkenAcceleration(1e-3) || eigenmix::stopping::MaxIterations(100);
    attempt([&] {
      const auto chosen =
          selection::select(data_, families, selection::components(1, case_.components),
                            eigenmix::fit_options(eigenmix::initialization::Hierarchical(), stop,
                                                  degeneracy_of(case_), execution(1)));
      if (!chosen.has_best()) return;
      chosen.visit([](const auto& mixture) {
        require(eigenmix_tests::is_sound(mixture), "a chosen mixture is sound");
      });
    });
  }

  /// Both ways to the M-step.
  void m_step(const Mixture& fitted) const {
    Mixture by_hand = fitted, by_moments = fitted;
    const auto check = [&](Mixture& mixture, auto&& step) {
      if (!attempt(step)) require(mixture == fitted, "an M-step that throws changes nothing");
      require(eigenmix_tests::is_sound(mixture), "what an M-step makes is sound");
    };
    check(by_hand, [&] {
      by_hand.m_step(data_, fitted.responsibilities(x_), degeneracy_of(case_), execution(1));
    });
    check(by_moments, [&] { by_moments.m_step(fitted.moments(data_), degeneracy_of(case_)); });
  }

  /// Samples as far away as the scalar goes.
  void query_far(const Mixture& fitted) const {
    for (const double factor : {1e3, 1e10, 1e19, 1e38, 1e150}) {
      const Samples far = x_ * Scalar(factor);
      if (!far.allFinite()) return;
      const auto density = fitted.log_density(far);
      require(!density.array().isNaN().any(), "a far log density is a number");
      require((density.array() < Scalar(HUGE_VAL)).all(), "a far log density is not infinite");
      check_responsibilities(fitted, far);
      const auto labels = fitted.classify(far);
      require(labels.minCoeff() >= 0 && labels.maxCoeff() <= fitted.component_count(),
              "a far sample has a label");
    }
  }

  void compare_threads(const Mixture& start, const Mixture& fitted,
                       const std::optional<FitResult>& result) const {
    if (!result) return;
    Mixture other = start;
    const FitResult second = fit(other, 3);
    require(other == fitted && second.log_likelihoods == result->log_likelihoods,
            "three threads give the same bits");
  }

  void best_of() const {
    eigenmix::initialization::SmallEm strategy = eigenmix::initialization::fast(case_.seed);
    attempt([&] {
      try {
        const auto best =
            eigenmix::fit_best<Mixture>(data_, case_.components, strategy,
                                        eigenmix::fit_options(degeneracy_of(case_), execution(1)));
        require(eigenmix_tests::is_sound(best.mixture), "the best of several is sound");
      } catch (const eigenmix::degeneracy::CollapsedComponent&) {
        throw;
      } catch (const std::runtime_error&) {
        require(action_of(case_) == Action::raise_error, "runs fail only under Throw");
      }
    });
  }

  const Case& case_;
  Samples x_;
  Weights w_;
  eigenmix::WeightedSamples<Samples, Weights> data_;
};

}  // namespace eigenmix_fuzz

#endif  // EIGENMIX_TESTS_FUZZ_CHECKS_HPP
