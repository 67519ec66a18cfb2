"""The audit trail: what it holds, what the log commits to, and what is forgotten in time."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.db import connection

from tests.identity.conftest import PASSWORD
from tests.promises.world import NOW, person
from trustkeep.evidence.entry import commit
from trustkeep.evidence.kinds import Kind
from trustkeep.evidence.models import LogEntry
from trustkeep.identity import access, ocsf, origins, throttling, trail
from trustkeep.identity.actions import admit
from trustkeep.identity.limits import PERSONAL_KEPT
from trustkeep.identity.models import AccessBatch, AccessEvent, Throttle, User
from trustkeep.identity.places import event_place
from trustkeep.identity.signing_in import SignInRefused, sign_in
from trustkeep.identity.store import SessionStore
from trustkeep.identity.trail import Wanted
from trustkeep.kernel.clock import frozen
from trustkeep.vault.fields import unseal_json

A_DAY = timedelta(days=1)
HERE, AGENT = "192.0.2.7", "Mozilla/5.0 (X11; Linux x86_64) Firefox/141.0"


@pytest.fixture(autouse=True)
def _arriving() -> Iterator[None]:
    with frozen(NOW), origins.arriving(HERE, AGENT):
        yield


def signed_in(user: User) -> None:
    sign_in(SessionStore(), email=user.email, password=PASSWORD, now=NOW)


def refused() -> None:
    with pytest.raises(SignInRefused):
        sign_in(SessionStore(), email="nobody@example.com", password="Falsch-1234", now=NOW)


@pytest.mark.asvs("16.2.1", "16.3.1")
def test_event__tells_who_what_when_and_where_from(alice: User) -> None:
    signed_in(alice)
    [newest, *_] = trail.events(Wanted())

    assert (newest.what, newest.refused, newest.at) == ("signed-in", False, NOW)
    assert (newest.user, newest.by, newest.source) == ("Alice", "Alice", HERE)
    assert newest.device == "Firefox, Linux"
    assert newest.detail == "password"


def test_event__keeps_what_is_personal_sealed(alice: User) -> None:
    signed_in(alice)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM identity_accessevent")
        rests = repr(cursor.fetchall())

    assert HERE not in rests
    assert "Firefox" not in rests


@pytest.mark.asvs("16.4.2")
def test_event__is_what_its_entry_commits_to(alice: User) -> None:
    signed_in(alice)
    row = AccessEvent.objects.latest("pk")
    told = unseal_json(event_place(row), row.sealed)
    assert row.entry_index is not None
    leaf = bytes(LogEntry.objects.get(index=row.entry_index).leaf)

    digest = commit(base64.b64decode(told["salt"]), told["body"])
    assert digest == bytes(row.commitment)
    assert base64.b64encode(digest) in leaf or digest in leaf
    assert HERE.encode() not in leaf


@pytest.mark.asvs("16.3.1")
def test_refusal__names_its_reason_to_the_trail_alone(alice: User) -> None:
    def tried(email: str, password: str) -> str:
        with pytest.raises(SignInRefused) as refusal:
            sign_in(SessionStore(), email=email, password=password, now=NOW)
        assert str(refusal.value) == SignInRefused.sentence
        return trail.events(Wanted(outcome="refused"), limit=1)[0].detail

    assert tried("nobody@example.com", PASSWORD) == "unknown-address"
    assert tried(alice.email, "Falsch-1234") == "wrong-password"
    User.objects.update(active=False)
    assert tried(alice.email, PASSWORD) == "shut-out"
    User.objects.update(active=True, password="!", single_sign_on=True)
    assert tried(alice.email, PASSWORD) == "no-password-door"
    assert {one.user for one in trail.events(Wanted(outcome="refused"))} == {"", "Alice"}


def test_refusals__share_one_entry_a_round(alice: User) -> None:
    for _ in range(3):
        refused()
    before = LogEntry.objects.count()
    assert access.commit_refusals(now=NOW) == 3
    assert access.commit_refusals(now=NOW) == 0

    [batch] = AccessBatch.objects.all()
    rows = AccessEvent.objects.filter(entry_index=batch.entry_index).order_by("pk")
    assert LogEntry.objects.count() == before + 1
    assert LogEntry.objects.get(index=batch.entry_index).kind == Kind.ACCESS_REFUSED
    digest = access.batch_digest([bytes(row.commitment) for row in rows])
    assert batch.body == {"count": 3, "digest": digest}


def test_actor__is_told_apart_from_whom_it_concerns(alice: User) -> None:
    origins.known_as(str(alice.pk))
    bob = User.objects.get(pk=admit(person_id=person("Bob").id, password=PASSWORD, now=NOW))
    assert bob.person
    trail.rights_changed(bob.person.pk, ["dpo", "auditor"], now=NOW)
    [newest, *_] = trail.events(Wanted())

    assert (newest.user, newest.by, newest.detail) == ("Bob", "Alice", "auditor,dpo")


def test_reading__is_noted_with_what_and_whose(alice: User) -> None:
    origins.known_as(str(alice.pk))
    trail.note_read(what="file", subject="f00d", now=NOW)
    [newest, *_] = trail.events(Wanted(what="read"))

    assert (newest.by, newest.detail, newest.what) == ("Alice", "file f00d", "read")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), {"admitted", "signed-in", "refused"}),
        (Wanted(email="ALICE@example.com"), {"admitted", "signed-in"}),
        (Wanted(email="nobody@example.com"), set()),
        (Wanted(what="signed-in"), {"signed-in"}),
        (Wanted(outcome="refused"), {"refused"}),
        (Wanted(source=HERE, outcome="done"), {"admitted", "signed-in"}),
        (Wanted(source="192.0.2.8"), set()),
        (Wanted(from_date=NOW.date() + A_DAY), set()),
        (Wanted(to_date=NOW.date() - A_DAY), set()),
        (Wanted(from_date=NOW.date(), to_date=NOW.date()), {"admitted", "signed-in", "refused"}),
    ],
)
def test_search__finds_by_each_filter(alice: User, wanted: Wanted, found: set[str]) -> None:
    signed_in(alice)
    refused()

    assert {one.what for one in trail.events(wanted)} == found


def test_pages__follow_each_other_without_gap(alice: User) -> None:
    for _ in range(5):
        signed_in(alice)
    first = trail.events(Wanted(), limit=3)
    second = trail.events(Wanted(), before=first[-1].number, limit=3)

    numbers = [one.number for one in first + second]
    assert numbers == sorted(numbers, reverse=True)
    assert len(numbers) == len(set(numbers)) == 6


def test_time__wipes_who_and_where_and_leaves_the_proof(alice: User) -> None:
    signed_in(alice)
    refused()
    access.commit_refusals(now=NOW)
    before = {row.pk: bytes(row.commitment) for row in AccessEvent.objects.all()}
    assert trail.wipe_old(now=NOW + PERSONAL_KEPT) == 0
    with frozen(NOW + A_DAY):
        refused()

    assert trail.wipe_old(now=NOW + PERSONAL_KEPT + timedelta(seconds=1)) == len(before)

    wiped = [one for one in trail.events(Wanted()) if one.is_wiped]
    assert len(wiped) == len(before)
    assert {(one.user, one.by, one.source, one.salt) for one in wiped} == {("", "", "", "")}
    assert {row.pk: bytes(row.commitment) for row in AccessEvent.objects.filter(pk__in=before)} == (
        before
    )
    assert trail.wipe_old(now=NOW + PERSONAL_KEPT + timedelta(seconds=1)) == 0


def test_time__does_not_wipe_what_the_log_does_not_hold_yet(alice: User) -> None:
    refused()
    trail.wipe_old(now=NOW + PERSONAL_KEPT * 2)

    [waiting] = trail.events(Wanted(outcome="refused"))
    assert not waiting.is_wiped


@pytest.mark.asvs("16.2.4", "16.4.3")
def test_export__speaks_ocsf(alice: User) -> None:
    signed_in(alice)
    refused()
    trail.note_read(what="file", subject="f00d", now=NOW)
    trail.rights_changed(alice.person_id, ["dpo"], now=NOW)  # type: ignore[arg-type]
    told = {one["message"]: one for one in map(ocsf.as_ocsf, trail.all_events(Wanted()))}

    needed = {"class_uid", "category_uid", "activity_id", "type_uid", "time", "severity_id"}
    for one in told.values():
        assert needed | {"metadata", "status_id"} <= set(one)
        assert one["type_uid"] == one["class_uid"] * 100 + one["activity_id"]
        assert one["category_uid"] == one["class_uid"] // 1000
        assert one["metadata"]["version"] == ocsf.VERSION
        assert one["time"] == int(NOW.timestamp() * 1000)
    assert told["signed-in"]["class_uid"] == 3002
    assert told["signed-in"]["user"]["name"] == "Alice"
    assert told["signed-in"]["src_endpoint"]["ip"] == HERE
    assert (told["refused"]["activity_id"], told["refused"]["status_id"]) == (1, 2)
    assert told["read"]["entity"] == {"type": "file", "uid": "f00d"}
    assert told["rights-changed"]["privileges"] == ["dpo"]


@pytest.mark.asvs("16.4.1")
def test_export__keeps_one_act_on_one_line(alice: User) -> None:
    with origins.arriving(HERE, 'Mozilla\r\n{"class_uid": 1}\x1b[31m\u2028'):
        signed_in(alice)
    [newest, *_] = trail.events(Wanted())

    line = ocsf.line(newest)
    assert line.count("\n") == 1
    assert "\x1b" not in line
    assert "\r" not in line


def test_acts__all_have_a_word_for_people() -> None:
    from trustkeep.ui.words import ACCESS

    assert set(ocsf.ACTIVITIES) <= set(ACCESS)


def test_waiting__is_noted_once_a_minute_however_often_it_is_tried(alice: User) -> None:
    source = "192.0.2.9"
    for _ in range(20):
        throttling.failed(account="x", source=source, now=NOW)
    Throttle.objects.update(blocked_until=NOW + timedelta(hours=1))
    for at in (NOW, NOW, NOW + timedelta(seconds=30), NOW + timedelta(seconds=61)):
        with origins.arriving(source, ""), pytest.raises(throttling.TooManyAttempts):
            throttling.require_turn(account="y", source=source, now=at)

    rows = AccessEvent.objects.filter(what="throttled")
    assert rows.count() == 2
    assert all(row.refused and row.source_index for row in rows)


def test_starts__at_providers_are_bounded_for_each_source(alice: User) -> None:
    for _ in range(throttling.STARTS_A_MINUTE):
        throttling.count_start(source="192.0.2.9", now=NOW)
    with pytest.raises(throttling.TooManyAttempts):
        throttling.count_start(source="192.0.2.9", now=NOW)
    throttling.count_start(source="192.0.2.10", now=NOW)

    throttling.count_start(source="192.0.2.9", now=NOW + timedelta(minutes=1))
    assert AccessEvent.objects.filter(what="throttled", refused=True).count() == 1
