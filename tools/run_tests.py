#!/usr/bin/env python3
"""run_tests.py: run the suites and count them all in one line.

    run_tests.py GROUP|SUITE... [--build DIR]

Groups: check (quick), all, san (what runs on a build with sanitizers), soak (the same for long). Suites run one after the other, but
for those with a lane: each lane runs its own one after the other, side by side with the other lane. A soak of SOAK_MINUTES takes that and
about ten minutes more: a suite of the group finds its share of them in its environment. Each suite's output goes to
DIR/test-logs; what failed is printed. The last line is `N passed, N failed`. A suite that crashes, runs too long or runs no test counts as
failed. To add a suite, add a row to SUITES.

SPDX-License-Identifier: MIT
"""
import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NODE_TEST = ["node", "--test", "--test-reporter=spec", "--test-reporter-destination=stdout", "--test-reporter=tap",
             "--test-reporter-destination={report}"]

# Where the integration tests note what the server sent, for the suite `schema` after them.
SEEN = "test-logs/seen"


@dataclass
class Count:
    passed: int = 0
    failed: int = 0
    skipped: int = 0


@dataclass
class Suite:
    name: str
    groups: str        # who runs it, beside its own name
    timeout_s: int
    count: callable    # (run's output, path of its report) -> Count
    command: list      # {build}, {report} and {tests} are filled in
    folder: str = "."
    needs: str = ""    # a pattern of the files that are its tests; without any it is not there yet
    lane: str = ""     # beside which others it may run
    share: float = 1   # of SOAK_MINUTES
    on_disk: bool = False # its directories are on a disk, where syncing takes its time


# ---- Reading what each runner says ------------------------------------------------------------------------------

def count_tap(output, _):
    """One line a test, on stdout."""
    lines = re.findall(r"^\s*(not ok|ok)\b(.*)$", output, re.M)
    skipped = sum("# SKIP" in rest for _, rest in lines) # cmocka writes `not ok` before it
    passed = sum(word == "ok" and "# SKIP" not in rest for word, rest in lines)
    return Count(passed, len(lines) - passed - skipped, skipped)


def count_node(_, report):
    """The summary at the end of node:test's TAP, which knows of nested tests."""
    text = report.read_text() if report.exists() else ""
    told = {word: int(number) for word, number in re.findall(r"^# (pass|fail|cancelled|skipped|todo) (\d+)$", text, re.M)}
    return Count(told.get("pass", 0), told.get("fail", 0) + told.get("cancelled", 0),
                 told.get("skipped", 0) + told.get("todo", 0))


def count_unittest(output, _):
    ran = re.search(r"^Ran (\d+) tests? in", output, re.M)
    bad = sum(int(number) for number in re.findall(r"(?:failures|errors)=(\d+)", output))
    return Count(int(ran.group(1)) - bad, bad) if ran else Count()


def count_exit(output, _):
    """A program that is one check: its exit code says all (the caller counts a bad one)."""
    return Count(passed=1)


def count_meson(output, report):
    """The cmocka programs of meson's log, test by test; one that dies counts as one more failure."""
    total = Count()
    for line in report.read_text().splitlines() if report.exists() else []:
        program = json.loads(line)
        one = count_tap(program.get("stdout", ""), None)
        if program["result"] != "OK" and one.failed == 0 or one.passed + one.failed + one.skipped == 0:
            one.failed += 1
        if one.failed:
            print(f"--- {program['name']}: {program['result']}\n{program.get('stdout', '')}{program.get('stderr', '')}")
        total = Count(total.passed + one.passed, total.failed + one.failed, total.skipped + one.skipped)
    return total


# ---- The suites -------------------------------------------------------------------------------------------------

# A suite's time-out is for what hangs: some five times what it takes on two quiet cores.
SUITES = [
    Suite("tidy", "check all", 300, count_tap, ["tools/tidy.py", "--tap"]),
    Suite("options", "check all", 120, count_exit, ["tools/gen_options.py", "--check", "{build}/parley"]),
    Suite("threats", "check all", 120, count_exit, ["tools/threats.py", "--check"]),
    Suite("tools", "check all", 300, count_unittest, ["python3", "-m", "unittest", "discover", "-s", "tests/tools"]),
    Suite("unit", "check san all", 1800, count_meson, ["meson", "test", "-C", "{build}", "-t", "5", "--suite", "unit"]),
    Suite("sim", "all", 900, count_tap, ["{build}/tests/sim/parley-sim", "--kept", "tests/sim/seeds.txt", "--seeds", "200"]),
    Suite("sim-plants", "all", 300, count_tap, ["{build}/tests/sim/parley-sim", "--plants", "--seeds", "200"]),
    Suite("sim-san", "san", 900, count_tap, ["{build}/tests/sim/parley-sim", "--kept", "tests/sim/seeds.txt", "--seeds", "40"]),
    # Two targets at a time: about 100 s. One seed: what fails is then the change, not the day; `make fuzz` looks elsewhere.
    Suite("fuzz", "all", 1200, count_tap, ["env", "FUZZ_SEED=1", "tools/fuzz.py", "--seconds", "20"]),
    Suite("types", "check all", 600, count_exit, ["npm", "run", "--silent", "check"], folder="frontend", needs="package.json"),
    Suite("size", "check all", 300, count_exit, ["npm", "run", "--silent", "size"], folder="frontend", needs="package.json"),
    Suite("web", "check all", 600, count_tap, ["node_modules/.bin/vitest", "run", "--reporter=default", "--reporter=tap-flat"],
          folder="frontend", needs="package.json"),
    Suite("conformance", "san all", 900, count_node, NODE_TEST + ["{tests}"], folder="tests", needs="conformance/*.test.mjs"),
    Suite("handover", "san all", 900, count_node, ["env", "PARLEY_WORKERS=2", *NODE_TEST, "{tests}"], folder="tests",
          needs="conformance/*.test.mjs"),
    Suite("integration", "san all", 1800, count_node, NODE_TEST + ["{tests}"], folder="tests", needs="integration/*.test.mjs"),
    Suite("schema", "all", 120, count_tap, ["node", "support/seen.mjs"], folder="tests", needs="integration/*.test.mjs"),
    Suite("durability", "all", 1200, count_node, NODE_TEST + ["--test-concurrency=1", "{tests}"], folder="tests",
          needs="durability/*.test.mjs", on_disk=True),
    # Without a clock: 25 s, most of them in valgrind.
    Suite("cost", "all", 600, count_node, NODE_TEST + ["{tests}"], folder="tests", needs="cost/*.test.mjs"),
    Suite("e2e", "all", 1200, count_node, NODE_TEST + ["--test-concurrency=1", "{tests}"], folder="tests",
          needs="e2e/*.test.mjs"),
    # Each lane keeps one core busy. In the first there is nothing that looks at a clock; what measures how long others
    # wait runs alone.
    Suite("soak-bounds", "soak", 1800, count_node, ["env", "SOAK=1", *NODE_TEST, "{tests}"], folder="tests",
          needs="integration/bounds.test.mjs"),
    Suite("soak-power", "soak", 4 * 3600, count_meson,
          ["meson", "test", "-C", "{build}", "-t", "200", "journal_faults", "store_upgrade", "damage"], lane="no clock"),
    Suite("soak-sim", "soak", 4 * 3600, count_tap, ["{build}/tests/sim/parley-sim", "--kept", "tests/sim/seeds.txt", "--soak"],
          lane="no clock"),
    Suite("soak-kill", "soak", 4 * 3600, count_node, NODE_TEST + ["--test-concurrency=1", "{tests}"], folder="tests",
          needs="durability/*.test.mjs", lane="servers", on_disk=True),
    Suite("soak-churn", "soak", 4 * 3600, count_node, NODE_TEST + ["{tests}"], folder="tests",
          needs="integration/churn.test.mjs", lane="servers", share=1 / 3),
    Suite("soak-chaos", "soak", 4 * 3600, count_node, NODE_TEST + ["{tests}"], folder="tests",
          needs="integration/chaos.test.mjs", lane="servers", share=1 / 6),
]


def soak_minutes(suite):
    """The suite's share, for those of the soak; others take no notice of minutes."""
    given = os.environ.get("SOAK_MINUTES")
    return {"SOAK_MINUTES": f"{float(given or 30) * suite.share:.2f}"} if "soak" in suite.groups else {}


# Where syncing costs nothing. What a power cut leaves behind is tested on a file system of our own (tests/support/test_vfs.h), so
# a real one only costs time: a third of all that the suites take.
MEMORY = Path("/dev/shm")
MEMORY_BYTES_MIN = 4 << 30


def scratch_folder(suite):
    """Where the suite's temporary files go, or none: wherever the system has them."""
    if suite.on_disk or not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < MEMORY_BYTES_MIN:
        return None
    folder = tempfile.mkdtemp(prefix="parley-", dir=MEMORY)
    os.chmod(folder, 0o711)  # some servers leave root, and must get through
    return folder


def environment(suite, build, scratch=None):
    """What a suite finds in its environment; a sanitizer's finding ends the program that has it."""
    inherited = {name: value for name, value in os.environ.items() if name != "SOAK_MINUTES"}
    return {**inherited, **soak_minutes(suite), "PARLEY_BUILD": str(build), "PARLEY_SEEN": str(build / SEEN), "CMOCKA_MESSAGE_OUTPUT": "TAP", "NO_COLOR": "1",
            **({"TMPDIR": scratch} if scratch else {}),
            "ASAN_OPTIONS": "abort_on_error=1:detect_leaks=1", "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1",
            "TSAN_OPTIONS": "halt_on_error=1:second_deadlock_stack=1"}


def expand(suite, build, report, tests):
    for word in suite.command:
        if word == "{tests}":
            yield from tests
        else:
            yield word.format(build=build, report=report)


def run_bounded(command, folder, variables, timeout_s, log):
    """The exit code, or a word for why there is none. The whole process group goes with it."""
    with log.open("w") as out:
        child = subprocess.Popen(command, cwd=folder, env=variables, stdout=out, stderr=subprocess.STDOUT,
                                 stdin=subprocess.DEVNULL, start_new_session=True)
        try:
            return child.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return f"ran longer than {timeout_s} s"
        finally:
            try:
                os.killpg(child.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            child.wait()


def run_suite(suite, build):
    """(count, seconds, why it failed as a whole or None); None when the suite is not there yet."""
    folder = ROOT / suite.folder
    tests = sorted(str(path.relative_to(folder)) for path in folder.glob(suite.needs)) if suite.needs else []
    if suite.needs and not tests:
        return None
    logs = build / "test-logs"
    logs.mkdir(parents=True, exist_ok=True)
    log, report = logs / f"{suite.name}.log", logs / f"{suite.name}.report"
    if suite.count is count_meson:
        report = build / "meson-logs/testlog.json"
    report.unlink(missing_ok=True)
    began = time.monotonic()
    scratch = scratch_folder(suite)
    ended = run_bounded(list(expand(suite, build, report, tests)), folder, environment(suite, build, scratch), suite.timeout_s, log)
    if scratch:
        shutil.rmtree(scratch, ignore_errors=True)
    count = suite.count(log.read_text(errors="replace"), report)
    why = None
    if ended != 0 and count.failed == 0:
        why = ended if isinstance(ended, str) else f"ended with code {ended}"
        count.failed += 1
        count.passed -= suite.count is count_exit
    elif count.passed + count.failed == 0:
        why = "ran no test"
        count.failed += 1
    if count.failed and suite.count is not count_meson:
        print(f"--- {suite.name}: {why or 'failures'} ({log})\n{tail_of(log)}")
    return count, time.monotonic() - began, why


def tail_of(log):
    """The end of a log; node's spec reporter gathers the failures there."""
    lines = log.read_text(errors="replace").splitlines()
    marked = [number for number, line in enumerate(lines) if "failing tests:" in line]
    return "\n".join(lines[marked[-1] if marked else -150:][:400])


def run_one_by_one(suites, build):
    """[(suite, what run_suite says)] of those that are there, in their order."""
    done = []
    for suite in suites:
        sys.stdout.flush()
        one = run_suite(suite, build)
        if one is not None:
            done.append((suite, one))
    return done


def run_lanes(suites, build):
    """The same; the lanes run side by side, behind those without one."""
    done = {"": run_one_by_one([suite for suite in suites if not suite.lane], build)}

    def run(lane):
        done[lane] = run_one_by_one([suite for suite in suites if suite.lane == lane], build)

    threads = [threading.Thread(target=run, args=(lane,)) for lane in {suite.lane: None for suite in suites} if lane]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if len(done) < len(threads) + 1:
        sys.exit("a lane has broken off")
    return [one for lane in done.values() for one in lane]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", nargs="+", help="check, san, all, soak, or names of suites")
    parser.add_argument("--build", default="build", help="the build folder whose programs are tested")
    arguments = parser.parse_args()
    build = (ROOT / arguments.build).resolve()
    shutil.rmtree(build / SEEN, ignore_errors=True)
    wanted = [suite for suite in SUITES if {suite.name, *suite.groups.split()} & set(arguments.what)]
    total, rows = Count(), []
    for suite, (count, seconds, why) in run_lanes(wanted, build):
        total = Count(total.passed + count.passed, total.failed + count.failed, total.skipped + count.skipped)
        rows.append(f"{suite.name:12} {count.passed:6} {count.failed:6} {count.skipped:7} {seconds:7.1f}  {why or ''}")
    print("suite        passed failed skipped seconds")
    print("\n".join(rows))
    print(f"{total.passed} passed, {total.failed} failed")
    return 0 if total.failed == 0 and total.passed > 0 else 1


if __name__ == "__main__":
    sys.exit(main())
