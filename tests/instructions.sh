#!/bin/sh
# instructions.sh PROGRAM COMPILER: the instructions a byte of encoding and decoding, which do not depend on the machine's
# load, are no more than a tenth above what they were when the table below was written. PROGRAM is benchmarks/instructions.cpp.
# The two columns are g++ 12's and clang 19's.
set -eu
program=$1 compiler=$2
unset MALLOC_PERTURB_ # of `meson test`: filling memory would count
command -v valgrind >/dev/null || { echo "no valgrind: instructions are not counted"; exit 77; }
case "$compiler $(uname -m)" in
    "gcc x86_64") column=3 ;;
    "clang x86_64") column=4 ;;
    *) echo "no figures for $compiler on $(uname -m)"; exit 77 ;;
esac
figures='
encode list 4.5 5.0
encode create 2.7 3.1
encode escapes 5.6 5.8
encode megabyte 2.1 1.9
encode tiny 13.8 15.5
encode constant 0 0
encode few_strings 1.1 1.1
owned list 16.9 16.6
owned create 7.8 7.5
owned escapes 11.1 11.0
owned megabyte 3.3 3.3
owned tiny 30.8 32.8
borrowed list 8.9 8.6
borrowed create 5.6 5.3
borrowed escapes 9.4 9.4
borrowed megabyte 2.1 2.2
borrowed tiny 27.4 28.4
pmr list 11.9 11.8
pmr create 7.3 7.2
pmr escapes 10.5 10.6
pmr megabyte 3.3 3.3
pmr tiny 37.0 38.4
pieces list 19.3 19.1
pieces create 8.1 7.8
pieces escapes 11.4 11.2
pieces megabyte 6.6 6.8
pieces tiny 48.0 49.2
'
# shellcheck disable=SC2046
counted=$(sh "$(dirname "$0")/../benchmarks/instructions.sh" "$program" $(echo "$figures" | awk '{ print $1, $2 }'))
echo "$figures$counted" | awk -v column=$column '
    NF == 4 { most[$1, $2] = $column; ++missing; next }
    NF > 4 {
        was = most[$1, $2]; --missing
        print $0 ", was " was
        if ($5 > was * 1.1) { print "TOO MANY"; failed = 1 }
        if ($5 <= 0 && was != 0) { print "NOTHING COUNTED"; failed = 1 }
    }
    END { if (missing != 0) { print missing " ROWS ARE MISSING"; failed = 1 }; exit failed }'
