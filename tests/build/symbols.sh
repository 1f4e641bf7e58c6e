#!/bin/sh
# symbols.sh [own] FILE [COMPILER...]: the object of FILE, or FILE itself where no compiler is given, holds no variable of
# novu's that can change, global or thread-local, nothing that runs before main, and nothing that starts a thread. Constants
# with addresses in them are in .data.rel.ro, which is read-only once loaded. `own`: no variable in namespace novu, for a
# FILE with Asio, which brings all of that.
set -eu
own=
if [ "$1" = own ]; then own=yes; shift; fi
file=$1
shift
object=$file
if [ $# != 0 ]; then
    object=$(mktemp)
    trap 'rm -f "$object"' EXIT
    "$@" -c "$file" -o "$object"
fi
objdump -t "$object" | grep -q 4novu || { echo "no symbol of novu's is in $file"; exit 1; }
variables() { objdump -t "$object" | grep -E ' (O \.(data|bss)|\.t(data|bss))' | grep -vE ' O \.data\.rel\.ro'; }
found=$(
    if [ -n "$own" ]; then
        variables | grep -E ' _Z(GV|GR|TH|TW)?[ZNKLRO]*4novu' | c++filt || true
    else
        objdump -h "$object" | awk '$2 ~ /^\.(tdata|tbss|init_array|ctors)/ { print "section", $2 }'
        variables | c++filt | grep 'novu::' || true
        objdump -t "$object" | grep -E ' (pthread_create|thrd_create|_ZNSt6thread15_M_start_thread.*)$' || true
    fi
)
[ -z "$found" ] && exit 0
echo "what can change, runs at the start, or starts a thread:"
echo "$found"
exit 1
