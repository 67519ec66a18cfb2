"""Passwords keep the published rule at every door: shown by trying weak ones through each."""

from __future__ import annotations

from datetime import datetime, timedelta

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
from trustkeep.identity.doors import DOORS, probe
from trustkeep.identity.passwords import MIN_LENGTH, policy, require_floor
from trustkeep.kernel.texts import Texts

PROBE_EVERY = timedelta(hours=6)
PROBE_MAX_AGE = timedelta(hours=26)


def check(now: datetime) -> Result:
    """Hold if every door refuses every weak sample and lets a strong password in."""
    require_floor(policy())
    tried = probe(now=now)
    wrong = [one for one in tried if not one.right]
    accepted = tuple(Shortfall(one.door, "accepted-one") for one in wrong if one.sample)
    if accepted:
        return fails(
            "accepted",
            subjects=len(tried),
            exceptions=accepted,
            accepted=len(accepted),
            doors=len(DOORS),
        )
    if wrong:
        return cannot_tell("closed")
    return holds("all", subjects=len(tried), doors=len(DOORS), refused=len(tried) - len(DOORS))


PROMISE = Promise(
    slug="password-policy",
    section=Section.APPLICATION,
    proofs=(Proof.ENFORCED,),
    owner=Role.SECURITY_LEAD,
    title=Texts(de="Passwortregel", en="Password rule", fr="Règle des mots de passe"),
    sentence=Texts(
        de="Passwörter haben mindestens {min_length} Zeichen und enthalten mindestens ein Sonderzeichen, einen Großbuchstaben, einen Kleinbuchstaben und eine Ziffer.",
        en="Passwords have at least {min_length} characters with at least one special character, one upper-case letter, one lower-case letter and one digit.",
        fr="Les mots de passe ont au moins {min_length} caractères, dont au moins un caractère spécial, une majuscule, une minuscule et un chiffre.",
    ),
    kept_by=Texts(
        de="Eine einzige Regel gilt an jeder Tür, an der ein Passwort gesetzt wird; dazu kommen eine Sperrliste, gebremste Versuche und Argon2id. Eine schwächere Einstellung verhindert den Start.",
        en="One policy stands at every door that sets a password; a block-list, slowed attempts and Argon2id come on top. A weaker setting stops the start.",
        fr="Une seule règle vaut à chaque porte qui fixe un mot de passe ; s’y ajoutent une liste de refus, des tentatives freinées et Argon2id. Un réglage plus faible empêche le démarrage.",
    ),
    proved_by=Texts(
        de="Die Prüfung versucht alle {probe_hours} Stunden an jeder Tür ein schwaches Passwort für jeden Teil der Regel und ein starkes.",
        en="Every {probe_hours} hours the check tries, at every door, a weak password for each part of the rule and a strong one.",
        fr="Toutes les {probe_hours} heures, la vérification essaie à chaque porte un mot de passe faible pour chaque partie de la règle, et un fort.",
    ),
    broken_when=Texts(
        de="Eine Tür nimmt ein schwächeres Passwort an.",
        en="Any door accepts a weaker password.",
        fr="Une porte accepte un mot de passe plus faible.",
    ),
    values={"min_length": MIN_LENGTH},
    told_values={"probe_hours": PROBE_EVERY // timedelta(hours=1)},
    figures={
        "all": Texts(
            de="{refused:schwaches Passwort|schwache Passwörter} an {doors:Tür|Türen} versucht, alle abgewiesen",
            en="{refused:weak password|weak passwords} tried at {doors:door|doors}, all refused",
            fr="{refused:mot de passe faible essayé|mots de passe faibles essayés} à {doors:porte|portes}, tous refusés",
        ),
        "accepted": Texts(
            de="{accepted:schwaches Passwort|schwache Passwörter} angenommen",
            en="{accepted:weak password|weak passwords} accepted",
            fr="{accepted:mot de passe faible accepté|mots de passe faibles acceptés}",
        ),
        "accepted-one": Texts(
            de="schwaches Passwort angenommen",
            en="weak password accepted",
            fr="mot de passe faible accepté",
        ),
        "closed": Texts(
            de="eine Tür weist auch starke Passwörter ab",
            en="a door refuses strong passwords too",
            fr="une porte refuse aussi les mots de passe forts",
        ),
    },
    mapping=references(
        iso="5.15 5.16 5.17 5.18 8.5",
        tsc="CC6.1 CC6.2 CC6.3",
        gdpr="32(1)(b)",
        caiq="IAM-02.1 IAM-02.2 IAM-15.1 IAM-13.1",
        vsa_full="DPAC-13 DPAC-14 DPAC-15 PRO-26",
        vsa_core="CORE-8",
        isa="4.1.2 4.1.3",
    ),
    enforced_in=(
        "trustkeep.identity.passwords.MIN_LENGTH",
        "trustkeep.identity.passwords.Policy",
        "trustkeep.identity.doors.DOORS",
        "trustkeep.identity.doors.probe",
    ),
    checks=(Check("doors", check, every=PROBE_EVERY, max_age=PROBE_MAX_AGE),),
)
