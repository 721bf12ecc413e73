// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INFERENCE_UNCERTAINTY_INFORMATION_HPP
#define EIGENMIX_INFERENCE_UNCERTAINTY_INFORMATION_HPP

#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include <eigenmix/execution/strips.hpp>
#include <eigenmix/inference/uncertainty/coordinates.hpp>
#include <eigenmix/samples/any_samples.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What is summed over samples, in coordinates apart; of matrices the lower triangle.
template <class Real>
struct InformationSums {
  Vector<Real> score;    // Σ w s, s the derivatives of a sample's log density
  Matrix<Real> missing;  // of the information, for not knowing the components
  Matrix<Real> outer;    // Σ v s s^T, v the square of w or w; or empty

  InformationSums& operator+=(const InformationSums& other) {
    if (other.score.size() == 0) return *this;
    score += other.score;
    missing += other.missing;
    outer += other.outer;
    return *this;
  }
};

/// What of sums over outer products of scores is wanted, and what a weight counts in them.
enum class OuterProducts { none, of_copies, of_importances };

/// The derivatives of one sample's log density after another.
template <class Parameters>
class SampleScore {
 public:
  using Real = typename Parameters::Real;
  using Coordinates = ErrorCoordinates<Parameters>;

  explicit SampleScore(const Coordinates& coordinates) : coordinates_(coordinates) {
    const Index components = coordinates.components();
    set_zero(of_components_, coordinates.block(), components);
    set_zero(score_, coordinates.apart_size());
    set_zero(shares_, components);
    whitened_.resize(coordinates.dimension());
    constants_.resize(components);
    for (Index k = 0; k < components; ++k) {
      constants_(k) = std::log(coordinates.weight(k)) - coordinates.log_root(k);
    }
  }

  /// \param x  i -> number
  /// \return whether the squares of its distances can be represented
  template <class Sample>
  bool assign(const Sample& x) {
    const Index d = coordinates_.dimension(), components = coordinates_.components();
    Real most = -std::numeric_limits<Real>::infinity();
    for (Index k = 0; k < components; ++k) {
      coordinates_.whiten(k, x, whitened_.data());
      Real squared = 0;
      for (Index i = 0; i < d; ++i) squared += whitened_(i) * whitened_(i);
      coordinates_.differentiate(whitened_.data(), of_components_.col(k).data());
      shares_(k) = constants_(k) - squared / 2;
      if (shares_(k) > most) most = shares_(k);
    }
    if (!std::isfinite(most)) return false;
    Real sum = 0;
    for (Index k = 0; k < components; ++k) sum += shares_(k) = std::exp(shares_(k) - most);
    for (Index k = 0; k < components; ++k) {
      shares_(k) /= sum;
      Real* const part = score_.data() + k * coordinates_.block();
      const Real* const whole = of_components_.col(k).data();
      const bool owns = shares_(k) > 0;  // its squares may be infinite if it does not
      for (Index p = 0; p < coordinates_.block(); ++p) part[p] = owns ? shares_(k) * whole[p] : 0;
    }
    return true;
  }

  const Vector<Real>& score() const { return score_; }  ///< [apart_size]

  /// Adds the sample's missing information (Louis 1982, equation 3.2): Σ_k r_k s_k s_k^T - s s^T.
  /// Apart, that is r_k (1 - r_k) s_k s_k^T on the diagonal blocks, and nothing cancels.
  void add_missing(Real weight, Matrix<Real>& missing) const {
    const Index block = coordinates_.block(), size = score_.size();
    for (Index k = 0; k < coordinates_.components(); ++k) {
      if (!(shares_(k) > 0)) continue;
      const Index begin = k * block, end = begin + block;
      const Real others = weight * share_of_others(k);
      for (Index j = begin; j < end; ++j) {
        Real* const column = missing.col(j).data();
        const Real own = others * of_components_(j - begin, k), cross = weight * score_(j);
        for (Index i = j; i < end; ++i) column[i] += own * score_(i);
        for (Index i = end; i < size; ++i) column[i] -= cross * score_(i);
      }
    }
  }

  void add_outer(Real weight, Matrix<Real>& outer) const {
    for (Index j = 0; j < score_.size(); ++j) {
      Real* const column = outer.col(j).data();
      const Real factor = weight * score_(j);
      if (factor == 0) continue;
      for (Index i = j; i < score_.size(); ++i) column[i] += factor * score_(i);
    }
  }

 private:
  /// 1 - r_k without its rounding, which the fourth power of a far sample would be taken times.
  Real share_of_others(Index k) const {
    Real sum = 0;
    for (Index l = 0; l < shares_.size(); ++l) sum += l == k ? 0 : shares_(l);
    return sum;
  }

  const Coordinates& coordinates_;
  Matrix<Real> of_components_;  // [block x K] s_k
  Vector<Real> score_;          // r_k s_k, one after the other
  Vector<Real> shares_;         // [K] responsibilities
  Vector<Real> constants_, whitened_;
};

/// Reports a sample that is too far to have a score.
[[noreturn]] EIGENMIX_COLD inline void reject_far_sample(const char* where, Index n) {
  reject(where, "squared distance of sample " + text(n) + " to every component", "inf",
         "one that can be represented");
}

/// One pass over the samples.
template <class Parameters>
class InformationPass {
 public:
  using Scalar = typename Parameters::Scalar;
  using Real = typename Parameters::Real;
  using Samples = AnySamples<Scalar, Parameters::Dim>;
  using Sums = InformationSums<Real>;

  InformationPass(const char* where, const ErrorCoordinates<Parameters>& coordinates,
                  OuterProducts outer)
      : where_(where), coordinates_(coordinates), outer_(outer) {}

  Sums run(const Samples& samples, const AnyExecution& execution) const {
    const Index size = coordinates_.apart_size();
    const Tiling tiling = Tiling::of<Scalar>(samples.count(), samples.dimension(),
                                             coordinates_.components(), 2 * size * size);
    std::vector<Workspace> workspaces(
        workspace_count(execution, tiling),
        Workspace{SampleScore<Parameters>(coordinates_), {samples.dimension(), tiling.tile}});
    std::vector<Sums> sums(static_cast<std::size_t>(tiling.strip_count()));
    sum_over_strips(execution, tiling, workspaces, sums,
                    [&](Index strip, Workspace& workspace, Sums& sum) {
                      set_zero(sum.score, size);
                      set_zero(sum.missing, size, size);
                      if (outer_ != OuterProducts::none) set_zero(sum.outer, size, size);
                      tiling.for_each_tile(strip, [&](Index begin, Index count) {
                        samples.read(begin, count, workspace.tile);
                        add_tile(begin, workspace, sum);
                      });
                    });
    return std::move(sums[0]);
  }

 private:
  struct Workspace {
    SampleScore<Parameters> score;
    Tile<Scalar, Parameters::Dim> tile;
  };

  void add_tile(Index begin, Workspace& workspace, Sums& sum) const {
    const auto& tile = workspace.tile;
    for (Index n = 0; n < tile.size; ++n) {
      const Real weight = tile.weights(n);
      if (!(weight > 0)) continue;
      if (!workspace.score.assign([&](Index i) { return Real(tile.x(n, i)); })) {
        reject_far_sample(where_, begin + n);
      }
      sum.score += weight * workspace.score.score();
      workspace.score.add_missing(weight, sum.missing);
      if (outer_ == OuterProducts::none) continue;
      workspace.score.add_outer(outer_ == OuterProducts::of_copies ? weight : weight * weight,
                                sum.outer);
    }
  }

  const char* where_;
  const ErrorCoordinates<Parameters>& coordinates_;
  OuterProducts outer_;
};

/// tr(S B_p B_q) - n tr(B_p B_q) / 2, where B_p is the derivative of E by its entry p = (i, j), and
/// S and n second moments and weight: what a dense E has of the complete-data information.
/// \param second  (i, j) -> S_ij - n δ_ij / 2
template <class Real, class Second>
Real dense_information(Index i, Index j, Index k, Index l, const Second& second) {
  Real sum = 0;
  const Index p[2][2] = {{i, j}, {j, i}}, q[2][2] = {{k, l}, {l, k}};
  for (int a = 0; a < (i == j ? 1 : 2); ++a) {
    for (int b = 0; b < (k == l ? 1 : 2); ++b) {
      if (p[a][1] == q[b][0]) sum += second(q[b][1], p[a][0]);
    }
  }
  return sum;
}

/// The information that samples of known components would have, apart: the diagonal blocks. It
/// follows from the sum of scores, which are moments in whitened coordinates.
template <class Parameters>
class CompleteInformation {
 public:
  using Real = typename Parameters::Real;
  using Layout = typename Parameters::Layout;

  CompleteInformation(const ErrorCoordinates<Parameters>& coordinates, const Vector<Real>& score)
      : coordinates_(coordinates), score_(score) {}

  Matrix<Real> matrix() const {
    Matrix<Real> result;
    set_zero(result, score_.size(), score_.size());
    for (Index k = 0; k < coordinates_.components(); ++k) add(k, result);
    for (Index j = 0; j < result.cols(); ++j) {
      for (Index i = 0; i < j; ++i) result(i, j) = result(j, i);
    }
    return result;
  }

 private:
  void add(Index k, Matrix<Real>& to) const {
    const Index d = coordinates_.dimension(), begin = k * coordinates_.block();
    const Real* const first = score_.data() + begin + 1;
    const Real* const shape = first + d;
    const Real count = score_(begin);
    const Index means = begin + 1, shapes = means + d;
    to(begin, begin) = count;
    for (Index i = 0; i < d; ++i) to(means + i, means + i) = count;
    if constexpr (Layout::is_isotropic) {
      to(shapes, shapes) = 2 * *shape + count * Real(d) / 2;
      for (Index i = 0; i < d; ++i) to(shapes, means + i) = first[i];
    } else if constexpr (!Layout::is_dense) {
      for (Index i = 0; i < d; ++i) {
        to(shapes + i, shapes + i) = 2 * shape[i] + count / 2;
        to(shapes + i, means + i) = first[i];
      }
    } else {
      add_dense(count, first, shapes, to);
    }
  }

  void add_dense(Real count, const Real* first, Index shapes, Matrix<Real>& to) const {
    const Index d = coordinates_.dimension(), means = shapes - d;
    const Real* const shape = first + d;
    const auto second = [&](Index i, Index j) {
      const Real moment = shape[i > j ? packed_index(i, j) : packed_index(j, i)];
      return i == j ? 2 * moment + count / 2 : moment;
    };
    for (Index i = 0; i < d; ++i) {
      for (Index j = 0; j <= i; ++j) {
        const Index p = packed_index(i, j);
        to(shapes + p, means + i) = first[j];
        to(shapes + p, means + j) = first[i];
        for (Index q = 0; q <= p; ++q) {
          const Index k = row_of(q);
          to(shapes + p, shapes + q) =
              dense_information<Real>(i, j, k, q - packed_index(k, 0), second);
        }
      }
    }
  }

  static Index row_of(Index packed) {
    Index row = 0;
    while (packed_index(row + 1, 0) <= packed) ++row;
    return row;
  }

  const ErrorCoordinates<Parameters>& coordinates_;
  const Vector<Real>& score_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INFERENCE_UNCERTAINTY_INFORMATION_HPP
