"""test_embed_assets.py: what tools/embed_assets.py makes of a folder of files.

SPDX-License-Identifier: MIT
"""
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOOL = Path(__file__).resolve().parents[2] / "tools/embed_assets.py"
SOURCES = TOOL.parents[1] / "backend/src"

# Prints each row as the program sees it: a name, whether it is immutable, and the lengths of the three forms.
PRINTER = r"""
#include <stdio.h>
#include "web/web_assets.h"
int main(void) {
    for (size_t i = 0; i < web_asset_count; i++) {
        const struct web_asset *a = &web_assets[i];
        printf("%s %d %zu %d %d %.*s\n", a->path, a->immutable, a->identity.len, a->gzip.at != NULL, a->brotli.at != NULL, 3,
               a->identity.at);
    }
    return 0;
}
"""


class EmbedAssetsTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.dist = Path(self.folder.name) / "dist"

    def put(self, name, data):
        path = self.dist / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def embed(self):
        folder = Path(self.folder.name)
        return subprocess.run([sys.executable, TOOL, self.dist, folder / "out.c", folder / "out.d", folder / "scratch"],
                              text=True, capture_output=True)

    def rows(self):
        done = self.embed()
        self.assertEqual(done.returncode, 0, done.stderr)
        folder = Path(self.folder.name)
        (folder / "printer.c").write_text(PRINTER)
        subprocess.run(["cc", f"-I{SOURCES}", folder / "printer.c", folder / "out.c", "-o", folder / "printer"], check=True)
        return subprocess.run([folder / "printer"], text=True, stdout=subprocess.PIPE, check=True).stdout.splitlines()

    def test_no_web_app_makes_an_empty_table(self):
        self.assertEqual(self.rows(), [])

    def test_files_come_in_order_of_path_with_their_bytes(self):
        self.put("index.html", b"<p>" + b"a" * 500)
        self.put("assets/app-B4x9Kq2c.js", b"let" + b"b" * 500)
        self.assertEqual(self.rows(), ["/assets/app-B4x9Kq2c.js 1 503 1 1 let", "/index.html 0 503 1 1 <p>"])

    def test_a_compressed_form_that_is_longer_is_not_kept(self):
        self.put("note.txt", b"abc")
        self.assertEqual(self.rows(), ["/note.txt 0 3 0 0 abc"])

    def test_only_names_with_a_hash_are_immutable(self):
        self.put("assets/plain.js", b"let")
        self.assertEqual(self.rows(), ["/assets/plain.js 0 3 0 0 let"])

    def test_hidden_files_are_left_out(self):
        self.put(".built", b"")
        self.assertEqual(self.rows(), [])

    def test_a_type_that_is_not_known_is_refused(self):
        self.put("program.exe", b"MZ")
        done = self.embed()
        self.assertEqual(done.returncode, 1)
        self.assertIn("add the content type of '.exe'", done.stderr)

    def test_a_file_that_comes_is_watched_through_its_folder(self):
        self.put("assets/plain.js", b"let")
        self.embed()
        self.assertIn(f"{self.dist}/assets ", (Path(self.folder.name) / "out.d").read_text() + " ")


if __name__ == "__main__":
    unittest.main()
