"""report.py: what is made of the figures: tables, the list of bars, plots, and their places in docs/performance.md.

A figure is the median of all runs; a ratio is the median of the ratios within each run. The page is written by hand but for what
stands between `<!-- bench: NAME -->` and `<!-- /bench -->`.

SPDX-License-Identifier: MIT
"""
import json
import os
import platform
import re
import statistics
from pathlib import Path

import plot

BUILD = Path(os.environ.get("PARLEY_BUILD", Path(__file__).resolve().parents[2] / "build")).resolve()
MARKED = re.compile(r"(<!-- bench: (\w+) -->\n).*?(<!-- /bench -->)", re.S)
MEBI = 1 << 20
NOT_YET = "Not measured yet.\n"


class Results:
    """The rows of bench.json."""

    def __init__(self, rows):
        self.rows = rows

    def of(self, workload, server, figure):
        return [r[figure] for r in self.rows if (r["workload"], r["server"]) == (workload, server) and r.get(figure) is not None]

    def median(self, workload, server, figure):
        values = self.of(workload, server, figure)
        return statistics.median(values) if values else None

    def ratio(self, workload, server, base, figure):
        pairs = {}
        for r in self.rows:
            if r["workload"] == workload and r["server"] in (server, base) and r.get(figure):
                pairs.setdefault(r["run"], {})[r["server"]] = r[figure]
        ratios = [pair[server] / pair[base] for pair in pairs.values() if len(pair) == 2]
        return statistics.median(ratios) if ratios else None

    def runs(self, workload, server):
        return len({r["run"] for r in self.rows if (r["workload"], r["server"]) == (workload, server)})


def table(head, rows, align=None):
    marks = [" --- " if not align or align[i] == "l" else " ---: " for i in range(len(head))]
    lines = ["| " + " | ".join(head) + " |", "|" + "|".join(marks) + "|"]
    return "\n".join(lines + ["| " + " | ".join(cells) + " |" for cells in rows]) + "\n"


def number(value, digits=0):
    return "" if value is None else f"{value:,.{digits}f}"


# ---- Tables --------------------------------------------------------------------------------------------------------

def figures_table(results, works, servers):
    shown = [s for s in servers if any(r["server"] == s and "@" not in r["workload"] and r["workload"] != "two" for r in results.rows)]
    rows = []
    for name, work in works.items():
        if "@" in name or name == "two" or not any(results.of(name, s, work["figure"]) for s in shown):
            continue
        cells = []
        for server in shown:
            value = results.median(name, server, work["figure"])
            ratio = results.ratio(name, server, "floor", work["figure"]) if server != "floor" else None
            cells.append(number(value, 2 if value is not None and value < 100 else 0) + (f" ({ratio:.2f})" if ratio and value is not None else ""))
        rows.append([f"({name}) {work['what']}", f"`{work['figure']}`", str(max(results.runs(name, s) for s in shown)), *cells])
    return table(["workload", "figure", "runs", *shown], rows, "llr" + "r" * len(shown))


def cpu_table(results, works, servers):
    """CPU of the server, which a busy machine spoils less than anything by the clock."""
    shown = [s for s in servers if any(r["server"] == s and r["workload"] in "abc" for r in results.rows)]
    rows = []
    for name, figure in (("a", "cpu_us_per_delivery"), ("b", "cpu_us_per_delivery"), ("c", "cpu_us_per_delivery"), ("e", "connect_cpu_us")):
        if any(results.of(name, s, figure) for s in shown):
            rows.append([f"({name}) microseconds of CPU per {'connect' if name == 'e' else 'delivery'}", *(number(results.median(name, s, figure), 2) for s in shown)])
    return table(["", *shown], rows, "l" + "r" * len(shown))


def growth_table(results):
    rows = []
    for base, what, figure, digits in (("a", "one room, so many readers", "cpu_us_per_delivery", 3), ("b", "so many rooms of 10", "cpu_us_per_delivery", 2),
                                       ("c", "40,000 deliveries/s, so many rooms", "cpu_us_per_delivery", 2), ("d", "idle sessions", "bytes_per_session", 0)):
        for server in ("floor", "parley"):
            values = [results.median(f"{base}@{times}", server, figure) for times in (1, 2, 4, 8)]
            if values[0] is None:
                continue
            known = [value for value in values if value is not None]
            unit = "bytes a session" if base == "d" else "µs CPU a delivery"
            rows.append([f"({base}) {what}", server, unit, *(number(value, digits) for value in values), f"{100 * (known[-1] / known[0] - 1):+.0f} %"])
    return table(["workload", "server", "cost", "1×", "2×", "4×", "8×", "1× to last"], rows, "lllrrrrr") if rows else NOT_YET


def commits_table(results):
    rows = []
    for name in ("a", "b", "c", "f1", "f200"):
        get = lambda figure: results.median(name, "parley", figure)
        if get("commits") is None:
            continue
        rows.append([f"({name})", number(get("messages_per_commit"), 1), number(get("commit_mean_us") / 1000, 2), number(get("commit_p50_us") / 1000, 2),
                     number(get("commit_p99_us") / 1000, 2), number(get("writes_per_delivery"), 3)])
    return table(["workload", "messages a commit", "commit, mean ms", "p50 ms", "p99 ms", "write calls a delivery"], rows, "lrrrrr")


def starts():
    """{number of messages: what start.mjs found}"""
    found = {}
    for path in sorted(BUILD.glob("bench-start-*.json")):
        found[int(path.stem.split("-")[-1])] = json.loads(path.read_text(encoding="utf-8"))
    return found


def starts_table():
    rows = []
    for count, one in sorted(starts().items()):
        full = one["figures"][-1]
        pages = {page["name"]: page for page in full["pages"]}
        rows.append([f"{count:,}", " / ".join(f"{value:.0f}" for value in (min(full["starts_ms"]), statistics.median(full["starts_ms"]), max(full["starts_ms"]))),
                     f"{full['idle_mib']:.1f}", *(f"{page['p50_ms']:.2f} / {page['p99_ms']:.2f}" for page in pages.values())])
    if not rows:
        return NOT_YET
    names = [page["name"] for page in next(iter(starts().values()))["figures"][-1]["pages"]]
    return table(["messages", "start to first byte, ms: least / median / most of 5", "idle RSS, MiB", *(f"{name}, p50 / p99 ms" for name in names)], rows,
                 "r" * (3 + len(names)))


def searches_table():
    found = {count: {one["name"]: one for one in start["figures"][-1].get("searches", [])} for count, start in sorted(starts().items())}
    found = {count: kinds for count, kinds in found.items() if kinds}
    if not found:
        return NOT_YET
    names = list(dict.fromkeys(name for kinds in found.values() for name in kinds))
    rows = [[name, *(f"{kinds[name]['p50_ms']:.1f} / {kinds[name]['p95_ms']:.1f}" if name in kinds else "" for kinds in found.values())] for name in names]
    return table(["one searches for", *(f"{count:,} messages, p50 / p95 ms" for count in found)], rows, "l" + "r" * len(found))


# ---- The bars ------------------------------------------------------------------------------------------------------

def bars(results):
    """(what, wanted, found as text, how far from met: at least 1 is met, None: not measured)"""
    ratio, median = results.ratio, results.median

    def at_least(what, wanted, found, unit="", digits=2):
        return (what, f"≥ {wanted:,}{unit}", None if found is None else number(found, digits) + unit, None if found is None else found / wanted)

    def at_most(what, wanted, found, unit="", digits=2):
        return (what, f"≤ {wanted:,}{unit}", None if found is None else number(found, digits) + unit, None if not found else wanted / found)

    def to_flask(workload):
        ratios = [ratio(workload, "parley", f"flask-{kind}", "deliveries_per_s") for kind in ("eventlet", "gevent")]
        return min((found for found in ratios if found), default=None)

    def by_cpu(workload, server):
        """What deliveries/s would be if CPU alone counted, which a busy machine takes away from both: the other's cost over ours."""
        return ratio(workload, server, "parley", "cpu_us_per_delivery")

    yield at_least("(a) of floor's deliveries/s", 0.8, ratio("a", "parley", "floor", "deliveries_per_s"))
    yield at_least("(a) the same, by CPU per delivery", 0.8, by_cpu("a", "floor"))
    yield at_least("(a) of Socket.IO on Node", 10, ratio("a", "parley", "socket.io", "deliveries_per_s"), " ×", 1)
    yield at_least("(a) of Flask-SocketIO, the faster of two", 30, to_flask("a"), " ×", 1)
    yield at_least("(b) of floor's deliveries/s", 0.8, ratio("b", "parley", "floor", "deliveries_per_s"))
    yield at_least("(b) the same, by CPU per delivery", 0.8, by_cpu("b", "floor"))
    yield at_least("(b) of Socket.IO on Node", 3, ratio("b", "parley", "socket.io", "deliveries_per_s"), " ×", 1)
    yield at_least("(b) of Flask-SocketIO, the faster of two", 15, to_flask("b"), " ×", 1)
    for part in ("p50", "p99"):
        low, commit, own = median("c", "floor", f"latency_{part}_us"), median("c", "parley", f"commit_{part}_us"), median("c", "parley", f"latency_{part}_us")
        if None not in (low, commit, own):
            yield at_most(f"(c) {part}: floor + one commit + 2 ms", round((low + commit + 2000) / 1000, 1), own / 1000, " ms", 1)
        else:
            yield (f"(c) {part}: floor + one commit + 2 ms", "", None, None)
    yield at_most("(d) bytes of RSS a session", 1500, median("d", "parley", "bytes_per_session"), "", 0)
    pings = median("d", "parley", "latency_p99_us")
    yield at_most("(d) ping p99 meanwhile", 100, pings / 1000 if pings else None, " ms", 1)
    yield at_least("(e) connects/s, with token and `ready`", 8000, median("e", "parley", "connects_per_s"), "", 0)
    yield at_most("(e) 10,000 come back, each with what it missed", 5, median("back", "parley", "return_s"), " s")
    f1, f200 = median("f1", "parley", "acked_per_s"), median("f200", "parley", "acked_per_s")
    yield at_least("(f) acked durable messages/s, one room", 25000, f1, "", 0)
    yield at_least("(f) acked durable messages/s, 200 rooms", 25000, f200, "", 0)
    for count, one in sorted(starts().items()):
        for page in one["figures"][-1]["pages"]:
            yield at_most(f"(g) {page['name']}, {count:,} messages, p99", 5, page["p99_ms"], " ms")
    for count, one in sorted(starts().items()):
        for kind in one["figures"][-1].get("searches", []):
            yield at_most(f"search, {kind['name']}, {count:,} messages, p95", 30, kind["p95_ms"], " ms", 1)
    for base, figure in (("a", "cpu_us_per_delivery"), ("b", "cpu_us_per_delivery"), ("c", "cpu_us_per_delivery"), ("d", "bytes_per_session")):
        ends = [median(f"{base}@{times}", "parley", figure) for times in (1, 8)]
        yield at_most(f"(h) cost of ({base}) at 8×, of that at 1×", 1.2, ends[1] / ends[0] if all(ends) else None)
    one, two = median("two", "parley", "busiest_us_per_delivery"), median("two", "parley-2", "busiest_us_per_delivery")
    yield at_least("two workers: capacity of one's, by the busiest thread's CPU", 1.6, one / two if one and two else None, " ×")
    for count, one in sorted(starts().items()):
        yield at_most(f"start to first byte, {count:,} messages, median", 150, statistics.median(one["figures"][-1]["starts_ms"]), " ms", 0)
    for one in list(starts().values())[-1:]:
        yield at_most("program, stripped, web app included", 5, one["stripped_bytes"] / 1e6, " MB")
        yield at_most("idle RSS, empty", 20, one["figures"][0]["idle_mib"] * MEBI / 1e6, " MB", 1)


def bars_table(results):
    rows = []
    for what, wanted, found, met in bars(results):
        verdict = "not measured" if met is None else "met" if met >= 1 else f"**missed** by {100 * (1 - met):.0f} %"
        rows.append([what, wanted, found or "", verdict])
    return table(["bar", "wanted", "found", ""], rows, "lrrl")


def noise(results):
    loads = [r["machine_load"] for r in results.rows if "machine_load" in r]
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    spread = []
    for name in ("a", "b"):
        values = results.of(name, "floor", "deliveries_per_s")
        if len(values) > 1:
            spread.append(f"({name}) {number(min(values))} to {number(max(values))}")
    return (f"{cpu.group(1) if cpu else platform.machine()}, {os.cpu_count()} cores, Linux {platform.release()}. "
            f"Load of the machine (1 minute) when a measurement ended: {min(loads):.1f} to {max(loads):.1f}, median {statistics.median(loads):.1f}; the measurement itself "
            f"makes about 2. `floor`, whose work never changes, gave deliveries/s of {', '.join(spread) or 'one run only'}.\n") if loads else ""


# ---- Plots ---------------------------------------------------------------------------------------------------------

def points(results, works, prefix, server, figure, scale):
    found = []
    for name in works:
        if name.startswith(prefix):
            value = results.median(name, server, figure)
            x = results.median(name, server, "deliveries_per_s" if prefix == "load@" else "peers")
            if value and x:
                found.append((x, value * scale))
    return found


def plots(results, works, servers):
    """{file: (title, SVG)}"""
    made = {}
    for name, title, prefix, x, y, figure, scale, log in (
            ("latency.svg", "Latency over load, p99", "load@", "deliveries a second", "milliseconds from due to received", "latency_p99_us", 1e-3, True),
            ("memory.svg", "Memory over idle sessions", "d@", "sessions", "MiB more than without any", "memory", 1 / MEBI, False)):
        series = {}
        for server in servers:
            line = points(results, works, prefix, server, figure, scale)
            if len(line) > 1:
                series[server] = line
        if series:
            made[name] = title, plot.lines(title, x, y, series, log)
    return made


def with_memory(rows):
    return [r | {"memory": r["rss_after"] - r["rss_before"]} for r in rows]


# ---- The page ------------------------------------------------------------------------------------------------------

def tables(rows, works, servers):
    results = Results(with_memory(rows))
    return "\n".join([bars_table(results), figures_table(results, works, servers), cpu_table(results, works, servers)])


def write_page(root, rows, works, servers):
    results = Results(with_memory(rows))
    made = {"bars": bars_table(results), "figures": figures_table(results, works, servers), "cpu": cpu_table(results, works, servers),
            "growth": growth_table(results), "commits": commits_table(results), "starts": starts_table(), "searches": searches_table(), "noise": noise(results)}
    folder = root / "docs/performance"
    drawn = plots(results, works, servers)
    for name, (_, svg) in drawn.items():
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(svg, encoding="utf-8")
    made["plots"] = "\n".join(f"![{title}](performance/{name})\n" for name, (title, _) in drawn.items()) or NOT_YET
    page = root / "docs/performance.md"
    text = page.read_text(encoding="utf-8")
    page.write_text(MARKED.sub(lambda match: f"{match.group(1)}\n{made[match.group(2)]}\n{match.group(3)}", text), encoding="utf-8")
