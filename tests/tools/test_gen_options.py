"""test_gen_options.py: tools/gen_options.py writes the table of options, and notices when it is stale.

SPDX-License-Identifier: MIT
"""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOOL = Path(__file__).resolve().parents[2] / "tools/gen_options.py"
README = "# A\n\n<!-- options: made by it -->\nold\n<!-- /options -->\n\nrest\n"


class GenOptionsTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        (self.root / "docs").mkdir()
        (self.root / "README.md").write_text(README)
        self.program("| --port |")

    def program(self, table):
        path = self.root / "program"
        path.write_text(f"#!/bin/sh\n[ \"$1\" = options ] && echo '{table}' || echo '| a_total |'\n")
        path.chmod(0o755)

    def run_tool(self, *more):
        return subprocess.run([sys.executable, TOOL, "--root", self.root, *more, self.root / "program"], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def test_it_writes_the_page_and_between_the_marks(self):
        self.assertEqual(self.run_tool().returncode, 0)
        self.assertIn("\n| --port |\n", (self.root / "docs/options.md").read_text())
        self.assertEqual((self.root / "README.md").read_text(),
                         "# A\n\n<!-- options: made by it -->\n\n| --port |\n\n<!-- /options -->\n\nrest\n")

    def test_a_second_run_changes_nothing(self):
        self.run_tool()
        before = (self.root / "README.md").read_text()
        self.assertEqual(self.run_tool().stdout, "")
        self.assertEqual((self.root / "README.md").read_text(), before)
        self.assertEqual(self.run_tool("--check").returncode, 0)

    def test_check_names_what_is_stale_and_writes_nothing(self):
        self.run_tool()
        self.program("| --port | --host |")
        done = self.run_tool("--check")
        self.assertEqual(done.returncode, 1)
        self.assertIn("docs/options.md is stale", done.stdout)
        self.assertIn("README.md is stale", done.stdout)
        self.assertNotIn("--host", (self.root / "README.md").read_text())

    def test_every_table_has_its_page(self):
        self.run_tool()
        for page in ("metrics", "permissions"):
            self.assertIn("\n| a_total |\n", (self.root / f"docs/{page}.md").read_text())

    def test_a_missing_page_is_stale(self):
        self.assertEqual(self.run_tool("--check").returncode, 1)

    def test_a_readme_without_marks_is_an_error(self):
        (self.root / "README.md").write_text("# A\n")
        self.assertNotEqual(self.run_tool().returncode, 0)


if __name__ == "__main__":
    unittest.main()
