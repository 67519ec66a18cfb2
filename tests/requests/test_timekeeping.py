"""Reminders before a promise falls, and forgetting what is not needed any more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.customers import customer, member
from tests.promises.world import NOW, person
from tests.requests.asking import DPO, in_progress, kinds_written, letters, read, received
from trustkeep.accounts.actions import change_roles
from trustkeep.accounts.roles import MemberRole, Role
from trustkeep.letters.ports import joined
from trustkeep.lifecycle.deadlines import REQUEST_ALARMS
from trustkeep.lifecycle.request_letters import RequestKind
from trustkeep.lifecycle.requests import handling, restricting, timekeeping
from trustkeep.lifecycle.requests.kinds import ExtensionReason, OurRole
from trustkeep.lifecycle.requests.models import Happening, Request
from trustkeep.lifecycle.requests.timekeeping import WORDS_KEPT, percent_over

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("asked")]


def at_percent(percent: int) -> datetime:
    row = Request.objects.get()
    return row.received_at + (row.due_at - row.received_at) * percent / 100


def alarms(to: str = "dpo@example.com") -> list[str]:
    return [text for kind, _, text in letters(to) if kind == "deadline-near"]


def test_alarm__goes_to_the_dpo_at_half_and_at_four_fifths_of_the_time() -> None:
    received()
    [half, late] = REQUEST_ALARMS

    assert timekeeping.sound_alarms(now=at_percent(half) - timedelta(minutes=1)) == 0
    assert timekeeping.sound_alarms(now=at_percent(half)) == 1
    assert timekeeping.sound_alarms(now=at_percent(half) + timedelta(hours=1)) == 0
    assert timekeeping.sound_alarms(now=at_percent(late)) == 1
    assert len(alarms()) == 2
    assert "/console/requests/" in alarms()[0]
    assert "Nora" not in alarms()[0]


def test_alarm__of_what_has_to_be_passed_on_counts_to_the_day_on_which_it_has_to_be() -> None:
    in_progress(account=customer(), role=OurRole.PROCESSOR)
    row = Request.objects.get()
    assert row.forward_by
    [half, late] = REQUEST_ALARMS
    whole = row.forward_by - row.received_at

    assert timekeeping.sound_alarms(now=row.received_at + whole * half / 100) == 1
    assert timekeeping.sound_alarms(now=row.received_at + whole * late / 100) == 1
    assert percent_over(row, row.forward_by) == 100


def test_alarm__after_a_pause_of_the_machine_is_one_letter() -> None:
    received()

    assert timekeeping.sound_alarms(now=at_percent(95)) == 1
    assert percent_over(Request.objects.get(), at_percent(95)) == 95


def test_alarm__reaches_the_account_manager_and_every_dpo_too() -> None:
    jonas, amelie = person("Jonas"), person("Amelie")
    change_roles(person_id=amelie.id, roles=[Role.DPO], now=NOW)
    harbour = customer(manager_id=jonas.id)
    bob = member(harbour)
    in_progress(account=harbour, member=bob)

    assert timekeeping.sound_alarms(now=at_percent(50)) == 3
    assert alarms(jonas.email)
    assert alarms(amelie.email)


def test_alarm__is_silent_once_it_is_answered_and_waits_without_a_post() -> None:
    made = in_progress()
    when = at_percent(80)
    house, joined.house = joined.house, None
    assert timekeeping.sound_alarms(now=when) == 0
    joined.house = house

    handling.withdraw(token=made.status_token, now=NOW)

    assert timekeeping.sound_alarms(now=when) == 0
    assert "deadline-near" not in kinds_written()


def test_alarm__starts_again_with_an_extension() -> None:
    made = in_progress()
    timekeeping.sound_alarms(now=at_percent(50))
    reason = ExtensionReason.NUMBER
    handling.extend(request_id=made.id, reason=reason, months=2, by=DPO, now=at_percent(60))

    assert timekeeping.sound_alarms(now=at_percent(50) - timedelta(days=1)) == 0
    assert timekeeping.sound_alarms(now=at_percent(50)) == 1
    assert len(alarms()) == 2
    assert Request.objects.get().alarmed == 50


def test_forgetting__takes_the_words_a_while_after_closing_and_keeps_the_proof() -> None:
    made = in_progress()
    handling.ask(request_id=made.id, words="Which address?", by=DPO, now=NOW)
    handling.withdraw(token=made.status_token, now=NOW)
    handling.close(request_id=made.id, by=DPO, now=NOW)

    timekeeping.forget(now=NOW + WORDS_KEPT - timedelta(seconds=1))
    assert read(made).content.name == "Nora Fink"
    timekeeping.forget(now=NOW + WORDS_KEPT)

    found = read(made)
    assert (found.content.name, found.content.text, found.shown.email) == ("", "", "")
    assert not any(one.words for one in found.story)
    assert found.shown.kinds == (RequestKind.DELETION,)


def test_forgetting__takes_the_proof_after_the_third_year() -> None:
    made = in_progress()
    handling.withdraw(token=made.status_token, now=NOW)
    handling.close(request_id=made.id, by=DPO, now=NOW)

    timekeeping.forget(now=datetime(2029, 12, 31, 23, tzinfo=UTC))
    assert Request.objects.exists()
    timekeeping.forget(now=datetime(2030, 1, 1, 1, tzinfo=UTC))

    assert not Request.objects.exists()
    assert not Happening.objects.exists()


def test_forgetting__spares_what_is_open_and_what_still_restricts() -> None:
    harbour = customer()
    member(harbour)
    bob = member(harbour, "Bob", MemberRole.MEMBER)
    made = in_progress(RequestKind.RESTRICTION, account=harbour, member=bob)
    restricting.restrict(request_id=made.id, by=DPO, now=NOW)
    received()

    timekeeping.forget(now=NOW + timedelta(days=3000))

    assert Request.objects.count() == 2
