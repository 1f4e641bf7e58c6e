#!/bin/sh
# run.sh [meson test options]: installs what is missing, builds, and runs every test. The last line is
# `N passed, N failed, N skipped`. From the environment: CXX, the compiler; BUILD, the build folder; SETUP, further
# options of `meson setup`; PROCESSES, how many tests run at once.
set -eu
cd "$(dirname "$0")/.."
trap '[ -n "${counted:-}" ] || echo "0 passed, 1 failed, 0 skipped"' EXIT # where there is nothing to count
. tests/install.sh
install_build_tools
install_catch2

build=${BUILD:-.build/tests}
# shellcheck disable=SC2086
configure "$build" -Ddebug=false -Dseparate_compilation=true --unity on --unity-size 100 ${SETUP:-}
ninja -C "$build" >"$build/build.log" 2>&1 || { cat "$build/build.log"; exit 1; }

rm -f "$build"/meson-logs/catch2.*.xml "$build"/meson-logs/testlog.junit.xml
status=0
meson test -C "$build" --no-rebuild --print-errorlogs --num-processes "${PROCESSES:-$(($(nproc) + 1))}" "$@" || status=$?

# Nothing that was printed may show the secret key that the tests use; tests/call/secret.cpp prints all there is to see.
leaks=0
if grep -rl 'sk_live_do_not_print' "$build/meson-logs"; then
    echo "the secret key is in these logs of the tests"
    leaks=1
    status=1
fi
# A Catch2 suite counts by its test cases, and as one that failed where it failed without one of them; any other test as one.
counted=yes
python3 - "$build/meson-logs" "$leaks" "$status" <<'EOF'
import collections, glob, os, re, sys, xml.etree.ElementTree as xml
logs, leaks, status = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
def count(path):
    with open(path, 'rb') as file: text = re.sub(rb'[\x00-\x08\x0b\x0c\x0e-\x1f]', b'', file.read()) # colours of a sanitizer's report
    for case in xml.fromstring(text).iter('testcase'):
        failed = case.find('failure') is not None or case.find('error') is not None
        yield case.get('name'), 'failed' if failed else 'skipped' if case.find('skipped') is not None else 'passed'
total = collections.Counter(failed=leaks)
suites = {}
for path in glob.glob(logs + '/catch2.*.xml'):
    try: suites[os.path.basename(path).split('.')[1]] = collections.Counter(how for _, how in count(path))
    except xml.ParseError: pass # it crashed
for name, how in count(logs + '/testlog.junit.xml') if os.path.exists(logs + '/testlog.junit.xml') else ():
    cases = suites.pop(name, None)
    if cases is None or how == 'failed' and not cases['failed']: total[how] += 1
    total += cases or {}
for cases in suites.values(): total += cases
if status and not total['failed']: total['failed'] = 1 # that Meson's report does not tell: a time-out
print(f"{total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped")
EOF
exit $status
