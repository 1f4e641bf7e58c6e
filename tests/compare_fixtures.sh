#!/bin/sh
# compare_fixtures.sh OURS THEIRS: whether two folders hold the same files; skipped (77) where THEIRS is not there.
if [ ! -d "$2" ]; then
    echo "skipped: there is no $2 to compare with"
    exit 77
fi
exec diff -r "$1" "$2"
