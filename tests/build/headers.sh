#!/bin/sh
# headers.sh alone|together INCLUDE COMPILER...: the headers of INCLUDE compile: all of them in one unit, after macros named
# min, max and small, which the standard library and Boost have been spared; and, for `alone`, each by itself, twice in one
# unit (one that another includes before anything else stands alone in that one's).
set -u
how=$1 include=$2
shift 2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
headers=$(cd "$include" && find novu -name '*.hpp' | sort)
if ! echo '#include <curl/curl.h>' | "$@" -x c++ -fsyntax-only - 2>/dev/null; then
    echo "libcurl is not there: its headers are left out"
    headers=$(echo "$headers" | grep -v curl)
fi
case " $* " in *' -fno-exceptions '*) # which Asio and Beast need
    needing=$(cd "$include" && grep -rlE '<(boost/(asio|beast)/|novu/testing/(serve|faulty_server|conformance|detail/conformance))' novu)
    headers=$(echo "$headers" | grep -vxF "$needing") ;;
esac
if [ "$how" = alone ]; then
    for header in $headers; do
        grep -m 1 '^ *#include' "$include/$header" | sed -n 's/.*<\(novu[^>]*\)>.*/\1/p'
    done | sort -u >"$work/first"
    for header in $(echo "$headers" | grep -vxFf "$work/first"); do
        printf '#include <%s>\n#include <%s>\n' "$header" "$header" >"$work/$(echo "$header" | tr '/.' '__').cpp"
    done
fi
{
    (cd "$include" && grep -hE '^ *#include <[^>]*>' $headers) | grep -v '<novu/' | grep -v 'json/src.hpp' | sed 's/^ *//' | sort -u | sed 's/#include <\(.*\)>/#if __has_include(<\1>)\n#include <\1>\n#endif/'
    printf '#if __has_include(<bits/stdc++.h>)\n#include <bits/stdc++.h>\n#endif\n' # names of std that arguments of std types would find
    printf '#define min(a, b) this is a macro\n#define max(a, b) this is a macro\n#define small char\n'
    for header in $headers; do [ "$header" = novu/src.hpp ] || echo "#include <$header>"; done
} >"$work/macros.cpp"
ls "$work"/*.cpp | xargs -P 2 -I FILE sh -c '"$@" -fsyntax-only FILE || { echo "in FILE:"; cat FILE; exit 1; }' - "$@"
