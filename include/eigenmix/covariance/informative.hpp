// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_COVARIANCE_INFORMATIVE_HPP
#define EIGENMIX_COVARIANCE_INFORMATIVE_HPP

#include <vector>

#include <eigenmix/base/fwd.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What stored covariances are in some of the dimensions, and back.
/// \tparam Layout  whose storage has one row for each dimension
template <class Layout>
class DimensionsOf {
 public:
  /// \param apart  [Dim] 0 for the dimensions that are wanted
  template <class Apart>
  explicit DimensionsOf(const Apart& apart) : dimension_(apart.size()) {
    for (Index i = 0; i < apart.size(); ++i) {
      if (!(apart(i) > 0)) kept_.push_back(i);
    }
  }

  Index count() const { return static_cast<Index>(kept_.size()); }

  /// \param whole  [Dim x columns]; without columns if there are none
  template <class Real, class Whole>
  Matrix<Real> part(const Whole& whole) const {
    Matrix<Real> result(count(), whole.cols() == 0 ? Index(0) : columns_of(count(), whole));
    for_each_entry(result, [&](Real& entry, Index i, Index j) { entry = whole(i, j); });
    return result;
  }

  template <class Real, class Whole>
  void put_back(Matrix<Real>& part, Whole& whole) const {
    for_each_entry(part, [&](Real& entry, Index i, Index j) { whole(i, j) = entry; });
  }

 private:
  static bool is_dense() { return Layout::is_dense; }

  template <class Whole>
  static Index columns_of(Index count, const Whole& whole) {
    return is_dense() ? whole.cols() / whole.rows() * count : whole.cols();
  }

  template <class Real, class Visit>
  void for_each_entry(Matrix<Real>& part, Visit&& visit) const {
    const Index width = is_dense() ? count() : Index(1);
    for (Index c = 0; c < part.cols(); ++c) {
      const Index from = is_dense() ? c / width * dimension_ + at(c % width) : c;
      for (Index r = 0; r < count(); ++r) visit(part(r, c), at(r), from);
    }
  }

  Index at(Index i) const { return kept_[static_cast<std::size_t>(i)]; }

  Index dimension_;
  std::vector<Index> kept_;
};

/// Family::unite in the dimensions that tell something: the others are in no form of the family.
/// \param apart  [Dim] 0 for the dimensions that tell something; or empty, if all do
template <class Family, class Scalar, class Real, int Dim>
void unite_informative(const Vector<Real>& counts, const Matrix<Real, Dim>& previous,
                       const Vector<Scalar>& apart, Matrix<Real, Dim>& estimates) {
  if (apart.size() == 0) {
    Family::unite(counts, previous, estimates);
    return;
  }
  const DimensionsOf<typename Family::Layout> informative(apart);
  if (informative.count() == 0) return;
  Matrix<Real> part = informative.template part<Real>(estimates);
  const Matrix<Real> before = informative.template part<Real>(previous);
  Family::unite(counts, before, part);
  informative.put_back(part, estimates);
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_COVARIANCE_INFORMATIVE_HPP
