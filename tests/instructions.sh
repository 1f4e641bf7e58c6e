#!/bin/sh
# instructions.sh PROGRAM COMPILER: the instructions a byte of encoding and decoding, which do not depend on the machine's
# load, are no more than a tenth above what they were when the line below was written. PROGRAM is benchmarks/instructions.cpp.
set -eu
program=$1 compiler=$2
unset MALLOC_PERTURB_ # of `meson test`: filling memory would count
command -v valgrind >/dev/null || { echo "no valgrind: instructions are not counted"; exit 77; }
case "$compiler $(uname -m)" in
    "gcc x86_64") ;;
    *) echo "no figures for $compiler on $(uname -m)"; exit 77 ;;
esac
while read -r operation body most; do
    sh "$(dirname "$0")/../benchmarks/instructions.sh" "$program" "$operation" "$body" | awk -v most="$most" '
        { print $0 ", was " most; if ($5 > most * 1.1) { print "TOO MANY"; failed = 1 } } END { exit failed }'
done <<END
encode list 4.7
encode create 3.0
encode escapes 5.7
encode megabyte 2.2
owned list 17.1
owned create 9.0
owned escapes 12.6
owned megabyte 3.4
borrowed list 9.2
borrowed create 6.6
borrowed escapes 10.9
borrowed megabyte 3.1
pmr list 12.3
pmr create 8.7
pmr escapes 12.2
pieces list 19.7
pieces create 9.3
pieces megabyte 6.8
END
