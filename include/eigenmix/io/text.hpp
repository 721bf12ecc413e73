// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_IO_TEXT_HPP
#define EIGENMIX_IO_TEXT_HPP

// Mixtures as text, and back to the same bits. Format 1, one part a line, words between blanks:
//
//     eigenmix-mixture 1
//     scalar double            or float, or extended, quadruple (long double)
//     family VVI               its name; of covariance::Diagonal it is Diagonal
//     dimension 2
//     components 3
//     weights 0.25 0.5 0.25
//     mean 0 1                 a line for each component
//     mean ...
//     covariances diagonal 3   dense, diagonal or isotropic, and how many: 1 if all share it
//     covariance 1 0.5         a line for each: a matrix column by column, or variances, or one
//     covariance ...
//     apart 1 0.5              for dimensions that told the last fit nothing: which, its variance
//     noise 0.1 -3             if there is any: its weight and log density
//     checksum 0123456789abcdef
//     end
//
// The checksum is FNV-1a's of the values, see detail::checksum_of. It may be left out, by other
// programs and by persons; covariances must then be of the family's form within 1e-5.
// What is written here is read for ever; what is added one day is called 2.

#include <istream>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include <eigenmix/io/lines.hpp>
#include <eigenmix/io/saved.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

template <class Numbers>
void append_line(const char* keyword, const Numbers& numbers, std::string& out) {
  out += keyword;
  for (Index i = 0; i < numbers.size(); ++i) out += ' ' + number_text(numbers(i));
  out += '\n';
}

template <class Scalar>
std::string mixture_text(const SavedMixture<Scalar>& saved) {
  std::string out = std::string(saved_name) + ' ' + text(saved_version) + "\nscalar " +
                    scalar_name(saved.digits) + "\nfamily " + saved.family + "\ndimension " +
                    text(saved.dimension) + "\ncomponents " + text(saved.weights.size()) + '\n';
  append_line("weights", saved.weights, out);
  for (Index k = 0; k < saved.means.cols(); ++k) append_line("mean", saved.means.col(k), out);
  out += std::string("covariances ") + storage_name(saved.storage) + ' ' +
         text(saved.covariances.cols()) + '\n';
  for (Index g = 0; g < saved.covariances.cols(); ++g) {
    append_line("covariance", saved.covariances.col(g), out);
  }
  for (Index i = 0; i < saved.apart.size(); ++i) {
    if (saved.apart(i) > 0) out += "apart " + text(i) + ' ' + number_text(saved.apart(i)) + '\n';
  }
  if (saved.has_noise_line()) {
    out += "noise " + number_text(saved.noise_weight) + ' ' + number_text(saved.log_noise_density) +
           '\n';
  }
  return out + "checksum " + checksum_of(saved) + "\nend\n";
}

/// Reads one mixture.
template <class Scalar>
class TextReader {
 public:
  using Saved = SavedMixture<Scalar>;

  TextReader(std::istream& in, const Wanted& wanted) : lines_("load", in), wanted_(wanted) {}

  Saved read() {
    read_head();
    read_weights_and_means();
    read_covariances();
    read_rest();
    return std::move(saved_);
  }

  const typename Saved::Places& places() const { return places_; }

 private:
  void read_head() {
    const std::string need = std::string(saved_name) + " and its version";
    if (!lines_.skip_empty()) lines_.fail("first word", "the end of the text", need);
    if (!lines_.is(saved_name)) lines_.fail("first word", in_quotes(lines_.first()), need);
    check_version(lines_.place(), lines_.count());
    lines_.expect("scalar");
    saved_.digits = checked_digits(lines_.place(), lines_.value(), wanted_);
    lines_.expect("family");
    saved_.family = std::string(lines_.value());
    places_.family = lines_.place();
    check_family(places_.family, saved_.family, wanted_);
    lines_.expect("dimension");
    saved_.dimension = lines_.count();
    check_dimension(lines_.place(), saved_.dimension, wanted_);
  }

  void read_weights_and_means() {
    lines_.expect("components");
    const Index components = lines_.count();
    if (components < 1) lines_.fail("components", "0", "at least one");
    lines_.expect("weights");
    places_.weights = places_.noise = lines_.place();
    saved_.weights = lines_.numbers<Scalar>(saved_.digits, components);
    std::vector<Vector<Scalar>> means;
    for (Index k = 0; k < components; ++k) {
      lines_.expect("mean");
      places_.means = lines_.place();
      means.push_back(lines_.numbers<Scalar>(saved_.digits, saved_.dimension));
    }
    saved_.means = side_by_side(means);
  }

  void read_covariances() {
    lines_.expect("covariances");
    const Index groups = lines_.count(1, 2);
    if (groups < 1) lines_.fail("covariances", "0", "at least one");
    saved_.storage = named_storage(lines_.place(), lines_.value(0, 2));
    check_storage(lines_.place(), {saved_.storage, groups}, saved_.weights.size(), wanted_,
                  saved_.family);
    const Index size = storage_size(saved_.storage, saved_.dimension);
    std::vector<Vector<Scalar>> covariances;
    for (Index g = 0; g < groups; ++g) {
      lines_.expect("covariance");
      places_.covariances.push_back(lines_.place());
      covariances.push_back(lines_.numbers<Scalar>(saved_.digits, size));
    }
    saved_.covariances = side_by_side(covariances);
  }

  void read_rest() {
    for (lines_.expect_any(); lines_.is("apart"); lines_.expect_any()) {
      places_.apart = lines_.place();
      set_saved_apart(places_.apart, lines_.count(0, 2), lines_.number<Scalar>(saved_.digits, 1, 2),
                      saved_);
    }
    if (lines_.is("noise")) {
      places_.noise = lines_.place();
      saved_.noise_weight = lines_.number<Scalar>(saved_.digits, 0, 2);
      saved_.log_noise_density = lines_.number<Scalar>(saved_.digits, 1, 2);
      lines_.expect_any();
    }
    if (lines_.is("checksum")) {
      verify(lines_.place(), std::string(lines_.value()), saved_);
      lines_.expect_any();
    }
    if (!lines_.is("end")) lines_.fail("first word", in_quotes(lines_.first()), "end");
    lines_.check_count(0);
  }

  Lines lines_;
  Wanted wanted_;
  Saved saved_;
  typename Saved::Places places_;
};

}  // namespace detail

/// Writes a mixture as text that `load` reads back to the same bits: parameters, the dimensions
/// that told nothing, background, and with them densities and counts of parameters. Format 1, see
/// io/text.hpp. Independent of locales and of the format of `out`, which is left alone. Any number
/// of mixtures may follow one another. Of a family of one's own, its name must be one word.
/// \throws std::runtime_error  if the stream did not take it all
/// \complexity O(K Dim²) for dense families, O(K Dim) for the others
template <class Scalar, int Dim, class Covariance>
void save(std::ostream& out, const GaussianMixture<Scalar, Dim, Covariance>& mixture) {
  detail::write_all("save", out, detail::mixture_text(detail::saved_parts(mixture)));
}

/// Reads a mixture that was saved, and no more; so the next one can be read from where it ends:
///
///     while ((in >> std::ws).good()) mixtures.push_back(load<Mixture>(in));
///
/// \tparam Mixture  a GaussianMixture of the family that was saved or of covariance::Full, of its
///                  dimension or Eigen::Dynamic, and of its scalar or a wider one: every number is
///                  taken exactly, but weights of a narrower one are brought to sum to one
/// \throws std::runtime_error  "load: line L: what, got X, need Y", lines counted from where it
///         began to read, if the text is none of a mixture, or of another one
/// \complexity as of a mixture's constructor
template <class Mixture>
Mixture load(std::istream& in) {
  constexpr bool is_mixture = detail::is_mixture_v<Mixture>;
  static_assert(is_mixture,
                "eigenmix: what load reads must be a GaussianMixture: load<GaussianMixture<double>>"
                "(in)");
  if constexpr (is_mixture) {
    detail::TextReader<typename Mixture::Scalar> reader(in, detail::wanted<Mixture>());
    const auto saved = reader.read();
    return detail::restored<Mixture>(saved, reader.places());
  }
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_IO_TEXT_HPP
