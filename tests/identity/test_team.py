"""Members and their ways in: added by invitation, out in the same transaction."""

from __future__ import annotations

from typing import Any

import pytest

from tests.customers import admitted, customer, member
from tests.identity.test_invitations import BY, Link
from tests.promises.world import NOW, company
from trustkeep.accounts.customers import AccountShown, MemberShown, members
from trustkeep.accounts.membership import LastOwner, NewMember
from trustkeep.accounts.roles import MemberRole
from trustkeep.identity import team
from trustkeep.identity.actions import UserExists
from trustkeep.identity.invitations import InvitationRefused, invited
from trustkeep.identity.models import AccessEvent, User
from trustkeep.identity.team import OwnersOnly

pytestmark = pytest.mark.django_db
DORA = NewMember("Dora", "dora@harbour.example")


@pytest.fixture
def link() -> Link:
    company()
    return Link()


@pytest.fixture
def harbour(link: Link) -> AccountShown:
    return customer()


@pytest.fixture
def alice(harbour: AccountShown) -> MemberShown:
    return member(harbour)


def added(account: AccountShown, link: Link, new: NewMember = DORA, **changes: Any) -> MemberShown:
    told: dict[str, Any] = {"actor_role": MemberRole.OWNER, "by": BY, "link": link, "now": NOW}
    return team.add(account_id=account.id, new=new, **{**told, **changes})


def test_member__is_added_with_an_invitation(harbour: AccountShown, link: Link) -> None:
    dora = added(harbour, link)

    assert invited(link.secret, now=NOW).email == "dora@harbour.example"
    assert not User.objects.filter(member=dora.id).exists()


def test_member__with_an_address_that_signs_in_elsewhere_is_not_added(
    harbour: AccountShown, alice: MemberShown, link: Link
) -> None:
    quarry = customer("Quarry")
    admitted(alice)

    with pytest.raises(UserExists):
        added(quarry, link, NewMember("Alice", alice.email))
    assert members(quarry.id) == [], "all or nothing"


@pytest.mark.asvs("8.2.1")
def test_owners__are_made_changed_and_removed_by_owners_only(
    harbour: AccountShown, alice: MemberShown, link: Link
) -> None:
    told: dict[str, Any] = {
        "account_id": harbour.id,
        "actor_role": MemberRole.ADMINISTRATOR,
        "by": "bob",
        "now": NOW,
    }
    dora = added(harbour, link)

    with pytest.raises(OwnersOnly):
        added(harbour, link, NewMember("Eve", "eve@x.example", MemberRole.OWNER),
              actor_role=MemberRole.ADMINISTRATOR)  # fmt: skip
    with pytest.raises(OwnersOnly):
        team.change_role(member_id=dora.id, role=MemberRole.OWNER, **told)
    with pytest.raises(OwnersOnly):
        team.change_role(member_id=alice.id, role=MemberRole.MEMBER, **told)
    with pytest.raises(OwnersOnly):
        team.remove(member_id=alice.id, **told)


@pytest.mark.asvs("7.4.2")
def test_member__who_is_removed_is_out_at_once(
    harbour: AccountShown, alice: MemberShown, link: Link
) -> None:
    bob = member(harbour, "Bob", MemberRole.MEMBER)
    user_id = admitted(bob)
    dora = added(harbour, link)
    told: dict[str, Any] = {
        "account_id": harbour.id, "actor_role": MemberRole.OWNER, "by": "alice", "now": NOW,
    }  # fmt: skip

    team.remove(member_id=bob.id, **told)
    team.remove(member_id=dora.id, **told)

    assert not User.objects.get(pk=user_id).may_enter(NOW)
    with pytest.raises(InvitationRefused):
        invited(link.secret, now=NOW)
    with pytest.raises(LastOwner):
        team.remove(member_id=alice.id, **told)


@pytest.mark.rule("S7")
@pytest.mark.asvs("7.2.4", "8.3.2")
def test_role__that_is_new_begins_with_new_sessions(
    harbour: AccountShown, alice: MemberShown
) -> None:
    bob = member(harbour, "Bob", MemberRole.MEMBER)
    user_id = admitted(bob)
    before = User.objects.get(pk=user_id).epoch

    team.change_role(
        account_id=harbour.id,
        member_id=bob.id,
        role=MemberRole.ADMINISTRATOR,
        actor_role=MemberRole.OWNER,
        by="alice",
        now=NOW,
    )

    assert User.objects.get(pk=user_id).epoch > before


def test_rights__of_a_member_stand_in_the_trail_from_the_first_to_the_last_day(
    harbour: AccountShown, alice: MemberShown, link: Link
) -> None:
    dora = added(harbour, link)
    told: dict[str, Any] = {"account_id": harbour.id, "member_id": dora.id, "by": "alice"}
    told |= {"actor_role": MemberRole.OWNER, "now": NOW}
    team.change_role(role=MemberRole.ADMINISTRATOR, **told)
    team.remove(**told)

    rows = AccessEvent.objects.filter(what="rights-changed", account=harbour.id).order_by("pk")
    assert [row.detail for row in rows] == [
        f"{dora.id} {role}" for role in ("member", "administrator", "none")
    ]
    assert all(row.entry_index for row in rows)
