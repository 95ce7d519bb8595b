"""test_threats.py: the table of threats complains about what is missing, stale or too much.

SPDX-License-Identifier: MIT
"""
import importlib.util
import tempfile
import unittest
from pathlib import Path

TOOL = Path(__file__).resolve().parents[2] / "tools/threats.py"
spec = importlib.util.spec_from_file_location("threats", TOOL)
threats = importlib.util.module_from_spec(spec)
spec.loader.exec_module(threats)


class Threats(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        (self.root / "docs").mkdir()
        wanted = [str(number) for number, row in threats.ROWS.items() if threats.why_not_yet(row) is None]
        self.write("tests/integration/all.test.mjs", f'test("threat {", ".join(wanted)}: all of them", run);')
        self.write_page()

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def write_page(self):
        (self.root / "docs/threats.md").write_text(threats.page(threats.tests_of(self.root)))

    def told(self):
        return list(threats.complaints(self.root, threats.tests_of(self.root)))

    def test_a_whole_table_is_fine(self):
        self.assertEqual(self.told(), [])

    def test_a_row_without_a_test_is_named(self):
        self.write("tests/integration/all.test.mjs", 'test("threat 1: one", run);')
        self.write_page()
        self.assertIn("row 2 (unmasked client frame) has no test", self.told())

    def test_a_test_of_no_row_is_named(self):
        self.write("tests/unit/net/test_x.c", "/* threat 900: what? */")
        self.write_page()
        self.assertEqual(self.told(), ["there is no row 900 that tests/unit/net/test_x.c could show"])

    def test_a_stale_page_is_named(self):
        self.write("frontend/src/lib/x.test.ts", "it('threat 36: quick', run);")
        self.assertEqual(self.told(), ["docs/threats.md is stale: run `make gen`"])


if __name__ == "__main__":
    unittest.main()
