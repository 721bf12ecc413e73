// SPDX-License-Identifier: MIT
//
// Fits a mixture to any CSV file of numbers, from the command line, and applies mixtures that were
// fitted before. See `05_fit_csv --help`.

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <map>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <eigenmix/eigenmix.hpp>

#include "support/command_line.hpp"
#include "support/csv.hpp"
#include "support/parameter_table.hpp"
#include "support/places.hpp"
#include "support/progress_line.hpp"
#include "support/stored_mixture.hpp"
#include "support/units.hpp"

namespace covariance = eigenmix::covariance;
namespace initialization = eigenmix::initialization;
using command_line::Command;
using command_line::Options;
using command_line::UsageError;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using eigenmix::Index;

// Where a result goes; the folder is made if it is missing.
std::filesystem::path output_file(const Options& options, const char* name) {
  if (options.output.empty()) return places::output_directory() / name;
  std::filesystem::create_directories(options.output);
  return options.output / name;
}

// Reads the file. `expected` are the columns of a model.
csv::Table read(const Options& options, ProgressLine& line,
                const std::vector<std::string>& expected = {}) {
  csv::Request request;
  request.columns = options.columns;
  request.expected = expected;
  request.progress = [&](std::size_t bytes) {
    line.show([&] { return "reading: " + std::to_string(bytes / 1000000) + " MB"; });
  };
  try {
    return csv::read(options.file, request);
  } catch (const csv::TextColumn& error) {
    const bool is_mended = !error.numbers.empty();
    throw std::runtime_error(
        error.what() + (is_mended ? "; to leave text out: --columns " + csv::joined(error.numbers)
                                  : std::string()));
  }
}

// Writes `write(x)` for many columns x at a time, so that not all results are in memory at once.
template <class Write>
void for_each_chunk(const MatrixXd& x, ProgressLine& line, const Write& write) {
  constexpr Index chunk = 50000;
  for (Index first = 0; first < x.cols(); first += chunk) {
    line.show([&] { return "writing: " + std::to_string(100 * first / x.cols()) + " %"; });
    write(MatrixXd(x.middleCols(first, std::min(chunk, x.cols() - first))));
  }
}

// \return how many samples are of each component, and, last, of a background
template <class Mixture>
std::vector<Index> write_assignments(const std::filesystem::path& path, const Mixture& mixture,
                                     const MatrixXd& x, ProgressLine& line) {
  const Index components = mixture.component_count();
  std::vector<std::string> columns{"row", "component"};
  for (Index k = 0; k < components; ++k) columns.push_back("responsibility_" + std::to_string(k));
  std::vector<Index> counts(static_cast<std::size_t>(components) + 1);
  const eigenmix::execution::Threads threads;
  csv::Writer file(path, columns);
  Index row = 0;
  for_each_chunk(x, line, [&](const MatrixXd& part) {
    const auto labels = mixture.classify(part, threads);
    const MatrixXd responsibilities = mixture.responsibilities(part, threads);
    for (Index n = 0; n < part.cols(); ++n) {
      file.add(double(++row));
      file.add(double(labels(n)));
      for (Index k = 0; k < components; ++k) file.add(responsibilities(k, n));
      file.end_row();
      ++counts[static_cast<std::size_t>(labels(n))];
    }
  });
  file.close();
  return counts;
}

// The best of a search, or of several starts.
template <class Mixture>
eigenmix::BestFit<Mixture> best_fit(const Options& options, const MatrixXd& x, ProgressLine& line) {
  line.show([] { return std::string("looking for a start"); });
  const auto fit_options = eigenmix::fit_options(
      eigenmix::execution::Threads(), [&line](const eigenmix::Iteration& iteration) {
        line.show([&] {
          return "fitting: iteration " + std::to_string(iteration.number()) + ", log-likelihood " +
                 std::to_string(iteration.log_likelihood());
        });
      });
  if (options.starts == 0) {
    initialization::SmallEm search;
    search.seed = options.seed;
    return eigenmix::fit_best<Mixture>(x, options.components, search, fit_options);
  }
  const initialization::KMeansPlusPlus start{options.seed};
  return eigenmix::fit_best<Mixture>(x, options.components,
                                     initialization::Restarts(options.starts, start), fit_options);
}

// Tells of the fit. A density per original unit is smaller by the scale of each column.
void report(const Options& options, const eigenmix::FitResult& result, const MatrixXd& x,
            const Units& units) {
  const double scales = double(x.cols()) * units.scale.array().log().sum();
  std::cout << x.cols() << " rows, " << x.rows() << " columns\n" << result << '\n';
  if (options.standardise) {
    std::cout << "log-likelihood in original units: " << result.log_likelihood - scales << '\n';
  }
  if (!result.converged()) std::cout << "warning: this fit has not converged\n";
}

template <class Mixture>
void save(const Options& options, const Mixture& mixture, const Units& units,
          const csv::Table& data) {
  const auto names = data.has_header ? data.columns : std::vector<std::string>();
  if (options.standardise) {
    store(options.save, in_original_units(mixture, units), names);
  } else {
    store(options.save, mixture, names);
  }
}

template <class Covariance>
void fit(const Options& options, const csv::Table& data, ProgressLine& line) {
  using Mixture = eigenmix::GaussianMixture<double, Eigen::Dynamic, Covariance>;
  const MatrixXd& x = data.samples;
  const Units original = Units::original(x.rows());
  const Units units = options.standardise ? Units::standard(x) : original;
  const MatrixXd standardised = options.standardise ? units.from_original(x) : MatrixXd();
  const MatrixXd& z = options.standardise ? standardised : x;
  const auto best = best_fit<Mixture>(options, z, line);

  csv::Table parameters;
  parameters.columns = parameter_names(data.columns);
  parameters.label_name = "units";
  add_parameters(best.mixture, units, "original", parameters);
  if (options.standardise) add_parameters(best.mixture, original, "standardised", parameters);
  const auto parameters_file = output_file(options, "parameters.csv");
  const auto assignments_file = output_file(options, "assignments.csv");
  csv::write(parameters_file, parameters);
  if (!options.save.empty()) save(options, best.mixture, units, data);
  write_assignments(assignments_file, best.mixture, z, line);

  line.clear();
  report(options, best.result, x, units);
  std::cout << "written: " << parameters_file.string() << " and " << assignments_file.string()
            << '\n';
  if (!options.save.empty()) std::cout << "saved: " << options.save.string() << '\n';
}

void run_fit(const Options& options, ProgressLine& line) {
  const std::map<std::string, void (*)(const Options&, const csv::Table&, ProgressLine&)> families{
      {"full", fit<covariance::Full>},
      {"tied", fit<covariance::Tied>},
      {"diagonal", fit<covariance::Diagonal>},
      {"spherical", fit<covariance::Spherical>}};
  const auto family = families.find(options.family);
  if (family == families.end()) {
    throw UsageError("--family must be full, tied, diagonal or spherical, got \"" + options.family +
                     "\"");
  }
  const csv::Table data = read(options, line);
  if (data.samples.cols() < options.components) {
    throw std::runtime_error(options.file + ": " + std::to_string(data.samples.cols()) +
                             " rows are too few for " + std::to_string(options.components) +
                             " components");
  }
  family->second(options, data, line);
}

// The samples of a file for a model of another one.
MatrixXd samples_for(const StoredMixture& model, const Options& options, ProgressLine& line) {
  csv::Table data = read(options, line, model.columns);
  const Index dimension = model.mixture.dimension();
  if (data.samples.rows() != dimension) {
    throw std::runtime_error(options.file + ": " + std::to_string(data.samples.rows()) +
                             " columns, but the mixture of " + options.load.string() + " is of " +
                             std::to_string(dimension) + "; choose as many by --columns");
  }
  return std::move(data.samples);
}

void score(const Options& options, const StoredMixture& model, ProgressLine& line) {
  const MatrixXd x = samples_for(model, options, line);
  const eigenmix::execution::Threads threads;
  const std::filesystem::path path = output_file(options, "scores.csv");
  csv::Writer file(path, {"row", "log_density"});
  Index row = 0;
  for_each_chunk(x, line, [&](const MatrixXd& part) {
    const auto densities = model.mixture.log_density(part, threads);
    for (Index n = 0; n < part.cols(); ++n) {
      file.add(double(++row));
      file.add(densities(n));
      file.end_row();
    }
  });
  file.close();
  const double log_likelihood = model.mixture.log_likelihood(x, threads);
  line.clear();
  std::cout << x.cols() << " rows, " << x.rows() << " columns\n"
            << "log-likelihood " << log_likelihood << '\n'
            << "mean per row " << log_likelihood / double(x.cols()) << '\n'
            << "written: " << path.string() << '\n';
}

void classify(const Options& options, const StoredMixture& model, ProgressLine& line) {
  const MatrixXd x = samples_for(model, options, line);
  const std::filesystem::path path = output_file(options, "assignments.csv");
  const std::vector<Index> counts = write_assignments(path, model.mixture, x, line);
  line.clear();
  std::cout << x.cols() << " rows, " << x.rows() << " columns\n";
  for (std::size_t k = 0; k + 1 < counts.size(); ++k) {
    std::cout << "component " << k << ": " << counts[k] << " rows\n";
  }
  if (counts.back() > 0) std::cout << "background: " << counts.back() << " rows\n";
  std::cout << "written: " << path.string() << '\n';
}

void sample(const Options& options, const StoredMixture& model, ProgressLine& line) {
  std::vector<std::string> columns = model.columns;
  for (Index i = static_cast<Index>(columns.size()); i < model.mixture.dimension(); ++i) {
    columns.push_back("x" + std::to_string(i + 1));
  }
  const std::filesystem::path path = output_file(options, "samples.csv");
  csv::Writer file(path, columns);
  eigenmix::random::Engine engine(options.seed);
  constexpr Index chunk = 50000;
  for (Index first = 0; first < options.samples; first += chunk) {
    line.show([&] { return "writing: " + std::to_string(100 * first / options.samples) + " %"; });
    const Index count = std::min(chunk, options.samples - first);
    const MatrixXd x = model.mixture.sample(count, engine).samples;
    for (Index n = 0; n < count; ++n) {
      for (Index i = 0; i < x.rows(); ++i) file.add(x(i, n));
      file.end_row();
    }
  }
  file.close();
  line.clear();
  std::cout << options.samples << " rows, " << columns.size() << " columns\n"
            << "written: " << path.string() << '\n';
  if (model.mixture.noise().weight > 0) std::cout << "none of them of the background\n";
}

void run(const Options& options) {
  ProgressLine line(!options.quiet);
  std::cout << std::setprecision(10);
  if (options.command == Command::fit) return run_fit(options, line);
  const StoredMixture model = stored_mixture(options.load);
  if (options.command == Command::score) return score(options, model, line);
  if (options.command == Command::classify) return classify(options, model, line);
  sample(options, model, line);
}

int main(int argc, char** argv) try {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  for (const std::string& argument : arguments) {
    if (argument == "--help" || argument == "-h") {
      std::cout << command_line::help;
      return 0;
    }
  }
  run(command_line::parse(arguments));
} catch (const UsageError& error) {
  std::cerr << "05_fit_csv: " << error.what() << "\n\n" << command_line::help;
  return 2;
} catch (const std::exception& error) {
  std::cerr << "05_fit_csv: " << error.what() << '\n';
  return 1;
}
