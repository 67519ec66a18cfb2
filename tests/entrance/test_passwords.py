"""New passwords by mail, rules that have grown, and what password managers find."""

from __future__ import annotations

import re
from datetime import timedelta

import html5lib
import pyotp
import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client

from tests.console.conftest import PASSWORD, SignedIn, hired, signed_in
from trustkeep.accounts.roles import Role
from trustkeep.identity import authenticators, resets
from trustkeep.identity.models import AccessEvent, Identity, PasswordReset, User
from trustkeep.identity.resets import LIFETIME
from trustkeep.identity.throttling import FREE_FAILURES
from trustkeep.kernel.clock import frozen, now
from trustkeep.letters.models import Letter
from trustkeep.ui.pages import reset_link

NEW = "Neu-und-besser-7"
ADDRESS = "dpo@example.com"


def asked(email: str = ADDRESS) -> str:
    """Ask for a new password; return the page."""
    answer = Client().post("/password/forgotten/", {"email": email})
    assert answer.status_code == 200
    return re.sub(r'name="next" value="[^"]*"|token" value="[^"]*"', "", answer.content.decode())


def link(monkeypatch: pytest.MonkeyPatch) -> str:
    """Let the timetable write, and return the path in the letter."""
    links: list[str] = []

    def noted(secret: str) -> str:
        links.append(f"/password/new/{secret}/")
        return reset_link(secret)

    resets.send_asked(noted, now=now())
    return links[-1]


@pytest.mark.asvs("6.3.8")
def test_forgotten__says_and_writes_the_same_for_every_address(staff: SignedIn) -> None:
    staff(Role.DPO)
    assert asked() == asked("nobody@example.com")

    rows = list(PasswordReset.objects.order_by("asked_at"))
    assert [row.user for row in rows] == [None, None]
    assert not Letter.objects.filter(kind="password-reset").exists(), "nothing yet, for nobody"
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM identity_passwordreset")
        assert "example.com" not in repr(cursor.fetchall())
    assert resets.send_asked(reset_link, now=now()) == 1
    assert Letter.objects.filter(kind="password-reset").count() == 1
    assert resets.send_asked(reset_link, now=now()) == 0


@pytest.mark.asvs("6.4.1")
def test_link__sets_a_password_once(staff: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    older = staff(Role.DPO)
    asked()
    path = link(monkeypatch)
    browser = Client()
    page = browser.get(path)
    html5lib.HTMLParser(strict=True).parse(page.content)
    weak = browser.post(path, {"password": "short"})
    assert "at least" in weak.content.decode()

    assert browser.post(path, {"password": NEW})["Location"] == "/console/"
    assert browser.get("/console/").status_code == 200
    assert older.get("/console/").status_code == 302, "all older sessions have ended"
    assert Client().get(path).status_code == 410
    assert Client().post(path, {"password": NEW}).status_code == 410
    assert Client().post("/sign-in/", {"email": ADDRESS, "password": PASSWORD}).status_code == 422
    assert Letter.objects.filter(kind="password-changed").count() == 1


def test_link__lapses(staff: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    staff(Role.DPO)
    asked()
    path = link(monkeypatch)
    with frozen(now() + LIFETIME):
        assert Client().get(path).status_code == 410
    assert Client().get("/password/new/nonsense/").status_code == 410


def test_newer_link__ends_with_the_older_one(
    staff: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff(Role.DPO)
    asked()
    first = link(monkeypatch)
    asked()
    second = link(monkeypatch)
    Client().post(second, {"password": NEW})

    assert Client().get(first).status_code == 410


@pytest.mark.asvs("6.4.3")
def test_link__does_not_stand_for_the_second_factor(
    staff: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff(Role.DPO)
    user = User.objects.get()
    secret = authenticators.begin(user, issuer="x", now=now()).secret
    long_ago = now() - timedelta(hours=1)
    authenticators.confirm(user, pyotp.TOTP(secret).at(long_ago), now=long_ago)
    asked()
    browser = Client()

    assert browser.post(link(monkeypatch), {"password": NEW})["Location"] == "/sign-in/factor/"
    assert browser.get("/console/").status_code == 302


@pytest.mark.rule("O12")
def test_forgotten__tells_who_uses_a_provider_so_and_gives_no_link(staff: SignedIn) -> None:
    staff(Role.DPO)
    user = User.objects.get()
    user.set_unusable_password()
    user.single_sign_on = True
    user.save()
    Identity.objects.create(
        user=user, provider="google", issuer="https://i.example", subject="1", linked_at=now()
    )
    asked()
    resets.send_asked(reset_link, now=now())

    assert Letter.objects.filter(kind="password-reset-with-provider").count() == 1
    assert not PasswordReset.objects.filter(digest__isnull=False).exists()


def test_forgotten__is_slowed_down(published: None) -> None:
    codes = [
        Client().post("/password/forgotten/", {"email": ADDRESS}).status_code
        for _ in range(FREE_FAILURES + 1)
    ]

    assert codes == [200] * FREE_FAILURES + [429]
    assert Client().post("/sign-in/", {"email": ADDRESS, "password": "x"}).status_code == 422


def test_forgotten__is_forgotten_itself(staff: SignedIn) -> None:
    staff(Role.DPO)
    asked()

    assert resets.forget_old(now=now() + resets.FORGET_AFTER + LIFETIME) == 1


@pytest.mark.rule("N7")
@pytest.mark.asvs("6.2.10")
def test_password__below_the_present_rule_has_to_be_changed_at_the_door(published: None) -> None:
    hired(Role.DPO)
    User.objects.update(password=make_password("weakpassword"))
    browser = Client()
    given = {"email": ADDRESS, "password": "weakpassword", "next": "/console/people/"}

    answer = browser.post("/sign-in/", given)
    assert answer["Location"] == "/password/new/?next=%2Fconsole%2Fpeople%2F"
    assert browser.get("/console/").status_code == 302
    page = browser.get(answer["Location"])
    html5lib.HTMLParser(strict=True).parse(page.content)
    assert "older than the present rule" in page.content.decode()
    assert browser.post(answer["Location"], {"password": "weakpassword"}).status_code == 200
    done = browser.post("/password/new/", {"password": NEW, "next": "/console/people/"})
    assert done["Location"] == "/console/people/"
    assert browser.get("/console/").status_code == 200
    assert Client().get("/password/new/")["Location"] == "/sign-in/"


@pytest.mark.rule("N7")
@pytest.mark.asvs("6.2.10")
def test_password__that_keeps_the_rule_never_has_to_be_changed(published: None) -> None:
    hired(Role.DPO)
    with frozen(now() + timedelta(days=3 * 365)):
        assert signed_in(Role.DPO).get("/console/").status_code == 200


@pytest.mark.rule("N13")
def test_managers__are_led_to_where_passwords_change(published: None) -> None:
    assert Client().get("/.well-known/change-password")["Location"] == "/me/"


@pytest.mark.rule("N11", "N13")
@pytest.mark.asvs("6.2.6", "6.2.7")
def test_fields__can_be_filled_pasted_into_and_shown(staff: SignedIn) -> None:
    door = Client().get("/sign-in/").content.decode()
    own = staff(Role.DPO).get("/me/").content.decode()

    assert 'autocomplete="current-password"' in door
    assert 'autocomplete="username"' in door
    assert {"current-password", "new-password"} <= set(re.findall(r'autocomplete="([^"]+)"', own))
    for page in (door, own):
        assert "onpaste" not in page
        assert 'data-reveal="Show the password"' in page
        assert re.search(r"/static/ui/reveal\.[0-9a-f]+\.js", page)


@pytest.mark.rule("L1")
@pytest.mark.asvs("6.3.7")
def test_changes__are_told_to_who_they_concern(staff: SignedIn) -> None:
    browser = staff(Role.AUDITOR)
    page = browser.get("/me/authenticator/").content.decode()
    [spaced] = re.findall(r'<code class="key"[^>]*>([A-Z2-7 ]+)</code>', page)
    browser.post("/me/authenticator/", {"code": pyotp.TOTP(spaced.replace(" ", "")).at(now())})

    kinds = list(Letter.objects.values_list("kind", flat=True))
    assert sorted(kinds) == ["factor-added", "recovery-codes-made"]
    assert AccessEvent.objects.filter(what="factor-added").count() == 1
