#!/usr/bin/env python3
"""bench.py: the same work for Parley and for what one would take instead, one after the other.

    tests/bench/bench.py [--quick] [--runs N] [--seconds S] [--only a,b] [--servers floor,parley] [--before PARLEY] [--out FILE]

Server and load generator have a core each (taskset), so the server's core is what is measured. All servers of a workload
are run one after the other, that is one run; the figures of several runs are given as medians, and the ratios are medians
of the ratios within a run, which a noisy machine spoils least.

SPDX-License-Identifier: MIT
"""
import argparse
import json
import os
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = Path(os.environ.get("PARLEY_BUILD", ROOT / "build")).resolve()
SERVER_CORE, LOAD_CORE = "0", "1"

# ---- What is measured ----------------------------------------------------------------------------------------------

# name: (what it is, options of the load generator, the figure that counts)
WORKLOADS = {
    "a": ("one room, 1,000 readers, 100-byte messages", dict(rooms=1, members=1000, writers=16, window=4), "deliveries_per_s"),
    "b": ("200 rooms of 10, everybody writes", dict(rooms=200, members=10, writers=10, window=1), "deliveries_per_s"),
    "c": ("40,000 deliveries/s in 200 rooms of 10", dict(rooms=200, members=10, writers=10, rate=4000), "latency_p99_us"),
    "d": ("10,000 idle sessions", dict(rooms=1000, members=10, seconds=14, probe=True), "bytes_per_session"),
    "e": ("10,000 connect, with token, to `ready`", dict(rooms=1000, members=10, seconds=0, storm=1000), "connects_per_s"),
    "f1": ("durable messages/s, one room of 4", dict(rooms=1, members=4, writers=4, window=256), "acked_per_s"),
    "f200": ("durable messages/s, 200 rooms of 1", dict(rooms=200, members=1, writers=1, window=4), "acked_per_s"),
}
FEWER_IS_BETTER = {"latency_p99_us", "bytes_per_session"}
DURABLE = {"f1", "f200"}  # only servers that keep what they are told


# ---- The servers ---------------------------------------------------------------------------------------------------

class Server:
    """A server process on a free port, pinned to its core."""

    dialect = None
    durable = False

    def __init__(self, name, dialect, command, prepare=None, durable=False):
        self.name, self.dialect, self.command, self.prepare, self.durable = name, dialect, command, prepare, durable

    def start(self, options):
        self.folder = Path(tempfile.mkdtemp(prefix="parley-bench-"))
        self.port = free_port()
        if self.prepare:
            self.prepare(self, options)
        log = open(self.folder / "log", "w", encoding="utf-8")
        command = [str(part) for part in self.command(self)]
        self.process = subprocess.Popen(["taskset", "-c", SERVER_CORE, *command], stdout=log, stderr=log, cwd=self.folder)
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
    Server("parley", "parley", parley(1), prepare=people, durable=True),
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
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=300, check=False)
        if not done.stdout:
            raise RuntimeError(done.stderr)
        figures = json.loads(done.stdout)
        if done.returncode != 0:
            figures["complaint"] = done.stderr.strip() or "messages were lost or came twice"
        return flat(figures)
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


def run_all(args):
    results = []
    for run in range(args.runs):
        for name in args.only:
            what, options, figure = WORKLOADS[name]
            options = dict(options)
            options.setdefault("seconds", args.seconds)
            for server in SERVERS:
                if server.name not in args.servers or (name in DURABLE and not server.durable):
                    continue
                figures = run_once(server, options)
                results.append(dict(run=run, workload=name, server=server.name, **figures))
                print(f"{run} {name:5} {server.name:16} {figure} {figures[figure]:>12,.1f}  cpu/delivery {figures['cpu_us_per_delivery']:.2f} us"
                      f"  p50 {figures['latency_p50_us'] / 1000:.2f} p99 {figures['latency_p99_us'] / 1000:.2f} ms  ack p50 {figures['ack_p50_us'] / 1000:.2f} ms  server {figures['server_cpu']:.2f} load {figures['load_cpu']:.2f}"
                      f"  lost {figures['lost']} doubled {figures['doubled']} refused {figures['refused']} gone {figures['gone']}"
                      f"  bytes {figures['bytes_per_delivery']:.0f} {figures.get('complaint', '')}", flush=True)
    return results


# ---- What comes out ------------------------------------------------------------------------------------------------

def median_of(results, workload, server, figure):
    values = [r[figure] for r in results if r["workload"] == workload and r["server"] == server]
    return statistics.median(values) if values else None


def ratio_to(results, workload, server, base, figure):
    """The median of the ratios within each run."""
    ratios = []
    for run in {r["run"] for r in results}:
        pair = [next((r[figure] for r in results if (r["run"], r["workload"], r["server"]) == (run, workload, name)), None) for name in (server, base)]
        if all(pair):
            ratios.append(pair[0] / pair[1])
    return statistics.median(ratios) if ratios else None


def markdown(results, args):
    servers = [s.name for s in SERVERS if s.name in args.servers]
    lines = ["| workload | figure | " + " | ".join(servers) + " |", "| --- | --- |" + " ---: |" * len(servers)]
    for name in args.only:
        what, _, figure = WORKLOADS[name]
        cells = []
        for server in servers:
            value = median_of(results, name, server, figure)
            ratio = ratio_to(results, name, server, "floor", figure)
            cells.append("" if value is None else f"{value:,.0f}" + (f" ({ratio:.2f})" if ratio and server != "floor" else ""))
        lines.append(f"| ({name}) {what} | {figure} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def markdown_cpu(results, args):
    """CPU of the server, which a busy machine spoils less than anything by the clock."""
    servers = [s.name for s in SERVERS if s.name in args.servers]
    lines = ["| workload | server CPU, microseconds | " + " | ".join(servers) + " |", "| --- | --- |" + " ---: |" * len(servers)]
    for name in args.only:
        what, _, figure = WORKLOADS[name]
        per = {"connects_per_s": "connect_cpu_us", "bytes_per_session": None}.get(figure, "cpu_us_per_delivery")
        if per is None:
            continue
        values = [median_of(results, name, server, per) for server in servers]
        cells = ["" if value is None else f"{value:,.2f}" for value in values]
        lines.append(f"| ({name}) {what} | {per} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quick", action="store_true", default=os.environ.get("BENCH_QUICK", "") not in ("", "0"))
    parser.add_argument("--runs", type=int, help="3, or 1 with --quick")
    parser.add_argument("--seconds", type=float)
    parser.add_argument("--only", type=lambda text: text.split(","), default=list(WORKLOADS))
    parser.add_argument("--servers", type=lambda text: text.split(","), default=[s.name for s in SERVERS])
    parser.add_argument("--before", type=Path, help="another build/parley, to be compared with")
    parser.add_argument("--out", type=Path)
    args = parser.parse_args()
    if args.before:
        SERVERS.append(Server("before", "parley", parley(1, args.before.resolve()), prepare=people, durable=True))
        args.servers.append("before")
    args.runs = args.runs or (1 if args.quick else 3)
    args.seconds = args.seconds or (3 if args.quick else 10)
    return args


def main():
    args = arguments()
    targets = [f"tests/bench/{name}" for name in ("load", "floor", "make_people")]
    subprocess.run(["ninja", "-C", BUILD, "--quiet", "parley", *targets], check=True)
    results = run_all(args)
    table = markdown(results, args) + "\n" + markdown_cpu(results, args)
    print(table)
    if args.out:
        args.out.write_text(table, encoding="utf-8")
        args.out.with_suffix(".json").write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
