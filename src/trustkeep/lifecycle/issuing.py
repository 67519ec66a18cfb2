"""Issuing receipts: from rows that prove an erasure to one document that the log commits to.

A receipt stays with the company after the account's key is gone: sealed under the company's key,
naming the organisation and no person.
"""

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from trustkeep import __version__
from trustkeep.accounts import queries
from trustkeep.accounts.states import AccountState
from trustkeep.evidence import queries as evidence
from trustkeep.evidence import tree
from trustkeep.evidence.actions import append
from trustkeep.evidence.kinds import Kind
from trustkeep.evidence.nodes import log_size, stored
from trustkeep.evidence.receipt import SUFFIX
from trustkeep.kernel.build import commit
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.kernel.ids import new_id
from trustkeep.letters import ports as letters
from trustkeep.letters.mail import Enclosure
from trustkeep.lifecycle import deeds, receipt_files, receipts, telling, testimony
from trustkeep.lifecycle.edges import ACCOUNT
from trustkeep.lifecycle.models import Approval, Deed, IssuedReceipt, Obligation
from trustkeep.lifecycle.planning import EARLY
from trustkeep.lifecycle.receipt_names import VERIFY
from trustkeep.lifecycle.receipts import Basis, Cause, FollowUp, Kept, Receipt
from trustkeep.vault.fields import COMPANY, Place, seal_json, unseal_json

LETTERS_YEARS, PROOF_YEARS = 6, 3
"""How long commercial letters (HGB section 257) and proofs are kept, to the year's end."""
_CAUSES = {"contract-end": Cause.CONTRACT_END}


class NoSuchReceipt(TrustkeepError):
    """No receipt has this number, or none was issued yet."""

    sentence = "There is no receipt {id}."


@dataclass(frozen=True, slots=True)
class Issued:
    """A receipt as it was issued, with what proves it in the log."""

    id: uuid.UUID
    account: uuid.UUID | None
    issued_at: datetime
    entry_index: int
    receipt: Receipt
    body: dict[str, Any]
    salt: bytes
    why: str


def issue(row: Obligation, *, why: FollowUp | None, now: datetime) -> Issued:
    """Issue the receipt of an obligation, once for each reason, in the caller's transaction."""
    known = IssuedReceipt.objects.filter(obligation=row, why=why or "").first()
    if known is not None:
        return _issued(known)
    made = _receipt(row, why, now)
    body = receipts.plain(made)
    entry = append(
        kind=Kind.RECEIPT_ISSUED,
        body=body,
        now=now,
        promise_id=deeds.promise_of(row, Kind.RECEIPT_ISSUED),
        account=bytes(row.commitment) or None,
    )
    kept = IssuedReceipt(
        id=made.certificate,
        obligation=row,
        why=why or "",
        issued_at=now,
        entry_index=entry.index,
    )
    salt = base64.b64encode(entry.salt).decode("ascii")
    kept.sealed = seal_json(_place(kept.id), {"body": body, "salt": salt})
    kept.save(force_insert=True)
    return _issued(kept)


def issued(row: Obligation) -> Issued:
    """Return the receipt of an obligation; raises NoSuchReceipt before it was issued."""
    return _called(row, "")


def followed(row: Obligation, why: FollowUp) -> Issued:
    """Return a receipt that follows the first; raises NoSuchReceipt before it was issued."""
    return _called(row, why)


def _called(row: Obligation, why: str) -> Issued:
    found = IssuedReceipt.objects.filter(obligation=row, why=why).first()
    if found is None:
        raise NoSuchReceipt(id=row.id)
    return _issued(found)


def all_for(obligation_id: uuid.UUID) -> list[Issued]:
    """Return every receipt of one obligation, the first first."""
    rows = IssuedReceipt.objects.filter(obligation=obligation_id)
    return [_issued(row) for row in rows.order_by("issued_at", "entry_index")]


def all_of(account_id: uuid.UUID) -> list[Issued]:
    """Return every receipt about an account, the first first."""
    rows = IssuedReceipt.objects.filter(obligation__account=account_id)
    return [_issued(row) for row in rows.order_by("issued_at", "entry_index")]


def receipt_called(receipt_id: uuid.UUID) -> Issued:
    """Return one receipt; raises NoSuchReceipt."""
    row = IssuedReceipt.objects.filter(pk=receipt_id).first()
    if row is None:
        raise NoSuchReceipt(id=receipt_id)
    return _issued(row)


def proof(one: Issued) -> str:
    """Return the file that proves a receipt offline; raises NotSignedYet for a moment."""
    return evidence.receipt(one.entry_index, one.body, one.salt)


def enclosures(
    one: Issued, language: str, account: receipt_files.Named | None = None
) -> tuple[Enclosure, ...]:
    """Return the files that go out with a receipt; raises NotSignedYet for a moment.

    With `account` the JSON says how the log names it. Without a seal the paper is left out: the
    other two prove the same.
    """
    evident = proof(one)
    if letters.joined.seal is None:
        stem = f"receipt-{one.id}"
        told = receipt_files.as_json_file(one.receipt, evident, account).encode()
        return (
            Enclosure(f"{stem}.json", receipt_files.JSON_TYPE, told),
            Enclosure(f"{stem}{SUFFIX}", receipt_files.PROOF_TYPE, evident.encode()),
        )
    seal = letters.joined.seal()
    return receipt_files.enclosures(one.receipt, evident, seal, [language], account)


def file_of(one: Issued, form: str, language: str) -> Enclosure:
    """Return one file of a receipt: ``pdf``, ``json`` or ``proof``.

    Raises NoSuchReceipt for another form, and NotSignedYet for a moment.
    """
    evident, stem = proof(one), f"receipt-{one.id}"
    if form == "pdf" and letters.joined.seal is not None:
        paper = receipt_files.as_pdf_file(one.receipt, evident, language, letters.joined.seal())
        return Enclosure(f"{stem}.{language}.pdf", receipt_files.PDF_TYPE, paper)
    if form == "json":
        told = receipt_files.as_json_file(one.receipt, evident).encode()
        return Enclosure(f"{stem}.json", receipt_files.JSON_TYPE, told)
    if form == "proof":
        return Enclosure(f"{stem}{SUFFIX}", receipt_files.PROOF_TYPE, evident.encode())
    raise NoSuchReceipt(id=f"{one.id} ({form})")


def verify_link() -> str:
    """Return the address at which anybody can check a receipt."""
    return (letters.joined.house().base_url if letters.joined.house else "") + VERIFY


def _receipt(row: Obligation, why: FollowUp | None, now: datetime) -> Receipt:
    steps = list(row.steps.all())
    follows = None
    if why is not None:
        follows = receipts.Follows(issued(row).id, why)
    return Receipt(
        certificate=new_id(),
        issued_at=now,
        issuer=_issuer(),
        contract=_contract(row),
        trigger=_trigger(row),
        extent=receipts.Extent(row.scope),
        started_at=row.begun_at or row.trusted_at,
        finished_at=row.erased_at or now,
        stores=testimony.stores(steps),
        tool=receipts.Tool("Trustkeep", __version__, commit()),
        verifications=testimony.verifications(steps),
        backups=testimony.backups(row, now),
        evidence=_evidence(row),
        lock=testimony.lock(row, steps),
        keys=testimony.keys(row, steps),
        returned=testimony.returned(row),
        kept=_kept(now),
        systems=testimony.systems(steps, telling.known_words(row)),
        exempted=testimony.exempted(row),
        follows=follows,
        refused=testimony.refused(row),
        conditions=testimony.conditions(row, steps),
    )


def _trigger(row: Obligation) -> receipts.Trigger:
    """Return what set it off, and when: a wish before the time counts from when it was asked."""
    asked = Approval.objects.filter(obligation=row, what=EARLY).order_by("at").last()
    is_early = row.scope == ACCOUNT and asked is not None
    at = asked.at if asked and is_early else row.trusted_at
    return receipts.Trigger(_CAUSES.get(row.cause) or Cause(row.cause), at, row.request)


def _contract(row: Obligation) -> receipts.Contract:
    if row.account is None:
        return receipts.Contract("", "")
    ended = row.scope == ACCOUNT and row.account.state != AccountState.ACTIVE
    return receipts.Contract(
        row.account.legal_name, row.account.reference, row.trusted_at if ended else None
    )


def _issuer() -> receipts.Issuer:
    house = letters.joined.house() if letters.joined.house and queries.has_company() else None
    return receipts.Issuer(
        legal_name=house.legal_name if house else "",
        address=house.base_url if house else "",
        log_origin=evidence.origin(),
        verifier_key=evidence.verifier_key(),
        seal=letters.joined.seal().fingerprint if letters.joined.seal else "",
    )


def _evidence(row: Obligation) -> receipts.Evidence:
    size = log_size()
    entries = Deed.objects.filter(obligation=row).order_by("entry_index")
    root = base64.b64encode(tree.root(size, stored)).decode("ascii")
    indexes = tuple(entries.values_list("entry_index", flat=True))
    return receipts.Evidence(evidence.origin(), size, root, indexes)


def _kept(now: datetime) -> tuple[Kept, ...]:
    return (
        Kept(Basis.COMMERCIAL_LETTERS, date(now.year + LETTERS_YEARS, 12, 31)),
        Kept(Basis.PROOF_OF_ERASURE, date(now.year + PROOF_YEARS, 12, 31), pseudonymised=True),
        Kept(Basis.TRANSPARENCY_LOG, pseudonymised=True),
    )


def _issued(row: IssuedReceipt) -> Issued:
    kept = unseal_json(_place(row.id), row.sealed)
    return Issued(
        id=row.id,
        account=row.obligation.account_id,
        issued_at=row.issued_at,
        entry_index=row.entry_index,
        receipt=receipts.parse(kept["body"]),
        body=kept["body"],
        salt=base64.b64decode(kept["salt"]),
        why=row.why,
    )


def _place(receipt_id: uuid.UUID) -> Place:
    return Place(COMPANY, "lifecycle_issuedreceipt", "sealed", str(receipt_id))
