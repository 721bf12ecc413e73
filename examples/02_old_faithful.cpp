// SPDX-License-Identifier: MIT
//
// The main job, from a file to a picture: 272 eruptions of the Old Faithful geyser, how long each
// lasted and how long the next one kept its visitors waiting, are of two kinds. Which is which?

#include <cmath>
#include <iomanip>
#include <iostream>

#include <eigenmix/eigenmix.hpp>
#include <eigenmix/observers/progress.hpp>

#include "support/csv.hpp"
#include "support/pictures.hpp"
#include "support/places.hpp"

using eigenmix::Index;
using Mixture = eigenmix::GaussianMixture<double, 2>;

void print_table(const Mixture& mixture, const eigenmix::FitResult& result,
                 const Mixture::Labels& kinds) {
  std::cout << std::fixed << std::setprecision(4) << "\ncomponent                ";
  for (Index k = 0; k < mixture.component_count(); ++k) std::cout << std::setw(12) << k;
  const auto row = [&](const char* name, const auto& value_of) {
    std::cout << '\n' << name;
    for (Index k = 0; k < mixture.component_count(); ++k) {
      std::cout << std::setw(12) << value_of(k);
    }
  };
  row("weight                   ", [&](Index k) { return mixture.weights()(k); });
  row("mean eruption       (min)", [&](Index k) { return mixture.means()(0, k); });
  row("mean waiting        (min)", [&](Index k) { return mixture.means()(1, k); });
  row("deviation, eruption (min)", [&](Index k) { return std::sqrt(mixture.variances()(0, k)); });
  row("deviation, waiting  (min)", [&](Index k) { return std::sqrt(mixture.variances()(1, k)); });
  row("correlation              ", [&](Index k) {
    const auto covariance = mixture.covariance(k);
    return covariance(0, 1) / std::sqrt(covariance(0, 0) * covariance(1, 1));
  });
  row("effective count          ", [&](Index k) { return result.effective_counts(k); });
  row("eruptions assigned       ", [&](Index k) { return (kinds.array() == k).count(); });
  std::cout << "\n\nlog-likelihood " << std::setprecision(6) << result.log_likelihood << " ("
            << to_string(result.status) << " after " << result.iterations << " iterations)\n";
}

/// The data as they came, with one more column: the component each eruption was assigned to.
void write_assignments(csv::Table table, const Mixture::Labels& kinds) {
  table.columns.push_back("component");
  table.samples.conservativeResize(3, Eigen::NoChange);
  table.samples.row(2) = kinds.cast<double>();
  const auto path = places::output_directory() / "old_faithful_assignments.csv";
  csv::write(path, table);
  std::cout << "assignments: " << path.string() << '\n';
}

int main() try {
  const csv::Table table = csv::read(places::data("faithful.csv"));
  const Eigen::MatrixXd& x = table.samples;  // one eruption per column

  auto mixture = eigenmix::initialize<Mixture>(x, 2, eigenmix::initialization::KMeansPlusPlus{});
  const eigenmix::observers::Progress progress(std::cerr);
  const eigenmix::FitResult result =
      mixture.fit(x, eigenmix::stopping::standard(), eigenmix::fit_options(progress));
  progress.finish();

  const auto kinds = mixture.classify(x);
  print_table(mixture, result, kinds);
  write_assignments(table, kinds);
  pictures::log_likelihood("old_faithful_log_likelihood", "EM on Old Faithful",
                           result.log_likelihoods);
  pictures::scatter(
      "old_faithful",
      {"Two kinds of eruptions of Old Faithful", "eruption (min)", "waiting for the next (min)"}, x,
      mixture);
} catch (const std::exception& error) {
  std::cerr << "02_old_faithful: " << error.what() << '\n';
  return 1;
}
