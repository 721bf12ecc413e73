// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_TESTS_SUPPORT_COUNT_ALLOCATIONS_HPP
#define EIGENMIX_TESTS_SUPPORT_COUNT_ALLOCATIONS_HPP

#include <atomic>
#include <cstddef>

// Counts every allocation of the program: Eigen's, the standard library's and the test framework's,
// which must therefore be silent while it is counted. To be included in one source file, since it
// defines malloc; where it cannot, EIGENMIX_TESTS_COUNT_ALLOCATIONS is not defined.

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EIGENMIX_TESTS_ADDRESS_SANITIZER 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define EIGENMIX_TESTS_ADDRESS_SANITIZER 1
#endif

namespace eigenmix_tests {

inline std::atomic<std::size_t> allocated_bytes{0};
inline std::atomic<std::size_t> allocation_count{0};

inline void count_allocation(std::size_t size) {
  allocated_bytes += size;
  ++allocation_count;
}

}  // namespace eigenmix_tests

#if defined(EIGENMIX_TESTS_ADDRESS_SANITIZER)
// The sanitizer has taken malloc for itself, but calls this.
extern "C" void __sanitizer_malloc_hook(const volatile void*, std::size_t size) {
  eigenmix_tests::count_allocation(size);
}
#define EIGENMIX_TESTS_COUNT_ALLOCATIONS 1
#elif defined(__GLIBC__)
// operator new and Eigen both end here.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* old, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);

void* malloc(std::size_t size) noexcept {
  eigenmix_tests::count_allocation(size);
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) noexcept {
  eigenmix_tests::count_allocation(count * size);
  return __libc_calloc(count, size);
}
void* realloc(void* old, std::size_t size) noexcept {
  eigenmix_tests::count_allocation(size);
  return __libc_realloc(old, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  eigenmix_tests::count_allocation(size);
  return __libc_memalign(alignment, size);
}
}
#define EIGENMIX_TESTS_COUNT_ALLOCATIONS 1
#endif

#endif  // EIGENMIX_TESTS_SUPPORT_COUNT_ALLOCATIONS_HPP
