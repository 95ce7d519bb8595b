#!/usr/bin/env python3
"""manager.py: as much of a service manager as a test needs.

    manager.py UNIT PROGRAM [ARGUMENT...]

Runs PROGRAM as systemd would by UNIT where that matters for whether it works: under its SystemCallFilter (made by libseccomp out of
systemd's own groups), with its LimitNOFILE, without new privileges, as `nobody` when root runs this; with NOTIFY_SOCKET and, at a
quarter of its time, the watchdog: who does not feed it is ended by SIGABRT, and `manager: watchdog` says so. Prints what is notified
as `manager: READY=1`. SIGTERM and SIGHUP are passed on. Ends as PROGRAM does. A program with a sanitizer gets no filter: its runtime does what no service may.

SPDX-License-Identifier: MIT
"""
import ctypes
import errno
import os
import pwd
import re
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ALLOW, EPERM = 0x7FFF0000, 0x00050000 | errno.EPERM
PR_SET_NO_NEW_PRIVS = 38


def settings_of(unit):
    """[(name, value)] in their order, which counts for filters."""
    return [line.split("=", 1) for line in Path(unit).read_text().splitlines() if re.match(r"\w+=", line)]


def calls_of(word):
    """The system calls of a name or a group, and of the groups in it."""
    if not word.startswith("@"):
        return {word}
    told = subprocess.run(["systemd-analyze", "syscall-filter", word], text=True, stdout=subprocess.PIPE, check=True).stdout
    words = [line.split("#")[0].strip() for line in told.splitlines()[1:]]
    return set().union(*(calls_of(one) for one in words if one))


def allowed_by(settings):
    allowed = calls_of("@default")
    for name, value in settings:
        if name == "SystemCallFilter":
            named = set().union(*(calls_of(word) for word in value.removeprefix("~").split()))
            allowed = allowed - named if value.startswith("~") else allowed | named
    return allowed | {"execve"}  # systemd lets its own one through


def load_filter(calls):
    library = ctypes.CDLL("libseccomp.so.2")
    library.seccomp_init.restype = ctypes.c_void_p
    context = ctypes.c_void_p(library.seccomp_init(ctypes.c_uint32(EPERM)))
    for name in calls:
        number = library.seccomp_syscall_resolve_name(name.encode())
        if number >= 0:
            library.seccomp_rule_add(context, ctypes.c_uint32(ALLOW), number, 0)
    if library.seccomp_load(context) != 0:
        sys.exit("manager: the filter cannot be loaded")


def become_nobody():
    if os.getuid() == 0:
        nobody = pwd.getpwnam("nobody")
        os.setgroups([])
        os.setgid(nobody.pw_gid)
        os.setuid(nobody.pw_uid)


def is_sanitized(program):
    libraries = subprocess.run(["ldd", program], text=True, stdout=subprocess.PIPE, check=True).stdout
    return re.search(r"lib[atu]b?san", libraries) is not None


def run_confined(settings, command, environment):
    """In the child."""
    limit = int(dict(settings)["LimitNOFILE"])
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(limit, resource.getrlimit(resource.RLIMIT_NOFILE)[1]),) * 2)
    calls = None if is_sanitized(command[0]) else allowed_by(settings)
    become_nobody()
    ctypes.CDLL(None).prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if calls is not None:
        load_filter(calls)
    os.execvpe(command[0], command, environment)


class Watchdog:
    """Watches from READY=1 to STOPPING=1 that it is fed in time."""

    def __init__(self, allowed_s):
        self.allowed_s = allowed_s
        self.due = None

    def hear(self, word):
        if word in ("READY=1", "WATCHDOG=1"):
            self.due = time.monotonic() + self.allowed_s
        elif word == "STOPPING=1":
            self.due = None

    def look(self, child):
        if self.due is not None and time.monotonic() > self.due:
            print("manager: watchdog", flush=True)
            self.due = None
            os.kill(child, signal.SIGABRT)


def main():
    settings, command = settings_of(sys.argv[1]), sys.argv[2:]
    folder = tempfile.mkdtemp(prefix="parley-manager-")
    os.chmod(folder, 0o755)
    told = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    told.bind(f"{folder}/notify")
    os.chmod(f"{folder}/notify", 0o666)
    watchdog_us = int(dict(settings)["WatchdogSec"]) * 1_000_000 // 4
    environment = {**os.environ, "NOTIFY_SOCKET": f"{folder}/notify", "WATCHDOG_USEC": str(watchdog_us)}
    child = os.fork()
    if child == 0:
        run_confined(settings, command, environment)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda number, _: os.kill(child, number))
    told.settimeout(0.1)
    watchdog = Watchdog(watchdog_us / 1_000_000)
    ended = (0, 0)
    while ended[0] == 0:
        ended = os.waitpid(child, os.WNOHANG)
        try:
            while True:
                word = told.recv(4096).decode()
                print(f"manager: {word}", flush=True)
                watchdog.hear(word)
        except TimeoutError:
            watchdog.look(child)
    told.close()
    os.unlink(f"{folder}/notify")
    os.rmdir(folder)
    code = os.waitstatus_to_exitcode(ended[1])
    return code if code >= 0 else 128 - code


if __name__ == "__main__":
    sys.exit(main())
