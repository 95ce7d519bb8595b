#!/usr/bin/env python3
"""threats.py: which test shows which row of the threat table, and whether one is missing.

    threats.py [--check] [--root ROOT]

Writes docs/threats.md from ROWS and from the tests: a test shows a row when its title (in C: a comment above it) says
`threat 12: ...` or `threat 12, 13: ...`. With --check nothing is written: it exits with 1 and names what is stale, the rows without
a test, and tests of rows that do not exist.

SPDX-License-Identifier: MIT
"""
import argparse
import re
import sys
from pathlib import Path

# row: (what is tried, what is expected, why there is no test yet)
ROWS = {
    1: ("WebSocket: reserved bits and opcodes", "1002"),
    2: ("unmasked client frame", "1002"),
    3: ("announced length of 2^63, 2^40, one more than the limit", "1002 or 1009 from the header, nothing allocated"),
    4: ("a longer form of a length than needed", "1002"),
    5: ("countless tiny or empty fragments", "bounded by bytes, and by 100,000 frames of one message"),
    6: ("invalid UTF-8, also split, also in an unfinished frame", "1007 at once"),
    7: ("pings that are too long, in fragments, a flood of them", "1002; few pongs, the newest among them"),
    8: ("bad close codes, data behind a close, two closes", "1002; ignored; TCP ends within two seconds"),
    9: ("half close, reset or cut in each state of the parser", "the descriptor comes back"),
    10: ("upgrade without key, of version 8, by POST, with doubled headers", "400, 426 or 405"),
    11: ("compression bombs", "compression is never agreed on"),
    12: ("Engine.IO: unknown or closed sid, two polls, two upgrades", "400 with the code; the second poll ends the session"),
    13: ("Engine.IO: bodies that are too large, separators, rubbish", "413 or 400, the session ends"),
    14: ("Engine.IO: other versions and transports", "400 with code 5 or 0"),
    15: ("Socket.IO: 10^9 attachments, placeholder -1, missing bytes", "parse error, nothing allocated by an announced number"),
    16: ("event names of the language, 100 KB long; ids of 300 digits", "unknown command, or parse error"),
    17: ("events before CONNECT; 1,000 namespaces", "closed; refused one by one"),
    18: ("JSON: deep, endless numbers, surrogates, doubled keys, NUL", "refused, no recursion on input"),
    19: ("HTTP: ambiguous lengths", "400 and close, nothing behind is heard"),
    20: ("HTTP: disguised codings, chunk sizes, bare LF and CR, NUL", "400 and close, nothing behind is heard"),
    21: ("two Hosts; a Host that is not ours", "400; 421 when there is a public URL"),
    22: ("a target of 100 KB, 10,000 headers, a value of 256 KB", "414 or 431"),
    23: ("silence and trickling in every state", "closed within its deadline"),
    24: ("10,000 requests whose answers nobody reads", "reading stops, memory stays"),
    25: ("a flood of connections", "503 and close beyond the bound by address, and of strangers"),
    26: ("no descriptors left", "the old are served, nothing spins, the new come in when there are some"),
    27: ("200 readers who do not read", "closed, others do not notice, they come back to every message once"),
    28: ("10,000 who come back at once", "all resumed within 30 s, others wait at most a second"),
    29: ("going on from 0, -1, 2^63, the future", "bounded, checked"),
    30: ("a flood of typing", "told five times, then once in three seconds; who goes on is shown out"),
    31: ("messages of 0 bytes, of white space, of 16,385 bytes", "`bad_request` or `too_large`"),
    32: ("a nonce twice, with another text", "the same message; `conflict`"),
    33: ("names: zero width, bidi, homoglyphs, towers", "refused, or the same name"),
    34: ("names: admin, system, empty, 10,000 characters", "refused"),
    35: ("HTML and links that act", "text is text, links only http, https, mailto"),
    36: ("texts that make a renderer slow", "linear"),
    37: ("SVG, HTML, PDF opened as a page", "a download, sandboxed"),
    38: ("files that are two things at once", "type by magic bytes"),
    39: ("image bombs", "no size, not shown; never decoded in the server"),
    40: ("file names that are paths", "names never reach the file system"),
    41: ("uploads: too large, lying, cut, many", "413, quota"),
    42: ("ranges: many, reversed, overflowing", "the whole file; of an attachment one range, or 416"),
    43: ("an encoded request body", "415"),
    44: ("path traversal", "404: a fixed table, no files"),
    45: ("SSRF by preview or webhook", "refused, address pinned", "nothing goes out yet"),
    46: ("webhook receivers that hang", "bounded", "no webhooks yet"),
    47: ("webhooks forged or replayed", "HMAC, window", "no webhooks yet"),
    48: ("WebSocket or polling from another page with the cookie", "403"),
    49: ("CSRF: forms, text, method override, forced log-in", "403 or 415"),
    50: ("CORS with credentials", "no headers without an allow-list"),
    51: ("clickjacking, opener attacks", "headers on every answer"),
    52: ("session fixation", "a new token at each log-in"),
    53: ("a stolen token after log-out", "void within a second on every transport; sessions can be listed and ended"),
    54: ("guessing tokens, a sid as identity", "256 random bits; a sid is nobody's identity"),
    55: ("the database stolen", "hashes only, no secrets in logs"),
    56: ("brute force", "limits"),
    57: ("password hashing as a flood", "bounded pool"),
    58: ("which accounts exist", "same answer, same time"),
    59: ("guests: somebody's name, many at once", "names are unique after folding, held for 90 days when given up; ten an hour from one address"),
    60: ("a stranger becomes the first admin", "one-time secret"),
    61: ("ids of rooms and messages that one may not see", "404, the same as unknown"),
    62: ("posting to a room that was left; forged author and time", "refused; both come from the server"),
    63: ("who left goes on receiving or reading", "membership is asked each time"),
    64: ("role, id and time in the payload", "passed over"),
    65: ("acting above one's rank", "`forbidden`"),
    66: ("invitations reused or guessed", "single use, bound"),
    67: ("search syntax as an attack", "quoted, bounded"),
    68: ("SQL in any text", "a text"),
    69: ("lines forged in the log", "escaped"),
    70: ("the server's inside from outside", "404; no echo"),
    71: ("X-Forwarded-For that lies", "believed only from trusted proxies, from the right"),
    72: ("personal answers kept by a proxy", "no-store, Vary; assets immutable"),
    73: ("disk full", "reading goes on, writing is refused and comes back"),
    74: ("EIO and short writes at any call", "no false ack"),
    75: ("database locked, newer, not writable", "one sentence"),
    76: ("damaged files", "noticed, never served"),
    77: ("kill -9 at any moment", "nothing acked is lost"),
    78: ("power loss with torn and reordered writes", "nothing acked is lost"),
    79: ("malloc returns NULL", "what a peer chooses may fail; the rest ends the process, which is back with all that was acked"),
    80: ("the kernel kills for memory", "as kill -9"),
    81: ("clocks jump", "no order changes, no session is dropped"),
    82: ("EINTR, EAGAIN, ECONNABORTED, ENOBUFS, partial writes", "handled"),
    83: ("SIGPIPE, SIGHUP, SIGTERM twice, SIGSTOP", "ignored, reload, quick end, clients resume"),
    84: ("races between workers", "none", "`make san` runs the suites under TSan"),
    85: ("rooms of 50,000, a million messages", "pages everywhere"),
    86: ("numbers beyond 2^53, negative pages", "refused"),
    87: ("altered packages", "lock files with hashes, no install scripts"),
    88: ("cluster: partitions, forged peers", "", "one machine only yet"),
    89: ("cluster: PostgreSQL lost or restored", "", "one machine only yet"),
}

PAGE = """# Threats, and the tests that show each

<!-- generated by tools/threats.py from its table and the titles of the tests; run `make gen` -->

Everywhere: the offender gets a precise error or is closed, nobody else notices, no crash, no 5xx, memory stays bounded.

| # | tried | expected | shown by |
| --- | --- | --- | --- |
{rows}
"""
MARK = re.compile(r"\bthreats? ((?:\d+)(?:, \d+)*): ")
PLACES = ["tests/**/*.mjs", "tests/**/*.c", "tests/**/*.h", "tests/**/*.py", "frontend/src/**/*.test.ts"]


def tests_of(root):
    """row -> files that show it, in order."""
    found = {}
    for pattern in PLACES:
        for path in sorted(root.glob(pattern)):
            name = path.relative_to(root).as_posix()
            if "/node_modules/" in name or name == "tests/tools/test_threats.py":
                continue
            for match in MARK.finditer(path.read_text(errors="replace")):
                for row in match.group(1).split(", "):
                    files = found.setdefault(int(row), [])
                    if name not in files:
                        files.append(name)
    return found


def why_not_yet(row):
    return row[2] if len(row) > 2 else None


def page(found):
    lines = []
    for number, row in ROWS.items():
        files = ", ".join(f"`{name}`" for name in found.get(number, []))
        lines.append(f"| {number} | {row[0]} | {row[1]} | {files or why_not_yet(row) or '**nothing**'} |")
    return PAGE.format(rows="\n".join(lines))


def complaints(root, found):
    for number, row in ROWS.items():
        if number not in found and why_not_yet(row) is None:
            yield f"row {number} ({row[0]}) has no test"
    for number in sorted(set(found) - set(ROWS)):
        yield f"there is no row {number} that {', '.join(found[number])} could show"
    written = root / "docs/threats.md"
    if not written.exists() or written.read_text() != page(found):
        yield "docs/threats.md is stale: run `make gen`"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    arguments = parser.parse_args()
    found = tests_of(arguments.root)
    if not arguments.check:
        (arguments.root / "docs/threats.md").write_text(page(found))
    told = list(complaints(arguments.root, found))
    print("\n".join(told) if told else f"{sum(number in found for number in ROWS)} of {len(ROWS)} rows have tests")
    return 1 if told else 0


if __name__ == "__main__":
    sys.exit(main())
