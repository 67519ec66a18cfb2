"""What the demo company has recorded of its customers, who appear as opaque ids only."""

from __future__ import annotations

from datetime import timedelta

from trustkeep.accounts.roles import Role
from trustkeep.agreements.clauses import AGREEMENT, POINTS, SUBPROCESSOR, TEMPLATE
from trustkeep.disclosure.requests import DOCUMENT_REQUEST, PENTEST_SUMMARY, POLICY_OVERVIEW
from trustkeep.lifecycle.deadlines import DELETE_AFTER
from trustkeep.lifecycle.kinds import ACCOUNT_CARE, CONTRACT_END, DELETION_REQUEST
from trustkeep.site.demo.desk import Desk

ACTIVE = tuple(f"account-{number}" for number in range(1041, 1053))
ENDED, ENDING = "account-1009", "account-1017"
VERSION = "2026-1"


def enter(desk: Desk) -> None:
    """Enter agreements, sub-processors, contract ends and what customers asked for."""
    _agreements(desk)
    _ends(desk)
    _requests(desk)
    for account in ACTIVE:
        manager = str(desk.staff[Role.ACCOUNT_MANAGER].id)
        desk.enter(ACCOUNT_CARE, Role.ADMINISTRATOR, account=account, manager=manager)


def _agreements(desk: Desk) -> None:
    desk.enter(
        TEMPLATE,
        Role.DPO,
        version=VERSION,
        effective_date=desk.ago(220),
        **{point: f"§ {number}" for number, point in enumerate(POINTS, 1)},
    )
    for name, service, days_ago in (
        ("Amazon Web Services EMEA SARL", "Hosting in Frankfurt", 900),
        ("Postillon Mail GmbH", "Delivery of e-mail", 410),
    ):
        desk.enter(
            SUBPROCESSOR,
            Role.DPO,
            name=name,
            service=service,
            country="Luxembourg" if "SARL" in name else "Germany",
            notice_date=desk.ago(days_ago + 45),
            active_date=desk.ago(days_ago),
        )
    for number, account in enumerate(ACTIVE):
        desk.enter(
            AGREEMENT,
            Role.DPO,
            account=account,
            version=VERSION,
            accepted_date=desk.ago(210 - 14 * number),
        )


def _ends(desk: Desk) -> None:
    ended_at = desk.at(74, 22)
    desk.enter(
        CONTRACT_END,
        Role.ACCOUNT_MANAGER,
        account=ENDED,
        ended_at=ended_at,
        closed_at=ended_at + timedelta(minutes=11),
        deleted_at=ended_at + DELETE_AFTER + timedelta(hours=3),
    )
    ended_at = desk.at(12, 22)
    desk.enter(
        CONTRACT_END,
        Role.ACCOUNT_MANAGER,
        account=ENDING,
        ended_at=ended_at,
        closed_at=ended_at + timedelta(minutes=14),
    )


def _requests(desk: Desk) -> None:
    desk.enter(
        DELETION_REQUEST,
        Role.DPO,
        account=ACTIVE[2],
        door="dpo",
        received_date=desk.ago(52),
        identity_checked=True,
        completed_date=desk.ago(43),
    )
    desk.enter(
        DELETION_REQUEST,
        Role.ACCOUNT_MANAGER,
        account=ACTIVE[7],
        door="account-manager",
        received_date=desk.ago(4),
        identity_checked=True,
    )
    for account, document, received in (
        (ACTIVE[0], PENTEST_SUMMARY, 48),
        (ACTIVE[4], PENTEST_SUMMARY, 31),
        (ACTIVE[5], POLICY_OVERVIEW, 25),
    ):
        desk.enter(
            DOCUMENT_REQUEST,
            Role.ACCOUNT_MANAGER,
            account=account,
            document=document,
            received_date=desk.ago(received),
            answered_date=desk.ago(received - 2),
            answer="given",
        )
