#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Fuzzes each target for some seconds, from the corpus and what was found before, and says which laws
# did not hold. New inputs stay in the build folder; what is worth keeping goes to corpus/ by hand.
#
#     tests/fuzz/run.sh [seconds [target...]]     # tests/fuzz/run.sh 3600 axes_double
#
# FUZZ_ARGS: further options of libFuzzer, such as -seed=1 -runs=1000 for the same run every time.
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${1:-60}
shift || true
targets=("$@")
if [ ${#targets[@]} -eq 0 ]; then
  targets=({closed,volumes,axes,shapes}_{double,float})
fi
build=${BUILD_DIR:-build/fuzz}
launcher=""
if command -v ccache > /dev/null; then launcher="-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"; fi

cmake -S . -B "$build" -DCMAKE_CXX_COMPILER=clang++ -DEIGENMIX_FUZZER=ON -DEIGENMIX_TEST_FOLDERS=fuzz \
  -DEIGENMIX_BUILD_EXAMPLES=OFF $launcher > /dev/null
cmake --build "$build" -j "${JOBS:-1}" --target "${targets[@]/#/eigenmix_fuzz_}"
for target in "${targets[@]}"; do
  mkdir -p "$build/inputs/$target" "$build/findings/$target"
  "$build/tests/fuzz/eigenmix_fuzz_$target" "$build/inputs/$target" tests/fuzz/corpus \
    -max_total_time="$seconds" -max_len=96 -timeout=60 -print_final_stats=1 -verbosity=0 -print_funcs=0 \
    -artifact_prefix="$build/findings/$target/" ${FUZZ_ARGS:-}
done
