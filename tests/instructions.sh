#!/bin/sh
# instructions.sh PROGRAM COMPILER: the instructions a byte of encoding and decoding, which do not depend on the machine's
# load, are no more than a tenth above what they were when the line below was written. PROGRAM is benchmarks/instructions.cpp.
set -eu
program=$1 compiler=$2
command -v valgrind >/dev/null || { echo "no valgrind: instructions are not counted"; exit 77; }
case "$compiler $(uname -m)" in
    "gcc x86_64") ;;
    *) echo "no figures for $compiler on $(uname -m)"; exit 77 ;;
esac
while read -r operation body most; do
    sh "$(dirname "$0")/../benchmarks/instructions.sh" "$program" "$operation" "$body" | awk -v most="$most" '
        { print $0 ", was " most; if ($5 > most * 1.1) { print "TOO MANY"; failed = 1 } } END { exit failed }'
done <<END
@LIMITS@
END
