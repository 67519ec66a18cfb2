"""Technologies and services meet industry standards: the worst of all other promises."""

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
    State,
    cannot_tell,
    fails,
    holds,
)
from trustkeep.controls.standing import standing_of, warning_of
from trustkeep.controls.trails import trails_of
from trustkeep.kernel.texts import Texts

SLUG = "industry-standards"


def check(now: datetime) -> Result:
    """Hold while every other promise does; at risk and due with the first of them."""
    from trustkeep.controls.catalogue import CATALOGUE

    others = [promise for promise in CATALOGUE if promise.slug != SLUG]
    trails = trails_of(others, since=now, until=now)
    standings = {one.slug: standing_of(one, trails[one.slug], now) for one in others}
    fallen = [slug for slug, one in standings.items() if one.state is State.NOT_KEPT]
    if fallen:
        exceptions = tuple(Shortfall(slug, "fallen-one") for slug in fallen)
        return fails(
            "fallen",
            subjects=len(others),
            exceptions=exceptions,
            fallen=len(fallen),
            total=len(others),
        )
    unmeasured = sum(one.state is State.NOT_MEASURED for one in standings.values())
    if unmeasured:
        return cannot_tell("unmeasured", unmeasured=unmeasured, total=len(others))
    timed = [(one, seen) for one in others if (seen := standings[one.slug].seen) and seen.due_at]
    return holds(
        "all",
        subjects=len(others),
        due_at=min((seen.due_at for _, seen in timed if seen.due_at), default=None),
        warn_at=min((at for one, seen in timed if (at := warning_of(one, seen))), default=None),
        total=len(others),
    )


PROMISE = Promise(
    slug=SLUG,
    section=Section.LEADERSHIP,
    proofs=(Proof.DERIVED,),
    owner=Role.SECURITY_LEAD,
    title=Texts(de="Branchenübliche Standards", en="Industry standards", fr="Normes du secteur"),
    sentence=Texts(
        de="Wir setzen Technologien und Dienste ein, die branchenüblichen Standards entsprechen, um Daten vor unbefugtem Zugriff, Offenlegung, Nutzung und Verlust zu schützen.",
        en="We use technologies and services that meet industry standards to protect data from unauthorised access, disclosure, use and loss.",
        fr="Nous utilisons des technologies et des services conformes aux normes du secteur pour protéger les données contre l’accès, la divulgation, l’utilisation non autorisés et la perte.",
    ),
    kept_by=Texts(
        de="Jede andere Zusage dieser Seite ist Anforderungen anerkannter Standards zugeordnet; diese hier hält nur, solange alle anderen halten.",
        en="Every other promise of this page is mapped to requirements of recognised standards; this one holds only while all of them do.",
        fr="Chaque autre engagement de cette page est rattaché à des exigences de normes reconnues ; celui-ci ne tient que si tous les autres tiennent.",
    ),
    proved_by=Texts(
        de="Der Stand wird aus den Ständen der anderen Zusagen abgeleitet: Der schlechteste zählt.",
        en="The state is derived from the states of the other promises: the worst one counts.",
        fr="L’état est déduit de ceux des autres engagements : le pire compte.",
    ),
    broken_when=Texts(
        de="Eine der anderen Zusagen wird nicht eingehalten.",
        en="Any of the other promises is not kept.",
        fr="Un des autres engagements n’est pas tenu.",
    ),
    figures={
        "all": Texts(
            de="alle {total} zugeordneten Zusagen eingehalten",
            en="all {total} mapped promises kept",
            fr="les {total} engagements rattachés sont tenus",
        ),
        "fallen": Texts(
            de="{fallen} von {total} Zusagen nicht eingehalten",
            en="{fallen} of {total} promises not kept",
            fr="{fallen} sur {total:engagement non tenu|engagements non tenus}",
        ),
        "fallen-one": Texts(de="nicht eingehalten", en="not kept", fr="non tenu"),
        "unmeasured": Texts(
            de="{unmeasured} von {total} Zusagen nicht gemessen",
            en="{unmeasured} of {total} promises not measured",
            fr="{unmeasured} sur {total:engagement non mesuré|engagements non mesurés}",
        ),
    },
    mapping=references(
        iso="5.1 5.31 5.36",
        tsc="CC1.1 CC3.1 CC5.1",
        gdpr="5(1)(f) 24 32",
        caiq="GRC-01.1 A&A-02.1",
        vsa_full="PS-1",
        vsa_core="CORE-1",
        isa="1.1.1 1.5.1",
    ),
    enforced_in=(
        "trustkeep.controls.standing.standing_of",
        "trustkeep.controls.catalogue.CATALOGUE",
    ),
    checks=(Check("other-promises", check),),
)
