// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_SUPPORT_FAILURE_HPP
#define EIGENMIX_TESTS_SUPPORT_FAILURE_HPP

#include <stdexcept>
#include <string>

#include <support/catch.hpp>

namespace eigenmix_tests {

/// The text of the std::invalid_argument that `call` throws, or what happened instead.
template <class Call>
std::string rejection(Call&& call) {
  try {
    call();
  } catch (const std::invalid_argument& error) {
    return error.what();
  } catch (const std::exception& error) {
    return std::string("another exception: ") + error.what();
  }
  return "nothing was thrown";
}

/// Checks that `call` throws std::invalid_argument with "where: what, got X, need Y"; the last
/// three may be given in part.
template <class Call>
void check_rejected(const std::string& where, const std::string& what, const std::string& got,
                    const std::string& need, Call&& call) {
  const std::string text = rejection(call);
  CAPTURE(text, where, what, got, need);
  const std::size_t got_at = text.find(", got "), need_at = text.find(", need ");
  REQUIRE(got_at != std::string::npos);
  REQUIRE(need_at != std::string::npos);
  CHECK(text.rfind(where + ": ", 0) == 0);
  CHECK(text.substr(0, got_at).find(what, where.size() + 2) != std::string::npos);
  CHECK(text.substr(got_at, need_at - got_at).find(got) != std::string::npos);
  CHECK(text.substr(need_at).find(need) != std::string::npos);
}

}  // namespace eigenmix_tests

#endif  // EIGENMIX_TESTS_SUPPORT_FAILURE_HPP
