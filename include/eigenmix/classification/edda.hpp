// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_CLASSIFICATION_EDDA_HPP
#define EIGENMIX_CLASSIFICATION_EDDA_HPP

#include <cmath>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <eigenmix/classification/class_densities.hpp>
#include <eigenmix/classification/classifier.hpp>
#include <eigenmix/selection/select.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace classification {

/// The densities of classes of which each is one component of a mixture; see fit_edda. What takes
/// samples x, [Dim x N], makes one pass over them for any execution policy and throws as
/// GaussianMixture does. All else costs O(1) and throws nothing of its own.
template <class... Mixture>
class EddaDensities {
 public:
  using Selection = selection::Selection<Mixture...>;
  using First = std::tuple_element_t<0, std::tuple<Mixture...>>;
  using Scalar = typename First::Scalar;
  static constexpr int Dim = First::Dim;

  /// \param selection  with a best mixture, of C components
  explicit EddaDensities(Selection selection) : selection_(std::move(selection)) {}

  Index dimension() const {
    return visit([](const auto& mixture) { return mixture.dimension(); });
  }
  /// C
  Index class_count() const {
    return visit([](const auto& mixture) { return mixture.component_count(); });
  }
  /// Free parameters of means and covariances.
  Index parameter_count() const {
    return visit([](const auto& mixture) { return mixture.parameter_count(); }) - class_count() + 1;
  }

  /// All families, each with its criterion, and the mixture of each: component c is class c, its
  /// weight the class's share.
  const Selection& selection() const { return selection_; }
  /// visitor(mixture) with the mixture that was chosen, of its own type.
  template <class Visitor>
  decltype(auto) visit(Visitor&& visitor) const {
    return selection_.visit(std::forward<Visitor>(visitor));
  }

  /// Log densities of the classes, [C x N], less what all have in common, [N] or nothing.
  template <class X, class Execution>
  detail::ClassDensities<Scalar> log_densities(const X& x, const Execution& execution) const {
    return visit([&](const auto& mixture) {
      return detail::densities_of_components(mixture, x, execution);
    });
  }

  /// [1 x N] the most probable classes. \param log_priors  [C]
  template <class X, class Execution>
  Eigen::Matrix<Index, 1, Eigen::Dynamic> most_probable(const X& x,
                                                        const detail::Vector<double>& log_priors,
                                                        const Execution& execution) const {
    return visit([&](const auto& mixture) {
      return detail::most_probable_components(mixture, x, log_priors, execution);
    });
  }

 private:
  Selection selection_;
};

/// A classifier by one normal distribution a class.
template <class... Mixture>
using Edda = Classifier<EddaDensities<Mixture...>>;

}  // namespace classification

namespace detail {

/// A mixture type as an argument.
template <class Mixture_>
struct EddaFamily {
  using Mixture = Mixture_;
};

/// The M-step of labels under one family, with its cell of the table. Refers to its arguments.
template <class Mixture, class X, class Samples, class Options>
class EddaCell {
 public:
  EddaCell(const X& x, const Samples& samples, const ClassLabels& labels, Index classes,
           const Options& options)
      : x_(x), samples_(samples), labels_(labels), classes_(classes), options_(options) {}

  /// \param cell  [in, out] its criterion is +infinity and its error set if it failed
  /// \return nothing then
  template <class Criterion>
  std::optional<Mixture> fit(const Criterion& criterion, selection::Cell& cell) {
    std::optional<Mixture> made;
    cell.error = failure_of([&] {
      Mixture mixture = m_step(cell.fit);
      cell.input = selection::criterion_input(mixture, x_, options_.execution);
      cell.input.single_log_likelihood =
          selection::single_log_likelihood<Mixture>(x_, options_.execution);
      cell.fit.log_likelihood = cell.fit.log_posterior = cell.input.log_likelihood;
      cell.criterion = double(criterion(std::as_const(cell.input)));
      if (std::isnan(cell.criterion)) cell.criterion = selection::criteria::infeasible;
      cell.status = cell.fit.collapsed_count > 0 ? selection::CellStatus::degenerate
                                                 : selection::CellStatus::converged;
      made.emplace(std::move(mixture));
    });
    if (!made) cell.status = selection::CellStatus::failed;
    return made;
  }

 private:
  Mixture m_step(FitResult& result) {
    using P = ParametersOf<Mixture>;
    Vector<typename P::Scalar, P::Dim> one_sample(samples_.dimension());
    for (Index i = 0; i < samples_.dimension(); ++i) {
      one_sample(i) = samples_.value(i, samples_.first_positive());
    }
    const LabelResponsibilities<Index> source(labels_.numbers().data());
    auto moments = moments_from<P>({source, classes_}, samples_,
                                   Origins<typename P::Scalar, P::Dim>(one_sample, classes_),
                                   AnyExecution(options_.execution));
    P parameters(form_of_mixture<Mixture>);
    result.effective_counts = moments.counts().template cast<double>();
    result.repairs = apply_m_step<P>("fit_edda", moments, samples_.columns(),
                                     m_step_policies(options_), parameters);
    if (result.repairs.dropped + result.repairs.reseeded > 0) {
      reject("fit_edda", "action of the degeneracy policy", "drop or reseed",
             "floor or raise_error: a component is a class");
    }
    result.status = FitStatus::converged;
    result.stopped_by = "M-step of labels";
    result.iterations = 1;
    result.passes = 2;
    result.collapsed_count = result.repairs.floored;
    result.parameter_count = parameters.parameter_count();
    result.uninformative = samples_.columns().uninformative();
    return Access::make<Mixture>(std::move(parameters));
  }

  const X& x_;
  const Samples& samples_;
  const ClassLabels& labels_;
  Index classes_;
  Options options_;
};

/// \throws std::invalid_argument  if the options have what there is no use for
template <class Options>
void check_edda_options(const Options& options, Index dimension) {
  check_prior("fit_edda", options, dimension);
  if (options.noise.weight != 0) {
    reject("fit_edda", "noise", text(options.noise.weight), "none: every sample has a class");
  }
  if (!fixes_nothing(options.fixed)) {
    reject("fit_edda", "parts of Fixed", "some", "none: there is nothing before the M-step");
  }
  if (options.leap_memory != acceleration::QuasiNewton().memory()) {
    reject("fit_edda", "acceleration", "one", "none: there is one M-step, which nothing speeds up");
  }
}

/// The cells of all families, and what they are chosen by.
template <class... Family, class X, class Samples, class Options>
auto edda_selection(const X& x, const Samples& samples, const ClassLabels& labels, Index classes,
                    const Options& options) {
  using Selection = selection::Selection<MixtureOf<X, Family>...>;
  const auto criterion = choice_of<IsCriterion, selection::criteria::Bic>(options.observers);
  selection::Grid grid({family_code<Family>()...}, selection::components(classes, classes),
                       criterion_name_v<std::decay_t<decltype(criterion)>>);
  const auto plain = unobserved(options);
  std::vector<std::optional<typename Selection::Model>> models;
  const auto fit = [&](auto type) {
    using Mixture = typename decltype(type)::Mixture;
    EddaCell<Mixture, X, Samples, std::decay_t<decltype(plain)>> cell(x, samples, labels, classes,
                                                                      plain);
    auto mixture = cell.fit(criterion, grid.cells()[models.size()]);
    models.emplace_back();
    if (mixture) models.back().emplace(std::move(*mixture));
  };
  (fit(EddaFamily<MixtureOf<X, Family>>()), ...);
  return Selection(std::move(grid), std::move(models));
}

}  // namespace detail

namespace classification {

/// Discriminant analysis by one normal distribution a class (EDDA; Bensmail & Celeux 1996), whose
/// covariances are of one family, chosen by BIC: mclust's MclustDA(modelType = "EDDA"). Full is
/// quadratic discriminant analysis, Tied linear, Diagonal naive Bayes.
///
///     const auto families = selection::families<covariance::VEV, covariance::EEE>();
///     const auto edda = classification::fit_edda(x, labels, families);
///     const auto classes = edda.classify(others);
///
/// The fit is one M-step of the labels; the likelihood that families are compared by is that of the
/// mixture of the classes with their shares as weights, Σ_n w_n log Σ_c share_c p_c(x_n). A family
/// whose covariances fell to the variance floor, as with classes of no more samples than
/// dimensions, is chosen only if there is no other.
/// \param x         [Dim x N] samples, weighted(x, w) or counted(x, c)
/// \param labels    [N] integers, classes from 0 to C - 1, each with samples of positive weight: a
///                  std::vector or an Eigen vector
/// \param families  selection::families<...>(); one if it is given
/// \param options   fit_options(...) of a degeneracy policy, an execution policy, a prior and a
///                  criterion, see selection::select; what a fit has beside them is refused
/// \return an Edda; densities().selection() has the table and all mixtures
/// \throws std::invalid_argument  if x, labels, dimension of the prior or options are not as said
/// \throws std::runtime_error     if no family could be fitted
/// \complexity  for each family four passes over x, O(N C Dim²) for dense ones; of the chosen one
///              more, and C N numbers of memory
template <class X, class Labels, class... Family, class Options = FitOptions<>>
auto fit_edda(const X& x, const Labels& labels, selection::Families<Family...>,
              const Options& options = {}) {
  constexpr bool are_options = detail::is_fit_options_v<Options>;
  static_assert(are_options,
                "eigenmix: the last argument of fit_edda is what fit_options(...) returns");
  if constexpr (are_options) {
    constexpr bool are_known =
        detail::names_no_stopping_v<Options> &&
        detail::are_of<detail::IsCriterion>(
            static_cast<const std::decay_t<decltype(options.observers)>*>(nullptr));
    static_assert(are_known,
                  "eigenmix: fit_edda has no iterations: its options are a degeneracy policy, an "
                  "execution policy, a prior, and a criterion callable as double(const "
                  "selection::CriterionInput&)");
    using Expression = typename detail::ExpressionOf<X>::Type;
    using Scalar = typename Expression::Scalar;
    constexpr int Dim = Expression::RowsAtCompileTime;
    const auto opened = detail::Boundary<Scalar, Dim>::checked("fit_edda", x, Eigen::Dynamic);
    const detail::ClassLabels known("fit_edda", labels, opened);
    const Index classes = known.check_classes("fit_edda", opened);
    detail::check_edda_options(options, opened.dimension());
    detail::AnySamples<Scalar, Dim> samples(opened);
    detail::survey_for(options, samples);
    EddaDensities<detail::MixtureOf<X, Family>...> densities(
        detail::edda_selection<Family...>(x, samples, known, classes, options));
    densities.selection().best();  // throws if there is none
    return Edda<detail::MixtureOf<X, Family>...>("fit_edda", std::move(densities), x, opened, known,
                                                 options.execution);
  }
}

}  // namespace classification
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_CLASSIFICATION_EDDA_HPP
