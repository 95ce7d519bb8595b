"""holder.py DATABASE: takes a snapshot of a database and holds it until its input ends, as somebody does who has gone to lunch.

SPDX-License-Identifier: MIT
"""
import sqlite3
import sys

database = sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)
database.execute("BEGIN")
database.execute("SELECT count(*) FROM user").fetchone()
print("held", flush=True)
sys.stdin.read()
