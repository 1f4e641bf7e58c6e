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
encode list 4.7 4.9
encode create 3.0 3.1
encode escapes 5.7 5.7
encode megabyte 2.2 1.9
encode tiny 14.1 15.5
encode constant 0 0
encode few_strings 4.0 3.9
owned list 17.1 16.8
owned create 9.0 8.7
owned escapes 12.6 12.2
owned megabyte 3.4 3.4
owned tiny 56.3 59.7
borrowed list 9.2 8.7
borrowed create 6.6 6.3
borrowed escapes 10.9 10.5
borrowed megabyte 3.1 3.1
borrowed tiny 43.8 46.1
pmr list 12.3 11.9
pmr create 8.7 8.4
pmr escapes 12.2 11.8
pmr tiny 61.8 66.0
pieces list 19.7 19.3
pieces create 9.3 8.7
pieces escapes 12.7 12.2
pieces megabyte 6.8 6.8
pieces tiny 61.5 63.7
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
