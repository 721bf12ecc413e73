// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_LAWS_LAWS_HPP
#define EIGENMIX_TESTS_LAWS_LAWS_HPP

#include <laws/digests.hpp>
#include <support/catch.hpp>
#include <support/data.hpp>
#include <support/law_tolerances.hpp>
#include <support/same_bits.hpp>

// What every mixture must obey, whatever its scalar, dimension and family. Each file stamps `check`
// over mixture types of one family or a few, and `check_briefly` over the others.
//
// Comparisons of matrices stand in double parentheses: Catch2 would compile a printer for each.

namespace eigenmix_tests {
namespace laws {

using eigenmix::counted;
using eigenmix::stopping::MaxIterations;

/// A dimension that takes the blocked kernels, where it is not fixed.
template <class Mixture>
constexpr Index law_dimension() {
  return dimension_of<Mixture>(12);
}

/// Overlapping components (two and a half deviations apart), so that every responsibility counts.
template <class Mixture>
struct Problem {
  using Scalar = typename Mixture::Scalar;
  using Samples = typename Mixture::Means;

  explicit Problem(Index n, std::uint64_t seed = 1, Index components = 3)
      : engine(seed),
        truth(random_mixture<Mixture>(law_dimension<Mixture>(), components, 2.5, engine)),
        start(perturbed(truth)),
        x(truth.sample(n, engine).samples) {}

  eigenmix::random::Engine engine;
  Mixture truth, start;
  Samples x;
};

template <class Mixture>
using TolerancesOf =
    LawTolerances<typename Mixture::Scalar, has_iterative_m_step<typename Mixture::Covariance>>;

/// Index 0, 1, ... in the order of a random permutation.
inline std::vector<Index> random_order(Index count, eigenmix::random::Engine& engine) {
  std::vector<Index> order(static_cast<std::size_t>(count));
  for (Index i = 0; i < count; ++i) order[std::size_t(i)] = i;
  for (Index i = count - 1; i > 0; --i) {
    const Index j = eigenmix::random::uniform_index(engine, i + 1);
    std::swap(order[std::size_t(i)], order[std::size_t(j)]);
  }
  return order;
}

template <class Samples>
Samples select(const Samples& x, const std::vector<Index>& columns) {
  Samples result(x.rows(), static_cast<Index>(columns.size()));
  for (std::size_t i = 0; i < columns.size(); ++i) result.col(Index(i)) = x.col(columns[i]);
  return result;
}

template <class Mixture>
Mixture select_components(const Mixture& mixture, const std::vector<Index>& order) {
  Vector<typename Mixture::Scalar> weights(mixture.component_count());
  std::vector<typename Mixture::CovarianceMatrix> covariances;
  for (std::size_t k = 0; k < order.size(); ++k) {
    weights(Index(k)) = mixture.weights()(order[k]);
    covariances.push_back(mixture.covariance(order[k]));
  }
  return Mixture(weights, select(mixture.means(), order), covariances);
}

/// Largest absolute difference, infinite where the shapes differ.
template <class A, class B>
double largest_difference(const A& a, const B& b) {
  if (a.rows() != b.rows() || a.cols() != b.cols()) return HUGE_VAL;
  return double((a - b).cwiseAbs().maxCoeff());
}

template <class Mixture>
void likelihood_never_falls_and_parameters_stay_sound() {
  Problem<Mixture> problem(300);
  const auto result = problem.start.fit(problem.x, MaxIterations(25),
                                        eigenmix::fit_options(eigenmix::acceleration::None()));
  CHECK(result.status == eigenmix::FitStatus::iteration_limit);
  CHECK(result.iterations == 25);
  CHECK(result.repairs.total() == 0);
  REQUIRE(result.log_likelihoods.size() == 26);
  // The noise of two sums, each within the tolerance of one.
  CHECK(never_falls(result.log_likelihoods, 2 * TolerancesOf<Mixture>::mean_log_likelihood, 300));
  CHECK(result.log_likelihoods.back() > result.log_likelihoods.front());
  CHECK(is_sound(problem.start));
  check_digest(problem.start, result, &KnownDigest::from_given_start);
}

template <class Mixture>
void fit_reports_the_parameters_it_returns() {
  const Problem<Mixture> problem(300);
  const double tolerance = 300 * TolerancesOf<Mixture>::mean_log_likelihood;
  for (const Index iterations : {0, 1, 4}) {
    Mixture mixture = problem.start;
    const auto result = mixture.fit(problem.x, MaxIterations(iterations));
    CHECK(result.iterations == iterations);
    CHECK(result.log_likelihood == result.log_likelihoods.back());
    CHECK_THAT(result.log_likelihood,
               WithinAbs(double(mixture.log_likelihood(problem.x)), tolerance));
    const Vector<double> counts =
        mixture.responsibilities(problem.x).template cast<double>().rowwise().sum();
    CHECK(largest_difference(counts, result.effective_counts) <= 300 * TolerancesOf<Mixture>::step);
    if (iterations == 0) CHECK(mixture == problem.start);
  }
}

template <class Mixture>
void trace_matches_the_iterations() {
  const Problem<Mixture> problem(120);
  Mixture whole = problem.start;
  const auto result = whole.fit(problem.x, MaxIterations(3));
  REQUIRE(result.log_likelihoods.size() == 4);
  for (Index i = 0; i <= 3; ++i) {
    Mixture part = problem.start;
    CHECK(part.fit(problem.x, MaxIterations(i)).log_likelihood ==
          result.log_likelihoods[std::size_t(i)]);
  }
}

template <class Mixture>
void responsibilities_are_a_distribution() {
  using Tolerances = TolerancesOf<Mixture>;
  const Problem<Mixture> problem(100);
  const auto e = problem.start.e_step(problem.x);
  CHECK((e.responsibilities.array() >= 0).all());
  // A sum of three numbers, each of which is rounded in the division.
  CHECK(double((e.responsibilities.colwise().sum().array() - 1).abs().maxCoeff()) <=
        8 * Tolerances::eps);
  CHECK((e.responsibilities == problem.start.responsibilities(problem.x)));
  // Equation 5 from the densities, by plain exp in long double.
  const Matrix<Wide> joint =
      (problem.start.log_component_densities(problem.x).template cast<Wide>().array().exp())
          .matrix();
  const auto weights = problem.start.weights().template cast<Wide>().eval();
  for (Index n = 0; n < problem.x.cols(); ++n) {
    const Vector<Wide> share = joint.col(n).cwiseProduct(weights);
    const Wide sum = share.sum();
    CHECK(double((e.responsibilities.col(n).template cast<Wide>() - share / sum)
                     .cwiseAbs()
                     .maxCoeff()) <= Tolerances::responsibility);
    CHECK_THAT(double(problem.start.log_density(problem.x)(n)),
               WithinAbs(double(std::log(sum)), Tolerances::log_density));
    Index most = 0;
    e.responsibilities.col(n).maxCoeff(&most);
    const Wide gap = share.maxCoeff() - share(problem.start.classify(problem.x)(n));
    CHECK(double(gap / sum) <= Tolerances::responsibility);
  }
}

template <class Mixture>
void order_of_samples_does_not_matter() {
  Problem<Mixture> problem(300);
  const auto shuffled = select(problem.x, random_order(300, problem.engine));
  Mixture a = problem.start, b = problem.start;
  const auto of_a = a.fit(problem.x, MaxIterations(5));
  const auto of_b = b.fit(shuffled, MaxIterations(5));
  CHECK(parameter_distance(a, b) <= TolerancesOf<Mixture>::fit(5));
  CHECK_THAT(of_a.log_likelihood,
             WithinAbs(of_b.log_likelihood, 300 * TolerancesOf<Mixture>::fit(5)));
}

template <class Mixture>
void order_of_components_does_not_matter() {
  const Problem<Mixture> problem(300);
  const std::vector<Index> order{2, 0, 1};
  Mixture a = problem.start, b = select_components(problem.start, order);
  a.fit(problem.x, MaxIterations(5));
  b.fit(problem.x, MaxIterations(5));
  CHECK(parameter_distance(select_components(a, order), b) <= TolerancesOf<Mixture>::fit(5));
}

/// A x + b of the kind a family does not notice (Celeux & Govaert 1995, table 1, or A Σ A^T by
/// hand). A common shape with axes of their own, or shapes of their own along common axes, are kept
/// by a reflection and one factor, as spheres are; coordinate axes by a scale for each; all other
/// forms, which are volumes times matrices that are common or free, by any map.
template <class Mixture>
struct AffineMap {
  using Scalar = typename Mixture::Scalar;
  using Is = Letters<typename Mixture::Covariance>;
  static constexpr bool is_similarity =
      Is::is_spherical || (Is::is_dense && Is::shape != Is::orientation);

  AffineMap(Index d, eigenmix::random::Engine& engine) {
    // Scales from 1/2 to 2 between the axes, so the condition of `linear` is at most 4.
    Vector<Scalar> scale(d);
    for (Index i = 0; i < d; ++i) {
      scale(i) = Scalar(std::exp2(2 * eigenmix::random::uniform(engine) - 1));
    }
    if (is_similarity) scale.setConstant(scale(0));
    linear = scale.asDiagonal();
    if (is_similarity || Is::is_dense) {
      linear = random_reflection<Scalar>(d, engine).lazyProduct(linear).eval();
    }
    shift = Vector<Scalar>::LinSpaced(d, Scalar(-1), Scalar(3));
    log_determinant = double(scale.array().log().sum());
    isotropic_factor = scale(0) * scale(0);
  }

  typename Mixture::Means operator()(const typename Mixture::Means& x) const {
    return linear.lazyProduct(x).colwise() + shift;
  }

  Mixture operator()(const Mixture& mixture) const {
    std::vector<typename Mixture::CovarianceMatrix> covariances;
    for (Index k = 0; k < mixture.component_count(); ++k) {
      const Matrix<Scalar> before = mixture.covariance(k);
      typename Mixture::CovarianceMatrix after = before * isotropic_factor;
      if (!Is::is_spherical) {
        const Matrix<Scalar> turned = linear.lazyProduct(before.lazyProduct(linear.transpose()));
        after = (turned + turned.transpose()) / 2;
      }
      covariances.push_back(after);
    }
    return Mixture(mixture.weights(), (*this)(mixture.means()), covariances);
  }

  Matrix<Scalar> linear;
  Vector<Scalar> shift;
  double log_determinant;
  Scalar isotropic_factor;
};

template <class Mixture>
void affine_maps_of_the_samples_map_the_result() {
  Problem<Mixture> problem(300);
  const AffineMap<Mixture> map(problem.x.rows(), problem.engine);
  Mixture a = problem.start, b = map(problem.start);
  const auto of_a = a.fit(problem.x, MaxIterations(5));
  const auto of_b = b.fit(map(problem.x), MaxIterations(5));
  // The mapped covariances have the condition of the map's square, 16, times that of the others.
  CHECK(parameter_distance(map(a), b) <= 16 * TolerancesOf<Mixture>::fit(5));
  CHECK_THAT(of_b.log_likelihood, WithinAbs(of_a.log_likelihood - 300 * map.log_determinant,
                                            16 * 300 * TolerancesOf<Mixture>::fit(5)));
}

/// The maximum-likelihood normal distribution of the samples, in long double.
struct ClosedForm {
  Vector<Wide> weights() const { return Vector<Wide>::Ones(1); }
  const Matrix<Wide>& means() const { return mean; }
  const Matrix<Wide>& covariance(Index) const { return only_covariance; }
  Index component_count() const { return 1; }
  Index dimension() const { return mean.rows(); }

  Matrix<Wide> mean, only_covariance;
};

template <class Family>
ClosedForm closed_form(const Matrix<Wide>& x) {
  using Is = Letters<Family>;
  const Matrix<Wide> mean = x.rowwise().mean();
  const Matrix<Wide> centred = x - mean.replicate(1, x.cols());
  Matrix<Wide> covariance = centred.lazyProduct(centred.transpose()) / Wide(x.cols());
  if (!Is::is_dense) covariance = covariance.diagonal().eval().asDiagonal();
  if (Is::is_spherical) covariance.diagonal().setConstant(covariance.trace() / Wide(x.rows()));
  return {mean, covariance};
}

template <class Mixture>
void one_component_is_the_closed_form() {
  const Problem<Mixture> problem(300);
  const Problem<Mixture> other(10, 2, 1);
  Mixture mixture = other.start;
  const auto result = mixture.fit(problem.x, MaxIterations(1));
  CHECK(result.repairs.total() == 0);
  const Matrix<Wide> x = problem.x.template cast<Wide>();
  CHECK(parameter_distance(mixture, closed_form<typename Mixture::Covariance>(x)) <=
        TolerancesOf<Mixture>::m_step);
  CHECK(mixture.weights()(0) == 1);
  CHECK_THAT(result.effective_counts(0), WithinRel(300.0, 8 * TolerancesOf<Mixture>::eps));
}

template <class Mixture>
void moments_of_a_union_are_the_sum() {
  const Problem<Mixture> problem(301);
  using Samples = typename Mixture::Means;
  const Samples left = problem.x.leftCols(107), right = problem.x.rightCols(194);
  const auto whole = problem.start.moments(problem.x);
  auto sum = problem.start.moments(left);
  const auto of_right = problem.start.moments(right);
  auto moved = of_right;  // origins may depend on the samples
  moved.recentre(sum.origin());
  const Vector<typename Mixture::Real> flat = sum.flat() + moved.flat();
  sum += of_right;
  CHECK((sum.flat() == flat));
  sum.recentre(whole.origin());
  CHECK(sum.total_weight() == 301);
  // All entries are sums of 301 terms of the size of one deviation, or its square, or below 100.
  const double scale = 301 * 100;
  CHECK(largest_difference(sum.flat(), whole.flat()) <= scale * TolerancesOf<Mixture>::step);
  CHECK_THAT(double(whole.log_likelihood()),
             WithinAbs(double(problem.start.log_likelihood(problem.x)),
                       301 * TolerancesOf<Mixture>::mean_log_likelihood));
}

template <class Mixture>
void moments_are_a_value() {
  const Problem<Mixture> problem(150);
  using Moments = typename Mixture::Moments;
  using Real = typename Mixture::Real;
  const Moments moments = problem.start.moments(problem.x);
  Moments copy = moments;
  CHECK(copy == moments);
  const Moments zero(moments.origin());
  CHECK(zero.flat().cwiseAbs().maxCoeff() == 0);
  CHECK(zero != moments);
  copy += zero;
  CHECK(copy == moments);
  copy *= Real(2);  // a power of two is exact
  Moments twice = moments;
  twice += moments;
  CHECK(copy == twice);
  CHECK(copy.total_weight() == 300);
  copy.flat() = moments.flat();
  CHECK(copy == moments);
  // The means and the M-step do not depend on a common factor.
  Mixture a = problem.start, b = problem.start;
  a.m_step(moments);
  b.m_step(twice);
  CHECK(parameter_distance(a, b) <= 8 * TolerancesOf<Mixture>::eps);
}

template <class Mixture>
void recentring_is_exact_to_rounding() {
  const Problem<Mixture> problem(150);
  using Real = typename Mixture::Real;
  const auto moments = problem.start.moments(problem.x);
  auto moved = moments;
  const typename Mixture::Moments::Origin origin = moments.origin().array() + Real(3);
  moved.recentre(origin);
  CHECK((moved.origin() == origin));
  CHECK(moved != moments);
  const double eps = double(std::numeric_limits<Real>::epsilon());
  // Second moments grow from one deviation squared to 3² D <= 81 times that before they come back.
  CHECK(largest_difference(moved.means(), moments.means()) <= 1e3 * eps);
  auto back = moved;
  back.recentre(moments.origin());
  CHECK(largest_difference(back.flat(), moments.flat()) <= 150 * 100 * 1e3 * eps);
  auto sum = moments;
  sum += moved;
  CHECK(largest_difference(sum.flat(), (2 * moments.flat()).eval()) <= 150 * 100 * 1e3 * eps);
  // In the units of the data too: about the new origins the sums are those of x - origin.
  const auto& counts = moments.counts();
  for (Index k = 0; k < counts.size(); ++k) {
    const Vector<Real> first =
        moments.first().col(k) - counts(k) * Vector<Real>::Constant(origin.rows(), Real(3));
    CHECK(largest_difference(moved.first().col(k), first) <= 150 * 100 * eps);
  }
}

/// Tiles and packets end at these numbers or beside them.
template <class Mixture>
void number_of_samples_may_be_any() {
  using Tolerances = TolerancesOf<Mixture>;
  const Problem<Mixture> problem(1025);
  using Samples = typename Mixture::Means;
  const auto log_density = problem.start.log_density(problem.x);
  const auto responsibilities = problem.start.responsibilities(problem.x);
  for (const Index n : {1, 7, 8, 9, 255, 256, 257, 1023, 1025}) {
    const Samples x = problem.x.leftCols(n);
    const auto moments = problem.start.moments(x);
    CHECK(largest_difference(problem.start.log_density(x), log_density.leftCols(n)) <=
          Tolerances::log_density);
    CHECK(largest_difference(problem.start.responsibilities(x), responsibilities.leftCols(n)) <=
          Tolerances::responsibility);
    const Vector<double> counts =
        responsibilities.leftCols(n).template cast<double>().rowwise().sum();
    CHECK(largest_difference(moments.counts().template cast<double>(), counts) <=
          double(n) * Tolerances::step);
    CHECK(moments.total_weight() == typename Mixture::Real(n));
    CHECK_THAT(double(moments.log_likelihood()),
               WithinAbs(double(log_density.leftCols(n).template cast<Wide>().sum()),
                         double(n) * Tolerances::mean_log_likelihood));
    auto pieces = problem.start.moments(Samples(x.leftCols((n + 1) / 2)));
    if (n > 1) pieces += problem.start.moments(Samples(x.rightCols(n / 2)));
    pieces.recentre(moments.origin());  // origins may depend on the samples
    CHECK(largest_difference(pieces.flat(), moments.flat()) <= double(n) * 100 * Tolerances::step);
  }
}

template <class Mixture>
void integer_weights_are_repetition() {
  const Problem<Mixture> problem(200);
  Vector<typename Mixture::Scalar> weights(200);
  std::vector<Index> repeated;
  for (Index n = 0; n < 200; ++n) {
    weights(n) = typename Mixture::Scalar((n * 7) % 4);
    for (Index i = 0; i < (n * 7) % 4; ++i) repeated.push_back(n);
  }
  Mixture a = problem.start, b = problem.start;
  const auto of_a = a.fit(counted(problem.x, weights), MaxIterations(5));
  const auto of_b = b.fit(select(problem.x, repeated), MaxIterations(5));
  const double total = double(repeated.size());
  CHECK(parameter_distance(a, b) <= TolerancesOf<Mixture>::fit(5));
  CHECK_THAT(of_a.log_likelihood,
             WithinAbs(of_b.log_likelihood, total * TolerancesOf<Mixture>::fit(5)));
  CHECK_THAT(double(a.log_likelihood(counted(problem.x, weights))),
             WithinAbs(of_a.log_likelihood, total * TolerancesOf<Mixture>::mean_log_likelihood));
  CHECK(largest_difference(of_a.effective_counts, of_b.effective_counts) <=
        total * TolerancesOf<Mixture>::fit(5));
}

template <class Mixture>
void samples_without_weight_do_not_matter() {
  using Scalar = typename Mixture::Scalar;
  const Problem<Mixture> problem(200);
  typename Mixture::Means more(problem.x.rows(), 210);
  more.leftCols(7).setConstant(Scalar(1e3));  // where a sample that counts would wreck the fit
  more.middleCols(7, 200) = problem.x;
  more.rightCols(3).setConstant(Scalar(-1e3));
  Vector<Scalar> weights = Vector<Scalar>::Zero(210);
  weights.segment(7, 200).setOnes();
  Mixture a = problem.start, b = problem.start;
  const auto of_a = a.fit(counted(more, weights), MaxIterations(5));
  const auto of_b = b.fit(problem.x, MaxIterations(5));
  CHECK(parameter_distance(a, b) <= TolerancesOf<Mixture>::fit(5));
  CHECK_THAT(of_a.log_likelihood,
             WithinAbs(of_b.log_likelihood, 200 * TolerancesOf<Mixture>::fit(5)));
}

/// Where an accelerated fit ends EM has nothing to gain either.
template <class Mixture>
void leaps_end_where_em_rests() {
  using Scalar = typename Mixture::Scalar;
  const Problem<Mixture> problem(300);
  Mixture mixture = problem.start;
  const auto result =
      mixture.fit(problem.x, eigenmix::stopping::AitkenAcceleration(1e-4) || MaxIterations(2000),
                  eigenmix::fit_options(eigenmix::acceleration::QuasiNewton(5)));
  CHECK(result.converged());
  CHECK(result.passes > result.iterations);
  CHECK(never_falls(result.log_likelihoods, 2 * TolerancesOf<Mixture>::mean_log_likelihood, 300));
  CHECK(is_sound(mixture));
  const auto more = mixture.fit(problem.x, MaxIterations(20),
                                eigenmix::fit_options(eigenmix::acceleration::None()));
  const double rounding = 300 * TolerancesOf<Mixture>::mean_log_likelihood;
  const double allowed = std::is_same_v<Scalar, float> ? 2e-4 + 10 * rounding : 2e-4;
  CHECK(more.log_likelihood - result.log_likelihood <= allowed);
}

template <class Mixture>
void same_seed_same_result() {
  const Problem<Mixture> one(150, 5), two(150, 5), third(150, 6);
  CHECK((one.x == two.x));
  CHECK((one.x != third.x));
  auto a = eigenmix::initialize<Mixture>(one.x, 3), b = eigenmix::initialize<Mixture>(two.x, 3);
  CHECK(a == b);
  const auto of_a = a.fit(one.x, MaxIterations(10)), of_b = b.fit(two.x, MaxIterations(10));
  CHECK(a == b);
  CHECK(of_a.log_likelihoods == of_b.log_likelihoods);
  check_digest(a, of_a, &KnownDigest::from_default_start);
}

template <class Mixture>
void steps_by_hand_equal_the_fit() {
  const Problem<Mixture> problem(300);
  Mixture by_fit = problem.start, by_moments = problem.start, by_steps = problem.start;
  const auto result = by_fit.fit(problem.x, MaxIterations(1));
  CHECK(by_moments.m_step(by_moments.moments(problem.x)).total() == 0);
  const auto e = by_steps.e_step(problem.x);
  CHECK_THAT(double(e.log_likelihood), WithinAbs(result.log_likelihoods[0],
                                                 300 * TolerancesOf<Mixture>::mean_log_likelihood));
  CHECK(by_steps.m_step(problem.x, e.responsibilities).total() == 0);
  CHECK(by_moments == by_fit);  // the very same computation
  CHECK(parameter_distance(by_fit, by_steps) <= TolerancesOf<Mixture>::m_step);
}

/// With means twelve apart and deviations below 1.5 no sample is in doubt, so estimates have their
/// textbook standard errors; six of those are exceeded once in 5e8 cases.
template <class Mixture>
void fitting_samples_recovers_the_truth() {
  constexpr Index n = 4000;
  eigenmix::random::Engine engine(9);
  const auto truth = random_mixture<Mixture>(law_dimension<Mixture>(), 2, 12, engine);
  Mixture fitted = perturbed(truth);
  fitted.fit(typename Mixture::Means(truth.sample(n, engine).samples), MaxIterations(20));
  // Means sigma / sqrt(n_k), covariances at most sigma_i sigma_j sqrt(2 / n_k), weights less; the
  // lighter component has a third of the samples at least.
  CHECK(parameter_distance(truth, fitted) <= 6 * std::sqrt(2.0 / (n / 3.0)));
}

/// A law and its name, by which a report tells it.
struct Law {
  const char* name;
  void (*check)();
};

/// All laws, each in a section of its own. \return how many were looked at in this pass: one
template <class Mixture>
int check() {
  constexpr Law laws[] = {
      {"likelihood never falls and parameters stay sound",
       &likelihood_never_falls_and_parameters_stay_sound<Mixture>},
      {"fit reports the parameters it returns", &fit_reports_the_parameters_it_returns<Mixture>},
      {"trace matches the iterations", &trace_matches_the_iterations<Mixture>},
      {"steps by hand equal the fit", &steps_by_hand_equal_the_fit<Mixture>},
      {"fitting samples recovers the truth", &fitting_samples_recovers_the_truth<Mixture>},
      {"leaps end where EM rests", &leaps_end_where_em_rests<Mixture>},
      {"same seed same result", &same_seed_same_result<Mixture>},
      {"responsibilities are a distribution", &responsibilities_are_a_distribution<Mixture>},
      {"order of samples does not matter", &order_of_samples_does_not_matter<Mixture>},
      {"order of components does not matter", &order_of_components_does_not_matter<Mixture>},
      {"affine maps of the samples map the result",
       &affine_maps_of_the_samples_map_the_result<Mixture>},
      {"one component is the closed form", &one_component_is_the_closed_form<Mixture>},
      {"moments of a union are the sum", &moments_of_a_union_are_the_sum<Mixture>},
      {"moments are a value", &moments_are_a_value<Mixture>},
      {"recentring is exact to rounding", &recentring_is_exact_to_rounding<Mixture>},
      {"number of samples may be any", &number_of_samples_may_be_any<Mixture>},
      {"integer weights are repetition", &integer_weights_are_repetition<Mixture>},
      {"samples without weight do not matter", &samples_without_weight_do_not_matter<Mixture>},
  };
  int checked = 0;
  for (const Law& law : laws) {
    DYNAMIC_SECTION(law.name) {
      law.check();
      ++checked;
    }
  }
  return checked;
}

/// The laws that a family's M-step could break by itself, with one fit to compile, for scalars and
/// dimensions whose kernels other mixtures have taken through all laws. \return how the fit went
template <class Mixture>
eigenmix::FitResult check_briefly() {
  const Problem<Mixture> problem(1100);  // several tiles, the last one not full
  const auto fitted = [&](const auto& execution, const auto& samples, eigenmix::FitResult& result) {
    Mixture mixture = problem.start;
    result = mixture.fit(samples, MaxIterations(4), eigenmix::fit_options(AnyExecution(execution)));
    return mixture;
  };
  const Vector<typename Mixture::Scalar> twos = Vector<typename Mixture::Scalar>::Constant(1100, 2);
  const Vector<typename Mixture::Scalar> ones = Vector<typename Mixture::Scalar>::Ones(2200);
  typename Mixture::Means twice(problem.x.rows(), 2200);
  twice << problem.x, problem.x;
  eigenmix::FitResult serial, threads, repeated;
  const eigenmix::execution::Serial one_thread;
  const Mixture mixture = fitted(one_thread, counted(problem.x, twos), serial);
  CHECK(never_falls(serial.log_likelihoods, 2 * TolerancesOf<Mixture>::mean_log_likelihood, 2200));
  CHECK(is_sound(mixture));
  CHECK(mixture == fitted(eigenmix::execution::Threads(3), counted(problem.x, twos), threads));
  CHECK(serial.log_likelihoods == threads.log_likelihoods);
  check_digest(mixture, serial, &KnownDigest::from_given_start);
  CHECK(parameter_distance(mixture, fitted(one_thread, counted(twice, ones), repeated)) <=
        TolerancesOf<Mixture>::fit(4));
  Mixture by_steps = problem.start;
  for (int i = 0; i < 4; ++i) by_steps.m_step(problem.x, by_steps.responsibilities(problem.x));
  CHECK(parameter_distance(mixture, by_steps) <= TolerancesOf<Mixture>::fit(4));
  return serial;
}

}  // namespace laws
}  // namespace eigenmix_tests

#endif  // EIGENMIX_TESTS_LAWS_LAWS_HPP
