#!/bin/sh
# refused.sh FILE COMPILER...: FILE must not compile, with the line that it announces behind `says:`; with MENDED
# defined it must.
set -u
file=$1
shift
says=$(sed -n 's|^// says: ||p' "$file")
if "$@" -fsyntax-only "$file" >"${TMPDIR:-/tmp}/refused.$$" 2>&1; then
    echo "$file compiles"
    status=1
elif ! grep -qF -- "$says" "${TMPDIR:-/tmp}/refused.$$"; then
    echo "$file is refused, but the compiler does not say: $says"
    head -40 "${TMPDIR:-/tmp}/refused.$$"
    status=1
elif ! "$@" -DMENDED -fsyntax-only "$file"; then
    echo "$file does not compile when mended"
    status=1
else
    status=0
fi
rm -f "${TMPDIR:-/tmp}/refused.$$"
exit $status
