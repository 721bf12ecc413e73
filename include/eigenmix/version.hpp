// SPDX-License-Identifier: MIT
#ifndef EIGENMIX_VERSION_HPP
#define EIGENMIX_VERSION_HPP

// The one place the version is written: CMakeLists.txt reads it from here.
#define EIGENMIX_VERSION_MAJOR 0
#define EIGENMIX_VERSION_MINOR 2
#define EIGENMIX_VERSION_PATCH 0

/// The inline namespace every name lives in, so that two versions of the library can be linked
/// into one program. It names the versions that are promised to be binary compatible.
#define EIGENMIX_ABI v0_2

#endif  // EIGENMIX_VERSION_HPP
