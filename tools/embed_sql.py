"""Turns the numbered SQL files of the store into one C table.

Usage: embed_sql.py OUTPUT FILE...      (called by the build; files are sorted by their number)

SPDX-License-Identifier: MIT
"""
import pathlib
import sys


def c_string(text):
    escape = {"\\": "\\\\", '"': '\\"', "\t": "\\t"}
    return "".join(f'    "{"".join(escape.get(c, c) for c in line)}\\n"\n' for line in text.splitlines())


def main(output, files):
    rows = []
    for path in sorted(map(pathlib.Path, files), key=lambda p: p.name):
        number = int(path.name.split("_")[0])
        if number != len(rows) + 1:
            sys.exit(f"{path}: the files must be numbered 1, 2, 3, ... without holes")
        rows.append(f'    {{{number}, "{path.name}",\n{c_string(path.read_text("utf-8"))}    }},\n')
    pathlib.Path(output).write_text(
        "/* Made from schema/ by tools/embed_sql.py at build time. */\n"
        '#include "store/store_migrate.h"\n\n'
        "const struct store_migration store_migrations[] = {\n" + "".join(rows) + "};\n"
        f"const int store_migration_count = {len(rows)};\n", "utf-8")


main(sys.argv[1], sys.argv[2:])
