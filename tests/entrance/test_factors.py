"""The second step at the door, and adding and removing factors on one's own page."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import html5lib
import pyotp
import pytest
from django.test import Client

from tests.console.conftest import PASSWORD, SignedIn, hired, signed_in
from tests.identity.soft_authenticator import SoftAuthenticator
from trustkeep.accounts.roles import Role
from trustkeep.identity import authenticators, factors, recovery_codes
from trustkeep.identity.authentication import FRESH_FOR
from trustkeep.identity.factors import Demand
from trustkeep.identity.models import Passkey, User
from trustkeep.identity.relying_party import installed
from trustkeep.kernel.clock import frozen, now
from trustkeep.letters.models import Letter

GIVEN = {"email": "dpo@example.com", "password": PASSWORD}
LATER = timedelta(minutes=2)


@pytest.fixture
def demanding(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(factors, "_demand", [Demand.REQUIRED])


@pytest.fixture
def secret(published: None) -> str:
    """The DPO has an authenticator app; returns what it knows."""
    user = User.objects.get(pk=hired(Role.DPO))
    told = authenticators.begin(user, issuer="x", now=now()).secret
    long_ago = now() - timedelta(hours=1)
    authenticators.confirm(user, pyotp.TOTP(told).at(long_ago), now=long_ago)
    return told


def code_of(secret: str) -> str:
    return pyotp.TOTP(secret).at(now())


def device() -> SoftAuthenticator:
    return SoftAuthenticator(installed().origin, installed().id)


def secret_on(page: str) -> str:
    [found] = re.findall(r'<code class="key"[^>]*>([A-Z2-7 ]+)</code>', page)
    return str(found).replace(" ", "")


def codes_on(page: str) -> list[str]:
    return re.findall(r"<li><code>([A-Z0-9-]+)</code>", page)


@pytest.mark.asvs("6.3.3")
def test_door__asks_for_the_code_before_anything_opens(secret: str) -> None:
    browser = Client()
    answer = browser.post("/sign-in/", GIVEN | {"next": "/console/records/"})

    assert answer["Location"] == "/sign-in/factor/?next=%2Fconsole%2Frecords%2F"
    assert browser.get("/console/")["Location"].startswith("/sign-in/")
    assert browser.get("/me/")["Location"].startswith("/sign-in/")
    page = browser.get(answer["Location"])
    html5lib.HTMLParser(strict=True).parse(page.content)
    assert 'autocomplete="one-time-code"' in page.content.decode()

    wrong = browser.post("/sign-in/factor/", {"code": "000000"})
    assert wrong.status_code == 422
    assert "not right, or was used before" in wrong.content.decode()

    right = {"code": code_of(secret), "next": "/console/records/"}
    assert browser.post("/sign-in/factor/", right)["Location"] == "/console/records/"
    assert browser.get("/console/").status_code == 200


def test_door__takes_a_recovery_code_in_the_same_field(secret: str) -> None:
    [code, *_] = recovery_codes.make(User.objects.get(), now=now())
    browser = Client()
    browser.post("/sign-in/", GIVEN)

    assert browser.post("/sign-in/factor/", {"code": code.lower()})["Location"] == "/console/"
    assert "9 recovery codes are left" in browser.get("/me/").content.decode()


def test_second_step__is_nothing_without_the_first(published: None) -> None:
    for path in ("/sign-in/factor/", "/me/authenticator/"):
        assert Client().get(path)["Location"] == "/sign-in/"
        assert Client().post(path, {"code": "123456"})["Location"] == "/sign-in/"
    assert Client().post("/me/passkeys/", {"answer": "{}"})["Location"] == "/sign-in/"
    assert Client().post("/me/passkeys/question/")["Location"] == "/sign-in/"


@pytest.mark.asvs("6.3.3")
@pytest.mark.usefixtures("demanding")
def test_door__leads_who_has_no_factor_to_enrol_and_nowhere_else(published: None) -> None:
    hired(Role.DPO)
    browser = Client()
    answer = browser.post("/sign-in/", GIVEN | {"next": "/console/people/"})

    assert answer["Location"] == "/me/authenticator/?next=%2Fconsole%2Fpeople%2F"
    assert browser.get("/console/").status_code == 302
    page = browser.get(answer["Location"])
    html5lib.HTMLParser(strict=True).parse(page.content)
    secret = secret_on(page.content.decode())
    assert "<svg" in page.content.decode()
    assert secret_on(browser.get(answer["Location"]).content.decode()) == secret

    given = {"code": code_of(secret), "next": "/console/people/"}
    added = browser.post("/me/authenticator/", given)
    codes = codes_on(added.content.decode())
    assert len(codes) == recovery_codes.CODES
    assert 'href="/console/people/"' in added.content.decode()
    assert browser.get("/console/").status_code == 200
    assert not set(codes) & set(codes_on(browser.get("/me/").content.decode()))


@pytest.mark.usefixtures("demanding")
def test_passkey__can_be_the_factor_that_is_demanded(published: None) -> None:
    hired(Role.DPO)
    browser, made = Client(), device()
    browser.post("/sign-in/", GIVEN)
    options = browser.post("/me/passkeys/question/").content.decode()
    answer = browser.post("/me/passkeys/", {"answer": made.make(options), "name": "Laptop"})

    assert len(codes_on(answer.content.decode())) == recovery_codes.CODES
    assert browser.get("/console/").status_code == 200

    again = Client()
    again.post("/sign-in/", GIVEN)
    question = again.post("/sign-in/passkey/question/").content.decode()
    proved = again.post("/sign-in/factor/", {"answer": made.prove(question)})
    assert proved["Location"] == "/console/"


def test_passkey__signs_in_alone(published: None) -> None:
    hired(Role.DPO)
    made, browser = device(), signed_in(Role.DPO)
    options = browser.post("/me/passkeys/question/").content.decode()
    browser.post("/me/passkeys/", {"answer": made.make(options), "name": "Laptop"})

    stranger = Client()
    question = stranger.post("/sign-in/passkey/question/").content.decode()
    given = {"answer": made.prove(question), "next": "/console/people/"}
    assert stranger.post("/sign-in/passkey/", given)["Location"] == "/console/people/"

    refused = Client().post("/sign-in/passkey/", given)
    assert refused.status_code == 422
    assert "passkey was not accepted" in refused.content.decode()


@pytest.mark.asvs("6.5.6", "7.4.3")
def test_own_page__adds_and_removes_factors(staff: SignedIn) -> None:
    browser, other = staff(Role.AUDITOR), signed_in(Role.AUDITOR)
    secret = secret_on(browser.get("/me/authenticator/").content.decode())
    added = browser.post("/me/authenticator/", {"code": code_of(secret)})

    assert len(codes_on(added.content.decode())) == recovery_codes.CODES
    assert other.get("/me/").status_code == 302, "other sessions have ended"
    page = browser.get("/me/").content.decode()
    assert "Authenticator app" in page
    html5lib.HTMLParser(strict=True).parse(page)
    with frozen(now() + LATER):
        confirm = {"confirm_code": code_of(secret)}
        assert browser.post("/me/authenticator/remove/", confirm)["Location"] == "/me/"
        assert "You have none yet" in browser.get("/me/").content.decode()


def test_codes__can_be_saved_as_a_file(staff: SignedIn) -> None:
    browser = staff(Role.AUDITOR)
    secret = secret_on(browser.get("/me/authenticator/").content.decode())
    codes = codes_on(browser.post("/me/authenticator/", {"code": code_of(secret)}).content.decode())
    file = browser.post("/me/recovery-codes/file/", {"code": [*codes, "<script>", "x" * 999]})

    assert file["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    assert file.content.decode().split()[-recovery_codes.CODES :] == codes
    assert "<script>" not in file.content.decode()


def test_last_factor__stays_where_one_is_demanded(
    staff: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser, made = staff(Role.AUDITOR), device()
    options = browser.post("/me/passkeys/question/").content.decode()
    browser.post("/me/passkeys/", {"answer": made.make(options)})
    monkeypatch.setattr(factors, "_demand", [Demand.REQUIRED])
    question = browser.post("/sign-in/passkey/question/").content.decode()
    answer = browser.post(
        f"/me/passkeys/{Passkey.objects.get().pk}/remove/",
        {"confirm_passkey": made.prove(question)},
    )

    assert answer.status_code == 409
    assert "only second factor" in answer.content.decode()


def test_own_page__ends_sessions(staff: SignedIn) -> None:
    browser, other, third = (staff(Role.AUDITOR), *(signed_in(Role.AUDITOR) for _ in range(2)))
    page = browser.get("/me/").content.decode()
    [one, two] = re.findall(r"/me/sessions/[0-9a-f-]{36}/end/", page)
    browser.post(one)
    browser.post(one)

    assert sorted([other.get("/me/").status_code, third.get("/me/").status_code]) == [200, 302]
    assert browser.post("/me/sessions/end-others/")["Location"] == "/me/"
    assert [other.get("/me/").status_code, third.get("/me/").status_code] == [302, 302]
    assert browser.get("/me/").status_code == 200
    assert two != one


def test_session_of_another__cannot_be_ended_from_here(staff: SignedIn) -> None:
    victim, mallory = staff(Role.AUDITOR), staff(Role.TRAINER)
    user = User.objects.get(person__email="auditor@example.com")
    from trustkeep.identity.browsers import sessions_of

    [own] = sessions_of(user.pk, now=now())
    mallory.post(f"/me/sessions/{own.opened.id}/end/")

    assert victim.get("/me/").status_code == 200


type Post = Callable[..., int]


@pytest.mark.asvs("7.5.1", "7.5.3")
def test_sensitive_act__asks_again_and_loses_nothing(staff: SignedIn) -> None:
    browser = staff(Role.ADMINISTRATOR)
    typed = {"name": "Nightly report", "scopes": ["read"], "days": "30"}
    with frozen(now() + FRESH_FOR + LATER):
        asked = browser.post("/console/tokens/", typed)
        page = asked.content.decode()
        html5lib.HTMLParser(strict=True).parse(page)
        kept = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))

        assert asked.status_code == 401
        assert 'error="insufficient_user_authentication"' in asked["WWW-Authenticate"]
        assert (kept["name"], kept["scopes"], kept["days"]) == ("Nightly report", "read", "30")
        wrong = browser.post("/console/tokens/", {**kept, "confirm_password": "Falsch-1234"})
        assert wrong.status_code == 401
        assert "not right" in wrong.content.decode()
        done = browser.post("/console/tokens/", {**kept, "confirm_password": PASSWORD})
        assert "tk_" in done.content.decode()
        assert browser.post("/console/tokens/", typed).status_code == 200, "for a while"


def test_sensitive_act__tells_programs_in_their_way(staff: SignedIn) -> None:
    browser = staff(Role.ADMINISTRATOR)
    with frozen(now() + FRESH_FOR + LATER):
        asked = browser.post(
            "/console/tokens/", {"name": "x"}, headers={"accept": "application/json"}
        )

    assert asked.status_code == 401
    assert asked["Content-Type"] == "application/problem+json"
    assert asked["WWW-Authenticate"].endswith(f"max_age={int(FRESH_FOR.total_seconds())}")
    told = asked.json()
    assert (told["type"], told["max_age"]) == ("urn:trustkeep:problem:step-up-required", 600)


@pytest.mark.asvs("7.5.3")
def test_sensitive_act__does_not_take_the_password_from_who_has_a_factor(secret: str) -> None:
    browser = Client()
    browser.post("/sign-in/", GIVEN)
    browser.post("/sign-in/factor/", {"code": code_of(secret)})
    act = "/me/recovery-codes/"
    with frozen(now() + FRESH_FOR + LATER):
        browser.get("/me/")
        assert browser.post(act, {"confirm_password": PASSWORD}).status_code == 401
        done = browser.post(act, {"confirm_code": code_of(secret)})
        assert len(codes_on(done.content.decode())) == recovery_codes.CODES


def test_sensitive_page__leads_back_to_reading_once_confirmed(staff: SignedIn) -> None:
    browser = staff(Role.AUDITOR)
    with frozen(now() + FRESH_FOR + LATER):
        asked = browser.get("/me/authenticator/")
        assert asked.status_code == 401
        given = {"confirm_reading": "1", "confirm_password": PASSWORD}
        assert browser.post("/me/authenticator/", given)["Location"] == "/me/authenticator/"
        assert browser.get("/me/authenticator/").status_code == 200


def test_rescue__goes_through_two_administrators(staff: SignedIn, secret: str) -> None:
    first = staff(Role.ADMINISTRATOR)
    dpo = User.objects.get(person__email="dpo@example.com")
    path = f"/console/people/{dpo.person_id}/"
    assert "Ask for a reset" in first.get(path).content.decode()
    first.post(f"{path}rescue/", {"act": "ask", "reason": "Phone fell into the Elbe"})
    page = first.get(path).content.decode()

    assert "Another one has to agree" in page
    assert 'value="agree"' not in page
    assert first.post(f"{path}rescue/", {"act": "agree"}).status_code == 409
    assert Letter.objects.filter(kind="rescue-asked").count() == 1
    concerned = Client()
    concerned.post("/sign-in/", GIVEN)
    concerned.post("/sign-in/factor/", {"code": code_of(secret)})
    own = concerned.get("/me/").content.decode()
    [stop] = re.findall(r"/me/rescue/[0-9a-f-]{36}/stop/", own)
    assert concerned.post(stop)["Location"] == "/me/"
    assert Letter.objects.filter(kind="rescue-stopped").count() == 1
    assert "Ask for a reset" in first.get(path).content.decode()


def test_sessions__of_another_end_by_an_administrator(staff: SignedIn) -> None:
    administrator, auditor = staff(Role.ADMINISTRATOR), staff(Role.AUDITOR)
    person = User.objects.get(person__email="auditor@example.com").person_id
    assert "1 session is open" in administrator.get(f"/console/people/{person}/").content.decode()
    administrator.post(f"/console/people/{person}/sessions/end/")

    assert auditor.get("/me/").status_code == 302


@pytest.mark.parametrize("path", ["/sign-in/", "/me/authenticator/"])
def test_scripts__may_run_where_passkeys_and_passwords_are_asked_for_only(
    staff: SignedIn, path: str
) -> None:
    browser = staff(Role.AUDITOR)

    assert "script-src 'self'" in browser.get(path)["Content-Security-Policy"]
    assert "script-src" not in browser.get("/console/")["Content-Security-Policy"]
