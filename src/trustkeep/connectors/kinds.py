"""How each kind of system is set up: its settings, what they have to be, and who speaks to it.

What speaks to a kind is imported when the first system of it is spoken to: the libraries behind
are large, and most commands and many installations never need them.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping

from trustkeep.connectors.checking import (
    ACCOUNT,
    ACCOUNT_IDENTITY,
    AUTHORITY,
    PERSON,
    AuthorityInvalid,
    CredentialMissing,
    SameReader,
    require,
    require_authority,
    require_web_address,
)
from trustkeep.connectors.outgoing import Reach
from trustkeep.connectors.table_mapping import read_mapping
from trustkeep.kernel.texts import Texts
from trustkeep.lifecycle.systems.ports import (
    Connector,
    ConnectorKind,
    SettingField,
    SettingInvalid,
    System,
    SystemKind,
)
from trustkeep.lifecycle.systems.webhook_secrets import issue
from trustkeep.vault.signatures import is_certificate

_WEBHOOK_FIELDS = (
    SettingField(
        "url",
        Texts(de="Adresse für Weisungen", en="Address for instructions", fr="Adresse"),
        help=Texts(
            de="Dorthin geht jede Weisung, signiert nach Standard Webhooks.",
            en="Every instruction goes there, signed as Standard Webhooks says.",
            fr="Chaque instruction y va, signée selon Standard Webhooks.",
        ),
    ),
    SettingField(
        "verify_url",
        Texts(
            de="Adresse des zweiten Lesers",
            en="Address of the second reader",
            fr="Adresse du second lecteur",
        ),
        help=Texts(
            de="Sie sagt, was noch da ist. {account} steht für die Kennung des Kontos.",
            en="It tells what is left. {account} stands for the id of the account.",
            fr="Elle dit ce qui reste. {account} est l’identifiant du compte.",
        ),
        required=False,
    ),
    SettingField(
        "verify_token",
        Texts(
            de="Token des zweiten Lesers",
            en="Token of the second reader",
            fr="Jeton du second lecteur",
        ),
        required=False,
        secret=True,
    ),
    AUTHORITY,
)


class PlaceMissing(SettingInvalid):
    """An address that would ask about every account alike."""

    sentence = "“{field}” has to hold {place} where the id of the account goes."


def webhook(reach: Reach, confirm_url: Callable[[uuid.UUID], str]) -> ConnectorKind:
    """Return how webhooks are set up here; `confirm_url` gives where a system's calls go."""

    def check(settings: Mapping[str, str]) -> None:
        require(settings, "url")
        require_web_address(settings, "url", reach)
        require_authority(settings)
        if settings.get("verify_url"):
            require_web_address(settings, "verify_url", reach)
            if ACCOUNT not in settings["verify_url"]:
                raise PlaceMissing(field="verify_url", place=ACCOUNT)
            if not settings.get("verify_token"):
                raise CredentialMissing(field="verify_token")

    def make(system: System) -> Connector:
        from trustkeep.connectors.webhooks_out import Webhooks

        return Webhooks(system, reach, confirm_url(system.id))

    return ConnectorKind(
        kind=SystemKind.WEBHOOK,
        title=Texts(de="Signierte Webhooks", en="Signed webhooks", fr="Webhooks signés"),
        fields=_WEBHOOK_FIELDS,
        make=make,
        check=check,
        issue=issue,
    )


_OPENDSR_FIELDS = (
    SettingField(
        "url",
        Texts(
            de="Adresse der Anfragen",
            en="Address of the requests",
            fr="Adresse des demandes",
        ),
        help=Texts(
            de="Mit Version und Namen, zum Beispiel https://dsr.example.com/v2/opendsr_requests.",
            en="With version and name, such as https://dsr.example.com/v2/opendsr_requests.",
            fr="Avec version et nom, par exemple https://dsr.example.com/v2/opendsr_requests.",
        ),
    ),
    SettingField(
        "token",
        Texts(de="Token", en="Token", fr="Jeton"),
        help=Texts(
            de="Geht als Bearer mit jeder Anfrage.",
            en="Goes as a bearer with every request.",
            fr="Envoyé comme « bearer » avec chaque demande.",
        ),
        secret=True,
    ),
    SettingField(
        "identity",
        Texts(de="Kennung eines Kontos", en="Identity of an account", fr="Identité d’un compte"),
        required=False,
        initial=ACCOUNT_IDENTITY,
    ),
    SettingField(
        "certificate",
        Texts(
            de="Zertifikat der Signatur (PEM)",
            en="Certificate of the signature (PEM)",
            fr="Certificat de la signature (PEM)",
        ),
        help=Texts(
            de="Ist es eingetragen, zählt keine Antwort ohne gültige Signatur.",
            en="Where it is entered, no answer counts without a valid signature.",
            fr="S’il est saisi, aucune réponse ne compte sans signature valable.",
        ),
        required=False,
        long=True,
    ),
    AUTHORITY,
)


def opendsr(reach: Reach, call_url: Callable[[uuid.UUID], str]) -> ConnectorKind:
    """Return how OpenDSR vendors are set up here; `call_url` gives where their calls go."""

    def check(settings: Mapping[str, str]) -> None:
        require(settings, "url", "token")
        require_web_address(settings, "url", reach)
        require_authority(settings)
        if settings.get("certificate") and not is_certificate(settings["certificate"]):
            raise AuthorityInvalid(field="certificate")

    def make(system: System) -> Connector:
        from trustkeep.connectors.opendsr import OpenDsr

        return OpenDsr(system, reach, call_url(system.id))

    return ConnectorKind(
        kind=SystemKind.OPENDSR,
        title=Texts(de="OpenDSR", en="OpenDSR", fr="OpenDSR"),
        fields=_OPENDSR_FIELDS,
        make=make,
        check=check,
    )


class PortInvalid(SettingInvalid):
    """Something else than a port."""

    sentence = "“{value}” is no port. Enter a number from {least} to {most}, or leave it empty."


_POSTGRESQL_FIELDS = (
    SettingField("host", Texts(de="Server", en="Server", fr="Serveur")),
    SettingField("port", Texts(de="Port", en="Port", fr="Port"), required=False, initial="5432"),
    SettingField("database", Texts(de="Datenbank", en="Database", fr="Base de données")),
    SettingField(
        "user",
        Texts(de="Rolle, die löscht", en="Role that deletes", fr="Rôle qui supprime"),
    ),
    SettingField(
        "password",
        Texts(de="Ihr Passwort", en="Its password", fr="Son mot de passe"),
        required=False,
        secret=True,
    ),
    SettingField(
        "reader_user",
        Texts(
            de="Rolle des zweiten Lesers",
            en="Role of the second reader",
            fr="Rôle du second lecteur",
        ),
        help=Texts(
            de="Eine andere Rolle, die nur lesen darf: Sie zählt, was übrig ist.",
            en="Another role that may only read: it counts what is left.",
            fr="Un autre rôle, en lecture seule : il compte ce qui reste.",
        ),
        required=False,
    ),
    SettingField(
        "reader_password",
        Texts(
            de="Passwort des zweiten Lesers",
            en="Password of the second reader",
            fr="Mot de passe du second lecteur",
        ),
        required=False,
        secret=True,
    ),
    SettingField(
        "mapping",
        Texts(de="Zuordnung (TOML)", en="Mapping (TOML)", fr="Correspondance (TOML)"),
        help=Texts(
            de="Tabellen in der Reihenfolge der Löschung; das Handbuch zeigt ein Beispiel.",
            en="Tables in the order of deletion; the manual shows an example.",
            fr="Les tables dans l’ordre de suppression ; le manuel montre un exemple.",
        ),
        long=True,
    ),
    AUTHORITY,
)


def postgresql(reach: Reach) -> ConnectorKind:
    """Return how databases are set up here."""

    def check(settings: Mapping[str, str]) -> None:
        require(settings, "host", "database", "user", "mapping")
        port = settings.get("port") or "5432"
        if not (port.isascii() and port.isdecimal() and 0 < int(port) < 2**16):
            raise PortInvalid(field="port", value=port, least=1, most=2**16 - 1)
        if settings.get("reader_user") == settings["user"]:
            raise SameReader(field="reader_user")
        require_authority(settings)
        read_mapping(settings["mapping"])

    def make(system: System) -> Connector:
        from trustkeep.connectors.postgres_tables import PostgresTables

        return PostgresTables(system, reach)

    return ConnectorKind(
        kind=SystemKind.POSTGRESQL,
        title=Texts(de="PostgreSQL-Tabellen", en="PostgreSQL tables", fr="Tables PostgreSQL"),
        fields=_POSTGRESQL_FIELDS,
        make=make,
        check=check,
    )


class PrefixInvalid(SettingInvalid):
    """A prefix under which other accounts could lie as well."""

    sentence = (
        "“{value}” cannot be a prefix: it has to hold {place} and to end with a slash, so that "
        "nothing of others lies under it."
    )


_S3_FIELDS = (
    SettingField(
        "endpoint",
        Texts(de="Adresse", en="Address", fr="Adresse"),
        help=Texts(de="Leer bei AWS.", en="Empty for AWS.", fr="Vide pour AWS."),
        required=False,
    ),
    SettingField("region", Texts(de="Region", en="Region", fr="Région"), initial="eu-central-1"),
    SettingField("bucket", Texts(de="Bucket", en="Bucket", fr="Compartiment")),
    SettingField(
        "prefix",
        Texts(de="Präfix eines Kontos", en="Prefix of an account", fr="Préfixe d’un compte"),
        initial="accounts/{account}/",
    ),
    SettingField(
        "person_prefix",
        Texts(de="Präfix einer Person", en="Prefix of a person", fr="Préfixe d’une personne"),
        help=Texts(
            de="Zum Beispiel accounts/{account}/members/{person}/.",
            en="Such as accounts/{account}/members/{person}/.",
            fr="Par exemple accounts/{account}/members/{person}/.",
        ),
        required=False,
    ),
    SettingField("access_key", Texts(de="Zugangskennung", en="Access key", fr="Clé d’accès")),
    SettingField(
        "secret_key",
        Texts(de="Geheimer Schlüssel", en="Secret key", fr="Clé secrète"),
        secret=True,
    ),
    SettingField(
        "reader_access_key",
        Texts(
            de="Zugangskennung des zweiten Lesers",
            en="Access key of the second reader",
            fr="Clé d’accès du second lecteur",
        ),
        required=False,
    ),
    SettingField(
        "reader_secret_key",
        Texts(
            de="Geheimer Schlüssel des zweiten Lesers",
            en="Secret key of the second reader",
            fr="Clé secrète du second lecteur",
        ),
        required=False,
        secret=True,
    ),
)


def s3(reach: Reach) -> ConnectorKind:
    """Return how buckets are set up here."""

    def check(settings: Mapping[str, str]) -> None:
        require(settings, "bucket", "prefix", "access_key", "secret_key")
        require_web_address(settings, "endpoint", reach)
        _require_prefix(settings, "prefix", ACCOUNT)
        if settings.get("person_prefix"):
            _require_prefix(settings, "person_prefix", ACCOUNT)
            _require_prefix(settings, "person_prefix", PERSON)
        if settings.get("reader_access_key"):
            if not settings.get("reader_secret_key"):
                raise CredentialMissing(field="reader_secret_key")
            if settings["reader_access_key"] == settings["access_key"]:
                raise SameReader(field="reader_access_key")

    def make(system: System) -> Connector:
        from trustkeep.connectors.s3_prefixes import S3Prefixes

        return S3Prefixes(system, reach)

    return ConnectorKind(
        kind=SystemKind.S3,
        title=Texts(de="S3-Präfixe", en="S3 prefixes", fr="Préfixes S3"),
        fields=_S3_FIELDS,
        make=make,
        check=check,
    )


def _require_prefix(settings: Mapping[str, str], name: str, place: str) -> None:
    value = settings[name]
    if place not in value or not value.endswith("/") or value.startswith("/"):
        raise PrefixInvalid(field=name, value=value, place=place)
