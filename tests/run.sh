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
configure "$build" -Ddebug=false --unity on --unity-size 100 ${SETUP:-}
ninja -C "$build" >"$build/build.log" 2>&1 || { cat "$build/build.log"; echo "0 passed, 1 failed, 0 skipped"; exit 1; }

rm -f "$build"/meson-logs/catch2.*.xml "$build"/meson-logs/testlog.junit.xml
status=0
meson test -C "$build" --no-rebuild --print-errorlogs "$@" || status=$?

# Nothing that was printed may show the secret key that the tests use; tests/call/secret.cpp prints all there is to see.
leaks=0
if grep -rl 'sk_live_do_not_print' "$build/meson-logs"; then
    echo "the secret key is in these logs of the tests"
    leaks=1
    status=1
fi
# A Catch2 suite counts by its test cases, any other test as one.
python3 - "$build/meson-logs" "$leaks" <<'EOF'
import glob, os, sys, xml.etree.ElementTree as xml
logs, failed = sys.argv[1], int(sys.argv[2])
passed = skipped = 0
def count(path, leave=()):
    global passed, failed, skipped
    for case in xml.parse(path).iter('testcase'):
        if case.get('name') in leave: continue
        if case.find('failure') is not None or case.find('error') is not None: failed += 1
        elif case.find('skipped') is not None: skipped += 1
        else: passed += 1
suites = []
for path in glob.glob(logs + '/catch2.*.xml'):
    try: count(path); suites.append(os.path.basename(path).split('.')[1])
    except xml.ParseError: pass # it crashed: counted below
if os.path.exists(logs + '/testlog.junit.xml'): count(logs + '/testlog.junit.xml', suites)
print(f"{passed} passed, {failed} failed, {skipped} skipped")
EOF
exit $status
