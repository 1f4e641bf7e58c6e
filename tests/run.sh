#!/bin/sh
# run.sh [meson test options]: installs what is missing, builds, and runs every test. The last line is
# `N passed, N failed, N skipped`. From the environment: CXX, the compiler; BUILD, the build folder; SETUP, further
# options of `meson setup`.
set -eu
cd "$(dirname "$0")/.."
. tests/install.sh
install_build_tools
install_catch2

build=${BUILD:-.build/tests}
# shellcheck disable=SC2086
[ -f "$build/build.ninja" ] || meson setup "$build" ${SETUP:-} >/dev/null
ninja -C "$build" >"$build/build.log" 2>&1 || { cat "$build/build.log"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }

status=0
meson test -C "$build" --no-rebuild --print-errorlogs "$@" || status=$?

# Nothing that was printed may show the secret key that the tests use.
leaks=0
if grep -q 'sk_live_do_not_print' "$build/meson-logs/testlog.txt"; then
    echo "the secret key is in the tests' output: $build/meson-logs/testlog.txt"
    leaks=1
    status=1
fi
python3 - "$build/meson-logs/testlog.junit.xml" "$leaks" <<'EOF'
import sys, xml.etree.ElementTree as xml
cases = list(xml.parse(sys.argv[1]).iter('testcase'))
failed = sum(c.find('failure') is not None or c.find('error') is not None for c in cases)
skipped = sum(c.find('skipped') is not None for c in cases)
print(f"{len(cases) - failed - skipped} passed, {failed + int(sys.argv[2])} failed, {skipped} skipped")
EOF
exit $status
