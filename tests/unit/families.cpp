// SPDX-License-Identifier: MIT
#include <array>
#include <sstream>
#include <tuple>

#include <support/catch.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>
#include <support/family_form.hpp>

// What volume, shape and orientation in common mean: parameters, the M-step, collapse,
// construction.

namespace {

using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::stopping::MaxIterations;
using namespace eigenmix::covariance;
using eigenmix_tests::FamilyForm;
using eigenmix_tests::Letters;
namespace degeneracy = eigenmix::degeneracy;
using Covariances = std::vector<Eigen::MatrixXd>;

/// Families whose components have parts in common, but are not all the same.
using Structured = std::tuple<VEI, EVI, VEE, EVE, VVE, EEV, VEV, EVV>;

template <class Family>
using Mixture = GaussianMixture<double, Eigen::Dynamic, Family>;

TEST_CASE("covariance parameters are those of mclust's table", "[families]") {
  // Volumes 1 or K, shapes d - 1 of them, axes d (d - 1) / 2 of them (Celeux & Govaert 1995, table
  // 1).
  const auto times = [](char letter, Index components) {
    return letter == 'V' ? components : letter == 'E' ? Index(1) : Index(0);
  };
  const auto check = [&](auto family) {
    using Family = decltype(family);
    using Is = Letters<Family>;
    for (Index d = 1; d <= 8; ++d) {
      for (Index k = 1; k <= 9; ++k) {
        CAPTURE(Family::code, d, k);
        CHECK(Family::parameter_count(d, k) == times(Is::volume, k) +
                                                   times(Is::shape, k) * (d - 1) +
                                                   times(Is::orientation, k) * (d * (d - 1) / 2));
      }
    }
    // mclust::nVarParams(code, d = 3, G = 4), and of all the families in one line.
    return Family::parameter_count(3, 4);
  };
  const auto counts = [&](auto... families) { return std::vector<Index>{check(families)...}; };
  CHECK(counts(EII(), VII(), EEI(), VEI(), EVI(), VVI(), EEE(), VEE(), EVE(), VVE(), EEV(), VEV(),
               EVV(),
               VVV()) == std::vector<Index>{1, 4, 3, 6, 9, 12, 6, 9, 12, 15, 15, 18, 21, 24});
}

// ---- The M-step ---------------------------------------------------------------------------------

Eigen::MatrixXd random_matrix(Index rows, Index cols, eigenmix::random::Engine& engine) {
  eigenmix::random::Normal normal;
  Eigen::MatrixXd result(rows, cols);
  for (Index j = 0; j < cols; ++j) {
    for (Index i = 0; i < rows; ++i) result(i, j) = normal(engine);
  }
  return result;
}

/// Second moments of few samples each, so far from any common form, and counts that differ tenfold.
template <class Family>
struct Estimates {
  using Layout = typename Family::Layout;
  using Storage = typename Layout::template Storage<double, Eigen::Dynamic>;

  Estimates(Index d, Index components, eigenmix::random::Engine& engine) : counts(components) {
    for (Index k = 0; k < components; ++k) {
      counts(k) = 1 + 9 * eigenmix::random::uniform(engine);
      const Eigen::MatrixXd x = random_matrix(d, 3 * d, engine);
      const Eigen::MatrixXd scaled = Eigen::VectorXd::LinSpaced(d, 0.5, 2).asDiagonal() * x;
      Eigen::MatrixXd moments = scaled * scaled.transpose() / double(3 * d) * counts(k);
      if (!Letters<Family>::is_dense) moments = moments.diagonal().eval().asDiagonal();
      second.push_back(moments);
    }
  }

  static Storage stored(const Covariances& covariances) {
    const Index d = covariances[0].rows(), width = Layout::storage_cols(d);
    Storage result(Layout::storage_rows(d), width * Index(covariances.size()));
    for (std::size_t k = 0; k < covariances.size(); ++k) {
      Layout::store(result.middleCols(Index(k) * width, width), covariances[k]);
    }
    return result;
  }

  Covariances united(const Storage& previous = Storage()) const {
    Storage storage = stored(second);
    Family::unite(counts, previous, storage);
    const Index d = second[0].rows(), width = Layout::storage_cols(d);
    Covariances result;
    for (Index k = 0; k < counts.size(); ++k) {
      result.push_back(Layout::dense(storage.middleCols(k * width, width), d));
    }
    return result;
  }

  double value(const FamilyForm<Family>& form) const {
    return form.expected_log_likelihood(counts, second);
  }
  double value(const Covariances& covariances) const {
    return value(FamilyForm<Family>(covariances));
  }

  Eigen::VectorXd counts;
  Covariances second;
};

double distance(const Covariances& a, const Covariances& b) {
  double largest = 0;
  for (std::size_t k = 0; k < a.size(); ++k) {
    largest = std::max(largest, (a[k] - b[k]).norm() / a[k].norm());
  }
  return largest;
}

/// What an inner iteration that ends at 1e-11 nats per sample and dimension may have left, where
/// it converges as slowly as 1 - 1/100 an iteration.
double left_to_gain(const Eigen::VectorXd& counts, Index d) {
  return 1e-9 * counts.sum() * double(d);
}

TEMPLATE_LIST_TEST_CASE("united covariances have the form, and no neighbour is more likely",
                        "[families]", Structured) {
  eigenmix::random::Engine engine(11);
  for (const Index d : {1, 2, 3, 5}) {
    for (const Index components : {1, 2, 4}) {
      const Estimates<TestType> estimates(d, components, engine);
      CAPTURE(TestType::name, d, components);
      const Covariances united = estimates.united();
      CHECK(eigenmix_tests::distance_from_form<TestType>(united) <= 1e-12);
      const FamilyForm<TestType> form(united);
      const double value = estimates.value(form);
      double best = -HUGE_VAL;
      for (const double size : {0.3, 1e-1, 1e-2, 1e-3}) {
        for (int i = 0; i < 50; ++i) {
          best = std::max(best, estimates.value(form.moved(size, engine)));
        }
      }
      CHECK(best <= value + left_to_gain(estimates.counts, d));
      CHECK(distance(united, Estimates<TestType>(estimates).united(
                                 Estimates<TestType>::stored(united))) <= 1e-4);
    }
  }
}

TEMPLATE_LIST_TEST_CASE("uniting covariances of the form changes nothing", "[families]",
                        Structured) {
  eigenmix::random::Engine engine(12);
  for (const Index d : {2, 3, 6}) {
    Estimates<TestType> estimates(d, 3, engine);
    estimates.second = estimates.united();
    const Covariances again = estimates.united();
    CHECK(distance(estimates.second, again) <= 1e-13 * double(d * d));
    const auto previous = Estimates<TestType>::stored(again);
    CHECK(distance(estimates.second, estimates.united(previous)) <= 1e-13 * double(d * d));
  }
}

TEMPLATE_LIST_TEST_CASE("an M-step is never less likely than what it starts from", "[families]",
                        Structured) {
  eigenmix::random::Engine engine(13);
  int better = 0;
  for (const Index d : {2, 4}) {
    for (int i = 0; i < 20; ++i) {
      const Estimates<TestType> estimates(d, 3, engine);
      // From the best that there is, through something worse, to axes and sizes that are all wrong.
      const FamilyForm<TestType> best(estimates.united());
      for (const double size : {1e-7, 1e-2, 3.0}) {
        const FamilyForm<TestType> before = best.moved(size, engine);
        const Covariances after =
            estimates.united(Estimates<TestType>::stored(before.covariances()));
        const double rounding = 1e-13 * std::abs(estimates.value(best));
        CHECK(estimates.value(after) >= estimates.value(before) - rounding);
        better += estimates.value(after) > estimates.value(before) ? 1 : 0;
      }
      // Spheres, which have no axes.
      const Eigen::MatrixXd sphere = Eigen::MatrixXd::Identity(d, d) * 0.7;
      const Covariances spheres(3, sphere);
      CHECK(estimates.value(estimates.united(Estimates<TestType>::stored(spheres))) >=
            estimates.value(spheres));
    }
  }
  CHECK(better >= 2 * 20 * 2);
}

TEST_CASE("common axes in the plane are the best of all angles", "[families]") {
  eigenmix::random::Engine engine(14);
  const auto check = [&](auto family, const auto& cost_of) {
    using Family = decltype(family);
    for (int i = 0; i < 50; ++i) {
      const Estimates<Family> estimates(2, 3, engine);
      double least = HUGE_VAL;
      for (int step = 0; step < 1000; ++step) {
        const double angle = 1.5707963267948966 * step / 1000;
        const Eigen::Vector2d p(std::cos(angle), std::sin(angle)), q(-p(1), p(0));
        Eigen::Matrix2Xd along(2, 3);
        for (Index k = 0; k < 3; ++k) {
          const Eigen::MatrixXd& second = estimates.second[std::size_t(k)];
          along.col(k) << p.dot(second * p), q.dot(second * q);
        }
        least = std::min(least, cost_of(estimates.counts, along));
      }
      // At the best variances the traces add up to a constant, one per sample and dimension.
      const double value = estimates.value(estimates.united());
      const double expected = -(least + 2 * estimates.counts.sum()) / 2;
      CAPTURE(Family::name, i);
      CHECK(value >= expected - left_to_gain(estimates.counts, 2));
      // A degree away the cost has risen by no more than its curvature, below 1e3, allows.
      CHECK(value <= expected + 1e3 * 0.00079 * 0.00079 * estimates.counts.sum());
    }
  };
  check(VVE(), [](const Eigen::VectorXd& counts, const Eigen::Matrix2Xd& along) {
    return along.array().log().colwise().sum().matrix().dot(counts);
  });
  check(EVE(), [](const Eigen::VectorXd& counts, const Eigen::Matrix2Xd& along) {
    const Eigen::RowVectorXd volumes = along.array().log().colwise().mean().exp();
    return 2 * counts.sum() * std::log(volumes.dot(counts) / counts.sum());
  });
}

// ---- Collapse -----------------------------------------------------------------------------------

/// Every policy as one type, so that a fit is compiled once.
struct AnyPolicy : degeneracy::ResolutionFloor {
  degeneracy::Action on_collapse(const degeneracy::Collapse&) {
    if (action == degeneracy::Action::reseed && --left < 0) return degeneracy::Action::floor;
    return action;
  }
  degeneracy::Action action = degeneracy::Action::floor;
  int left = 10;
};

struct Case {
  const char* name;
  Eigen::MatrixXd x;
  std::vector<Index> labels;
};

/// Three clouds of 20 in three dimensions, and what has become of the last.
std::vector<Case> collapses() {
  eigenmix::random::Engine engine(15);
  Eigen::MatrixXd x = random_matrix(3, 60, engine);
  std::vector<Index> labels;
  for (Index n = 0; n < 60; ++n) {
    labels.push_back(n / 20);
    x.col(n).array() += 6 * double(n / 20);
  }
  Eigen::MatrixXd duplicates = x, constant = x, flat = x;
  duplicates.rightCols(20).colwise() = Eigen::Vector3d(12, 13, 14);
  constant.row(1).setConstant(7.25);
  flat.row(2).tail(20).setConstant(12);
  std::vector<Index> few = labels;
  std::fill(few.begin() + 22, few.begin() + 40, 0);  // two samples in three dimensions
  return {{"healthy", x, labels},
          {"duplicates", duplicates, labels},
          {"fewer samples than dimensions", x, few},
          {"a constant row", constant, labels},
          {"a flat component", flat, labels}};
}

/// Entries are only as exact as the largest of their matrix, and a volume as the thinnest
/// direction: to eps times the condition.
/// \param constant  a dimension in which all samples are the same, which has a variance of its own
///                  outside of the family's form; or none
template <class Family>
void check_form(const Mixture<Family>& mixture, Index constant = -1) {
  CHECK(eigenmix_tests::is_sound(mixture));
  Covariances covariances = mixture.covariances();
  if (constant >= 0) {
    std::vector<Index> others;
    for (Index i = 0; i < mixture.dimension(); ++i) {
      if (i != constant) others.push_back(i);
    }
    for (Eigen::MatrixXd& covariance : covariances) covariance = covariance(others, others).eval();
  }
  const FamilyForm<Family> form(covariances);
  for (Index k = 0; k < form.component_count(); ++k) {
    const Eigen::MatrixXd& own = covariances[std::size_t(k)];
    const double condition = form.variances(k).maxCoeff() / form.variances(k).minCoeff();
    const double tolerance = 1e-12 + (Letters<Family>::volume == 'E' ? 1e-15 * condition : 0);
    CHECK(condition <= 1e13);
    CHECK((form.covariance(k) - own).norm() <= tolerance * own.norm());
  }
}

TEMPLATE_LIST_TEST_CASE("collapse leaves sound parameters of the family's form", "[families]",
                        Structured) {
  using degeneracy::Action;
  for (const Case& problem : collapses()) {
    const auto start = eigenmix::initialize<Mixture<TestType>>(
        problem.x, 3, eigenmix::initialization::FromLabels(problem.labels));
    const Index constant = problem.name == std::string("a constant row") ? 1 : -1;
    check_form(start, constant);
    for (const Action action : {Action::floor, Action::drop, Action::reseed, Action::raise_error}) {
      CAPTURE(problem.name, TestType::name, int(action));
      AnyPolicy policy;
      policy.action = action;
      Mixture<TestType> mixture = start;
      eigenmix::FitResult result;
      try {
        result = mixture.fit(problem.x, MaxIterations(30), eigenmix::fit_options(policy));
      } catch (const degeneracy::CollapsedComponent& error) {
        CHECK(action == Action::raise_error);
        CHECK(error.collapse().component < 3);
        CHECK(mixture == start);
        continue;
      }
      check_form(mixture, constant);
      CHECK(std::isfinite(result.log_likelihood));
      CHECK(mixture.log_density(problem.x).allFinite());
      CHECK(mixture.component_count() == 3 - result.repairs.dropped);
      if (action != Action::drop) CHECK(result.repairs.dropped == 0);
      if (action != Action::reseed) CHECK(result.repairs.reseeded == 0);
      if (action == Action::raise_error) CHECK(result.repairs.total() == 0);
      const bool is_healthy = problem.name == std::string("healthy");
      if (is_healthy) {
        CHECK(result.repairs.total() == 0);
        CHECK(result.collapsed_count == 0);
      }
      if (action == Action::floor) {
        for (std::size_t i = 2; i < result.log_likelihoods.size(); ++i) {
          CHECK(result.log_likelihoods[i] >=
                result.log_likelihoods[i - 1] - 1e-7 * std::abs(result.log_likelihoods[i]));
        }
      }
    }
  }
}

TEMPLATE_LIST_TEST_CASE("duplicates collapse a volume or axes of their own, and it is reported",
                        "[families]", Structured) {
  const Case duplicates = collapses()[1];
  const auto start = eigenmix::initialize<Mixture<TestType>>(
      duplicates.x, 3, eigenmix::initialization::FromLabels(duplicates.labels));
  AnyPolicy policy;
  Mixture<TestType> mixture = start;
  const auto result = mixture.fit(duplicates.x, MaxIterations(5), eigenmix::fit_options(policy));
  CAPTURE(TestType::name);
  const bool has_own_volumes = Letters<TestType>::volume == 'V';
  if (has_own_volumes) {
    CHECK(result.repairs.floored >= 5);
    CHECK(result.collapsed_count == 0);
    CHECK(result.atoms.size() == 1);
    policy.action = degeneracy::Action::raise_error;
    Mixture<TestType> thrown = start;
    CHECK_THROWS_AS(thrown.fit(duplicates.x, MaxIterations(5), eigenmix::fit_options(policy)),
                    degeneracy::CollapsedComponent);
    CHECK(thrown == start);
  }
}

// ---- Construction -------------------------------------------------------------------------------

TEMPLATE_LIST_TEST_CASE("a mixture refuses covariances of another form", "[families][bad input]",
                        Structured) {
  using Is = Letters<TestType>;
  eigenmix::random::Engine engine(16);
  const auto good = eigenmix_tests::random_mixture<Mixture<TestType>>(3, 3, 4, engine);
  const auto make = [&](const Covariances& covariances) {
    return Mixture<TestType>(good.weights(), good.means(), covariances);
  };
  const auto check_refused = [&](const Covariances& covariances) {
    eigenmix_tests::check_rejected("GaussianMixture", "covariance", "one unlike the others",
                                   TestType::common, [&] { make(covariances); });
  };
  CHECK(make(good.covariances()) == good);

  Covariances bad = good.covariances();
  bad[1] *= 1.001;  // keeps shape and orientation
  if (Is::volume == 'E') check_refused(bad);
  if (Is::volume == 'V') CHECK_NOTHROW(make(bad));

  bad = good.covariances();
  const FamilyForm<TestType> form(bad);
  Eigen::VectorXd variances = form.variances(1);
  const Eigen::MatrixXd axes =
      Is::is_dense ? Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(bad[1]).eigenvectors()
                   : Eigen::MatrixXd(Eigen::MatrixXd::Identity(3, 3));
  variances = (axes.transpose() * bad[1] * axes).diagonal();
  variances(0) *= 1.002;  // keeps volume and orientation
  variances(2) /= 1.002;
  bad[1] = axes * variances.asDiagonal() * axes.transpose();
  bad[1] = ((bad[1] + bad[1].transpose()) / 2).eval();
  if (Is::shape == 'E') check_refused(bad);
  if (Is::shape == 'V') CHECK_NOTHROW(make(bad));

  if (!Is::is_dense) return;
  bad = good.covariances();
  const Eigen::MatrixXd q = eigenmix_tests::random_reflection<double>(3, engine);
  bad[1] = q * bad[1] * q.transpose();  // keeps volume and shape
  bad[1] = ((bad[1] + bad[1].transpose()) / 2).eval();
  if (Is::orientation == 'E') check_refused(bad);
  if (Is::orientation == 'V') CHECK_NOTHROW(make(bad));
}

TEMPLATE_LIST_TEST_CASE("fitted parameters come back to the bit, printed ones to their digits",
                        "[families]", Structured) {
  const Case problem = collapses()[0];
  auto mixture = eigenmix::initialize<Mixture<TestType>>(
      problem.x, 3, eigenmix::initialization::FromLabels(problem.labels));
  mixture.fit(problem.x, MaxIterations(7), eigenmix::fit_options(AnyPolicy()));
  CHECK(Mixture<TestType>(mixture.weights(), mixture.means(), mixture.covariances()) == mixture);

  const auto printed = [](const auto& matrix) {
    Eigen::MatrixXd result = matrix;
    for (Index i = 0; i < result.size(); ++i) {
      std::stringstream stream;  // six significant digits
      stream << result(i);
      stream >> result(i);
    }
    return result;
  };
  Covariances covariances;
  for (const Eigen::MatrixXd& covariance : mixture.covariances()) {
    covariances.push_back(printed(covariance));
  }
  const Mixture<TestType> read(Eigen::VectorXd(printed(mixture.weights())),
                               printed(mixture.means()), covariances);
  // Half a unit of the sixth digit of means below 20, in deviations above one half.
  CHECK(eigenmix_tests::parameter_distance(mixture, read) <= 1e-4);
  CHECK(read != mixture);
}

}  // namespace
