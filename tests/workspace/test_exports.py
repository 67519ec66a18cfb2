"""Everything back at once, and who of the staff looked."""

from __future__ import annotations

import io
import zipfile

import pyrage
import pytest
from django.test import Client

from tests.holdings.conftest import kept
from tests.promises.world import LATER, NOW
from tests.workspace.conftest import SignedIn
from trustkeep.accounts.customers import AccountShown
from trustkeep.accounts.gate import require_open
from trustkeep.accounts.models import Account
from trustkeep.accounts.roles import MemberRole
from trustkeep.accounts.states import AccountState
from trustkeep.holdings import looks, returning
from trustkeep.kernel.clock import frozen

OWNER, ADMINISTRATOR, MEMBER = MemberRole


def archive_of(browser: Client, **form: str) -> bytes:
    answer = browser.post("/app/export/archive/", form)
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_export__gives_everything_and_is_listed(
    harbour: AccountShown, browser_of: SignedIn
) -> None:
    kept(require_open(harbour.id, now=NOW), "plan.txt", b"the plan")
    browser = browser_of(OWNER)

    archive = zipfile.ZipFile(io.BytesIO(archive_of(browser)))

    assert archive.read("files/plan.txt") == b"the plan"
    assert {"account.json", "members.json", "looks.json", "files.jsonl"} <= set(archive.namelist())
    [one] = returning.exports(harbour.id)
    assert one.sha256 in browser.get("/app/export/").content.decode()


def test_export__to_a_key_opens_with_it(harbour: AccountShown, browser_of: SignedIn) -> None:
    mine = pyrage.x25519.Identity.generate()

    sealed = archive_of(browser_of(ADMINISTRATOR), recipient=str(mine.to_public()))

    assert zipfile.ZipFile(io.BytesIO(pyrage.decrypt(sealed, [mine]))).testzip() is None


def test_export__to_no_key_is_refused_and_keeps_what_was_typed(
    harbour: AccountShown, browser_of: SignedIn
) -> None:
    answer = browser_of(OWNER).post("/app/export/archive/", {"recipient": "age1nonsense"})

    assert answer.status_code == 422
    assert "age1nonsense" in answer.content.decode()
    assert returning.exports(harbour.id) == []


def test_export__is_for_those_who_manage(harbour: AccountShown, browser_of: SignedIn) -> None:
    browser = browser_of(MEMBER)

    assert browser.get("/app/export/").status_code == 403
    assert browser.post("/app/export/archive/").status_code == 403


@pytest.mark.asvs("7.5.3")
def test_export__asks_for_a_fresh_proof(harbour: AccountShown, browser_of: SignedIn) -> None:
    browser = browser_of(OWNER)

    with frozen(LATER + (LATER - NOW)):
        answer = browser.post("/app/export/archive/")

    assert answer.status_code == 401
    assert returning.exports(harbour.id) == []


def test_export__ends_with_the_contract(harbour: AccountShown, browser_of: SignedIn) -> None:
    browser = browser_of(OWNER)
    Account.objects.update(state=AccountState.TERMINATING, ends_at=NOW)

    assert browser.post("/app/export/archive/").status_code in (302, 410)
    assert returning.exports(harbour.id) == []


def test_looked__tells_every_member_who_looked_at_what_and_why(
    harbour: AccountShown, browser_of: SignedIn
) -> None:
    browser = browser_of(MEMBER)
    assert "Nobody has looked" in browser.get("/app/looked/").content.decode()
    staff = looks.Staff("u", "Jonas Weber")
    one = looks.begin_look(account_id=harbour.id, staff=staff, reason="Ticket 4711: why?", now=NOW)
    looks.note_seen(look=one, staff=staff, what=looks.FILE, about="<b>plan</b>.txt", now=NOW)

    told = browser.get("/app/looked/").content.decode()

    assert "Jonas Weber" in told
    assert "Ticket 4711: why?" in told
    assert "&lt;b&gt;plan&lt;/b&gt;.txt" in told
