"""Own staff has no physical access to the provider's data centres."""

from __future__ import annotations

from datetime import datetime

from trustkeep.accounts.queries import people
from trustkeep.accounts.roles import Role
from trustkeep.controls.frameworks import references
from trustkeep.controls.promise import (
    Check,
    Promise,
    Proof,
    Result,
    Section,
    Shortfall,
    cannot_tell,
    fails,
    holds,
)
from trustkeep.hosting.access import GRANT, REVIEW_EVERY, STATEMENT, grants_of_staff, newest_by_site
from trustkeep.kernel.texts import Texts
from trustkeep.records import queries
from trustkeep.records.periods import end_of


def check(now: datetime) -> Result:
    """Hold if no grant names own staff and the comparison with the provider's list is fresh and empty."""
    today = now.date()
    staff = [str(person.id) for person in people()]
    comparisons = newest_by_site(queries.current(STATEMENT, now), "compared_date")
    granted = grants_of_staff(queries.current(GRANT, now), staff, today)
    if granted:
        exceptions = tuple(Shortfall(one, "granted") for one in granted)
        return fails("grants", subjects=len(staff), exceptions=exceptions, grants=len(granted))
    matched = [one for one in comparisons if one["matches"]]
    if matched:
        exceptions = tuple(Shortfall(str(one.id), "matched") for one in matched)
        return fails(
            "matches",
            subjects=len(staff),
            exceptions=exceptions,
            matches=sum(one["matches"] for one in matched),
        )
    fresh = [one for one in comparisons if now < end_of(one["compared_date"] + REVIEW_EVERY)]
    if not fresh or len(fresh) < len(comparisons):
        return cannot_tell("not-compared")
    due_at = min(end_of(one["compared_date"] + REVIEW_EVERY) for one in fresh)
    return holds("none", subjects=len(staff), due_at=due_at, staff=len(staff), sites=len(fresh))


PROMISE = Promise(
    slug="no-staff-in-data-centre",
    section=Section.INFRASTRUCTURE,
    proofs=(Proof.INHERITED, Proof.MEASURED),
    owner=Role.SECURITY_LEAD,
    title=Texts(
        de="Kein eigener Zutritt",
        en="No staff in the data centre",
        fr="Aucun accès de notre personnel",
    ),
    sentence=Texts(
        de="Unser Personal hat keinen physischen Zutritt zu den Rechenzentren, Servern, Netzwerkgeräten und Speichern des Anbieters.",
        en="Our staff has no physical access to the provider’s data centres, servers, network equipment or storage.",
        fr="Notre personnel n’a aucun accès physique aux centres de données, serveurs, équipements réseau et stockages de l’hébergeur.",
    ),
    kept_by=Texts(
        de="Eine Berechtigung für eigenes Personal an einem Standort des Anbieters bricht die Zusage in dem Augenblick, in dem sie erfasst wird.",
        en="A grant to own staff at a site of the provider breaks the promise the moment it is recorded.",
        fr="Un droit accordé à notre personnel sur un site de l’hébergeur rompt l’engagement dès qu’il est enregistré.",
    ),
    proved_by=Texts(
        de="Die Prüfung vergleicht Personalverzeichnis und Berechtigungen und liest den Abgleich mit der Liste des Anbieters, der alle {review_days} Tage fällig ist.",
        en="The check compares staff directory and grants, and reads the comparison with the provider’s list that is due every {review_days} days.",
        fr="La vérification compare l’annuaire et les droits, et lit la comparaison avec la liste de l’hébergeur, due tous les {review_days} jours.",
    ),
    broken_when=Texts(
        de="Eine Berechtigung oder ein Zutritt eigenen Personals an einem solchen Standort.",
        en="A grant to, or an entry by, own staff at such a site.",
        fr="Un droit ou un passage de notre personnel sur un tel site.",
    ),
    told_values={"review_days": REVIEW_EVERY.days},
    figures={
        "not-compared": Texts(
            de="kein aktueller Abgleich mit der Liste des Anbieters",
            en="no recent comparison with the provider’s list",
            fr="aucune comparaison récente avec la liste de l’hébergeur",
        ),
        "none": Texts(
            de="{staff:Person|Personen} mit {sites:Zutrittsliste|Zutrittslisten} verglichen, kein Treffer",
            en="{staff:person|people} compared with {sites:access list|access lists}, no match",
            fr="{staff:personne comparée|personnes comparées} à {sites:liste|listes} d’accès, aucune correspondance",
        ),
        "grants": Texts(
            de="{grants:Berechtigung|Berechtigungen} für eigenes Personal",
            en="{grants:grant|grants} to own staff",
            fr="{grants:droit accordé|droits accordés} à notre personnel",
        ),
        "granted": Texts(
            de="Berechtigung für eigenes Personal",
            en="grant to own staff",
            fr="droit accordé à notre personnel",
        ),
        "matches": Texts(
            de="{matches} Treffer auf der Liste des Anbieters",
            en="{matches:match|matches} on the provider’s list",
            fr="{matches:correspondance|correspondances} sur la liste de l’hébergeur",
        ),
        "matched": Texts(
            de="Treffer im Abgleich", en="matched in the comparison", fr="correspondance trouvée"
        ),
    },
    mapping=references(
        iso="5.19 5.20 5.21 5.22 5.23 7.2",
        tsc="CC9.2 CC6.4",
        gdpr="28 32",
        caiq="DCS-09.1 STA-01.1 STA-08.1 STA-14.1",
        vsa_full="SO-4 SO-4b SO-4c DPAC-21",
        vsa_core="SI-3a SI-3b",
        isa="1.2.4 1.3.3 5.3.4",
    ),
    enforced_in=(
        "trustkeep.hosting.access.grants_of_staff",
        "trustkeep.hosting.access.REVIEW_EVERY",
    ),
    checks=(Check("access-lists", check),),
)
