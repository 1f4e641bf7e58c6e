#!/bin/sh
# symbols.sh FILE COMPILER...: the object of FILE holds no variable of novu's that can change, global or thread-local,
# nothing that runs before main, and nothing that starts a thread. Constants with addresses in them are in .data.rel.ro,
# which is read-only once loaded.
set -eu
file=$1
shift
object=$(mktemp)
trap 'rm -f "$object"' EXIT
"$@" -c "$file" -o "$object"
found=$(
    objdump -h "$object" | awk '$2 ~ /^\.(tdata|tbss|init_array|ctors)/ { print "section", $2 }'
    objdump -t -C "$object" | grep -E ' O \.(data|bss)' | grep -vE ' O \.data\.rel\.ro' | grep 'novu::' || true
    objdump -t "$object" | grep -E ' (pthread_create|thrd_create|_ZNSt6thread15_M_start_thread.*)$' || true
)
[ -z "$found" ] && exit 0
echo "what can change, runs at the start, or starts a thread:"
echo "$found"
exit 1
