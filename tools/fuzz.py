#!/usr/bin/env python3
"""fuzz.py: run the fuzz targets of tests/fuzz.

    fuzz.py [--build DIR] [--seconds N] [TARGET...]     replay what is kept, then look for more, N seconds each
    fuzz.py --minimise [TARGET...]                      put what earlier runs found into tests/fuzz/corpus, the least that
                                                        reaches as much

TARGET is a name without its `fuzz_`. Two run at a time. Prints TAP: for each target that it survives its corpus and its
regressions, and that it survives N seconds of new inputs; first, that the planted bug of fuzz_control is found. Inputs that reach
something new are kept in DIR/found; one that breaks a target in DIR/findings. What is printed of a target that failed begins with what the
sanitizer or the target itself complained of, and with the input in base64: a log that is cut short must still tell them.
FUZZ_SEED=N chooses the inputs, so that the same change meets the same ones (`make test`); without it they are others each time.

SPDX-License-Identifier: MIT
"""
import argparse
import base64
import json
import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FUZZ = ROOT / "tests/fuzz"
AT_ONCE = 2
CORPUS_FILES_MAX = 150   # of one target, after minimising

# A unit may take that long: the machine of a test is busy, and a hang is a hang.
LIMITS = ["-timeout=30", "-rss_limit_mb=1024", "-max_len=4096", "-print_final_stats=1"]


def targets_of(build):
    names = sorted(path.stem.removeprefix("fuzz_") for path in FUZZ.glob("fuzz_*.c"))
    return {name: build / "tests/fuzz" / f"fuzz_{name}" for name in names}


def environment():
    return {**os.environ, "ASAN_OPTIONS": "detect_leaks=1:allow_addr2line=1:allocator_may_return_null=0",
            "UBSAN_OPTIONS": "halt_on_error=1:print_stacktrace=1"}


def run(program, arguments, timeout_s):
    """(whether it ended well, all it said)"""
    try:
        done = subprocess.run([str(program), *map(str, arguments)], env=environment(), stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout_s, check=False)
    except subprocess.TimeoutExpired as late:
        return False, (late.stdout or b"").decode(errors="replace") + f"\nran longer than {timeout_s} s\n"
    return done.returncode == 0, done.stdout.decode(errors="replace")


# ---- What the protocol's own files give: seeds and words for proto_decode ------------------------------------------------

def examples(folder):
    """The examples of protocol/examples as inputs: a name, a space, JSON."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in (ROOT / "protocol/examples").glob("*.json"):
        name = path.stem.split(".", 1)[1].replace("-", ":", 1)
        for part, value in json.loads(path.read_text()).items():
            if isinstance(value, dict):
                text = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
                (folder / f"{path.stem}.{part}").write_text(f"{name} {text}")


def protocol_words(path):
    """Names of commands, fields and values, as libFuzzer's dictionary."""
    text = "".join(file.read_text() for file in sorted((ROOT / "protocol").glob("*.json")))
    words = set(re.findall(r'"([a-z][a-z_:]{1,24})\??"', text))
    path.write_text("".join(f'"\\"{word}\\""\n"{word}"\n' for word in sorted(words)))


def folders_of(name, build):
    """(where new inputs go, what is kept)"""
    found = build / "found" / name
    found.mkdir(parents=True, exist_ok=True)
    kept = [folder for folder in (FUZZ / "corpus" / name, FUZZ / "regressions" / name) if folder.is_dir()]
    if name == "proto_decode":
        examples(build / "examples")
        kept.append(build / "examples")
    return found, kept


def findings_of(name, build):
    (build / "findings").mkdir(parents=True, exist_ok=True)
    return f"-artifact_prefix={build}/findings/{name}-"


def dictionary_of(name, build):
    path = FUZZ / "dictionaries" / f"{name}.dict"
    if name == "proto_decode":
        path = build / "protocol.dict"
        protocol_words(path)
    return [f"-dict={path}"] if path.exists() else []


# ---- What is shown of a failure --------------------------------------------------------------------------------------------

# How libFuzzer gets on, what it was given and what it learned; the input's bytes, which are shown in base64.
PROGRESS = re.compile(r"#\d+\s|INFO: |stat::|Dictionary: |(###### (Recommended|End of recommended) dictionary|\".*\" # Uses: )|0x[0-9a-f]{1,2},|Base64: ")
COMPLAINT = re.compile(r"assertion failed|runtime error:|ERROR: |SUMMARY: |ran longer than")
SHOWN_LINES_MAX = 120


def broken_input(output):
    """Where the target left the input that breaks it, or None."""
    written = re.search(r"Test unit written to (\S+)", output)
    path = Path(written.group(1)) if written else None
    return path if path and path.exists() else None


def shown(program, output):
    """The lines of a failure that say something, what is most needed first."""
    lines = [line for line in output.splitlines() if line and not PROGRESS.match(line)]
    complaints = [line for line in lines if COMPLAINT.search(line)]
    path = broken_input(output)
    again = [f"the input, in base64: {base64.b64encode(path.read_bytes()).decode()}", f"to run it again: {program} {path}"] if path else []
    return [*complaints, *again, *lines][:SHOWN_LINES_MAX]


# ---- Running -------------------------------------------------------------------------------------------------------------

def told(output, word):
    values = re.findall(rf"{word}:\s*(\d+)", output)
    return int(values[-1]) if values else 0


def replay(name, program, build):
    _, kept = folders_of(name, build)
    count = sum(1 for folder in kept for _ in folder.iterdir())
    good, output = run(program, [*LIMITS, "-runs=0", findings_of(name, build), *kept], 120) if kept else (False, "no corpus\n")
    return good, f"{name} survives the {count} inputs that are kept", shown(program, output)


def search(name, program, build, seconds):
    found, kept = folders_of(name, build)
    good, output = run(program, [*LIMITS, *dictionary_of(name, build), f"-max_total_time={seconds}", f"-seed={os.environ.get('FUZZ_SEED', '0')}",
                                 findings_of(name, build), found, *kept],
                       seconds + 120)
    runs, reached = told(output, "stat::number_of_executed_units"), told(output, "cov")
    return good and runs > 0, f"{name} survives {seconds} s of new inputs ({runs} of them, {reached} edges)", shown(program, output)


def control(program, build):
    """The planted bug is found, by a sanitizer's report and not by chance of an exit code."""
    found, _ = folders_of("control", build)
    _, output = run(program, [*LIMITS, "-max_total_time=120", f"-artifact_prefix={build}/", found], 240)
    return "heap-buffer-overflow" in output, "the planted bug of fuzz_control is found", shown(program, output)


def tests_of(names, targets, build, seconds):
    """The calls, each of which gives (good, title, lines to show when it is not)."""
    if "control" in targets:
        yield lambda: control(targets["control"], build)
    for name in names:
        yield lambda name=name: replay(name, targets[name], build)
    for name in names:
        yield lambda name=name: search(name, targets[name], build, seconds)


def test(names, targets, build, seconds):
    number, failed = 0, 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for done in [pool.submit(call) for call in tests_of(names, targets, build, seconds)]:
            good, title, lines = done.result()
            number, failed = number + 1, failed + (not good)
            print(f"{'ok' if good else 'not ok'} {number} - {title}", flush=True)
            if not good:
                print("".join(f"# {line}\n" for line in lines), flush=True)
    print(f"1..{number}")
    return failed == 0


# ---- Minimising ------------------------------------------------------------------------------------------------------------

def minimise(name, program, build):
    """Hand-made seeds (they have names) stay; of what was found, the least that adds to them, small ones first."""
    found, kept = folders_of(name, build)
    added = build / "added"
    shutil.rmtree(added, ignore_errors=True)
    added.mkdir()
    corpus = FUZZ / "corpus" / name
    for path in corpus.iterdir():
        if re.fullmatch(r"[0-9a-f]{40}", path.name):
            shutil.move(path, found / path.name)
    for folder in kept:
        shutil.copytree(folder, added, dirs_exist_ok=True)
    # By edges alone: counting how often each is taken keeps ten times as many files.
    good, output = run(program, [*LIMITS, "-use_counters=0", "-merge=1", added, found], 600)
    new = sorted((path for path in added.iterdir() if re.fullmatch(r"[0-9a-f]{40}", path.name)),
                 key=lambda path: path.stat().st_size)
    for path in new[:CORPUS_FILES_MAX]:
        shutil.copy(path, corpus / path.name)
    print(f"{name}: {len(new[:CORPUS_FILES_MAX])} of {len(new)} added" if good else output)
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("targets", nargs="*", help="without their fuzz_; all when none is named")
    parser.add_argument("--build", default="build-fuzz")
    parser.add_argument("--seconds", type=int, default=int(os.environ.get("FUZZ_SECONDS", "60")))
    parser.add_argument("--minimise", action="store_true")
    arguments = parser.parse_args()
    build = (ROOT / arguments.build).resolve()
    targets = targets_of(build)
    names = arguments.targets or [name for name in targets if name != "control"]
    missing = [name for name in names if name not in targets or not targets[name].exists()]
    if missing:
        sys.exit(f"fuzz.py: not built: {' '.join(missing)}; run make build-fuzz")
    if arguments.minimise:
        return 0 if all([minimise(name, targets[name], build) for name in names]) else 1
    return 0 if test(names, targets, build, arguments.seconds) else 1


if __name__ == "__main__":
    sys.exit(main())
