// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_EM_MOMENT_SOURCE_HPP
#define EIGENMIX_EM_MOMENT_SOURCE_HPP

#include <limits>

#include <eigenmix/base/function_ref.hpp>
#include <eigenmix/report/result.hpp>
#include <eigenmix/samples/any_samples.hpp>
#include <eigenmix/samples/stand_in.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// visit(n, values): K numbers of sample n, and one more if there is noise.
template <class Scalar>
using SampleVisit = FunctionRef<void(Index n, const Vector<Scalar>& values)>;

/// Where the moments of an E-step come from, as the loop sees it: whoever can make moments has the
/// whole of a fit, its stops, leaps, priors, fixed parts and reports. Refers to who makes them.
template <class Parameters>
struct MomentSource {
  using Moments = typename Parameters::Moments;
  using Samples = AnySamples<typename Parameters::Scalar, Parameters::Dim>;
  using Pass = FunctionRef<void(const Parameters&, Moments&)>;

  Pass accumulate;              ///< the moments under the parameters
  Pass accumulate_about_means;  ///< [in, out] again, about the means that those in hand have
  const Columns& columns;       ///< what is known of the dimensions
  Index count;                  ///< of samples: how many errors of rounding a sum has
  const Samples* samples;       ///< to look for atoms among; or nullptr, where values are not known
  bool is_complete;  ///< every sample is seen whole: then one component has a closed form
  double seen;       ///< weight of the samples, if others are expected beside them; else infinite
};

/// What the loop needs of one who makes moments. MomentPass is one; what a source of samples opens
/// (see is_source_v) is another, and has the members
///
///     bool is_complete;  // as above, here and in the next five lines; may be static
///     void accumulate(const Parameters&, Moments&);
///     void accumulate_about_means(const Parameters&, Moments&);
///     const Columns& columns() const;
///     Index count() const;
///     const AnySamples<Scalar, Dim>* samples() const;
///     Index dimension() const, positive_count() const;  // samples of weight > 0
///     Scalar weight(Index n) const;
///     void survey(bool may_set_apart);  // finds out what there is to know of the dimensions
///     void evaluate(const Parameters&, const Vector<Scalar>& constants, SampleVisit<Scalar>);
///     void report(const Parameters&, FitResult&) const;  // adds what else there is to say
///
/// `evaluate` visits every sample once, several at once where the execution policy has threads: its
/// log density under each component plus `constants`, and after them that of the noise, if any.
/// \param seen  see MomentSource
template <class Parameters, class Maker>
MomentSource<Parameters> moment_source(Maker& maker,
                                       double seen = std::numeric_limits<double>::infinity()) {
  using Pass = typename MomentSource<Parameters>::Pass;
  return {Pass::template bind<&Maker::accumulate>(maker),
          Pass::template bind<&Maker::accumulate_about_means>(maker),
          maker.columns(),
          maker.count(),
          maker.samples(),
          maker.is_complete,
          seen};
}

/// As above, of what a source of samples opened.
template <class Parameters, class Opened>
MomentSource<Parameters> opened_moment_source(Opened& opened) {
  if (opened.is_complete) return moment_source<Parameters>(opened);
  double seen = 0;
  for (Index n = 0; n < opened.count(); ++n) seen += double(opened.weight(n));
  return moment_source<Parameters>(opened, seen);
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_EM_MOMENT_SOURCE_HPP
