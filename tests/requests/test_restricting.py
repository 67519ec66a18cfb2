"""While somebody is restricted, their data is stored and nothing else."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tests.customers import admitted, customer, member
from tests.promises.world import NOW
from tests.requests.asking import DPO, decided, in_progress, kinds_written, read
from trustkeep.accounts import restricting as accounts
from trustkeep.accounts import trail
from trustkeep.accounts.customers import AccountShown, MemberShown, members
from trustkeep.accounts.customers import member as member_of
from trustkeep.accounts.restricting import AlreadyRestricted, ClaimUnexplained, NotRestricted
from trustkeep.accounts.roles import MemberRole
from trustkeep.identity.models import User
from trustkeep.identity.queries import users_of_account
from trustkeep.lifecycle.request_letters import RequestKind
from trustkeep.lifecycle.requests import deciding, restricting
from trustkeep.lifecycle.requests.kinds import Category
from trustkeep.lifecycle.requests.models import Restriction
from trustkeep.lifecycle.requests.queries import Next
from trustkeep.lifecycle.requests.receiving import Received
from trustkeep.lifecycle.requests.restricting import NOTICE, NoticeNotOver
from trustkeep.lifecycle.requests.states import NotNow, State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("asked")]


def asked_by_bob() -> tuple[AccountShown, MemberShown, Received]:
    harbour = customer()
    member(harbour)
    bob = member(harbour, "Bob", MemberRole.MEMBER)
    made = in_progress(RequestKind.RESTRICTION, account=harbour, member=bob, email=bob.email)
    return harbour, bob, made


def claimed(one: MemberShown, reason: str) -> MemberShown:
    return accounts.read_for_claim(
        account_id=one.account_id, member_id=one.id, reason=reason, by=DPO, now=NOW
    )


def restricted(made: Received) -> None:
    restricting.restrict(request_id=made.id, by=DPO, now=NOW)


def test_restriction__keeps_name_and_address_from_every_reader() -> None:
    harbour, bob, made = asked_by_bob()
    admitted(bob)

    restricted(made)

    assert {(one.name, one.email) for one in members(harbour.id)} == {
        ("Alice", "alice@harbour-1.example"),
        ("–", ""),
    }
    assert member_of(harbour.id, bob.id).restricted_at == NOW
    assert users_of_account(harbour.id)[bob.id].email == ""


def test_restriction__does_not_keep_it_from_the_member() -> None:
    harbour, bob, made = asked_by_bob()
    user = admitted(bob)

    restricted(made)

    assert member_of(harbour.id, bob.id, own=True).email == bob.email
    assert User.objects.get(pk=user).name == "Bob"
    assert User.objects.get(pk=user).may_enter(NOW)


def test_restriction__opens_for_a_legal_claim_with_a_reason_that_is_noted() -> None:
    harbour, bob, made = asked_by_bob()
    with pytest.raises(NotRestricted):
        claimed(bob, "Claim 7")
    restricted(made)
    with pytest.raises(ClaimUnexplained):
        claimed(bob, " ")

    assert claimed(bob, "Claim 7").name == "Bob"

    body = trail.acts(harbour.id)[-1].body
    assert (body["what"], body["reason"], body["by"]) == ("read-for-claim", "Claim 7", DPO)


def test_restriction__is_done_before_it_is_told() -> None:
    _, _, made = asked_by_bob()
    decided(made, Category.PROFILE)
    assert read(made).next is Next.RESTRICT

    restricted(made)

    assert deciding.conclude(request_id=made.id, words="", by=DPO, now=NOW) is State.FULFILLED


def test_restriction__is_lifted_only_after_a_notice_and_some_days() -> None:
    harbour, bob, made = asked_by_bob()
    restricted(made)
    with pytest.raises(NoticeNotOver):
        restricting.lift(request_id=made.id, by=DPO, now=NOW)

    restricting.give_notice(request_id=made.id, by=DPO, now=NOW)
    assert "request-restriction-ends" in kinds_written(bob.email)
    with pytest.raises(NoticeNotOver):
        restricting.lift(request_id=made.id, by=DPO, now=NOW)
    with pytest.raises(NotNow):
        restricting.give_notice(request_id=made.id, by=DPO, now=NOW)

    restricting.lift(request_id=made.id, by=DPO, now=NOW + NOTICE)
    assert member_of(harbour.id, bob.id).name == "Bob"
    with pytest.raises(NotNow):
        restricting.lift(request_id=made.id, by=DPO, now=NOW + NOTICE)


def test_restriction__without_notice_is_not_lifted_by_the_database_either() -> None:
    _, _, made = asked_by_bob()
    restricted(made)

    with pytest.raises(IntegrityError), transaction.atomic():
        Restriction.objects.update(lifted_at=NOW)


def test_restriction__is_asked_for_by_a_member_and_once() -> None:
    _, _, made = asked_by_bob()
    restricted(made)

    with pytest.raises(AlreadyRestricted):
        restricted(made)
    with pytest.raises(NotNow):
        restricted(in_progress(RequestKind.RESTRICTION))
    with pytest.raises(NotNow):
        restricted(in_progress(RequestKind.DELETION))
