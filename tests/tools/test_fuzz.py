"""test_fuzz.py: tools/fuzz.py tells of a failure what one needs, and that first.

SPDX-License-Identifier: MIT
"""
import base64
import contextlib
import io
import os
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import fuzz  # noqa: E402

INPUT = b"\x00breaks\xff"

# What a target prints, as libFuzzer does it: a lot of progress, and in the middle of it what matters.
NOISE = """INFO: Seed: 102
#11\tINITED cov: 518 ft: 1063 corp: 8/217b exec/s: 0 rss: 37Mb
""" + "".join(f"#{n}\tREDUCE cov: 584 ft: 3409 corp: 517/36Kb lim: 535 exec/s: 17766 rss: 485Mb L: 9/517 MS: 1 CrossOver-\n#{n}\tpulse  cov: 5\n" for n in range(500))
REASON = """parley: assertion failed: a == b (../tests/fuzz/fuzz_x.c:78)
==6395== ERROR: libFuzzer: deadly signal
    #0 0x561fbe58f0f1 in check ../tests/fuzz/fuzz_x.c:78:9
SUMMARY: libFuzzer: deadly signal
MS: 1 CrossOver-; base unit: a9483a350314b42770b252eb3d9dadb697102445
0x1a,0x31,0x73,
"""
STATS = "Base64: GjFz\nstat::number_of_executed_units: 1269\nstat::peak_rss_mb:              513\n"

# A program that breaks as a target does. It gets what libFuzzer gets.
TARGET = f"""#!{sys.executable}
import sys
prefix = [word.partition("=")[2] for word in sys.argv if word.startswith("-artifact_prefix=")][0]
open(prefix + "crash-1", "wb").write({INPUT!r})
print({NOISE!r} + {REASON!r} + f"artifact_prefix='{{prefix}}'; Test unit written to {{prefix}}crash-1\\n" + {STATS!r})
sys.exit(77)
"""


class FuzzTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.build = Path(folder.name)
        self.program = self.build / "fuzz_pid"
        self.program.write_text(TARGET)
        os.chmod(self.program, 0o755)

    def assert_told(self, good, lines):
        finding = self.build / "findings/pid-crash-1"
        self.assertFalse(good)
        self.assertEqual(lines[:5], [
            "parley: assertion failed: a == b (../tests/fuzz/fuzz_x.c:78)",
            "==6395== ERROR: libFuzzer: deadly signal",
            "SUMMARY: libFuzzer: deadly signal",
            f"the input, in base64: {base64.b64encode(INPUT).decode()}",
            f"to run it again: {self.program} {finding}",
        ])
        self.assertIn("    #0 0x561fbe58f0f1 in check ../tests/fuzz/fuzz_x.c:78:9", lines)
        self.assertFalse([line for line in lines if any(noise in line for noise in ("REDUCE", "pulse", "INITED", "INFO", "stat::", "0x1a,"))])

    def test_a_new_input_that_breaks_a_target(self):
        good, title, lines = fuzz.search("pid", self.program, self.build, 1)
        self.assert_told(good, lines)
        self.assertEqual(title, "pid survives 1 s of new inputs (1269 of them, 5 edges)")

    def test_a_kept_input_that_breaks_a_target(self):
        good, _, lines = fuzz.replay("pid", self.program, self.build)
        self.assert_told(good, lines)

    def test_what_is_printed_is_tap(self):
        with contextlib.redirect_stdout(io.StringIO()) as out:
            self.assertFalse(fuzz.test(["pid"], {"pid": self.program}, self.build, 1))
        lines = out.getvalue().splitlines()
        self.assertTrue(lines[0].startswith("not ok 1 - pid survives the "))
        self.assertEqual(lines[1], "# parley: assertion failed: a == b (../tests/fuzz/fuzz_x.c:78)")
        self.assertEqual(lines[-1], "1..2")

    def test_a_target_that_does_not_end_is_no_success(self):
        good, output = fuzz.run(sys.executable, ["-c", "import time; print('#1\\tpulse', flush=True); time.sleep(600)"], 1)
        self.assertEqual((good, fuzz.shown("x", output)), (False, ["ran longer than 1 s"] * 2))


if __name__ == "__main__":
    unittest.main()
