// SPDX-License-Identifier: MIT
// The whole grid of models by default, as a user of Mclust() would have it.

#include <eigenmix/selection/selection.hpp>

#include "support/closeness.hpp"
#include "support/oracle_model.hpp"

using namespace eigenmix_tests;

namespace {

namespace selection = eigenmix::selection;

auto select_all(const Eigen::MatrixXd& x) {
  using namespace eigenmix::covariance;
  return selection::select(
      x,
      selection::families<EII, VII, EEI, VEI, EVI, VVI, EEE, VEE, EVE, VVE, EEV, VEV, EVV, VVV>(),
      selection::components(1, 9));
}

struct Expected {
  std::string dataset, family;
  Index components;
};

}  // namespace

TEST_CASE("the grid of 14 families is mclust's or better, and so is its best model") {
  int compared = 0;
  std::vector<std::string> worse;
  const auto records = read_golden("mclust_models.txt");
  for (const Expected& expected : {Expected{"faithful", "EEE", 3}, Expected{"iris", "VEV", 2},
                                   Expected{"diabetes", "VVV", 3}}) {
    INFO(expected.dataset);
    const auto chosen = select_all(read_data(expected.dataset).samples);
    CHECK(chosen.best().family == expected.family);
    CHECK(chosen.best().component_count == expected.components);
    for (const Record& record : records) {
      if (record.text("dataset") != expected.dataset) continue;
      for (Index k = 1; k <= 9; ++k) {
        const double bic = double(record.matrix("mclust_bic")(k - 1));
        if (std::isnan(bic)) continue;  // mclust cannot fit it
        const selection::Cell& cell = chosen.grid().at(record.text("model"), k);
        ++compared;
        if (!(-selection::mclust_bic(cell.input) <= -bic + 0.05)) {
          worse.push_back(record.name + "," + std::to_string(k));
        }
      }
    }
  }
  CHECK(compared == 3 * 14 * 9 - 5);
  CHECK(worse == std::vector<std::string>());
}
