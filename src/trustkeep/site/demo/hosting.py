"""What the demo company has recorded of its hosting: provider, sites, network, backups."""

from __future__ import annotations

from trustkeep.accounts.roles import Role
from trustkeep.hosting.access import GRANT, REVIEW, STATEMENT
from trustkeep.hosting.assurances import ACCESS_LOG, ASSURANCE, BARRIERS, POINTS, SENSORS
from trustkeep.hosting.network import READING
from trustkeep.lifecycle.kinds import BACKUP, RESTORE_DRILL
from trustkeep.site.demo.desk import Desk

PROVIDER = "Amazon Web Services"
REGION = "Frankfurt (eu-central-1)"
OFFICE = "Office Leipzig"


def enter(desk: Desk) -> None:
    """Enter the provider's documents, the access audits, the network's settings, the backups."""
    _assurances(desk)
    _access(desk)
    desk.enter(READING, Role.SECURITY_LEAD, provider=PROVIDER, read_at=desk.at(5, 9, 40))
    for days_ago in range(7):
        desk.enter(
            BACKUP,
            Role.SECURITY_LEAD,
            made_at=desk.at(days_ago, 2, 15),
            place="eu-west-1, another account",
            encrypted=True,
            verified=True,
            gone_date=desk.ago(days_ago - 35),
        )
    desk.enter(
        RESTORE_DRILL,
        Role.SECURITY_LEAD,
        drilled_date=desk.ago(33),
        minutes=41,
        erasures_reapplied=True,
    )


def _assurances(desk: Desk) -> None:
    claims = (*BARRIERS, *POINTS, *SENSORS, *ACCESS_LOG)
    desk.enter(
        ASSURANCE,
        Role.PROGRAMME_MANAGER,
        provider=PROVIDER,
        type="soc2-type2",
        issuer="Independent service auditor",
        scope=REGION,
        period_end_date=desk.ago(54),
        **{claim: f"Section III, control AWSCA-5.{n}" for n, claim in enumerate(claims, 1)},
    )
    desk.enter(
        ASSURANCE,
        Role.PROGRAMME_MANAGER,
        provider=PROVIDER,
        type="iso-27001",
        issuer="Accredited certification body",
        scope=REGION,
        period_end_date=desk.ago(130),
        valid_until_date=desk.ago(-590),
        perimeter="Annex A 7.1",
        building_entrance="Annex A 7.2",
    )


def _access(desk: Desk) -> None:
    for site, events in ((REGION, 3184), (OFFICE, 947)):
        desk.enter(
            REVIEW,
            Role.SECURITY_LEAD,
            site=site,
            period_end_date=desk.ago(38),
            signed_date=desk.ago(27),
            events=events,
            gaps=0,
            anomalies=2,
            unexplained=0,
        )
    desk.enter(
        GRANT,
        Role.SECURITY_LEAD,
        site=OFFICE,
        operator="own",
        person=str(desk.staff[Role.ADMINISTRATOR].id),
        from_date=desk.ago(800),
    )
    desk.enter(STATEMENT, Role.SECURITY_LEAD, site=REGION, compared_date=desk.ago(17), matches=0)
