#!/bin/sh
# run.sh [google-benchmark options]: installs what is missing, builds with -O3, runs every codec benchmark interleaved,
# and prints medians and ratios. From the environment: CXX, the compiler; BUILD, the build folder.
set -eu
cd "$(dirname "$0")/.."
. tests/install.sh
install_build_tools
install libbenchmark-dev nlohmann-json3-dev rapidjson-dev libsimdjson-dev valgrind python3

build=${BUILD:-.build/benchmarks}
configure "$build" -Dtests=disabled -Dexamples=disabled -Dbenchmarks=enabled --buildtype=release
ninja -C "$build" >"$build/build.log" 2>&1 || { cat "$build/build.log"; exit 1; }
"$build/benchmarks/codec" --benchmark_enable_random_interleaving=true --benchmark_repetitions=9 --benchmark_min_time=0.05 \
    --benchmark_out="$build/codec.json" --benchmark_out_format=json "$@" >/dev/null
python3 benchmarks/table.py "$build/codec.json"
exec sh benchmarks/instructions.sh "$build/benchmarks/instructions"
