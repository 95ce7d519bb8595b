#!/usr/bin/env python3
"""gen_options.py: write the program's table of options into the documentation.

    gen_options.py [--check] [--root ROOT] PROGRAM

PROGRAM (build/parley) prints the table; it becomes docs/options.md, and the part of README.md between the marks
`<!-- options: ... -->` and `<!-- /options -->`. With --check nothing is written: it exits with 1 and names what is stale.

SPDX-License-Identifier: MIT
"""
import argparse
import re
import subprocess
import sys
from pathlib import Path

PAGE = """# Options

<!-- generated from the table in backend/src/app/config.c by tools/gen_options.py; change that and run `make gen` -->

`parley serve` takes them on the command line, as `--port 8080` or `--port=8080`, or from the environment. The command line goes
before the environment, that before the default; an empty variable counts as none. A value that does not fit is named
in one sentence, and the program ends with code 2.

{table}"""
MARKED = re.compile(r"(<!-- options:[^\n]*-->\n).*?(<!-- /options -->)", re.S)


def outputs(root, table):
    """(path, what it should be) of each file."""
    readme = (root / "README.md").read_text()
    if not MARKED.search(readme):
        sys.exit("README.md has no marks for the options")
    yield root / "docs/options.md", PAGE.format(table=table)
    yield root / "README.md", MARKED.sub(lambda match: match.group(1) + "\n" + table + "\n" + match.group(2), readme)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when something is stale")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    arguments = parser.parse_args()
    table = subprocess.run([arguments.program, "options"], stdout=subprocess.PIPE, check=True, text=True).stdout
    stale = [(path, text) for path, text in outputs(arguments.root, table) if not path.exists() or path.read_text() != text]
    for path, text in stale:
        name = path.relative_to(arguments.root)
        if arguments.check:
            print(f"{name} is stale: make gen")
        else:
            path.write_text(text)
            print(f"wrote {name}")
    return 1 if arguments.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
