"""in_one.py OUTPUT EXAMPLE.cpp...: one program of all of them, which is told which one to run. Each is in a namespace of
its own, behind all that any of them includes."""
import pathlib
import re
import sys

output, *files = (pathlib.Path(name).resolve() for name in sys.argv[1:])
texts = {file: file.read_text() for file in files}
system, own = set(), set()
for file, text in texts.items():
    system.update(re.findall(r'^#include <.*>$', text, re.M))
    own.update(f'#include "{file.parent / name}"' for name in re.findall(r'^#include "(.*)"$', text, re.M))
lines = sorted(system) + sorted(own)
for file, text in texts.items():
    lines += [f'namespace {file.stem}_example {{', '#define main run_example', f'#include "{file}"', '#undef main', '}']
lines += ['int main(int, char** arguments) {', 'std::string_view const wanted{arguments[1]};']
lines += [f'if (wanted == "{file.stem}") return {file.stem}_example::run_example();' for file in files]
lines += ['return 2;', '}', '']
output.write_text('\n'.join(lines))
