"""What the demo company has recorded of its security programme."""

from __future__ import annotations

import hashlib

from trustkeep.accounts.roles import Role
from trustkeep.programme.appointments import APPOINTMENT
from trustkeep.programme.pentests import FINDING, PENTEST
from trustkeep.programme.policies import POLICY
from trustkeep.programme.training import COMPLETION, EXEMPTION, TOPICS
from trustkeep.site.demo.desk import Desk
from trustkeep.site.demo.people import HOLDERS, NEWCOMER, ON_LEAVE

_POLICIES = {
    "Information security": 310,
    "Access control": 205,
    "Cryptography and keys": 128,
    "Secure development": 244,
    "Incident response": 61,
    "Backup and restore": 172,
    "Supplier security": 93,
    "Data protection": 287,
    "Acceptable use": 340,
    # Overdue on purpose: a trust page that can only shine proves nothing.
    "Business continuity": 368,
}
_FINDINGS = (
    (
        "Session of a former member stays valid",
        "CVSS:4.0/AV:N/AC:L/AT:N/PR:L/UI:N/VC:H/VI:L/VA:N/SC:N/SI:N/SA:N",
        True,
        4,
    ),
    (
        "Export endpoint without a rate limit",
        "CVSS:4.0/AV:N/AC:L/AT:P/PR:L/UI:N/VC:N/VI:N/VA:L/SC:N/SI:N/SA:N",
        False,
        41,
    ),
    (
        "Stack trace in an error of the importer",
        "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N",
        False,
        19,
    ),
    (
        "File name reflected in a download header",
        "CVSS:4.0/AV:N/AC:H/AT:P/PR:N/UI:A/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N",
        False,
        66,
    ),
)


def enter(desk: Desk) -> None:
    """Enter the appointment, policies, trainings, tests and findings."""
    _appointment(desk)
    _policies(desk)
    _trainings(desk)
    _test(desk, days_ago=712)
    _findings(desk, _test(desk, days_ago=346), days_ago=346)


def _appointment(desk: Desk) -> None:
    desk.enter(
        APPOINTMENT,
        Role.ADMINISTRATOR,
        role="chief-technology-officer",
        person=HOLDERS[Role.SECURITY_LEAD],
        deputy=HOLDERS[Role.PROGRAMME_MANAGER],
        from_date=desk.ago(1180),
        confirmed_date=desk.ago(84),
    )


def _policies(desk: Desk) -> None:
    for title, reviewed_days_ago in _POLICIES.items():
        desk.enter(
            POLICY,
            Role.PROGRAMME_MANAGER,
            title=title,
            version="3",
            owner=HOLDERS[Role.SECURITY_LEAD],
            author=HOLDERS[Role.PROGRAMME_MANAGER],
            approver=HOLDERS[Role.SECURITY_LEAD],
            approved_date=desk.ago(reviewed_days_ago),
            reviewed_date=desk.ago(reviewed_days_ago),
            overview=f"What our policy on {title.lower()} demands, and who answers for it.",
        )


def _trainings(desk: Desk) -> None:
    for number, (key, person) in enumerate(desk.staff.items()):
        if key == NEWCOMER:
            continue
        joined_days_ago = (desk.now.date() - person.joined_date).days
        _completed(desk, str(person.id), tuple(TOPICS), joined_days_ago - 6)
        if joined_days_ago > 300:
            _completed(desk, str(person.id), ("gdpr", "security"), 20 + 11 * (number % 24))
    desk.enter(
        EXEMPTION,
        Role.TRAINER,
        person=str(desk.staff[ON_LEAVE].id),
        until_date=desk.ago(-140),
        reason="Parental leave",
    )


def _completed(desk: Desk, person: str, topics: tuple[str, ...], days_ago: int) -> None:
    desk.enter(
        COMPLETION,
        Role.TRAINER,
        person=person,
        topics=topics,
        completed_date=desk.ago(days_ago),
        material="Lindenau security and privacy, edition 5",
    )


def _test(desk: Desk, *, days_ago: int) -> str:
    return desk.enter(
        PENTEST,
        Role.SECURITY_LEAD,
        agency="Rabenstein Security Testing GmbH",
        independence_date=desk.ago(days_ago + 52),
        scope="Web application, API and infrastructure, with a copy that holds invented data",
        gate_date=desk.ago(days_ago + 26),
        start_date=desk.ago(days_ago + 25),
        end_date=desk.ago(days_ago + 12),
        real_account_reads=0,
        completed_date=desk.ago(days_ago),
        report_digest=hashlib.sha256(f"report {days_ago}".encode()).hexdigest(),
        summary_date=desk.ago(days_ago - 6),
    )


def _findings(desk: Desk, pentest: str, *, days_ago: int) -> None:
    for title, vector, exploited, fixed_after in _FINDINGS:
        desk.enter(
            FINDING,
            Role.SECURITY_LEAD,
            title=title,
            pentest=pentest,
            cvss=vector,
            exploited=exploited,
            reported_date=desk.ago(days_ago),
            fixed_date=desk.ago(days_ago - fixed_after),
            retested_date=desk.ago(days_ago - fixed_after - 3),
            closed_date=desk.ago(days_ago - fixed_after - 4),
        )
