"""The secret of a webhook: issued by us, shown once, and valid beside its successor for a while."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from trustkeep.kernel.clock import isoformat
from trustkeep.lifecycle.systems.signing import new_secret

OVERLAP = timedelta(days=7)
"""How long the old secret stays valid after a rotation."""
SECRET = "secret"  # noqa: S105  (a name, not a secret)
OLD_SECRET = "old_secret"  # noqa: S105
OLD_UNTIL = "old_secret_until"


def issue(settings: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Return a new secret, and the present one with its last moment."""
    issued = {SECRET: new_secret()}
    if settings.get(SECRET):
        issued |= {OLD_SECRET: settings[SECRET], OLD_UNTIL: isoformat(now + OVERLAP)}
    return issued


def valid_secrets(settings: Mapping[str, str], now: datetime) -> list[str]:
    """Return the secrets that count now, the newest first."""
    valid = [settings[SECRET]] if settings.get(SECRET) else []
    until = settings.get(OLD_UNTIL)
    if until and now < datetime.fromisoformat(until):
        valid.append(settings[OLD_SECRET])
    return valid
