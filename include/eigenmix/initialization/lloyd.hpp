// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INITIALIZATION_LLOYD_HPP
#define EIGENMIX_INITIALIZATION_LLOYD_HPP

#include <vector>

#include <eigenmix/base/fill.hpp>
#include <eigenmix/initialization/clusters.hpp>
#include <eigenmix/kernels/distances.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Lloyd's iterations. Tiled and threaded like the E-step, with sums in an order of their own.
template <class Clusters>
class Lloyd {
 public:
  using Samples = typename Clusters::Samples;
  using Scalar = typename Samples::Scalar;
  using Real = Accumulator<Scalar>;

  explicit Lloyd(Clusters& clusters) : clusters_(clusters) {}

  /// Until no label changes or `limit` times.
  void refine(Index limit) {
    assign();
    if (limit > 0) clusters_.order(centres_.cols());
    for (Index i = 0; i < limit; ++i) {
      update_centres();
      if (!assign()) return;
    }
  }

 private:
  using Label = int;
  using Tiles = StandardTiles<Samples>;
  using Workspace = typename Tiles::Workspace;

  /// Every sample to its nearest centre, and the sums that the new centres are made of.
  /// \return whether any label changed
  bool assign() {
    points_.resize(centres_.rows(), centres_.cols());
    for (Index k = 0; k < centres_.cols(); ++k) {
      for (Index i = 0; i < centres_.rows(); ++i) points_.set(i, k, centres_(i, k));
    }
    set_zero(sums_, 1 + centres_.cols() * (first_moment + centres_.rows()), tiles_.strip_count());
    if (!assign_in_order()) {
      tiles_.for_each(
          [this](Workspace& worker, Index begin, Index strip) { label(worker, begin, strip); });
    }
    add_strips(sums_);
    return fill_empty_clusters() || sums_(0, 0) > 0;
  }

  /// Labels of tiles in order. \return whether there are any
  bool assign_in_order() {
    if constexpr (Clusters::may_be_ordered) {
      if (!clusters_.is_ordered()) return false;
      near_.for_each_nearest(centres_, points_,
                             [this](Workspace& worker, Index begin, Index strip) {
                               give_labels(worker, begin, strip);
                             });
      return true;
    }
    return false;
  }

  // What a strip adds up to: how many labels are new, and of each cluster weight, number of samples
  // of positive weight, and first moment.
  static constexpr Index weight = 0, number = 1, first_moment = 2;

  Real* sums_of(Index cluster, Index strip = 0) {
    const Index each = first_moment + centres_.rows();
    return sums_.data() + strip * sums_.rows() + 1 + cluster * each;
  }

  void label(Workspace& worker, Index begin, Index strip) {
    tiles_.find_nearest(points_, worker);
    give_labels(worker, begin, strip);
  }

  void give_labels(const Workspace& worker, Index begin, Index strip) {
    const Index d = centres_.rows(), stride = worker.tile.stride();
    Real* const of_strip = sums_of(0, strip);
    for (Index n = 0; n < worker.tile.size; ++n) {
      nearest_(begin + n) = worker.best(n);
      const auto label = static_cast<Label>(worker.label(n));
      Label& old = labels_[static_cast<std::size_t>(begin + n)];
      if (label != old) sums_(0, strip) += 1;
      old = label;
      const Real share = Real(worker.tile.weights(n));
      Real* const sums = of_strip + label * (first_moment + d);
      sums[weight] += share;
      if (share > 0) sums[number] += 1;
      const Scalar* const x = worker.tile.x.data() + n;
      for (Index i = 0; i < d; ++i) sums[first_moment + i] += share * Real(x[i * stride]);
    }
  }

  /// A cluster without samples takes the sample farthest from its centre among those whose cluster
  /// can spare one.
  EIGENMIX_NOINLINE bool fill_empty_clusters() {
    bool changed = false;
    for (Index k = 0; k < centres_.cols(); ++k) {
      if (sums_of(k)[number] > 0) continue;
      Index farthest = -1;
      for (Index position = 0; position < samples_.count(); ++position) {
        const Index from = labels_[static_cast<std::size_t>(position)];
        if (!(samples_.weight(near_.number(position)) > 0) || sums_of(from)[number] < 2) continue;
        if (farthest < 0 || nearest_(position) > nearest_(farthest)) farthest = position;
      }
      if (farthest < 0) break;  // fewer samples of positive weight than clusters
      move(farthest, k);
      changed = true;
    }
    return changed;
  }

  /// Gives a sample to another cluster.
  void move(Index position, Index to) {
    const Index sample = near_.number(position);
    Label& label = labels_[static_cast<std::size_t>(position)];
    const Real moved = Real(samples_.weight(sample));
    Real* const from = sums_of(label);
    Real* const other = sums_of(to);
    from[weight] -= moved;
    other[weight] += moved;
    from[number] -= 1;
    other[number] += 1;
    for (Index i = 0; i < centres_.rows(); ++i) {
      const Real moment = moved * Real(tiles_.standard(i, sample));
      from[first_moment + i] -= moment;
      other[first_moment + i] += moment;
    }
    label = static_cast<Label>(to);
    nearest_(position) = 0;
  }

  void update_centres() {
    for (Index k = 0; k < centres_.cols(); ++k) {
      const Real* const sums = sums_of(k);
      if (!(sums[weight] > 0)) continue;
      for (Index i = 0; i < centres_.rows(); ++i) {
        centres_(i, k) = Scalar(sums[first_moment + i] / sums[weight]);
      }
    }
  }

  Clusters& clusters_;
  const Samples& samples_ = clusters_.samples;
  StandardTiles<Samples>& tiles_ = clusters_.tiles;
  decltype(Clusters::near)& near_ = clusters_.near;
  Matrix<Scalar>& centres_ = clusters_.centres;
  Vector<Scalar>& nearest_ = clusters_.nearest;
  std::vector<int>& labels_ = clusters_.labels;

  PackedPoints<Scalar, Difference::plain> points_;  // the centres for the kernel
  Matrix<Real> sums_;                               // a column for each strip; of all in the first
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INITIALIZATION_LLOYD_HPP
