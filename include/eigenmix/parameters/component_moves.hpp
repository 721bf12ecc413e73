// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_PARAMETERS_COMPONENT_MOVES_HPP
#define EIGENMIX_PARAMETERS_COMPONENT_MOVES_HPP

#include <algorithm>
#include <cmath>
#include <utility>

#include <eigenmix/parameters/principal_axis.hpp>
#include <eigenmix/parameters/validation.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// One normal distribution of a mixture and its share of the samples that are not noise.
template <class Scalar, int Dim = Eigen::Dynamic>
struct Component {
  Scalar weight;
  detail::Vector<Scalar, Dim> mean;             ///< [Dim]
  detail::Matrix<Scalar, Dim, Dim> covariance;  ///< [Dim x Dim]
};

namespace detail {

/// The rank-one matrix offset offset^T as a layout stores covariances: of an isotropic one its mean
/// over the dimensions that tell something.
template <class Parameters, class Offset>
EIGENMIX_COLD auto stored_square(const Parameters& p, const Offset& offset) {
  using Real = typename Parameters::Real;
  using Layout = typename Parameters::Layout;
  const Index d = p.dimension();
  Vector<Real> shift(d);
  for (Index i = 0; i < d; ++i) shift(i) = Real(offset(i));
  const Vector<Real> nothing = Vector<Real>::Zero(d);
  Vector<Real> scatter = Vector<Real>::Zero(Layout::second_rows(d));
  Layout::shift_second(scatter.data(), Real(1), nothing.data(), shift.data(), d);
  typename Layout::template Storage<Real, Parameters::Dim> block(Layout::storage_rows(d),
                                                                 Layout::storage_cols(d));
  Layout::estimate(scatter.data(), Real(1), block, std::max<Index>(p.informative_count(), 1));
  return block;
}

/// Brings covariances that were changed one by one to the family's form, and renews what is derived
/// from them.
template <class Parameters>
EIGENMIX_COLD void settle(const char* where, Parameters& p) {
  using Scalar = typename Parameters::Scalar;
  if (p.form->has_common_parts()) p.covariances = p.united_covariances().template cast<Scalar>();
  for (Index g = 0; g < p.group_count(); ++g) {
    if (p.factorise(g)) continue;
    reject(where, "covariance " + text(g), "one that cannot be represented",
           "covariances of a more even scale");
  }
  p.derive();
}

/// The parameters with one component more, the last, which is component k once more. Its weight is
/// to be shared out yet.
template <class Parameters>
EIGENMIX_COLD Parameters with_copy(const Parameters& p, Index k) {
  using Layout = typename Parameters::Layout;
  const Index count = p.component_count();
  Parameters next = p;
  next.resize(p.dimension(), count + 1);
  for (Index to = 0; to <= count; ++to) {
    const Index from = to < count ? to : k;
    next.weights(to) = p.weights(from);
    next.means.col(to) = p.means.col(from);
    next.group(Layout::group_of(to)) = p.group(Layout::group_of(from));
  }
  return next;
}

/// Cuts component k across its principal axis: it and a last component become its halves, which
/// together have its weight, mean and covariance. \return with K + 1 components
/// \param narrow  1; or, for two about its mean, of which k is the narrower, k's share of the
///                variance, in (0, 1)
template <class Parameters>
EIGENMIX_COLD Parameters split_component(const char* where, const Parameters& p, Index k,
                                         double narrow = 1) {
  using Scalar = typename Parameters::Scalar;
  using Layout = typename Parameters::Layout;
  const Index last = p.component_count();
  Parameters next = with_copy(p, k);
  next.weights(k) = next.weights(last) = p.weights(k) / 2;
  if (narrow < 1) {
    next.group(Layout::group_of(last)) *= Scalar(2 - narrow);
    next.group(Layout::group_of(k)) *= Scalar(narrow);
  } else {
    const Vector<Scalar, Parameters::Dim> offset = Scalar(half_distance) * principal_axis(p, k);
    next.means.col(k) -= offset;
    next.means.col(last) += offset;
    const auto taken = stored_square(p, offset).template cast<Scalar>().eval();
    if (Layout::is_shared) {
      next.group(0) -= p.weights(k) * taken;
    } else {
      next.group(k) -= taken;
      next.group(last) -= taken;
    }
  }
  settle(where, next);
  return next;
}

/// Puts one component of the weight, mean and covariance of i and j together in the place of the
/// first of the two. \return with K - 1 components
template <class Parameters>
EIGENMIX_COLD Parameters merge_components(const char* where, const Parameters& p, Index i,
                                          Index j) {
  using Scalar = typename Parameters::Scalar;
  using Layout = typename Parameters::Layout;
  if (i > j) std::swap(i, j);
  const Scalar both = p.weights(i) + p.weights(j);
  const Scalar a = both > 0 ? p.weights(i) / both : Scalar(0.5), b = 1 - a;
  const Vector<Scalar, Parameters::Dim> offset = p.means.col(j) - p.means.col(i);
  const auto between = (a * b * stored_square(p, offset).template cast<Scalar>()).eval();
  Parameters next = p;
  next.means.col(i) += b * offset;
  if (Layout::is_shared) {
    next.group(0) += both * between;
  } else {
    next.group(i) = (a * p.group(i) + b * p.group(j) + between).eval();
  }
  next.weights(i) = both;
  next.weights(j) = 0;
  next.erase(j);
  settle(where, next);
  return next;
}

/// In dimensions that tell nothing all components are alike, and the family's form says nothing of
/// them: puts there what it says of others. \throws std::invalid_argument  if they are not alike
template <class Parameters, class Added>
EIGENMIX_COLD void fit_in_apart(const char* where, const Parameters& p, Added& added) {
  using Scalar = typename Parameters::Scalar;
  Scalar common = 1;
  for (Index i = 0; i < p.dimension(); ++i) {
    if (!p.is_apart(i)) common = added.covariance(i, i);
  }
  for (Index i = 0; i < p.apart.size(); ++i) {
    if (!p.is_apart(i)) continue;
    Scalar off = std::abs(added.covariance(i, i) / p.apart(i) - 1) +
                 std::abs(added.mean(i) - p.means(i, 0)) / std::sqrt(p.apart(i));
    for (Index j = 0; j < p.dimension(); ++j) {
      if (j == i) continue;
      off += std::abs(added.covariance(i, j)) / std::sqrt(p.apart(i) * added.covariance(j, j));
      added.covariance(i, j) = added.covariance(j, i) = 0;
    }
    if (!(off <= Scalar(common_parts_tolerance))) {
      reject(where, "dimension " + text(i), "another mean, variance or correlation",
             "those of component 0: the samples of the last fit told nothing of it");
    }
    added.covariance(i, i) = Parameters::Layout::is_isotropic ? common : p.apart(i);
  }
}

/// Adds a component at the end; the weights of the others go down in proportion.
/// \param added  of p's dimension. \return with K + 1 components
template <class Parameters, class Added>
EIGENMIX_COLD Parameters insert_component(const char* where, const Parameters& p, Added added) {
  if (!(added.weight > 0) || !(added.weight < 1)) {
    reject(where, "weight", text(added.weight), "a number > 0 and < 1");
  }
  check_shape(where, "mean", {added.mean.size(), 1}, {p.dimension(), 1});
  check_shape(where, "covariance", {added.covariance.rows(), added.covariance.cols()},
              {p.dimension(), p.dimension()});
  for (Index i = 0; i < p.dimension(); ++i) {
    if (std::isfinite(added.mean(i))) continue;
    reject(where, "mean(" + text(i) + ")", text(added.mean(i)), "a finite mean");
  }
  const Index last = p.component_count();
  Parameters next = with_copy(p, 0);
  next.weights *= 1 - added.weight;
  next.weights(last) = added.weight;
  next.means.col(last) = added.mean;
  if (p.apart.size() > 0) fit_in_apart(where, p, added);
  set_dense(where, last, added.covariance, next);
  for (Index g = 0; g < next.group_count(); ++g) next.factorise(g);
  finish(where, next);
  return next;
}

/// \throws std::invalid_argument  if k is none of so many components
inline void check_component(const char* where, Index k, Index components) {
  if (k >= 0 && k < components) return;
  reject(where, "component", text(k), "one in [0, " + text(components) + ")");
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_PARAMETERS_COMPONENT_MOVES_HPP
