// SPDX-License-Identifier: MIT
// Fully converged references: plain EM without regularisation, relative change <= 1e-13, from a
// hard partition, so that no random number is involved. Log-likelihoods are printed to 6 decimals,
// BIC to 4. The classification likelihoods are not flat at the optimum and need parameters that
// have converged further: they are what `data/make_golden.py criteria` prints.

#include "support/oracle_converged.hpp"

using namespace eigenmix_tests;

namespace {

struct Reference {
  std::string start;
  std::string family;
  double first;      ///< log-likelihood of the first E-step
  double converged;  ///< log-likelihood at the end
  Index parameters;
  double bic;       ///< -2 L + parameters log N
  double icl_hard;  ///< BIC - 2 Σ_n log r of the most responsible component
  double icl_soft;  ///< BIC - 2 Σ_nk r log r
};

const std::vector<Reference> references = {
    {"iris", "EII", -414.697951, -401.802176, 15, 878.7639, 884.139232, 891.542168},
    {"iris", "EEI", -364.517364, -361.425522, 18, 813.0425, 820.726423, 827.328738},
    {"faithful", "EII", -1709.709378, -1709.681373, 6, 3452.9976, 3455.798572, 3459.838245},
    {"faithful", "EEI", -1162.367535, -1157.680012, 7, 2354.6006, 2356.274609, 2357.266482},
    {"iris", "spherical", -392.498414, -384.314095, 17, 853.8090, 860.900728, 870.275977},
    {"iris", "diag", -309.362758, -306.860461, 26, 743.9974, 754.922011, 764.905419},
    {"iris", "tied", -256.646184, -256.354043, 24, 632.9633, 637.794456, 645.614535},
    {"iris", "full", -182.920849, -180.185477, 44, 580.8389, 584.045458, 590.585401},
    {"faithful", "spherical", -1709.540856, -1709.529282, 7, 3458.2992, 3460.876746, 3465.111027},
    {"faithful", "diag", -1160.709391, -1147.806353, 9, 2346.0649, 2346.160839, 2346.517392},
    {"faithful", "tied", -1145.286911, -1140.186759, 8, 2325.2199, 2326.709390, 2327.998054},
    {"faithful", "full", -1143.419144, -1130.263960, 11, 2322.1917, 2322.704682, 2323.581219},
    {"faithful 3", "tied", -1130.974063, -1126.315928, 11, 2314.2957, 2358.389488, 2399.781491},
    {"diabetes", "full", -2315.305003, -2295.093456, 29, 4734.5122, 4748.777276, 4768.571538},
};

struct Start {
  Eigen::MatrixXd samples;
  std::vector<Index> labels;
};

Start start_of(const std::string& name) {
  const DataSet data = read_data(name.substr(0, name.find(' ')));
  if (name == "iris") return {data.samples, numbered(data.labels)};
  if (name == "faithful") return {data.samples, cut(data.samples.row(1), {68})};
  if (name == "faithful 3") return {data.samples, cut(data.samples.row(0), {3, 4.2})};
  Start diabetes{data.samples, numbered(data.labels)};
  REQUIRE(diabetes.samples(1, 103) == 45);  // the reference is of the copies that have 455
  diabetes.samples(1, 103) = 455;
  return diabetes;
}

template <class Family>
void check_criteria(const Reference& expected, const Eigen::MatrixXd& x,
                    const Mixture<Family>& mixture, double log_likelihood) {
  const double bic =
      -2 * log_likelihood + double(mixture.parameter_count()) * std::log(double(x.cols()));
  const Eigen::MatrixXd r = mixture.responsibilities(x);
  const double hard = r.colwise().maxCoeff().array().log().sum();
  const double soft = (r.array() * r.array().max(1e-300).log()).sum();
  const auto error = [](double actual, double printed) { return std::abs(actual - printed); };
  check_error("BIC", error(bic, expected.bic), printed_tolerance(bic, 4));
  check_error("ICL, hard", error(bic - 2 * hard, expected.icl_hard), printed_tolerance(bic, 6));
  check_error("ICL, soft", error(bic - 2 * soft, expected.icl_soft), printed_tolerance(bic, 6));
}

template <class Family>
void check_reference(const Reference& expected) {
  namespace stopping = eigenmix::stopping;
  INFO(expected.start << ", " << expected.family);
  const Start start = start_of(expected.start);
  const Index components = 1 + *std::max_element(start.labels.begin(), start.labels.end());
  const eigenmix::initialization::FromLabels strategy(start.labels);
  auto mixture = eigenmix::initialize<Mixture<Family>>(start.samples, components, strategy);
  CHECK(mixture.parameter_count() == expected.parameters);

  const double first = mixture.fit(start.samples, stopping::MaxIterations(0)).log_likelihood;
  check_error("first log-likelihood", std::abs(first - expected.first),
              printed_tolerance(expected.first, 6));

  const auto result = mixture.fit(start.samples, to_the_end());
  CHECK(result.converged());
  CHECK(result.repairs.total() == 0);
  check_error("converged log-likelihood", std::abs(result.log_likelihood - expected.converged),
              printed_tolerance(expected.converged, 6));
  check_criteria<Family>(expected, start.samples, mixture, result.log_likelihood);
}

}  // namespace

TEST_CASE("converged fits from hard partitions") {
  for (const Reference& reference : references) {
    with_family(reference.family,
                [&](auto family) { check_reference<decltype(family)>(reference); });
  }
}

TEST_CASE("one component is the normal distribution of all samples") {
  struct Single {
    std::string data;
    double log_likelihood;
    Index parameters;
    double bic;
  };
  const std::vector<Single> singles = {{"iris", -379.914630, 14, 829.9782},
                                       {"faithful", -1289.796745, 5, 2607.6225}};
  for (const Single& expected : singles) {
    INFO(expected.data);
    const Eigen::MatrixXd x = read_data(expected.data).samples;
    auto mixture = eigenmix::initialize<Mixture<eigenmix::covariance::Full>>(x, 1);
    const auto result = mixture.fit(x, to_the_end());
    CHECK(mixture.parameter_count() == expected.parameters);
    check_error("log-likelihood", std::abs(result.log_likelihood - expected.log_likelihood),
                printed_tolerance(expected.log_likelihood, 6));
    const double bic =
        -2 * result.log_likelihood + double(expected.parameters) * std::log(double(x.cols()));
    check_error("BIC", std::abs(bic - expected.bic), printed_tolerance(bic, 4));
  }
}
