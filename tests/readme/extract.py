"""extract.py README SNIPPETS PROGRAM...: the README's C++ blocks as source files. A block with a main is the next PROGRAM;
one with a struct at its left margin goes to namespace scope; every other becomes a function of its own."""
import re, sys

readme, snippets, *programs = sys.argv[1:]
blocks = re.findall(r"^```cpp\n(.*?)^```$", open(readme, encoding="utf-8").read(), re.M | re.S)
assert len(blocks) > 10, "the README has lost its C++"
scope, functions = [], []
for number, block in enumerate(blocks, 1):
    if "int main(" in block:
        open(programs.pop(0), "w", encoding="utf-8").write(block)
    elif re.search(r"^struct ", block, re.M):
        scope.append(block)
    else:
        functions.append((number, block))
assert not programs, "the README has lost a program"
with open(snippets, "w", encoding="utf-8") as out:
    out.write('#include "prelude.hpp"\n')
    out.writelines(scope)
    for number, block in functions:
        own = re.search(r"^novu::client(<.*>)? client\{", block, re.M)
        client = "" if own else "    [[maybe_unused]] auto& client = with.client;\n"
        out.write(f"\nvoid block_{number}([[maybe_unused]] over_fake& with) {{\n{client}{block}}}\n")
    out.write("\nint main() {\n")
    out.writelines(f"    run({number}, block_{number});\n" for number, _ in functions)
    out.write("}\n")
