// SPDX-License-Identifier: MIT
#include <support/cases.hpp>
#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/data.hpp>

// data/cases of other families.

namespace {

using eigenmix::FitResult;
using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::initialize;
using eigenmix_tests::CaseFile;
using eigenmix_tests::check_error;
using eigenmix_tests::read_case;
namespace covariance = eigenmix::covariance;
using FromLabels = eigenmix::initialization::FromLabels;

template <class Family, class Scalar = double>
using Mixture = GaussianMixture<Scalar, Eigen::Dynamic, Family>;

TEST_CASE("a constant column leaves a closed form what it is", "[cases]") {
  const Eigen::MatrixXd x = read_case("constant_column").samples;
  auto mixture = initialize<Mixture<covariance::EEV>>(x, 1);
  const FitResult result = mixture.fit(x);
  CHECK(result.converged());
  CHECK(result.iterations <= 2);
  CHECK(result.uninformative == std::vector<Index>{3});
}

template <class Family>
void check_closed_form_of_floats() {
  const Eigen::MatrixXf x = read_case("cloud_float").samples.cast<float>();
  auto mixture = initialize<Mixture<Family, float>>(x, 1);
  const FitResult result = mixture.fit(x);
  CHECK(result.converged());
  CHECK(result.iterations <= 2);
}

TEST_CASE("an ordinary cloud of floats, one sphere: converged", "[cases]") {
  check_closed_form_of_floats<covariance::EII>();
  check_closed_form_of_floats<covariance::Spherical>();
}

/// A fit of what a fit returned is not below it.
template <class Family>
void check_at_rest(const char* name, Index components) {
  CAPTURE(name, Family::name, components);
  const CaseFile file = read_case(name, true);
  for (const bool from_labels : {false, true}) {
    CAPTURE(from_labels);
    auto mixture =
        from_labels ? initialize<Mixture<Family>>(file.samples, components, FromLabels(file.labels))
                    : initialize<Mixture<Family>>(file.samples, components);
    const double first = mixture.fit(file.samples).log_likelihood;
    const FitResult again = mixture.fit(file.samples);
    CHECK(again.converged());
    // Covariances on the floor have a condition of 3e10 at most, rounded to eps of their entries.
    const double rounding = 3e10 * 2.3e-16 * double(file.samples.cols());
    CHECK(again.log_likelihood >= first - rounding);
  }
}

TEST_CASE("the fit of a fitted mixture never ends lower", "[cases]") {
  check_at_rest<covariance::Full>("collinear", 2);
  check_at_rest<covariance::EVI>("constant_column_refit", 4);
  check_at_rest<covariance::EVV>("constant_column_refit", 4);
}

template <class Scalar>
void check_binary() {
  using Spherical = Mixture<covariance::Spherical, Scalar>;
  const CaseFile file = read_case("binary_float", true);
  const eigenmix_tests::Matrix<Scalar> x = file.samples.template cast<Scalar>();
  for (const bool from_labels : {false, true}) {
    auto mixture = from_labels ? initialize<Spherical>(x, 2, FromLabels(file.labels))
                               : initialize<Spherical>(x, 2);
    const FitResult result = mixture.fit(x);
    CHECK(result.converged());
    CHECK(result.atoms.size() == 2);
    CHECK(result.collapsed_count == 0);
    CHECK(result.uninformative.size() == 2);
  }
}

TEST_CASE("zeros and ones have a fit", "[cases]") {
  check_binary<double>();
  check_binary<float>();
}

template <class Family>
void check_two_samples() {
  Eigen::MatrixXd x(3, 2);
  x << 0, 4, 0, 3, 0, 3;
  auto mixture = initialize<Mixture<Family>>(x, 1);
  const FitResult result = mixture.fit(x);
  CHECK(eigenmix_tests::is_sound(mixture));
  CHECK(result.soundness() != eigenmix::Soundness::sound);
}

TEST_CASE("two samples in three dimensions are told to be too few", "[cases]") {
  check_two_samples<covariance::EVE>();
  check_two_samples<covariance::VVE>();
}

}  // namespace
