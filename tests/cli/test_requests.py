"""`trustkeep requests`: the DPO's mailbox as a door, the list, one request, and going on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Type
from tests.promises.world import NOW, company
from tests.requests.asking import DPO
from trustkeep.lifecycle.requests import deciding, handling, queries
from trustkeep.lifecycle.requests.kinds import Category, Means, OurRole, Scope
from trustkeep.lifecycle.requests.models import Request

MAIL = """From: Nora Fink <nora@example.org>
To: dpo@example.com
Subject: My data
Date: Tue, 03 Nov 2026 10:00:00 +0100
Content-Type: text/plain; charset=utf-8

Please delete what you hold about me.
"""


@pytest.fixture
def mail(tmp_path: Path, db: None) -> Path:
    company()
    path = tmp_path / "mail.eml"
    path.write_text(MAIL, "utf-8")
    return path


def received(type_: Type, mail: Path) -> str:
    said = type_("requests", "received", str(mail), "--kind", "deletion", "--json")
    assert said.code == 0, said.err
    return str(said.json["reference"])


def test_received__starts_the_clock_when_the_mail_was_sent(type_: Type, mail: Path) -> None:
    reference = received(type_, mail)

    found = queries.by_reference(reference)
    assert found.content.text.strip() == "Please delete what you hold about me."
    assert (found.content.name, found.content.email) == ("Nora Fink", "nora@example.org")
    assert str(found.shown.due_date) == "2026-12-03"
    assert found.shown.channel == "mail"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Subject: none\n\nHello", "deletion"),
        (MAIL, "everything"),
        (MAIL.replace("text/plain", "text/html"), "deletion"),
    ],
)
def test_received__says_what_is_wrong_and_enters_nothing(
    type_: Type, mail: Path, text: str, kind: str
) -> None:
    mail.write_text(text, "utf-8")

    said = type_("requests", "received", str(mail), "--kind", kind)

    assert said.code == 1
    assert "is no mail that can be entered" in said.err
    assert not Request.objects.exists()


def test_received__of_a_missing_file_says_so(type_: Type, mail: Path) -> None:
    said = type_("requests", "received", f"{mail}.not", "--kind", "access")

    assert said.code == 1
    assert "No such file" in said.err


def test_list__names_nobody(type_: Type, mail: Path) -> None:
    reference = received(type_, mail)

    assert reference in type_("requests", "list", "--open").out
    [told] = type_("requests", "list", "--json").json
    assert told["kinds"] == ["deletion"]
    assert "nora" not in str(told).lower()


def test_show__tells_what_is_next_and_what_happened(type_: Type, mail: Path) -> None:
    reference = received(type_, mail)

    assert "Next: check-identity." in type_("requests", "show", reference.lower()).out
    told = type_("requests", "show", reference, "--json").json
    assert [step["what"] for step in told["story"]] == ["received"]
    assert type_("requests", "show", "NOBODY").code == 1


def test_advance__says_how_many_wait(type_: Type, mail: Path) -> None:
    assert type_("requests", "advance", "--json").json == {"done": 0, "waiting": 0}
    assert "0 deletions are done" in type_("requests", "advance").out


def granted(type_: Type, mail: Path) -> str:
    """A deletion of letters that was decided as asked."""
    reference = received(type_, mail)
    row = Request.objects.get(reference=reference)
    means = Means.KNOWN_CONTACT
    handling.check_identity(request_id=row.id, means=means, words="", by=DPO, now=NOW)
    handling.assess(
        request_id=row.id,
        role=OurRole.CONTROLLER,
        scope=Scope.PERSON,
        account_id=None,
        by=DPO,
        now=NOW,
    )
    deciding.decide(request_id=row.id, category=Category.LETTERS, by=DPO, now=NOW)
    return reference


def test_plan__counts_each_store_and_deletes_nothing(type_: Type, mail: Path) -> None:
    reference = granted(type_, mail)

    said = type_("requests", "plan", reference).out

    assert "Plan " in said
    assert "not approved" in said
    assert "letters_letter" in said
    assert type_("requests", "plan", reference).code == 1


def test_approve__binds_to_what_was_counted(type_: Type, mail: Path) -> None:
    reference = granted(type_, mail)
    told = type_("requests", "plan", reference, "--json").json
    digest = told["erasure"]["plan"]["digest"]

    assert "The plan has changed since" in type_("requests", "approve", reference, "0" * 64).err
    done = type_("requests", "approve", reference, digest, "--json").json

    assert done["erasure"]["approved_by"] == ["command-line"]
    assert type_("requests", "approve", reference, digest).code == 1
