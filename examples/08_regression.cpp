// SPDX-License-Identifier: MIT
//
// Regression by a mixture: a robot's hand is led along a path five times, never quite the same. A
// mixture of time and place together, asked for the place at a time, gives the path and how exact
// it has to be: the band is narrow where the demonstrations agree (Calinon 2016).

#include <cmath>
#include <iostream>

#include <eigenmix/eigenmix.hpp>
#include <eigenmix/inference/regressor.hpp>

#include "support/gnuplot.hpp"
#include "support/pictures.hpp"

using Eigen::MatrixXd;
using Eigen::RowVectorXd;
using eigenmix::Index;
using Mixture = eigenmix::GaussianMixture<double, 3>;

constexpr Index demonstrations = 5, instants = 120;

// [3 x N] time in seconds and place in centimetres. All pass the same gate half way.
MatrixXd demonstrate() {
  eigenmix::random::Engine engine(7);
  eigenmix::random::Normal normal;
  MatrixXd result(3, demonstrations * instants);
  for (Index i = 0; i < demonstrations; ++i) {
    const double early = normal(engine), late = normal(engine);
    for (Index j = 0; j < instants; ++j) {
      const double t = 4 * double(j) / double(instants - 1), from_gate = (t - 2) / 2;
      const double bend = from_gate < 0 ? early : late;
      const double x = 30 * t + 2 * bend * from_gate * from_gate + 0.2 * normal(engine);
      const double y =
          20 * std::sin(1.6 * t) + 4 * bend * from_gate * from_gate + 0.2 * normal(engine);
      result.col(i * instants + j) << t, x, y;
    }
  }
  return result;
}

void draw(const MatrixXd& samples, const eigenmix::Regression<double>& path) {
  gnuplot::Figure figure("regression");
  pictures::detail::label(figure,
                          {"Five demonstrations, and what was learnt of them", "x (cm)", "y (cm)"});
  figure.add_data("samples", samples.bottomRows(2));
  figure.add_data("path", path.mean);
  // The band: two-sigma ellipses, one beside the other.
  std::string band;
  for (Index n = 0; n < path.mean.cols(); ++n) {
    const std::string name = "ellipse_" + std::to_string(n);
    figure.add_data(name, pictures::detail::ellipse(path.mean.col(n), path.covariance(n), 2));
    band += (n == 0 ? "plot $" : ", $") + name +
            " with filledcurves closed fillcolor '#cfe0f1' fillstyle solid 1 noborder" +
            (n == 0 ? " title 'two sigma'" : " notitle");
  }
  figure.script() << band
                  << ", $samples with points pointtype 7 pointsize 0.4 linecolor '#8a94a3' title "
                     "'demonstrations'"
                  << ", $path with lines linewidth 2 linecolor " << pictures::detail::hex(1)
                  << " title 'the path'\n";
  figure.draw();
}

int main() try {
  const MatrixXd samples = demonstrate();
  auto mixture = eigenmix::initialize<Mixture>(samples, 8);
  const auto result = mixture.fit(samples);
  std::cout << result << "\n\n";

  const eigenmix::Regressor<double> place_at(mixture, {0});  // from time to the rest
  const RowVectorXd times = RowVectorXd::LinSpaced(200, 0, 4);
  const auto path = place_at.regression(times);
  for (const Index n : {0, 100, 199}) {
    std::cout << "after " << times(n) << " s at (" << path.mean.col(n).transpose()
              << ") cm, deviations " << path.covariance(n).diagonal().cwiseSqrt().transpose()
              << " cm\n";
  }
  draw(samples, path);
  const double at_gate = path.covariance(100).trace(), at_end = path.covariance(199).trace();
  return at_gate < at_end / 4 ? 0 : 1;  // the demonstrations agree at the gate
} catch (const std::exception& error) {
  std::cerr << "08_regression: " << error.what() << '\n';
  return 1;
}
