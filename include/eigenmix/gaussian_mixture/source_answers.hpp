// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_GAUSSIAN_MIXTURE_SOURCE_ANSWERS_HPP
#define EIGENMIX_GAUSSIAN_MIXTURE_SOURCE_ANSWERS_HPP

#include <utility>

#include <eigenmix/em/source_evaluation.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

/// What a mixture says of every sample of a source: the answers of its members that give K x N or
/// 1 x N numbers, see GaussianMixture.
template <class Parameters, class X>
class SourceAnswers {
 public:
  using Scalar = typename Parameters::Scalar;
  using Row = Eigen::Matrix<Scalar, 1, Eigen::Dynamic>;
  using Labels = Eigen::Matrix<Index, 1, Eigen::Dynamic>;

  SourceAnswers(const char* where, const Parameters& parameters, const X& x,
                const AnyExecution& execution)
      : parameters_(parameters), samples_(where, parameters, x, execution) {}

  Matrix<Scalar> log_component_densities() {
    Matrix<Scalar> result(components(), samples_.count());
    samples_.for_each_sample(parameters_.log_normalizers, [&](Index n, const auto& values) {
      result.col(n) = values.head(components());
    });
    return result;
  }

  Row log_density() {
    Row result(samples_.count());
    samples_.for_each_sample([&](Index n, const auto& values) { result(n) = log_sum_exp(values); });
    return result;
  }

  Matrix<Scalar> log_responsibilities() {
    Matrix<Scalar> result(components(), samples_.count());
    samples_.for_each_sample([&](Index n, const auto& values) {
      const Scalar all = log_sum_exp(values);
      for (Index k = 0; k < components(); ++k) result(k, n) = values(k) - all;
    });
    return result;
  }

  Labels classify() {
    Labels result(samples_.count());
    samples_.for_each_sample([&](Index n, const auto& values) {
      Index most = 0;
      for (Index k = 1; k < values.size(); ++k) {
        if (values(k) > values(most)) most = k;
      }
      result(n) = most;
    });
    return result;
  }

  Expectation<Scalar> expect() {
    using std::exp;
    Expectation<Scalar> result{Matrix<Scalar>(components(), samples_.count()), 0};
    const auto visit = [&](Index n, const Vector<Scalar>& values, Scalar log_density) {
      for (Index k = 0; k < components(); ++k) {
        result.responsibilities(k, n) = exp(values(k) - log_density);
      }
    };
    result.log_likelihood = samples_.share_out(visit);
    return result;
  }

  typename Parameters::Real log_likelihood() {
    return samples_.share_out([](Index, const Vector<Scalar>&, Scalar) {});
  }

 private:
  Index components() const { return parameters_.component_count(); }

  const Parameters& parameters_;
  SourceEvaluation<Parameters, X> samples_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_GAUSSIAN_MIXTURE_SOURCE_ANSWERS_HPP
