"""test_operating.py: docs/operating.md tells what the log says: each event of the sources has a row there, and each row an event.

SPDX-License-Identifier: MIT
"""
import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CALL = re.compile(r'log_(error|warn|info)\(\s*LOG_\w+,\s*"([a-z_.]+)"')
ROW = re.compile(r"^\| (`.*?) \| ([a-z, ]+) \|", re.M)


def logged():
    """{(event, level)} of what a server logs unless it is asked for more."""
    texts = (path.read_text() for path in (ROOT / "backend/src").glob("**/*.c"))
    return {(event, level) for text in texts for level, event in CALL.findall(text)}


def documented():
    part = (ROOT / "docs/operating.md").read_text().split("\n## The log\n")[1].split("\n## ")[0]
    return [(re.findall(r"`([a-z_.]+)`", events), levels.split(", ")) for events, levels in ROW.findall(part)]


class Log(unittest.TestCase):
    def test_each_event_has_a_row_with_its_level(self):
        rows = {(event, level) for events, levels in documented() for event in events for level in levels}
        self.assertEqual(sorted(logged() - rows), [], "add them to the table in docs/operating.md")

    def test_each_row_has_an_event(self):
        rows = {event for events, _ in documented() for event in events}
        self.assertEqual(sorted(rows - {event for event, _ in logged()}), [])
        self.assertGreater(len(rows), 20)


if __name__ == "__main__":
    unittest.main()
