"""Training: who has completed what, measured against the staff directory of the day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from trustkeep.accounts.queries import PersonShown
from trustkeep.accounts.roles import Role
from trustkeep.kernel.texts import Texts
from trustkeep.records.fields import day, reference, some_of, text
from trustkeep.records.kinds import RecordKind
from trustkeep.records.periods import YEAR, end_of
from trustkeep.records.queries import Entered

ONBOARDING_WITHIN = timedelta(days=30)
"""How long after joining the three trainings have to be completed."""
REPEAT_WITHIN = YEAR
"""How long a GDPR training counts."""
AFTER_LEAVE = timedelta(days=14)
"""How long after an exemption ends the missed training may take."""

ONBOARDING, PRIVACY, SECURITY = "onboarding", "gdpr", "security"
TOPICS = {
    ONBOARDING: Texts(de="Einarbeitung", en="Onboarding", fr="Intégration"),
    PRIVACY: Texts(de="Datenschutz (DSGVO)", en="GDPR", fr="RGPD"),
    SECURITY: Texts(de="Sicherheit", en="Security", fr="Sécurité"),
}
_WRITERS = frozenset({Role.TRAINER, Role.PROGRAMME_MANAGER, Role.DPO})
_PERSON = reference(
    "person",
    Texts(de="Person", en="Person", fr="Personne"),
    hint=Texts(
        de="Kennung aus dem Personalverzeichnis",
        en="Id from the staff directory",
        fr="Identifiant de l’annuaire du personnel",
    ),
)

COMPLETION = RecordKind(
    slug="training-completion",
    title=Texts(de="Schulungsabschluss", en="Completed training", fr="Formation achevée"),
    description=Texts(
        de="Wer an welchem Tag welche Schulung abgeschlossen hat.",
        en="Who completed which training on which day.",
        fr="Qui a achevé quelle formation, et quel jour.",
    ),
    fields=(
        _PERSON,
        some_of("topics", Texts(de="Themen", en="Topics", fr="Thèmes"), TOPICS),
        day("completed_date", Texts(de="Abgeschlossen am", en="Completed on", fr="Achevée le")),
        text("material", Texts(de="Material", en="Material", fr="Support"), required=False),
    ),
    promises=("onboarding-training", "yearly-gdpr-training"),
    writers=_WRITERS,
)
EXEMPTION = RecordKind(
    slug="training-exemption",
    title=Texts(
        de="Freistellung von Schulungen", en="Training exemption", fr="Dispense de formation"
    ),
    description=Texts(
        de="Wer wegen langer Abwesenheit vorerst keine Schulung braucht.",
        en="Who needs no training for now because of a long leave.",
        fr="Qui est dispensé pour l’instant en raison d’une longue absence.",
    ),
    fields=(
        _PERSON,
        day("until_date", Texts(de="Bis", en="Until", fr="Jusqu’au")),
        text("reason", Texts(de="Grund", en="Reason", fr="Motif")),
    ),
    promises=("onboarding-training", "yearly-gdpr-training"),
    writers=_WRITERS,
)


@dataclass(frozen=True, slots=True)
class Trained:
    """Where one person stands: ``due_at`` is when the training is overdue, past or ahead."""

    person: str
    due_at: datetime
    done: bool

    def overdue(self, now: datetime) -> bool:
        """Return whether it is too late."""
        return now >= self.due_at


type Completions = Mapping[tuple[str, str], date]
"""The newest completion by person and topic."""


def completions(records: Iterable[Entered], on: date) -> Completions:
    """Return the newest completion of every person and topic up to a day."""
    newest: dict[tuple[str, str], date] = {}
    for one in records:
        for topic in one["topics"]:
            key = (one["person"], topic)
            if one["completed_date"] <= on:
                newest[key] = max(newest.get(key, date.min), one["completed_date"])
    return newest


def exemptions(records: Iterable[Entered]) -> Mapping[str, date]:
    """Return until when each exempted person is exempted."""
    until: dict[str, date] = {}
    for one in records:
        until[one["person"]] = max(until.get(one["person"], date.min), one["until_date"])
    return until


def onboarded(person: PersonShown, done: Completions, exempt: Mapping[str, date]) -> Trained:
    """Return where a person stands with the trainings of the first weeks."""
    key = str(person.id)
    complete = all((key, topic) in done for topic in TOPICS)
    return Trained(key, _later(person.joined_date + ONBOARDING_WITHIN, key, exempt), complete)


def yearly(person: PersonShown, done: Completions, exempt: Mapping[str, date]) -> Trained:
    """Return where a person stands with the yearly GDPR training, the first in onboarding."""
    key = str(person.id)
    last = done.get((key, PRIVACY))
    if last is None:
        return Trained(key, _later(person.joined_date + ONBOARDING_WITHIN, key, exempt), done=False)
    return Trained(key, _later(last + REPEAT_WITHIN, key, exempt), done=True)


def _later(due: date, person: str, exempt: Mapping[str, date]) -> datetime:
    until = exempt.get(person)
    return end_of(max(due, until + AFTER_LEAVE) if until else due)
