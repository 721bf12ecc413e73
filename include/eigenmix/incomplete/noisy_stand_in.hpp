// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_NOISY_STAND_IN_HPP
#define EIGENMIX_INCOMPLETE_NOISY_STAND_IN_HPP

#include <cmath>
#include <vector>

#include <eigenmix/gaussian_mixture.hpp>
#include <eigenmix/incomplete/noisy_seen.hpp>
#include <eigenmix/random.hpp>
#include <eigenmix/samples/stand_in.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What a start is found from: what was seen. Samples of which a projection was seen are completed
/// by draws from the one normal distribution that fits all of them best, given what was seen:
/// conditional means alone would lie in planes, and so would the components of the start.
template <class Scalar, int Dim>
class NoisyStandIn {
 public:
  using Real = Accumulator<Scalar>;

  NoisyStandIn(const char* where, const NoisySamples<Scalar>& samples)
      : where_(where), samples_(samples) {
    if (Dim != Eigen::Dynamic && Dim != samples.dimension()) {
      reject_shape(where, samples.dimension(), Dim);
    }
  }

  /// \param source  of the samples, to be fitted
  template <class Source>
  StandIn<Scalar, Dim> operator()(const Source& source) {
    StandIn<Scalar, Dim> result;
    result.x.resize(samples_.dimension(), samples_.count());
    result.weights.resize(samples_.count());
    for (Index n = 0; n < samples_.count(); ++n) result.weights(n) = samples_.weight(n);
    if (samples_.is_projected()) fit_one(source);
    for (const NoisyBlock<Scalar>& block : samples_.blocks()) {
      if (block.is_projected()) {
        draw(block, result.x);
      } else {
        for (Index n = 0; n < block.count(); ++n) {
          result.x.col(block.numbers[static_cast<std::size_t>(n)]) = block.x.col(n);
        }
      }
    }
    return result;
  }

 private:
  /// One normal distribution, fitted from the least squares solution of R z = x.
  template <class Source>
  void fit_one(const Source& source) {
    using Mixture = GaussianMixture<Scalar, Dim>;
    typename Mixture::Means mean(samples_.dimension(), 1);
    const Vector<Real> solution = least_squares();
    mean.col(0) = solution.template cast<Scalar>();
    typename Mixture::CovarianceMatrix width;
    set_identity(width, samples_.dimension());
    width *= Scalar(mean_square(solution));
    Mixture one(Vector<Scalar>::Ones(1), mean, {width});
    one.fit(source);
    const auto& parameters = Access::parameters(one);
    normal_.assign(parameters, parameters.log_constants);
  }

  Vector<Real> least_squares() const {
    const Index d = samples_.dimension();
    Matrix<Real> normal, right;
    set_zero(normal, d, d);
    set_zero(right, d, 1);
    for (const NoisyBlock<Scalar>& block : samples_.blocks()) add_equations(block, normal, right);
    Matrix<Real> lower = normal;
    bool is_seen = cholesky_in_place(lower);
    for (Index i = 0; i < d && is_seen; ++i) {
      is_seen = lower(i, i) * lower(i, i) > rounding_share<Real>(d) * normal(i, i);
    }
    if (!is_seen) {
      reject(where_, "projections", "some that miss a direction",
             "samples that together see every one; or a start of your own");
    }
    substitute_forward(lower, right);
    substitute_backward(lower, right);
    return right.col(0);
  }

  /// Adds Σ w R^T R and Σ w R^T x.
  void add_equations(const NoisyBlock<Scalar>& block, Matrix<Real>& normal,
                     Matrix<Real>& right) const {
    Matrix<Real> r = block.projection, sum, product;
    if (!block.is_projected()) set_identity(r, samples_.dimension());
    set_zero(sum, block.x.rows(), 1);
    Real weight = 0;
    for (Index n = 0; n < block.count(); ++n) {
      if (!(block.weights(n) > 0)) continue;
      weight += Real(block.weights(n));
      for (Index i = 0; i < sum.rows(); ++i)
        sum(i, 0) += Real(block.weights(n)) * Real(block.x(i, n));
    }
    const Matrix<Real> transposed = r.transpose();
    dense_product(transposed, r, product);
    normal += weight * product;
    dense_product(transposed, sum, product);
    right += product;
  }

  /// The mean square of what the solution leaves, or, of nothing, one.
  Real mean_square(const Vector<Real>& solution) const {
    Real squares = 0, weight = 0;
    for (const NoisyBlock<Scalar>& block : samples_.blocks()) {
      Vector<Real> seen = solution;
      if (block.is_projected()) seen = block.projection.lazyProduct(solution);
      for (Index n = 0; n < block.count(); ++n) {
        if (!(block.weights(n) > 0)) continue;
        weight += Real(block.weights(n)) * Real(seen.size());
        for (Index i = 0; i < seen.size(); ++i) {
          const Real rest = Real(block.x(i, n)) - seen(i);
          squares += Real(block.weights(n)) * rest * rest;
        }
      }
    }
    return squares > 0 && std::isfinite(squares) ? squares / weight : Real(1);
  }

  /// b + (I - gain R) L u + gain F v, F F^T = S, u and v standard normal: a draw of z | x.
  void draw(const NoisyBlock<Scalar>& block, Matrix<Scalar, Dim>& x) {
    const Index d = samples_.dimension(), m = block.x.rows();
    seen_.assign(where_, normal_, block);
    seen_.condition(0, conditional_);
    Matrix<Real> of_thing, of_noise, root;
    dense_product(conditional_.remainder, normal_.root(0), of_thing);
    semidefinite_root(block.covariance, root);
    dense_product(conditional_.gain, root, of_noise);
    for (Index n = 0; n < block.count(); ++n) {
      Vector<Real> z = normal_.means.col(0);
      for (Index j = 0; j < m; ++j) {
        const Real rest = Real(block.x(j, n)) - Real(seen_.means()(j, 0));
        const Real drawn = Real(normal_number_(engine_));
        for (Index i = 0; i < d; ++i) {
          z(i) += conditional_.gain(i, j) * rest + of_noise(i, j) * drawn;
        }
      }
      for (Index j = 0; j < d; ++j) {
        const Real drawn = Real(normal_number_(engine_));
        for (Index i = 0; i < d; ++i) z(i) += of_thing(i, j) * drawn;
      }
      x.col(block.numbers[static_cast<std::size_t>(n)]) = z.template cast<Scalar>();
    }
  }

  const char* where_;
  const NoisySamples<Scalar>& samples_;
  NoisyComponents<Scalar> normal_;
  SeenComponents<Scalar> seen_;
  typename SeenComponents<Scalar>::Conditional conditional_;
  random::Engine engine_{0};
  random::Normal normal_number_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_NOISY_STAND_IN_HPP
