// SPDX-License-Identifier: MIT
//
// A stopping policy of one's own. Twelve components are too many for Old Faithful: EM goes on
// learning the samples by heart long after it has learnt all that is true of the geyser. So part of
// the data is held out, and the fit ends when those have not become more likely for a while, or
// when a deadline is over.

#include <chrono>
#include <iomanip>
#include <iostream>
#include <limits>
#include <optional>
#include <string>

#include <eigenmix/eigenmix.hpp>

#include "support/csv.hpp"
#include "support/places.hpp"

using eigenmix::FitStatus;
using eigenmix::Index;
using eigenmix::Iteration;
using Mixture = eigenmix::GaussianMixture<double, 2>;

// The best mixture so far. A fit works on a copy of its policy, so what shall outlive the fit is
// kept outside.
struct Best {
  std::optional<Mixture> mixture;
  double log_likelihood = -std::numeric_limits<double>::infinity();  // of the samples held out
  Index iteration = 0;
};

// Whatever can be called as bool(const Iteration&, const Mixture&) is a policy; status() and name()
// are for the report and could be left out.
class ValidationUntilDeadline {
 public:
  ValidationUntilDeadline(const Eigen::MatrixXd& held_out, Index patience,
                          Iteration::Seconds deadline, Best& best)
      : held_out_(&held_out), patience_(patience), deadline_(deadline), best_(&best) {}

  bool operator()(const Iteration& iteration, const Mixture& mixture) {
    const double log_likelihood = mixture.log_likelihood(*held_out_);
    if (log_likelihood > best_->log_likelihood) {
      *best_ = {mixture, log_likelihood, iteration.number()};
    }
    is_late_ = iteration.elapsed() >= deadline_;
    return is_late_ || iteration.number() - best_->iteration >= patience_;
  }

  FitStatus status() const {
    return is_late_ ? FitStatus::time_limit : FitStatus::stopped_by_policy;
  }
  std::string name() const { return is_late_ ? "deadline" : "validation"; }

 private:
  const Eigen::MatrixXd* held_out_;
  Index patience_;
  Iteration::Seconds deadline_;
  Best* best_;
  bool is_late_ = false;
};

// Every third eruption is held out.
void split(const Eigen::MatrixXd& x, Eigen::MatrixXd& training, Eigen::MatrixXd& held_out) {
  held_out.resize(x.rows(), (x.cols() + 2) / 3);
  training.resize(x.rows(), x.cols() - held_out.cols());
  Index in = 0, out = 0;
  for (Index n = 0; n < x.cols(); ++n) {
    if (n % 3 == 0) {
      held_out.col(out++) = x.col(n);
    } else {
      training.col(in++) = x.col(n);
    }
  }
}

int main() try {
  using namespace std::chrono_literals;
  using eigenmix::stopping::MaxIterations;
  const csv::Table table = csv::read(places::data("faithful.csv"));
  Eigen::MatrixXd training, held_out;
  split(table.samples, training, held_out);
  const auto start = eigenmix::initialize<Mixture>(training, 12);

  std::cout << std::fixed << std::setprecision(3) << training.cols() << " eruptions to learn from, "
            << held_out.cols() << " held out; log-likelihoods per eruption\n\n"
            << "                                 ended by  iterations  training  held out  "
               "(best, at iteration)\n";
  const auto run = [&](const char* title, Index patience, Iteration::Seconds deadline,
                       Index limit) {
    Best best;
    auto mixture = start;
    const auto result =
        mixture.fit(training, ValidationUntilDeadline(held_out, patience, deadline, best) ||
                                  MaxIterations(limit));
    const double count = double(held_out.cols());
    std::cout << std::left << std::setw(24) << title << std::right << std::setw(17)
              << result.stopped_by << std::setw(12) << result.iterations << std::setw(10)
              << result.log_likelihood / double(training.cols()) << std::setw(10)
              << mixture.log_likelihood(held_out) / count << std::setw(10)
              << best.log_likelihood / count << " " << best.iteration << '\n';
  };
  run("patience of 10", 10, 10s, 500);
  run("no patience to speak of", 500, 10s, 500);
  run("no time at all", 10, 0s, 500);
} catch (const std::exception& error) {
  std::cerr << "03_custom_stopping: " << error.what() << '\n';
  return 1;
}
