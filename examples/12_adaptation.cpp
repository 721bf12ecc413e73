// SPDX-License-Identifier: MIT
//
// Speakers from a world model. Many speakers' samples make the background, in places that all
// share; a few seconds of one bring it to how that one says them. Then a score tells whose unknown
// samples are: a made-up world of six speakers, who say the same eight sounds each in a way of
// their own.

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

#include <eigenmix/adaptation/adapt.hpp>
#include <eigenmix/adaptation/log_likelihood_ratio.hpp>
#include <eigenmix/eigenmix.hpp>

#include "support/pictures.hpp"

using Mixture = eigenmix::GaussianMixture<double, Eigen::Dynamic, eigenmix::covariance::Diagonal>;
using eigenmix::Index;

constexpr Index features = 6, sounds = 8, speakers = 6;

Eigen::MatrixXd random_columns(Index count, double deviation, eigenmix::random::Engine& engine) {
  eigenmix::random::Normal normal;
  Eigen::MatrixXd result(features, count);
  for (Index i = 0; i < result.size(); ++i) result.data()[i] = deviation * normal(engine);
  return result;
}

/// In the plane of the first two features: the world, one speaker's samples, and where they have
/// brought each of its components.
void draw(const Mixture& world, const Mixture& model, const Eigen::MatrixXd& samples) {
  gnuplot::Figure figure("adaptation");
  pictures::detail::label(figure, {"Sixty samples move the world", "feature 1", "feature 2"});
  figure.add_data("samples", samples.topRows(2));
  Eigen::MatrixXd moves(4, sounds);
  moves << world.means().topRows(2), (model.means() - world.means()).topRows(2);
  figure.add_data("moves", moves);
  const auto ellipses = [&](const std::string& name, const Mixture& mixture) {
    std::string curves;
    for (Index k = 0; k < sounds; ++k) {
      const Eigen::Matrix2d covariance = mixture.covariance(k).topLeftCorner(2, 2);
      figure.add_data(name + std::to_string(k),
                      pictures::detail::ellipse(mixture.means().col(k).head(2), covariance, 1));
      curves += ", $" + name + std::to_string(k) + " with lines linewidth 1.5 linecolor rgb " +
                (name == "world" ? "'#a0aec0'" : pictures::detail::hex(0, 0.8)) +
                (k == 0 ? " title '" + name + ", one sigma'" : " notitle");
    }
    return curves;
  };
  const std::string curves = ellipses("world", world) + ellipses("speaker", model);
  figure.script() << "plot $samples with points pointtype 7 pointsize 0.9 linecolor rgb "
                  << pictures::detail::hex(0) << " title 'samples of a speaker'" << curves
                  << ", $moves with vectors head filled linewidth 1.5 linecolor '#1a202c' title "
                     "'how the means move'\n";
  figure.draw();
}

int main() try {
  eigenmix::random::Engine engine(12);
  const Eigen::MatrixXd places = random_columns(sounds, 3, engine);
  const Eigen::VectorXd weights = Eigen::VectorXd::Constant(sounds, 1.0 / sounds);
  std::vector<Mixture> truth;
  for (Index s = 0; s < speakers; ++s) {
    const Eigen::MatrixXd means = places + random_columns(sounds, 0.5, engine);
    truth.emplace_back(weights, means, Eigen::MatrixXd::Ones(features, sounds));
  }

  Eigen::MatrixXd everyone(features, 0);
  for (const Mixture& speaker : truth) {
    const Eigen::MatrixXd samples = speaker.sample(500, engine).samples;
    everyone.conservativeResize(Eigen::NoChange, everyone.cols() + samples.cols());
    everyone.rightCols(samples.cols()) = samples;
  }
  auto world = eigenmix::initialize<Mixture>(everyone, sounds);
  world.fit(everyone);

  // Sixty samples of each are too few for a mixture of their own, and enough to move the world's.
  std::vector<Mixture> models;
  for (const Mixture& speaker : truth) {
    const Eigen::MatrixXd samples = speaker.sample(60, engine).samples;
    models.push_back(eigenmix::adapt(world, samples));
    if (models.size() == 1) draw(world, models[0], samples);
  }

  std::cout << std::fixed << std::setprecision(3)
            << "nats a sample that a model is likelier than the world; of one speaker a row\n\n";
  Index recognised = 0;
  for (Index s = 0; s < speakers; ++s) {
    const Eigen::MatrixXd unknown = truth[std::size_t(s)].sample(40, engine).samples;
    std::cout << "speaker " << s + 1 << ':';
    std::vector<double> scores;
    for (const Mixture& model : models) {
      scores.push_back(eigenmix::log_likelihood_ratio(model, world, unknown, {3}));
      std::cout << std::setw(8) << scores.back();
    }
    std::cout << '\n';
    recognised += std::max_element(scores.begin(), scores.end()) - scores.begin() == s ? 1 : 0;
  }
  std::cout << recognised << " of " << speakers << " recognised\n";
  return recognised == speakers ? 0 : 1;
} catch (const std::exception& error) {
  std::cerr << "12_adaptation: " << error.what() << '\n';
  return 1;
}
