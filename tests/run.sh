#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Builds and runs every test. On Debian and Ubuntu it first installs what is missing.
#
# From the environment: CXX (compiler), CXX_STANDARD (17, 20, ...), BUILD_DIR (build/tests),
# EXTRA_CMAKE_ARGS and CTEST_ARGS (words for CMake and ctest), JOBS (all processors).
set -eu
cd "$(dirname "$0")/.."

BUILD_DIR=${BUILD_DIR:-build/tests}
JOBS=${JOBS:-$(getconf _NPROCESSORS_ONLN 2> /dev/null || echo 2)}

. tests/support/packages.sh

is_installed() { dpkg-query -W -f '${Status}' "$1" 2> /dev/null | grep -q 'ok installed'; }

missing=""
has cmake || missing="$missing cmake"
has git || missing="$missing git"
has "${CXX:-c++}" || missing="$missing g++"
has ninja || has make || missing="$missing make"
has pkg-config || missing="$missing pkg-config"
if has dpkg-query; then
  for package in libeigen3-dev catch2 nlohmann-json3-dev; do
    is_installed "$package" || missing="$missing $package"
  done
fi

# shellcheck disable=SC2086  # one word for each package
install_packages $missing
if ! has "${CXX:-c++}" || ! has cmake || ! { has ninja || has make; }; then
  echo "a C++17 compiler, CMake 3.21 or later, and make or ninja are needed" >&2
  exit 1
fi
# Eigen and Catch2, where they are still missing, are downloaded by CMake.

set -- -S . -B "$BUILD_DIR"
if [ ! -e "$BUILD_DIR/CMakeCache.txt" ] && has ninja; then set -- "$@" -G Ninja; fi
if [ -n "${CXX:-}" ]; then set -- "$@" "-DCMAKE_CXX_COMPILER=$CXX"; fi
if [ -n "${CXX_STANDARD:-}" ]; then set -- "$@" "-DCMAKE_CXX_STANDARD=$CXX_STANDARD"; fi

# shellcheck disable=SC2086  # words
cmake "$@" ${EXTRA_CMAKE_ARGS:-}
cmake --build "$BUILD_DIR" -j "$JOBS"
cd "$BUILD_DIR"
# shellcheck disable=SC2086  # words
ctest --output-on-failure -j "$JOBS" ${CTEST_ARGS:-}
