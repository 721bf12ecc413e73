// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EXAMPLES_SUPPORT_COMMAND_LINE_HPP
#define EIGENMIX_EXAMPLES_SUPPORT_COMMAND_LINE_HPP

// The command line of 05_fit_csv.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "csv_fields.hpp"

namespace command_line {

inline const char* const help = R"(usage: 05_fit_csv [fit] FILE --components K [options]
       05_fit_csv score FILE --load MODEL [options]
       05_fit_csv classify FILE --load MODEL [options]
       05_fit_csv sample N --load MODEL [options]

fit       fits a mixture of K normal distributions to the rows of FILE and writes parameters.csv and
          assignments.csv (with responsibilities)
score     tells how likely the rows of FILE are under a mixture fitted before; writes scores.csv
classify  assigns the rows of FILE to its components; writes assignments.csv
sample    draws N rows from it; writes samples.csv

FILE is a CSV file of finite numbers, with or without a header line. Fields are between commas,
semicolons or tabs, whichever the first line has. Columns of text must be left out by --columns.

  --components K   number of components, at least 1 and at most the number of rows
  --family NAME    covariances: full (default), tied, diagonal or spherical
  --seed S         seed of the search, of the first k-means++ start, or of the draws (default 0)
  --starts R       instead of a search: the best of R fits from k-means++ starts
  --standardise    fit every column in units of its standard deviation; parameters.csv then holds
                   the parameters both in these units and in the original ones
  --columns LIST   columns to use, by name or number from 1, between commas (default: all, or those
                   of the names that the model was fitted to)
  --save MODEL     write the mixture, in original units, to a file that --load and eigenmix::load
                   read
  --load MODEL     the mixture to use
  --output DIR     where to write (default: EIGENMIX_OUTPUT_DIR of the environment, else output)
  --quiet          no line of progress, which else a terminal has after a second
  --help           this text

Exit code: 0 done, 1 the file or its numbers cannot be used, 2 the command line cannot.
)";

enum class Command { fit, score, classify, sample };

inline const char* name_of(Command command) {
  constexpr const char* names[] = {"fit", "score", "classify", "sample"};
  return names[static_cast<std::size_t>(command)];
}

struct Options {
  Command command = Command::fit;
  std::string file;
  std::ptrdiff_t samples = 0;  // to draw
  std::ptrdiff_t components = 0;
  std::string family = "full";
  std::uint64_t seed = 0;
  std::ptrdiff_t starts = 0;  // or a search
  bool standardise = false;
  std::vector<std::string> columns;
  std::filesystem::path save, load, output;
  bool quiet = false;
};

// A command line that cannot be used, as opposed to a file that cannot.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

namespace detail {

inline std::uint64_t whole_number(const std::string& option, const std::string& text,
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

inline std::ptrdiff_t count(const std::string& option, const std::string& text) {
  constexpr std::uint64_t most = 1000000;  // far beyond sense, far below what an Index holds
  return static_cast<std::ptrdiff_t>(whole_number(option, text, 1, most));
}

/// One option: which commands have it, whether a value follows, and what it sets.
struct Option {
  const char* name;
  std::vector<Command> commands;
  bool has_value;
  void (*set)(Options& options, const std::string& value);
};

inline const std::vector<Option>& all_options() {
  using C = Command;
  using Text = const std::string&;
  static const std::vector<Option> options{
      {"--components",
       {C::fit},
       true,
       [](Options& o, Text text) { o.components = count("--components", text); }},
      {"--family", {C::fit}, true, [](Options& o, Text text) { o.family = text; }},
      {"--seed",
       {C::fit, C::sample},
       true,
       [](Options& o, Text text) {
         constexpr auto most = std::numeric_limits<std::uint64_t>::max();
         o.seed = whole_number("--seed", text, 0, most);
       }},
      {"--starts",
       {C::fit},
       true,
       [](Options& o, Text text) { o.starts = count("--starts", text); }},
      {"--standardise", {C::fit}, false, [](Options& o, Text) { o.standardise = true; }},
      {"--columns",
       {C::fit, C::score, C::classify},
       true,
       [](Options& o, Text text) { o.columns = csv::names(text); }},
      {"--save", {C::fit}, true, [](Options& o, Text text) { o.save = text; }},
      {"--load",
       {C::score, C::classify, C::sample},
       true,
       [](Options& o, Text text) { o.load = text; }},
      {"--output",
       {C::fit, C::score, C::classify, C::sample},
       true,
       [](Options& o, Text text) { o.output = text; }},
      {"--quiet", {C::fit, C::score, C::classify, C::sample}, false, [](Options& o, Text) {
         o.quiet = true;
       }}};
  return options;
}

inline const Option& option_of(const std::string& name, Command command) {
  for (const Option& option : all_options()) {
    if (option.name != name) continue;
    const auto& commands = option.commands;
    if (std::find(commands.begin(), commands.end(), command) != commands.end()) return option;
    throw UsageError(std::string(name_of(command)) + " has no option " + name);
  }
  throw UsageError("there is no option " + name);
}

/// Takes the command off the front of the arguments, if it is there.
inline Command take_command(std::vector<std::string>& arguments) {
  for (const Command c : {Command::fit, Command::score, Command::classify, Command::sample}) {
    if (arguments.empty() || arguments[0] != name_of(c)) continue;
    arguments.erase(arguments.begin());
    return c;
  }
  return Command::fit;
}

inline void check(const Options& options) {
  if (options.file.empty() && options.command != Command::sample) throw UsageError("which file?");
  if (options.file.empty()) throw UsageError("how many samples?");
  if (options.command == Command::fit) {
    if (options.components == 0) throw UsageError("--components is missing");
  } else if (options.load.empty()) {
    throw UsageError("--load is missing");
  }
}

}  // namespace detail

/// \throws UsageError  if the command line is not as `help` says
inline Options parse(std::vector<std::string> arguments) {
  Options options;
  options.command = detail::take_command(arguments);
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument.rfind("--", 0) == 0) {
      const detail::Option& option = detail::option_of(argument, options.command);
      if (option.has_value && i + 1 == arguments.size()) {
        throw UsageError(argument + " needs a value");
      }
      option.set(options, option.has_value ? arguments[++i] : "");
    } else if (!options.file.empty()) {
      throw UsageError("one file at a time: " + options.file + " or " + argument);
    } else {
      options.file = argument;
    }
  }
  detail::check(options);
  if (options.command == Command::sample) {
    constexpr std::uint64_t most = 1000000000;
    options.samples =
        static_cast<std::ptrdiff_t>(detail::whole_number("sample", options.file, 1, most));
  }
  return options;
}

}  // namespace command_line

#endif  // EIGENMIX_EXAMPLES_SUPPORT_COMMAND_LINE_HPP
