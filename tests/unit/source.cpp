// SPDX-License-Identifier: MIT

// Samples of another kind than a matrix: what can make moments has every fit.

#include <string>
#include <utility>

#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>

#include <eigenmix/em/visit_densities.hpp>
#include <eigenmix/selection/of_mixture.hpp>
#include <eigenmix/selection/select.hpp>

namespace {

using eigenmix::FitResult;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::initialize;
using eigenmix_tests::check_rejected;
namespace covariance = eigenmix::covariance;
namespace detail = eigenmix::detail;
namespace selection = eigenmix::selection;

/// Samples that a source hands out backwards, of which it knows no more than the contract asks for.
template <class Scalar_>
class Backwards {
 public:
  using MakesMoments = void;
  using Scalar = Scalar_;
  static constexpr int RowsAtCompileTime = Eigen::Dynamic;
  using Samples = Eigen::Matrix<Scalar, Eigen::Dynamic, Eigen::Dynamic>;

  explicit Backwards(const Samples& x) : x_(x.rowwise().reverse()) {}

  const Samples& samples() const { return x_; }

  template <class Parameters>
  class Pass {
   public:
    static constexpr bool is_complete = true;
    using AnySamples = detail::AnySamples<Scalar, Parameters::Dim>;
    using Opened = decltype(detail::Boundary<Scalar, Parameters::Dim>::checked(
        "", std::declval<Samples>(), 1));

    Pass(const char* where, const Samples& x, Index dimension,
         const detail::AnyExecution& execution)
        : opened_(detail::Boundary<Scalar, Parameters::Dim>::checked(where, x, dimension)),
          samples_(opened_),
          execution_(execution) {}

    void survey(bool may_set_apart) { samples_.survey(may_set_apart); }
    void accumulate(const Parameters& parameters, typename Parameters::Moments& moments) {
      detail::MomentPass<Parameters>(samples_, execution_).accumulate(parameters, moments);
    }
    void accumulate_about_means(const Parameters& parameters,
                                typename Parameters::Moments& moments) {
      detail::MomentPass<Parameters>(samples_, execution_)
          .accumulate_about_means(parameters, moments);
    }
    const detail::Columns& columns() const { return samples_.columns(); }
    const AnySamples* samples() const { return &samples_; }
    Index dimension() const { return samples_.dimension(); }
    Index count() const { return samples_.count(); }
    Index positive_count() const { return samples_.positive_count(); }
    Scalar weight(Index) const { return 1; }
    void evaluate(const Parameters& parameters, const detail::Vector<Scalar>& constants,
                  detail::SampleVisit<Scalar> visit) {
      detail::visit_densities(parameters, samples_, execution_, constants, visit);
    }
    void report(const Parameters&, FitResult& result) const { result.stopped_by += ", backwards"; }

   private:
    Opened opened_;
    AnySamples samples_;
    detail::AnyExecution execution_;
  };

  template <class Parameters>
  Pass<Parameters> open(const char* where, Index dimension,
                        const detail::AnyExecution& execution) const {
    return Pass<Parameters>(where, x_, dimension, execution);
  }

  template <class Other, int Dim>
  detail::StandIn<Other, Dim> stand_in(const char*) const {
    return {x_, detail::Vector<Other>::Ones(x_.cols()), eigenmix::WeightMeaning::count};
  }

 private:
  Samples x_;
};

using Mixture = GaussianMixture<double>;

Backwards<double> three_groups() {
  eigenmix::random::Engine engine(3);
  Eigen::MatrixXd means(2, 3);
  means << 0, 5, 2, 0, 1, 6;
  const Mixture truth(Eigen::Vector3d::Constant(1 / 3.0), means,
                      {Eigen::Matrix2d::Identity(), 2 * Eigen::Matrix2d::Identity(),
                       0.5 * Eigen::Matrix2d::Identity()});
  return Backwards<double>(truth.sample(400, engine).samples);
}

}  // namespace

TEST_CASE("whoever makes the same moments has the same fit, to the bit", "[source]") {
  const auto source = three_groups();
  auto mixture = initialize<Mixture>(source, 3);
  CHECK(mixture == initialize<Mixture>(source.samples(), 3));
  Mixture plain = mixture;
  const FitResult of_source = mixture.fit(source), of_plain = plain.fit(source.samples());
  CHECK(mixture == plain);
  CHECK(of_source.log_likelihoods == of_plain.log_likelihoods);
  CHECK(of_source.effective_counts == of_plain.effective_counts);
  CHECK(of_source.stopped_by == of_plain.stopped_by + ", backwards");
  CHECK(mixture.moments(source) == plain.moments(source.samples()));
}

TEST_CASE("a source is evaluated like a matrix", "[source]") {
  const auto source = three_groups();
  const auto& x = source.samples();
  auto mixture = initialize<Mixture>(source, 3);
  for (const double noise : {0.0, 0.1}) {
    mixture.set_noise({noise, -4});
    // Twice exp and log to an ulp or so, of values of some tens.
    constexpr double tolerance = 1e-13;
    const auto close = [&](const auto& a, const auto& b) {
      return ((a - b).array().abs() <= tolerance * (1 + b.array().abs())).all();
    };
    CHECK(close(mixture.log_component_densities(source), mixture.log_component_densities(x)));
    CHECK(close(mixture.log_density(source), mixture.log_density(x)));
    CHECK(close(mixture.responsibilities(source), mixture.responsibilities(x)));
    CHECK(close(mixture.log_responsibilities(source), mixture.log_responsibilities(x)));
    CHECK(mixture.classify(source) == mixture.classify(x));
    CHECK(std::abs(mixture.log_likelihood(source) / mixture.log_likelihood(x) - 1) < 1e-14);
    const auto of_source = selection::criterion_input(mixture, source);
    const auto of_x = selection::criterion_input(mixture, x);
    CHECK(of_source.sample_weight == of_x.sample_weight);
    CHECK(std::abs(of_source.hard_classification / of_x.hard_classification - 1) < 1e-12);
    CHECK(std::abs(of_source.soft_classification / of_x.soft_classification - 1) < 1e-12);
    CHECK(std::abs(bic(mixture, source) / bic(mixture, x) - 1) < 1e-14);
  }
}

TEST_CASE("searches and choices of a model take sources", "[source]") {
  const auto source = three_groups();
  const auto& x = source.samples();
  CHECK(eigenmix::fit_best<Mixture>(source, 3).mixture ==
        eigenmix::fit_best<Mixture>(x, 3).mixture);
  const eigenmix::initialization::Restarts restarts{2};
  CHECK(eigenmix::fit_best<Mixture>(source, 3, restarts).mixture ==
        eigenmix::fit_best<Mixture>(x, 3, restarts).mixture);
  auto of_source = initialize<Mixture>(source, 2), of_x = of_source;
  grow(of_source, source);
  grow(of_x, x);
  CHECK(of_source == of_x);
  const auto families = selection::families<covariance::Full, covariance::Spherical>();
  const auto chosen = selection::select(source, families, selection::components(1, 4));
  const auto plain = selection::select(x, families, selection::components(1, 4));
  CHECK(chosen.best().component_count == plain.best().component_count);
  CHECK(chosen.best().family == plain.best().family);
  CHECK(chosen.best().fit.log_likelihood == plain.best().fit.log_likelihood);
  // What NEC compares with is one normal distribution, whatever cells have beside.
  const auto options = eigenmix::fit_options(
      eigenmix::uniform_noise(x, 0.2),
      eigenmix::prior::NormalInverseWishart(Eigen::Matrix2d(5 * Eigen::Matrix2d::Identity()), 9));
  const auto noisy = selection::select(source, families, selection::components(2, 2), options);
  const double single = selection::single_log_likelihood<Mixture>(x);
  CHECK(std::abs(noisy.grid().cells()[0].input.single_log_likelihood / single - 1) < 1e-12);
}

TEST_CASE("a source is checked like a matrix", "[source]") {
  const auto source = three_groups();
  auto mixture = initialize<Mixture>(source, 3);
  const Backwards<double> two(source.samples().leftCols(2));
  check_rejected("fit", "samples of positive weight", "2", "at least as many as components, 3",
                 [&] { mixture.fit(two); });
}
