// SPDX-License-Identifier: MIT
//
// Speakers from a world model. Many speakers' samples make the background, in places that all
// share; a few seconds of one bring it to how that one says them. Then a score tells whose unknown
// samples are: a made-up world of six speakers, who say the same eight sounds each in a way of
// their own.

#include <algorithm>
#include <iomanip>
#include <iostream>
#include <vector>

#include <eigenmix/adaptation/adapt.hpp>
#include <eigenmix/adaptation/log_likelihood_ratio.hpp>
#include <eigenmix/eigenmix.hpp>

using Mixture = eigenmix::GaussianMixture<double, Eigen::Dynamic, eigenmix::covariance::Diagonal>;
using eigenmix::Index;

constexpr Index features = 6, sounds = 8, speakers = 6;

Eigen::MatrixXd random_columns(Index count, double deviation, eigenmix::random::Engine& engine) {
  eigenmix::random::Normal normal;
  Eigen::MatrixXd result(features, count);
  for (Index i = 0; i < result.size(); ++i) result.data()[i] = deviation * normal(engine);
  return result;
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
    models.push_back(eigenmix::adapt(world, speaker.sample(60, engine).samples));
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
