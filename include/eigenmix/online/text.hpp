// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_ONLINE_TEXT_HPP
#define EIGENMIX_ONLINE_TEXT_HPP

// States of streams as text, and back to the same bits. Format 1, one part a line, words between
// blanks; then the mixture, as io/text.hpp has it:
//
//     eigenmix-online 1
//     scalar double            of the mixture; numbers are of its accumulator, double for a float
//     family VVI
//     dimension 2
//     components 3
//     batches 17               seen
//     samples 1700             seen, the sum of their weights
//     unit 100                 samples that time is counted in; 0 before the first batch, and then
//                              there are no moments and no memory
//     moments 540.5            running ones: total weight
//     counts 140.5 200 200     of the components
//     origin 0 1               a line for each component
//     first 0 0                likewise
//     second 1 0.5             a line for each component, or one if all share their covariance
//     memory 140.5 200 200
//     average 1200             of iterates, if there is any: like `moments`
//     ...
//     checksum 0123456789abcdef
//     eigenmix-mixture 1
//     ...
//
// The checksum is FNV-1a's of the values, as in io/text.hpp.

#include <istream>
#include <limits>
#include <ostream>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <eigenmix/io/text.hpp>
#include <eigenmix/online/stepwise_em.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

inline constexpr const char* online_name = "eigenmix-online";

template <class Moments>
void append_moments(const char* keyword, const Moments& moments, std::string& out) {
  if (moments.component_count() == 0) return;
  out += std::string(keyword) + ' ' + number_text(moments.total_weight()) + '\n';
  append_line("counts", moments.counts(), out);
  for (Index k = 0; k < moments.component_count(); ++k) {
    append_line("origin", moments.origin().col(k), out);
  }
  for (Index k = 0; k < moments.component_count(); ++k) {
    append_line("first", moments.first().col(k), out);
  }
  for (Index g = 0; g < moments.second().cols(); ++g) {
    append_line("second", moments.second().col(g), out);
  }
}

template <class Mixture>
std::string checksum_of_state(const online::State<Mixture>& state) {
  Checksum sum;
  sum.add(Mixture::Covariance::name);
  sum.add(state.batches);
  sum.add_number(state.samples);
  sum.add_number(state.unit);
  for (const auto* moments : {&state.moments, &state.average}) {
    sum.add_numbers(moments->origin());
    sum.add_numbers(moments->flat());
  }
  sum.add_numbers(state.memory);
  return sum.text();
}

template <class Mixture>
std::string online_text(const online::State<Mixture>& state) {
  const Mixture& mixture = state.mixture;
  std::string out = std::string(online_name) + " 1\nscalar " +
                    scalar_name(std::numeric_limits<typename Mixture::Scalar>::digits) +
                    "\nfamily " + Mixture::Covariance::name + "\ndimension " +
                    text(mixture.dimension()) + "\ncomponents " + text(mixture.component_count()) +
                    "\nbatches " + text(state.batches) + "\nsamples " + number_text(state.samples) +
                    "\nunit " + number_text(state.unit) + '\n';
  append_moments("moments", state.moments, out);
  if (state.has_begun()) append_line("memory", state.memory, out);
  append_moments("average", state.average, out);
  return out + "checksum " + checksum_of_state(state) + '\n' + mixture_text(saved_parts(mixture));
}

/// Reads one state, all but its mixture.
template <class Mixture>
class OnlineReader {
 public:
  using State = online::State<Mixture>;
  using Moments = typename Mixture::Moments;
  using Real = typename Mixture::Real;

  explicit OnlineReader(std::istream& in) : in_(in), lines_("online::load", in) {}

  State read() {
    read_head();
    lines_.expect("batches");
    const Index batches = lines_.count();
    const double samples = read_number("samples"), unit = read_number("unit");
    Moments moments, average;
    Vector<Real> memory;
    lines_.expect_any();
    if (unit > 0) {
      moments = read_moments("moments");
      lines_.expect("memory");
      memory = lines_.numbers<Real>(digits, components_);
      lines_.expect_any();
    }
    if (lines_.is("average")) {
      average = read_moments("average");
      lines_.expect_any();
    }
    if (!lines_.is("checksum")) lines_.fail("first word", in_quotes(lines_.first()), "checksum");
    const std::string checksum(lines_.value()), place = lines_.place();
    State state{load<Mixture>(in_),
                std::move(moments),
                std::move(memory),
                std::move(average),
                batches,
                samples,
                unit};
    verify_state(place, checksum, state);
    return state;
  }

 private:
  static constexpr int digits = std::numeric_limits<Real>::digits;

  void read_head() {
    const std::string need = std::string(online_name) + " and its version";
    if (!lines_.skip_empty()) lines_.fail("first word", "the end of the text", need);
    if (!lines_.is(online_name)) lines_.fail("first word", in_quotes(lines_.first()), need);
    check_version(lines_.place(), lines_.count());
    const Wanted wanted = detail::wanted<Mixture>();
    lines_.expect("scalar");
    if (lines_.value() != scalar_name(wanted.digits)) {
      lines_.fail("scalar", in_quotes(lines_.value()), scalar_name(wanted.digits));
    }
    lines_.expect("family");
    if (lines_.value() != wanted.family) {
      lines_.fail("family", in_quotes(lines_.value()), wanted.family);
    }
    lines_.expect("dimension");
    dimension_ = lines_.count();
    check_dimension(lines_.place(), dimension_, wanted);
    lines_.expect("components");
    components_ = lines_.count();
    if (components_ < 1) lines_.fail("components", "0", "at least one");
  }

  double read_number(const char* keyword) {
    lines_.expect(keyword);
    const double value = lines_.number<double>(std::numeric_limits<double>::digits);
    if (!(value >= 0)) lines_.fail(keyword, text(value), "a number >= 0");
    return value;
  }

  /// Of the line in hand and those that follow.
  Moments read_moments(const char* keyword) {
    if (!lines_.is(keyword)) lines_.fail("first word", in_quotes(lines_.first()), keyword);
    const Real weight = lines_.number<Real>(digits);
    lines_.expect("counts");
    const Vector<Real> counts = lines_.numbers<Real>(digits, components_);
    const Matrix<Real> origin = read_columns("origin", dimension_, components_);
    Moments result{typename Moments::Origin(origin)};
    result.total_weight() = weight;
    result.counts() = counts;
    result.first() = read_columns("first", dimension_, components_);
    result.second() = read_columns("second", result.second().rows(), result.second().cols());
    return result;
  }

  Matrix<Real> read_columns(const char* keyword, Index rows, Index cols) {
    std::vector<Vector<Real>> columns;
    for (Index k = 0; k < cols; ++k) {
      lines_.expect(keyword);
      columns.push_back(lines_.numbers<Real>(digits, rows));
    }
    return side_by_side(columns);
  }

  void verify_state(const std::string& place, const std::string& checksum, const State& state) {
    if (state.mixture.dimension() != dimension_ || state.mixture.component_count() != components_) {
      refuse(place, "dimensions x components of the mixture that follows",
             text(Shape{state.mixture.dimension(), state.mixture.component_count()}),
             text(Shape{dimension_, components_}));
    }
    const std::string needed = checksum_of_state(state);
    if (checksum != needed) {
      refuse(place, "checksum", in_quotes(checksum), "'" + needed + "' of these numbers");
    }
    try {
      check_online_state(place.c_str(), state);
    } catch (const std::invalid_argument& error) {
      throw std::runtime_error(error.what());
    }
  }

  std::istream& in_;
  Lines lines_;
  Index dimension_ = 0, components_ = 0;
};

}  // namespace detail

namespace online {

/// Writes the state of a stream as text that `load` reads back to the same bits; its steps, options
/// and degeneracy policy are the program's and are not in it. Independent of locales and of the
/// stream's format, which is left alone. \throws std::runtime_error  if `out` did not take it all
/// \complexity  O(K Dim²) for dense families, O(K Dim) for the others
template <class Mixture, class Steps, class Degeneracy>
void save(std::ostream& out, const StepwiseEm<Mixture, Steps, Degeneracy>& stream) {
  detail::write_all("online::save", out, detail::online_text(stream.state()));
}

/// Reads what was saved, in this library's format, and no more. With the same steps, options and
/// degeneracy policy as before it goes on to the same bits as if it had never stopped, but for what
/// a degeneracy policy counts:
///
///     auto stream = online::load<GaussianMixture<double>>(in, online::Constant(0.05));
///
/// \tparam Mixture  of the scalar and family that was saved, of its dimension or Eigen::Dynamic
/// \return a StepwiseEm<Mixture, Steps, Degeneracy>
/// \throws std::runtime_error     "online::load: line L: what, got X, need Y", lines counted from
///         where it began to read; of the mixture, which ends a state, "load: line L: ...", counted
///         from its own first line
/// \throws std::invalid_argument  if a number of the options is NaN or negative
/// \complexity  as of a mixture's constructor
template <class Mixture, class Steps = Decreasing, class Degeneracy = degeneracy::ResolutionFloor>
auto load(std::istream& in, Steps steps = Steps(), const Options& options = {},
          Degeneracy degeneracy = Degeneracy()) {
  constexpr bool is_mixture = detail::is_mixture_v<Mixture>;
  static_assert(is_mixture,
                "eigenmix: what online::load reads is a stream of a GaussianMixture: "
                "online::load<GaussianMixture<double>>(in)");
  if constexpr (is_mixture) {
    return StepwiseEm<Mixture, Steps, Degeneracy>(detail::OnlineReader<Mixture>(in).read(),
                                                  std::move(steps), options, std::move(degeneracy));
  } else {
    throw std::logic_error("eigenmix: unreachable");
  }
}

}  // namespace online
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_ONLINE_TEXT_HPP
