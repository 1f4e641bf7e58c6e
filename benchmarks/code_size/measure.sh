#!/bin/sh
# measure.sh FOLDER COMPILER...: the sizes of ours.cpp and nlohmann.cpp as stripped programs at -Os, as lines of JSON. The
# objects go into FOLDER. Each program runs once, and fails where an operation does. Ours stands there twice: with
# Boost.JSON's code in the program, and with it in the shared library. From the environment: JOBS, compilers at a time, 1.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
folder=$1
shift

for compiler; do
    for source in "$here/nlohmann.cpp" "$here/ours.cpp" "$here/../../tests/src.cpp"; do
        echo "$compiler -std=c++20 -Os -DNDEBUG -ffunction-sections -fdata-sections -fvisibility=hidden -fvisibility-inlines-hidden" \
            "-I$here/../../include -c $source -o $folder/$compiler.$(basename "$source" .cpp).o"
    done
done | xargs -P "${JOBS:-1}" -L 1 env

# program NAME OBJECT-OR-LIBRARY...: links and measures.
program() {
    name=$1 out=$folder/$compiler.$1
    shift
    $compiler -s -Wl,--gc-sections "$@" -o "$out"
    "$out" || { echo "$name failed" >&2; exit 1; }
    size "$out" | awk -v compiler="$compiler" -v name="$name" \
        'NR == 2 { printf "{\"compiler\": \"%s\", \"program\": \"%s\", \"text\": %d, \"data\": %d}\n", compiler, name, $1, $2 + $3 }'
}
for compiler; do
    program novu "$folder/$compiler.ours.o" "$folder/$compiler.src.o"
    program novu_shared "$folder/$compiler.ours.o" -lboost_json
    program nlohmann "$folder/$compiler.nlohmann.o"
done
