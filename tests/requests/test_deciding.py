"""Each category by itself, each refusal with its ground, and no answer that is not true."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tests.promises.world import NOW
from tests.requests.asking import DPO, SECOND, decided, in_progress, letters, read
from trustkeep.kernel.texts import LANGUAGES
from trustkeep.lifecycle.request_letters import RequestKind
from trustkeep.lifecycle.requests import deciding, execution, queries
from trustkeep.lifecycle.requests.deciding import (
    GroundUnfit,
    NotDone,
    NothingDecided,
    SecondPersonNeeded,
)
from trustkeep.lifecycle.requests.handling import WordsMissing
from trustkeep.lifecycle.requests.kinds import GROUNDS, Category
from trustkeep.lifecycle.requests.models import Decision, Request
from trustkeep.lifecycle.requests.queries import Next
from trustkeep.lifecycle.requests.receiving import Received
from trustkeep.lifecycle.requests.states import NotNow, State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("asked")]


def concluded(made: Received, words: str = "") -> State:
    return deciding.conclude(request_id=made.id, words=words, by=DPO, now=NOW)


def approved(made: Received, by: str, category: Category = Category.LETTERS) -> None:
    deciding.approve(request_id=made.id, category=category, by=by, now=NOW)


def deleted(made: Received) -> None:
    """Say that the engine is done; `tests/lifecycle` shows how it comes to that."""
    Request.objects.filter(pk=made.id).update(executing_at=NOW, executed_at=NOW)


def test_answer__grants_everything_once_it_is_done() -> None:
    made = in_progress()
    decided(made, Category.LETTERS)
    with pytest.raises(NotDone):
        concluded(made)

    deleted(made)

    assert concluded(made) is State.FULFILLED
    kind, _, text = letters()[-1]
    assert kind == "request-deletion-fulfilled"
    assert "- correspondence with us: as you asked" in text


def test_answer__in_part_gives_the_ground_of_each_category_and_the_remedies() -> None:
    made = in_progress(language="de")
    decided(made, Category.LETTERS)
    decided(made, Category.CONTRACT, "17-3-b", until=date(2034, 12, 31))
    deleted(made)

    assert concluded(made, "Rechnungen bewahren wir zehn Jahre auf.") is State.PARTLY_REFUSED
    text = " ".join(letters()[-1][2].split())
    assert "- Schriftwechsel mit uns: wie verlangt" in text
    assert "Vertrag und Rechnungen: abgelehnt, ein Gesetz verpflichtet uns" in text
    assert "bis 31. Dezember 2034" in text
    assert "Rechnungen bewahren wir zehn Jahre auf." in text
    assert "Aufsichtsbehörde" in text
    assert "Gericht" in text


def test_answer__that_refuses_needs_an_explanation() -> None:
    made = in_progress()
    decided(made, Category.CONTRACT, "17-3-b")
    with pytest.raises(WordsMissing):
        concluded(made)
    assert read(made).shown.state is State.IN_PROGRESS

    assert concluded(made, "The law wants it.") is State.REFUSED
    assert read(made).shown.answer_digest
    assert read(made).next is Next.CLOSE


def test_answer__needs_a_decision() -> None:
    with pytest.raises(NothingDecided):
        concluded(in_progress())


@pytest.mark.parametrize("ground", ["15-4", "20-1", "16", "made-up"])
def test_ground__has_to_fit_what_was_asked(ground: str) -> None:
    made = in_progress(RequestKind.DELETION)

    with pytest.raises(GroundUnfit):
        decided(made, Category.LETTERS, ground)


@pytest.mark.parametrize("ground", ["12-5-unfounded", "12-5-excessive"])
def test_refusal__as_unfounded_takes_a_second_person(ground: str) -> None:
    made = in_progress()
    decided(made, Category.LETTERS, ground)
    assert read(made).next is Next.APPROVE
    with pytest.raises(SecondPersonNeeded):
        concluded(made, "The ninth time this week.")
    with pytest.raises(SecondPersonNeeded):
        approved(made, DPO)

    approved(made, SECOND)

    assert concluded(made, "The ninth time this week.") is State.REFUSED


def test_refusal__approved_by_its_author_is_refused_by_the_database_too() -> None:
    made = in_progress()
    decided(made, Category.LETTERS, "12-5-unfounded")

    with pytest.raises(IntegrityError), transaction.atomic():
        Decision.objects.update(approved_by=DPO)


def test_decision__that_is_changed_loses_its_approval() -> None:
    made = in_progress()
    decided(made, Category.LETTERS, "12-5-unfounded")
    approved(made, SECOND)

    decided(made, Category.LETTERS, "12-5-excessive")

    assert read(made).decisions[0].waits


def test_approval__has_something_to_approve() -> None:
    made = in_progress()
    with pytest.raises(NotNow):
        approved(made, SECOND)
    decided(made, Category.LETTERS)
    with pytest.raises(NotNow):
        approved(made, SECOND)


def test_decision__cannot_follow_the_point_of_no_return() -> None:
    made = in_progress()
    decided(made, Category.LETTERS)
    execution.plan(request_id=made.id, by=DPO, now=NOW)
    plan = queries.request(made.id).erasure
    assert plan is not None
    assert plan.plan is not None
    execution.approve(request_id=made.id, digest=plan.plan.digest, by=SECOND, now=NOW)

    with pytest.raises(NotNow):
        decided(made, Category.LETTERS, "17-3-e")


def test_grounds__speak_three_languages_and_fit_something() -> None:
    for ground in GROUNDS.values():
        assert len({ground.text[language] for language in LANGUAGES}) == len(LANGUAGES)
        assert ground.types
