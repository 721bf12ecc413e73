// SPDX-License-Identifier: MIT
//
// Fisher's irises again, their species known this time: one normal distribution a species, of the
// family of covariances that BIC chooses, tells the species of others (mclust's EDDA). The picture
// is of two of the four measurements.

#include <algorithm>
#include <array>
#include <iostream>
#include <string>
#include <vector>

#include <eigenmix/classification/cross_validated_error.hpp>
#include <eigenmix/classification/edda.hpp>
#include <eigenmix/eigenmix.hpp>
#include <eigenmix/selection/print.hpp>

#include "support/csv.hpp"
#include "support/gnuplot.hpp"
#include "support/pictures.hpp"
#include "support/places.hpp"

namespace classification = eigenmix::classification;
namespace covariance = eigenmix::covariance;
using Eigen::MatrixXd;
using eigenmix::Index;

constexpr auto families =
    eigenmix::selection::families<covariance::EEE, covariance::VEV, covariance::VVV>();

// Numbers for the species, in the order of their names.
std::vector<Index> numbered(const std::vector<std::string>& names,
                            std::vector<std::string>& species) {
  species = names;
  std::sort(species.begin(), species.end());
  species.erase(std::unique(species.begin(), species.end()), species.end());
  std::vector<Index> result;
  for (const std::string& name : names) {
    result.push_back(std::lower_bound(species.begin(), species.end(), name) - species.begin());
  }
  return result;
}

// A colour as gnuplot's language has it, three quarters of the way to white.
std::string pale(Index c) {
  const Eigen::Vector3d white(255, 255, 255);
  const Eigen::Vector3d mixed = 0.25 * pictures::detail::colour(c) + 0.75 * white;
  return std::to_string(static_cast<long>(pictures::detail::packed(mixed)));
}

template <class Classifier>
void draw(const Classifier& classifier, const MatrixXd& x, const std::vector<Index>& labels,
          const std::vector<std::string>& species) {
  gnuplot::Figure figure("classify");
  pictures::detail::label(figure, {"Which iris?", "petal length (cm)", "petal width (cm)"});
  // Every point of a grid in the colour of the class that is decided for there.
  constexpr Index steps = 160;
  MatrixXd grid(2, steps * steps);
  for (Index n = 0; n < grid.cols(); ++n) {
    grid.col(n) << 0.5 + 7 * double(n % steps) / steps, 2.8 * double(n / steps) / steps;
  }
  const auto decided = classifier.classify(grid);
  std::string regions, points;
  for (Index c = 0; c < static_cast<Index>(species.size()); ++c) {
    std::vector<Index> of_region, of_class;
    for (Index n = 0; n < grid.cols(); ++n) {
      if (decided(n) == c) of_region.push_back(n);
    }
    for (Index n = 0; n < x.cols(); ++n) {
      if (labels[static_cast<std::size_t>(n)] == c) of_class.push_back(n);
    }
    const std::string number = std::to_string(c);
    figure.add_data("region_" + number, grid(Eigen::all, of_region));
    figure.add_data("class_" + number, x(Eigen::all, of_class));
    regions += (c == 0 ? "plot $region_" : ", $region_") + number +
               " with points pointtype 5 pointsize 0.9 linecolor rgb " + pale(c) + " notitle";
    points += ", $class_" + number + " with points pointtype 7 pointsize 1.2 linecolor rgb " +
              pictures::detail::hex(c, 0.8) + " title " +
              gnuplot::quoted(species[static_cast<std::size_t>(c)]);
  }
  figure.script() << "set xrange [0.5:7.4]\nset yrange [0:2.8]\n" << regions << points << '\n';
  figure.draw();
}

int main() try {
  const auto irises = csv::read(places::data("iris.csv"), csv::LastColumn::text);
  std::vector<std::string> species;
  const auto labels = numbered(irises.labels, species);

  const auto edda = classification::fit_edda(irises.samples, labels, families);
  const auto& training = edda.training();
  std::cout << edda.densities().selection() << "\nof the irises it was made of it errs on "
            << 100 * training.error << " %, Brier score " << training.brier_score << '\n';
  const auto make = [](const auto& x, const auto& of) {
    return classification::fit_edda(x, of, families);
  };
  const auto others = classification::cross_validated_error(irises.samples, labels, make);
  std::cout << "of others on " << 100 * others.error << " % (ten folds)\n";

  const MatrixXd petals = irises.samples.bottomRows(2);
  draw(classification::fit_edda(petals, labels, families), petals, labels, species);
  return others.error < 0.06 ? 0 : 1;
} catch (const std::exception& error) {
  std::cerr << "10_classify: " << error.what() << '\n';
  return 1;
}
