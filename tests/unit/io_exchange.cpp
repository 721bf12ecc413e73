// SPDX-License-Identifier: MIT
#include <cmath>
#include <iomanip>
#include <sstream>
#include <stdexcept>

#include <support/catch.hpp>
#include <support/closeness.hpp>
#include <support/data.hpp>
#include <support/failure.hpp>
#include <support/golden.hpp>

#include <eigenmix/io/mclust.hpp>
#include <eigenmix/io/opencv.hpp>
#include <eigenmix/io/scikit_learn.hpp>
#include <eigenmix/io/text.hpp>

// Mixtures that scikit-learn, mclust and OpenCV fitted: files that the programs wrote themselves,
// see data/make_exchange.py, with the log-likelihood that they computed.

namespace {

using eigenmix::GaussianMixture;
using eigenmix::Index;
using eigenmix::MclustArrays;
using eigenmix::OpencvArrays;
using eigenmix::OpencvFormat;
using eigenmix::ScikitLearnArrays;
using eigenmix_tests::check_error;
using eigenmix_tests::check_rejected;
using eigenmix_tests::contains_text;
using eigenmix_tests::Record;
namespace covariance = eigenmix::covariance;

template <class Family>
using Dynamic = GaussianMixture<double, Eigen::Dynamic, Family>;
using Full = Dynamic<covariance::Full>;

Eigen::MatrixXd doubles(const Record& record, const std::string& key) {
  return record.matrix(key).cast<double>();
}

/// A sum of at most 272 log densities of some digits' size: both programs round in each, by a few
/// epsilons times the squared distances, below 100, and covariances' conditions, below 1e4.
void check_log_likelihood(const Record& record, const std::string& key, double got) {
  CAPTURE(record.name);
  const double wanted = double(record.number(key));
  check_error("log-likelihood", std::abs(got - wanted) / std::abs(wanted), 1e-12);
}

double log_likelihood(const Full& mixture, const std::string& data) {
  return mixture.log_likelihood(eigenmix_tests::read_data(data).samples);
}

/// Of a mixture of any family, by one type's code. What both compute differs by rounding.
template <class Mixture>
double log_likelihood_of(const Mixture& mixture, const std::string& data) {
  Full full(mixture.weights(), mixture.means(), mixture.covariances());
  full.set_noise(mixture.noise());
  return log_likelihood(full, data);
}

// scikit-learn

ScikitLearnArrays::Type sklearn_type(const std::string& name) {
  using Type = ScikitLearnArrays::Type;
  if (name == "full") return Type::full;
  if (name == "tied") return Type::tied;
  return name == "diag" ? Type::diag : Type::spherical;
}

ScikitLearnArrays sklearn_arrays(const Record& record) {
  return {sklearn_type(record.text("covariance_type")), doubles(record, "weights"),
          doubles(record, "means"), doubles(record, "covariances"),
          doubles(record, "precisions_cholesky")};
}

/// Largest difference of entries, relative to the largest one.
template <class Matrix>
double difference(const Matrix& a, const Matrix& b) {
  if (a.rows() != b.rows() || a.cols() != b.cols()) return HUGE_VAL;
  return (a - b).cwiseAbs().maxCoeff() / b.cwiseAbs().maxCoeff();
}

/// In through a family, and out again. Cholesky factors of covariances of conditions up to 1e4
/// differ by that times epsilon. The rest is what came in, but that weights sum to one; and that
/// covariances are symmetric, which scikit-learn's tied ones are to 3e-15.
template <class Family>
void check_sklearn(const Record& record) {
  CAPTURE(record.name);
  ScikitLearnArrays arrays = sklearn_arrays(record);
  const auto mixture = eigenmix::from_scikit_learn<Dynamic<Family>>(arrays);
  check_log_likelihood(record, "log_likelihood", log_likelihood_of(mixture, record.text("data")));
  const ScikitLearnArrays out = to_scikit_learn(mixture);
  CHECK(out.covariance_type == arrays.covariance_type);
  check_error("weights", difference(out.weights, arrays.weights), 1e-15);
  CHECK(out.means == arrays.means);
  check_error("covariances", difference(out.covariances, arrays.covariances), 1e-14);
  check_error("precisions_cholesky",
              difference(out.precisions_cholesky, arrays.precisions_cholesky), 1e-11);
  // Nothing is lost that comes out.
  CHECK(eigenmix::from_scikit_learn<Dynamic<Family>>(out) == mixture);
  // Of the factors alone.
  const auto covariances = arrays.covariances;
  arrays.covariances.resize(0, 0);
  const auto of_factors = eigenmix::from_scikit_learn<Full>(arrays);
  check_error("covariances of factors", eigenmix_tests::parameter_distance(of_factors, mixture),
              1e-11);
}

TEST_CASE("scikit-learn's mixtures of all four types", "[io_exchange]") {
  for (const Record& record : eigenmix_tests::read_golden("exchange/scikit_learn.txt")) {
    const std::string& type = record.text("covariance_type");
    if (type == "full") check_sklearn<covariance::Full>(record);
    if (type == "tied") check_sklearn<covariance::Tied>(record);
    if (type == "diag") check_sklearn<covariance::Diagonal>(record);
    if (type == "spherical") check_sklearn<covariance::Spherical>(record);
    const auto full = eigenmix::from_scikit_learn<Full>(sklearn_arrays(record));
    check_log_likelihood(record, "log_likelihood", log_likelihood(full, record.text("data")));
  }
}

TEST_CASE("scikit-learn's arrays that do not fit are refused", "[io_exchange]") {
  const auto records = eigenmix_tests::read_golden("exchange/scikit_learn.txt");
  const ScikitLearnArrays sound = sklearn_arrays(records[0]);  // full, of iris
  const char* where = "from_scikit_learn";
  const auto refused = [&](const std::string& what, const std::string& got, const std::string& need,
                           const ScikitLearnArrays& arrays) {
    check_rejected(where, what, got, need, [&] { eigenmix::from_scikit_learn<Full>(arrays); });
  };
  ScikitLearnArrays arrays = sound;
  arrays.covariance_type = ScikitLearnArrays::Type::diag;
  refused("shape of covariances", "12 x 4", "3 x 4", arrays);
  arrays.covariance_type = ScikitLearnArrays::Type::spherical;
  refused("shape of covariances", "12 x 4", "3 x 1", arrays);
  arrays = sound;
  arrays.weights.conservativeResize(2);
  refused("shape of means", "3 x 4", "2 x 4", arrays);
  arrays = sound;
  arrays.covariances.resize(0, 0);
  arrays.precisions_cholesky(5, 1) = -1;
  refused("precisions_cholesky", "-1", "> 0", arrays);
  check_rejected(where, "dimension of the means", "4", "2",
                 [&] { eigenmix::from_scikit_learn<GaussianMixture<double, 2>>(sound); });
  check_rejected("GaussianMixture", "covariance 0", "another structure", "zeros off the diagonal",
                 [&] { eigenmix::from_scikit_learn<Dynamic<covariance::Diagonal>>(sound); });
  arrays = sound;
  arrays.covariances(0, 0) = -1;
  check_rejected("GaussianMixture", "covariance 0", "not positive definite", "positive definite",
                 [&] { eigenmix::from_scikit_learn<Full>(arrays); });
  Full noisy = eigenmix::from_scikit_learn<Full>(sound);
  noisy.set_noise({0.1, -3});
  check_rejected("to_scikit_learn", "weight of the noise", "0.1",
                 "scikit-learn knows no background", [&] { to_scikit_learn(noisy); });
  check_rejected("to_opencv", "weight of the noise", "0.1", "OpenCV knows no background",
                 [&] { to_opencv(noisy); });
}

TEST_CASE("floats and long doubles go out as doubles", "[io_exchange]") {
  const auto check = [](auto scalar) {
    using Mixture = GaussianMixture<decltype(scalar), 2>;
    eigenmix::random::Engine engine(3);
    const auto mixture = eigenmix_tests::random_mixture<Mixture>(2, 3, 4, engine);
    const auto narrow = eigenmix::from_scikit_learn<Mixture>(to_scikit_learn(mixture));
    const double error = eigenmix_tests::parameter_distance(mixture, narrow);
    check_error("parameters", error, 4 * std::numeric_limits<double>::epsilon());
    CHECK(to_opencv(narrow).means == to_scikit_learn(mixture).means);
    CHECK(to_mclust(narrow).mean == to_scikit_learn(mixture).means.transpose());
  };
  check(1.0F);
  check(1.0L);
}

// mclust

MclustArrays mclust_arrays(const Record& record) {
  return {record.text("modelName"), doubles(record, "pro"), doubles(record, "mean"),
          doubles(record, "sigma"), record.has("Vinv") ? double(record.number("Vinv")) : 0};
}

template <class Family>
void check_mclust(const Record& record) {
  CAPTURE(record.name);
  const MclustArrays arrays = mclust_arrays(record);
  const auto mixture = eigenmix::from_mclust<Dynamic<Family>>(arrays);
  check_log_likelihood(record, "loglik", log_likelihood_of(mixture, record.text("data")));
  const MclustArrays out = to_mclust(mixture);
  CHECK(out.model_name == arrays.model_name);
  check_error("pro", difference(out.pro, arrays.pro), 1e-15);
  CHECK(out.mean == arrays.mean);
  check_error("sigma", difference(out.sigma, arrays.sigma), 1e-15);
  check_error("vinv", std::abs(out.vinv - arrays.vinv), 1e-15);
}

template <class Family>
void check_mclust_of(const std::vector<Record>& records) {
  Index found = 0;
  for (const Record& record : records) {
    if (record.text("modelName") != Family::code) continue;
    check_mclust<Family>(record);
    ++found;
  }
  CHECK(found > 0);
}

TEST_CASE("mclust's fourteen models, one and several dimensions, and noise", "[io_exchange]") {
  const auto records = eigenmix_tests::read_golden("exchange/mclust.txt");
  check_mclust_of<covariance::EII>(records);
  check_mclust_of<covariance::VII>(records);
  check_mclust_of<covariance::EEI>(records);
  check_mclust_of<covariance::VEI>(records);
  check_mclust_of<covariance::EVI>(records);
  check_mclust_of<covariance::VVI>(records);
  check_mclust_of<covariance::EEE>(records);
  check_mclust_of<covariance::VEE>(records);
  check_mclust_of<covariance::EVE>(records);
  check_mclust_of<covariance::VVE>(records);
  check_mclust_of<covariance::EEV>(records);
  check_mclust_of<covariance::VEV>(records);
  check_mclust_of<covariance::EVV>(records);
  check_mclust_of<covariance::VVV>(records);
  Index with_noise = 0, of_one_dimension = 0;
  for (const Record& record : records) {
    const MclustArrays arrays = mclust_arrays(record);
    const auto full = eigenmix::from_mclust<Full>(arrays);
    check_log_likelihood(record, "loglik", log_likelihood(full, record.text("data")));
    with_noise += full.noise().weight > 0 ? 1 : 0;
    if (arrays.model_name == "E") check_mclust<covariance::EII>(record);
    if (arrays.model_name == "V") check_mclust<covariance::VII>(record);
    of_one_dimension += arrays.model_name.size() == 1 ? 1 : 0;
  }
  CHECK(with_noise == 1);
  CHECK(of_one_dimension == 2);
}

TEST_CASE("mclust's arrays that do not fit are refused", "[io_exchange]") {
  const auto records = eigenmix_tests::read_golden("exchange/mclust.txt");
  const MclustArrays sound = mclust_arrays(records.back());  // VVV and noise, of faithful
  REQUIRE(sound.vinv > 0);
  const auto refused = [](const std::string& what, const std::string& got, const std::string& need,
                          const MclustArrays& arrays) {
    check_rejected("from_mclust", what, got, need, [&] { eigenmix::from_mclust<Full>(arrays); });
  };
  MclustArrays arrays = sound;
  arrays.model_name = "VVW";
  refused("model_name", "'VVW'", "a modelName of mclust", arrays);
  arrays = sound;
  arrays.vinv = 0;
  refused("shape of pro", "3 x 1", "2 x 1", arrays);
  arrays.vinv = -1;
  refused("vinv", "-1", "> 0", arrays);
  arrays = sound;
  arrays.pro(2) = 1;
  refused("pro of the noise", "1", "[0, 1)", arrays);
  arrays = sound;
  arrays.sigma.conservativeResize(2, 2);
  refused("shape of covariances", "2 x 2", "2 x 4", arrays);
  check_rejected("from_mclust", "model_name", "VVV", "VVE of the mixture's family",
                 [&] { eigenmix::from_mclust<Dynamic<covariance::VVE>>(sound); });
  // One variance for all components of one dimension.
  const auto one =
      eigenmix::from_mclust<Full>({"E", Eigen::Vector2d(0.5, 0.5), Eigen::RowVector2d(1, 2),
                                   Eigen::MatrixXd::Constant(1, 1, 3), 0});
  CHECK(one.covariance(1)(0, 0) == 3);
  Full far = eigenmix::from_mclust<Full>(sound);
  far.set_noise({0.1, -1e4});
  check_rejected("to_mclust", "density of the noise", "0", "> 0", [&] { to_mclust(far); });
  // The background is as wide as the components where all samples are equal: no constant.
  Eigen::MatrixXd flat = Eigen::MatrixXd::Zero(2, 40);
  for (Index n = 0; n < 40; ++n) flat(0, n) = double(n * n % 17);
  Full with_noise = eigenmix::initialize<Full>(flat, 1);
  with_noise.fit(flat, eigenmix::fit_options(eigenmix::uniform_noise(flat, 0.2)));
  check_rejected("to_mclust", "noise", "tells nothing", "vary", [&] { to_mclust(with_noise); });
}

// OpenCV

OpencvArrays read(const Record& record, const std::string& ending) {
  std::ifstream file = eigenmix_tests::open_data("exchange/" + record.text("file") + ending);
  return eigenmix::read_opencv(file);
}

bool is_same(const OpencvArrays& a, const OpencvArrays& b) {
  return a.type == b.type && a.weights == b.weights && a.means == b.means && a.covs == b.covs;
}

/// What predict2 adds up to: of spherical covariances it takes log variance once.
double predicted(const Full& mixture, bool is_spherical, const Eigen::MatrixXd& x) {
  Eigen::MatrixXd log_parts = mixture.log_component_densities(x);
  for (Index k = 0; k < mixture.component_count(); ++k) {
    log_parts.row(k).array() += std::log(mixture.weights()(k));
    const double log_variance = std::log(mixture.covariance(k)(0, 0));
    if (is_spherical) log_parts.row(k).array() += double(x.rows() - 1) / 2 * log_variance;
  }
  double sum = 0;
  for (Index n = 0; n < x.cols(); ++n) sum += std::log(log_parts.col(n).array().exp().sum());
  return sum;
}

template <class Family>
void check_opencv(const OpencvArrays& arrays) {
  const auto mixture = eigenmix::from_opencv<Dynamic<Family>>(arrays);
  const OpencvArrays out = to_opencv(mixture);
  CHECK(out.type == arrays.type);
  CHECK(out.means == arrays.means);
  check_error("weights", difference(out.weights, arrays.weights), 1e-15);
  check_error("covs", difference(out.covs, arrays.covs), 1e-15);
  for (const OpencvFormat format : {OpencvFormat::yaml, OpencvFormat::json}) {
    std::stringstream stream;
    stream << std::hex << std::setprecision(3);
    eigenmix::write_opencv(stream, out, format);
    CHECK(is_same(eigenmix::read_opencv(stream), out));
  }
}

TEST_CASE("OpenCV's mixtures of all three types, in YAML and JSON", "[io_exchange]") {
  for (const Record& record : eigenmix_tests::read_golden("exchange/opencv.txt")) {
    CAPTURE(record.name);
    const OpencvArrays arrays = read(record, ".yml");
    CHECK(is_same(arrays, read(record, ".json")));
    const bool is_spherical = arrays.type == OpencvArrays::Type::spherical;
    const auto full = eigenmix::from_opencv<Full>(arrays);
    const Eigen::MatrixXd x = eigenmix_tests::read_data(record.text("data")).samples;
    check_log_likelihood(record, "log_likelihood", full.log_likelihood(x));
    check_log_likelihood(record, "predict2", predicted(full, is_spherical, x));
    // Its predict2 is no density of spheres.
    CHECK((std::abs(full.log_likelihood(x) - double(record.number("predict2"))) > 100) ==
          is_spherical);
    if (is_spherical) check_opencv<covariance::Spherical>(arrays);
    if (arrays.type == OpencvArrays::Type::diagonal) check_opencv<covariance::Diagonal>(arrays);
    if (arrays.type == OpencvArrays::Type::generic) check_opencv<covariance::Full>(arrays);
  }
}

std::string refusal_of(const std::string& text) {
  try {
    std::istringstream in(text);
    eigenmix::read_opencv(in);
  } catch (const std::runtime_error& error) {
    return error.what();
  } catch (const std::exception& error) {
    return std::string("another exception: ") + error.what();
  }
  return "nothing was thrown";
}

std::string whole(const std::string& name) {
  std::ifstream file = eigenmix_tests::open_data("exchange/" + name);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  REQUIRE(text.find(from) != std::string::npos);
  return text.replace(text.find(from), from.size(), to);
}

TEST_CASE("damaged files of OpenCV are told by their line", "[io_exchange]") {
  const std::string yaml = whole("opencv_faithful_generic.yml");
  const std::string json = whole("opencv_faithful_generic.json");
  REQUIRE(refusal_of(yaml) == "nothing was thrown");
  struct Damage {
    const char* from;
    const char* to;
    const char* told;
  };
  const Damage damages[] = {
      {"%YAML", "%XML", "read_opencv: line 1: beginning, got '%XML:1.0', need %YAML:1.0 or {"},
      {"---", "--", "read_opencv: line 3: third word, got"},
      {"generic", "round", "read_opencv: line 6: cov_mat_type, got 'round', need spherical"},
      {"weights:", "weight:", "read_opencv: line 4: weights, got none, need that of a trained"},
      {"weights:", "weights", "read_opencv: line 10: "},
      {"cols: 2", "cols: 3", "read_opencv: line 14: numbers of the data, got 2, need 1 x 3"},
      {"rows: 1", "rows: -1", "read_opencv: line 11: rows, got '-1', need a number to count with"},
      {"dt: d", "dt: u", "read_opencv: line 11: dt, got 'u', need d or f"},
      {"[ ", "[ .Nan, ", "read_opencv: line 14: numbers of the data, got 3, need 1 x 2"},
      {" ]", ", x ]", "read_opencv: line 14: numbers of the data"},
      {"e-01", "e-01x", "read_opencv: line 14: data, got '3.5588593435811100e-01x', need a finite"},
      {"epsilon", "  epsilon", "read_opencv: line 8: indentation, got"},
      {" ]", "", "read_opencv: line 15: list, got"},
      {"covs:", "covs: 3", "read_opencv: line "},
  };
  for (const Damage& damage : damages) {
    const std::string text = refusal_of(replaced(yaml, damage.from, damage.to));
    CAPTURE(damage.from, damage.to, text);
    CHECK(text.rfind(damage.told, 0) == 0);
  }
  for (const auto& [from, to] : {std::pair("\"weights\"", "weights\""),
                                 {"{", "["},
                                 {"},", "}"},
                                 {"\"d\"", "\"d"},
                                 {"2,", "2"},
                                 {"]", "}"}}) {
    const std::string text = refusal_of(replaced(json, from, to));
    CAPTURE(from, to, text);
    CHECK(text.rfind("read_opencv: line ", 0) == 0);
  }
  CHECK_THAT(refusal_of(json + "more"), contains_text("text behind the end, got 'more'"));
  CHECK_THAT(refusal_of(""), contains_text("line 1: beginning, got ''"));
  CHECK_THAT(refusal_of(std::string(9999, '[')), contains_text("need %YAML"));
  CHECK_THAT(refusal_of("{a:" + std::string(9999, '[')), contains_text("nesting"));
  std::string deep = "%YAML:1.0\n---\n";
  for (std::size_t i = 0; i < 99; ++i) deep += std::string(i, ' ') + "a:\n";
  CHECK_THAT(refusal_of(deep), contains_text("nesting"));
  // Cut off anywhere they are refused, but for the blanks behind the last bracket.
  for (const std::string& file : {yaml, json}) {
    for (std::size_t size = 0; size < file.find_last_of("]}"); ++size) {
      const std::string text = refusal_of(file.substr(0, size));
      CAPTURE(size, text);
      REQUIRE(text.rfind("read_opencv: line ", 0) == 0);
    }
  }
}

TEST_CASE("arrays of OpenCV that do not fit are refused", "[io_exchange]") {
  const auto records = eigenmix_tests::read_golden("exchange/opencv.txt");
  OpencvArrays arrays = read(records.back(), ".yml");
  check_rejected("from_opencv", "dimension of the means", "2", "3",
                 [&] { eigenmix::from_opencv<GaussianMixture<double, 3>>(arrays); });
  arrays.weights.conservativeResize(1);
  std::ostringstream out;
  check_rejected("from_opencv", "shape of means", "2 x 2", "1 x 2",
                 [&] { eigenmix::from_opencv<Full>(arrays); });
  check_rejected("write_opencv", "shape of means", "2 x 2", "1 x 2",
                 [&] { eigenmix::write_opencv(out, arrays); });
  arrays = read(records.back(), ".yml");
  arrays.covs.conservativeResize(2, 3);
  check_rejected("write_opencv", "shape of covs", "2 x 3", "2 x 4",
                 [&] { eigenmix::write_opencv(out, arrays); });
  CHECK(out.str().empty());
}

// As text, too: here is a fit of spheres.
TEST_CASE("a dimension that told nothing goes out with its variance", "[io_exchange]") {
  using Spherical = Dynamic<covariance::Spherical>;
  Eigen::MatrixXd x = eigenmix_tests::read_data("iris").samples;
  x.row(1).setConstant(3);
  auto mixture = eigenmix::initialize<Spherical>(x, 3, eigenmix::initialization::fast());
  REQUIRE(mixture.fit(x).uninformative == std::vector<Index>{1});
  CHECK(to_scikit_learn(mixture).covariance_type == ScikitLearnArrays::Type::diag);
  CHECK(to_opencv(mixture).type == OpencvArrays::Type::diagonal);
  const auto full = eigenmix::from_scikit_learn<Full>(to_scikit_learn(mixture));
  CHECK(full.covariances() == mixture.covariances());
  std::stringstream text;
  save(text, mixture);
  save(text, mixture);
  const auto again = eigenmix::load<Spherical>(text);
  CHECK(again == mixture);
  CHECK(again.parameter_count() == mixture.parameter_count());
  CHECK(again.log_density(x) == mixture.log_density(x));
  CHECK(Spherical(again).fit(x).log_likelihood >= mixture.log_likelihood(x) - 1e-9);
  const auto as_full = eigenmix::load<Full>(text);
  CHECK(as_full.covariances() == mixture.covariances());
  CHECK(as_full.parameter_count() == 2 + 3 * 3 + 3 * 6);  // of the three other dimensions
}

}  // namespace
