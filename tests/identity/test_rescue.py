"""Lost factors: two administrators, a day, and nobody for themselves."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.identity.conftest import PASSWORD
from tests.promises.world import NOW, person
from trustkeep.identity import factors, recovery_codes, rescue
from trustkeep.identity.actions import admit
from trustkeep.identity.models import AccessEvent, Authenticator, Rescue, User
from trustkeep.identity.rescue import DELAY, LAPSES_AFTER, NoSuchRescue, RescueExists, TakesTwo

A_MINUTE = timedelta(minutes=1)


@pytest.fixture
def bob(db: None) -> User:
    return User.objects.get(pk=admit(person_id=person("Bob").id, password=PASSWORD, now=NOW))


@pytest.fixture
def carol(db: None) -> User:
    return User.objects.get(pk=admit(person_id=person("Carol").id, password=PASSWORD, now=NOW))


@pytest.fixture
def asked(alice: User, bob: User) -> Rescue:
    """Alice has lost her factors, and Bob has asked for her."""
    Authenticator.objects.create(user=alice, sealed=b"x", made_at=NOW, confirmed_at=NOW)
    recovery_codes.make(alice, now=NOW)
    return Rescue.objects.get(pk=rescue.ask(user_id=alice.pk, reason="Phone", by=bob.pk, now=NOW))


def agreed(asked: Rescue, carol: User) -> None:
    rescue.agree(rescue_id=asked.pk, by=carol.pk, now=NOW)


@pytest.mark.asvs("6.4.4")
def test_rescue__takes_the_factors_a_day_after_the_second_word(
    alice: User, asked: Rescue, carol: User
) -> None:
    agreed(asked, carol)
    epoch = User.objects.get(pk=alice.pk).epoch
    assert rescue.carry_out(now=NOW + DELAY - A_MINUTE) == 0
    assert factors.has_factor(alice)

    assert rescue.carry_out(now=NOW + DELAY) == 1

    assert factors.factors_of(alice) == factors.Factors(0, False, 0)
    assert User.objects.get(pk=alice.pk).epoch > epoch, "all sessions have ended"
    assert rescue.rescue_of(alice.pk) is None
    assert rescue.carry_out(now=NOW + DELAY) == 0


def test_rescue__is_never_done_on_one_word(alice: User, asked: Rescue) -> None:
    assert rescue.carry_out(now=NOW + DELAY * 2) == 0
    assert factors.has_factor(alice)
    assert rescue.carry_out(now=NOW + LAPSES_AFTER) == 0
    assert rescue.rescue_of(alice.pk) is None, "it has lapsed"
    assert factors.has_factor(alice)


def test_rescue__takes_two_others(alice: User, bob: User, asked: Rescue) -> None:
    for by in (bob.pk, alice.pk):
        with pytest.raises(TakesTwo):
            rescue.agree(rescue_id=asked.pk, by=by, now=NOW)
    with pytest.raises(TakesTwo):
        rescue.ask(user_id=bob.pk, reason="", by=bob.pk, now=NOW)
    with pytest.raises(RescueExists):
        rescue.ask(user_id=alice.pk, reason="", by=bob.pk, now=NOW)


def test_rescue__by_one_person_cannot_even_rest(alice: User, bob: User, asked: Rescue) -> None:
    for wrong in (
        {"agreed_by": bob},
        {"agreed_by": alice},
        {"asked_by": alice},
        {"done": True},
        {"done": True, "ended_at": NOW},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Rescue.objects.filter(pk=asked.pk).update(**wrong)


def test_rescue__can_be_stopped_by_who_has_lost_nothing(
    alice: User, asked: Rescue, carol: User
) -> None:
    agreed(asked, carol)
    rescue.stop(rescue_id=asked.pk, by=alice.pk, now=NOW + A_MINUTE)

    assert rescue.carry_out(now=NOW + DELAY) == 0
    assert factors.has_factor(alice)
    with pytest.raises(NoSuchRescue):
        rescue.stop(rescue_id=asked.pk, by=alice.pk, now=NOW)
    with pytest.raises(NoSuchRescue):
        rescue.agree(rescue_id=asked.pk, by=carol.pk, now=NOW)


def test_rescue__leaves_every_word_in_the_trail(alice: User, asked: Rescue, carol: User) -> None:
    agreed(asked, carol)
    rescue.carry_out(now=NOW + DELAY)

    acts = AccessEvent.objects.filter(user=alice).order_by("pk").values_list("what", flat=True)
    assert list(acts)[-3:] == ["rescue-asked", "rescue-agreed", "factors-reset"]
