// SPDX-License-Identifier: MIT
#include <cmath>
#include <limits>

#include <eigenmix/classification/semi_supervised.hpp>
#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>
#include <support/naive_em.hpp>

// Fits to samples of which some are labelled: beside fits without labels, M-steps of labels, and EM
// as a textbook writes it with a mask.

namespace {

using eigenmix::counted;
using eigenmix::fit_options;
using eigenmix::FitResult;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::initialize;
using eigenmix::classification::AllowedComponents;
using eigenmix::classification::fit_semi_supervised;
using eigenmix_tests::check_error;
using eigenmix_tests::check_rejected;
using eigenmix_tests::Exact;
using eigenmix_tests::ExactMatrix;
using eigenmix_tests::ExactVector;
using eigenmix_tests::parameter_distance;
namespace acceleration = eigenmix::acceleration;
namespace covariance = eigenmix::covariance;
namespace initialization = eigenmix::initialization;
namespace stopping = eigenmix::stopping;

using Full = GaussianMixture<double>;
using Mask = Eigen::Array<bool, Eigen::Dynamic, Eigen::Dynamic>;

/// Samples of three components in a row, their components, and a start.
template <class Mixture>
struct Problem {
  explicit Problem(Index count, double apart = 2.5, std::uint64_t seed = 3) {
    eigenmix::random::Engine engine(seed);
    const Index d = eigenmix_tests::dimension_of<Mixture>(3);
    truth.push_back(eigenmix_tests::random_mixture<Mixture>(d, 3, apart, engine));
    const auto sample = truth[0].sample(count, engine);
    x = sample.samples;
    labels.assign(sample.labels.data(), sample.labels.data() + count);
    start.push_back(eigenmix_tests::perturbed(truth[0]));
  }

  /// Of every `period`th sample, -1 of the others.
  std::vector<Index> some(Index period) const {
    std::vector<Index> result(labels.size(), -1);
    for (std::size_t n = 0; n < labels.size(); n += std::size_t(period)) result[n] = labels[n];
    return result;
  }

  typename Mixture::Means x;
  std::vector<Index> labels;
  std::vector<Mixture> truth, start;
};

/// A mask with one, two or three components of three allowed, their own among them.
Mask mask_of(const std::vector<Index>& labels) {
  Mask mask = Mask::Constant(3, Index(labels.size()), false);
  for (Index n = 0; n < mask.cols(); ++n) {
    const Index own = labels[std::size_t(n)];
    mask(own, n) = true;
    if (n % 4 != 0) mask((own + 1) % 3, n) = true;
    if (n % 4 > 1) mask((own + 2) % 3, n) = true;
  }
  return mask;
}

template <class Mixture>
void check_same_without_labels() {
  const Problem<Mixture> problem(700);
  const auto all = AllowedComponents(Mask(Mask::Constant(3, 700, true)));
  const auto check = [&](const auto& x, const auto& options) {
    Mixture plain = problem.start[0], with = plain;
    const FitResult of_plain = plain.fit(x, options);
    const FitResult of_with = fit_semi_supervised(with, x, all, options);
    CHECK(plain == with);
    CHECK(of_plain.log_likelihoods == of_with.log_likelihoods);
    CHECK(of_plain.stopped_by == of_with.stopped_by);
    CHECK(of_plain.parameter_count == of_with.parameter_count);
    CHECK(of_plain.iterations > 3);
  };
  check(problem.x, fit_options(acceleration::None()));
  check(problem.x, fit_options(eigenmix::execution::Threads(3)));
  const eigenmix::Noise noise{0.05, -8};
  check(counted(problem.x,
                Eigen::Matrix<typename Mixture::Scalar, 1, Eigen::Dynamic>::LinSpaced(700, 0, 2)),
        fit_options(noise, stopping::MaxIterations(30)));
}

TEMPLATE_TEST_CASE("where everything is allowed a fit is the plain fit, to the bit",
                   "[semi_supervised]", (GaussianMixture<double, 2>),
                   (GaussianMixture<double, Eigen::Dynamic, covariance::VEV>),
                   (GaussianMixture<double, Eigen::Dynamic, covariance::Tied>),
                   (GaussianMixture<float, 2, covariance::Diagonal>)) {
  check_same_without_labels<TestType>();
}

/// EM with a mask in long double, of full covariances or one for all.
class NaiveMasked {
 public:
  NaiveMasked(const ExactMatrix& x, const ExactVector& w, const Mask& mask, bool is_tied,
              const Full& start)
      : x_(x), w_(w), mask_(mask), is_tied_(is_tied) {
    weights = start.weights().cast<Exact>();
    means = start.means().cast<Exact>();
    for (const auto& c : start.covariances()) covariances.push_back(c.cast<Exact>());
    e_step();
  }

  void iterate() {
    m_step();
    e_step();
  }

  ExactVector weights;
  ExactMatrix means, responsibilities;
  std::vector<ExactMatrix> covariances;
  Exact log_likelihood = 0;

 private:
  void e_step() {
    const Index count = weights.size();
    responsibilities.setZero(count, x_.cols());
    log_likelihood = 0;
    for (Index n = 0; n < x_.cols(); ++n) {
      Exact sum = 0;
      for (Index k = 0; k < count; ++k) {
        if (!mask_(k, n)) continue;
        const ExactMatrix inverse = eigenmix_tests::inverse_cholesky(covariances[std::size_t(k)]);
        const ExactVector y = inverse.lazyProduct(x_.col(n) - means.col(k));
        const Exact norm = std::pow(2 * std::acos(Exact(-1)), -Exact(x_.rows()) / 2);
        responsibilities(k, n) =
            weights(k) * norm * inverse.diagonal().prod() * std::exp(-y.squaredNorm() / 2);
        sum += responsibilities(k, n);
      }
      responsibilities.col(n) /= sum;
      log_likelihood += w_(n) * std::log(sum);
    }
  }

  void m_step() {
    ExactMatrix pooled = ExactMatrix::Zero(x_.rows(), x_.rows());
    for (Index k = 0; k < weights.size(); ++k) {
      const ExactVector r = responsibilities.row(k).transpose().cwiseProduct(w_);
      weights(k) = r.sum() / w_.sum();
      means.col(k) = x_.lazyProduct(r) / r.sum();
      ExactMatrix scatter = ExactMatrix::Zero(x_.rows(), x_.rows());
      for (Index n = 0; n < x_.cols(); ++n) {
        const ExactVector off = x_.col(n) - means.col(k);
        scatter += r(n) * off.lazyProduct(off.transpose());
      }
      pooled += scatter / w_.sum();
      covariances[std::size_t(k)] = scatter / r.sum();
    }
    if (is_tied_) covariances.assign(covariances.size(), pooled);
  }

  ExactMatrix x_;
  ExactVector w_;
  Mask mask_;
  bool is_tied_;
};

template <class Mixture>
void check_against_naive(bool is_tied) {
  const Problem<Mixture> problem(60, 1.5);
  const Mask mask = mask_of(problem.labels);
  Eigen::VectorXd counts(60);
  for (Index n = 0; n < 60; ++n) counts(n) = double(1 + n % 3);
  Mixture fitted = problem.start[0];
  const Full start(Eigen::VectorXd(fitted.weights()), fitted.means(), fitted.covariances());
  NaiveMasked naive(problem.x.template cast<Exact>(), counts.cast<Exact>(), mask, is_tied, start);
  const Index steps = 25;
  const FitResult result =
      fit_semi_supervised(fitted, counted(problem.x, counts), AllowedComponents(mask),
                          fit_options(stopping::MaxIterations(steps), acceleration::None()));
  REQUIRE(result.log_likelihoods.size() == std::size_t(steps) + 1);
  // Sums of 60 terms of condition some ten, through 25 steps of a map that contracts: 1e4 eps.
  const double allowed = 1e4 * std::numeric_limits<double>::epsilon();
  double worst = 0;
  for (std::size_t i = 0; i < result.log_likelihoods.size(); ++i) {
    const double naively = double(naive.log_likelihood);
    worst = std::max(worst, std::abs(result.log_likelihoods[i] - naively) / std::abs(naively));
    if (i + 1 < result.log_likelihoods.size()) naive.iterate();
  }
  check_error("the trace", worst, allowed);
  double off = 0;
  for (Index k = 0; k < 3; ++k) {
    off = std::max(off, std::abs(fitted.weights()(k) - double(naive.weights(k))));
    off = std::max(off, (fitted.means().col(k) - naive.means.col(k).cast<double>()).norm());
    off = std::max(
        off, (fitted.covariance(k) - naive.covariances[std::size_t(k)].cast<double>()).norm());
  }
  check_error("the parameters", off, 10 * allowed);
  CHECK(eigenmix_tests::never_falls(result.log_likelihoods, 1e-14, counts.sum()));
}

TEST_CASE("a fit with a mask is EM with a mask", "[semi_supervised]") {
  check_against_naive<Full>(false);
  check_against_naive<GaussianMixture<double, Eigen::Dynamic, covariance::Tied>>(true);
}

TEMPLATE_TEST_CASE("where all labels are known the first step is the M-step of labels",
                   "[semi_supervised]", (GaussianMixture<double, 2>),
                   (GaussianMixture<double, Eigen::Dynamic, covariance::VEV>),
                   (GaussianMixture<float, 2, covariance::Diagonal>)) {
  using Scalar = typename TestType::Scalar;
  const Problem<TestType> problem(400);
  const AllowedComponents known(problem.labels, 3);
  const auto m_step =
      initialize<TestType>(problem.x, 3, initialization::FromLabels(problem.labels));
  TestType fitted = problem.start[0];
  const FitResult result = fit_semi_supervised(fitted, problem.x, known);
  CHECK(result.converged());
  CHECK(result.iterations <= 4);
  // Sums of 400 about other origins: 100 eps; means are stored to an eps of their distance.
  check_error("parameters", parameter_distance(m_step, fitted),
              200 * double(std::numeric_limits<Scalar>::epsilon()));
  const auto densities = m_step.log_component_densities(problem.x);
  double sum = 0;
  for (Index n = 0; n < 400; ++n) {
    const Index k = problem.labels[std::size_t(n)];
    sum += double(densities(k, n)) + std::log(double(m_step.weights()(k)));
  }
  check_error("likelihood", std::abs(sum - result.log_likelihood) / std::abs(sum),
              200 * double(std::numeric_limits<Scalar>::epsilon()));
  CHECK(parameter_distance(m_step, initialize<TestType>(problem.x, 3, known)) <=
        200 * double(std::numeric_limits<Scalar>::epsilon()));
}

/// Share of samples whose component is told wrongly.
template <class Mixture>
double error_of(const Mixture& mixture, const Problem<Mixture>& problem) {
  const auto said = mixture.classify(problem.x);
  double wrong = 0;
  for (Index n = 0; n < said.size(); ++n) wrong += said(n) != problem.labels[std::size_t(n)];
  return wrong / double(said.size());
}

TEST_CASE("one label in ten recovers the classes", "[semi_supervised]") {
  double with = 0, without = 0, best = 0;
  for (std::uint64_t seed = 0; seed < 10; ++seed) {
    const Problem<Full> problem(500, 3, seed);
    const AllowedComponents known(problem.some(10), 3);
    Full mixture = initialize<Full>(problem.x, 3, known), of_labels = mixture;
    const FitResult result = fit_semi_supervised(mixture, problem.x, known);
    CHECK(result.converged());
    CHECK(result.soundness() == eigenmix::Soundness::sound);
    CHECK(eigenmix_tests::never_falls(result.log_likelihoods, 1e-13, 500));
    with += error_of(mixture, problem) / 10;
    without += error_of(of_labels, problem) / 10;
    best += error_of(problem.truth[0], problem) / 10;
  }
  // Bayes' rule errs in `best`; 500 samples of 29 parameters cost some tenths of it.
  CAPTURE(with, without, best);
  CHECK(with <= 1.25 * best);
  CHECK(with < without);
}

TEMPLATE_TEST_CASE("the likelihood of what is known never falls, whatever the family",
                   "[semi_supervised]", (GaussianMixture<double, Eigen::Dynamic, covariance::EVE>),
                   (GaussianMixture<double, Eigen::Dynamic, covariance::VVE>),
                   (GaussianMixture<double, Eigen::Dynamic, covariance::EEV>),
                   (GaussianMixture<double, Eigen::Dynamic, covariance::VEE>),
                   (GaussianMixture<double, Eigen::Dynamic, covariance::EVV>),
                   (GaussianMixture<float, 2, covariance::VEI>),
                   (GaussianMixture<float, 2, covariance::EEI>)) {
  const Problem<TestType> problem(400, 1.5);
  TestType mixture = problem.start[0];
  const FitResult result =
      fit_semi_supervised(mixture, problem.x, AllowedComponents(mask_of(problem.labels)));
  CHECK(result.converged());
  CHECK(result.iterations > 3);
  // Of log densities of ten, each right to some eps, and parameters as they are stored.
  const double eps = double(std::numeric_limits<typename TestType::Scalar>::epsilon());
  CHECK(eigenmix_tests::never_falls(result.log_likelihoods, 10 * eps, 400));
  CHECK(eigenmix_tests::is_sound(mixture));
}

TEST_CASE("leaps of a fit with labels end where EM does, sooner", "[semi_supervised]") {
  const Problem<Full> problem(2000, 1.2, 5);
  const AllowedComponents known(problem.some(40), 3);
  Full by_em = initialize<Full>(problem.x, 3, known), by_leaps = by_em;
  const auto stop = stopping::AitkenAcceleration(1e-7) || stopping::MaxIterations(100000);
  const FitResult em =
      fit_semi_supervised(by_em, problem.x, known, fit_options(stop, acceleration::None()));
  const FitResult leaps = fit_semi_supervised(by_leaps, problem.x, known, fit_options(stop));
  CHECK(em.converged());
  CHECK(leaps.converged());
  CHECK(std::abs(em.log_likelihood - leaps.log_likelihood) <= 1e-4);
  CHECK(2 * leaps.passes < em.passes);
  CHECK(eigenmix_tests::never_falls(leaps.log_likelihoods, 1e-13, 2000));
}

TEST_CASE("a class may have several components", "[semi_supervised]") {
  const Problem<Full> problem(600, 4, 1);
  std::vector<Index> classes = problem.some(5);
  for (Index& c : classes) c = c == 2 ? 0 : c;  // the first and the last are one class
  const AllowedComponents known(classes, {{0, 2}, {1}});
  CHECK(known.row_count() == 3);
  CHECK(known.allows(0, 0) != known.allows(1, 0));
  Full mixture = problem.start[0];
  const FitResult result = fit_semi_supervised(mixture, problem.x, known);
  CHECK(result.converged());
  CHECK(error_of(mixture, problem) < 0.1);
}

TEST_CASE("counts are copies, and weightless samples may be of nothing", "[semi_supervised]") {
  const Problem<Full> problem(300);
  const Mask mask = mask_of(problem.labels);
  Eigen::VectorXd counts(300);
  for (Index n = 0; n < 300; ++n) counts(n) = double(n % 3);
  Full::Means copies(3, Index(counts.sum()));
  Mask of_copies(3, copies.cols()), without = mask;
  for (Index n = 0, at = 0; n < 300; ++n) {
    for (Index i = 0; i < n % 3; ++i, ++at) {
      copies.col(at) = problem.x.col(n);
      of_copies.col(at) = mask.col(n);
    }
    if (n % 3 == 0) without.col(n).setConstant(false);
  }
  Full a = problem.start[0], b = a;
  const auto options = fit_options(stopping::MaxIterations(20), acceleration::None());
  const FitResult of_a =
      fit_semi_supervised(a, counted(problem.x, counts), AllowedComponents(without), options);
  const FitResult of_b = fit_semi_supervised(b, copies, AllowedComponents(of_copies), options);
  // Another order of the same sums, through 20 steps.
  check_error("parameters", parameter_distance(a, b), 1e-11);
  CHECK(std::abs(of_a.log_likelihood - of_b.log_likelihood) <= 1e-9);
}

TEST_CASE("labelled samples are no noise, unless the mask says so", "[semi_supervised]") {
  Problem<Full> problem(300, 5);
  problem.x.col(0).setConstant(60);  // of component 0, they say
  problem.labels[0] = 0;
  Full noisy = problem.truth[0];
  noisy.set_noise({0.05, -12});
  Full named = noisy;
  const AllowedComponents known(problem.some(10), 3);
  fit_semi_supervised(noisy, problem.x, known);
  CHECK(noisy.covariance(0)(0, 0) > 5);  // stretched to 60
  Mask mask = Mask::Constant(4, 300, true);
  for (Index n = 0; n < 300; n += 10) {
    for (Index k = 0; k < 3; ++k) mask(k, n) = k == problem.labels[std::size_t(n)];
  }
  const FitResult result = fit_semi_supervised(named, problem.x, AllowedComponents(mask));
  CHECK(result.converged());
  CHECK(named.covariance(0)(0, 0) < 5);
  CHECK(initialize<Full>(problem.x, 3, known).component_count() == 3);
  Full silent = problem.truth[0];
  check_rejected("fit_semi_supervised", "allowed components", "4 x 300", "3 x 300",
                 [&] { fit_semi_supervised(silent, problem.x, AllowedComponents(mask)); });
}

TEST_CASE("priors, fixed parts, observers and repairs work with labels", "[semi_supervised]") {
  const Problem<Full> problem(200);
  const AllowedComponents known(problem.some(5), 3);
  eigenmix::Fixed fixed;
  fixed.means = {true, false, false};
  Index seen = 0;
  double last = 0;
  Full mixture = problem.start[0];
  const FitResult result = fit_semi_supervised(
      mixture, problem.x, known,
      fit_options(fixed, eigenmix::prior::mclust_default(problem.x, 3),
                  eigenmix::degeneracy::Reseed(),
                  [&](const eigenmix::Iteration& iteration, const Full& shown) {
                    ++seen;
                    last = iteration.log_likelihood();
                    CHECK(shown.means().col(0) == problem.start[0].means().col(0));
                  }));
  CHECK(mixture.means().col(0) == problem.start[0].means().col(0));
  CHECK(seen >= result.iterations + 1);
  CHECK(last == result.log_likelihood);
  CHECK(result.log_posteriors.size() == result.log_likelihoods.size());
  CHECK(eigenmix_tests::never_falls(result.log_posteriors, 1e-13, 200));
}

/// Asks for what labels forbid once a component collapses.
struct WantsDrop : eigenmix::degeneracy::ResolutionFloor {
  eigenmix::degeneracy::Action on_collapse(const eigenmix::degeneracy::Collapse&) const {
    return eigenmix::degeneracy::Action::drop;
  }
};

TEST_CASE("labels that cannot be fitted are refused, and all stays as it was",
          "[semi_supervised]") {
  const Problem<Full> problem(30);
  Full mixture = problem.start[0];
  Mask mask = Mask::Constant(3, 30, true);
  mask.col(7).setConstant(false);
  const auto fit = [&](const AllowedComponents& known) {
    fit_semi_supervised(mixture, problem.x, known);
  };
  check_rejected("fit_semi_supervised", "components allowed to sample 7", "none", "at least one",
                 [&] { fit(AllowedComponents(mask)); });
  check_rejected("fit_semi_supervised", "shape of the allowed components", "3 x 29", "3 x 30",
                 [&] { fit(AllowedComponents(mask.leftCols(29))); });
  check_rejected("fit_semi_supervised", "shape of the allowed components", "4 x 30", "3 x 30",
                 [&] { fit(AllowedComponents(std::vector<int>(30, -1), 4)); });
  check_rejected("AllowedComponents", "label", "3", "-1 or labels in [0, 3)",
                 [&] { fit(AllowedComponents(std::vector<int>(30, 3), 3)); });
  check_rejected("AllowedComponents", "components of class 1", "none", "at least one", [&] {
    fit(AllowedComponents(std::vector<int>(30, 0), {{0, 1, 2}, {}}));
  });
  check_rejected("AllowedComponents", "component", "-2", ">= 0", [&] {
    fit(AllowedComponents(std::vector<int>(30, 0), {{0, -2}}));
  });
  check_rejected("AllowedComponents", "shape of the mask", "0 x 0", "[K x N]",
                 [&] { fit(AllowedComponents(Mask())); });
  check_rejected(
      "AllowedComponents", "samples known to be of component 1", "0", "at least one",
      [&] { initialize<Full>(problem.x, 3, AllowedComponents(std::vector<int>(30, 0), 3)); });
  CHECK(mixture == problem.start[0]);
  const Full without(Eigen::Vector3d(0, 0.5, 0.5), mixture.means(), mixture.covariances());
  Full changed = without;
  check_rejected(
      "fit_semi_supervised", "weight of the components allowed to sample 0", "0", "a start", [&] {
        fit_semi_supervised(changed, problem.x, AllowedComponents(std::vector<int>(30, 0), 3));
      });
  std::vector<int> thin(30, 0);  // two samples of component 1, none of component 2
  thin[0] = thin[1] = 1;
  check_rejected("fit_semi_supervised", "action of the degeneracy policy", "drop", "floor", [&] {
    fit_semi_supervised(mixture, problem.x, AllowedComponents(thin, 3), fit_options(WantsDrop()));
  });
  CHECK(mixture == problem.start[0]);
  CHECK(changed == without);
}

TEST_CASE("a sample far from all it may be of gives no NaN", "[semi_supervised]") {
  using Single = GaussianMixture<float, 2, covariance::Diagonal>;
  Problem<Single> problem(200);
  problem.x.col(0).setConstant(1e12F);
  problem.labels[0] = 1;
  Single mixture = problem.start[0];
  const FitResult result =
      fit_semi_supervised(mixture, problem.x, AllowedComponents(problem.some(3), 3));
  CHECK(eigenmix_tests::is_sound(mixture));
  CHECK(std::isfinite(result.log_likelihood));
  problem.x.col(0).setConstant(1e25F);  // whose square no float holds
  Single as_before = problem.start[0];
  const std::string text = eigenmix_tests::rejection(
      [&] { fit_semi_supervised(as_before, problem.x, AllowedComponents(problem.some(3), 3)); });
  CAPTURE(text);
  CHECK(text.find("need") != std::string::npos);
  CHECK(as_before == problem.start[0]);
}

}  // namespace
