// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_CLASSIFICATION_MIXTURE_DA_HPP
#define EIGENMIX_CLASSIFICATION_MIXTURE_DA_HPP

#include <stdexcept>
#include <tuple>
#include <utility>
#include <vector>

#include <eigenmix/classification/class_densities.hpp>
#include <eigenmix/classification/classifier.hpp>
#include <eigenmix/selection/select.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace classification {

/// The densities of classes of which each is a mixture (Hastie & Tibshirani 1996); see
/// fit_mixture_da. What takes samples x, [Dim x N], makes a pass over them for each class, for any
/// execution policy, and throws as GaussianMixture does. All else costs O(C) at most and throws
/// what it says.
template <class... Mixture>
class MixtureDaDensities {
 public:
  using Selection = selection::Selection<Mixture...>;
  using First = std::tuple_element_t<0, std::tuple<Mixture...>>;
  using Scalar = typename First::Scalar;
  static constexpr int Dim = First::Dim;

  /// \param selections  one a class, each with a best mixture
  explicit MixtureDaDensities(std::vector<Selection> selections)
      : selections_(std::move(selections)) {}

  Index dimension() const {
    return visit(0, [](const auto& mixture) { return mixture.dimension(); });
  }
  Index class_count() const { return static_cast<Index>(selections_.size()); }  ///< C
  /// Free parameters of all the mixtures.
  Index parameter_count() const {
    Index sum = 0;
    for (const Selection& of_class : selections_) sum += of_class.best().input.parameter_count;
    return sum;
  }

  /// All cells of class c, each with its criterion, and their mixtures.
  /// \throws std::invalid_argument  unless c is in [0, C)
  const Selection& selection(Index c) const {
    if (c < 0 || c >= class_count()) {
      detail::reject("selection", "class", detail::text(c),
                     "one in [0, " + detail::text(class_count()) + ")");
    }
    return selections_[static_cast<std::size_t>(c)];
  }
  /// visitor(mixture) with the mixture of class c, of its own type.
  /// \throws std::invalid_argument  unless c is in [0, C)
  template <class Visitor>
  decltype(auto) visit(Index c, Visitor&& visitor) const {
    return selection(c).visit(std::forward<Visitor>(visitor));
  }

  /// [C x N] log densities of the classes.
  template <class X, class Execution>
  detail::ClassDensities<Scalar> log_densities(const X& x, const Execution& execution) const {
    detail::ClassDensities<Scalar> result;
    result.of_classes.resize(class_count(), x.cols());
    for (Index c = 0; c < class_count(); ++c) {
      const auto of_class =
          visit(c, [&](const auto& mixture) { return mixture.log_density(x, execution); });
      for (Index n = 0; n < x.cols(); ++n) result.of_classes(c, n) = of_class(n);
    }
    return result;
  }

  /// [1 x N] the most probable classes. \param log_priors  [C]
  template <class X, class Execution>
  Eigen::Matrix<Index, 1, Eigen::Dynamic> most_probable(const X& x,
                                                        const detail::Vector<double>& log_priors,
                                                        const Execution& execution) const {
    detail::Boundary<Scalar, Dim>::checked_unweighted("classify", x, dimension());
    auto of_classes = log_densities(x, execution).of_classes;
    Eigen::Matrix<Index, 1, Eigen::Dynamic> result(of_classes.cols());
    detail::find_most_probable(log_priors, of_classes.transpose(), result.data());
    return result;
  }

 private:
  std::vector<Selection> selections_;
};

/// A classifier by a mixture a class.
template <class... Mixture>
using MixtureDa = Classifier<MixtureDaDensities<Mixture...>>;

}  // namespace classification

namespace detail {

/// The samples of one class: a copy, and their weights.
template <class Scalar, int Dim>
struct ClassSamples {
  template <class Samples>
  ClassSamples(const Samples& samples, const ClassLabels& labels, Index c) {
    std::vector<Index> members;
    for (Index n = 0; n < samples.count(); ++n) {
      if (labels[n] == c && samples.weight(n) > 0) members.push_back(n);
    }
    x.resize(samples.dimension(), static_cast<Index>(members.size()));
    weights.resize(x.cols());
    for (Index m = 0; m < x.cols(); ++m) {
      const Index n = members[static_cast<std::size_t>(m)];
      for (Index i = 0; i < x.rows(); ++i) x(i, m) = samples.value(i, n);
      weights(m) = samples.weight(n);
    }
  }
  Matrix<Scalar, Dim> x;
  Vector<Scalar> weights;
};

/// The selection of one class.
template <class Selection, class Samples, class Families, class Options>
Selection class_selection(const Samples& samples, const ClassLabels& labels, Index c,
                          Families families, selection::ComponentRange range,
                          const Options& options) {
  const ClassSamples<typename Samples::Scalar, Samples::Dim> of_class(samples, labels, c);
  Selection result = [&] {
    if constexpr (Samples::is_unit()) {
      return selection::select(of_class.x, families, range, options);
    } else {
      return selection::select(counted(of_class.x, of_class.weights), families, range, options);
    }
  }();
  if (!result.has_best()) {
    throw std::runtime_error("fit_mixture_da: class " + text(c) +
                             ": every cell failed: " + result.grid().cells().back().error);
  }
  return result;
}

}  // namespace detail

namespace classification {

/// Discriminant analysis by mixtures (Hastie & Tibshirani 1996): each class is a mixture of its
/// own, its family and number of components chosen by BIC among its samples, as selection::select
/// chooses: mclust's MclustDA.
///
///     const auto families = selection::families<covariance::VVV, covariance::EEE>();
///     const auto da = classification::fit_mixture_da(x, labels, families,
///                                                    selection::components(1, 5));
///     da.densities().visit(0, [](const auto& mixture) { ... });
///
/// Dimensions in which the samples of a class have one value decide much: of such a class they have
/// no more variance than the resolution of the numbers.
/// \param x         [Dim x N] samples, weighted(x, w) or counted(x, c)
/// \param labels    [N] integers, classes from 0 to C - 1, each with samples of positive weight: a
///                  std::vector or an Eigen vector
/// \param families  selection::families<...>()
/// \param range     selection::components(first, last), of each class
/// \param options   as of selection::select; noise is a background of each class
/// \return a MixtureDa; densities().selection(c) has the table and all mixtures of class c
/// \throws std::invalid_argument  if x, labels or options are not as said
/// \throws std::runtime_error     if nothing could be fitted to a class
/// \complexity  one selection a class; memory for a copy of the largest class, for the mixtures of
///              all cells, and C N numbers
template <class X, class Labels, class... Family, class Options = FitOptions<>>
auto fit_mixture_da(const X& x, const Labels& labels, selection::Families<Family...> families,
                    selection::ComponentRange range, const Options& options = {}) {
  constexpr bool are_options = detail::is_fit_options_v<Options>;
  static_assert(are_options,
                "eigenmix: the last argument of fit_mixture_da is what fit_options(...) returns");
  if constexpr (are_options) {
    using Expression = typename detail::ExpressionOf<X>::Type;
    using Scalar = typename Expression::Scalar;
    constexpr int Dim = Expression::RowsAtCompileTime;
    using Densities = MixtureDaDensities<detail::MixtureOf<X, Family>...>;
    const auto opened = detail::Boundary<Scalar, Dim>::checked("fit_mixture_da", x, Eigen::Dynamic);
    const detail::ClassLabels known("fit_mixture_da", labels, opened);
    const Index classes = known.check_classes("fit_mixture_da", opened);
    std::vector<typename Densities::Selection> selections;
    for (Index c = 0; c < classes; ++c) {
      selections.push_back(detail::class_selection<typename Densities::Selection>(
          opened, known, c, families, range, options));
    }
    return MixtureDa<detail::MixtureOf<X, Family>...>(
        "fit_mixture_da", Densities(std::move(selections)), x, opened, known, options.execution);
  }
}

}  // namespace classification
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_CLASSIFICATION_MIXTURE_DA_HPP
