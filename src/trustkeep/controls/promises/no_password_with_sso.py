"""Users who sign in with a provider cannot have a separate password here."""

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
from trustkeep.identity.census import census
from trustkeep.kernel.texts import Texts


def check(now: datetime) -> Result:  # noqa: ARG001
    """Hold if nobody who signs in with a provider has a usable password hash."""
    counted = census()
    if counted.both:
        exceptions = tuple(Shortfall(user, "both") for user in counted.both)
        return fails(
            "some", subjects=counted.with_provider, exceptions=exceptions, both=len(counted.both)
        )
    if not counted.with_provider:
        return cannot_tell("nobody")
    return holds("none", subjects=counted.with_provider, users=counted.with_provider)


PROMISE = Promise(
    slug="no-password-with-sso",
    section=Section.APPLICATION,
    proofs=(Proof.ENFORCED,),
    owner=Role.SECURITY_LEAD,
    title=Texts(
        de="Kein zweites Passwort",
        en="No password with single sign-on",
        fr="Pas de mot de passe avec le SSO",
    ),
    sentence=Texts(
        de="Wer sich so anmeldet, kann hier kein eigenes Passwort haben.",
        en="Users who sign in that way cannot have a separate password here.",
        fr="Les utilisateurs connectés ainsi ne peuvent pas avoir ici de mot de passe distinct.",
    ),
    kept_by=Texts(
        de="Die Verknüpfung mit einem Anbieter löscht das Passwort; danach weist jede Tür ein neues ab, und eine Regel der Datenbank lässt beides zugleich nicht zu.",
        en="Linking a provider deletes the password; after that every door refuses a new one, and a constraint of the database does not allow both.",
        fr="Lier un fournisseur supprime le mot de passe ; ensuite, chaque porte en refuse un nouveau, et une contrainte de la base n’admet pas les deux.",
    ),
    proved_by=Texts(
        de="Die Prüfung zählt alle Konten mit Anbieter und sucht unter ihnen ein benutzbares Passwort.",
        en="The check counts all users with a provider and looks for a usable password among them.",
        fr="La vérification compte les utilisateurs avec fournisseur et cherche parmi eux un mot de passe utilisable.",
    ),
    broken_when=Texts(
        de="Ein einziges Konto hat beides.",
        en="A single user has both.",
        fr="Un seul utilisateur a les deux.",
    ),
    figures={
        "nobody": Texts(
            de="noch niemand meldet sich so an",
            en="nobody signs in that way yet",
            fr="personne ne se connecte encore ainsi",
        ),
        "none": Texts(
            de="{users:Konto|Konten} mit Anbieter, keines mit Passwort",
            en="{users:user|users} with a provider, none with a password",
            fr="{users:utilisateur|utilisateurs} avec fournisseur, aucun avec mot de passe",
        ),
        "some": Texts(
            de="{both:Konto|Konten} mit Anbieter und Passwort",
            en="{both:user|users} with provider and password",
            fr="{both:utilisateur|utilisateurs} avec fournisseur et mot de passe",
        ),
        "both": Texts(
            de="Anbieter und Passwort", en="provider and password", fr="fournisseur et mot de passe"
        ),
    },
    mapping=references(
        iso="5.16 5.17 8.5",
        tsc="CC6.1",
        gdpr="25 32",
        caiq="IAM-14.1 IAM-15.1",
        vsa_full="DPAC-17",
        vsa_core="CORE-9",
        isa="4.1.2 4.1.3",
    ),
    enforced_in=(
        "trustkeep.identity.linking.link",
        "trustkeep.identity.models.User",
        "trustkeep.identity.census.census",
    ),
    checks=(Check("census", check),),
)
