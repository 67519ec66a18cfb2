"""What people have asked the demo company about their data, through its real doors."""

from __future__ import annotations

from trustkeep.accounts.customers import account_by_reference, members
from trustkeep.accounts.roles import Role
from trustkeep.holdings import queries
from trustkeep.identity.queries import user_of
from trustkeep.lifecycle.request_letters import RequestKind
from trustkeep.lifecycle.requests import deciding, execution, handling, receiving
from trustkeep.lifecycle.requests.kinds import Category, Channel, Means, OurRole, Scope
from trustkeep.lifecycle.requests.receiving import NewRequest, Received
from trustkeep.site.demo.desk import Desk

CUSTOMER = "C-1041"
"""Whose file is to go."""


def enter(desk: Desk) -> None:
    """Enter requests: one answered, one handled, one counted, one new, and one of a member."""
    dpo = _dpo(desk)
    answered = _received(
        desk,
        RequestKind.OBJECTION,
        days_ago=16,
        name="Greta Sommer",
        text="Bitte schreiben Sie mir keine Einladungen mehr.",
        language="de",
    )
    _assessed(desk, answered, dpo)
    deciding.decide(request_id=answered.id, category=Category.LETTERS, by=dpo, now=desk.now)
    deciding.conclude(request_id=answered.id, words="", by=dpo, now=desk.now)
    handled = _received(
        desk,
        RequestKind.ACCESS,
        days_ago=9,
        name="Bastien Lefèvre",
        text="Quelles données avez-vous sur moi ?",
        language="fr",
    )
    _assessed(desk, handled, dpo)
    _received(
        desk,
        RequestKind.DELETION,
        days_ago=2,
        name="Owen Hart",
        text="I visited your office in March. Please delete my entry.",
        language="en",
    )
    _counted(desk, dpo)
    _of_member(desk, dpo)


def _of_member(desk: Desk, dpo: str) -> None:
    """A member asks in the workspace about their own data, and we are at it."""
    account = account_by_reference(CUSTOMER)
    [who] = members(account.id)
    made = receiving.receive_from_member(
        account_id=account.id,
        member_id=who.id,
        kinds=(RequestKind.ACCESS,),
        text="Welche Anmeldungen von mir haben Sie gespeichert, und seit wann?",
        language="de",
        now=desk.now,
    )
    handling.assess(
        request_id=made.id,
        role=OurRole.CONTROLLER,
        scope=Scope.MEMBER,
        account_id=account.id,
        subject=str(who.id),
        by=dpo,
        now=desk.now,
    )


def _counted(desk: Desk, dpo: str) -> None:
    """A customer wants a file to go: it is counted, and waits for somebody else to approve it."""
    account = account_by_reference(CUSTOMER)
    file = queries.listing(account.id).files[0]
    made = _received(
        desk,
        RequestKind.DELETION,
        days_ago=4,
        name="Ursula Keller",
        text="Der Gesprächspartner will, dass die Aufzeichnung gelöscht wird. Bitte.",
        language="de",
    )
    means = Means.KNOWN_CONTACT
    handling.check_identity(request_id=made.id, means=means, words="", by=dpo, now=desk.now)
    handling.assess(
        request_id=made.id,
        role=OurRole.INSTRUCTED,
        scope=Scope.OBJECT,
        account_id=account.id,
        things=(f"file:{file.id}",),
        by=dpo,
        now=desk.now,
    )
    deciding.decide(request_id=made.id, category=Category.CONTENT, by=dpo, now=desk.now)
    execution.plan(request_id=made.id, by=dpo, now=desk.now)


def _received(
    desk: Desk, kind: RequestKind, *, days_ago: int, name: str, text: str, language: str
) -> Received:
    mailbox = name.split()[0].lower()
    new = NewRequest(
        kinds=(kind,),
        name=name,
        email=f"{mailbox}@post.example",
        text=text,
        language=language,
        channel=Channel.MAIL,
        received_at=desk.at(days_ago, 10),
    )
    return receiving.receive(new=new, by=_dpo(desk), now=desk.now)


def _dpo(desk: Desk) -> str:
    user = user_of(desk.staff[Role.DPO].id)
    assert user
    return str(user.id)


def _assessed(desk: Desk, made: Received, by: str) -> None:
    means = Means.KNOWN_CONTACT
    handling.check_identity(request_id=made.id, means=means, words="", by=by, now=desk.now)
    handling.assess(
        request_id=made.id,
        role=OurRole.CONTROLLER,
        scope=Scope.PERSON,
        account_id=None,
        by=by,
        now=desk.now,
    )
