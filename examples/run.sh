#!/bin/sh
# SPDX-License-Identifier: MIT
#
# Builds and runs the examples: first the main job, Old Faithful from a CSV file to a picture, then
# the others.
# On Debian and Ubuntu it first installs what is missing.
set -eu
cd "$(dirname "$0")/.."

. tests/support/packages.sh

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

# shellcheck disable=SC2086  # one word for each package
install_packages $missing
if ! has "${CXX:-c++}" || ! has cmake || ! has make; then
  echo "a C++17 compiler, make and CMake 3.21 or later are needed" >&2
  exit 1
fi

cmake -S . -B build/examples -DEIGENMIX_BUILD_TESTS=OFF -DEIGENMIX_BUILD_EXAMPLES=ON \
  -DCMAKE_BUILD_TYPE=Release > /dev/null
EIGENMIX_OUTPUT_DIR="$PWD/examples/output"
export EIGENMIX_OUTPUT_DIR

jobs=$(getconf _NPROCESSORS_ONLN 2> /dev/null || echo 2)
build() { cmake --build build/examples -j "$jobs" "$@"; }

run() {
  program=$(find build/examples -type f -name "$1" -perm -u+x | head -n 1)
  printf '\n== %s\n\n' "$1"
  "$program"
}

build --target eigenmix_example_02_old_faithful
run 02_old_faithful
printf '\nThe other examples, once they are built:\n\n'
build
for example in 01_tutorial 03_custom_stopping 04_families 06_model_choice 08_regression 09_tracking \
  10_classify 11_save_and_load 12_adaptation; do run "$example"; done
