#!/bin/sh
# constant.sh FILE COMPILER...: in the object of FILE a body known at compile time is text in read-only data, to the byte;
# nothing of it can change, and nothing runs before main to make it. FILE says behind `body:` what its text is.
set -eu
file=$1
shift
object=$(mktemp)
trap 'rm -f "$object"' EXIT
"$@" -c "$file" -o "$object"
body=$(sed -n 's|^// body: ||p' "$file")
wrong=$(
    objdump -h "$object" | awk '$2 ~ /^\.(init_array|ctors)/ { print "runs before main:", $2 }'
    objdump -t -C "$object" | grep -E ' O \.(data|bss)' | grep -vE ' O \.data\.rel\.ro' | grep -E 'novu::|body' || true
    objdump -t "$object" | awk -v size=${#body} '
        /rendered_text/ { ++found; if ($0 !~ / O \.rodata[^\t]*\t0*[0-9a-f]+ /) print "not in .rodata:", $0; if ($(NF - 1) !~ sprintf("^0*%x$", size)) print "not of " size " bytes:", $0 }
        END { if (found != 1) print found + 0 " texts, not 1" }'
    grep -qaF -- "$body" "$object" || echo "no such text: $body"
)
[ -z "$wrong" ] && exit 0
echo "what is not constant:"
echo "$wrong"
exit 1
