"""test_packaging.py: the unit of systemd is well formed, and as tight as was promised.

SPDX-License-Identifier: MIT
"""
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
UNIT = ROOT / "packaging/parley.service"
EXPOSURE_MAX = 2.0


def exposure_of(path):
    """What systemd-analyze thinks of a unit: 0 is nothing to fear, 10 is everything."""
    done = subprocess.run(["systemd-analyze", "security", "--offline=true", str(path)], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, check=False)
    told = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
    if told is None:
        raise AssertionError(f"systemd-analyze says nothing of an exposure:\n{done.stdout}")
    return float(told.group(1))


def changed(old, new):
    """The unit with one line changed, as a file."""
    text = UNIT.read_text()
    assert old in text, old
    folder = tempfile.TemporaryDirectory()
    path = Path(folder.name) / "parley.service"
    path.write_text(text.replace(old, new))
    return folder, path


class TheUnit(unittest.TestCase):
    def test_its_exposure_is_at_most_two(self):
        exposure = exposure_of(UNIT)
        print(f"systemd-analyze security: exposure {exposure} (at most {EXPOSURE_MAX})")
        self.assertLessEqual(exposure, EXPOSURE_MAX)

    def test_the_measure_can_fail(self):
        folder, path = changed("SystemCallFilter=@system-service\n", "")
        with folder:
            path.write_text(path.read_text().replace("ProtectSystem=strict\n", "").replace("CapabilityBoundingSet=\n", ""))
            self.assertGreater(exposure_of(path), EXPOSURE_MAX)

    def test_it_has_no_word_that_systemd_does_not_know(self):
        folder, path = changed("/usr/bin/parley serve", "/bin/true")
        with folder:
            done = subprocess.run(["systemd-analyze", "verify", "--man=no", str(path)], text=True, stdout=subprocess.PIPE,
                                  stderr=subprocess.STDOUT, check=False)
        self.assertEqual((done.returncode, [line for line in done.stdout.splitlines() if "parley.service" in line]), (0, []))

    def test_what_it_runs_is_there(self):
        verbs = (ROOT / "backend/src/cli/main.c").read_text()
        self.assertIn("ExecStart=/usr/bin/parley serve\n", UNIT.read_text())
        self.assertIn('{"serve"', verbs)
        variables = set(re.findall(r"PARLEY_\w+", UNIT.read_text() + (ROOT / "packaging/README.md").read_text()))
        options = (ROOT / "docs/options.md").read_text()
        self.assertEqual([name for name in sorted(variables) if name not in options], [])


if __name__ == "__main__":
    unittest.main()
