// SPDX-License-Identifier: MIT
#include <string>
#include <type_traits>

#include <eigenmix/eigenmix.hpp>

#include "support/catch.hpp"

#define EIGENMIX_TESTS_QUOTE(text) #text
#define EIGENMIX_TESTS_TEXT(macro) EIGENMIX_TESTS_QUOTE(macro)

TEST_CASE("the inline namespace is named after the version") {
  const std::string expected =
      "v" + std::to_string(EIGENMIX_VERSION_MAJOR) + "_" + std::to_string(EIGENMIX_VERSION_MINOR);
  CHECK(EIGENMIX_TESTS_TEXT(EIGENMIX_ABI) == expected);
}

TEST_CASE("every public namespace lives in the versioned one") {
  namespace versioned = eigenmix::EIGENMIX_ABI;
  STATIC_REQUIRE(
      std::is_same_v<versioned::GaussianMixture<double, 2>, eigenmix::GaussianMixture<double, 2>>);
  STATIC_REQUIRE(std::is_same_v<versioned::covariance::Tied, eigenmix::covariance::Tied>);
  STATIC_REQUIRE(std::is_same_v<versioned::degeneracy::Drop, eigenmix::degeneracy::Drop>);
  STATIC_REQUIRE(std::is_same_v<versioned::execution::Serial, eigenmix::execution::Serial>);
  STATIC_REQUIRE(std::is_same_v<versioned::initialization::KMeansPlusPlus,
                                eigenmix::initialization::KMeansPlusPlus>);
  STATIC_REQUIRE(std::is_same_v<versioned::observers::Trace, eigenmix::observers::Trace>);
  STATIC_REQUIRE(std::is_same_v<versioned::random::Engine, eigenmix::random::Engine>);
  STATIC_REQUIRE(
      std::is_same_v<versioned::stopping::MaxIterations, eigenmix::stopping::MaxIterations>);
}
