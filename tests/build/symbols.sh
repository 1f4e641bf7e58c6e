#!/bin/sh
# symbols.sh FILE COMPILER...: the object of FILE holds no variable of novu's that can change, global or thread-local, and
# nothing that runs before main. Constants with addresses in them are in .data.rel.ro, which is read-only once loaded.
set -eu
file=$1
shift
object=$(mktemp)
trap 'rm -f "$object"' EXIT
"$@" -c "$file" -o "$object"
found=$(
    objdump -h "$object" | awk '$2 ~ /^\.(tdata|tbss|init_array|ctors)/ { print "section", $2 }'
    objdump -t -C "$object" | grep -E ' O \.(data|bss)' | grep -vE ' O \.data\.rel\.ro' | grep 'novu::' || true
)
[ -z "$found" ] && exit 0
echo "what can change, or runs at the start:"
echo "$found"
exit 1
