"""metrics.py: what a Parley says of itself while the load generator talks to it: commit times, and which thread is busy.

Both are read between the moment when messages begin to come and the moment when the figures are wanted, so that start and
log-ins are left out.

SPDX-License-Identifier: MIT
"""
import re
import threading
import time
import urllib.request
from pathlib import Path


def scrape(port):
    """{name or name{labels}: number}, workers added up."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    numbers = {}
    for name, labels, value in re.findall(r"^([a-z_]+)(?:\{(.*)\})? (\S+)$", text, re.M):
        others = ",".join(label for label in labels.split(",") if label and not label.startswith("worker="))
        key = f"{name}{{{others}}}" if others else name
        numbers[key] = numbers.get(key, 0) + float(value)
    return numbers


def thread_cpu_ns(pid):
    """{thread: nanoseconds of CPU}"""
    found = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        found[task.name] = int((task / "schedstat").read_text(encoding="ascii").split()[0])
    return found


def quantile_us(before, after, name, part):
    """From a histogram's buckets; within a bucket all values count as evenly spread."""
    bounds = sorted((float(bound), after[key] - before.get(key, 0)) for key in after
                    for bound in re.findall(re.escape(name) + r'_bucket\{le="([^"]+)"\}', key))
    total = bounds[-1][1] if bounds else 0
    low, below = 0.0, 0.0
    for bound, count in bounds:
        if count >= part * total and count > below:
            top = bound if bound != float("inf") else low
            return 1e6 * (low + (top - low) * (part * total - below) / (count - below))
        low, below = bound, count
    return 0.0


class Watch:
    """Waits in a thread of its own for the first messages."""

    def __init__(self, port, pid):
        self.port, self.pid, self.before = port, pid, None
        self.thread = threading.Thread(target=self.wait, daemon=True)
        self.over = threading.Event()
        self.thread.start()

    def moment(self):
        return scrape(self.port), thread_cpu_ns(self.pid)

    def wait(self):
        while not self.over.wait(0.1):
            if scrape(self.port)["parley_messages_total"] > 0:
                time.sleep(0.5)
                self.before = self.moment()
                return

    def figures(self):
        self.over.set()
        self.thread.join()
        if self.before is None:
            return {}
        (was, cpu_was), (now, cpu_now) = self.before, self.moment()
        commits = now["parley_commit_seconds_count"] - was["parley_commit_seconds_count"]
        deliveries = now["parley_events_delivered_total"] - was["parley_events_delivered_total"]
        threads = sorted(((cpu_now[t] - cpu_was.get(t, 0)) / 1000 for t in cpu_now), reverse=True)
        if commits <= 0 or deliveries <= 0:
            return {}
        return {
            "commits": commits,
            "messages_per_commit": (now["parley_messages_total"] - was["parley_messages_total"]) / commits,
            "commit_mean_us": 1e6 * (now["parley_commit_seconds_sum"] - was["parley_commit_seconds_sum"]) / commits,
            "commit_p50_us": quantile_us(was, now, "parley_commit_seconds", 0.5),
            "commit_p99_us": quantile_us(was, now, "parley_commit_seconds", 0.99),
            "writes_per_delivery": (now["parley_writes_total"] - was["parley_writes_total"]) / deliveries,
            "busiest_us_per_delivery": threads[0] / deliveries,
            "threads_us_per_delivery": [round(us / deliveries, 4) for us in threads[:4]],
        }
