#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Builds and runs the examples; the last is the main job, Old Faithful from a CSV file to a picture.
# On Debian and Ubuntu it first installs what is missing.
set -eu
cd "$(dirname "$0")/.."

has() { command -v "$1" > /dev/null 2>&1; }

has_eigen() {
  for prefix in /usr /usr/local /opt/homebrew /opt/local; do
    if [ -e "$prefix/include/eigen3/Eigen/Core" ]; then return 0; fi
  done
  has pkg-config && pkg-config --exists eigen3
}

# The Debian packages of what is not there. gnuplot only draws: the examples run without it.
missing=""
has "${CXX:-c++}" || missing="$missing g++"
has make || missing="$missing make"
has cmake || missing="$missing cmake"
has_eigen || missing="$missing libeigen3-dev"
has gnuplot || missing="$missing gnuplot-nox"

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

if [ -n "$missing" ] && has apt-get && { [ "$(id -u)" = 0 ] || has sudo; }; then
  echo "installing$missing"
  # shellcheck disable=SC2086  # one word per package
  {
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive \
      apt-get install -y -qq --no-install-recommends $missing
  } > /dev/null || echo "apt-get could not install$missing"
elif [ -n "$missing" ]; then
  echo "not found, please install (names of Debian packages):$missing"
fi
if ! has "${CXX:-c++}" || ! has cmake || ! has make; then
  echo "a C++17 compiler, make and CMake 3.21 or later are needed" >&2
  exit 1
fi

cmake -S . -B build/examples -DEIGENMIX_BUILD_TESTS=OFF -DEIGENMIX_BUILD_EXAMPLES=ON \
  -DCMAKE_BUILD_TYPE=Release > /dev/null
cmake --build build/examples -j "$(getconf _NPROCESSORS_ONLN 2> /dev/null || echo 2)"

EIGENMIX_OUTPUT_DIR="$PWD/examples/output"
export EIGENMIX_OUTPUT_DIR
for example in 01_tutorial 03_custom_stopping 04_families 06_model_choice 02_old_faithful; do
  program=$(find build/examples -type f -name "$example" -perm -u+x | head -n 1)
  printf '\n== %s\n\n' "$example"
  "$program"
done
