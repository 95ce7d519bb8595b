#!/usr/bin/env python3
"""bench.py: the same work for Parley and for what one would take instead, one after the other.

    tests/bench/bench.py [--quick] [--runs N] [--seconds S] [--only a,b] [--servers floor,parley] [--before PARLEY] [--out FILE]
    tests/bench/bench.py --add --only growth --out build/bench.json      further runs to those that are in the file
    tests/bench/bench.py --minutes 7 --runs 3 --seconds 2                no run is begun after that time: what it has until then counts
    tests/bench/bench.py --report --out build/bench.json                 only the page: docs/performance.md and its plots

Server and load generator have a core each (taskset), so the server's core is what is measured. All servers of a workload
are run one after the other, that is one run; the figures of several runs are given as medians, and the ratios are medians
of the ratios within a run, which a noisy machine spoils least. What is made of the figures stands in report.py.

SPDX-License-Identifier: MIT
"""
import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import metrics
import report

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = Path(os.environ.get("PARLEY_BUILD", ROOT / "build")).resolve()
SERVER_CORE, LOAD_CORE = "0", "1"

# ---- What is measured ----------------------------------------------------------------------------------------------

def workload(what, figure, servers=None, **options):
    """What it is; the figure that counts; whom it is for (None: everybody); options of the load generator."""
    return dict(what=what, figure=figure, servers=servers, options=options)


def rooms_of_ten(rooms):
    return dict(rooms=rooms, members=10, writers=10)


WORKLOADS = {
    "a": workload("one room, 1,000 readers, 100-byte messages", "deliveries_per_s", rooms=1, members=1000, writers=16, window=4),
    "b": workload("200 rooms of 10, everybody writes", "deliveries_per_s", **rooms_of_ten(200), window=1),
    "c": workload("40,000 deliveries/s in 200 rooms of 10", "latency_p99_us", **rooms_of_ten(200), rate=4000),
    "d": workload("10,000 idle sessions", "bytes_per_session", rooms=1000, members=10, seconds=19, probe=True),
    "e": workload("10,000 connect, with token, to `ready`", "connects_per_s", rooms=1000, members=10, seconds=0, storm=1000),
    "back": workload("10,000 come back at once, each to five messages that it missed", "return_s", ["parley"], rooms=1000, members=11, seconds=0,
                     storm=10000, missed=5),
    "f1": workload("durable messages/s, one room of 4", "acked_per_s", ["parley"], rooms=1, members=4, writers=4, window=256),
    "f200": workload("durable messages/s, 200 rooms of 1", "acked_per_s", ["parley"], rooms=200, members=1, writers=1, window=4),
    "two": workload("200 rooms of 10 at 40,000 deliveries/s, two workers", "busiest_us_per_delivery", ["parley", "parley-2"], **rooms_of_ten(200), rate=4000),
}

# The same with more of everything: cost per delivery and per session has to stay.
for times in (1, 2, 4, 8):
    few = ["floor", "parley"]
    WORKLOADS |= {
        f"a@{times}": workload(f"one room of {1000 * times}", "cpu_us_per_delivery", few, rooms=1, members=1000 * times, writers=16, window=4),
        f"b@{times}": workload(f"{200 * times} rooms of 10", "cpu_us_per_delivery", few, **rooms_of_ten(200 * times), window=1),
        f"c@{times}": workload(f"40,000 deliveries/s in {200 * times} rooms of 10", "cpu_us_per_delivery", few, **rooms_of_ten(200 * times), rate=4000),
        f"d@{times}": workload(f"{2370 * times} idle sessions", "bytes_per_session", few, rooms=237 * times, members=10, seconds=19, probe=True),
    }

# The same at more and more messages a second: where latency begins to rise.
for deliveries in (10_000, 20_000, 40_000, 80_000, 120_000):
    WORKLOADS[f"load@{deliveries}"] = workload(f"{deliveries} deliveries/s in 200 rooms of 10", "latency_p99_us", ["floor", "parley", "socket.io", "ws"],
                                               **rooms_of_ten(200), rate=deliveries // 10)

GROUPS = {
    "main": ["a", "b", "c", "d", "e", "back", "f1", "f200", "two"],
    "growth": [f"{base}@{times}" for base in "abcd" for times in (1, 2, 4, 8)],
    "load": [name for name in WORKLOADS if name.startswith("load@")],
}


# ---- The servers ---------------------------------------------------------------------------------------------------

class Server:
    """A server process on a free port, pinned to its core."""

    def __init__(self, name, dialect, command, prepare=None, cores=SERVER_CORE):
        self.name, self.dialect, self.command, self.prepare, self.cores = name, dialect, command, prepare, cores

    def start(self, options):
        self.folder = Path(tempfile.mkdtemp(prefix="parley-bench-"))
        self.port = free_port()
        if self.prepare:
            self.prepare(self, options)
        log = open(self.folder / "log", "w", encoding="utf-8")
        command = [str(part) for part in self.command(self)]
        self.process = subprocess.Popen(["taskset", "-c", self.cores, *command], stdout=log, stderr=log, cwd=self.folder)
        wait_for_port(self)

    def pids(self):
        """The process and its children (nginx has workers)."""
        found = [self.process.pid]
        for pid in found:
            try:
                for task in Path(f"/proc/{pid}/task").iterdir():
                    found += [int(child) for child in (task / "children").read_text().split()]
            except FileNotFoundError:
                pass
        return found

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(server):
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", server.port)) == 0:
                return
        if server.process.poll() is not None:
            break
        time.sleep(0.02)
    sys.exit(f"{server.name} does not serve:\n{(server.folder / 'log').read_text()}")


def people(server, options):
    subprocess.run([BUILD / "tests/bench/make_people", server.folder / "data", str(options["rooms"]), str(options["members"])], check=True)


def nginx_files(server, _options):
    text = (HERE / "servers/nchan.conf").read_text(encoding="utf-8")
    (server.folder / "nginx.conf").write_text(text.replace("PORT", str(server.port)).replace("FOLDER", str(server.folder)), encoding="utf-8")


def node(name):
    return lambda s: ["node", HERE / "servers" / name, s.port]


def flask(mode):
    return lambda s: ["/usr/bin/python3", HERE / "servers/flask_sio.py", s.port, mode]


def parley(workers, program=BUILD / "parley"):
    return lambda s: [program, "--port", s.port, "--host", "127.0.0.1", "--data", s.folder / "data", "--rate-scale", 0,
                      "--workers", workers, "--log-level", "warn"]


SERVERS = [
    Server("floor", "floor", lambda s: [BUILD / "tests/bench/floor", s.port]),
    Server("parley", "parley", parley(1), prepare=people),
    Server("parley-2", "parley", parley(2), prepare=people, cores=f"{SERVER_CORE},{LOAD_CORE}"),
    Server("nchan", "nchan", lambda s: ["nginx", "-c", s.folder / "nginx.conf", "-p", s.folder], prepare=nginx_files),
    Server("ws", "ws", node("ws.mjs")),
    Server("socket.io", "sio", node("sio.mjs")),
    Server("flask-eventlet", "sio", flask("eventlet")),
    Server("flask-gevent", "sio", flask("gevent")),
]


# ---- Running -------------------------------------------------------------------------------------------------------

def load_options(options):
    for name, value in options.items():
        if value is True:
            yield f"--{name}"
        else:
            yield from (f"--{name}", str(value))


def run_once(server, options):
    server.start(options)
    try:
        time.sleep(0.3)
        command = ["taskset", "-c", LOAD_CORE, BUILD / "tests/bench/load", "--dialect", server.dialect, "--port", server.port,
                   "--pids", ",".join(map(str, server.pids())), *load_options(options)]
        watch = metrics.Watch(server.port, server.process.pid) if server.dialect == "parley" else None
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=300, check=False)
        if not done.stdout:
            raise RuntimeError(done.stderr)
        figures = json.loads(done.stdout)
        if done.returncode != 0:
            figures["complaint"] = done.stderr.strip() or "messages were lost or came twice"
        return flat(figures) | (watch.figures() if watch else {})
    finally:
        server.stop()


def flat(figures):
    out = {}
    for name, value in figures.items():
        if isinstance(value, dict):
            stem = name.removesuffix("_us")
            out.update({f"{stem}_{key}_us": part for key, part in value.items()})
        else:
            out[name] = value
    return out


def is_for(work, server, args):
    return server.name in (work["servers"] or [s.name for s in SERVERS if s.name != "parley-2"]) + args.extra and server.name in args.servers


def tell(name, run, server, figure, figures):
    print(f"{run} {name:8} {server.name:16} {figure} {figures.get(figure, 0):>12,.2f}  cpu/delivery {figures['cpu_us_per_delivery']:.2f} us"
          f"  p50 {figures['latency_p50_us'] / 1000:.2f} p99 {figures['latency_p99_us'] / 1000:.2f} ms  ack p50 {figures['ack_p50_us'] / 1000:.2f} ms"
          f"  server {figures['server_cpu']:.2f} load {figures['load_cpu']:.2f}"
          f"  lost {figures['lost']} doubled {figures['doubled']} refused {figures['refused']} gone {figures['gone']}"
          f"  bytes {figures['bytes_per_delivery']:.0f} {figures.get('complaint', '')}", flush=True)


def run_all(args, results, keep):
    """Adds to the results, and keeps them after each: a run that is broken off is not lost."""
    first = 1 + max([r["run"] for r in results], default=-1)
    end = time.monotonic() + 60 * args.minutes if args.minutes else float("inf")
    for run in range(first, first + args.runs):
        for name in args.only:
            work = WORKLOADS[name]
            options = {"seconds": args.seconds} | work["options"]
            for server in SERVERS:
                if not is_for(work, server, args):
                    continue
                if time.monotonic() > end:
                    print(f"{run} {name:8} {server.name:16} left out: the time is over", flush=True)
                    continue
                try:
                    figures = run_once(server, options)
                except (RuntimeError, subprocess.TimeoutExpired) as error:
                    print(f"{run} {name:8} {server.name:16} failed: {str(error)[:200]}", flush=True)
                    continue
                results.append(dict(run=run, workload=name, server=server.name, at=time.strftime("%H:%M", time.gmtime()),
                                    machine_load=os.getloadavg()[0], **figures))
                tell(name, run, server, work["figure"], figures)
                keep(results)
    return results


# ---- The command ---------------------------------------------------------------------------------------------------

def names_of(text):
    return [name for word in text.split(",") for name in GROUPS.get(word, [word])]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", default=os.environ.get("BENCH_QUICK", "") not in ("", "0"))
    parser.add_argument("--runs", type=int, help="3, or 1 with --quick")
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--minutes", type=float, help="begin no run after so long")
    parser.add_argument("--only", type=names_of, default=GROUPS["main"], help=f"workloads, or {', '.join(GROUPS)}")
    parser.add_argument("--servers", type=lambda text: text.split(","), default=[s.name for s in SERVERS])
    parser.add_argument("--before", type=Path, help="another build/parley, to be compared with")
    parser.add_argument("--add", action="store_true", help="to the runs that are in the file already")
    parser.add_argument("--report", action="store_true", help="run nothing; write docs/performance.md from the file")
    parser.add_argument("--out", type=Path, default=BUILD / "bench.json")
    args = parser.parse_args()
    args.extra = []
    if args.before:
        SERVERS.append(Server("before", "parley", parley(1, args.before.resolve()), prepare=people))
        args.servers.append("before")
        args.extra.append("before")
    args.runs = args.runs or (1 if args.quick else 3)
    args.seconds = args.seconds or (3 if args.quick else 10)
    return args


def main():
    args = arguments()
    results = json.loads(args.out.read_text(encoding="utf-8")) if (args.add or args.report) and args.out.exists() else []
    if not args.report:
        targets = [f"tests/bench/{name}" for name in ("load", "floor", "make_people")]
        subprocess.run(["ninja", "-C", BUILD, "--quiet", "parley", *targets], check=True)
        run_all(args, results, lambda rows: args.out.write_text(json.dumps(rows, indent=1), encoding="utf-8"))
        print(report.tables(results, WORKLOADS, [s.name for s in SERVERS]))
    else:
        report.write_page(ROOT, results, WORKLOADS, [s.name for s in SERVERS])


if __name__ == "__main__":
    main()
