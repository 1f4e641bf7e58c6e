#!/bin/sh
# check.sh EXPECTED PROGRAM...: runs an example and compares what it prints with the file, line by line; `*` in the file
# stands for whatever changes from run to run.
unset NOVU_SECRET_KEY NOVU_TARGET_ENVIRONMENT_ID
expected=$1
shift
actual=$("$@") || { echo "$* exited with $?"; exit 1; }
line=0
printf '%s\n' "$actual" | {
    while IFS= read -r want <&3; do
        line=$((line + 1))
        IFS= read -r got || { echo "line $line is missing: $want"; exit 1; }
        pattern=$(printf '%s' "$want" | sed 's/[][?\\]/\\&/g')
        # shellcheck disable=SC2254
        case "$got" in $pattern) ;; *) echo "line $line"; echo "  expected: $want"; echo "  printed:  $got"; exit 1 ;; esac
    done
    if IFS= read -r got; then echo "more was printed: $got"; exit 1; fi
} 3<"$expected"
