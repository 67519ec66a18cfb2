"""The public form tells nothing about anybody, and believes no address that has not answered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.promises.world import NOW
from tests.requests.asking import letters, read, token_in
from trustkeep.lifecycle.request_letters import RequestKind
from trustkeep.lifecycle.requests import confirming
from trustkeep.lifecycle.requests.confirming import (
    LIMIT_WINDOW,
    MOST_PER_ADDRESS,
    MOST_PER_SOURCE,
    Form,
    LinkEnded,
    TooManyForms,
)
from trustkeep.lifecycle.requests.kinds import Channel, Means
from trustkeep.lifecycle.requests.links import CONFIRM_WITHIN
from trustkeep.lifecycle.requests.models import Request, Unconfirmed
from trustkeep.lifecycle.requests.receiving import RequestInvalid
from trustkeep.lifecycle.requests.states import State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("asked")]


def form(email: str = "nora@example.org", **told: Any) -> Form:
    usual = {
        "kinds": (RequestKind.DELETION,),
        "name": "Nora Fink",
        "text": "Please delete my data.",
        "language": "en",
    }
    return Form(email=email, **{**usual, **told})


def sent(email: str = "nora@example.org", source: str = "192.0.2.1", **told: Any) -> None:
    confirming.send_form(form=form(email, **told), source=source, now=NOW)


def token() -> str:
    return token_in(letters()[-1][2])


def test_form__is_no_request_until_the_address_is_confirmed() -> None:
    sent()

    assert not Request.objects.exists()
    assert [(kind, to) for kind, to, _ in letters()] == [
        ("request-deletion-identity", "nora@example.org")
    ]


def test_confirming__enters_the_request_as_received_when_the_form_was_sent() -> None:
    sent(about="Harbour GmbH")
    later = NOW + timedelta(hours=40)

    made = confirming.confirm(token=token(), now=later)

    found = read(made)
    assert found.shown.received_at == NOW
    assert found.shown.channel == Channel.PUBLIC_FORM
    assert found.shown.verified_by == Means.EMAIL_LINK
    assert found.shown.state is State.IDENTITY_CHECK
    assert found.content.about == "Harbour GmbH"


@pytest.mark.asvs("6.4.4")
def test_confirming__works_once() -> None:
    sent()
    link = token()
    confirming.confirm(token=link, now=NOW)

    with pytest.raises(LinkEnded):
        confirming.confirm(token=link, now=NOW)
    assert Request.objects.count() == 1


def test_confirming__ends_after_two_days_and_leaves_nothing() -> None:
    sent()
    link = token()

    with pytest.raises(LinkEnded):
        confirming.confirm(token=link, now=NOW + CONFIRM_WITHIN)
    confirming.forget_unconfirmed(now=NOW + CONFIRM_WITHIN)
    assert not Unconfirmed.objects.exists()


def test_confirming__takes_no_made_up_link_and_no_digest() -> None:
    sent()

    for wrong in ("x" * 43, Unconfirmed.objects.get().digest, ""):
        with pytest.raises(LinkEnded):
            confirming.confirm(token=wrong, now=NOW)


def test_form__rests_sealed_and_without_its_link() -> None:
    sent()

    row = Unconfirmed.objects.get()
    assert b"Nora" not in bytes(row.sealed)
    assert row.digest != token()
    assert "nora" not in row.address_key
    assert "192" not in row.source_key


@pytest.mark.asvs("2.3.2")
def test_form__sends_an_address_a_few_mails_a_day_and_tells_nobody() -> None:
    for number in range(MOST_PER_ADDRESS + 2):
        sent("Nora@example.org" if number % 2 else "nora@example.org", source=f"192.0.2.{number}")

    assert len(letters()) == MOST_PER_ADDRESS
    confirming.send_form(form=form(), source="198.51.100.1", now=NOW + LIMIT_WINDOW)
    assert len(letters()) == MOST_PER_ADDRESS + 1


@pytest.mark.asvs("2.4.1", "2.3.2")
def test_form__takes_so_many_from_one_source_a_day() -> None:
    for number in range(MOST_PER_SOURCE):
        sent(f"nora{number}@example.org")

    with pytest.raises(TooManyForms):
        sent("another@example.org")
    sent("another@example.org", source="198.51.100.7")


def test_form__that_cannot_be_used_leaves_nothing() -> None:
    with pytest.raises(RequestInvalid):
        sent("not an address")

    assert not Unconfirmed.objects.exists()
    assert letters() == []
