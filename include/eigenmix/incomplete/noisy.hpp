// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_NOISY_HPP
#define EIGENMIX_INCOMPLETE_NOISY_HPP

#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <eigenmix/incomplete/noisy_pass.hpp>
#include <eigenmix/incomplete/noisy_stand_in.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {

/// Samples that were seen through known, normal noise, and perhaps in a projection: of a thing z,
/// what is seen is x = R z + noise of covariance S. Made by `noisy`. Go wherever samples are summed
/// over: fit, initialize, fit_best, grow, select, moments, densities, responsibilities, classify.
/// The mixture is that of the things themselves (extreme deconvolution: Bovy, Hogg & Roweis 2011,
/// Annals of Applied Statistics 5, 1657, arXiv:0905.2979); densities are of what is seen, each
/// sample under the mixture spread by its own noise.
///
/// The fit is exact maximum likelihood, in every family, with weights, priors and threads. Equal
/// noise of 16 samples or more is found, and factorised once for all of them. Noise that is all
/// zero, with no projection, makes the very fit of x. Singular noise is as good as any.
///
/// A component may be narrower than the noise, down to a point: it then shrinks ever more slowly,
/// and the fit stops as it always does, or on the variance floor, which is the rounding of numbers
/// at its place and counts in Repairs::floored. Where every sample has noise in every direction
/// that is seen of it, the likelihood is bounded, so neither counts as collapsed or spurious; else
/// both do, as in a fit without noise. Dimensions are not looked at for constants, copies and
/// steps.
///
/// A mixture with a uniform background takes such samples if none is projected: the background is
/// then of what is seen. Owns a copy of everything.
template <class Scalar_, int Rows>
class Noisy {
 public:
  using MakesMoments = void;
  using Scalar = Scalar_;
  static constexpr int RowsAtCompileTime = Rows;

  explicit Noisy(detail::NoisySamples<Scalar> samples) : samples_(std::move(samples)) {}

  Index dimension() const { return samples_.dimension(); }  ///< of the thing
  Index count() const { return samples_.count(); }          ///< N

  template <class Parameters>
  detail::NoisyPass<Parameters> open(const char* where, Index dimension,
                                     const detail::AnyExecution& execution) const {
    constexpr bool same_scalar = std::is_same_v<typename Parameters::Scalar, Scalar>;
    static_assert(
        same_scalar,
        "eigenmix: the noisy samples have another scalar type than the mixture; make them "
        "of x.cast<Scalar>() with the mixture's Scalar");
    if constexpr (same_scalar) {
      return detail::NoisyPass<Parameters>(where, samples_, dimension, execution);
    } else {
      throw std::logic_error("eigenmix: unreachable");
    }
  }

  template <class Other, int Dim>
  detail::StandIn<Other, Dim> stand_in(const char* where) const {
    static_assert(
        std::is_same_v<Other, Scalar>,
        "eigenmix: the noisy samples have another scalar type than the mixture; make them "
        "of x.cast<Scalar>() with the mixture's Scalar");
    return detail::NoisyStandIn<Scalar, Dim>(where, samples_)(*this);
  }

  const detail::NoisySamples<Scalar>& samples() const { return samples_; }

 private:
  detail::NoisySamples<Scalar> samples_;
};

/// Variances of every sample's own noise, independent in every dimension, [Dim x N] values, which
/// `noisy` checks. Named, because a square matrix of them could also be one covariance.
template <class Scalar>
class NoiseVariances {
 public:
  explicit NoiseVariances(detail::Matrix<Scalar> values) : values_(std::move(values)) {}
  const detail::Matrix<Scalar>& values() const { return values_; }  ///< [Dim x N]

 private:
  detail::Matrix<Scalar> values_;
};

/// Says that numbers are variances of noise, for noisy(x, noise_variances(v)).
/// \param values  [Dim x N] in the squared unit of x, one column per sample; >= 0, which `noisy`
///                checks
/// \complexity  a copy, O(N Dim)
template <class V>
NoiseVariances<typename V::Scalar> noise_variances(const Eigen::DenseBase<V>& values) {
  return NoiseVariances<typename V::Scalar>(values.derived());
}

/// Samples of one noise and one projection.
template <class Scalar>
struct NoisyGroup {
  detail::Matrix<Scalar> x;            ///< [m x n] what is seen, one sample per column
  detail::Matrix<Scalar> covariance;   ///< [m x m] S, of the noise; may be zero or singular
  detail::Matrix<Scalar> projection;   ///< [m x Dim] R; empty for none, m = Dim
  detail::Vector<Scalar> counts = {};  ///< [n] how often each was seen; empty for once
};

namespace detail {

template <class X>
inline constexpr int rows_of = X::RowsAtCompileTime;
template <class X, class W>
inline constexpr int rows_of<WeightedSamples<X, W>> = X::RowsAtCompileTime;

template <class X>
using ScalarOfSamples = typename ExpressionOf<X>::Type::Scalar;

template <class X, class OfNoise>
constexpr void check_noise_scalar() {
  static_assert(std::is_same_v<OfNoise, ScalarOfSamples<X>>,
                "eigenmix: the noise has another scalar type than the samples");
}

/// A covariance of noise, checked. \return [m x m]
template <class Scalar, class S>
Matrix<Accumulator<Scalar>> checked_noise(const std::string& name, const S& given, Index m,
                                          NoisySamples<Scalar>& samples) {
  check_shape("noisy", name.c_str(), {given.rows(), given.cols()}, {m, m});
  Matrix<Accumulator<Scalar>> s = given.template cast<Accumulator<Scalar>>();
  if (!check_noise_covariance<Scalar>(name, s)) samples.set_unbounded();
  return s;
}

/// Adds samples with one covariance of noise and a projection, which may be empty.
template <class Scalar, class X>
void add_noisy_group(const std::string& of, const X& x, const Matrix<Scalar>& covariance,
                     const Matrix<Scalar>& projection, NoisySamples<Scalar>& samples) {
  using Real = Accumulator<Scalar>;
  const auto opened = Boundary<Scalar, Eigen::Dynamic>::checked("noisy", x, Eigen::Dynamic);
  const Index m = opened.dimension();
  const auto s = checked_noise("noise covariance" + of, covariance, m, samples);
  Matrix<Real> r = projection.template cast<Real>();
  if (r.size() == 0 && r.cols() == 0) {
    check_shape("noisy", ("x" + of).c_str(), {m, opened.count()},
                {samples.dimension(), opened.count()});
  } else {
    check_shape("noisy", ("projection" + of).c_str(), {r.rows(), r.cols()},
                {m, samples.dimension()});
    check_projection(of, r, s);
  }
  samples.add_common(opened, s, std::move(r));
}

}  // namespace detail

/// Samples with one covariance of noise for all: `fit(noisy(x, S))`. See Noisy (Bovy, Hogg & Roweis
/// 2011).
///
/// \param x           [Dim x N] samples, weighted(x, w) or counted(x, c)
/// \param covariance  [Dim x Dim] S, of the noise, in squares of x's unit; may be zero or singular
/// \throws std::invalid_argument  if x is no samples, or S is of another shape, not finite, not
///                                symmetric or indefinite beyond rounding; later, where the samples
///                                are used, if the mixture has another number of dimensions
/// \complexity  O(N Dim) memory; an E-step of a fit is that of a full family: O(N K Dim²)
template <class X, class S>
auto noisy(const X& x, const Eigen::DenseBase<S>& covariance) {
  using Scalar = detail::ScalarOfSamples<X>;
  detail::check_noise_scalar<X, typename S::Scalar>();
  const auto opened =
      detail::Boundary<Scalar, detail::rows_of<X>>::checked("noisy", x, Eigen::Dynamic);
  detail::NoisySamples<Scalar> samples(opened.dimension());
  const auto s =
      detail::checked_noise("noise covariance", covariance.derived(), opened.dimension(), samples);
  samples.add_common(opened, s, {});
  return Noisy<Scalar, detail::rows_of<X>>(std::move(samples));
}

/// Likewise samples with variances of noise of their own, independent in every dimension:
/// `fit(noisy(x, noise_variances(v)))`, for standard errors in a table.
///
/// \param x          [Dim x N] samples, weighted(x, w) or counted(x, c)
/// \param variances  [Dim x N] see noise_variances; zero where a number is exact
/// \throws std::invalid_argument  as above, or if a variance is negative or not finite
/// \complexity  O(N Dim) memory; O(N K Dim³) an E-step, less where many are equal
template <class X, class Scalar>
auto noisy(const X& x, const NoiseVariances<Scalar>& variances) {
  const auto opened =
      detail::Boundary<Scalar, detail::rows_of<X>>::checked("noisy", x, Eigen::Dynamic);
  const detail::Matrix<Scalar>& own = variances.values();
  detail::check_shape("noisy", "noise variances", {own.rows(), own.cols()},
                      {opened.dimension(), opened.count()});
  detail::NoisySamples<Scalar> samples(opened.dimension());
  for (Index n = 0; n < own.cols(); ++n) {
    for (Index i = 0; i < own.rows(); ++i) {
      if (!(own(i, n) > 0)) samples.set_unbounded();
      if (own(i, n) >= 0 && own(i, n) <= detail::largest_noise<Scalar>) continue;
      detail::check_noise_variance(
          "noise variance (" + detail::text(i) + ", " + detail::text(n) + ")", own(i, n));
    }
  }
  samples.add_own(opened, own, detail::NoiseKind::variances);
  return Noisy<Scalar, detail::rows_of<X>>(std::move(samples));
}

/// Likewise samples with a covariance of noise of their own each.
///
/// \param x            [Dim x N] samples, weighted(x, w) or counted(x, c)
/// \param covariances  N, each [Dim x Dim] as above
/// \throws std::invalid_argument  as above
/// \complexity  O(N Dim²) memory; O(N K Dim³) an E-step, less where many are equal
template <class X, class S, int Rows, int Cols, int Options, class Allocator>
auto noisy(const X& x,
           const std::vector<Eigen::Matrix<S, Rows, Cols, Options>, Allocator>& covariances) {
  using Scalar = detail::ScalarOfSamples<X>;
  detail::check_noise_scalar<X, S>();
  const auto opened =
      detail::Boundary<Scalar, detail::rows_of<X>>::checked("noisy", x, Eigen::Dynamic);
  const Index d = opened.dimension();
  if (static_cast<Index>(covariances.size()) != opened.count()) {
    detail::reject("noisy", "number of noise covariances", detail::text(covariances.size()),
                   "one for each of " + detail::text(opened.count()) + " samples");
  }
  detail::NoisySamples<Scalar> samples(d);
  detail::Matrix<Scalar> own(detail::packed_size(d), opened.count());
  for (Index n = 0; n < own.cols(); ++n) {
    const auto s = detail::checked_noise("noise covariance of sample " + detail::text(n),
                                         covariances[static_cast<std::size_t>(n)], d, samples);
    for (Index i = 0; i < d; ++i) {
      for (Index j = 0; j <= i; ++j) own(detail::packed_index(i, j), n) = Scalar(s(i, j));
    }
  }
  samples.add_own(opened, own, detail::NoiseKind::full);
  return Noisy<Scalar, detail::rows_of<X>>(std::move(samples));
}

/// Likewise samples of which a projection was seen, with one covariance of noise:
/// `fit(noisy(x, S, R))`.
///
/// \param x           [m x N] what is seen, R z + noise; weighted(x, w) or counted(x, c)
/// \param covariance  [m x m] S, of the noise
/// \param projection  [m x Dim] R, finite; rows of the identity where entries are missing
/// \throws std::invalid_argument  as above, or if R has another shape or R R^T + S is singular
/// \complexity  an E-step O(N K m² + K Dim² (Dim + m))
template <class X, class S, class R>
auto noisy(const X& x, const Eigen::DenseBase<S>& covariance,
           const Eigen::DenseBase<R>& projection) {
  using Scalar = detail::ScalarOfSamples<X>;
  detail::check_noise_scalar<X, typename S::Scalar>();
  static_assert(std::is_same_v<typename R::Scalar, typename S::Scalar>,
                "eigenmix: noise and projection have another scalar type than each other");
  const detail::Matrix<Scalar> s(covariance.derived().template cast<Scalar>());
  const detail::Matrix<Scalar> r(projection.derived().template cast<Scalar>());
  detail::NoisySamples<Scalar> samples(projection.cols());
  detail::add_noisy_group<Scalar>("", x, s, r, samples);
  return Noisy<Scalar, R::ColsAtCompileTime>(std::move(samples));
}

/// Likewise samples in groups, each of one noise and projection. Numbered through in the order of
/// the groups.
///
/// \param groups  one or more, see NoisyGroup; of one number of dimensions
/// \throws std::invalid_argument  as above, with the group's number; or if there is none
/// \complexity  an E-step O(N K m²) and O(K Dim² (Dim + m)) for each group
template <class Scalar>
Noisy<Scalar, Eigen::Dynamic> noisy(const std::vector<NoisyGroup<Scalar>>& groups) {
  if (groups.empty()) detail::reject("noisy", "groups", "none", "at least one");
  const bool is_projected = groups[0].projection.size() > 0;
  detail::NoisySamples<Scalar> samples(is_projected ? groups[0].projection.cols()
                                                    : groups[0].x.rows());
  for (std::size_t g = 0; g < groups.size(); ++g) {
    const auto& [x, covariance, projection, counts] = groups[g];
    const std::string of = " of group " + detail::text(g);
    if (counts.size() > 0) {
      detail::add_noisy_group<Scalar>(of, counted(x, counts), covariance, projection, samples);
    } else {
      detail::add_noisy_group<Scalar>(of, x, covariance, projection, samples);
    }
  }
  return Noisy<Scalar, Eigen::Dynamic>(std::move(samples));
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_NOISY_HPP
