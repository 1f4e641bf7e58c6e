#!/bin/sh
# instructions.sh PROGRAM [OPERATION BODY]...: instructions a byte, and in all, by callgrind; the difference of two runs, so
# that only the operation counts. Without pairs: all.
set -eu
program=$1
shift
[ $# != 0 ] || set -- $(for o in encode owned borrowed pmr pieces; do for b in list create escapes megabyte tiny; do echo $o $b; done; done) encode constant encode few_strings
count() {
    valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" "$@" 2>&1 >/dev/null | awk '/Collected/ { print $4; n = 1 } END { exit !n }'
}
while [ $# != 0 ]; do
    size=$("$program" "$1" "$2" 1) && [ "${size:-0}" -gt 0 ] || { echo "instructions.sh: $program does not do: $1 $2" >&2; exit 1; }
    few=$(count "$1" "$2" 1)
    many=$(count "$1" "$2" 6)
    echo "$1 $2 $size $few $many" | awk '{ printf "%-9s %-11s %8d bytes %7.2f instructions a byte, in all %.0f\n", $1, $2, $3, ($5 - $4) / 5 / $3, ($5 - $4) / 5 }'
    shift 2
done
