"""An installation in this process: keys, encrypted database, tables; nothing is served."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def install(work: Path) -> None:
    """Make an installation in `work` and load the product for it; once in a process."""
    from trustkeep.site import installation
    from trustkeep.site.opening import start_django
    from trustkeep.vault.provisioning import provision

    data = work / "data"
    provision(data, now=NOW)
    installation.write_config(data / installation.CONFIG_NAME, installation.demo_config({}))
    os.environ[installation.DATA_VARIABLE] = str(data)
    start_django()
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def found() -> None:
    """Set a company up, in whose name receipts are issued and letters leave."""
    from trustkeep.accounts.actions import found_company
    from trustkeep.accounts.queries import CompanyProfile

    profile = CompanyProfile(
        name="Bench",
        legal_name="Bench GmbH",
        domain="trust.example.com",
        languages=("en",),
        default_language="en",
        dpo_name="Data Protection Officer",
        dpo_email="dpo@example.com",
        security_email="security@example.com",
        time_zone="Europe/Berlin",
    )
    found_company(profile=profile, now=NOW)
