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

has() { command -v "$1" > /dev/null 2>&1; }

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# Another apt may be at work, as on a machine that has just started: wait for it.
apt() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 "$@"
}

# Only the locks of packages wait; that of their lists does not.
update_lists() {
  for attempt in 1 2 3 4 5 6 7 8 9; do
    if apt update; then return; fi
    echo "apt-get update failed, attempt $attempt of 10; again in 10 s"
    sleep 10
  done
  apt update
}

is_installed() { dpkg-query -W -f '${Status}' "$1" 2> /dev/null | grep -q 'ok installed'; }

missing=""
has cmake || missing="$missing cmake"
has git || missing="$missing git"
has "${CXX:-c++}" || missing="$missing g++"
has ninja || has make || missing="$missing make"
has pkg-config || missing="$missing pkg-config"
if has dpkg-query; then
  for package in libeigen3-dev catch2; do
    is_installed "$package" || missing="$missing $package"
  done
fi

if [ -n "$missing" ]; then
  if has apt-get && { [ "$(id -u)" = 0 ] || has sudo; }; then
    echo "installing$missing"
    # shellcheck disable=SC2086  # one word for each package
    { update_lists && apt install -y --no-install-recommends $missing > /dev/null; } ||
      echo "apt-get could not install$missing"
  else
    echo "not found, please install (names of Debian packages):$missing"
  fi
fi
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
