"""Every table: whose data it holds, why, how long, and what takes it away.

A table that is missing here fails the build (`tests/house/test_holders.py`), and `docs/data.md` is
made from this list. It names tables and imports no models: it has to know the floors above it too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from trustkeep.identity.limits import PERSONAL_KEPT
from trustkeep.identity.proposals import KEPT_FOR as PROPOSALS_KEPT
from trustkeep.letters.limits import WIPE_AFTER as WIPE_LETTERS_AFTER
from trustkeep.lifecycle.receipts import Category


class Whose(StrEnum):
    """Who the data is about."""

    NOBODY = "nobody"
    COMPANY = "the company"
    STAFF = "members of the staff"
    CUSTOMERS = "customers"


@dataclass(frozen=True, slots=True)
class Reach:
    """How a table's rows belong to an account, so that they can be exported and erased with it.

    ``path`` alternates columns and the tables they lead to, up to the column that names the
    account. ``also`` restricts the rows; ``blank`` names a column that is emptied where the row
    itself stays; ``leaves`` one that refers to the same table; ``other`` is a second path.
    ``told`` are the columns that an
    export gives; ``unseals`` says whose key opens the sealed column for it, empty where nobody may
    read it again.
    """

    path: tuple[str, ...]
    category: Category = Category.OTHER
    also: str = ""
    blank: str = ""
    leaves: str = ""
    other: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    unseals: str = ""


@dataclass(frozen=True, slots=True)
class Holder:
    """One table; ``sealed`` says whether its content rests under a key of the vault as well.

    ``reach`` is what the deletion engine and the export need; None where the table holds nothing of
    customers, or what is kept for the reason that ``fate`` gives.
    """

    whose: Whose
    why: str
    fate: str
    sealed: bool = False
    reach: Reach | None = None


TRAIL_DAYS = PERSONAL_KEPT.days
_ACCOUNT = ("account_id",)
_MEMBER = ("member_id", "accounts_member", "account_id")
_USER = ("user_id", "identity_user", *_MEMBER)
_LETTER = ("letter_id", "letters_letter", "account")
_OTHER_LETTERS = "letter_id IN (SELECT id FROM letters_letter WHERE NOT about_closing)"
OWN, HOUSE = "account", "company"
"""Whose key opens a sealed column."""


_HELD = Reach(_ACCOUNT, Category.FILES)

FOR_EVER = "kept: the log would not verify without it; it holds no personal data"


def _records(why: str) -> Holder:
    return replace(_held(why), reach=Reach(_ACCOUNT, Category.RECORDS))


def _held(why: str) -> Holder:
    return Holder(
        Whose.CUSTOMERS,
        why,
        "deleted with the account; unreadable once its key is destroyed",
        sealed=True,
        reach=_HELD,
    )


HOLDERS: Mapping[str, Holder] = {
    "evidence_logentry": Holder(Whose.NOBODY, "the leaves of the evidence log", FOR_EVER),
    "evidence_lognode": Holder(Whose.NOBODY, "the inner hashes of the evidence log", FOR_EVER),
    "evidence_signedcheckpoint": Holder(Whose.NOBODY, "its signed roots", FOR_EVER),
    "evidence_ledgermark": Holder(
        Whose.NOBODY,
        "which ledger belongs to this database, and whether it is quarantined",
        "one row",
    ),
    "backups_backup": Holder(
        Whose.NOBODY,
        "backups: when, how large, digests and counts, until when",
        "kept when the file is deleted, as the proof",
    ),
    "backups_drill": Holder(
        Whose.NOBODY,
        "drills of restores: counts of what was re-applied and found",
        "kept as the proof",
    ),
    "backups_work": Holder(
        Whose.STAFF, "backups and drills that somebody asked for, by opaque ids", "kept"
    ),
    "records_version": Holder(
        Whose.CUSTOMERS,
        "dated facts that checks read: contract ends, requests, trainings, policies",
        "kept with all versions; unreadable once the company's key is destroyed",
        sealed=True,
    ),
    "accounts_company": Holder(
        Whose.COMPANY, "who publishes the page, and whom readers may turn to", "one row, changed"
    ),
    "accounts_person": Holder(
        Whose.STAFF,
        "who works here: training and approvals are counted against it",
        "kept after the last day, because past training is proved by it",
    ),
    "accounts_act": Holder(
        Whose.STAFF,
        "what an entry about the company or its people commits to",
        "kept beside the entry, so that who is concerned can prove it",
    ),
    "accounts_account": Holder(
        Whose.CUSTOMERS,
        "the contract: name, reference, time zone, start and end",
        "kept as long as commercial letters are; the contact for data protection goes at once",
        sealed=True,
        reach=Reach(("id",), Category.OTHER, also="LENGTH(sealed) > 0", blank="sealed"),
    ),
    "accounts_member": Holder(
        Whose.CUSTOMERS,
        "who works with an account: name, address and role",
        "deleted with the account; unreadable once its key is destroyed",
        sealed=True,
        reach=Reach(
            _ACCOUNT, Category.MEMBERS, told=("id", "role", "joined_at", "left_at"), unseals=OWN
        ),
    ),
    "accounts_accountact": Holder(
        Whose.CUSTOMERS,
        "what entries about an account commit to",
        "deleted with the account; the entries stay and name nobody",
        sealed=True,
        reach=Reach(_ACCOUNT, Category.HISTORY, told=("entry_index", "kind", "at"), unseals=OWN),
    ),
    "letters_letter": Holder(
        Whose.CUSTOMERS,
        "mails that wait, left or failed: to whom, and their words",
        f"recipient and words wiped {WIPE_LETTERS_AFTER.days} days after the end; what stays is "
        "that a letter of a kind went out, until the account is erased",
        sealed=True,
        reach=Reach(
            ("account",),
            Category.LETTERS,
            also="NOT about_closing",
            told=("id", "kind", "state", "queued_at"),
        ),
    ),
    "letters_enclosure": Holder(
        Whose.CUSTOMERS,
        "files inside those mails",
        "gone with the words",
        sealed=True,
        reach=Reach(_LETTER, Category.LETTERS, also=_OTHER_LETTERS),
    ),
    "letters_act": Holder(
        Whose.CUSTOMERS,
        "what an entry about a letter commits to: its id and kind, never its words",
        "gone with its letter",
        reach=Reach(_LETTER, Category.LETTERS, also=_OTHER_LETTERS),
    ),
    "identity_user": Holder(
        Whose.CUSTOMERS,
        "who of the staff and of customers can sign in, and the hash of the password",
        "shut with the last day; a customer's go with the account",
        reach=Reach(
            _MEMBER, Category.SIGN_INS, told=("id", "single_sign_on", "password_changed_at")
        ),
    ),
    "identity_identity": Holder(
        Whose.STAFF,
        "which account of an identity provider is whose",
        "gone with its user",
        reach=Reach(_USER, Category.SIGN_INS, told=("id", "issuer", "linked_at")),
    ),
    "identity_invitation": Holder(
        Whose.CUSTOMERS,
        "who was invited and until when; a digest of the link, never the link",
        "forgotten a week after it lapsed",
        reach=Reach(
            _MEMBER, Category.SIGN_INS, told=("id", "made_at", "expires_at", "accepted_at")
        ),
    ),
    "identity_throttle": Holder(
        Whose.NOBODY,
        "how often somebody failed at the door, under keyed hashes of address and source",
        "forgotten a day after the last failure",
    ),
    "identity_accessevent": Holder(
        Whose.STAFF,
        "what happened at the doors, who it was, and from which network address",
        f"who and where from wiped after {TRAIL_DAYS} days; the act and its commitment stay",
        sealed=True,
        reach=Reach(_USER, Category.SIGN_INS, other=("account",), told=("id", "at", "what")),
    ),
    "identity_accessbatch": Holder(Whose.NOBODY, "which entry commits to which refusals", FOR_EVER),
    "identity_apitoken": Holder(
        Whose.CUSTOMERS,
        "which programs may do what, of the company and of customers; a digest, never the token",
        "kept when revoked; those of an account deleted with it",
        reach=Reach(
            _ACCOUNT,
            Category.SIGN_INS,
            other=_USER,
            told=("id", "name", "made_at", "expires_at", "used_at", "revoked_at"),
        ),
    ),
    "identity_providertransaction": Holder(
        Whose.STAFF,
        "sign-ins under way at an identity provider; secrets and test results sealed",
        "forgotten a day after they began",
        sealed=True,
        reach=Reach(_USER, Category.SIGN_INS),
    ),
    "identity_signinrule": Holder(
        Whose.CUSTOMERS,
        "what an account asks of the sign-ins of its members",
        "one row, changed",
        reach=Reach(_ACCOUNT, Category.SIGN_INS, told=("provider_only", "factor_demanded")),
    ),
    "identity_factorattestation": Holder(
        Whose.COMPANY,
        "which tenants demand a second factor of everybody, and who said so",
        "ends by itself; kept as the audit trail",
    ),
    "identity_providersignin": Holder(
        Whose.STAFF,
        "whether a provider proved a second factor",
        "kept as the audit trail",
        reach=Reach(_USER, Category.SIGN_INS, told=("at", "provider", "proof", "admitted")),
    ),
    "identity_session": Holder(
        Whose.STAFF,
        "who is signed in, how that was proved, and in which browser",
        "ends at sign-out, or with its limits",
        sealed=True,
        reach=Reach(_USER, Category.SIGN_INS, told=("id", "signed_in_at", "method"), unseals=HOUSE),
    ),
    "holdings_folder": replace(
        _held("the folders of a customer"), reach=replace(_HELD, leaves="parent_id")
    ),
    "holdings_file": _held("the files of a customer, by name and place"),
    "holdings_fileversion": _held("each content of a file; the bytes lie sealed in ``objects/``"),
    "holdings_collection": _records("the collections of a customer’s records"),
    "holdings_record": _records("the records of a customer"),
    "holdings_upload": _held("files that are arriving in pieces"),
    "holdings_uploadpart": Holder(
        Whose.CUSTOMERS,
        "which pieces of a file have arrived; the bytes lie sealed in ``objects/``",
        "deleted when the file is whole, and with the account",
        reach=_HELD,
    ),
    "holdings_sharelink": Holder(
        Whose.CUSTOMERS,
        "which links open a file, until when, and how often they did; a digest, never the link",
        "deleted when it ends, and with the account",
        reach=Reach(_ACCOUNT, Category.LINKS),
    ),
    "holdings_export": _held("when everything was given back, and the digest of the archive"),
    "holdings_accessnote": _held("who of the staff looked at what, and why"),
    "identity_authenticator": Holder(
        Whose.STAFF,
        "the secrets of authenticator apps",
        "gone when removed",
        sealed=True,
        reach=Reach(_USER, Category.SIGN_INS, told=("id", "made_at", "confirmed_at", "used_at")),
    ),
    "identity_passkey": Holder(
        Whose.STAFF,
        "public keys of passkeys, and what their owners call them",
        "gone when removed",
        sealed=True,
        reach=Reach(_USER, Category.SIGN_INS, told=("id", "made_at", "used_at", "synced")),
    ),
    "identity_passwordreset": Holder(
        Whose.STAFF,
        "who asked for a new password; a digest, never the link",
        "the address wiped within seconds, the row after a day",
        sealed=True,
        reach=Reach(_USER, Category.SIGN_INS, told=("asked_at", "handled_at", "ended_at")),
    ),
    "identity_recoverycode": Holder(
        Whose.STAFF,
        "keyed digests of recovery codes",
        "gone when made anew",
        reach=Reach(_USER, Category.SIGN_INS, told=("made_at", "used_at")),
    ),
    "identity_rescue": Holder(
        Whose.STAFF,
        "who helped whom after factors were lost",
        "kept as the audit trail",
        reach=Reach(
            _USER, Category.SIGN_INS, told=("reason", "asked_at", "agreed_at", "ended_at", "done")
        ),
    ),
    "identity_linkproposal": Holder(
        Whose.STAFF,
        "links that waited for a second person, with the address that the provider told",
        f"{PROPOSALS_KEPT.days} days after the end",
        sealed=True,
        reach=Reach(
            _USER,
            Category.SIGN_INS,
            told=("called", "issuer", "tenant", "asked_at", "ended_at", "done"),
        ),
    ),
    "controls_wording": Holder(
        Whose.COMPANY, "what the company states and has stated", "kept: the history is public"
    ),
    "controls_observation": Holder(
        Whose.COMPANY,
        "what checks saw; single subjects by opaque ids",
        "kept: the history is public",
    ),
    "controls_switch": Holder(
        Whose.STAFF, "who switched a check off, when and why", "kept as the history of the check"
    ),
    "controls_note": Holder(
        Whose.COMPANY, "public notes beside promises", "kept: the history is public"
    ),
    "controls_canary": Holder(
        Whose.NOBODY,
        "marks that a scan of the raw storage must not find",
        "one row, made anew",
        sealed=True,
    ),
    "lifecycle_obligation": Holder(
        Whose.CUSTOMERS,
        "what has to be locked and erased by when; who gets the receipt",
        "kept as the proof of deletion, by opaque ids; who gets the receipt goes in the end",
        sealed=True,
    ),
    "lifecycle_step": Holder(
        Whose.NOBODY, "each step of an erasure, its counts and its end", "kept as the proof"
    ),
    "lifecycle_doomed": Holder(
        Whose.NOBODY,
        "which sealed files a request took away, by opaque ids, so that they are looked for again",
        "gone when the request’s deletion closes",
    ),
    "lifecycle_hold": Holder(
        Whose.COMPANY,
        "legal holds: the basis, the reason, who answers for it, and until when",
        "kept when released, as the proof that holding was lawful",
        sealed=True,
    ),
    "lifecycle_plan": Holder(Whose.NOBODY, "how much an erasure would take", "kept as the proof"),
    "lifecycle_approval": Holder(
        Whose.STAFF, "who said yes to what, by opaque ids", "kept as the proof"
    ),
    "lifecycle_deed": Holder(
        Whose.NOBODY,
        "what entries about an account’s end commit to, by opaque ids",
        "kept beside the entry, so that it can be proved",
    ),
    "lifecycle_issuedreceipt": Holder(
        Whose.COMPANY,
        "receipts as they were issued; they name the organisation and no person",
        "kept as the proof of deletion",
        sealed=True,
    ),
    "lifecycle_clockmark": Holder(
        Whose.NOBODY, "the latest instant that was believed", "one row, changed"
    ),
    "requests_request": Holder(
        Whose.CUSTOMERS,
        "requests about personal data: when they came, who decided, when they were answered; who "
        "asked, and in which words, sealed",
        "name and words go a quarter after closing, the rest at the end of the third year",
        sealed=True,
    ),
    "requests_happening": Holder(
        Whose.CUSTOMERS,
        "the story of each request, and what its entries commit to",
        "words go with those of the request, the rest with its row",
        sealed=True,
    ),
    "requests_decision": Holder(
        Whose.CUSTOMERS,
        "what was decided about which category of data, and on which ground",
        "gone with its request",
    ),
    "requests_unconfirmed": Holder(
        Whose.CUSTOMERS,
        "forms of the public page whose address is not confirmed yet",
        "gone when the link in the mail ends, two days later",
        sealed=True,
    ),
    "requests_answer": Holder(
        Whose.CUSTOMERS,
        "data collected for the person who asked for it",
        "gone once fetched, or when the link to it ends",
        sealed=True,
    ),
    "requests_restriction": Holder(
        Whose.CUSTOMERS,
        "which member’s data is only stored, since when, and the notice before lifting it",
        "kept as the proof",
    ),
    "systems_system": Holder(
        Whose.COMPANY,
        "which systems are told to lock and to erase, and how they are reached",
        "kept when retired, without its settings",
        sealed=True,
    ),
    "systems_delivery": Holder(
        Whose.CUSTOMERS,
        "what each system was told about which account, and what it answered; for requests of one "
        "person what the system knows that person by",
        "what a person is known by goes with the confirmation; the rest is kept as the proof of "
        "deletion, by opaque ids",
        sealed=True,
    ),
    "systems_attempt": Holder(
        Whose.NOBODY, "how often a system was asked, and what went wrong", "kept as the proof"
    ),
    "systems_message": Holder(
        Whose.NOBODY, "which confirmations came in, so that none counts twice", "gone after a day"
    ),
    "systems_deed": Holder(
        Whose.COMPANY,
        "what entries about systems and deliveries commit to, by opaque ids",
        "kept beside the entry, so that it can be proved",
    ),
    "api_keptanswer": Holder(
        Whose.CUSTOMERS,
        "answers to requests of programs that may come twice",
        "forgotten after a day",
        reach=Reach(
            ("token_id", "identity_apitoken", "account_id"),
            other=("token_id", "identity_apitoken", *_USER),
        ),
    ),
}
"""By the name of the table in the database."""
