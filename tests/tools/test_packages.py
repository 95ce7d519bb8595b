"""test_packages.py: what npm brings is what the lock files name, and runs nothing while it is installed.

SPDX-License-Identifier: MIT
"""
import json
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ["frontend", "tests"]


class Packages(unittest.TestCase):
    def test_every_package_has_its_hash(self):
        """threat 87: an altered package does not install."""
        for folder in FOLDERS:
            packages = json.loads((ROOT / folder / "package-lock.json").read_text())["packages"]
            for name, package in packages.items():
                if name:
                    self.assertRegex(package.get("integrity", ""), r"^sha512-", f"{folder}: {name}")
                    self.assertNotIn("://", package.get("resolved", ""), f"{folder}: {name} names a place")

    def test_no_package_runs_a_script_while_it_is_installed(self):
        """threat 87: nor does one that was replaced at its origin."""
        for folder in FOLDERS:
            self.assertIn("ignore-scripts=true", (ROOT / folder / ".npmrc").read_text().split())


if __name__ == "__main__":
    unittest.main()
