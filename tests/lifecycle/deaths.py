"""Run as a program: kill or stop real workers at a lock and a deletion, and look what is left.

    python -m tests.lifecycle.deaths FOLDER SEED ROUNDS

A worker is a process of its own with the encrypted database, the sealed files and the key store of
one installation. It dies by SIGKILL, or stands still by SIGSTOP, at an instant that the seed draws:
before a statement reaches the database, before a file is opened, linked, renamed or removed, or
whenever a timer goes off. Prints the instants, and how many workers died.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

FILE_EVENTS = ("open", "os.remove", "os.rename", "os.link", "os.mkdir", "sqlite3.connect")
TURNS = 8
A_MINUTE = timedelta(minutes=1)
"""Minutes of one worker's life; a deletion takes fewer."""
PATIENCE_S = 15.0
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
"""As for all other tests, whose modules cannot be imported before the product is loaded."""


def main(folder: Path, seed: int, rounds: int) -> None:
    from trustkeep.site import installation, opening

    data = folder / "installation"
    forked(lambda: opening.make(data, installation.demo_config({}), fill=fill, now=NOW))
    installation.current(data).enter()
    opening.start_django()
    courses = [Course(data, folder, name) for name in ("lock", "deletion")]
    for play in (kills, pairs, stops):
        for number in range(rounds):
            random = Random(f"{seed} {play.__name__} {number}")
            print(f"seed {seed}, {play.__name__}:", play(courses[number % 2], random), flush=True)


def fill() -> None:
    """Enter the company, a customer whose contract has just ended, and one who stays."""
    from tests.lifecycle.backups.home import kept_file
    from tests.lifecycle.world import ended, harbour, house

    house()
    for name in ("Lagoon", "Harbour"):
        account = harbour(name)
        for number in range(6):
            kept_file(account, f"{number}".encode() + os.urandom(20_000))
    ended(account)


class Course:
    """A lock or a deletion that can be begun again and again, and how it goes undisturbed."""

    def __init__(self, data: Path, folder: Path, name: str) -> None:
        from trustkeep.lifecycle.deadlines import DELETE_AFTER

        self.name, self._data, self._kept = name, data, folder / name
        self.begins = NOW
        if name == "deletion":
            self.begins += DELETE_AFTER
            forked(lambda: wait_until(self.begins - timedelta(minutes=1)))
        shutil.copytree(data, self._kept)
        self._others = folder / f"{name}.others"
        forked(lambda: self._others.write_text(repr(others())))
        count = folder / f"{name}.count"
        forked(lambda: count.write_text(str(work(self.begins))))
        self.instants, self.result = int(count.read_text()), folder / f"{name}.result"
        forked(lambda: self.result.write_text(repr(found())))
        print(f"{name}: {self.instants} instants")

    def begin(self) -> None:
        """Put everything back to where the course begins."""
        shutil.rmtree(self._data)
        shutil.copytree(self._kept, self._data)

    def look(self) -> None:
        """Assert what is so at every instant, in a process of its own."""
        forked(lambda: expect_between(self._others.read_text()))

    def expect_the_end(self, *, also: tuple[str, ...] = ()) -> None:
        """Assert that all came as it comes undisturbed; `also` names kinds that may be more."""

        def compare() -> None:
            present, expected = found(), eval(self.result.read_text())
            for kind in also:
                assert present["entries"].pop(kind, 0) >= expected["entries"].pop(kind, 0)
            for name, value in expected.items():
                assert present[name] == value, (name, present[name], value)
            expect_between(self._others.read_text())

        forked(compare)


def kills(course: Course, random: Random) -> str:
    """Kill one worker after another, then let one live; return the instants."""
    from trustkeep.lifecycle.attempts import LEASE

    course.begin()
    at, told = course.begins, []
    for _ in range(5):
        if random.randrange(4):
            instant = random.randrange(1, course.instants)
            died = killed(begun(work, at, signal.SIGKILL, instant))
            told.append(f"{instant}")
        else:
            delay = random.uniform(0.05, 0.8)
            died = killed(begun(work, at), delay)
            told.append(f"{delay:.2f}s")
        at += timedelta(minutes=TURNS) + LEASE
        if not died:
            break
        course.look()
    assert not killed(begun(work, at))
    course.expect_the_end()
    return f"{course.name} at {', '.join(told)}"


def pairs(course: Course, random: Random) -> str:
    """Let two workers run at once, and kill one of them."""
    from trustkeep.lifecycle.attempts import LEASE
    from trustkeep.lifecycle.clocks import BACKWARDS

    course.begin()
    instant = random.randrange(1, course.instants)
    # One clock for both: neither runs so far ahead that the other would seem to have gone back.
    pace = BACKWARDS / TURNS
    both = [
        begun(work, course.begins, 0, 0, TURNS, pace),
        begun(work, course.begins, signal.SIGKILL, instant, TURNS, pace),
    ]
    assert not killed(both[0])
    killed(both[1])
    assert not killed(begun(work, course.begins + timedelta(minutes=TURNS) + LEASE))
    course.expect_the_end(also=("erasure-step",))
    return f"{course.name} at {instant}"


def stops(course: Course, random: Random) -> str:
    """Stop a worker, let another one do everything after its lease, and let the first go on."""
    from trustkeep.lifecycle.attempts import LEASE

    course.begin()
    # Its first question is whether the clock is right; that one is for the clock's own tests.
    instant = random.randrange(5, course.instants // 2)
    stopped = begun(work, course.begins, signal.SIGSTOP, instant, 1)
    _, status = os.waitpid(stopped, os.WUNTRACED)
    later = course.begins + 2 * LEASE
    if os.WIFSTOPPED(status):
        other = begun(work, later)
        until = time.monotonic() + PATIENCE_S
        # Where the stopped one has a file to itself, the other waits for it.
        while not (gone := os.waitpid(other, os.WNOHANG))[0] and time.monotonic() < until:
            time.sleep(0.02)
        course.look()
        os.kill(stopped, signal.SIGCONT)
        killed(stopped)
        if not gone[0]:
            killed(other)
    assert not killed(begun(work, later + timedelta(minutes=TURNS) + LEASE))
    course.expect_the_end(also=("erasure-step",))
    return f"{course.name} at {instant}"


def work(
    at: datetime, sign: int = 0, instant: int = 0, turns: int = TURNS, every: timedelta = A_MINUTE
) -> int:
    """Be a worker; return how many instants there were."""
    from django.db import OperationalError

    from tests.lifecycle.world import turn

    passed = watched(sign, instant)
    for number in range(turns):
        # Another worker may keep the database to itself; the next turn tries again.
        with suppress(OperationalError):
            turn(at + number * every, worker=str(os.getpid()))
    return passed()


def watched(sign: int, instant: int) -> Callable[[], int]:
    """Count instants in this process, and send it a signal at one of them."""
    from django.db import connection

    from trustkeep.vault.sqlcipher import base

    base.BUSY_TIMEOUT_S = 2
    passed = 0

    def another() -> None:
        nonlocal passed
        passed += 1
        if passed == instant:
            os.kill(os.getpid(), sign)

    def statement(execute: Any, *told: Any) -> Any:
        another()
        return execute(*told)

    def event(name: str, _told: Any) -> None:
        if name in FILE_EVENTS:
            another()

    connection.execute_wrappers.append(statement)
    sys.addaudithook(event)
    return lambda: passed


def wait_until(at: datetime) -> None:
    """Let the time pass from the lock until an instant."""
    from tests.lifecycle.world import pass_time

    pass_time(at, NOW + timedelta(minutes=TURNS))


def begun(act: Callable[..., object], *told: Any) -> int:
    """Begin a process that does something; return its number."""
    child = os.fork()
    if child:
        return child
    try:
        fresh()
        act(*told)
    except BaseException:  # noqa: BLE001  (a fork never returns into its parent's code)
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def killed(child: int, after_s: float | None = None) -> bool:
    """Wait for a process, and kill it after a while; return whether it was killed."""
    if after_s is not None:
        time.sleep(after_s)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or status == 0, "the worker failed by itself"
    return os.WIFSIGNALED(status)


def forked(act: Callable[[], object]) -> None:
    """Do something in a process of its own, so that nothing of it stays open here."""
    assert not killed(begun(act))


def fresh() -> None:
    """Forget what the process inherited of an installation that was put back since."""
    from django.apps import apps

    from trustkeep.evidence import ledger
    from trustkeep.site import keys
    from trustkeep.vault import keystore
    from trustkeep.vault.sqlcipher import base

    # A kill leaves the system's cache as it is: nothing has to reach the disk to outlive it.
    vars(os)["fsync"] = lambda _handle: None
    for module in (keystore, ledger):
        told = vars(module)
        told["_PRAGMAS"] = told["_PRAGMAS"].replace("synchronous = EXTRA", "synchronous = OFF")
    vars(base)["_PRAGMAS"] = tuple(one.replace("FULL", "OFF") for one in base._PRAGMAS)
    if apps.ready:
        keys.ring.cache_clear()
        keys.sealed_files.cache_clear()


def of(name: str) -> Any:
    """Return an account by its name."""
    from trustkeep.accounts.models import Account

    return Account.objects.get(reference=f"{name.upper()}-1")


def others() -> dict[str, Any]:
    """Return all that the other customer has: rows, and files with what they hold."""
    from tests.lifecycle.test_faults import checksums

    account = of("Lagoon").id
    return {"rows": checksums(account), "files": contents(account)}


def contents(account: Any) -> dict[str, bytes]:
    """Return every sealed file of an account, opened."""
    from trustkeep.vault.shelf import sealed_files

    found = {}
    for one in sealed_files().objects_of(account):
        with sealed_files().open(account, one) as reader:
            found[str(one)] = reader.read()
    return found


def found() -> dict[str, Any]:
    """Return how everything stands: what may neither be missing nor be there twice."""
    from collections import Counter

    from trustkeep.evidence.audit import audit
    from trustkeep.evidence.models import LogEntry
    from trustkeep.letters.models import Letter
    from trustkeep.lifecycle.models import IssuedReceipt, Obligation, Step
    from trustkeep.vault.keys import installed

    account, entries = of("Harbour"), LogEntry.objects.values_list("kind", flat=True)
    steps = Step.objects.order_by("kind", "target")
    assert audit().size == len(entries)
    return {
        "state": account.state,
        "stage": Obligation.objects.get().stage,
        "receipts": IssuedReceipt.objects.count(),
        "entries": dict(Counter(entries)),
        "letters": dict(Counter(Letter.objects.values_list("kind", flat=True))),
        "steps": {
            f"{one.kind} {one.target}": (one.state, one.matched, one.deleted, one.remaining)
            for one in steps
        },
        "epoch": installed().status().epoch,
        "keys": {number: str(one) for number, one in installed().versions(account.id).items()},
        "halves": halves(),
    }


def halves() -> list[str]:
    """Return what is lying about that nobody finished."""
    from trustkeep.site import installation
    from trustkeep.vault.shelf import sealed_files

    data = installation.current().data
    names = [path.name for path in data.rglob("*")]
    endings = (".part", ".next", ".retired", "-journal")
    unfinished = [path.name for path in sealed_files().partial.glob("*")]
    return sorted(unfinished + [name for name in names if name.endswith(endings)])


def expect_between(of_others: str) -> None:
    """Assert what is so whenever a worker dies, however far it has come."""
    from django.db import connection

    from trustkeep.lifecycle.models import IssuedReceipt, Obligation, Step
    from trustkeep.lifecycle.part_reader import left_of
    from trustkeep.lifecycle.stages import StepKind
    from trustkeep.vault.keys import installed
    from trustkeep.vault.keystore import KeyState

    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check")
        assert cursor.fetchone() == ("ok",)
    assert repr(others()) == of_others
    row, account = Obligation.objects.get(), of("Harbour").id
    assert IssuedReceipt.objects.count() <= 1
    if set(installed().versions(account).values()) == {KeyState.DESTROYED}:
        # The key goes last: nothing is left by then, and somebody else has looked.
        assert left_of(row).total == 0
        assert Step.objects.get(kind=StepKind.VERIFY).state == "done"
    else:
        # As long as there is a key, what is left is whole.
        contents(account)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
