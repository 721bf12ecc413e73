// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_BINNED_HPP
#define EIGENMIX_INCOMPLETE_BINNED_HPP

#include <cmath>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>

#include <eigenmix/gaussian_mixture.hpp>
#include <eigenmix/incomplete/binned_pass.hpp>
#include <eigenmix/incomplete/binned_points.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// What is known of samples outside of all bins of a histogram.
enum class Outside {
  empty,  ///< every sample is in a bin: there was none outside
  unseen  ///< samples outside were not counted, and there may have been any number of them
};

/// A histogram as samples: see binned. Holds the numbers.
template <class Scalar_>
class BinnedSamples {
 public:
  using MakesMoments = void;
  using Scalar = Scalar_;
  static constexpr int RowsAtCompileTime = 1;
  using Numbers = detail::Vector<Scalar>;

  /// Checks and keeps what it is given, as binned does.
  BinnedSamples(Numbers edges, Numbers counts, Outside outside)
      : edges_(std::move(edges)), counts_(std::move(counts)), outside_(outside) {
    check_edges();
    check_counts();
  }

  const Numbers& edges() const { return edges_; }    ///< [B + 1]
  const Numbers& counts() const { return counts_; }  ///< [B]
  Outside outside() const { return outside_; }

  template <class Parameters>
  detail::BinnedPass<Parameters> open(const char* where, Index dimension,
                                      const detail::AnyExecution&) const {
    constexpr bool same_scalar = std::is_same_v<typename Parameters::Scalar, Scalar>;
    static_assert(same_scalar,
                  "eigenmix: the edges have another scalar type than the mixture; pass "
                  "edges.cast<Scalar>() with the mixture's Scalar");
    constexpr bool ok = same_scalar && detail::is_on_a_line<Parameters::Dim>();
    if constexpr (ok) {
      detail::check_line(where, dimension);
      return {where, edges_, counts_, outside_ == Outside::unseen};
    } else {
      throw std::logic_error("eigenmix: unreachable");
    }
  }

  template <class Other, int Dim>
  detail::StandIn<Other, Dim> stand_in(const char*) const {
    constexpr bool same_scalar = std::is_same_v<Other, Scalar>;
    static_assert(same_scalar,
                  "eigenmix: the edges have another scalar type than the mixture; pass "
                  "edges.cast<Scalar>() with the mixture's Scalar");
    if constexpr (same_scalar && detail::is_on_a_line<Dim>()) {
      return detail::BinnedPoints<Scalar, Dim>(edges_, counts_).spread();
    } else {
      throw std::logic_error("eigenmix: unreachable");
    }
  }

 private:
  void check_edges() const {
    const Index last = edges_.size() - 1;
    if (last < 1) {
      detail::reject("binned", "number of edges", detail::text(last + 1), "at least two");
    }
    for (Index i = 0; i <= last; ++i) {
      const bool may_be_infinite = i == 0 || i == last;
      if (std::isnan(edges_(i)) || (std::isinf(edges_(i)) && !may_be_infinite)) {
        detail::reject("binned", "edge " + detail::text(i), detail::text(edges_(i)),
                       "finite edges, but for the first and the last");
      }
      if (i > 0 && !(edges_(i - 1) < edges_(i))) {
        detail::reject("binned", "edge " + detail::text(i), detail::text(edges_(i)),
                       "more than the edge before, " + detail::text(edges_(i - 1)));
      }
    }
    if (last == 1 && std::isinf(edges_(0)) && std::isinf(edges_(1))) {
      detail::reject("binned", "edges", "none that is finite", "a bin with an end");
    }
  }

  void check_counts() const {
    if (counts_.size() != edges_.size() - 1) {
      detail::reject("binned", "number of counts", detail::text(counts_.size()),
                     detail::text(edges_.size() - 1) + ", one less than edges");
    }
    double total = 0;
    for (Index b = 0; b < counts_.size(); ++b) {
      if (!(counts_(b) >= 0) || !std::isfinite(counts_(b))) {
        detail::reject("binned", "count " + detail::text(b), detail::text(counts_(b)),
                       "finite counts >= 0");
      }
      total += double(counts_(b));
    }
    if (!(total > 1e-200) || !(total < 1e200)) {
      detail::reject("binned", "sum of the counts", detail::text(total),
                     "a sum between 1e-200 and 1e200");
    }
  }

  Numbers edges_, counts_;
  Outside outside_;
};

namespace detail {

/// A row or a column of numbers, as one of Scalar.
template <class Scalar, class V>
Vector<Scalar> numbers_of(const char* what, const Eigen::DenseBase<V>& vector) {
  if (vector.rows() != 1 && vector.cols() != 1) {
    reject("binned", std::string("shape of the ") + what, text(Shape{vector.rows(), vector.cols()}),
           "a row or a column");
  }
  const typename V::PlainObject plain(vector.derived());
  Vector<Scalar> result(plain.size());
  for (Index i = 0; i < result.size(); ++i) {
    result(i) = Scalar(plain.rows() == 1 ? plain.coeff(0, i) : plain.coeff(i, 0));
  }
  return result;
}

}  // namespace detail

/// Samples of one dimension of which is known how many lay in each bin: `fit(binned(edges,
/// counts))`.
///
/// The likelihood is that of the bins, Σ_b counts_b log P_b with P_b the mixture's probability of
/// bin b, without the multinomial coefficient, which no parameter changes. So components are as
/// wide as what was counted, and not wider by the bins, as bin centres make them. EM expects the
/// moments of each bin's samples (McLachlan & Jones 1988, Fitting mixture models to grouped and
/// truncated data via the EM algorithm, Biometrics 44; Cadez et al. 2002, Machine Learning 47).
///
/// Bins without samples count: they say that there were none. So do the ends. By default, whether
/// the outer bins are open or not, every sample is in a bin, and an empty bin more on either side
/// changes nothing; where samples outside were not counted, Outside::unseen, P_b is the probability
/// of bin b of those inside, and the moments are of all samples that there must have been.
///
/// Goes where samples go; a sample is a bin. log_density is log P_b, log_component_densities the
/// components' log P_kb, both less log P of all bins where the rest is unseen; responsibilities and
/// classify are of a sample in the bin. Criteria count Σ counts samples.
///
/// Bins bound the likelihood, but what lies in two neighbours (or in the two open ones) does not
/// fix a component: it is as likely as can be from some width on. Such a fit ends where the
/// likelihood no longer rises, or at a limit; its status is FitStatus::no_finite_maximum, and
/// FitResult::stopped_by ends in "no finite maximum: component k lies in two bins".
///
/// A background's probability of a bin is its density times the width; beside open bins it is
/// refused, and so is one that fills more than all bins where the rest is unseen.
/// \param edges    [B + 1] row or column, ascending, of the mixture's scalar; the first may be
///                 minus infinity and the last infinity, unless they are all
/// \param counts   [B] row or column of any number type, >= 0, not all zero, need not be whole
/// \param outside  what is known of samples in no bin
/// \return samples that hold a copy of the numbers
/// \throws std::invalid_argument  if they are not as said; from what they are given to if the
///                                mixture has another dimension than one, or noise beside open bins
/// \complexity  O(B K) an E-step, some 30 exponentials for each
template <class E, class C>
BinnedSamples<typename E::Scalar> binned(const Eigen::DenseBase<E>& edges,
                                         const Eigen::DenseBase<C>& counts,
                                         Outside outside = Outside::empty) {
  using Scalar = typename E::Scalar;
  constexpr bool is_real = std::is_floating_point_v<Scalar>;
  static_assert(is_real,
                "eigenmix: edges of bins are floating-point numbers; pass "
                "edges.cast<double>()");
  if constexpr (is_real) {
    return {detail::numbers_of<Scalar>("edges", edges),
            detail::numbers_of<Scalar>("counts", counts), outside};
  } else {
    throw std::logic_error("eigenmix: unreachable");
  }
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_BINNED_HPP
