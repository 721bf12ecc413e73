// SPDX-License-Identifier: MIT
//
// How good the optima are that fits find: every start from many seeds.
//
//     quality [DATA_DIR [SEEDS [FIRST]]]
//
// DATA_DIR holds faithful.csv, iris.csv, diabetes.csv, wreath.csv, wine.csv, one sample per line,
// text columns ignored; a file that is not there is left out. "best" is the highest log-likelihood
// of any fit here without a spurious or collapsed component or of "known", one that other software
// has found; "hits" are fits within 0.1 nats of it; "unsound" fits have such a
// component, and never count, whatever their likelihood, of which the highest is shown. Times are
// of start and fit. initialization::exhaustive() only where the thorough start hits less than 95 of 100.

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "measure.hpp"

namespace {

using namespace eigenmix_benchmark;
namespace covariance = eigenmix::covariance;

/// The numbers of a file of comma-separated values with one line of names. Empty if there is none.
Dense<double> read_samples(const std::string& path) {
  std::ifstream file(path);
  std::string line, field;
  std::getline(file, line);
  std::vector<double> values;
  Index samples = 0;
  for (; std::getline(file, line); ++samples) {
    std::istringstream fields(line);
    while (std::getline(fields, field, ',')) {
      char* end = nullptr;
      const double value = std::strtod(field.c_str(), &end);
      if (end != field.c_str()) values.push_back(value);
    }
  }
  const Index dimension = samples == 0 ? 0 : static_cast<Index>(values.size()) / samples;
  return Eigen::Map<const Dense<double>>(values.data(), dimension, samples);
}

struct Seeds {
  int count = 100, first = 0;
};

/// What fits from one kind of start came to.
struct Outcomes {
  std::vector<double> sound, seconds;
  double highest_unsound = -HUGE_VAL;
  Index unsound = 0;

  double best() const {
    return sound.empty() ? -HUGE_VAL : *std::max_element(sound.begin(), sound.end());
  }
  Index hits(double target) const {
    return std::count_if(sound.begin(), sound.end(), [&](double l) { return l >= target - 0.1; });
  }
  double median_milliseconds() const {
    std::vector<double> sorted = seconds;
    std::sort(sorted.begin(), sorted.end());
    return 1e3 * sorted[sorted.size() / 2];
  }
};

template <class Mixture, class Strategy>
Outcomes fit_all(const Dense<double>& x, Index components, Strategy strategy, Seeds seeds) {
  Outcomes outcomes;
  for (int seed = seeds.first; seed < seeds.first + seeds.count; ++seed) {
    strategy.seed = static_cast<std::uint64_t>(seed);
    eigenmix::FitResult result;
    outcomes.seconds.push_back(seconds_of([&] {
      auto mixture = eigenmix::initialize<Mixture>(x, components, strategy);
      result = mixture.fit(x);
    }));
    if (result.collapsed_count == 0 && result.spurious_count == 0) {
      outcomes.sound.push_back(result.log_likelihood);
    } else {
      ++outcomes.unsound;
      outcomes.highest_unsound = std::max(outcomes.highest_unsound, result.log_likelihood);
    }
  }
  return outcomes;
}

/// The best log-likelihoods on Old Faithful of 500 restarts of scikit-learn 1.2.1; on wine of 2700.
///
/// On iris 2700 restarts reach -151.915 and -127.091 with four and five full components, where some
/// twelve samples lie in an oblique plane a tenth of a millimetre thin: they are recorded in whole
/// millimetres, see spurious_components. Of 240 000 fits from random starts and changes of the best
/// there are likelier ones still with such planes, -151.118 and -121.293, the last seldom found.
/// Without them the likeliest found are -157.246, a plane of eleven samples that narrowly passes,
/// and -133.901; ten more above -157.767 differ in a sample or two of an atom, setosa's petals
/// 0.2 cm wide. That of wine is no accident: it gains 18 nats, 16 sets drawn from the fit without it
/// at most 3.
struct Known {
  const char* data;
  Index components;
  const char* family;
  double log_likelihood;
};
constexpr Known known_optima[] = {
    {"faithful", 2, "Full", -1130.264},      {"faithful", 3, "Full", -1114.440},
    {"faithful", 3, "Tied", -1126.316},      {"faithful", 3, "Diagonal", -1127.008},
    {"faithful", 3, "Spherical", -1637.434}, {"faithful", 4, "Full", -1103.391},
    {"faithful", 4, "Tied", -1120.828},      {"iris", 4, "Full", -157.246},
    {"iris", 5, "Full", -133.901},           {"wine", 3, "Full", -2770.620},
};

template <class Family>
void print_row(const std::string& data, const Dense<double>& x, Index components, Seeds seeds) {
  using Mixture = eigenmix::GaussianMixture<double, Eigen::Dynamic, Family>;
  using namespace eigenmix;
  std::vector<Outcomes> all{fit_all<Mixture>(x, components, initialization::fast(), seeds),
                            fit_all<Mixture>(x, components, initialization::SmallEm(), seeds),
                            fit_all<Mixture>(x, components, initialization::thorough(), seeds)};
  double target = -HUGE_VAL, known = -HUGE_VAL, unsound = -HUGE_VAL;
  for (const Known& optimum : known_optima) {
    const bool is_this = data == optimum.data && components == optimum.components &&
                         std::string(Family::name) == optimum.family;
    if (is_this) target = known = optimum.log_likelihood;
  }
  for (const Outcomes& outcomes : all) target = std::max(target, outcomes.best());
  if (all[2].hits(target) < 0.95 * seeds.count) {
    all.push_back(fit_all<Mixture>(x, components, initialization::exhaustive(), seeds));
    target = std::max(target, all[3].best());
  }
  for (const Outcomes& outcomes : all) unsound = std::max(unsound, outcomes.highest_unsound);
  std::printf("%-8s %2ld %-9s %10.3f %10.3f |", data.c_str(), long(components), Family::name,
              target, known);
  for (const Outcomes& outcomes : all) {
    std::printf(" %4ld %7.2f %4ld |", long(outcomes.hits(target)), outcomes.median_milliseconds(),
                long(outcomes.unsound));
  }
  if (all.size() < 4) std::printf(" %17s |", "");
  std::printf(" %10.3f\n", unsound);
  std::fflush(stdout);
}

void print_table(const std::string& directory, const std::string& data, Index first, Index last,
                 Seeds seeds) {
  const Dense<double> x = read_samples(directory + "/" + data + ".csv");
  if (x.size() == 0) {
    std::printf("%-8s not there\n", data.c_str());
    return;
  }
  for (Index k = first; k <= last; ++k) {
    print_row<covariance::Full>(data, x, k, seeds);
    print_row<covariance::Tied>(data, x, k, seeds);
    print_row<covariance::Diagonal>(data, x, k, seeds);
    print_row<covariance::Spherical>(data, x, k, seeds);
  }
}

}  // namespace

int main(int count, char** values) {
  const std::string directory = count > 1 ? values[1] : EIGENMIX_TESTS_DIR "/data";
  Seeds seeds;
  if (count > 2) seeds.count = std::atoi(values[2]);
  if (count > 3) seeds.first = std::atoi(values[3]);
  if (seeds.count < 1) {
    std::fprintf(stderr, "usage: %s [DATA_DIR [SEEDS [FIRST]]]\n", values[0]);
    return 2;
  }
  std::printf("%d seeds; for each start: hits, median ms, unsound fits\n", seeds.count);
  std::printf("%-8s %2s %-9s %10s %10s | %-17s | %-17s | %-17s | %-17s | %10s\n", "data", "K",
              "family", "best", "known", "initialization::fast", "default",
              "initialization::thorough", "exhaustive", "unsound");
  print_table(directory, "faithful", 2, 5, seeds);
  print_table(directory, "iris", 2, 5, seeds);
  print_table(directory, "diabetes", 3, 3, seeds);
  print_table(directory, "wreath", 14, 14, seeds);
  print_table(directory, "wine", 3, 3, seeds);
  return 0;
}
