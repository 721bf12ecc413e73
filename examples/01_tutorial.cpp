// SPDX-License-Identifier: MIT
//
// The EM algorithm one equation at a time, as in E. Sharova, "A tutorial on the expectation
// maximization (EM) algorithm" (2016).
//
// Two normal distributions, blue N(0.6, 0.003) and red N(0.02, 0.03), the second number a variance,
// are equally likely to be picked. We see only the numbers drawn, not their colours, and look for
// the hypothesis h = [means; variances; weights] that makes those numbers most likely.

#include <iomanip>
#include <iostream>
#include <vector>

#include <eigenmix/eigenmix.hpp>

#include "support/csv.hpp"
#include "support/pictures.hpp"
#include "support/places.hpp"

using eigenmix::Index;
using Mixture = eigenmix::GaussianMixture<double, 1>;

// Component 0 is blue and component 1 is red.
const Eigen::RowVector2d drawn_means(0.6, 0.02);
const Eigen::RowVector2d drawn_variances(0.003, 0.03);
const Eigen::Vector2d drawn_weights(0.5, 0.5);

void print_h(const Mixture& h) {
  const Mixture::Means weights = h.weights().transpose();
  for (const auto& numbers : {h.means(), h.variances(), weights}) {
    std::cout << std::setw(13) << numbers(0) << std::setw(10) << numbers(1);
  }
  std::cout << '\n';
}

void print_header(const char* first_column) {
  std::cout << std::left << std::setw(24) << first_column << std::right
            << "   means: blue       red vars.: blue       red   wts.: blue       red\n";
}

// Equations 1 and 2: the maximum-likelihood mean and variance of one normal distribution.
void one_normal(const Eigen::RowVectorXd& x) {
  const double mean = x.sum() / double(x.size());
  const double variance = (x.array() - mean).square().sum() / double(x.size());
  std::cout << "Equations 1 and 2, one normal for all the data: mean " << mean << ", variance "
            << variance << "\n\n";
}

// Equations 3, 4 and 5 for one number: its density under each component, and the responsibility of
// each component for it.
void one_sample(const Mixture& h, double value) {
  const Eigen::Matrix<double, 1, 1> x(value);
  const Eigen::Vector2d density = h.log_component_densities(x).array().exp();
  const Eigen::Vector2d joint = h.weights().cwiseProduct(density);
  const Eigen::Vector2d by_hand = joint / joint.sum();
  const Eigen::Vector2d by_library = h.responsibilities(x);
  std::cout << "Equations 3 to 5 for x = " << value << " under the guess:\n"
            << "  densities p(x | blue), p(x | red)    " << density.transpose() << '\n'
            << "  responsibilities, w p over their sum " << by_hand.transpose() << '\n'
            << "  the same from h.responsibilities(x)  " << by_library.transpose() << "\n\n";
}

// E-step and M-step in turn until the log-likelihood moves no more: h becomes h*.
std::vector<double> expectation_maximization(Mixture& h, const Eigen::MatrixXd& x) {
  std::vector<double> trace;
  print_header("iteration, log-lik.");
  for (;;) {
    const auto expectation = h.e_step(x);
    trace.push_back(expectation.log_likelihood);
    std::cout << std::setw(9) << trace.size() - 1 << std::setw(15) << trace.back();
    print_h(h);
    const bool is_converged = trace.size() > 1 && trace.back() - trace[trace.size() - 2] < 1e-6;
    if (is_converged) return trace;
    h.m_step(x, expectation.responsibilities);
  }
}

double accuracy(const Mixture& h, const csv::Table& table) {
  const auto assigned = h.classify(table.samples);
  Index right = 0;
  for (Index n = 0; n < assigned.size(); ++n) {
    const bool is_red = table.labels[static_cast<std::size_t>(n)] == "red";
    if (assigned(n) == (is_red ? 1 : 0)) ++right;
  }
  return 100.0 * double(right) / double(assigned.size());
}

// Figure 1 of the tutorial, for which the library runs the same loop.
void two_dimensions() {
  const auto table = csv::read(places::data("tutorial_2d.csv"), csv::LastColumn::text);
  Eigen::Matrix2d means, variances;
  means << 1, 0,  // one column per component
      1, 0;
  variances.setConstant(0.1);
  eigenmix::GaussianMixture<double, 2> mixture(Eigen::Vector2d(0.5, 0.5), means, variances);
  std::cout << "\nThe same in two dimensions: " << mixture.fit(table.samples) << '\n';
  pictures::scatter("tutorial_scatter", {"Two normals in two dimensions", "x", "y"}, table.samples,
                    mixture);
}

int main() try {
  std::cout << std::fixed << std::setprecision(4);
  const auto table = csv::read(places::data("tutorial_1d.csv"), csv::LastColumn::text);
  const Eigen::MatrixXd& x = table.samples;
  one_normal(x);

  // A guess that is wild, but not too wild: one component at each end of the data.
  Mixture h(Eigen::Vector2d(0.5, 0.5), Eigen::RowVector2d(0.9, -0.3), Eigen::RowVector2d(0.1, 0.1));
  one_sample(h, 0.4);
  const std::vector<double> trace = expectation_maximization(h, x);

  const Mixture drawn(drawn_weights, drawn_means, drawn_variances);
  std::cout << '\n';
  print_header("");
  std::cout << "h*                      ";
  print_h(h);
  std::cout << "drawn from              ";
  print_h(drawn);
  std::cout << "\nlog-likelihood of h* " << h.log_likelihood(x) << ", of what they were drawn from "
            << drawn.log_likelihood(x) << "\nhard assignment agrees with the colour of "
            << std::setprecision(1) << accuracy(h, table) << " % of " << x.cols() << " samples\n"
            << std::setprecision(4);

  pictures::histogram("tutorial_histogram",
                      {"Two normals and the samples drawn from them", "x", "probability density"},
                      x, h);
  pictures::log_likelihood("tutorial_log_likelihood", "EM on the tutorial's two normals", trace);
  two_dimensions();
} catch (const std::exception& error) {
  std::cerr << "01_tutorial: " << error.what() << '\n';
  return 1;
}
