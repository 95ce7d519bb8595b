"""test_bench.py: what tests/bench makes of its figures: medians, ratios, bars, quantiles, plots.

SPDX-License-Identifier: MIT
"""
import sys
import tempfile
import unittest
import xml.etree.ElementTree as xml
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/bench"))

import metrics  # noqa: E402
import plot  # noqa: E402
import report  # noqa: E402


def row(run, workload, server, **figures):
    return dict(run=run, workload=workload, server=server, machine_load=1.0, rss_before=0, rss_after=1 << 20, peers=100, **figures)


def some_rows():
    rows = []
    for run, (floor, parley) in enumerate([(100, 90), (200, 100), (50, 45)]):
        rows += [row(run, "a", "floor", deliveries_per_s=floor), row(run, "a", "parley", deliveries_per_s=parley)]
    return rows


class Figures(unittest.TestCase):
    def test_a_median_is_of_all_runs_and_a_ratio_of_each(self):
        results = report.Results(some_rows())
        self.assertEqual(results.median("a", "floor", "deliveries_per_s"), 100)
        self.assertEqual(results.ratio("a", "parley", "floor", "deliveries_per_s"), 0.9)
        self.assertEqual(results.runs("a", "floor"), 3)
        self.assertIsNone(results.median("b", "floor", "deliveries_per_s"))
        self.assertIsNone(results.ratio("a", "parley", "ws", "deliveries_per_s"))

    def test_a_run_of_one_server_alone_makes_no_ratio(self):
        rows = some_rows() + [row(3, "a", "parley", deliveries_per_s=1)]
        self.assertEqual(report.Results(rows).ratio("a", "parley", "floor", "deliveries_per_s"), 0.9)

    def test_bars_say_met_missed_and_not_measured(self):
        rows = some_rows() + [row(0, "f1", "parley", acked_per_s=20_000), row(0, "back", "parley", return_s=2.5)]
        verdicts = {cells[1].strip(): cells[4].strip() for cells in (line.split("|") for line in report.bars_table(report.Results(rows)).splitlines()[2:])}
        self.assertEqual(verdicts["(a) of floor's deliveries/s"], "met")
        self.assertEqual(verdicts["(f) acked durable messages/s, one room"], "**missed** by 20 %")
        self.assertEqual(verdicts["(e) 10,000 come back, each with what it missed"], "met")
        self.assertEqual(verdicts["(b) of floor's deliveries/s"], "not measured")

    def test_the_page_gets_its_tables_and_keeps_its_words(self):
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "docs/performance.md"
            page.parent.mkdir()
            page.write_text("before\n<!-- bench: bars -->\nold\n<!-- /bench -->\nafter\n")
            works = {"a": dict(what="one room", figure="deliveries_per_s")}
            for _ in range(2):
                report.write_page(Path(folder), some_rows(), works, ["floor", "parley"])
                text = page.read_text()
                self.assertTrue(text.startswith("before\n<!-- bench: bars -->\n\n| bar |") and text.endswith("|\n\n<!-- /bench -->\nafter\n"), text)
                self.assertNotIn("old", text)

    def test_the_page_of_the_project_has_every_table(self):
        marks = {name for _, name, _ in report.MARKED.findall((ROOT / "docs/performance.md").read_text())}
        self.assertEqual(marks, {"bars", "figures", "cpu", "growth", "commits", "starts", "searches", "plots", "noise"})


class Quantiles(unittest.TestCase):
    @staticmethod
    def buckets(*counts):
        return {f'x_bucket{{le="{bound}"}}': float(count) for bound, count in zip(("0.001", "0.01", "0.1", "+Inf"), counts)}

    def test_what_was_counted_before_does_not_count(self):
        before, after = self.buckets(100, 100, 100, 100), self.buckets(100, 110, 110, 110)
        self.assertAlmostEqual(metrics.quantile_us(before, after, "x", 0.5), 5500)

    def test_the_tail_lies_in_its_own_bucket(self):
        after = self.buckets(98, 98, 100, 100)
        self.assertAlmostEqual(metrics.quantile_us({}, after, "x", 0.99), 55_000)
        self.assertAlmostEqual(metrics.quantile_us({}, after, "x", 0.49), 500)

    def test_what_is_above_all_bounds_counts_as_the_last(self):
        self.assertAlmostEqual(metrics.quantile_us({}, self.buckets(0, 0, 0, 5), "x", 0.99), 100_000)

    def test_nothing_is_nothing(self):
        self.assertEqual(metrics.quantile_us({}, self.buckets(0, 0, 0, 0), "x", 0.5), 0)


class Plots(unittest.TestCase):
    def test_ticks_are_round_and_hold_everything(self):
        self.assertEqual(plot.steps(0, 97), [0, 20, 40, 60, 80, 100])
        self.assertEqual(plot.powers(0.3, 42), [0.1, 1, 10, 100])

    def test_a_plot_is_well_formed_and_inside_its_frame(self):
        for log_y in (False, True):
            svg = plot.lines("a < b & c", "x", "y", {"one": [(1, 0.5), (10, 300)], "<two>": [(5, 5), (7, 9)]}, log_y)
            tree = xml.fromstring(svg)
            found = [tree.findall(f".//{{http://www.w3.org/2000/svg}}{name}") for name in ("polyline", "circle")]
            self.assertEqual([len(some) for some in found], [2, 4])
            for circle in found[1]:
                self.assertTrue(plot.LEFT <= float(circle.get("cx")) <= plot.WIDTH - plot.RIGHT)
                self.assertTrue(plot.TOP - 1 <= float(circle.get("cy")) <= plot.HEIGHT - plot.BOTTOM + 1, svg)


if __name__ == "__main__":
    unittest.main()
