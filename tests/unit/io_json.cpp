// SPDX-License-Identifier: MIT
#include <support/catch.hpp>

#include <cmath>
#include <limits>
#include <sstream>
#include <stdexcept>

#include <support/data.hpp>
#include <support/golden.hpp>

#include <eigenmix/io/json.hpp>
#include <eigenmix/io/text.hpp>

// Mixtures as JSON, by nlohmann/json: the same bits back, and damage told by its pointer.

namespace {

using eigenmix::GaussianMixture;
using eigenmix::Index;
using nlohmann::json;
namespace covariance = eigenmix::covariance;

template <class Mixture>
Mixture three() {
  eigenmix::random::Engine engine(4);
  return eigenmix_tests::random_mixture<Mixture>(eigenmix_tests::dimension_of<Mixture>(3), 3, 4,
                                                 engine);
}

/// The text tells every bit, dimensions that are apart, and zeros of unlike signs.
template <class Mixture>
std::string text_of(const Mixture& mixture) {
  std::ostringstream out;
  save(out, mixture);
  return out.str();
}

template <class Mixture>
void check_comes_back(const Mixture& mixture) {
  const json written = mixture;
  const json read = json::parse(written.dump());
  CHECK(read == written);
  const Mixture again = read.get<Mixture>();
  CHECK(again == mixture);
  CHECK(text_of(again) == text_of(mixture));
  CHECK(again.parameter_count() == mixture.parameter_count());
  CHECK(read.get<GaussianMixture<typename Mixture::Scalar>>().covariances().size() ==
        mixture.covariances().size());
}

TEMPLATE_TEST_CASE("a mixture comes back from JSON to the bit", "[io_json]",
                   (GaussianMixture<double, 2>), (GaussianMixture<double>),
                   (GaussianMixture<float, 2, covariance::Spherical>),
                   (GaussianMixture<double, Eigen::Dynamic, covariance::Tied>),
                   (GaussianMixture<double, Eigen::Dynamic, covariance::EEI>),
                   (GaussianMixture<double, Eigen::Dynamic, covariance::EII>),
                   (GaussianMixture<double, Eigen::Dynamic, covariance::VVE>),
                   (GaussianMixture<long double, 2>)) {
  TestType mixture = three<TestType>();
  check_comes_back(mixture);
  mixture.set_noise({1 / 3.0, -1 / 7.0});
  check_comes_back(mixture);
}

TEST_CASE("extreme numbers come back from JSON to the bit", "[io_json]") {
  const auto check = [](auto zero) {
    using Scalar = decltype(zero);
    using Limits = std::numeric_limits<Scalar>;
    Eigen::Matrix<Scalar, 2, 3> means;
    means << Limits::denorm_min(), -3 * Limits::denorm_min(), -zero, Limits::min() / 3,
        Limits::max() / 4, zero;
    eigenmix_tests::Vector<Scalar> weights(3);
    weights << 1, Limits::denorm_min(), -zero;
    const eigenmix_tests::Matrix<Scalar> variances =
        eigenmix_tests::Matrix<Scalar>::Constant(2, 3, 4 * Limits::min());
    check_comes_back(GaussianMixture<Scalar, 2, covariance::Diagonal>(weights, means, variances));
  };
  check(0.0F);
  check(0.0);
  check(0.0L);
}

TEST_CASE("dimensions that are apart come back from JSON", "[io_json]") {
  std::ifstream file = eigenmix_tests::open_data("saved_1.txt");
  eigenmix::load<GaussianMixture<double>>(file);
  check_comes_back(eigenmix::load<GaussianMixture<double, 3, covariance::Spherical>>(file));
}

std::string refusal_of(const json& value) {
  try {
    value.get<GaussianMixture<double, 2>>();
  } catch (const std::runtime_error& error) {
    return error.what();
  } catch (const std::exception& error) {
    return std::string("another exception: ") + error.what();
  }
  return "nothing was thrown";
}

TEST_CASE("damaged JSON is told by its pointer", "[io_json]") {
  GaussianMixture<double, 2> mixture = three<GaussianMixture<double, 2>>();
  mixture.set_noise({0.1, -3});
  json sound = mixture;
  json changed = sound;
  changed["means"][0][0] = 1e-300;
  CHECK(refusal_of(changed).rfind("from_json: /checksum: checksum, got '", 0) == 0);
  sound.erase("checksum");
  sound["apart"] = {{1, 0.5}};
  CHECK_THAT(refusal_of(sound), eigenmix_tests::contains_text("from_json: /apart: dimension 1 of"));
  for (std::size_t k = 0; k < 3; ++k) {
    sound["means"][k][1] = 1;
    sound["covariances"][k] = {2, 0, 0, 0.5};
  }
  REQUIRE(refusal_of(sound) == "nothing was thrown");
  struct Damage {
    const char* pointer;
    json value;
    const char* told;
  };
  const Damage damages[] = {
      {"/format", "mixture", "from_json: /format: value, got 'mixture', need eigenmix-mixture"},
      {"/version", 2, "from_json: /version: version of the format, got 2, need 1"},
      {"/version", 1.5, "from_json: /version: value, got '1.5', need a number to count with"},
      {"/scalar", "half", "from_json: /scalar: scalar, got 'half', need float, double"},
      {"/scalar", 3, "from_json: /scalar: scalar, got number, need a string"},
      {"/family", 3, "from_json: /family: family, got number, need a string"},
      {"/dimension", 3, "from_json: /dimension: dimension, got 3, need 2; load it as"},
      {"/dimension", -2, "from_json: /dimension: value, got '-2', need a number to count with"},
      {"/weights", json::array(), "from_json: /weights: components, got 0, need at least one"},
      {"/weights", "1", "from_json: /weights: value, got string, need an array of numbers"},
      {"/weights/1", nullptr, "from_json: /weights/1: value, got 'null', need a finite number"},
      {"/weights/1", 0.9, "from_json: /weights: sum of the weights, got "},
      {"/weights/1", -0.1, "from_json: /weights: weight 1, got -0.1"},
      {"/means/2", {1, 2, 3}, "from_json: /means/2: values, got 3, need 2"},
      {"/means", {{1, 2}}, "from_json: /means: values, got 1, need 3"},
      {"/means/0/1", "nan", "from_json: /means/0/1: value, got '\"nan\"', need a finite number"},
      {"/storage", "round", "from_json: /storage: form of the covariances, got 'round'"},
      {"/storage", "isotropic", "from_json: /covariances/0: values, got 4, need 1"},
      {"/covariances", {{1, 0, 0, 1}}, "from_json: /covariances: covariances, got dense 1, need"},
      {"/covariances/1", {1, 2, 2, 1}, "from_json: /covariances/1: covariance 1, got one that"},
      {"/covariances/1", {1, 2, 2}, "from_json: /covariances/1: values, got 3, need 4"},
      {"/apart", 1, "from_json: /apart: value, got number, need an array"},
      {"/apart/0", {1}, "from_json: /apart/0: value, got '[1]', need a dimension and its"},
      {"/apart/0", {2, 1}, "from_json: /apart/0: dimension that is apart, got 2, need one of 2"},
      {"/noise", 1, "from_json: /noise: weight, got none, need one"},
      {"/noise/weight", 1,
       "from_json: /noise: weight of the noise, got 1, need a number in [0, 1)"},
      {"/noise/log_density", "x", "from_json: /noise/log_density: value, got '\"x\"', need a"},
  };
  for (const Damage& damage : damages) {
    json damaged = sound;
    damaged[json::json_pointer(damage.pointer)] = damage.value;
    const std::string text = refusal_of(damaged);
    CAPTURE(damage.pointer, text, damage.told);
    CHECK(text.rfind(damage.told, 0) == 0);
  }
  for (const char* name : {"format", "version", "scalar", "family", "dimension", "weights", "means",
                           "storage", "covariances"}) {
    json damaged = sound;
    damaged.erase(name);
    CHECK(refusal_of(damaged) == std::string("from_json: ") + name + ", got none, need one");
  }
  const json tied = three<GaussianMixture<double, Eigen::Dynamic, covariance::Tied>>();
  using Common = GaussianMixture<double, Eigen::Dynamic, covariance::VVE>;
  CHECK_THROWS_WITH(tied.get<Common>(),
                    "from_json: /family: family, got 'Tied', need VVE; load it as a mixture of its "
                    "family or covariance::Full");
  CHECK(refusal_of(json(3)) == "from_json: value, got number, need an object");
}

}  // namespace
