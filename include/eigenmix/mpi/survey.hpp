// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_MPI_SURVEY_HPP
#define EIGENMIX_MPI_SURVEY_HPP

#include <utility>
#include <vector>

#include <eigenmix/mpi/witnesses.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What samples that are spread over processes tell of their dimensions, the same in all of them:
/// as `survey` of all in one, but for the rounding of the mean and variance of a copy, and of steps
/// that are no decimal fractions.
template <class Share>
class SpreadSurvey {
 public:
  using Scalar = typename Share::Scalar;

  SpreadSurvey(const Communicator& processes, const Share& share)
      : processes_(processes), share_(share) {}

  /// Collective. O(N Dim) of the process's own samples where there are steps or zeros; a message of
  /// a few samples from each.
  Columns run() {
    std::vector<Scalar> mine;
    int may_have_copies = 1;  // a process without samples has no say
    agree(processes_, [&] {
      for (const auto& held : share_.parts()) {
        if (!held) continue;
        WitnessFinder<Scalar, Share::Dim> finder(*held, share_.has_zeros());
        if (!finder.find(mine)) may_have_copies = 0;
      }
    });
    const auto all = processes_.gather_all(mine.data(), static_cast<Index>(mine.size()));
    processes_.least(&may_have_copies, 1);
    const Index rows = share_.dimension(), count = static_cast<Index>(all.size()) / rows;
    const Matrix<Scalar> x = Eigen::Map<const Matrix<Scalar>>(all.data(), rows, count);
    Vector<double> mean = x.col(0).template cast<double>();
    Vector<double> deviation = Vector<double>::Zero(rows);
    if (may_have_copies != 0) measure_all(mean, deviation);
    return Columns(Witnesses<Scalar, Share::Dim>(x, mean, deviation, share_.has_zeros()));
  }

 private:
  /// Means and deviations of all samples.
  /// \param mean  [in, out] a value of each dimension; then the means
  void measure_all(Vector<double>& mean, Vector<double>& deviation) {
    const Index rows = mean.size();
    const Vector<double> firsts = sums([&](double value, Index i) { return value - mean(i); });
    mean += firsts.head(rows) / firsts(rows);
    const Vector<double> squares = sums([&](double value, Index i) {
      const double offset = value - mean(i);
      return offset * offset;
    });
    deviation = (squares.head(rows) / squares(rows)).cwiseSqrt();
  }

  /// Weighted sums of term(value, i) over all samples, and of the weights, piece by piece in order.
  template <class Term>
  Vector<double> sums(const Term& term) const {
    const Index rows = share_.dimension();
    std::vector<double> own;
    for (const auto& held : share_.parts()) {
      Vector<double> sum = Vector<double>::Zero(rows + 1);
      for (Index n = 0; held && n < held->count(); ++n) {
        const double weight = double(held->weight(n));
        if (!(weight > 0)) continue;
        for (Index i = 0; i < rows; ++i) sum(i) += weight * term(double(held->value(i, n)), i);
        sum(rows) += weight;
      }
      own.insert(own.end(), sum.data(), sum.data() + rows + 1);
    }
    const auto all = processes_.gather_all(own.data(), static_cast<Index>(own.size()));
    Vector<double> total = Vector<double>::Zero(rows + 1);
    for (std::size_t i = 0; i < all.size(); i += static_cast<std::size_t>(rows + 1)) {
      total += Eigen::Map<const Vector<double>>(all.data() + i, rows + 1);
    }
    return total;
  }

  const Communicator& processes_;
  const Share& share_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_MPI_SURVEY_HPP
