// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_MPI_SHARE_HPP
#define EIGENMIX_MPI_SHARE_HPP

#include <algorithm>
#include <limits>
#include <type_traits>
#include <vector>

#include <eigenmix/mpi/held_samples.hpp>
#include <eigenmix/mpi/pieces.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What one process has of samples that are spread over several, in the pieces that sums are made
/// of, and what all of them have together. Making one is collective.
///
/// Where sums are reproducible the samples are copied, and those that complete a strip of another
/// process go there: fewer than a strip from each.
template <class Scalar_, int Dim_>
class Share {
 public:
  using Scalar = Scalar_;
  static constexpr int Dim = Dim_;
  using Real = Accumulator<Scalar>;
  using Held = HeldSamples<Scalar, Dim>;

  /// \param x          this process's samples, weighted or not; of no columns where it has none
  /// \param dimension  rows x must have; Eigen::Dynamic for any
  /// \throws std::invalid_argument  the same in all processes, if those of any are no use
  template <class X>
  Share(const char* where, const Communicator& processes, const X& x, Index dimension,
        mpi::Summation summation)
      : pieces_((processes.check_thread(where), processes), x.cols(), summation) {
    Held given;
    agree(processes, [&] {
      given = held_samples<Scalar, Dim>(where, x, dimension);
      if constexpr (is_weighted_v<X>) own_weights_ = raw_weights(x);
    });
    settle_dimension(where, processes, given, dimension);
    settle_meaning(where, processes, x);
    if (pieces_.is_fixed()) {
      move_samples(where, processes, given);
    } else {
      matrix_count_ = x.cols();
    }
    cut();
    const Real scale = weigh(processes);
    agree(processes, [&] { hold(where, x, scale); });
    count(where, processes);
  }
  ~Share() = default;
  Share(const Share&) = delete;
  Share& operator=(const Share&) = delete;

  const Pieces& pieces() const { return pieces_; }
  Index dimension() const { return dimension_; }
  Index total_count() const { return pieces_.total(); }     ///< samples of all processes
  Index positive_count() const { return positive_count_; }  ///< of them of weight > 0
  bool has_zeros() const { return has_zeros_; }             ///< whether any number of all is zero
  bool is_weighted() const { return is_weighted_; }
  WeightMeaning meaning() const {
    return is_importance_ ? WeightMeaning::importance : WeightMeaning::count;
  }

  /// This process's pieces, in order; a piece without weight holds nothing.
  std::vector<Held>& parts() { return parts_; }
  const std::vector<Held>& parts() const { return parts_; }

  /// What weight the pieces of all processes have, as given, in order: ends of the running sum.
  const std::vector<double>& weight_ends() const { return weight_ends_; }
  std::size_t first_piece() const { return first_piece_; }  ///< of this process's, among all

  /// The weight that sample n of piece p was given; samples without weights count one.
  double given_weight(std::size_t p, Index n) const {
    return is_weighted_ ? double(own_weights_(part_begins_[p] + n)) : 1;
  }

 private:
  template <class X>
  static Vector<Scalar> raw_weights(const X& x) {
    Vector<Scalar> result(x.cols());
    const ExpressionReader<std::decay_t<decltype(x.weights())>> read(x.weights());
    const bool is_row = x.weights().rows() == 1;
    for (Index n = 0; n < x.cols(); ++n) result(n) = is_row ? read(0, n) : read(n, 0);
    return result;
  }

  void settle_dimension(const char* where, const Communicator& processes, const Held& given,
                        Index dimension) {
    const Index most = processes.most(given ? given->dimension() : Index(0));
    agree(processes, [&] {
      if (given && given->dimension() != most) {
        reject(where, "rows of x", text(given->dimension()),
               "as many as on other ranks, " + text(most));
      }
    });
    if (most == 0) reject(where, "samples", "none on any rank", "at least one");
    dimension_ = dimension == Eigen::Dynamic ? most : dimension;
  }

  template <class X>
  void settle_meaning(const char* where, const Communicator& processes, const X& x) {
    int kind = 0;
    if constexpr (is_weighted_v<X>) kind = x.meaning() == WeightMeaning::importance ? 2 : 1;
    int kinds[2] = {kind, -kind};
    processes.most(kinds, 2);
    if (kinds[0] == 2 && kinds[1] != -2) {
      reject(where, "weights", "importances on some ranks and none on others",
             "weighted(x, w) on all ranks, with as many as there are samples, or on none");
    }
    is_importance_ = kinds[0] == 2;
    is_weighted_ = kinds[0] > 0;
    if (is_weighted_ && kind == 0) own_weights_ = Vector<Scalar>::Ones(x.cols());
  }

  /// Copies the samples, so that every strip is whole in the process in which it begins.
  void move_samples(const char* where, const Communicator& processes, const Held& given) {
    const Index rows = dimension_ + (is_weighted_ ? 1 : 0);
    if (pieces_.strip_size() > std::numeric_limits<int>::max() / rows) {
      reject(where, "numbers in a strip", text(double(pieces_.strip_size()) * double(rows)),
             "at most 2^31 - 1");
    }
    const std::size_t me = pieces_.rank();
    const Index head = pieces_.head(me), own = pieces_.end() - pieces_.offset();
    Matrix<Scalar> all(rows, 0);
    const auto senders = pieces_.completed_by();
    agree(processes, [&] {
      Index received = 0;
      for (const std::size_t r : senders) received += pieces_.head(r);
      all.resize(rows, own + received);
      for (Index n = 0; n < own; ++n) {
        for (Index i = 0; i < dimension_; ++i) all(i, n) = given->value(i, n);
        if (is_weighted_) all(dimension_, n) = own_weights_(n);
      }
    });
    exchange(processes, senders, own, all);
    matrix_.resize(dimension_, all.cols() - head);
    if (is_weighted_) own_weights_.resize(matrix_.cols());
    for (Index n = 0; n < matrix_.cols(); ++n) {
      for (Index i = 0; i < dimension_; ++i) matrix_(i, n) = all(i, head + n);
      if (is_weighted_) own_weights_(n) = all(dimension_, head + n);
    }
    matrix_count_ = matrix_.cols();
  }

  void exchange(const Communicator& processes, const std::vector<std::size_t>& senders, Index own,
                Matrix<Scalar>& all) const {
    const std::size_t me = pieces_.rank();
    std::vector<MPI_Request> requests;
    Index at = own;
    for (const std::size_t r : senders) {
      requests.emplace_back();
      check_mpi(
          MPI_Irecv(all.data() + at * all.rows(), mpi_count(pieces_.head(r) * all.rows()),
                    mpi_type<Scalar>(), static_cast<int>(r), 0, processes.comm(), &requests.back()),
          "MPI_Irecv");
      at += pieces_.head(r);
    }
    if (pieces_.head(me) > 0) {
      check_mpi(MPI_Send(all.data(), mpi_count(pieces_.head(me) * all.rows()), mpi_type<Scalar>(),
                         static_cast<int>(pieces_.owner_of_head(me)), 0, processes.comm()),
                "MPI_Send");
    }
    check_mpi(MPI_Waitall(mpi_count(static_cast<Index>(requests.size())), requests.data(),
                          MPI_STATUSES_IGNORE),
              "MPI_Waitall");
  }

  /// Where this process's pieces begin, and their end.
  void cut() {
    part_begins_.assign(1, 0);
    if (!pieces_.is_fixed()) {
      part_begins_.push_back(matrix_count_);
      return;
    }
    for (Index strip = pieces_.first_strip(); strip < pieces_.last_strip(); ++strip) {
      part_begins_.push_back(std::min(part_begins_.back() + pieces_.strip_size(), matrix_count_));
    }
  }

  /// Adds up the weights of all pieces. \return what importances are multiplied by, see `weighted`
  Real weigh(const Communicator& processes) {
    const double most =
        processes.most(own_weights_.size() > 0 ? double(own_weights_.maxCoeff()) : 0.0);
    const Real largest = most > 0 ? Real(most) : Real(1);
    std::vector<Real> own;
    for (std::size_t p = 0; p + 1 < part_begins_.size(); ++p) {
      Real sum = 0, squares = 0;
      for (Index n = part_begins_[p]; n < part_begins_[p + 1]; ++n) {
        const Real share = is_weighted_ ? Real(own_weights_(n)) / largest : Real(1);
        sum += share;
        squares += share * share;
      }
      own.push_back(sum);
      own.push_back(squares);
    }
    set_first_piece(processes);
    const auto all = processes.gather_all(own.data(), static_cast<Index>(own.size()));
    Real sum = 0, squares = 0;
    for (std::size_t i = 0; i < all.size(); i += 2) {
      sum += all[i];
      squares += all[i + 1];
      weight_ends_.push_back(double(sum * (is_weighted_ ? largest : Real(1))));
    }
    return is_importance_ && squares > 0 ? sum / squares / largest : Real(1);
  }

  void set_first_piece(const Communicator& processes) {
    const Index own = static_cast<Index>(part_begins_.size()) - 1;
    const auto counts = processes.gather_all(&own, 1);
    for (std::size_t r = 0; r < pieces_.rank(); ++r) {
      first_piece_ += static_cast<std::size_t>(counts[r]);
    }
  }

  template <class X>
  void hold(const char* where, const X& x, Real scale) {
    weights_ = own_weights_;
    for (Index n = 0; is_importance_ && n < weights_.size(); ++n) {
      weights_(n) = Scalar(Real(own_weights_(n)) * scale);
    }
    for (std::size_t p = 0; p + 1 < part_begins_.size(); ++p) parts_.push_back(part(where, x, p));
  }

  template <class X>
  Held part(const char* where, const X& x, std::size_t p) const {
    const Index begin = part_begins_[p], size = part_begins_[p + 1] - begin;
    if (size == 0) return {};
    using Weights = Eigen::Map<const Vector<Scalar>>;
    const Scalar* const first = weights_.data() + (is_weighted_ ? begin : 0);
    const Weights weights(first, is_weighted_ ? size : 0);
    constexpr double least = 1e-200;  // of a sum of weights, see Samples
    if (is_weighted_ && !(weights.template cast<double>().sum() > least)) return {};
    if (!pieces_.is_fixed()) {
      if (!is_weighted_) return {where, expression_of(x), dimension_};
      return {where, counted(expression_of(x), weights), dimension_};
    }
    const Eigen::Map<const Matrix<Scalar, Dim>> columns(matrix_.data() + begin * dimension_,
                                                        dimension_, size);
    if (!is_weighted_) return {where, columns, dimension_};
    return {where, counted(columns, weights), dimension_};
  }

  void count(const char* where, const Communicator& processes) {
    int zeros = 0;
    for (const Held& held : parts_) {
      if (!held) continue;
      positive_count_ += held->positive_count();
      zeros = std::max(zeros, held->has_zeros() ? 1 : 0);
    }
    processes.sum(&positive_count_, 1);
    has_zeros_ = processes.most(zeros) > 0;
    if (positive_count_ == 0) {
      reject(where, "sum of the sample weights", "0", "at least one positive weight on some rank");
    }
  }

  Pieces pieces_;
  Index dimension_ = 0;
  bool is_importance_ = false, is_weighted_ = false, has_zeros_ = false;
  Index positive_count_ = 0;
  Index matrix_count_ = 0;      // of this process's samples, after they were moved
  Matrix<Scalar, Dim> matrix_;  // where sums are reproducible: they are then looked at here
  Vector<Scalar> own_weights_;  // as given; or none
  Vector<Scalar> weights_;      // in the scale they are summed with
  std::vector<Index> part_begins_;
  std::vector<Held> parts_;
  std::vector<double> weight_ends_;
  std::size_t first_piece_ = 0;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_MPI_SHARE_HPP
