#!/bin/sh
# first_program.sh PROGRAM: the README's first program, run without a key, fails and names what is missing.
unset NOVU_SECRET_KEY
said=$("$1" 2>&1) && { echo "it worked without a key: $said"; exit 1; }
case "$said" in *NOVU_SECRET_KEY*) ;; *) echo "it said: $said"; exit 1 ;; esac
