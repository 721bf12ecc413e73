// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_BASE_FUNCTION_REF_HPP
#define EIGENMIX_BASE_FUNCTION_REF_HPP

#include <functional>
#include <type_traits>
#include <utility>

#include <eigenmix/version.hpp>

namespace eigenmix {
inline namespace EIGENMIX_ABI {
namespace detail {

template <class Signature>
class FunctionRef;

/// Refers to anything that can be called, and is one type whatever that is: what is handed a
/// FunctionRef is compiled once (Romeo, P0792). One indirect call; nothing is owned, so what it
/// refers to must outlive it.
template <class R, class... Args>
class FunctionRef<R(Args...)> {
 public:
  template <class Callable,
            class = std::enable_if_t<!std::is_same_v<std::decay_t<Callable>, FunctionRef>>>
  FunctionRef(Callable&& callable)  // NOLINT(google-explicit-constructor): as std::function
      : object_(address_of(callable)), call_([](void* object, Args... args) -> R {
          return (*static_cast<std::remove_reference_t<Callable>*>(object))(
              std::forward<Args>(args)...);
        }) {}

  /// Refers to Function(object, ...), a member or another function that takes the object first.
  template <auto Function, class Object>
  static FunctionRef bind(Object& object) {
    return {address_of(object), [](void* bound, Args... args) -> R {
              return std::invoke(Function, *static_cast<Object*>(bound),
                                 std::forward<Args>(args)...);
            }};
  }

  R operator()(Args... args) const { return call_(object_, std::forward<Args>(args)...); }

 private:
  using Call = R (*)(void*, Args...);

  /// Constness is restored by who calls: the cast back is to the type that was referred to.
  template <class Object>
  static void* address_of(Object& object) {
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
    return const_cast<void*>(static_cast<const void*>(&object));
  }

  FunctionRef(void* object, Call call) : object_(object), call_(call) {}

  void* object_;
  Call call_;
};

}  // namespace detail
}  // namespace EIGENMIX_ABI
}  // namespace eigenmix

#endif  // EIGENMIX_BASE_FUNCTION_REF_HPP
