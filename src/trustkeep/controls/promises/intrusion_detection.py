"""Electronic intrusion detection monitors the vulnerable points of the data centre."""

from __future__ import annotations

from datetime import datetime

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
from trustkeep.hosting.assurances import ASSURANCE, POINTS, REPORT_MAX_AGE, SENSORS, covered
from trustkeep.kernel.texts import Texts
from trustkeep.records import queries

CLAIMS = (*POINTS, *SENSORS)


def check(now: datetime) -> Result:
    """Hold if a document in force shows every point and every kind of sensor."""
    documents = queries.current(ASSURANCE, now)
    if not documents:
        return cannot_tell("nothing-recorded")
    shown = covered(documents, CLAIMS, now)
    missing = shown.missing(CLAIMS)
    if missing:
        exceptions = tuple(Shortfall(claim, "not-shown") for claim in missing)
        good = len(CLAIMS) - len(missing)
        return fails(
            "some", subjects=len(CLAIMS), exceptions=exceptions, good=good, total=len(CLAIMS)
        )
    due_at = shown.due_at(CLAIMS)
    return holds(
        "all",
        subjects=len(CLAIMS),
        due_at=due_at,
        points=len(POINTS),
        sensors=len(SENSORS),
        until=due_at.date(),
    )


PROMISE = Promise(
    slug="intrusion-detection",
    section=Section.INFRASTRUCTURE,
    proofs=(Proof.INHERITED,),
    owner=Role.SECURITY_LEAD,
    title=Texts(de="Einbruchmeldung", en="Intrusion detection", fr="Détection d’intrusion"),
    sentence=Texts(
        de="Eine elektronische Einbruchmeldeanlage überwacht die gefährdeten Stellen (Haupteingänge, Notausgänge, Dachluken, Ladetore) mit Türkontakten, Glasbruchmeldern, Bewegungsmeldern im Innern und weiteren Sensoren.",
        en="Electronic intrusion detection monitors the vulnerable points (main entrances, emergency exits, roof hatches, dock doors) with door contacts, glass-break sensors, interior motion detectors and other sensors.",
        fr="Une détection électronique d’intrusion surveille les points vulnérables (entrées principales, sorties de secours, trappes de toit, portes de quai) avec des contacts de porte, des détecteurs de bris de vitre, des détecteurs de mouvement intérieurs et d’autres capteurs.",
    ),
    kept_by=Texts(
        de="Der Anbieter betreibt die Anlage; wir kennen zu jeder Stelle und jeder Art von Sensor den Abschnitt seines Berichts.",
        en="The provider runs the system; for each point and each kind of sensor we hold the section of the provider’s report.",
        fr="L’hébergeur exploite le système ; pour chaque point et chaque type de capteur, nous tenons la section de son rapport.",
    ),
    proved_by=Texts(
        de="Die Prüfung sucht zu jeder genannten Stelle und jedem Sensor einen zitierten Abschnitt in einem gültigen Bericht, der höchstens {report_days} Tage über seinen Zeitraum hinaus spricht.",
        en="The check looks for a cited section on every point and sensor in a report in force, which speaks at most {report_days} days past its period.",
        fr="La vérification cherche une section citée pour chaque point et capteur dans un rapport en vigueur, valable au plus {report_days} jours après sa période.",
    ),
    broken_when=Texts(
        de="Ein Bericht ist abgelaufen, oder eine genannte Stelle oder Sensorart ist nicht belegt.",
        en="A report has expired, or a point or kind of sensor is not shown by any.",
        fr="Un rapport a expiré, ou un point ou type de capteur n’est démontré par aucun.",
    ),
    told_values={"report_days": REPORT_MAX_AGE.days},
    figures={
        "nothing-recorded": Texts(
            de="noch kein Bericht des Anbieters erfasst",
            en="no provider report recorded yet",
            fr="aucun rapport de l’hébergeur enregistré",
        ),
        "all": Texts(
            de="{points:Stelle|Stellen} und {sensors:Sensorart|Sensorarten} belegt bis {until}",
            en="{points:point|points} and {sensors:kind|kinds} of sensor shown until {until}",
            fr="{points:point|points} et {sensors:type|types} de capteur démontrés jusqu’au {until}",
        ),
        "some": Texts(
            de="{good} von {total} Angaben belegt",
            en="{good} of {total} claims shown",
            fr="{good} sur {total:point démontré|points démontrés}",
        ),
        "not-shown": Texts(
            de="ohne gültigen Beleg", en="not shown by a report in force", fr="sans preuve valable"
        ),
    },
    mapping=references(
        iso="7.4", tsc="CC6.4 CC7.2", gdpr="32", caiq="DCS-10.1 DCS-11.1", isa="8.1.6 3.1.1"
    ),
    enforced_in=(
        "trustkeep.hosting.assurances.POINTS",
        "trustkeep.hosting.assurances.SENSORS",
        "trustkeep.hosting.assurances.covered",
    ),
    checks=(Check("assurance", check),),
)
