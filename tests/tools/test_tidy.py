"""test_tidy.py: each rule of tools/tidy.py passes a clean tree and sees its breach.

SPDX-License-Identifier: MIT
"""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import tidy  # noqa: E402

TOP = "/* {name}: one thing.\n *\n * SPDX-License-Identifier: MIT\n */\n"
CLEAN = {
    "backend/src/chat/meson.build": "sources = files('chat_room.c')\n",
    "backend/src/chat/README.md": "# chat\n",
    "backend/src/chat/chat_room.h": TOP.format(name="chat_room.h") + "#pragma once\n",
    "backend/src/chat/chat_room.c": TOP.format(name="chat_room.c")
    + '#include "chat/chat_room.h"\n#include "base/str.h"\n#include <string.h>\n',
    "backend/src/proto/gen/proto_tables.c": "/* generated from protocol/room.json */\n",
    "backend/src/proto/meson.build": "sources = files('gen/proto_tables.c')\n",
    "backend/src/proto/README.md": "# proto\n",
    "frontend/src/lib/ui/badge.svelte": "<b>#1</b>\n<style>b { color: var(--danger); }</style>\n",
    "frontend/src/lib/styles/tokens/colour.css": ":root { --danger: #be2323; }\n",
    "tools/help.sh": "#!/bin/sh\n# help.sh: prints a word.\n# SPDX-License-Identifier: MIT\necho help\n",
}
STALE = "import sys\nprint('docs/protocol.md differs')\nsys.exit(1)\n"

# rule, file, what is added to it (or its whole text when it is new), the line told
BREACHES = [
    ("includes", "backend/src/chat/chat_room.c", '#include "net/conn.h"\n', 8),
    ("includes", "backend/src/chat/chat_room.c", "#include <uv.h>\n", 8),
    ("banned_calls", "backend/src/chat/chat_room.c", "/* malloc( in a comment */\nvoid *p = malloc(3);\n", 9),
    ("banned_calls", "backend/src/chat/chat_room.c", "int r = sqlite3_exec(db, text, 0, 0, 0);\n", 8),
    ("formatted_sql", "backend/src/chat/chat_room.c", 'int n = snprintf(b, 9, "SELECT %d", 1);\n', 8),
    ("listed_in_meson", "backend/src/chat/chat_lost.c", TOP.format(name="chat_lost.c"), 1),
    ("headers_used", "backend/src/chat/chat_lost.h", TOP.format(name="chat_lost.h"), 1),
    ("file_tops", "backend/src/chat/chat_lost.h", "#pragma once\n", 1),
    ("file_tops", "backend/src/chat/chat_lost.h", "/* chat_lost.h: no licence.\n */\n", 1),
    ("file_tops", "tools/bare.py", "print('no top')\n", 1),
    ("generated_marked", "frontend/src/lib/protocol/gen/types.ts", "export type A = string;\n", 1),
    ("generated_fresh", "tools/gen_protocol.py", STALE, 1),
    ("folder_readmes", "backend/src/chat/README.md", "more\n" * 60, 61),
    ("raw_colours", "frontend/src/lib/ui/badge.svelte", "<style>\ni { color: #fff; }</style>\n", 4),
    ("raw_colours", "frontend/src/app.css", "a { background: oklch(0.5 0.1 20); }\n", 1),
    ("logical_sides", "frontend/src/lib/ui/badge.svelte", "<style>\ni { margin-left: 1px; }</style>\n", 4),
    ("logical_sides", "frontend/src/lib/ui/badge.svelte", "<style>\ni { text-align: right; }</style>\n", 4),
    ("logical_sides", "frontend/src/app.css", "a { top: 0;\n  left: 0; }\n", 2),
    ("logical_sides", "frontend/src/app.css", "a { padding: 0 var(--a) 0 calc(1px + (2px)); }\n", 1),
    ("no_raw_html", "frontend/src/lib/ui/badge.svelte", "{@html text}\n", 3),
    ("finished", "backend/src/chat/chat_room.c", "/* TODO: more */\n", 8),
    ("no_test_is_off", "tests/e2e/chat.test.mjs", "test.skip('later', () => {});\n", 1),
    ("formatted", "backend/src/chat/chat_room.c", "int  x ;\n", 8),
    ("shell_checked", "tools/help.sh", "rm -rf $1/x\n", 5),
]


def tree_of(files, folder):
    """A checkout of these files."""
    subprocess.run(["git", "init", "-q", folder], check=True)
    for name, text in files.items():
        path = Path(folder) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    root = Path(tidy.__file__).resolve().parents[1]
    (Path(folder) / ".clang-format").write_text((root / ".clang-format").read_text())
    return tidy.Tree(folder)


class TidyTest(unittest.TestCase):
    def test_a_clean_tree_breaks_no_rule(self):
        with tempfile.TemporaryDirectory() as folder:
            tree = tree_of(CLEAN, folder)
            told = [breach for rule in tidy.RULES for breach in rule(tree)]
            self.assertEqual(told, [])

    def test_a_folder_without_a_readme_is_told(self):
        with tempfile.TemporaryDirectory() as folder:
            tree = tree_of({**CLEAN, "backend/src/net/conn.h": TOP.format(name="conn.h")}, folder)
            self.assertEqual([name for name, _, _ in tidy.folder_readmes(tree)], ["backend/src/net/README.md"])

    def test_every_rule_has_a_breach_here(self):
        self.assertEqual({rule.__name__ for rule in tidy.RULES}, {breach[0] for breach in BREACHES})


def breach_test(rule_name, name, added, line):
    def test(self):
        with tempfile.TemporaryDirectory() as folder:
            tree = tree_of({**CLEAN, name: CLEAN.get(name, "") + added}, folder)
            told = {(path, number) for path, number, _ in getattr(tidy, rule_name)(tree)}
            self.assertEqual(told, {(name, line)})
    return test


for number, row in enumerate(BREACHES):
    setattr(TidyTest, f"test_{row[0]}_sees_breach_{number}", breach_test(*row))

if __name__ == "__main__":
    unittest.main()
