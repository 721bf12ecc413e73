// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EXAMPLES_SUPPORT_PICTURES_HPP
#define EIGENMIX_EXAMPLES_SUPPORT_PICTURES_HPP

// The pictures of a mixture: its components over the samples, how the fit went, and how it
// compares.

#include <algorithm>
#include <array>
#include <cmath>
#include <iomanip>
#include <sstream>
#include <string>
#include <vector>

#include <Eigen/Cholesky>

#include "gnuplot.hpp"

namespace pictures {

using Eigen::Index;
using Eigen::MatrixXd;

struct Text {
  std::string title, x, y;  ///< the labels of the axes with their units
};

namespace detail {

/// Red, green and blue of a component, told apart by most eyes; they repeat after six.
inline Eigen::Vector3d colour(Index component) {
  static const std::array<Eigen::Vector3d, 6> colours{{{0x1f, 0x6f, 0xb4},
                                                       {0xd0, 0x3a, 0x35},
                                                       {0x2a, 0x8f, 0x5b},
                                                       {0xd9, 0x8e, 0x1f},
                                                       {0x7a, 0x4f, 0xb5},
                                                       {0x11, 0x94, 0xa6}}};
  return colours[static_cast<std::size_t>(component) % colours.size()];
}

/// As the one number 0xRRGGBB that gnuplot takes.
inline double packed(const Eigen::Vector3d& rgb) {
  return Eigen::Vector3d(0x10000, 0x100, 1).dot(rgb.array().round().matrix());
}

/// As gnuplot's language has it; darker if the brightness is less than one.
inline std::string hex(Index component, double brightness = 1) {
  std::ostringstream text;
  text << "'#" << std::hex << std::setfill('0') << std::setw(6)
       << static_cast<long>(packed(brightness * colour(component))) << "'";
  return text.str();
}

inline std::string component_title(Index k, double weight) {
  std::ostringstream text;
  text << "component " << k << ", weight " << std::fixed << std::setprecision(3) << weight;
  return text.str();
}

inline void label(gnuplot::Figure& figure, const Text& text) {
  figure.script() << "set title " << gnuplot::quoted(text.title)
                  << " font ',18' textcolor '#1a202c'\n"
                  << "set xlabel " << gnuplot::quoted(text.x) << " textcolor '#2d3748'\n"
                  << "set ylabel " << gnuplot::quoted(text.y) << " textcolor '#2d3748'\n";
}

/// The points at so many standard deviations from a mean: the image of a circle under the Cholesky
/// factor of the covariance.
inline MatrixXd ellipse(const Eigen::Vector2d& mean, const Eigen::Matrix2d& covariance,
                        double sigmas) {
  constexpr Index corners = 120;
  const Eigen::Matrix2d factor = covariance.llt().matrixL();
  const Eigen::RowVectorXd angle =
      Eigen::RowVectorXd::LinSpaced(corners + 1, 0, 2 * std::acos(-1.0));
  MatrixXd circle(2, corners + 1);
  circle << angle.array().cos(), angle.array().sin();
  return (sigmas * factor * circle).colwise() + mean;
}

/// What the colours between those of two components mean, beside the picture. \return its curve
inline std::string responsibility_bar(gnuplot::Figure& figure) {
  std::ostream& script = figure.script();
  script << "set palette defined (0 " << hex(1) << ", 1 " << hex(0) << ")\n"
         << "set cbrange [0:1]\nset cbtics 0.5\n"
         << "set rmargin 12\nset colorbox user noborder origin graph 1.03, graph 0 "
         << "size graph 0.025, graph 1\n"
         << "set cblabel 'responsibility of component 0' offset 0.8, 0 textcolor '#2d3748'\n";
  return ", NaN with points palette notitle";
}

/// Bars of equal width: middle and density of each, so that their areas sum to one.
inline MatrixXd bars(const MatrixXd& x, double low, double width, Index count) {
  MatrixXd result(2, count);
  for (Index i = 0; i < count; ++i) result.col(i) << low + (double(i) + 0.5) * width, 0;
  for (Index n = 0; n < x.cols(); ++n) {
    const auto bar = std::min(count - 1, static_cast<Index>((x(0, n) - low) / width));
    result(1, bar) += 1 / (width * double(x.cols()));
  }
  return result;
}

}  // namespace detail

/// Two-dimensional samples coloured by responsibility, with the one- and two-sigma ellipse of every
/// component. A sample that belongs half to one and half to another has the colour between theirs.
template <class Mixture>
void scatter(const std::string& name, const Text& text, const MatrixXd& x, const Mixture& mixture) {
  gnuplot::Figure figure(name);
  detail::label(figure, text);
  const MatrixXd responsibilities = mixture.responsibilities(x);
  MatrixXd colours = MatrixXd::Zero(3, x.cols());
  for (Index k = 0; k < mixture.component_count(); ++k) {
    colours += detail::colour(k) * responsibilities.row(k);
  }
  MatrixXd points(3, x.cols());
  points.topRows(2) = x;
  constexpr double translucent = 0x60000000;  // gnuplot's 0xAARRGGBB; crowded places turn darker
  for (Index n = 0; n < x.cols(); ++n) {
    points(2, n) = translucent + detail::packed(colours.col(n));
  }
  figure.add_data("points", points);

  std::ostringstream curves, keys;
  for (Index k = 0; k < mixture.component_count(); ++k) {
    const std::string colour = " linecolor rgb " + detail::hex(k, 0.7);
    for (const int sigmas : {1, 2}) {
      const std::string block = "ellipse_" + std::to_string(k) + "_" + std::to_string(sigmas);
      figure.add_data(block,
                      detail::ellipse(mixture.means().col(k), mixture.covariance(k), sigmas));
      curves << ", $" << block << " with lines linewidth 1.5"
             << (sigmas == 2 ? " dashtype (10, 5)" : "") << colour << " notitle";
    }
    keys << ", NaN with lines linewidth 1.5" << colour << " title "
         << gnuplot::quoted(detail::component_title(k, mixture.weights()(k)));
  }
  if (mixture.component_count() == 2) keys << detail::responsibility_bar(figure);
  const Index key_rows = (mixture.component_count() + 3) / 2;  // two columns
  figure.script() << "set key maxrows " << key_rows << '\n'
                  << "plot $points with points pointtype 7 pointsize 1.1 linecolor rgb variable "
                     "notitle"
                  << curves.str() << keys.str()
                  << ", NaN with lines linecolor '#4a5568' title 'one sigma'"
                  << ", NaN with lines dashtype (10, 5) linecolor '#4a5568' title 'two sigma'\n";
  figure.draw();
}

/// The histogram of one-dimensional samples, the weighted density of every component, their sum.
template <class Mixture>
void histogram(const std::string& name, const Text& text, const MatrixXd& x,
               const Mixture& mixture) {
  gnuplot::Figure figure(name);
  detail::label(figure, text);
  // Twice the square-root rule: a component much narrower than the data still spans some bars.
  const auto count = static_cast<Index>(std::ceil(2 * std::sqrt(double(x.cols()))));
  const double low = x.minCoeff(), high = x.maxCoeff(), width = (high - low) / double(count);
  figure.add_data("bars", detail::bars(x, low, width, count));

  const MatrixXd grid = Eigen::RowVectorXd::LinSpaced(600, low - 2 * width, high + 2 * width);
  const MatrixXd densities =
      mixture.weights().asDiagonal() * mixture.log_component_densities(grid).array().exp().matrix();
  MatrixXd sum(2, grid.cols());
  sum << grid, densities.colwise().sum();
  figure.add_data("sum", sum);

  std::ostringstream curves;
  for (Index k = 0; k < mixture.component_count(); ++k) {
    MatrixXd curve(2, grid.cols());
    curve << grid, densities.row(k);
    figure.add_data("component_" + std::to_string(k), curve);
    curves << ", $component_" << k << " with filledcurves y=0 fillstyle transparent solid 0.28 "
           << "noborder linecolor rgb " << detail::hex(k) << " notitle, $component_" << k
           << " with lines linewidth 1.3 linecolor rgb " << detail::hex(k) << " title '"
           << detail::component_title(k, mixture.weights()(k)) << "'";
  }
  figure.script() << "set yrange [0:*]\n"
                  << "set style fill solid 1 border linecolor rgb '#ffffff'\nset boxwidth " << width
                  << '\n'
                  << "plot $bars with boxes linewidth 0.3 linecolor '#d3dae3' title 'samples'"
                  << curves.str()
                  << ", $sum with lines linewidth 1.4 linecolor '#1a202c' title 'sum'\n";
  figure.draw();
}

/// The log-likelihood after each iteration, which EM never lets fall.
inline void log_likelihood(const std::string& name, const std::string& title,
                           const std::vector<double>& trace) {
  gnuplot::Figure figure(name);
  detail::label(figure, {title, "iteration", "log-likelihood (nats)"});
  MatrixXd points(2, static_cast<Index>(trace.size()));
  for (std::size_t i = 0; i < trace.size(); ++i) {
    points.col(static_cast<Index>(i)) << double(i), trace[i];
  }
  figure.add_data("trace", points);
  figure.script() << "set xrange [-0.5:" << double(trace.size()) - 0.5 << "]\n"
                  << "set offsets 0, 0, graph 0.05, graph 0.05\n"
                  << "plot $trace with linespoints pointtype 7 pointsize 1.2 linecolor rgb "
                  << detail::hex(0) << " notitle\n";
  figure.draw();
}

/// One line per column of `values`, over the same numbers of components; what is not a number is a
/// gap.
/// \param first  the number of components of the first row
inline void by_components(const std::string& name, const Text& text, Index first,
                          const std::vector<std::string>& titles, const MatrixXd& values) {
  gnuplot::Figure figure(name);
  detail::label(figure, text);
  std::ostringstream curves;
  for (Index i = 0; i < values.cols(); ++i) {
    MatrixXd points(2, values.rows());
    points << Eigen::RowVectorXd::LinSpaced(values.rows(), double(first),
                                            double(first + values.rows() - 1)),
        values.col(i).transpose();
    figure.add_data("line_" + std::to_string(i), points);
    const char* shape = i < 6 ? "7" : i < 12 ? "5" : "9";  // colours repeat after six
    curves << (i == 0 ? "plot " : ", ") << "$line_" << i << " with linespoints pointtype " << shape
           << " pointsize 1.2 linecolor rgb " << detail::hex(i) << " title "
           << gnuplot::quoted(titles[static_cast<std::size_t>(i)]);
  }
  figure.script() << "set datafile missing 'nan'\nset xtics 1\n"
                  << "set xrange [" << double(first) - 0.3 << ':'
                  << double(first + values.rows()) - 0.7 << "]\n"
                  << curves.str() << '\n';
  figure.draw();
}

}  // namespace pictures

#endif  // EIGENMIX_EXAMPLES_SUPPORT_PICTURES_HPP
