// SPDX-License-Identifier: MIT
#include <eigenmix/execution/openmp.hpp>

#include <support/failure.hpp>
#include <support/same_bits.hpp>

// The same promises as threads.cpp, over OpenMP; kernels of all kinds are threads.cpp's to try.

namespace {

using eigenmix::Index;
using eigenmix::execution::OpenMP;
using eigenmix_tests::AnyExecution;

TEST_CASE("OpenMP meets every index once, and lets exceptions out whole", "[openmp]") {
  struct Unusual {
    Index index;
  };
  for (const Index threads : {1, 2, 3, 7}) {
    const OpenMP execution(threads);
    CHECK(execution.concurrency() == threads);
    std::vector<int> met(100, 0);
    execution.for_each(100, [&](Index i) { ++met[static_cast<std::size_t>(i)]; });
    CHECK(met == std::vector<int>(100, 1));
    Index caught = -1;
    try {
      execution.for_each(20, [](Index i) {
        if (i == 4 || i == 11) throw Unusual{i};
      });
    } catch (const Unusual& exception) {
      caught = exception.index;
    }
    CHECK(caught == 4);
  }
  CHECK(OpenMP().concurrency() >= 1);
  eigenmix_tests::check_rejected("execution::OpenMP", "count", "0", "at least one",
                                 [] { OpenMP{0}; });
}

TEMPLATE_LIST_TEST_CASE("results over OpenMP are those of one thread", "[openmp]",
                        eigenmix_tests::FewSameBitsMixtures) {
  const double separation = GENERATE(2.5, 12.0);
  const eigenmix_tests::SameBits<TestType> serial(AnyExecution(eigenmix::execution::Serial{}),
                                                  separation);
  for (const Index threads : {1, 2, 3, 7}) {
    serial.check_equal(
        eigenmix_tests::SameBits<TestType>(AnyExecution(OpenMP(threads)), separation));
  }
}

}  // namespace
