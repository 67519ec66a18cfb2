"""What `trustkeep doctor` looks at, each a question with an answer and what to do about it.

Every question is asked even where an earlier one went wrong, unless it could not be answered then.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from trustkeep.kernel.clock import isoformat
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.site import certificates, keys, opening, safety, server
from trustkeep.site.installation import Installation, Mode

FEWEST_FREE_BYTES = 256 * 1024 * 1024
LETTERS_WAIT_AT_MOST = timedelta(hours=1)
"""A letter that waits longer shows that the mail server is out of order."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One answer; ``good`` is None for a remark that is neither right nor wrong."""

    name: str
    good: bool | None
    sentence: str


def examine(installation: Installation, *, now: datetime) -> list[Finding]:
    """Ask everything; wrong are the findings whose ``good`` is False."""
    findings = [_configuration(installation)]
    if not findings[0].good:
        return findings
    findings += [_told("keys", _keys), _told("disk", lambda: _disk(installation))]
    findings.append(_told("certificate", lambda: _certificate(installation, now)))
    findings.append(_authority(installation))
    if all(finding.good is not False for finding in findings):
        opening.start_django()
        findings.append(_told("database", lambda: _database(installation)))
    if findings[-1].name == "database" and findings[-1].good:
        findings.append(_told("ledger", lambda: _ledger(installation)))
        findings += [_told("company", _company), _told("checks", lambda: _checks(now))]
        findings.append(_told("letters", lambda: _letters(now)))
        findings.append(_told("backups", lambda: _backups(installation, now)))
        findings.append(_told("drills", lambda: _drills(now)))
        findings.append(_told("clock", lambda: _clock(now)))
        findings.append(_scanner())
        findings += _safety(installation, now)
    findings.append(_server(installation))
    return findings


def _ledger(installation: Installation) -> Finding:
    from trustkeep.evidence import keeping
    from trustkeep.evidence.keeping import Stand

    match keeping.stand():
        case Stand.UNKEPT:
            told = "There is no ledger yet; the server begins it with the first checkpoint."
            return Finding("ledger", None, told)
        case Stand.CURRENT:
            told = f"The database is the newest one, by the ledger {installation.ledger}."
            return Finding("ledger", True, told)
        case _:
            told = (
                "The database is an old copy. A start re-applies every lock, erasure, hold and "
                "revocation since, and is closed until then."
            )
            return Finding("ledger", None, told)


def _backups(installation: Installation, now: datetime) -> Finding:
    from trustkeep.lifecycle.backups import queries
    from trustkeep.lifecycle.deadlines import BACKUP_EVERY

    newest, where = queries.newest(), installation.backups
    if newest is None:
        told = "There is no backup yet. Start the server: it makes one a day."
        return Finding("backups", False, told)
    told = f"The newest backup is of {isoformat(newest.made_at)}, in {where}."
    if not queries.is_there(newest):
        return Finding("backups", False, f"{told} Its file is not there, or not whole.")
    if now >= newest.made_at + BACKUP_EVERY:
        return Finding("backups", False, f"{told} It is too old: is the server running?")
    if where.stat().st_dev == installation.data.stat().st_dev:
        told += " It lies on the same disk as the data: copy it to a second place."
        return Finding("backups", None, told)
    return Finding("backups", True, told)


def _drills(now: datetime) -> Finding:
    from trustkeep.lifecycle.backups import queries
    from trustkeep.lifecycle.deadlines import DRILL_EVERY

    last = next(iter(queries.drills(limit=1)), None)
    if last is None:
        return Finding("drills", None, "No restore was drilled yet. Run `trustkeep drill`.")
    told = f"The last drill was at {isoformat(last.at)}."
    if not last.passed:
        return Finding("drills", False, f"{told} It failed: see `trustkeep drill --list`.")
    if now >= last.at + DRILL_EVERY:
        return Finding("drills", False, f"{told} Run `trustkeep drill`.")
    return Finding("drills", True, told)


def _told(name: str, ask: Callable[[], Finding]) -> Finding:
    try:
        return ask()
    except TrustkeepError as error:
        return Finding(name, False, str(error))


def _configuration(installation: Installation) -> Finding:
    try:
        config = installation.config
    except TrustkeepError as error:
        return Finding("configuration", False, str(error))
    told = f"{installation.config_file}: {config.mode}, {config.base_url}."
    return Finding("configuration", True, told)


def _keys() -> Finding:
    status = keys.ring().status()
    told = (
        f"The root key ({status.root.location}, mode {status.root.mode}) opens the key store: "
        f"epoch {status.epoch}, {status.current} keys in use."
    )
    return Finding("keys", True, told)


def _disk(installation: Installation) -> Finding:
    free = shutil.disk_usage(installation.data).free
    told = f"{free // 1024**2} MiB are free where the data lies."
    if free < FEWEST_FREE_BYTES:
        return Finding("disk", False, f"{told} Make room before writes fail.")
    return Finding("disk", True, told)


def _certificate(installation: Installation, now: datetime) -> Finding:
    opening.provide_certificate(installation, now=now)
    found = certificates.facts(installation.certificate)
    certificates.check_pair(installation.certificate, installation.certificate_key)
    names = ", ".join(found.names)
    until = isoformat(found.not_after)
    good = found.not_before <= now < found.not_after and found.is_for(installation.config.host)
    ending = "" if good else " It does not fit: replace it."
    return Finding("certificate", good, f"For {names}, until {until}, by {found.issuer}.{ending}")


def _authority(installation: Installation) -> Finding:
    authority = installation.certificate_authority
    name = "certificate-authority"
    if authority is None:
        return Finding(
            name, True, "Browsers are to know the certificate’s authority by themselves."
        )
    told = f"Strangers’ browsers do not know its authority, {authority}: they will be warned."
    return Finding(name, None, f"{told} For the public, set certificate to one that they know.")


def _database(installation: Installation) -> Finding:
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    # Looking for a database that is not there would make an empty one.
    opening.require_database(installation)
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        names = ", ".join(f"{one.app_label}.{one.name}" for one, _ in waiting)
        told = f"The database opens, but these migrations wait: {names}. A start applies them."
        return Finding("database", False, told)
    return Finding("database", True, "The database opens with its key and is up to date.")


def _company() -> Finding:
    from trustkeep.accounts import queries

    return Finding("company", True, f"The trust center of {queries.company().name}.")


def _checks(now: datetime) -> Finding:
    from trustkeep.controls import queries

    page = queries.page("en", now)
    if page.last_check_at is None:
        return Finding("checks", False, "No check has ever run. Start the server: it runs them.")
    told = f"The last check ran at {isoformat(page.last_check_at)}."
    if page.silent_since:
        return Finding("checks", False, f"{told} The timetable is not kept: is the server running?")
    return Finding("checks", True, told)


def _letters(now: datetime) -> Finding:
    from trustkeep.letters import queries

    since, failed = queries.waiting_since(), queries.counts().get("failed", 0)
    if queries.goes_nowhere():
        return Finding("letters", None, "No mail server is set: letters wait. Set smtp_host.")
    if since and since < now - LETTERS_WAIT_AT_MOST:
        told = f"A letter has waited since {isoformat(since)}. `trustkeep letters list` says why."
        return Finding("letters", False, told)
    if failed:
        told = f"{failed} failed: see `trustkeep letters list --state failed`."
        return Finding("letters", None, told)
    return Finding("letters", True, "No letter waits for long, and none has failed.")


def _scanner() -> Finding:
    from trustkeep.holdings import scanning

    scanner = scanning.joined.scanner
    if scanner is None:
        return Finding("scanner", None, "Files of customers are not scanned. Set scanner.")
    if not scanner.answers():
        return Finding("scanner", False, "The scanner does not answer, so no file is taken.")
    return Finding("scanner", True, "Every file is scanned before anybody reads it.")


def _clock(now: datetime) -> Finding:
    from trustkeep.lifecycle import clocks

    clocks.require_believed(now)
    second = clocks.joined.second
    if second is None:
        told = "The clock is believed. No second clock is set: after a jump people have to confirm."
        return Finding("clock", None, f"{told} Set time_source.")
    said = second()
    if said is None:
        told = f"The second clock, {clocks.joined.name}, does not answer. Look at time_source."
        return Finding("clock", False, told)
    if abs(said - now) > clocks.AGREES_WITHIN:
        told = f"The second clock, {clocks.joined.name}, says {isoformat(said)}, ours"
        return Finding("clock", False, f"{told} {isoformat(now)}: nothing is deleted meanwhile.")
    return Finding("clock", True, f"The clock is believed, and {clocks.joined.name} agrees.")


def _safety(installation: Installation, now: datetime) -> Iterator[Finding]:
    # A demo may be careless; production may not, and would not start.
    wrong = False if installation.config.mode is Mode.PRODUCTION else None
    for danger in safety.dangers(installation, now=now):
        yield Finding(danger.name, wrong, danger.sentence)


def _server(installation: Installation) -> Finding:
    config = installation.config
    if server.answers(installation):
        return Finding("server", True, f"The server answers at {config.base_url}/.")
    try:
        server.refuse_taken(config.address, config.port, "port")
    except server.PortTaken as error:
        return Finding("server", False, f"The server does not answer. {error}")
    return Finding("server", None, "The server is not running; its port is free.")
