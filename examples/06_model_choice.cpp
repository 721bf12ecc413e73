// SPDX-License-Identifier: MIT
//
// How many components, and of which shape? 145 people and three measurements of their blood: every
// family of covariances is fitted with 1 to 9 components, all cells of the table at once on all
// processors. More parameters are always more likely; the Bayesian information criterion charges
// for them. Smaller is better.

#include <algorithm>
#include <iostream>
#include <limits>
#include <map>
#include <string>
#include <utility>

#include <eigenmix/eigenmix.hpp>
#include <eigenmix/selection/selection.hpp>

#include "support/csv.hpp"
#include "support/pictures.hpp"
#include "support/places.hpp"

namespace selection = eigenmix::selection;
using eigenmix::Index;

// Mclust's names: volume, shape and orientation of the components, Equal for all, Varying, or
// Identity: round, along the axes.
using namespace eigenmix::covariance;
constexpr auto families =
    selection::families<EII, VII, EEI, VEI, EVI, VVI, EEE, VEE, EVE, VVE, EEV, VEV, EVV, VVV>();

// The choice by another criterion needs no other fits: every cell keeps what criteria are made of.
template <class Criterion>
void print_best_by(const selection::Grid& grid, const Criterion& criterion) {
  const selection::Cell* best = nullptr;
  for (const selection::Cell& cell : grid.cells()) {
    if (!cell.is_valid()) continue;
    if (best == nullptr || criterion(cell.input) < criterion(best->input)) best = &cell;
  }
  if (best == nullptr) return;
  std::cout << Criterion::name << " chooses " << best->family << " with " << best->component_count
            << " components: " << criterion(best->input) << '\n';
}

// Which component people of each diagnosis are in, which the fit never sees.
template <class Labels>
void print_diagnoses(const Labels& components, const csv::Table& people) {
  std::map<std::pair<std::string, Index>, int> counts;
  for (Index n = 0; n < components.size(); ++n) {
    ++counts[{people.labels[static_cast<std::size_t>(n)], components(n)}];
  }
  for (const auto& [place, count] : counts) {
    std::cout << "  " << place.first << " in component " << place.second << ": " << count << '\n';
  }
}

void draw(const selection::Grid& grid) {
  constexpr double gap = std::numeric_limits<double>::quiet_NaN();
  Eigen::MatrixXd values(grid.range().size(), static_cast<Index>(grid.families().size()));
  std::transform(
      grid.cells().begin(), grid.cells().end(), values.data(),
      [&](const selection::Cell& cell) { return cell.is_valid() ? cell.criterion : gap; });
  pictures::by_components("model_choice",
                          {"Diabetes: the BIC of each family of covariances",
                           "number of components", "BIC (smaller is better)"},
                          grid.range().first(), grid.families(), values);
}

int main() try {
  const csv::Table people = csv::read(places::data("diabetes.csv"), csv::LastColumn::text);
  const auto chosen = selection::select(
      people.samples, families, selection::components(1, 9),
      eigenmix::fit_options(eigenmix::initialization::Hierarchical(),
                            eigenmix::stopping::standard(), eigenmix::execution::Threads(),
                            selection::Progress(std::clog)));

  std::cout << chosen << '\n';
  print_best_by(chosen.grid(), selection::criteria::Aicc());
  print_best_by(chosen.grid(), selection::criteria::IclHard());

  // The chosen mixture has a type of its own, known only now: visit calls with the right one.
  chosen.visit([&](const auto& mixture) {
    std::cout << '\n' << mixture << "people by diagnosis:\n";
    print_diagnoses(mixture.classify(people.samples), people);
  });
  draw(chosen.grid());
} catch (const std::exception& error) {
  std::cerr << "06_model_choice: " << error.what() << '\n';
  return 1;
}
