#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# What programs take to compile, as ratios to one that solves a system by Eigen's LLT with dynamic
# sizes: user seconds, medians of RUNS (3), of CXX (g++) with CXXFLAGS (-O2).
set -euo pipefail
cd "$(dirname "$0")/../.."

CXX=${CXX:-g++}
CXXFLAGS=${CXXFLAGS:--O2}
RUNS=${RUNS:-3}
EIGEN=${EIGEN:-/usr/include/eigen3}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

cat > "$dir/llt.cpp" << 'END'
#include <Eigen/Cholesky>
#include <iostream>
int main() {
  Eigen::MatrixXd a = Eigen::MatrixXd::Identity(5, 5);
  Eigen::VectorXd b = Eigen::VectorXd::Ones(5);
  std::cout << a.llt().solve(b).transpose() << '\n';
}
END
cp examples/readme.cpp "$dir/readme.cpp"
# The same, after one more fit and by another mixture.
extra() {
  sed "s|  std::cout << mixture << result|  $1\n&|" examples/readme.cpp > "$dir/$2.cpp"
}
extra 'auto second = mixture; second.fit(x, eigenmix::fit_options(eigenmix::degeneracy::Drop(), eigenmix::stopping::MaxIterations(9), eigenmix::execution::Threads(2)));' policies
extra 'const Eigen::MatrixXf y = x.cast<float>(); using Floats = eigenmix::GaussianMixture<float, 2>; auto floats = eigenmix::initialize<Floats>(y, 2); floats.fit(y); std::cout << floats << floats.classify(y) << floats.responsibilities(y);' float
cat > "$dir/select.cpp" << 'END'
#include <iostream>
#include <eigenmix/eigenmix.hpp>
#include <eigenmix/selection/selection.hpp>
int main() {
  using namespace eigenmix::covariance;
  const Eigen::MatrixXd x = Eigen::MatrixXd::Random(2, 100);
  const auto families = eigenmix::selection::families<EII, VII, EEI, VEI, EVI, VVI, EEE, VEE, EVE,
                                                      VVE, EEV, VEV, EVV, VVV>();
  std::cout << eigenmix::selection::select(x, families, eigenmix::selection::components(1, 9));
}
END
{
  echo '#include <eigenmix/instantiate.hpp>'
  echo 'EIGENMIX_DECLARE(double, 2, eigenmix::covariance::Full)'
  cat examples/readme.cpp
} > "$dir/declared.cpp"

seconds() {
  local runs=() i
  for ((i = 0; i < RUNS; ++i)); do
    runs+=("$( { TIMEFORMAT=%U; time "$CXX" -std=c++17 $CXXFLAGS -Iinclude -isystem "$EIGEN" \
      -c "$dir/$1.cpp" -o "$dir/$1.o"; } 2>&1 | tail -1)")
  done
  printf '%s\n' "${runs[@]}" | sort -g | sed -n "$(((RUNS + 1) / 2))p"
}

llt=$(seconds llt)
row() { awk -v name="$1" -v s="$2" -v llt="$llt" -v bar="$3" \
  'BEGIN { printf "%-52s %6.2f s %6.2f  %s\n", name, s, s / llt, bar }'; }
row "a program that solves by Eigen's LLT" "$llt" ""
readme=$(seconds readme)
row "the README's program" "$readme" "aim 1.6"
row "  a second fit with other policies: more" \
  "$(awk -v a="$(seconds policies)" -v b="$readme" 'BEGIN { print a - b }')" "aim 0.1"
row "  float beside double: more" \
  "$(awk -v a="$(seconds float)" -v b="$readme" 'BEGIN { print a - b }')" "aim 1.2"
row "  its engine compiled elsewhere (instantiate.hpp)" "$(seconds declared)" "aim 1.0"
row "select over all fourteen families" "$(seconds select)" "aim 4"
