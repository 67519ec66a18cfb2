"""What the company states changes by two people or by the code, and by nothing else."""

from __future__ import annotations

import uuid
from dataclasses import replace

import pytest

from tests.promises.world import LATER, NOW, company
from trustkeep.controls import catalogue, publication
from trustkeep.controls.models import Wording
from trustkeep.controls.publication import (
    MAX_SENTENCE,
    DraftExists,
    NoSuchDraft,
    NoSuchNote,
    NoteInvalid,
    NothingChanged,
    SecondPersonNeeded,
    WordingInvalid,
)
from trustkeep.kernel.texts import Texts

pytestmark = pytest.mark.django_db

PROMISE = catalogue.promise("locked-after-contract-end")
NEW = Texts(
    de="Konten sind {hours} Stunden nach Vertragsende zu.",
    en="Accounts are shut {hours} hours after the contract’s end.",
    fr="Les comptes sont fermés {hours} heures après la fin du contrat.",
)
NOTE = Texts(de="Wir ziehen um.", en="We are moving.", fr="Nous déménageons.")


@pytest.fixture(autouse=True)
def _published() -> None:
    company()
    publication.reconcile(now=NOW)


def drafted(texts: Texts = NEW, by: str = "alice") -> uuid.UUID:
    return publication.draft(promise=PROMISE, texts=texts, reason="Shorter.", by=by, now=LATER)


def newest() -> Wording:
    row = Wording.objects.filter(promise=PROMISE.slug, published_at__isnull=False)
    return row.latest("published_at")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (" ", "empty"),
        ("{hours} " + "x" * MAX_SENTENCE, "longer"),
        ("{hours} and } alone", "brace"),
        ("Shut in time.", "missing"),
        ("{hours} of {days}", "Nothing fills"),
        ("{hours}, not 24", "no numbers"),
    ],
)
def test_draft__is_refused_with_what_is_wrong_by_language(text: str, told: str) -> None:
    with pytest.raises(WordingInvalid) as refused:
        drafted(replace(NEW, fr=text))

    assert list(refused.value.problems) == ["fr"]
    assert told in refused.value.problems["fr"]


def test_draft__is_one_at_a_time_and_says_something_new() -> None:
    with pytest.raises(NothingChanged):
        drafted(PROMISE.sentence)
    drafted()

    with pytest.raises(DraftExists):
        drafted(replace(NEW, en="Shut {hours} hours later."))


def test_draft__is_approved_by_somebody_else_and_only_once() -> None:
    draft = drafted()

    with pytest.raises(SecondPersonNeeded):
        publication.approve(wording_id=draft, by="alice", now=LATER)
    publication.approve(wording_id=draft, by="bob", now=LATER)

    assert (newest().en, newest().author, newest().approver) == (NEW.en, "alice", "bob")
    with pytest.raises(NoSuchDraft):
        publication.approve(wording_id=draft, by="bob", now=LATER)


def test_draft__that_was_changed_is_its_changers() -> None:
    draft = drafted()
    publication.change_draft(wording_id=draft, texts=NEW, reason="Clearer.", by="bob", now=LATER)

    with pytest.raises(SecondPersonNeeded):
        publication.approve(wording_id=draft, by="bob", now=LATER)


@pytest.mark.asvs("2.3.1")
def test_draft__that_was_withdrawn_cannot_be_published() -> None:
    draft = drafted()
    publication.withdraw_draft(wording_id=draft)

    with pytest.raises(NoSuchDraft):
        publication.approve(wording_id=draft, by="bob", now=LATER)


def test_reconcile__keeps_the_staffs_words_when_a_number_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publication.approve(wording_id=drafted(), by="bob", now=LATER)
    monkeypatch.setattr(catalogue, "CATALOGUE", (replace(PROMISE, values={"hours": 12}),))

    [published] = publication.reconcile(now=LATER)

    assert published.promise == PROMISE.slug
    assert newest().en == NEW.en
    assert newest().origin == Wording.Origin.CATALOGUE
    assert publication.reconcile(now=LATER) == []


def test_reconcile__takes_the_codes_words_where_the_staffs_lack_a_number(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    publication.approve(wording_id=drafted(), by="bob", now=LATER)
    sentence = Texts(de="{days} {hours}", en="{days} {hours}", fr="{days} {hours}")
    changed = replace(PROMISE, values={"hours": 24, "days": 1}, sentence=sentence)
    monkeypatch.setattr(catalogue, "CATALOGUE", (changed,))

    publication.reconcile(now=LATER)

    assert newest().en == sentence.en


def test_note__stands_in_all_languages_until_it_is_withdrawn() -> None:
    with pytest.raises(NoteInvalid):
        publication.publish_note(
            promise=PROMISE, texts=replace(NOTE, fr=" "), by="alice", now=LATER
        )
    note = publication.publish_note(promise=PROMISE, texts=NOTE, by="alice", now=LATER)
    publication.withdraw_note(note_id=note, by="bob", now=LATER)

    with pytest.raises(NoSuchNote):
        publication.withdraw_note(note_id=note, by="bob", now=LATER)
