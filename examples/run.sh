#!/bin/sh
# run.sh [EXAMPLE]: installs what is missing, builds, and runs an example: the quickstart, if none is named.
# From the environment: CXX, the compiler; BUILD, the build folder; NOVU_SECRET_KEY, to use your Novu.
set -eu
cd "$(dirname "$0")/.."
. tests/install.sh
install_build_tools

example=${1:-quickstart}
build=${BUILD:-.build/examples}
configure "$build" -Dtests=disabled -Dseparate_compilation=true # the quickstart in half the time
ninja -C "$build" "examples/$example" >"$build/build.log" 2>&1 || { cat "$build/build.log"; exit 1; }
exec "$build/examples/$example"
