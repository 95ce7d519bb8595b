#!/usr/bin/env python3
"""length_report.py: the ten longest functions of the server, and the medians.

Nobody fails on it; it shows where to look. The sources are formatted by clang-format, so a function is what begins
in the first column with `name(...) {` and ends with the next `}` in the first column.

SPDX-License-Identifier: MIT
"""
import re
import statistics
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FUNCTION = re.compile(r"^(?!typedef|struct \w+ \{|enum|union)[a-z_][^;={}]*?(\w+)\([^;{}]*\)\s*\{\n(.*?)^\}", re.M | re.S)


def functions_of(path):
    """(lines, file:line name) of each function."""
    text = path.read_text()
    for match in FUNCTION.finditer(text):
        line = text.count("\n", 0, match.start(1)) + 1
        yield match.group(2).count("\n"), f"{path.relative_to(ROOT)}:{line} {match.group(1)}"


def percentile(values, part):
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def main():
    files = [path for path in sorted((ROOT / "backend/src").rglob("*.c")) if "gen" not in path.parts]
    functions = sorted((entry for path in files for entry in functions_of(path)), reverse=True)
    if not functions:
        print("no functions yet")
        return
    for lines, where in functions[:10]:
        print(f"{lines:5}  {where}")
    lengths = [lines for lines, _ in functions]
    file_lengths = [path.read_text().count("\n") for path in files]
    print(f"functions: {len(lengths)}, median {statistics.median(lengths):.0f} lines, p90 {percentile(lengths, 0.9)}")
    print(f"files: {len(file_lengths)}, median {statistics.median(file_lengths):.0f} lines, longest {max(file_lengths)}")


if __name__ == "__main__":
    main()
