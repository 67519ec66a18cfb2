"""The product's own words for states, roles, proofs and records, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import get_language, gettext, gettext_lazy, gettext_noop

from trustkeep.accounts.roles import MemberRole, Role
from trustkeep.controls import catalogue
from trustkeep.controls.promise import Proof, Reference, State
from trustkeep.holdings.sharing import LinkState
from trustkeep.identity.scopes import Scope

LANGUAGE_NAMES = {"de": "Deutsch", "en": "English", "fr": "Français"}
"""What each language calls itself."""

STATES = {
    State.KEPT: gettext_noop("Kept"),
    State.AT_RISK: gettext_noop("At risk"),
    State.NOT_MEASURED: gettext_noop("Not measured"),
    State.NOT_KEPT: gettext_noop("Not kept"),
}
PROOFS = {
    Proof.ENFORCED: gettext_noop("enforced by the software"),
    Proof.MEASURED: gettext_noop("measured by a probe"),
    Proof.ATTESTED: gettext_noop("attested by a dated document"),
    Proof.INHERITED: gettext_noop("inherited from our hosting provider’s report"),
    Proof.DERIVED: gettext_noop("derived from other promises"),
}
ROLES = {
    Role.ADMINISTRATOR: gettext_noop("Administrator"),
    Role.SECURITY_LEAD: gettext_noop("Security lead"),
    Role.DPO: gettext_noop("Data protection officer"),
    Role.ACCOUNT_MANAGER: gettext_noop("Account manager"),
    Role.PROGRAMME_MANAGER: gettext_noop("Programme manager"),
    Role.TRAINER: gettext_noop("Trainer"),
    Role.AUDITOR: gettext_noop("Auditor"),
}

ACCESS = {
    "admitted": gettext_noop("way in opened"),
    "factor-attested": gettext_noop("second factor of a tenant attested"),
    "attestation-withdrawn": gettext_noop("attestation withdrawn"),
    "identity-unlinked": gettext_noop("identity provider unlinked"),
    "read": gettext_noop("read"),
    "rights-changed": gettext_noop("rights changed"),
    "sign-in-rule-changed": gettext_noop("rule of signing in changed"),
    "sso.refused": gettext_noop("sign-in with a provider refused"),
    "sso.email-collision": gettext_noop("sign-in with somebody else’s address refused"),
    "factor-added": gettext_noop("second factor added"),
    "factor-refused": gettext_noop("wrong code of a second factor"),
    "factor-removed": gettext_noop("second factor removed"),
    "factor-used": gettext_noop("recovery code used"),
    "factors-reset": gettext_noop("second factors taken away"),
    "recovery-codes-made": gettext_noop("recovery codes made"),
    "refused": gettext_noop("sign-in refused"),
    "link-agreed": gettext_noop("link agreed to"),
    "link-asked": gettext_noop("link asked for"),
    "link-stopped": gettext_noop("link refused or taken back"),
    "unlink-asked": gettext_noop("end of a link asked for"),
    "rescue-agreed": gettext_noop("reset of second factors agreed to"),
    "rescue-asked": gettext_noop("reset of second factors asked for"),
    "rescue-stopped": gettext_noop("reset of second factors stopped"),
    "session-ended": gettext_noop("session ended"),
    "sessions-ended": gettext_noop("all sessions ended"),
    "stepped-up": gettext_noop("confirmed again"),
    "acted-by-token": gettext_noop("a program acted in one’s name"),
    "token-made": gettext_noop("token made"),
    "token-revoked": gettext_noop("token revoked"),
    "sso.announcement-refused": gettext_noop("word of a provider refused"),
    "joined": gettext_noop("entered in the directory"),
    "left": gettext_noop("last day entered"),
    "came-back": gettext_noop("last day taken away"),
    "throttled": gettext_noop("made to wait after too many attempts"),
    "identity-linked": gettext_noop("identity provider linked"),
    "address-changed": gettext_noop("address changed"),
    "let-in-again": gettext_noop("way in opened again"),
    "link-made": gettext_noop("link to a file made"),
    "link-ended": gettext_noop("link to a file ended"),
    "link-used": gettext_noop("file fetched by a link"),
    "invited": gettext_noop("invited somebody"),
    "invitation-withdrawn": gettext_noop("took an invitation back"),
    "password-changed": gettext_noop("password changed"),
    "password-reset": gettext_noop("password set by an administrator"),
    "shut-out": gettext_noop("way in closed"),
    "signed-in": gettext_noop("signed in"),
    "signed-out": gettext_noop("signed out"),
}
"""What people do at the doors, as `trustkeep.identity.access` notes it."""


def promise_title(slug: str) -> str:
    """Return what a promise is called; its slug if the catalogue no longer knows it."""
    try:
        return catalogue.promise(slug).title[get_language()]
    except catalogue.UnknownPromise:
        return slug


MEMBER_ROLES = {
    MemberRole.OWNER: gettext_lazy("Owner"),
    MemberRole.ADMINISTRATOR: gettext_lazy("Administrator"),
    MemberRole.MEMBER: gettext_lazy("Member"),
}


def member_role_word(role: MemberRole | str) -> str:
    """Return what a role in a customer's account is called."""
    return str(MEMBER_ROLES[MemberRole(role)])


SCOPES = {
    Scope.READ: gettext_lazy("read promises, states and evidence"),
    Scope.WRITE_RECORDS: gettext_lazy("enter records"),
    Scope.RUN_CHECKS: gettext_lazy("run checks"),
    Scope.SCIM: gettext_lazy("keep the staff directory up to date (SCIM)"),
    Scope.READ_GATE: gettext_lazy("ask whether an account is open"),
    Scope.READ_SYSTEMS: gettext_lazy("read connected systems and deliveries"),
    Scope.WRITE_BOUNCES: gettext_lazy("report letters that came back"),
    Scope.ACCOUNTS_READ: gettext_lazy("read accounts, deadlines and receipts, in your name"),
    Scope.ACCOUNTS_MANAGE: gettext_lazy("open accounts and change contracts, in your name"),
    Scope.ACCOUNTS_END: gettext_lazy("end contracts and reinstate accounts, in your name"),
    Scope.ACCOUNTS_HOLD: gettext_lazy("place and release legal holds, in your name"),
    Scope.ACCOUNTS_DELETE: gettext_lazy("plan, ask for and approve deletions, in your name"),
    Scope.REQUESTS_READ: gettext_lazy("read requests about personal data, in your name"),
    Scope.REQUESTS_WRITE: gettext_lazy("handle requests about personal data, in your name"),
    Scope.LETTERS_READ: gettext_lazy("read the letters that leave the house, in your name"),
    Scope.LETTERS_WRITE: gettext_lazy("bring failed letters again and call letters off"),
    Scope.SIGN_IN_RULES: gettext_lazy("set what accounts ask of sign-ins, in your name"),
    Scope.ATTESTATIONS: gettext_lazy("attest second factors of tenants, in your name"),
    Scope.FILES_READ: gettext_lazy("read files"),
    Scope.FILES_WRITE: gettext_lazy("upload, change and throw away files"),
    Scope.FILES_SHARE: gettext_lazy("share files by link"),
    Scope.RECORDS_READ: gettext_lazy("read records"),
    Scope.RECORDS_WRITE: gettext_lazy("enter, change and throw away records"),
    Scope.EXPORT: gettext_lazy("export everything"),
    Scope.REQUESTS_OWN: gettext_lazy("send and read your requests about personal data"),
    Scope.CONTRACT_END: gettext_lazy("end the contract"),
}
"""What a token may do."""


def scope_word(scope: str) -> str:
    """Return what a token may do."""
    return str(SCOPES[Scope(scope)])


LINK_STATES = {
    LinkState.OPEN: gettext_noop("opens"),
    LinkState.ENDED: gettext_noop("ended"),
    LinkState.USED_UP: gettext_noop("used up"),
    LinkState.EXPIRED: gettext_noop("expired"),
}
"""Whether a link opens a file."""


def link_state(value: str) -> str:
    """Return whether a link opens."""
    return gettext(LINK_STATES[LinkState(value)])


SEEN = {
    "list": gettext_noop("names of files and collections"),
    "file": gettext_noop("a file"),
    "records": gettext_noop("the records of a collection"),
}
"""What somebody of the staff opened, as `trustkeep.holdings.looks` notes it."""


def seen_word(what: str) -> str:
    """Return what was opened."""
    return gettext(SEEN[what]) if what in SEEN else what


def state_word(state: State | str) -> str:
    """Return what a state is called."""
    return gettext(STATES[State(state)])


def proof_word(proof: Proof | str) -> str:
    """Return how a promise is proved, as half a sentence."""
    return gettext(PROOFS[Proof(proof)])


def role_word(role: Role | str) -> str:
    """Return what a role is called."""
    return gettext(ROLES[Role(role)])


def access_word(what: str) -> str:
    """Return what somebody did at a door."""
    return gettext(ACCESS[what]) if what in ACCESS else what


def by_scheme(references: Iterable[Reference]) -> list[tuple[str, str]]:
    """Return requirements by framework: ``("ISO/IEC 27001:2022", "A.8.24, A.8.13")``."""
    found: dict[str, list[str]] = {}
    for reference in references:
        # ISO writes the year after a colon; nobody else does.
        mark = ":" if reference.scheme.startswith("ISO") else " "
        found.setdefault(f"{reference.scheme}{mark}{reference.version}", []).append(reference.id)
    return [(scheme, ", ".join(ids)) for scheme, ids in found.items()]
