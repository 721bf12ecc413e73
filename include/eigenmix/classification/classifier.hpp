// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_CLASSIFICATION_CLASSIFIER_HPP
#define EIGENMIX_CLASSIFICATION_CLASSIFIER_HPP

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <eigenmix/classification/class_labels.hpp>
#include <eigenmix/execution/serial.hpp>
#include <eigenmix/selection/cross_validation.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace classification {

/// How a classifier does on samples whose classes are known.
struct Assessment {
  double sample_weight = 0;   ///< n = Σ w_n
  double log_likelihood = 0;  ///< Σ_n w_n log Σ_c prior_c p_c(x_n) in nats: labels are not used
  double error = 0;           ///< share of the samples that `classify` gives another class
  double cost = 0;            ///< average cost of what it says
  /// Σ_n w_n Σ_c (posterior_cn - [n is of class c])² / (2 n), from 0 to 1 (Brier 1950; mclust's).
  double brier_score = 0;
};

/// How it did on the samples that it was made of, with the shares of the classes as priors.
struct Training : Assessment {
  Index parameter_count = 0;  ///< of the densities and C - 1 shares

  /// -2 L + ν log n (Schwarz 1978), lower is better; minus what mclust calls BIC.
  double bic() const {
    return -2 * log_likelihood + double(parameter_count) * std::log(sample_weight);
  }
};

/// Tells the class of samples by Bayes' rule: posterior_c(x) = prior_c p_c(x) / Σ_j prior_j p_j(x),
/// and the least expected cost (Bishop 2006, section 1.5). Made by fit_edda or fit_mixture_da. A
/// value: copies are independent.
///
/// Posteriors are kept as natural logarithms until asked for otherwise. Wherever samples are taken
/// they are [Dim x N], the execution policy may be any, and std::invalid_argument is thrown as by
/// GaussianMixture.
/// \tparam Densities  p_c: EddaDensities or MixtureDaDensities
template <class Densities>
class Classifier {
 public:
  using Scalar = typename Densities::Scalar;
  using Posteriors = detail::Matrix<Scalar>;
  using Labels = Eigen::Matrix<Index, 1, Eigen::Dynamic>;
  static constexpr int Dim = Densities::Dim;

  /// Of densities, and the samples that they were made of; what fit_edda and fit_mixture_da call.
  template <class X, class Samples, class Execution>
  Classifier(const char* where, Densities densities, const X& x, const Samples& samples,
             const detail::ClassLabels& labels, const Execution& execution)
      : densities_(std::move(densities)) {
    const Index classes = densities_.class_count();
    priors_.setZero(classes);
    for (Index n = 0; n < samples.count(); ++n) {
      if (samples.weight(n) > 0) priors_(labels[n]) += double(samples.weight(n));
    }
    priors_ /= priors_.sum();
    costs_.setOnes(classes, classes);
    for (Index c = 0; c < classes; ++c) costs_(c, c) = 0;
    static_cast<Assessment&>(training_) = assessed(where, x, samples, labels, execution);
    training_.parameter_count = densities_.parameter_count() + classes - 1;
  }

  Index dimension() const { return densities_.dimension(); }  ///< Dim
  Index class_count() const { return priors_.size(); }        ///< C
  /// What says how likely a sample is in each class: the mixtures, and the table they are chosen
  /// from.
  const Densities& densities() const { return densities_; }
  const Training& training() const { return training_; }

  /// [C] sum to one; at first the shares of the classes.
  const detail::Vector<double>& priors() const { return priors_; }
  /// \param priors  [C] >= 0, summing to one within 1e-5 (then brought to one). O(C)
  /// \throws std::invalid_argument  if they are not
  template <class P>
  void set_priors(const Eigen::MatrixBase<P>& priors) {
    detail::Vector<double> next = priors.template cast<double>();
    if (next.size() != class_count()) {
      detail::reject("set_priors", "number of priors", detail::text(next.size()),
                     "one for each of " + detail::text(class_count()) + " classes");
    }
    for (Index c = 0; c < next.size(); ++c) {
      if (!(next(c) >= 0)) {
        detail::reject("set_priors", "prior of class " + detail::text(c), detail::text(next(c)),
                       "a number >= 0");
      }
    }
    if (!(std::abs(next.sum() - 1) <= detail::probability_sum_tolerance)) {
      detail::reject("set_priors", "sum of the priors", detail::text(next.sum()), "1 within 1e-5");
    }
    priors_ = next / next.sum();
  }

  /// [C x C] the cost of saying i, the row, where j, the column, is true; at first one for every
  /// error.
  const detail::Matrix<double>& costs() const { return costs_; }
  /// \param costs  [C x C] finite; gains are negative. O(C²)
  /// \throws std::invalid_argument  if they are not
  template <class M>
  void set_costs(const Eigen::MatrixBase<M>& costs) {
    detail::check_shape("set_costs", "costs", {costs.rows(), costs.cols()},
                        {class_count(), class_count()});
    const detail::Matrix<double> next = costs.template cast<double>();
    for (Index i = 0; i < next.size(); ++i) {
      if (!std::isfinite(next.data()[i])) {
        detail::reject("set_costs", "cost", detail::text(next.data()[i]), "finite numbers");
      }
    }
    costs_ = next;
    errors_cost_one_ = costs_are_of_errors();
  }

  /// [C x N] log of the probability that sample n is of class c; -infinity for a prior of zero.
  /// Where squared distances overflow in every class it is the prior.
  /// \complexity  a pass over x for the density of each class
  template <class X, class Execution = execution::Serial>
  Posteriors log_posterior(const X& x, const Execution& execution = {}) const {
    return judge("log_posterior", x, execution).log_posterior;
  }

  /// [C x N] the probability that sample n is of class c. Columns sum to one.
  /// \complexity  as log_posterior
  template <class X, class Execution = execution::Serial>
  Posteriors posterior(const X& x, const Execution& execution = {}) const {
    Posteriors result = judge("posterior", x, execution).log_posterior;
    for (Index i = 0; i < result.size(); ++i) result.data()[i] = std::exp(result.data()[i]);
    return result;
  }

  /// [1 x N] the class of the least expected cost, argmin_i Σ_j cost_ij posterior_j, of those that
  /// cost the same the most probable, and the first of equals: with the costs that a classifier
  /// begins with the most probable class.
  /// \complexity  as log_posterior, and O(N C²)
  template <class X, class Execution = execution::Serial>
  Labels classify(const X& x, const Execution& execution = {}) const {
    if (errors_cost_one_) return densities_.most_probable(x, log_priors(), execution);
    const Posteriors posteriors = judge("classify", x, execution).log_posterior;
    Labels result(posteriors.cols());
    detail::Vector<double> shares(class_count());
    for (Index n = 0; n < result.size(); ++n) result(n) = cheapest(posteriors, n, shares);
    return result;
  }

  /// How it does on samples whose classes are known, of the training or others, with its priors and
  /// costs.
  /// \param x       [Dim x N] samples, weighted(x, w) or counted(x, c)
  /// \param labels  [N] integers in [0, C)
  /// \throws std::invalid_argument  if they are not
  /// \complexity  as classify
  template <class X, class L, class Execution = execution::Serial>
  Assessment assess(const X& x, const L& labels, const Execution& execution = {}) const {
    const auto samples = detail::Boundary<Scalar, Dim>::checked("assess", x, dimension());
    const detail::ClassLabels known("assess", labels, samples);
    known.check_range("assess", class_count());
    return assessed("assess", x, samples, known, execution);
  }

 private:
  struct Judgement {
    Posteriors log_posterior;
    detail::Vector<double> log_density;  // [N] log Σ_c prior_c p_c(x_n)
  };

  detail::Vector<double> log_priors() const {
    detail::Vector<double> result(class_count());
    for (Index c = 0; c < class_count(); ++c) result(c) = std::log(priors_(c));
    return result;
  }

  bool costs_are_of_errors() const {
    for (Index j = 0; j < class_count(); ++j) {
      for (Index i = 0; i < class_count(); ++i) {
        if (costs_(i, j) != (i == j ? 0 : 1)) return false;
      }
    }
    return true;
  }

  template <class X, class Execution>
  Judgement judge(const char* where, const X& x, const Execution& execution) const {
    detail::Boundary<Scalar, Dim>::checked_unweighted(where, x, dimension());
    auto densities = densities_.log_densities(x, execution);
    Judgement result{std::move(densities.of_classes), detail::Vector<double>(x.cols())};
    const detail::Vector<double> of_priors = log_priors();
    detail::Vector<double> joint(class_count());
    for (Index n = 0; n < x.cols(); ++n) {
      joint = result.log_posterior.col(n).template cast<double>();
      const double largest = largest_possible(joint);
      double sum = 0;
      for (Index c = 0; c < class_count(); ++c) {
        // Beside the density of a sample that is far from everything priors would be lost.
        joint(c) = joint(c) - largest + of_priors(c);
        sum += std::exp(joint(c));
      }
      const double log_sum = std::log(sum);
      for (Index c = 0; c < class_count(); ++c) {
        result.log_posterior(c, n) = Scalar(joint(c) - log_sum);
      }
      const bool has_common = densities.common.size() > 0;
      const double common = has_common ? double(densities.common(n)) : 0;
      result.log_density(n) = largest + log_sum + common;
    }
    return result;
  }

  /// Of the classes whose prior is not zero.
  double largest_possible(const detail::Vector<double>& log_density) const {
    double largest = -std::numeric_limits<double>::infinity();
    for (Index c = 0; c < class_count(); ++c) {
      if (priors_(c) > 0) largest = std::max(largest, log_density(c));
    }
    return largest;
  }

  /// \param shares  [C] scratch; out: the posteriors of sample n
  Index cheapest(const Posteriors& log_posteriors, Index n, detail::Vector<double>& shares) const {
    for (Index j = 0; j < class_count(); ++j) shares(j) = std::exp(double(log_posteriors(j, n)));
    Index best = 0;
    double least = std::numeric_limits<double>::infinity(), likeliest = -least;
    for (Index i = 0; i < class_count(); ++i) {
      double expected = 0;
      for (Index j = 0; j < class_count(); ++j) {
        expected += costs_(i, j) * shares(j);
      }
      const double own = double(log_posteriors(i, n));
      if (expected > least || (expected == least && !(own > likeliest))) continue;
      best = i;
      least = expected;
      likeliest = own;
    }
    return best;
  }

  template <class X, class Samples, class Execution>
  Assessment assessed(const char* where, const X& x, const Samples& samples,
                      const detail::ClassLabels& labels, const Execution& execution) const {
    const Judgement judgement = judge(where, detail::bare(x), execution);
    Assessment result;
    detail::Vector<double> shares(class_count());
    for (Index n = 0; n < samples.count(); ++n) {
      const double weight = double(samples.weight(n));
      if (!(weight > 0)) continue;
      const Index said = cheapest(judgement.log_posterior, n, shares);
      double squares = 0;
      for (Index c = 0; c < class_count(); ++c) {
        const double truth = c == labels[n] ? 1 : 0;
        squares += std::pow(shares(c) - truth, 2);
      }
      result.sample_weight += weight;
      result.log_likelihood += weight * judgement.log_density(n);
      result.error += said == labels[n] ? 0 : weight;
      result.cost += weight * costs_(said, labels[n]);
      result.brier_score += weight * squares / 2;
    }
    result.error /= result.sample_weight;
    result.cost /= result.sample_weight;
    result.brier_score /= result.sample_weight;
    return result;
  }

  Densities densities_;
  detail::Vector<double> priors_;
  detail::Matrix<double> costs_;
  bool errors_cost_one_ = true;  // then the most probable class is the cheapest
  Training training_;
};

}  // namespace classification
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_CLASSIFICATION_CLASSIFIER_HPP
