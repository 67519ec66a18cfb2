"""A real PostgreSQL server for a run of tests, made from the machine's binaries and gone after it.

``TEST_DATABASE_URL`` names a server that exists already. Without either, tests fail and say so:
a database that is skipped proves nothing.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

_BINARIES = "/usr/lib/postgresql"


@dataclass(frozen=True)
class Server:
    """A server whose owner may do everything."""

    host: str
    port: int
    user: str
    password: str = ""

    def connect(self, database: str = "postgres", user: str = "") -> psycopg.Connection:
        return psycopg.connect(
            host=self.host,
            port=self.port,
            dbname=database,
            user=user or self.user,
            password=self.password,
            autocommit=True,
        )

    @contextmanager
    def database(self) -> Iterator[str]:
        """Make an empty database and drop it afterwards."""
        name = f"test_{uuid.uuid4().hex}"
        with self.connect() as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield name
        finally:
            with self.connect() as connection:
                connection.execute(
                    sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name))
                )


@contextmanager
def running() -> Iterator[Server]:
    """Give a server: the one that is named, else one of our own for as long as this lasts."""
    named = os.environ.get("TEST_DATABASE_URL")
    if named:
        told = psycopg.conninfo.conninfo_to_dict(named)
        yield Server(
            str(told["host"]),
            int(told.get("port") or 5432),
            str(told["user"]),
            str(told.get("password") or ""),
        )
        return
    directory = Path(tempfile.mkdtemp(prefix="trustkeep-pg-"))
    owner = "postgres" if os.getuid() == 0 else None
    if owner:
        shutil.chown(directory, owner)
    data, port = directory / "data", _free_port()
    name = pwd.getpwnam(owner).pw_name if owner else pwd.getpwuid(os.getuid()).pw_name
    try:
        _run(owner, "initdb", "-D", str(data), "-A", "trust", "-U", name, "-E", "UTF8", "--no-sync")
        options = f"-p {port} -c listen_addresses=127.0.0.1 -c fsync=off -k {directory}"
        log = directory / "log"
        _run(owner, "pg_ctl", "-D", str(data), "-l", str(log), "-w", "-o", options, "start")
        yield Server("127.0.0.1", port, name)
    finally:
        if (data / "postmaster.pid").exists():
            _run(owner, "pg_ctl", "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(directory, ignore_errors=True)


def _run(owner: str | None, program: str, *arguments: str) -> None:
    # The server's programs refuse to run as root, and want a directory that its owner may enter.
    subprocess.run(
        [_binary(program), *arguments],
        user=owner,
        group=owner,
        extra_groups=[] if owner else None,
        cwd="/",
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C"},
    )


def _binary(program: str) -> str:
    found = shutil.which(program)
    places = sorted(Path(_BINARIES).glob(f"*/bin/{program}"))
    if found is None and not places:
        raise RuntimeError(f"{program} is missing: run scripts/setup-system initdb=postgresql")
    return found or str(places[-1])


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
