// SPDX-License-Identifier: MIT
//
// A target that flies straight or turns, seen by a radar once a second. What is known of it is a
// mixture: predicted under every manoeuvre, updated by what is seen, reduced to a few components,
// and so on. No step has a loop over components: they are functions of mixtures.

#include <cmath>
#include <iostream>
#include <vector>

#include <eigenmix/algebra/affine.hpp>
#include <eigenmix/algebra/product.hpp>
#include <eigenmix/algebra/reduction.hpp>
#include <eigenmix/algebra/sum.hpp>
#include <eigenmix/eigenmix.hpp>

#include "support/gnuplot.hpp"
#include "support/pictures.hpp"

using Eigen::Matrix2d;
using Eigen::Matrix4d;
using Eigen::MatrixXd;
using Eigen::Vector2d;
using Eigen::Vector4d;
using eigenmix::Index;
using State = eigenmix::GaussianMixture<double, 4>;  // place in km, velocity in km/s

constexpr double radar_deviation = 0.25;  // km

// The motion of a second in which the course turns by an angle.
Matrix4d turning(double angle) {
  const double c = std::cos(angle), s = std::sin(angle);
  Matrix4d motion = Matrix4d::Identity();
  motion.block<2, 2>(0, 2) << c, -s, s, c;
  motion.block<2, 2>(2, 2) << c, -s, s, c;
  return motion;
}

const std::vector<double> manoeuvres{0, 0.25, -0.25};  // rad/s
const Eigen::Vector3d chances(0.8, 0.1, 0.1);

State predicted(const State& now) {
  Matrix4d disturbance = Matrix4d::Zero();
  disturbance.diagonal().setConstant(1e-4);
  std::vector<State> next;
  for (const double angle : manoeuvres) {
    next.push_back(
        eigenmix::affine_image(now, turning(angle), Vector4d(Vector4d::Zero()), disturbance));
  }
  return eigenmix::mix(chances, next);
}

State updated(const State& predicted, const Vector2d& seen) {
  Eigen::Matrix<double, 2, 4> place = Eigen::Matrix<double, 2, 4>::Zero();
  place.leftCols<2>().setIdentity();
  const Matrix2d noise = radar_deviation * radar_deviation * Matrix2d::Identity();
  return eigenmix::bayes_update(predicted, place, seen, noise).posterior;
}

struct Track {
  MatrixXd truth, seen, estimated;  // [2 x seconds]
  std::vector<Matrix2d> covariances;
};

Track fly(Index seconds) {
  eigenmix::random::Engine engine(4);
  eigenmix::random::Normal normal;
  eigenmix::ReductionLimits limits;
  limits.prune_below = 1e-3;
  limits.merge_cost = 1e-3;
  limits.max_components = 6;

  Vector4d target(0, 0, 0.6, 0.1);
  Matrix4d first = Matrix4d::Identity();
  first.bottomRightCorner<2, 2>() *= 0.25;
  State known(Vector4d(Vector4d::Zero()), first);
  Track track{MatrixXd(2, seconds), MatrixXd(2, seconds), MatrixXd(2, seconds), {}};
  for (Index t = 0; t < seconds; ++t) {
    const double angle = t >= 15 && t < 27 ? 0.25 : t >= 40 && t < 46 ? -0.25 : 0;
    target = turning(angle) * target;
    const Vector2d seen =
        target.head<2>() + radar_deviation * Vector2d(normal(engine), normal(engine));
    known = eigenmix::reduce(updated(predicted(known), seen), limits);
    const auto whole = eigenmix::collapse(known);
    track.truth.col(t) = target.head<2>();
    track.seen.col(t) = seen;
    track.estimated.col(t) = whole.means().col(0).head<2>();
    track.covariances.push_back(whole.covariance(0).topLeftCorner<2, 2>());
  }
  return track;
}

double error_of(const MatrixXd& places, const MatrixXd& truth) {
  return std::sqrt((places - truth).squaredNorm() / double(truth.cols()));
}

void draw(const Track& track) {
  gnuplot::Figure figure("tracking");
  pictures::detail::label(figure, {"A target tracked by a mixture", "x (km)", "y (km)"});
  figure.add_data("truth", track.truth);
  figure.add_data("seen", track.seen);
  figure.add_data("estimated", track.estimated);
  std::string ellipses;
  for (std::size_t t = 0; t < track.covariances.size(); ++t) {
    const std::string name = "ellipse_" + std::to_string(t);
    figure.add_data(name, pictures::detail::ellipse(track.estimated.col(static_cast<Index>(t)),
                                                    track.covariances[t], 2));
    ellipses += ", $" + name + " with lines linewidth 0.7 linecolor '#9db8d6' notitle";
  }
  figure.script() << "set size ratio -1\nplot $truth with lines linecolor '#4a5568' title 'target'"
                  << ellipses
                  << ", $seen with points pointtype 2 pointsize 0.8 linecolor '#8a94a3' title "
                     "'radar'"
                  << ", $estimated with linespoints pointtype 7 pointsize 0.7 linecolor rgb "
                  << pictures::detail::hex(1) << " title 'estimated'\n";
  figure.draw();
}

int main() try {
  const Track track = fly(60);
  const double of_radar = error_of(track.seen, track.truth);
  const double of_track = error_of(track.estimated, track.truth);
  std::cout << "60 s: off by " << of_radar << " km as seen, by " << of_track
            << " km as estimated (root mean square)\n";
  draw(track);
  return of_track < 0.8 * of_radar ? 0 : 1;
} catch (const std::exception& error) {
  std::cerr << "09_tracking: " << error.what() << '\n';
  return 1;
}
