"""Ranking of findings and the published times in which they are dealt with.

Exploited findings come first, then severity (CVSS v4.0, v3.1 accepted), then age. The score is
computed from the vector; a typed score is never trusted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from cvss import CVSS3, CVSS4
from cvss.exceptions import CVSSError

from trustkeep.kernel.errors import TrustkeepError


class Severity(StrEnum):
    """The bands of CVSS, from the worst."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    NONE = "none"


REMEDIATE_WITHIN: Mapping[Severity, timedelta] = {
    Severity.CRITICAL: timedelta(days=7),
    Severity.HIGH: timedelta(days=30),
    Severity.MEDIUM: timedelta(days=90),
    Severity.LOW: timedelta(days=180),
    Severity.NONE: timedelta(days=180),
}
"""The published time to remediate a finding, from the receipt of the report."""
REMEDIATE_EXPLOITED_WITHIN = timedelta(days=7)
"""The same for a finding that was exploited in the test, whatever its severity."""


class VectorInvalid(TrustkeepError):
    """The text is not a complete CVSS vector."""

    sentence = "“{vector}” is not a complete CVSS v4.0 or v3.1 vector."


@dataclass(frozen=True, slots=True)
class Finding:
    """What ranks a finding: exploited or not, its score, when it was reported."""

    id: str
    exploited: bool
    score: float
    severity: Severity
    reported_date: date

    @property
    def rank(self) -> tuple[bool, float, date, str]:
        """Sort key: exploited first, then the higher score, then the older."""
        return (not self.exploited, -self.score, self.reported_date, self.id)

    @property
    def due_date(self) -> date:
        """The last day to remediate it in time."""
        within = REMEDIATE_WITHIN[self.severity]
        if self.exploited:
            within = min(within, REMEDIATE_EXPLOITED_WITHIN)
        return self.reported_date + within


def scored(vector: str) -> tuple[float, Severity]:
    """Return base score and severity of a vector; raises VectorInvalid."""
    try:
        if vector.startswith("CVSS:4.0/"):
            found = CVSS4(vector)
            return float(found.base_score), Severity(found.severity.lower())
        found = CVSS3(vector)
        return float(found.base_score), Severity(found.severities()[0].lower())
    except (CVSSError, ValueError) as error:
        raise VectorInvalid(vector=vector) from error
