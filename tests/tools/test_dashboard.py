"""test_dashboard.py: the Grafana dashboard and the alerts of the documentation name metrics that there are, rightly used.

SPDX-License-Identifier: MIT
"""
import json
import re
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAME = re.compile(r"\b(?:parley|process)_[a-z_]+")


def metrics():
    """{name: type} of docs/metrics.md, which is the program's own table."""
    return dict(re.findall(r"^\| `([a-z_]+)` \| (counter|gauge|histogram) \|", (ROOT / "docs/metrics.md").read_text(), re.M))


def breaches(expression, known):
    """What is wrong with a PromQL expression, as far as names go."""
    for found in NAME.finditer(expression):
        name, before = found.group(), expression[:found.start()]
        stem = re.sub(r"_(bucket|sum|count)$", "", name)
        is_rated = re.search(r"rate\($", before) is not None
        if name in known and known[name] != "histogram":
            if (known[name] == "counter") != is_rated:
                yield f"{name} is a {known[name]}" + (", and rated" if is_rated else ", and not rated")
        elif known.get(stem) != "histogram" or stem == name:
            yield f"there is no {name}"


def expressions(dashboard):
    for panel in dashboard["panels"]:
        yield from ((panel["title"], target["expr"]) for target in panel["targets"])


class Dashboard(unittest.TestCase):
    def setUp(self):
        self.dashboard = json.loads((ROOT / "packaging/grafana-dashboard.json").read_text())

    def test_every_metric_it_names_exists(self):
        found = list(expressions(self.dashboard))
        self.assertGreater(len(found), 20)
        for title, expression in found:
            self.assertEqual(list(breaches(expression, metrics())), [], title)
            self.assertTrue(NAME.search(expression), f"{title} shows nothing of ours")

    def test_every_metric_is_shown(self):
        text = json.dumps(self.dashboard)
        self.assertEqual([name for name in metrics() if name not in text], [])

    def test_panels_do_not_overlap(self):
        taken = set()
        for panel in self.dashboard["panels"]:
            at = panel["gridPos"]
            self.assertLessEqual(at["x"] + at["w"], 24)
            cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
            self.assertFalse(cells & taken, panel["title"])
            taken |= cells
        ids = [panel["id"] for panel in self.dashboard["panels"]]
        self.assertEqual(len(ids), len(set(ids)))

    def test_the_alerts_of_the_documentation_are_good_too(self):
        alerts = re.findall(r"^\| `([^`]* [<>=]=? [^`]*)` \|", (ROOT / "docs/metrics.md").read_text(), re.M)
        self.assertGreater(len(alerts), 3)
        for alert in alerts:
            self.assertEqual(list(breaches(alert, metrics())), [], alert)

    def test_a_breach_is_seen(self):
        known = {"parley_a_total": "counter", "parley_b": "gauge", "parley_c_seconds": "histogram"}
        for good in ("rate(parley_a_total{x=\"y\"}[5m])", "parley_b > 1", "sum by (le) (rate(parley_c_seconds_bucket[5m]))"):
            self.assertEqual(list(breaches(good, known)), [], good)
        for bad in ("parley_a_total", "rate(parley_b[5m])", "parley_c_seconds", "parley_d", "rate(parley_b_bucket[5m])"):
            self.assertEqual(len(list(breaches(bad, known))), 1, bad)


if __name__ == "__main__":
    unittest.main()
