// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_MPI_SPREAD_PASS_HPP
#define EIGENMIX_MPI_SPREAD_PASS_HPP

#include <cstdint>
#include <cstring>
#include <optional>
#include <string>

#include <eigenmix/em/moment_pass.hpp>
#include <eigenmix/em/moment_source.hpp>
#include <eigenmix/em/visit_densities.hpp>
#include <eigenmix/mpi/digest.hpp>
#include <eigenmix/mpi/moment_sum.hpp>
#include <eigenmix/mpi/piece_moments.hpp>
#include <eigenmix/mpi/survey.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What spread samples are opened for.
enum class SpreadUse {
  fit,      ///< moments again and again, of all processes
  moments,  ///< once
  sums,     ///< to be evaluated: weights are in the scale of all processes
  each      ///< to be evaluated one by one: of no concern to other processes
};

inline SpreadUse spread_use(const char* where) {
  const auto is = [&](const char* name) { return std::strcmp(where, name) == 0; };
  if (is("fit")) return SpreadUse::fit;
  if (is("criterion_input") || is("log_likelihood")) return SpreadUse::sums;
  const bool is_each = is("log_component_densities") || is("log_density") ||
                       is("responsibilities") || is("log_responsibilities") || is("classify") ||
                       is("e_step");
  return is_each ? SpreadUse::each : SpreadUse::moments;  // of others' names, as an update's
}

/// Makes the moments of samples that are spread over processes, see em/moment_source.hpp: the same
/// bits in all of them, so that all take the same M-steps and decisions.
///
/// In a fit every process takes part in each sum to the end, the last when it reports; one that
/// leaves by an exception of its own takes part in the sum that the others are about to make, and
/// says so: then all throw, and none waits.
template <class Parameters>
class SpreadPass {
 public:
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;
  using Moments = typename Parameters::Moments;
  using Samples = AnySamples<Scalar, Parameters::Dim>;

  static constexpr bool is_complete = true;

  /// Collective, but for uses one by one.
  template <class X>
  SpreadPass(const char* where, const Communicator& processes, const X& x, Index dimension,
             mpi::Summation summation, const AnyExecution& execution)
      : where_(where),
        use_(spread_use(where)),
        processes_(processes),
        execution_(execution),
        dimension_(dimension),
        exceptions_(std::uncaught_exceptions()) {
    if (use_ == SpreadUse::each) {
      if (x.cols() > 0) alone_ = Held(where, expression_of(x), dimension);
      return;
    }
    share_.emplace(where, processes_, x, dimension, summation);
    dimension_ = share_->dimension();
    if (use_ == SpreadUse::sums) return;
    sum_.emplace(processes_, share_->pieces());
    stage_ = Stage::opened;
  }
  SpreadPass(const SpreadPass&) = delete;
  SpreadPass& operator=(const SpreadPass&) = delete;

  ~SpreadPass() {
    if (use_ == SpreadUse::fit && std::uncaught_exceptions() > exceptions_) leave();
  }

  void survey(bool may_set_apart) {
    at_stage([&] {
      if (meet(0, true)) throw_first(processes_, std::nullopt);  // options refused on one, perhaps
      columns_ = SpreadSurvey<ShareOf>(processes_, *share_).run();
    });
    if (!may_set_apart) columns_.let_all_inform();
    for (Held& held : share_->parts()) {
      if (held) (*held).set_columns(columns_);
    }
  }

  void accumulate(const Parameters& parameters, Moments& moments) {
    if (stage_ == Stage::opened) begin(parameters);
    accumulate_near(parameters, chosen_, moments, [&](const Origins& origins) {
      accumulate_about(parameters, origins, moments);
    });
  }

  void accumulate_about_means(const Parameters& parameters, Moments& moments) {
    const Origins near(moments.means().template cast<Scalar>());
    accumulate_about(parameters, near, moments);
  }

  const Columns& columns() const { return columns_; }
  const Samples* samples() const { return nullptr; }  // of this process alone
  Index dimension() const { return dimension_; }
  Index positive_count() const { return share_ ? share_->positive_count() : count(); }

  /// Samples of all processes where a fit asks; else those of this one that are evaluated.
  Index count() const {
    if (use_ == SpreadUse::fit) return share_->total_count();
    Index count = 0;
    for_each_held([&](const Samples& samples) { count += samples.count(); });
    return count;
  }

  Scalar weight(Index n) const {
    Scalar weight = 0;
    for_each_held([&](const Samples& samples) {
      if (n >= 0 && n < samples.count()) weight = samples.weight(n);
      n -= samples.count();
    });
    return weight;
  }

  void evaluate(const Parameters& parameters, const Vector<Scalar>& constants,
                SampleVisit<Scalar> visit) {
    Index first = 0;
    for_each_held([&](const Samples& samples) {
      visit_densities(parameters, samples, execution_, constants,
                      [&](Index n, const Vector<Scalar>& values) { visit(first + n, values); });
      first += samples.count();
    });
  }

  /// The end of a fit: the last message. \throws mpi::PeerFailure  if others do not end
  void report(const Parameters&, FitResult&) const {
    Matrix<Real> none;
    Vector<Real> total;
    settle(sum_->add_up(none, Word::ended, total), std::nullopt);
    stage_ = Stage::ended;
  }

 private:
  using ShareOf = Share<Scalar, Parameters::Dim>;
  using Held = typename ShareOf::Held;
  using Origins = detail::Origins<Scalar, Parameters::Dim>;
  using Sum = MomentSum<Real>;
  using Word = typename Sum::Word;
  enum class Stage { opened, begun, ended };

  /// Does what all processes do; if it throws, they all know.
  template <class Task>
  void at_stage(Task&& task) const {
    const Stage stage = stage_;
    stage_ = Stage::ended;
    task();
    stage_ = stage;
  }

  /// Before the first sum: that all processes begin with the same parameters.
  void begin(const Parameters& parameters) {
    at_stage([&] {
      sum_->resize(Moments::flat_size(parameters.dimension(), parameters.component_count()));
      if (meet(digest_of(parameters), true)) throw_first(processes_, std::nullopt);
    });
    stage_ = Stage::begun;
    pieces_.emplace(share_->parts(), share_->pieces().is_fixed(), execution_);
  }

  /// Collective, where a process may have left before sums began. \return whether one has
  /// \throws std::invalid_argument  in all processes if digests differ
  bool meet(std::uint64_t digest, bool is_here) const {
    std::uint64_t least[3] = {digest, ~digest, is_here ? std::uint64_t(1) : std::uint64_t(0)};
    processes_.least(least, 3);
    if (least[2] == 0) return true;
    if (is_here && least[0] != ~least[1]) {
      reject(where_.c_str(), "parameters to begin with", "others on some ranks than on others",
             "the same bits on every rank, as mpi::broadcast gives");
    }
    return false;
  }

  void accumulate_about(const Parameters& parameters, const Origins& origins, Moments& moments) {
    const auto failure =
        failure_here([&] { pieces_->accumulate(parameters, origins, moments, flats_); });
    at_stage([&] {
      settle(sum_->add_up(flats_, failure ? Word::failed : Word::going_on, total_), failure);
    });
    moments.reset(origins.points.template cast<Real>());
    moments.flat() = total_.head(moments.flat().size());
  }

  /// Throws, as all processes do, unless all said the same.
  void settle(const typename Sum::Said& said, const std::optional<Failure>& mine) const {
    if (said.failed > 0) throw_first(processes_, mine);
    if (said.ended == 0 || said.ended == processes_.size()) return;
    stage_ = Stage::ended;
    throw mpi::PeerFailure(
        "fit: some ranks would stop, such as by a clock of their own, and others "
        "go on; fit by mpi::fit, where rank 0 says when");
  }

  /// Tells those who wait that this process has left.
  void leave() noexcept {
    if (stage_ == Stage::ended) return;
    try {
      const Failure failure{std::string(where_) + ": left by an exception that others had not"};
      if (stage_ == Stage::opened) {
        meet(0, false);
      } else {
        Matrix<Real> none;
        sum_->add_up(none, Word::failed, total_);
      }
      throw_first(processes_, failure);
    } catch (...) {  // what is on its way says more
    }
  }

  template <class Visit>
  void for_each_held(Visit&& visit) const {
    if (alone_) visit(*alone_);
    if (!share_) return;
    for (const Held& held : share_->parts()) {
      if (held) visit(*held);
    }
  }

  std::string where_;
  SpreadUse use_;
  Communicator processes_;
  AnyExecution execution_;
  Index dimension_;
  int exceptions_;  // on their way when the pass began
  Held alone_;
  std::optional<ShareOf> share_;
  mutable std::optional<Sum> sum_;
  std::optional<PieceMoments<Parameters>> pieces_;
  Columns columns_;
  Origins chosen_;
  Matrix<Real> flats_;
  Vector<Real> total_;
  mutable Stage stage_ = Stage::ended;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_MPI_SPREAD_PASS_HPP
