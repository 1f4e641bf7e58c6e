#!/bin/sh
# run.sh [--charts] [PART...]: installs what is missing, builds with -O3, measures, and prints a table a part; in all under
# ten minutes on two cores. Parts, by default all:
#
#   codec          encoding and decoding beside Boost.JSON, nlohmann/json, RapidJSON (g++ only) and simdjson, and instructions a byte
#   call           a whole call in memory, over sockets beside bare Beast and bare libcurl, and 5,000 at once
#   compile_time   beside Boost.JSON and nlohmann/json, g++ and clang 19
#   code_size      beside a client written by hand over nlohmann/json, g++ and clang 19
#
# The table is results.md in the build folder too, beside the charts; --charts writes those into benchmarks/charts. From
# the environment: CXX, the compiler of codec and call; BUILD, the build folder; ROUNDS and BUDGET of compile_time, see there.
set -eu
cd "$(dirname "$0")/.."
. tests/install.sh
install_build_tools
install libbenchmark-dev nlohmann-json3-dev rapidjson-dev libsimdjson-dev valgrind python3
compilers=g++
if apt-cache show clang-19 >/dev/null 2>&1; then install clang-19 && compilers="g++ clang++-19"; fi

build=${BUILD:-.build/benchmarks}
charts=$build/charts
[ "${1:-}" != --charts ] || { charts=benchmarks/charts && shift; }
[ $# != 0 ] || set -- codec call compile_time code_size
results=$build/results jobs=$(nproc)
configure "$build" -Dtests=disabled -Dexamples=disabled -Dbenchmarks=enabled -Dboost_json=library --buildtype=release
rm -rf "$results"
mkdir -p "$results" "$build/code_size"

targets=
for part; do
    case $part in
        codec) targets="$targets benchmarks/codec benchmarks/instructions" ;;
        call) targets="$targets benchmarks/call benchmarks/call_sockets benchmarks/call_load" ;;
        compile_time | code_size) ;;
        *) echo "no part $part: codec, call, compile_time, code_size" && exit 2 ;;
    esac
done
if [ -n "$targets" ]; then
    echo "building" >&2
    # shellcheck disable=SC2086
    ninja -C "$build" $targets >"$build/build.log" 2>&1 || { cat "$build/build.log"; exit 1; }
fi

# interleaved NAME: the Google Benchmark of that name.
interleaved() {
    "$build/benchmarks/$1" --benchmark_enable_random_interleaving=true --benchmark_repetitions=9 --benchmark_min_time=0.03 \
        --benchmark_out="$results/$1.json" --benchmark_out_format=json >"$results/$1.log" 2>&1 || { cat "$results/$1.log"; exit 1; }
}
for part; do
    echo "measuring $part" >&2
    case $part in
        codec)
            interleaved codec
            sh benchmarks/instructions.sh "$build/benchmarks/instructions" >"$results/instructions.txt"
            ;;
        call)
            interleaved call
            "$build/benchmarks/call_sockets" 7 1920 >"$results/call_sockets.json"
            "$build/benchmarks/call_load" >"$results/call_load.json"
            ;;
        compile_time)
            # shellcheck disable=SC2086
            JOBS=$jobs BUDGET=${BUDGET:-220} python3 benchmarks/compile_time/measure.py $compilers >"$results/compile_time.json"
            ;;
        code_size)
            # shellcheck disable=SC2086
            JOBS=$jobs sh benchmarks/code_size/measure.sh "$build/code_size" $compilers >"$results/code_size.json"
            ;;
    esac
done
# shellcheck disable=SC2086
python3 benchmarks/table.py "$results" "$charts" $compilers >"$build/results.md"
cat "$build/results.md"
