"""Run as a program: keep the database of an installation to itself until standard input ends."""

from __future__ import annotations

import sys

from sqlcipher3 import dbapi2


def main(path: str, key: str) -> None:
    connection = dbapi2.connect(path, isolation_level=None)
    connection.execute(f"PRAGMA key = \"x'{key}'\"")
    connection.execute("BEGIN IMMEDIATE")
    print("locked", flush=True)
    sys.stdin.read()
    connection.execute("ROLLBACK")


if __name__ == "__main__":
    main(sys.argv[1], sys.stdin.readline().strip())
