"""What the demo company has recorded of its customers, who appear as opaque ids only."""

from __future__ import annotations

from trustkeep.accounts.roles import Role
from trustkeep.agreements.clauses import AGREEMENT, POINTS, SUBPROCESSOR, TEMPLATE
from trustkeep.disclosure.requests import DOCUMENT_REQUEST, PENTEST_SUMMARY, POLICY_OVERVIEW
from trustkeep.site.demo.desk import Desk

ACTIVE = tuple(f"account-{number}" for number in range(1041, 1053))
VERSION = "2026-1"


def enter(desk: Desk) -> None:
    """Enter agreements, sub-processors and what customers asked for."""
    _agreements(desk)
    _requests(desk)


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


def _requests(desk: Desk) -> None:
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
