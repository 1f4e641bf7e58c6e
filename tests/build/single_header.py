"""single_header.py INCLUDE OUTPUT HEADER: HEADER of the folder INCLUDE as one file, each header of novu/ in place of the
first line that includes it. What is not novu's stays included."""
import os, re, sys

include, output, entry = sys.argv[1:]
version = re.search(r'NOVU_VERSION_STRING "(.*)"', open(os.path.join(include, "novu/version.hpp")).read())[1]
seen = set()

def expand(header):
    if header in seen: return
    seen.add(header)
    for line in open(os.path.join(include, header), encoding="utf-8"):
        inner = re.match(r"#include <(novu/.*)>", line)
        if inner: yield from expand(inner[1])
        elif line != "#pragma once\n": yield line

apart = """#if defined(NOVU_SEPARATE_COMPILATION)
#error "novu: NOVU_SEPARATE_COMPILATION is for the headers of include/: novu.hpp is compiled as a whole wherever it is included"
#endif

"""
text = f"// novu {version} for C++ in one header, made of include/{entry}. Boost Software License 1.0.\n#pragma once\n\n" + apart + "".join(expand(entry))
if not os.path.exists(output) or open(output, encoding="utf-8").read() != text:  # else what is made of it stays too
    open(output, "w", encoding="utf-8").write(text)
