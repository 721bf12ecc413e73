// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_INCOMPLETE_IMPUTE_HPP
#define EIGENMIX_INCOMPLETE_IMPUTE_HPP

#include <cmath>
#include <type_traits>
#include <utility>

#include <eigenmix/base/access.hpp>
#include <eigenmix/execution/accepted_execution.hpp>
#include <eigenmix/execution/serial.hpp>
#include <eigenmix/gaussian_mixture.hpp>
#include <eigenmix/incomplete/incomplete.hpp>
#include <eigenmix/parameters/draw.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// Opens samples for a mixture and fills in what they miss.
template <class Mixture>
class Imputation {
 public:
  using Scalar = typename Mixture::Scalar;
  using Real = typename Mixture::Real;
  using Parameters = std::decay_t<decltype(Access::parameters(std::declval<const Mixture&>()))>;
  using Space = MissingWorkspace<Parameters>;
  using Result = Matrix<Scalar, Mixture::Dim>;

  explicit Imputation(const Mixture& mixture) : parameters_(Access::parameters(mixture)) {}

  /// fill(space, shares, column) for every sample that misses an entry: with the responsibilities
  /// of the components, [K] and summing to one, and all it has in the column, which it completes.
  template <class X, class Fill>
  Result run(const Incomplete<X>& x, Fill&& fill) const {
    const execution::Serial serial;  // so that draws are in one order
    const auto opened =
        x.template open<Parameters>("impute", parameters_.dimension(), accepted_execution(serial));
    const Index d = opened.dimension();
    Result result(d, opened.count());
    for (Index n = 0; n < result.cols(); ++n) {
      for (Index i = 0; i < d; ++i) result(i, n) = opened.opened().given(i, n);
    }
    Vector<Real> shares(parameters_.component_count());
    opened.pass().for_each_incomplete_tile(
        parameters_, parameters_.log_constants, [&](Space& space, Index begin) {
          space.conditionals.assign(parameters_, Columns(), space.split);
          for (Index n = 0; n < space.tile.size; ++n) {
            share([&](Index k) { return Real(space.whole.storage(n, k)); }, shares);
            fill(space, shares, result.col(opened.patterns().sample(begin + n)));
          }
        });
    fill_unseen(opened.patterns(), fill, result);
    return result;
  }

  /// Responsibility-weighted means of the components' conditional ones.
  template <class Column>
  void fill_means(const Space& space, const Vector<Real>& shares, Column&& column) const {
    const auto seen = [&](Index j) { return column(observed(space, j)); };
    for (Index m = 0; m < space.split.missing_count(); ++m) {
      Real sum = 0;
      for (Index k = 0; k < shares.size(); ++k) {
        if (shares(k) > 0) sum += shares(k) * space.conditionals.mean(parameters_, k, m, seen);
      }
      column(missing(space, m)) = Scalar(sum);
    }
  }

  /// A draw of a component by its responsibility, and of its conditional distribution.
  template <class Generator, class Column>
  void fill_draws(const Space& space, const Vector<Real>& shares, Generator& generator,
                  random::Normal& normal, Column&& column) const {
    const auto seen = [&](Index j) { return column(observed(space, j)); };
    const Index k = draw_component(shares, generator);
    Vector<Real> z(space.split.missing_count());
    for (Index m = 0; m < z.size(); ++m) {
      z(m) = Real(normal(generator));
      Real sum = space.conditionals.mean(parameters_, k, m, seen);
      for (Index l = 0; l <= m; ++l) sum += space.conditionals.root(parameters_, k, m, l) * z(l);
      column(missing(space, m)) = Scalar(sum);
    }
  }

 private:
  static Index observed(const Space& space, Index j) {
    return space.split.observed[static_cast<std::size_t>(j)];
  }
  static Index missing(const Space& space, Index m) {
    return space.split.missing[static_cast<std::size_t>(m)];
  }

  template <class LogDensity>
  static void share(LogDensity&& log_density, Vector<Real>& shares) {
    for (Index k = 0; k < shares.size(); ++k) shares(k) = log_density(k);
    const Real largest = shares.maxCoeff();
    Real sum = 0;
    for (Index k = 0; k < shares.size(); ++k) sum += shares(k) = std::exp(shares(k) - largest);
    shares /= sum;
  }

  /// Samples that have nothing are as the mixture is.
  template <class Fill>
  void fill_unseen(const Patterns& patterns, Fill&& fill, Result& result) const {
    if (patterns.unseen().empty()) return;
    Space space(result.rows(), value_columns(parameters_), 1);
    for (Index i = 0; i < result.rows(); ++i) space.split.missing.push_back(i);
    space.conditionals.assign(parameters_, Columns(), space.split);
    const Vector<Real> shares = parameters_.weights.template cast<Real>();
    for (const Index n : patterns.unseen()) fill(space, shares, result.col(n));
  }

  const Parameters& parameters_;
};

/// What impute takes, as incomplete samples.
template <class X>
auto as_incomplete(const X& x) {
  if constexpr (is_expression_v<X>) {
    return incomplete(x);
  } else {
    return x;
  }
}

}  // namespace detail

/// Fills in the entries that samples miss by their means under a mixture, given the entries that
/// they have: the value of least squared error (Ghahramani & Jordan 1994). What is there stays as
/// it is, to the bit. Completed samples vary less than samples do: for what is computed of them
/// further, draw.
///
/// A sample without any entry is given the mixture's mean. Where the mixture has a background, a
/// sample is taken for one of the components.
/// \param mixture  K components over Dim dimensions
/// \param x        [Dim x N] one sample per column, NaN where an entry is missing; or incomplete(x)
/// \return [Dim x N]
/// \throws std::invalid_argument  "impute: ..." if an entry is infinite or rows are not Dim
/// \complexity  of the samples that miss entries O(N K Dim²) of dense families, O(N K Dim) of
///              others, and O(K Dim³) for each tile of 256 or fewer of one pattern; memory of x
template <class Scalar, int Dim, class Covariance, class X>
detail::Matrix<Scalar, Dim> impute(const GaussianMixture<Scalar, Dim, Covariance>& mixture,
                                   const X& x) {
  const detail::Imputation<GaussianMixture<Scalar, Dim, Covariance>> imputation(mixture);
  return imputation.run(detail::as_incomplete(x),
                        [&](const auto& space, const auto& shares, auto&& column) {
                          imputation.fill_means(space, shares, column);
                        });
}

/// Fills them in by draws from their distribution under a mixture, given what is there: completed
/// samples are distributed as whole ones are (stochastic or, several times over, multiple
/// imputation: Rubin 1987). Otherwise as above.
/// \param engine  any UniformRandomBitGenerator, such as random::Engine
template <class Scalar, int Dim, class Covariance, class X, class Generator>
detail::Matrix<Scalar, Dim> impute(const GaussianMixture<Scalar, Dim, Covariance>& mixture,
                                   const X& x, Generator& engine) {
  const detail::Imputation<GaussianMixture<Scalar, Dim, Covariance>> imputation(mixture);
  random::Normal normal;
  return imputation.run(detail::as_incomplete(x),
                        [&](const auto& space, const auto& shares, auto&& column) {
                          imputation.fill_draws(space, shares, engine, normal, column);
                        });
}

}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_INCOMPLETE_IMPUTE_HPP
