#!/bin/sh
# run.sh [--charts] [PART...]: installs what is missing, builds with -O3, measures, and prints a table a part; in all under
# ten minutes on two cores. Parts, by default all:
#
#   codec          encoding and decoding beside Boost.JSON, nlohmann/json, RapidJSON (g++ only) and simdjson, and instructions a
#                  byte, g++ and clang 19
#   call           a whole call in memory, g++ and clang 19; over sockets beside bare Beast and bare libcurl, and 5,000 at once, g++
#   compile_time   beside Boost.JSON and nlohmann/json, g++ and clang 19
#   code_size      beside a client written by hand over nlohmann/json, g++ and clang 19
#
# The table is results.md in the build folder too, beside the charts; --charts writes those into benchmarks/charts. From
# the environment: BUILD, the build folder; ROUNDS and BUDGET of compile_time, see there.
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
rm -rf "$results"
mkdir -p "$results" "$build/code_size"

targets= sockets=
for part; do
    case $part in
        codec) targets="$targets benchmarks/codec benchmarks/instructions" ;;
        call) targets="$targets benchmarks/call" sockets="benchmarks/call_sockets benchmarks/call_load" ;;
        compile_time | code_size) ;;
        *) echo "no part $part: codec, call, compile_time, code_size" && exit 2 ;;
    esac
done
# build COMPILER TARGET...
build() {
    (export CXX="$1" && configure "$build/$1" -Dtests=disabled -Dexamples=disabled -Dbenchmarks=enabled -Dboost_json=library --buildtype=release -Db_ndebug=true)
    mkdir -p "$results/$1"
    to=$build/$1 && shift
    ninja -C "$to" "$@" >"$build/build.log" 2>&1 || { cat "$build/build.log"; exit 1; }
}
if [ -n "$targets" ]; then
    echo "building" >&2
    # shellcheck disable=SC2086
    for compiler in $compilers; do build "$compiler" $targets; done
    # shellcheck disable=SC2086
    [ -z "$sockets" ] || build g++ $sockets
fi

# interleaved NAME: the Google Benchmark of that name, of each compiler.
interleaved() {
    for compiler in $compilers; do
        out=$results/$compiler/$1
        "$build/$compiler/benchmarks/$1" --benchmark_enable_random_interleaving=true --benchmark_repetitions=9 --benchmark_min_time=0.03 \
            --benchmark_out="$out.json" --benchmark_out_format=json >"$out.log" 2>&1 || { cat "$out.log"; exit 1; }
    done
}
# instructions: those of each compiler, at once, since nothing is timed.
instructions() {
    counting=
    for compiler in $compilers; do
        sh benchmarks/instructions.sh "$build/$compiler/benchmarks/instructions" >"$results/$compiler/instructions.txt" &
        counting="$counting $!"
    done
    for each in $counting; do wait "$each"; done
}
for part; do
    echo "measuring $part" >&2
    case $part in
        codec)
            interleaved codec
            instructions
            ;;
        call)
            interleaved call
            "$build/g++/benchmarks/call_sockets" 7 1920 >"$results/call_sockets.json"
            "$build/g++/benchmarks/call_load" >"$results/call_load.json"
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
