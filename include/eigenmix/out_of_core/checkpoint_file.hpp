// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_OUT_OF_CORE_CHECKPOINT_FILE_HPP
#define EIGENMIX_OUT_OF_CORE_CHECKPOINT_FILE_HPP

// A fit on its way, as text. Format 1:
//
//     eigenmix-checkpoint 1
//     iterations 2
//     iteration -431.2 0 100 1e-12 0.5 -1
//                              a line for each, from 0 on: log-likelihood, log prior, weight of the
//     iteration ...            samples, resolution, seconds, parameter change or -1
//     iteration ...
//     checksum 0123456789abcdef of those numbers
//     eigenmix-mixture 1       and the mixture, see io/text.hpp

#include <cmath>
#include <limits>
#include <optional>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

#include <eigenmix/io/text.hpp>
#include <eigenmix/out_of_core/whole_file.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What there is to say of one iteration.
struct IterationRecord {
  double log_likelihood = 0, log_prior = 0, total_weight = 0, resolution = 0, seconds = 0;
  double change = -1;  ///< of the parameters; -1 if it is infinite

  static constexpr Index size = 6;

  /// member(i) = number i.
  double& number(Index i) {
    double* const all[size] = {&log_likelihood, &log_prior, &total_weight,
                               &resolution,     &seconds,   &change};
    return *all[i];
  }
};

/// A fit after some iterations.
template <class Mixture>
struct SavedFit {
  std::vector<IterationRecord> records;  ///< of iterations 0, 1, ..., at least one
  Mixture mixture;                       ///< after the last of them
};

inline std::string checksum_of_records(const std::vector<IterationRecord>& records) {
  Checksum sum;
  for (IterationRecord record : records) {
    for (Index i = 0; i < IterationRecord::size; ++i) sum.add_number(record.number(i));
  }
  return sum.text();
}

template <class Mixture>
void write_checkpoint(const std::string& path, const std::vector<IterationRecord>& records,
                      const Mixture& mixture) {
  std::string out = "eigenmix-checkpoint 1\niterations " + text(Index(records.size()) - 1) + '\n';
  for (IterationRecord record : records) {
    out += "iteration";
    for (Index i = 0; i < IterationRecord::size; ++i) out += ' ' + number_text(record.number(i));
    out += '\n';
  }
  out += "checksum " + checksum_of_records(records) + '\n' + mixture_text(saved_parts(mixture));
  write_whole_file(path, out);
}

inline std::vector<IterationRecord> read_records(Lines& lines) {
  lines.expect("eigenmix-checkpoint");
  if (lines.value() != "1") lines.fail("version", in_quotes(lines.value()), "1");
  lines.expect("iterations");
  const Index iterations = lines.count();
  std::vector<IterationRecord> records;
  for (Index m = 0; m <= iterations; ++m) {
    lines.expect("iteration");
    lines.check_count(IterationRecord::size);
    IterationRecord& record = records.emplace_back();
    for (Index i = 0; i < IterationRecord::size; ++i) {
      record.number(i) =
          lines.number<double>(std::numeric_limits<double>::digits, i, IterationRecord::size);
    }
  }
  lines.expect("checksum");
  const std::string needed = checksum_of_records(records);
  if (lines.value() != needed) lines.fail("checksum", in_quotes(lines.value()), in_quotes(needed));
  return records;
}

/// \return nothing if there is no such file
/// \throws std::runtime_error  if it is none of a fit of such a mixture, and where it ceases to be
template <class Mixture>
std::optional<SavedFit<Mixture>> read_checkpoint(const std::string& path) {
  const auto bytes = read_whole_file(path);
  if (!bytes) return std::nullopt;
  const std::string where = "out_of_core: '" + path + "'";
  std::istringstream in(*bytes);
  Lines lines(where.c_str(), in);
  auto records = read_records(lines);
  try {
    return SavedFit<Mixture>{std::move(records), load<Mixture>(in)};
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(where + ": " + error.what() + " (counted from the mixture on)");
  }
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_OUT_OF_CORE_CHECKPOINT_FILE_HPP
