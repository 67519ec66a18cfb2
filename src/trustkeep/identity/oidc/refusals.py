"""Every reason for which a sign-in with a provider is refused, each with its own code.

The audit trail gets the code. The person gets one of a few sentences: which check failed helps
nobody but an attacker, and a known address must not be told from an unknown one.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from trustkeep.kernel.errors import TrustkeepError

if TYPE_CHECKING:
    from trustkeep.identity.oidc.transactions import Transaction


class Reason(StrEnum):
    """Why; grouped by who had the word when it went wrong."""

    # What the browser brought back.
    STATE_MISSING = "state-missing"
    NOT_STARTED = "not-started"
    TOO_LATE = "too-late"
    REPLAYED = "replayed"
    OTHER_BROWSER = "other-browser"
    OTHER_PROVIDER = "other-provider"
    AMBIGUOUS = "answer-ambiguous"
    ANSWER_ISSUER = "answer-issuer"
    ANSWER_ISSUER_MISSING = "answer-issuer-missing"
    CODE_MISSING = "code-missing"
    CANCELLED = "cancelled"
    PROVIDER_ERROR = "provider-error"
    # What the provider said when asked directly.
    INSECURE = "insecure"
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    TOO_SLOW = "too-slow"
    TOO_LARGE = "too-large"
    REDIRECTED = "redirected"
    STATUS = "status"
    UNREADABLE = "unreadable"
    INCOMPLETE = "incomplete"
    METADATA_ISSUER = "issuer"
    NO_KEYS = "no-keys"
    CODE_REFUSED = "code-refused"
    CLIENT_REFUSED = "client-refused"
    SECRET_MISSING = "secret-missing"  # noqa: S105  (a code, as below)
    TOKEN_MISSING = "token-missing"  # noqa: S105
    TOKEN_TYPE = "token-type"  # noqa: S105
    USERINFO_UNREADABLE = "userinfo-unreadable"
    USERINFO_SUBJECT = "userinfo-subject"
    # What the ID token said.
    MALFORMED = "malformed"
    ALGORITHM = "algorithm"
    CRITICAL = "critical-header"
    KIND = "token-kind"
    KEY_UNKNOWN = "key-unknown"
    KEY_WEAK = "key-weak"
    KEY_ISSUER = "key-issuer"
    SIGNATURE = "signature"
    ISSUER = "token-issuer"
    SUBJECT = "subject"
    AUDIENCE = "audience"
    PARTY = "authorized-party"
    EXPIRY_MISSING = "expiry-missing"
    EXPIRED = "expired"
    NOT_YET = "not-yet-valid"
    ISSUED_MISSING = "issued-missing"
    ISSUED_LATER = "issued-in-future"
    ISSUED_LONG_AGO = "issued-long-ago"
    NONCE_MISSING = "nonce-missing"
    NONCE = "nonce"
    ACCESS_HASH = "access-token-hash"
    CODE_HASH = "code-hash"
    # Whose account it is.
    TENANT_MISSING = "tenant-missing"
    TENANT_MISMATCH = "tenant-mismatch"
    TENANT_REFUSED = "tenant-refused"
    OBJECT_MISSING = "object-missing"
    OBJECT_MISMATCH = "object-mismatch"
    CONSUMER = "consumer-account"
    GUEST = "guest"
    DOMAIN_REFUSED = "domain-refused"
    UNKNOWN = "unknown-identity"
    COLLISION = "email-collision"
    LINKED_ELSEWHERE = "linked-elsewhere"
    PROPOSED_ALREADY = "proposed-already"
    NOBODY_TO_AGREE = "nobody-to-agree"
    OTHER_USER = "other-user"
    SHUT_OUT = "shut-out"
    INVITATION = "invitation"
    # How it was proved.
    AUTH_TIME_MISSING = "auth-time-missing"
    AUTH_TIME_INVALID = "auth-time-invalid"
    NOT_FRESH = "not-fresh"
    FACTOR_MISSING = "factor-missing"


class ProviderRefused(TrustkeepError):
    """A sign-in with a provider was refused; ``reason`` is for the trail, the sentence for people.

    ``transaction`` is what it belonged to, where that is known.
    """

    sentence = (
        "The answer of {provider} did not pass our checks, so nobody was signed in. Try again."
    )

    def __init__(
        self, reason: Reason, *, transaction: Transaction | None = None, provider: str = ""
    ) -> None:
        self.reason = reason
        self.transaction = transaction
        sentence = _SENTENCES.get(reason, type(self)).sentence
        super().__init__(sentence, provider=provider, log=f"ProviderRefused {reason}")


class Stale(TrustkeepError):
    """The answer belongs to no sign-in that this browser has under way."""

    sentence = (
        "This sign-in was not started in this browser, was used already, or took too long. "
        "Start again."
    )


class Cancelled(TrustkeepError):
    """The person, or the provider, said no."""

    sentence = "{provider} did not sign you in. Try again, or ask your administrator."


class NoAnswer(TrustkeepError):
    """The provider cannot be talked to."""

    sentence = "{provider} cannot be reached as it should be. Try again in a few minutes."


class Stranger(TrustkeepError):
    """Nobody here has this account; the same words whether or not its address is known."""

    sentence = (
        "This {provider} account does not belong to anybody here. If you have a way in, sign in "
        "with it and link the account; otherwise ask your administrator for an invitation."
    )


class NotAdmitted(TrustkeepError):
    """A rule does not admit this kind of account."""

    sentence = (
        "Accounts of this kind are not admitted here. Use the account of your organisation, or ask "
        "your administrator."
    )


class LinkedElsewhere(TrustkeepError):
    """An account at a provider belongs to one user."""

    sentence = "This {provider} account is linked to somebody else already. Use another one."


class ProposedAlready(TrustkeepError):
    """Links of the staff wait for a second person, one at a time."""

    sentence = "A link of yours waits for another administrator already. Take it back first."


class NobodyToAgree(TrustkeepError):
    """Links of the staff take two, and there is no second person."""

    sentence = (
        "A link takes two people, and nobody else here may agree. Make somebody else an "
        "administrator first."
    )


class OtherUser(TrustkeepError):
    """Another account, or another session, came back than the one that was sent."""

    sentence = "Another account came back than the one that is signed in here. Nothing was changed."


class Uninvited(TrustkeepError):
    """The invitation lapsed, was used or was withdrawn in the meantime."""

    sentence = "This invitation is not valid, or no longer. Ask who invited you for a new one."


class NotFresh(TrustkeepError):
    """The provider did not prove that the person was asked again."""

    sentence = (
        "{provider} did not prove that it asked you again. "
        "Confirm with a second factor of your own."
    )


class FactorMissing(TrustkeepError):
    """A second factor is demanded, and nobody proved one."""

    sentence = (
        "Your account asks for a second factor, and {provider} did not prove one. Switch it on "
        "there, or ask your administrator."
    )


_SENTENCES: Mapping[Reason, type[TrustkeepError]] = {
    **dict.fromkeys(
        (
            Reason.STATE_MISSING,
            Reason.NOT_STARTED,
            Reason.TOO_LATE,
            Reason.REPLAYED,
            Reason.OTHER_BROWSER,
            Reason.OTHER_PROVIDER,
        ),
        Stale,
    ),
    **dict.fromkeys((Reason.CANCELLED, Reason.PROVIDER_ERROR), Cancelled),
    **dict.fromkeys(
        (
            Reason.INSECURE,
            Reason.UNREACHABLE,
            Reason.CERTIFICATE,
            Reason.TOO_SLOW,
            Reason.TOO_LARGE,
            Reason.REDIRECTED,
            Reason.STATUS,
            Reason.CLIENT_REFUSED,
            Reason.SECRET_MISSING,
        ),
        NoAnswer,
    ),
    **dict.fromkeys((Reason.UNKNOWN, Reason.COLLISION, Reason.SHUT_OUT), Stranger),
    **dict.fromkeys(
        (
            Reason.CONSUMER,
            Reason.GUEST,
            Reason.TENANT_REFUSED,
            Reason.DOMAIN_REFUSED,
        ),
        NotAdmitted,
    ),
    Reason.LINKED_ELSEWHERE: LinkedElsewhere,
    Reason.PROPOSED_ALREADY: ProposedAlready,
    Reason.NOBODY_TO_AGREE: NobodyToAgree,
    Reason.INVITATION: Uninvited,
    Reason.OTHER_USER: OtherUser,
    Reason.AUTH_TIME_MISSING: NotFresh,
    Reason.NOT_FRESH: NotFresh,
    Reason.FACTOR_MISSING: FactorMissing,
}
