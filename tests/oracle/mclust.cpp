// SPDX-License-Identifier: MIT
// mclust's me(), run to a tight optimum from a hard partition; two other programs agree with it.

#include <map>

#include "support/oracle_converged.hpp"

using namespace eigenmix_tests;

namespace {

std::vector<Index> labels_of(const Record& record) {
  std::vector<Index> labels;
  for (const char digit : record.text("labels")) labels.push_back(digit - '0');
  return labels;
}

Model optimum_of(const Record& record) {
  Model model{record.matrix("weights"), record.matrix("means"), {}};
  const ExactMatrix& columns = record.matrix("dense_covariances");
  for (Index k = 0; k < model.component_count(); ++k) {
    model.covariances.push_back(unpack(columns.col(k), model.dimension()));
  }
  return model;
}

/// Calls f with the family of this name in mclust; E and V are its names in one dimension.
template <class F>
void with_model(const std::string& model, F&& f) {
  using namespace eigenmix::covariance;
  const std::string code = model == "E" ? "EII" : model == "V" ? "VII" : model;
  const auto call = [&](auto family) {
    if (code == decltype(family)::code) f(family);
  };
  const auto call_each = [&](auto... families) { (call(families), ...); };
  call_each(EII(), VII(), EEI(), VEI(), EVI(), VVI(), EEE(), VEE(), EVE(), VVE(), EEV(), VEV(),
            EVV(), VVV());
}

/// mclust's is EM: of these optima, one is not the one that leaps end at from the same partition.
const auto as_mclust = eigenmix::fit_options(eigenmix::acceleration::None());

template <class Family>
bool is_closed_form() {
  const std::string code = Family::code;
  return code != "VEI" && code != "VEE" && code != "EVE" && code != "VVE" && code != "VEV";
}

template <class Family>
void check_optimum(const Record& record) {
  INFO(record.name << ", " << Family::code);
  const Eigen::MatrixXd x = read_data(record.text("dataset")).samples;
  const Model optimum = optimum_of(record);
  const eigenmix::initialization::FromLabels strategy(labels_of(record));
  auto mixture = eigenmix::initialize<Mixture<Family>>(x, optimum.component_count(), strategy);
  CHECK(mixture.parameter_count() == Index(record.number("parameter_count")));

  // Inner iterations end at a cost right to 1e-11 (mclust's at parameters right to 1.5e-8), so
  // parameters are off by the root of that, 3e-6, with which the likelihood, not yet at a maximum,
  // moves in proportion.
  const double at_start = double(record.number("log_likelihood_at_start"));
  const double exact = em_rounding<double>(1, x.rows(), magnification(optimum, x));
  check_error("log-likelihood at the start", std::abs(mixture.log_likelihood(x) / at_start - 1),
              is_closed_form<Family>() ? exact : 1e-7);

  // mclust's own rule: where components overlap, parameters are still 1e-5 from the optimum when
  // it stops, so only the same iteration, give or take one, has the same parameters.
  const auto result =
      mixture.fit(x, eigenmix::stopping::RelativeLogLikelihoodChange(1e-14), as_mclust);
  CHECK(result.converged());
  CHECK(result.repairs.total() == 0);
  const double expected = double(record.number("log_likelihood"));
  check_error("converged log-likelihood", std::abs(result.log_likelihood / expected - 1), 1e-8);
  // One iteration moves them by the square root of the change, 1e-7, times some tens for the
  // smallest covariance.
  check_error("converged parameters", parameter_error(mixture, optimum), 1e-5);
}

}  // namespace

TEST_CASE("mclust's optima from hard partitions") {
  int checked = 0;
  for (const Record& record : read_golden("mclust_me.txt")) {
    with_model(record.text("model"), [&](auto family) {
      check_optimum<decltype(family)>(record);
      ++checked;
    });
  }
  REQUIRE(checked == 3 * 14 + 2);
}

namespace {

/// Parameters at which a family has converged, whatever the family.
struct Optimum {
  std::string model;
  Eigen::VectorXd weights;
  Eigen::MatrixXd means;
  std::vector<Eigen::MatrixXd> covariances;
  double log_likelihood;
};

/// Whether a family has all the members of another: letter by letter, I in E and V, E in V. Spheres
/// have no axes, so that I as shape is in any pair of letters.
bool is_nested(const std::string& inner, const std::string& outer) {
  const auto has = [](char from, char to) { return from == to || from == 'I' || to == 'V'; };
  return inner != outer && has(inner[0], outer[0]) && has(inner[1], outer[1]) &&
         has(inner[2], outer[2]);
}

template <class Family>
Optimum converged(Mixture<Family> mixture, const Eigen::MatrixXd& x) {
  const auto result =
      mixture.fit(x, eigenmix::stopping::RelativeLogLikelihoodChange(1e-14), as_mclust);
  return {Family::code, mixture.weights(), mixture.means(), mixture.covariances(),
          result.log_likelihood};
}

}  // namespace

TEST_CASE("a richer family is no less likely than one that it contains, from there on") {
  std::map<std::pair<std::string, std::string>, std::vector<Optimum>> optima;  // data, partition
  for (const Record& record : read_golden("mclust_me.txt")) {
    if (record.text("dataset") == "acidity") continue;
    const Eigen::MatrixXd x = read_data(record.text("dataset")).samples;
    const Index components = optimum_of(record).component_count();
    with_model(record.text("model"), [&](auto family) {
      const eigenmix::initialization::FromLabels strategy(labels_of(record));
      optima[{record.text("dataset"), record.text("labels")}].push_back(
          converged(eigenmix::initialize<Mixture<decltype(family)>>(x, components, strategy), x));
    });
  }
  int pairs = 0, better = 0;
  const auto check_pair = [&](const Optimum& inner, const Optimum& outer,
                              const Eigen::MatrixXd& x) {
    with_model(outer.model, [&](auto family) {
      INFO("from " << inner.model << " to " << outer.model);
      const Mixture<decltype(family)> start(inner.weights, inner.means, inner.covariances);
      const double before = inner.log_likelihood;
      // The same parameters have the same density in both.
      check_error("log-likelihood of the inner family",
                  std::abs(start.log_likelihood(x) / before - 1), 1e-9);
      const double after = converged(start, x).log_likelihood;
      CHECK(after >= before - 1e-11 * std::abs(before));
      better += after > before + 1e-3 ? 1 : 0;
      ++pairs;
    });
  };
  for (const auto& [key, families] : optima) {
    const Eigen::MatrixXd x = read_data(key.first).samples;
    for (const Optimum& inner : families) {
      for (const Optimum& outer : families) {
        if (is_nested(inner.model, outer.model)) check_pair(inner, outer, x);
      }
    }
  }
  REQUIRE(pairs == 3 * 61);
  CHECK(better >= pairs / 2);
}

TEST_CASE("every model with 1 to 9 components ends at mclust's optimum") {
  // From the partitions of mclust's agglomeration, which unit/hierarchical compares with ours. Not
  // tested are cells in which mclust fails or a component collapses.
  int checked = 0;
  for (const Record& record : read_golden("mclust_models.txt")) {
    const Eigen::MatrixXd x = read_data(record.text("dataset")).samples;
    const auto tree = eigenmix::initialization::Hierarchical().tree(x);
    for (Index k = 1; k <= 9; ++k) {
      const double expected = double(record.matrix("log_likelihood")(k - 1));
      if (std::isnan(expected)) continue;
      with_model(record.text("model"), [&](auto family) {
        INFO(record.name << ", " << k);
        auto mixture = eigenmix::initialize<Mixture<decltype(family)>>(x, k, tree);
        CHECK(mixture.parameter_count() == Index(record.matrix("parameter_count")(k - 1)));
        const auto result =
            mixture.fit(x, eigenmix::stopping::RelativeLogLikelihoodChange(1e-12), as_mclust);
        CHECK(result.repairs.total() == 0);
        check_error("converged log-likelihood", std::abs(result.log_likelihood / expected - 1),
                    1e-8);
        ++checked;
      });
    }
  }
  CHECK(checked == 3 * 14 * 9 - 7);
}

TEST_CASE("in one dimension all families are mclust's E or V") {
  using namespace eigenmix::covariance;
  int checked = 0;
  for (const Record& record : read_golden("mclust_me.txt")) {
    if (record.text("dataset") != "acidity") continue;
    const auto check_each = [&](auto... families) {
      (check_optimum<decltype(families)>(record), ...);
      checked += int(sizeof...(families));
    };
    if (record.text("model") == "V") check_each(VVI(), VVV(), VEI(), VEE(), VVE(), VEV());
    if (record.text("model") == "E") check_each(EEI(), EEE(), EVI(), EVE(), EEV(), EVV());
  }
  REQUIRE(checked == 12);
}
