"""What an entry of the log may be about; a new kind is added here first."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """The ``type`` of a leaf, with the sentence that explains when one is left."""

    LOG_STARTED = ("log-started", "the log was opened; always the first entry")
    CHECK_RESULT = ("check-result", "what a check saw changed, or a new day (UTC) began")
    CHECK_DISABLED = ("check-disabled", "a person switched a check off")
    CHECK_ENABLED = ("check-enabled", "a person switched a check on again")
    WORDING_PUBLISHED = ("wording-published", "a new wording of a promise came into force")
    NOTE_PUBLISHED = ("note-published", "a public note was put beside a promise")
    NOTE_WITHDRAWN = ("note-withdrawn", "a public note was taken from the page")
    RECORD_ENTERED = ("record-entered", "a person entered a dated fact")
    RECORD_AMENDED = ("record-amended", "a person entered a new version of a dated fact")
    RECORD_WITHDRAWN = ("record-withdrawn", "a person said that a dated fact no longer counts")
    KEY_ROTATED = ("key-rotated", "the root key or an account key was replaced")
    COMPANY_CHANGED = ("company-changed", "the company's name, contacts or languages changed")
    PERSON_CHANGED = ("person-changed", "somebody joined or left, or roles changed")
    ACCOUNT_CHANGED = (
        "account-changed",
        "a customer's account was opened, or its contract changed",
    )
    MEMBER_CHANGED = ("member-changed", "somebody joined or left a customer's account")
    CONTRACT_ENDED = (
        "contract-ended",
        "a contract was ended, its end was called off, or the customer was let in again",
    )
    ACCOUNT_LOCKED = ("account-locked", "everything of a customer’s account was locked")
    DOORS_TRIED = ("doors-tried", "every door was tried as the customer")
    ERASURE_PLANNED = ("erasure-planned", "what an erasure would take was counted, or approved")
    ERASURE_MOVED = ("erasure-moved", "an erasure entered another stage")
    ERASURE_STEP = ("erasure-step", "a step of an erasure was done, or cannot go on")
    HOLD_CHANGED = ("hold-changed", "a legal hold was placed, reviewed or released")
    CLOCK_DOUBTED = (
        "clock-doubted",
        "the clock jumped, so that nothing is destroyed, or a person vouched for it",
    )

    REQUEST = ("request", "a request of a data subject came in, or something was done about it")
    SYSTEM_CHANGED = ("system-changed", "a connected system was added, changed or retired")
    SYSTEM_INSTRUCTED = ("system-instructed", "a connected system was told to lock or to erase")
    SYSTEM_ANSWERED = ("system-answered", "what a connected system answered changed")
    RECEIPT_ISSUED = ("receipt-issued", "a receipt says what was erased and what proves it")
    LETTER = ("letter", "a letter was delivered, refused, came back, was called off or tried again")

    BACKUP_MADE = ("backup-made", "a backup was made, read back and verified")
    BACKUP_GONE = ("backup-gone", "a backup was deleted at its end, or was found to be gone")
    RESTORE_DRILLED = ("restore-drilled", "a restore was drilled, from a backup to proved absence")
    RESTORE_RECONCILED = (
        "restore-reconciled",
        "a restored database caught up with every lock, erasure, hold and revocation since",
    )
    LEDGER_STARTED = ("ledger-started", "a new ledger was begun because the old one was lost")

    CUSTOMER_DATA_SEEN = (
        "customer-data-seen",
        "somebody of the staff opened a customer's account, with a reason for the customer to read",
    )
    CUSTOMER_DATA_EXPORTED = (
        "customer-data-exported",
        "a customer took everything out of its account",
    )

    ACCESS_REFUSED = ("access-refused", "sign-ins or codes were refused; one entry for many")
    ACCESS = ("access", "somebody signed in or out, was refused, or a password or token changed")

    meaning: str

    def __new__(cls, value: str, meaning: str) -> Kind:
        kind = str.__new__(cls, value)
        kind._value_ = value
        kind.meaning = meaning
        return kind
