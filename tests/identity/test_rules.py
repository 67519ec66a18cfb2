"""Rules of accounts and addresses, and what no token and no spelling may get around."""

from __future__ import annotations

import pytest

from tests.customers import PASSWORD, admitted, customer, member
from tests.identity.test_provider_sign_in import linked, refusal, who
from tests.promises.world import NOW, company
from tests.worlds.identity_provider import World
from tests.worlds.visits import Visit, party
from trustkeep.identity import actions, resets
from trustkeep.identity.actions import SignsInElsewhere, UserExists
from trustkeep.identity.handles import user_at
from trustkeep.identity.models import User
from trustkeep.identity.oidc.accounts import account_of
from trustkeep.identity.oidc.refusals import Reason
from trustkeep.identity.sign_in_rules import Rule, set_rule
from trustkeep.identity.signing_in import SignInRefused, sign_in
from trustkeep.identity.store import SessionStore
from trustkeep.kernel.clock import now

pytestmark = pytest.mark.django_db


@pytest.mark.rule("O13")
@pytest.mark.asvs("6.3.4")
def test_provider_only__closes_every_door_that_takes_or_sets_a_password() -> None:
    company()
    account = customer()
    user = User.objects.get(pk=admitted(member(account, "Bob")))
    sign_in(SessionStore(), email=user.email, password=PASSWORD, now=NOW)
    set_rule(account_id=account.id, rule=Rule(provider_only=True), by="alice", now=NOW)

    with pytest.raises(SignInRefused):
        sign_in(SessionStore(), email=user.email, password=PASSWORD, now=NOW)
    for change in (
        lambda: actions.change_password(
            user_id=user.pk, present=PASSWORD, new=f"{PASSWORD}-New", now=NOW
        ),
        lambda: actions.renew_password(user_id=user.pk, new=f"{PASSWORD}-New", now=NOW),
        lambda: actions.reset_password(user_id=user.pk, new=f"{PASSWORD}-New", by="alice", now=NOW),
        lambda: actions.admit_member(
            member_id=member(account, "Carol").id, password=f"{PASSWORD}-New", now=NOW
        ),
    ):
        with pytest.raises(SignsInElsewhere):
            change()
    resets.ask(user.email, now=NOW)
    links: list[str] = []

    def link(secret: str) -> str:
        links.append(secret)
        return f"https://localhost/{secret}"

    resets.send_asked(link, now=NOW)
    assert links == []


@pytest.mark.rule("G4", "M6")
@pytest.mark.parametrize(
    ("family", "claims", "verified"),
    [
        ("google", {"email": "a@gmail.com", "email_verified": True}, True),
        ("google", {"email": "a@customer.com", "email_verified": True}, False),
        ("google", {"email": "a@customer.com", "email_verified": True, "hd": "customer.com"}, True),
        ("google", {"email": "a@gmail.com", "email_verified": False}, False),
        *[("microsoft", {"xms_edov": one}, True) for one in (True, 1, "1", "true")],
        *[("microsoft", {"xms_edov": one}, False) for one in (False, 0, "0", None, "no")],
        ("microsoft", {"email_verified": True}, False),
    ],
)
def test_address__that_is_confirmed_is_a_hint_and_lets_nobody_in(
    family: str, claims: dict[str, object], verified: bool, alice: User, world: World
) -> None:
    played = getattr(world, family)
    told = {**played.claims({"nonce": "n"}, "a"), **claims}
    account = account_of(party(world, played), told, now=now())
    assert account.email_verified is verified

    told_email = {"email": alice.email, "email_verified": True, "xms_edov": True}
    played.bend = lambda one: {**one, **claims, **told_email}
    visit = Visit(world, played)

    assert refusal(visit, visit.go) is Reason.COLLISION


@pytest.mark.rule("M11")
def test_groups__and_roles_in_a_token_grant_nothing(alice: User, world: World) -> None:
    linked(alice, world, "microsoft")
    before = list(alice.roles)
    world.microsoft.bend = lambda told: (
        told
        | {
            "roles": ["administrator"],
            "groups": ["administrator"],
            "wids": ["62e90394-69f5-4237-9190-012177145e10"],
            "_claim_names": {"groups": "src1"},
            "_claim_sources": {"src1": {"endpoint": "https://evil.example/"}},
        }
    )
    visit = Visit(world, world.microsoft)

    visit.go()

    found = who(visit)
    assert found == alice
    assert found.roles == before


@pytest.mark.rule("L7")
def test_address__is_one_in_every_case_and_form_and_look_alikes_are_others() -> None:
    account = customer()
    bob = User.objects.get(pk=admitted(member(account, "Bob")))
    local, _, domain = bob.email.partition("@")

    for same in (bob.email.upper(), f" {bob.email} ", f"{local}@{domain.title()}"):
        assert user_at(same) == bob
    full_width = "".join(chr(ord(one) + 0xFEE0) if one.isalpha() else one for one in local)
    assert user_at(f"{full_width}@{domain}") == bob
    for other in (bob.email.replace("o", "о"), f"{local}+x@{domain}", f"{local}@{domain}.evil"):
        assert user_at(other) is None
    with pytest.raises(UserExists):
        actions.new_user(member=bob.member)
