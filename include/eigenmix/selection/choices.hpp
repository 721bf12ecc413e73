// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_SELECTION_CHOICES_HPP
#define EIGENMIX_SELECTION_CHOICES_HPP

#include <tuple>
#include <type_traits>
#include <utility>

#include <eigenmix/search/initialize.hpp>
#include <eigenmix/selection/criteria.hpp>
#include <eigenmix/selection/grid.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

// What the functions of model choice may find among fit_options(...) beside what a fit takes.

/// Whether a strategy makes partitions into any number of groups at once, as Hierarchical does.
template <class Strategy, class X, class Execution, class = void>
inline constexpr bool gives_tree_v = false;
template <class Strategy, class X, class Execution>
inline constexpr bool
    gives_tree_v<Strategy, X, Execution,
                 std::void_t<decltype(std::declval<const Strategy&>().tree(
                     std::declval<const X&>(), std::declval<const Execution&>()))>> = true;

/// Start strategies for fits of x by a Mixture.
template <class Mixture, class X>
struct IsStart {
  using Samples = AnySamples<typename Mixture::Scalar, Mixture::Dim>;
  template <class T>
  static constexpr bool value =
      is_start_v<Mixture, T, X, Samples> || gives_labels_v<T, Samples, execution::Serial> ||
      gives_tree_v<T, X, execution::Serial> ||
      std::is_invocable_r_v<Mixture, const T&, const X&, Index> ||
      std::is_invocable_r_v<Mixture, const T&, const X&, Index, const execution::Serial&>;
};

struct IsCriterion {
  template <class T>
  static constexpr bool value = is_criterion_v<T>;
};

/// Observers of cells.
struct IsCellObserver {
  template <class T>
  static constexpr bool value = std::is_invocable_v<T&, const selection::Cell&>;
};

/// What is of none of the kinds.
template <class... Kinds>
struct IsOther {
  template <class T>
  static constexpr bool value = !(... || Kinds::template value<T>);
};

/// Observers of the iterations of a Mixture's fits.
template <class Mixture>
struct IsFitObserver {
  template <class T>
  static constexpr bool value = std::is_invocable_v<T&, const Iteration&> ||
                                std::is_invocable_v<T&, const Iteration&, const Mixture&>;
};

/// Whether every choice is of one of the kinds.
template <class... Kinds, class... Choices>
constexpr bool are_of(const std::tuple<Choices...>*) {
  return (... && !IsOther<Kinds...>::template value<Choices>);
}

/// Those of a kind.
template <class Kind, class... Choices>
auto choices_of(const std::tuple<Choices...>& choices) {
  const auto if_of_kind = [](const auto& choice) {
    if constexpr (Kind::template value<std::decay_t<decltype(choice)>>) {
      return std::make_tuple(choice);
    } else {
      return std::tuple<>();
    }
  };
  return std::apply([&](const auto&... each) { return std::tuple_cat(if_of_kind(each)...); },
                    choices);
}

/// The one of a kind, or the default.
template <class Kind, class Default, class... Choices>
auto choice_of(const std::tuple<Choices...>& choices) {
  const auto found = choices_of<Kind>(choices);
  constexpr auto count = std::tuple_size<std::decay_t<decltype(found)>>::value;
  static_assert(count <= 1, "eigenmix: one criterion and one start strategy can be chosen");
  if constexpr (count == 0) {
    return Default();
  } else {
    return std::get<0>(found);
  }
}

/// The options for the fits alone.
/// \tparam Kind      of the observers that fits have
/// \param otherwise  the stopping policy where the options name none
template <class Kind, class Options, class Stopping>
auto options_of_fits(const Options& options, const Stopping& otherwise) {
  return with_policies(options, stopping_of(options, otherwise), options.execution,
                       choices_of<Kind>(options.observers));
}

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_SELECTION_CHOICES_HPP
