#!/usr/bin/env python3
"""gen_options.py: write the program's tables of options, metrics and rights into the documentation.

    gen_options.py [--check] [--root ROOT] PROGRAM

PROGRAM (build/parley) prints the tables. That of options becomes docs/options.md, and the part of README.md between the marks
`<!-- options: ... -->` and `<!-- /options -->`; that of metrics becomes docs/metrics.md, that of rights docs/permissions.md. With --check nothing is written: it exits with 1 and names what is stale.

SPDX-License-Identifier: MIT
"""
import argparse
import re
import subprocess
import sys
from pathlib import Path

PAGE = """# Options

<!-- generated from the table in backend/src/app/config.c by tools/gen_options.py; change that and run `make gen` -->

`parley serve` takes them on the command line, as `--port 8080` or `--port=8080`, or from the environment. The command line goes
before the environment, that before the default; an empty variable counts as none. A value that does not fit is named
in one sentence, and the program ends with code 2.

{table}"""
METRICS = """# Metrics

<!-- generated from the table in backend/src/app/metrics.c by tools/gen_options.py; change that and run `make gen` -->

`GET /metrics` answers in Prometheus' text format. It is there for whoever asks from the machine itself, by one of its own names
(`localhost`, `127.0.0.1`, `[::1]`) and not through a proxy, and from anywhere for who sends the token of `--metrics-token`; for
everybody else there is no such page (404). A proxy that adds none of `X-Forwarded-For`, `X-Forwarded-Host`, `X-Real-IP`, `Forwarded`, `Via` looks
like the machine itself: let it refuse `/metrics`.

    curl -s localhost:8080/metrics
    curl -s -H "Authorization: Bearer $PARLEY_METRICS_TOKEN" https://chat.example/metrics

For Prometheus:

    scrape_configs:
      - job_name: parley
        authorization: {{credentials_file: /etc/prometheus/parley-token}}
        static_configs: [{{targets: ["chat.example:8080"]}}]

`packaging/grafana-dashboard.json` shows them (Grafana: Dashboards, Import). Worth an alert:

| when | it means |
| --- | --- |
| `parley_ready == 0` | the disk refuses to write; people read, and cannot send |
| `rate(parley_connections_closed_slow_total[5m]) > 1` | many readers are too slow, or the network is |
| `histogram_quantile(0.99, rate(parley_commit_seconds_bucket[5m])) > 0.25` | the disk takes long to make messages durable |
| `histogram_quantile(0.99, rate(parley_worker_turn_seconds_bucket[5m])) > 0.1` | a worker has too much to do |
| `parley_wal_bytes > 100e6` | the log is not copied back: a reader holds it, or the disk does not keep up |

Counters begin at zero when the server starts. With several workers each has its own; `sum without (worker)` adds them. A scrape asks no
thread for anything: it is answered while one of them hangs.

{table}"""
PERMISSIONS = """# Who may do what

<!-- generated from the tables in backend/src/chat/chat_policy.c and chat_server_policy.c by tools/gen_options.py; change that and run `make gen` -->

One table decides, for sockets and for HTTP alike. Room roles: owner > moderator > member. Server roles: owner > admin > member = guest.

- A server admin who is in a room has its owner's rights there, but not in a direct message; outside of it he is as everybody.
- Nobody acts on one of equal or higher rank, except on himself. Rank goes by both ladders: the server's owner, its admins, then the owner,
  the moderators and the members of the room. So an admin may kick the owner of a room, and he may not kick an admin.
- The last owner of a room stays: he cannot leave, step down, be kicked or be banned (`conflict`).
- Of a private room or a direct message that one is not in, every answer is the one to what does not exist (`not_found`); what one may see but
  not do is `forbidden`.
- A guest has the rights of his role in a room, but invites nobody.
- Who is banned from a public room may see that it is there, and may not join it; into a private one he cannot be invited.
- Who has blocked a person is not notified by him: his `me.mentions` do not grow and he is not made to follow a thread by what that person says,
  nor is he brought into a direct message or a room by him. `message.mentions` names him all the same: it says what stands in the text, to all.
- Banning with `purge` deletes messages, and so takes both rights: in an archived room one can be banned, but nothing is deleted.
- Messages of others are deleted by moderators and the owner; those of who ranks above them, too: it is the room that they keep in order.
- An invitation to the server opens what its maker could open himself when it is used: nothing without his right to make it, and no room into which
  he may not invite. Revoking one for a room takes that room out of it.
- The server keeps an owner: the last one cannot step down (`conflict`). The operator, on the command line, has no rank.

{table}"""
MARKED = re.compile(r"(<!-- options:[^\n]*-->\n).*?(<!-- /options -->)", re.S)


def outputs(root, table, metrics, permissions):
    """(path, what it should be) of each file."""
    readme = (root / "README.md").read_text()
    if not MARKED.search(readme):
        sys.exit("README.md has no marks for the options")
    yield root / "docs/options.md", PAGE.format(table=table)
    yield root / "docs/metrics.md", METRICS.format(table=metrics)
    yield root / "docs/permissions.md", PERMISSIONS.format(table=permissions)
    yield root / "README.md", MARKED.sub(lambda match: match.group(1) + "\n" + table + "\n" + match.group(2), readme)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when something is stale")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    arguments = parser.parse_args()
    tables = [subprocess.run([arguments.program, name], stdout=subprocess.PIPE, check=True, text=True).stdout for name in ("options", "metrics", "permissions")]
    stale = [(path, text) for path, text in outputs(arguments.root, *tables) if not path.exists() or path.read_text() != text]
    for path, text in stale:
        name = path.relative_to(arguments.root)
        if arguments.check:
            print(f"{name} is stale: make gen")
        else:
            path.write_text(text)
            print(f"wrote {name}")
    return 1 if arguments.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
