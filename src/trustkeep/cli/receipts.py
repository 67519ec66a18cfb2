"""A deletion certificate in a terminal: what it says, and what is still open."""

from __future__ import annotations

from collections.abc import Iterator

from trustkeep.kernel import writing
from trustkeep.lifecycle import receipt_words as words
from trustkeep.lifecycle.receipts import Receipt, SystemState

_DONE = {SystemState.CONFIRMED, SystemState.NOT_APPLICABLE}


def print_receipt(receipt: Receipt) -> None:
    """Print a receipt in short, then everything that is left or open."""
    contract = receipt.contract
    records = sum(store.records for store in receipt.stores)
    print(f"  issued by  {receipt.issuer.legal_name}, {receipt.issuer.address}")
    print(f"  document   certificate {receipt.certificate}")
    if receipt.follows:
        why = words.FOLLOW_UPS[receipt.follows.why].en
        print(f"  adds to    certificate {receipt.follows.certificate}: {why}")
    print(f"  customer   {contract.customer}, contract {contract.reference}")
    print(f"  erased     {words.EXTENTS[receipt.extent].en}: {records} in {_stores(receipt)}")
    print(f"  finished   {writing.moment(receipt.finished_at, 'en')}")
    print(f"  verdict    {'complete' if receipt.complete else 'not complete: see what is open'}")
    for line in _left(receipt):
        print(f"  left       {line}")
    for line in _open(receipt):
        print(f"  open       {line}")


def _stores(receipt: Receipt) -> str:
    count = len(receipt.stores)
    return f"{count} store" if count == 1 else f"{count} stores"


def _left(receipt: Receipt) -> Iterator[str]:
    gone = receipt.backups.last_gone_date
    if gone:
        how = "readable" if receipt.backups.readable else "encrypted, without a key"
        yield f"backups until {writing.day(gone, 'en')}, {how}"
    for kept in receipt.kept:
        until = f"until {writing.day(kept.until_date, 'en')}" if kept.until_date else "for good"
        yield f"{words.BASES[kept.basis].en}, {until}"
    for one in receipt.exempted:
        yield f"{one.scope}: {words.BASES[one.basis].en}"


def _open(receipt: Receipt) -> Iterator[str]:
    for store in receipt.stores:
        if store.remaining:
            yield f"{store.name}: {store.remaining} remain"
    if not receipt.verifications:
        yield "nobody has verified it"
    for look in receipt.verifications:
        if not look.passed:
            yield f"{words.LOOKS[look.look].en}: failed"
    for system in receipt.systems:
        if system.state not in _DONE:
            yield f"{system.name}: {words.SYSTEM_STATES[system.state].en}"
