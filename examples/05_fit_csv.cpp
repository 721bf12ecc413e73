// SPDX-License-Identifier: MIT
//
// Fits a mixture to any CSV file of numbers, from the command line. See `05_fit_csv --help`.

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iomanip>
#include <iostream>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include <eigenmix/eigenmix.hpp>

#include "support/csv.hpp"
#include "support/places.hpp"

namespace covariance = eigenmix::covariance;
using Eigen::MatrixXd;
using Eigen::VectorXd;
using eigenmix::Index;

const char* const help = R"(usage: 05_fit_csv FILE --components K [options]

Fits a mixture of K normal distributions to the rows of FILE, a CSV file of finite numbers with or
without a header line, and writes parameters.csv and assignments.csv (with responsibilities).

  --components K   number of components, at least 1 and at most the number of rows
  --family NAME    covariances: full (default), tied, diagonal or spherical
  --seed S         seed of the first k-means++ start (default 0)
  --starts R       number of starts, of which the best is kept (default 1)
  --standardise    fit every column in units of its standard deviation; parameters.csv then holds
                   the parameters both in these units and in the original ones
  --output DIR     where to write (default: EIGENMIX_OUTPUT_DIR of the environment, else output)
  --help           this text

Exit code: 0 done, 1 the file or its numbers cannot be used, 2 the command line cannot.
)";

struct Options {
  std::string file;
  Index components = 0;
  std::string family = "full";
  std::uint64_t seed = 0;
  Index starts = 1;
  bool standardise = false;
  std::filesystem::path output;
};

// A command line that cannot be used, as opposed to a file that cannot.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

std::uint64_t whole_number(const std::string& option, const std::string& text,
                           std::uint64_t smallest, std::uint64_t largest) {
  const bool is_number = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  try {
    const std::uint64_t value = is_number ? std::stoull(text) : 0;
    if (is_number && value >= smallest && value <= largest) return value;
  } catch (const std::out_of_range&) {  // reported below
  }
  throw UsageError(option + " needs a whole number from " + std::to_string(smallest) + " to " +
                   std::to_string(largest) + ", got \"" + text + "\"");
}

Index count(const std::string& option, const std::string& text) {
  constexpr std::uint64_t most = 1000000;  // far beyond sense, far below what an Index holds
  return static_cast<Index>(whole_number(option, text, 1, most));
}

Options parse(const std::vector<std::string>& arguments) {
  Options options;
  const std::map<std::string, std::function<void(const std::string&)>> with_value{
      {"--components",
       [&](const std::string& text) { options.components = count("--components", text); }},
      {"--family", [&](const std::string& text) { options.family = text; }},
      {"--seed",
       [&](const std::string& text) {
         constexpr auto most = std::numeric_limits<std::uint64_t>::max();
         options.seed = whole_number("--seed", text, 0, most);
       }},
      {"--starts", [&](const std::string& text) { options.starts = count("--starts", text); }},
      {"--output", [&](const std::string& text) { options.output = text; }}};
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    const auto option = with_value.find(argument);
    if (option != with_value.end()) {
      if (i + 1 == arguments.size()) throw UsageError(argument + " needs a value");
      option->second(arguments[++i]);
    } else if (argument == "--standardise") {
      options.standardise = true;
    } else if (argument.rfind("--", 0) == 0) {
      throw UsageError("there is no option " + argument);
    } else if (!options.file.empty()) {
      throw UsageError("one file at a time: " + options.file + " or " + argument);
    } else {
      options.file = argument;
    }
  }
  if (options.file.empty()) throw UsageError("which file?");
  if (options.components == 0) throw UsageError("--components is missing");
  return options;
}

// The change of units x = centre + scale z, column by column of the file.
struct Units {
  VectorXd centre, scale;

  static Units original(Index dimension) {
    return {VectorXd::Zero(dimension), VectorXd::Ones(dimension)};
  }
  static Units standard(const MatrixXd& x) {
    const VectorXd centre = x.rowwise().mean();
    const MatrixXd centred = x.colwise() - centre;
    const VectorXd deviation = (centred.rowwise().squaredNorm() / double(x.cols())).cwiseSqrt();
    // A constant column has no unit of its own, only the rounding of its mean.
    const VectorXd range = x.rowwise().maxCoeff() - x.rowwise().minCoeff();
    return {centre, (range.array() > 0).select(deviation, 1)};
  }
  MatrixXd from_original(const MatrixXd& x) const {
    return scale.cwiseInverse().asDiagonal() * (x.colwise() - centre);
  }
};

// Appends one row per component to the table of parameters, in the units that x is wanted in.
template <class Mixture>
void add_parameters(const Mixture& mixture, const Units& units, const std::string& name,
                    csv::Table& table) {
  const Index dimension = mixture.dimension();
  for (Index k = 0; k < mixture.component_count(); ++k) {
    const VectorXd mean = units.centre + units.scale.cwiseProduct(mixture.means().col(k));
    const MatrixXd covariance =
        units.scale.asDiagonal() * mixture.covariance(k) * units.scale.asDiagonal();
    std::vector<double> row{double(k), mixture.weights()(k)};
    row.insert(row.end(), mean.data(), mean.data() + dimension);
    for (Index j = 0; j < dimension; ++j) {
      for (Index i = j; i < dimension; ++i) row.push_back(covariance(i, j));
    }
    const auto width = static_cast<Index>(row.size());
    table.samples.conservativeResize(width, table.samples.cols() + 1);
    table.samples.rightCols(1) = Eigen::Map<const VectorXd>(row.data(), width);
    table.labels.push_back(name);
  }
}

std::vector<std::string> parameter_names(const std::vector<std::string>& columns) {
  std::vector<std::string> names{"component", "weight"};
  for (const std::string& column : columns) names.push_back("mean_" + column);
  for (std::size_t j = 0; j < columns.size(); ++j) {
    for (std::size_t i = j; i < columns.size(); ++i) {
      names.push_back("covariance_" + columns[j] + "_" + columns[i]);
    }
  }
  return names;
}

template <class Mixture>
void write_assignments(const std::filesystem::path& path, const Mixture& mixture,
                       const MatrixXd& z) {
  csv::Table table;
  table.columns = {"row", "component"};
  for (Index k = 0; k < mixture.component_count(); ++k) {
    table.columns.push_back("responsibility_" + std::to_string(k));
  }
  table.samples.resize(2 + mixture.component_count(), z.cols());
  table.samples << Eigen::RowVectorXd::LinSpaced(z.cols(), 1, double(z.cols())),
      mixture.classify(z).template cast<double>(), mixture.responsibilities(z);
  csv::write(path, table);
}

template <class Covariance>
void fit(const Options& options, const csv::Table& data) {
  using Mixture = eigenmix::GaussianMixture<double, Eigen::Dynamic, Covariance>;
  const MatrixXd& x = data.samples;
  const Units original = Units::original(x.rows());
  const Units units = options.standardise ? Units::standard(x) : original;
  const MatrixXd z = units.from_original(x);

  eigenmix::initialization::KMeansPlusPlus start;
  start.seed = options.seed;
  const auto best = eigenmix::fit_best<Mixture>(
      z, options.components, eigenmix::initialization::Restarts(options.starts, start));

  csv::Table parameters;
  parameters.columns = parameter_names(data.columns);
  parameters.label_name = "units";
  add_parameters(best.mixture, units, "original", parameters);
  if (options.standardise) add_parameters(best.mixture, original, "standardised", parameters);
  csv::write(options.output / "parameters.csv", parameters);
  write_assignments(options.output / "assignments.csv", best.mixture, z);

  // A density per original unit is smaller by the scale of each column.
  const double log_likelihood =
      best.result.log_likelihood - double(x.cols()) * units.scale.array().log().sum();
  std::cout << x.cols() << " rows, " << x.rows() << " columns\n" << best.result << '\n';
  if (options.standardise) {
    std::cout << "log-likelihood in original units: " << log_likelihood << '\n';
  }
  if (!best.result.converged()) std::cout << "warning: this fit has not converged\n";
  std::cout << "written: " << (options.output / "parameters.csv").string() << " and "
            << (options.output / "assignments.csv").string() << '\n';
}

void run(Options options) {
  const std::map<std::string, void (*)(const Options&, const csv::Table&)> families{
      {"full", fit<covariance::Full>},
      {"tied", fit<covariance::Tied>},
      {"diagonal", fit<covariance::Diagonal>},
      {"spherical", fit<covariance::Spherical>}};
  const auto family = families.find(options.family);
  if (family == families.end()) {
    throw UsageError("--family must be full, tied, diagonal or spherical, got \"" + options.family +
                     "\"");
  }
  const csv::Table data = csv::read(options.file);
  if (data.samples.cols() < options.components) {
    throw std::runtime_error(options.file + ": " + std::to_string(data.samples.cols()) +
                             " rows are too few for " + std::to_string(options.components) +
                             " components");
  }
  if (options.output.empty()) options.output = places::output_directory();
  std::filesystem::create_directories(options.output);
  std::cout << std::setprecision(10);
  family->second(options, data);
}

int main(int argc, char** argv) try {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  for (const std::string& argument : arguments) {
    if (argument == "--help" || argument == "-h") {
      std::cout << help;
      return 0;
    }
  }
  run(parse(arguments));
} catch (const UsageError& error) {
  std::cerr << "05_fit_csv: " << error.what() << "\n\n" << help;
  return 2;
} catch (const std::exception& error) {
  std::cerr << "05_fit_csv: " << error.what() << '\n';
  return 1;
}
