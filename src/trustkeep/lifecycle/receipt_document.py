"""The receipt on paper: what was deleted, how it was verified, what is left, how to check it.

Pure: the same receipt gives the same text. The JSON and the proof travel inside the PDF, so the
paper, what programs read, and what the log proves stay together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Literal

from trustkeep.kernel import writing
from trustkeep.letters.documents import (
    Block,
    Document,
    Facts,
    File,
    Heading,
    Key,
    Paragraph,
    Standing,
    Table,
    Written,
)
from trustkeep.lifecycle import receipt_words as words
from trustkeep.lifecycle.receipt_labels import LABELS
from trustkeep.lifecycle.receipt_names import JSON_NAME, PROOF_NAME, VERIFY
from trustkeep.lifecycle.receipts import Extent, Met, Receipt, System, SystemState, digest
from trustkeep.lifecycle.requests.kinds import CATEGORY_TEXTS, GROUNDS, Category

_NONE = "–"
_COLOURS: Mapping[SystemState, Literal["good", "bad", "open"]] = {
    SystemState.INSTRUCTED: "open",
    SystemState.CONFIRMED: "good",
    SystemState.REFUSED: "bad",
    SystemState.UNKNOWN: "open",
    SystemState.NOT_APPLICABLE: "good",
}
_MET: Mapping[Met, Literal["good", "bad", "open"]] = {
    Met.LOOKED_AT: "good",
    Met.BUILT_IN: "open",
    Met.NOT_MET: "bad",
}


def document(receipt: Receipt, language: str, files: tuple[File, ...] = ()) -> Document:
    """Return the receipt as a document in `language`, with `files` inside."""
    page = _Page(receipt, language)
    certificate = str(receipt.certificate)
    return Document(
        title=page.label("title_follow" if receipt.follows else "title"),
        language=language,
        sender=receipt.issuer.legal_name,
        address=receipt.issuer.address.removeprefix("https://"),
        at=receipt.issued_at,
        lead=page.lead(),
        blocks=tuple(page.blocks()),
        foot=f"{page.label('certificate')} {certificate}",
        keywords=(certificate, receipt.contract.reference),
        files=files,
    )


class _Page:
    """Writes one receipt in one language."""

    def __init__(self, receipt: Receipt, language: str) -> None:
        self._receipt, self._language = receipt, language

    def label(self, name: str, **values: object) -> str:
        return LABELS[name][self._language].format(**values)

    def lead(self) -> str:
        contract, at = self._receipt.contract, self._moment(self._receipt.finished_at)
        state = "complete" if self._receipt.complete else "open"
        if self._receipt.extent is not Extent.ACCOUNT:
            extent = words.EXTENTS[self._receipt.extent][self._language]
            return self.label(f"lead_part_{state}", extent=extent, at=at)
        return self.label(f"lead_{state}", customer=contract.customer, at=at)

    def blocks(self) -> Iterator[Block]:
        yield self._summary()
        yield from self._stores()
        yield from self._refused()
        yield from self._keys()
        yield from self._verifications()
        yield from self._systems()
        yield from self._left()
        yield from self._proof()

    def _summary(self) -> Facts:
        receipt, language = self._receipt, self._language
        contract, trigger = receipt.contract, receipt.trigger
        found: list[tuple[str, Written]] = [
            (self.label("certificate"), Key(str(receipt.certificate))),
            (self.label("customer"), contract.customer or _NONE),
            (self.label("reference"), contract.reference or _NONE),
            (self.label("cause"), words.CAUSES[trigger.cause][language]),
            (self.label("triggered"), self._moment(trigger.at)),
            (self.label("extent"), words.EXTENTS[receipt.extent][language]),
        ]
        if receipt.follows:
            why = words.FOLLOW_UPS[receipt.follows.why][language]
            found.insert(1, (self.label("follows"), Key(str(receipt.follows.certificate))))
            found.insert(2, (self.label("follow_up"), why))
        if trigger.request:
            found.append((self.label("request"), Key(trigger.request)))
        if contract.ended_at:
            found.append((self.label("ended"), self._moment(contract.ended_at)))
        if receipt.lock:
            found.append((self.label("locked"), self._moment(receipt.lock.revoked_at)))
            if receipt.lock.probes:
                found.append((self.label("probes"), ", ".join(receipt.lock.probes)))
        found += [
            (self.label("started"), self._moment(receipt.started_at)),
            (self.label("finished"), self._moment(receipt.finished_at)),
            (self.label("tool"), self._tool()),
        ]
        for one in receipt.returned:
            given = f"{self._given(one.what)}, {self._moment(one.at)}"
            found += [(self.label("returned"), given), (self.label("archive"), Key(one.digest))]
        return Facts(tuple(found))

    def _stores(self) -> Iterator[Block]:
        yield Heading(self.label("stores"))
        if not self._receipt.stores:
            yield Paragraph(self.label("stores_none"))
            return
        heads = ("store", "category", "method", "records", "bytes", "remaining")
        yield Table(
            heads=tuple(self.label(head) for head in heads),
            rows=tuple(
                (
                    Key(one.name),
                    words.CATEGORIES[one.category][self._language],
                    words.METHODS[one.method][self._language],
                    self._number(one.records),
                    _NONE if one.bytes is None else self._number(one.bytes),
                    Standing(self._number(one.remaining), "bad" if one.remaining else "good"),
                )
                for one in self._receipt.stores
            ),
            widths=(4, 3, 3, 0, 0, 0),
            numbers=(False, False, False, True, True, True),
        )

    def _refused(self) -> Iterator[Block]:
        if not self._receipt.refused:
            return
        yield Heading(self.label("refused"))
        yield Table(
            heads=tuple(self.label(head) for head in ("category", "ground", "until")),
            rows=tuple(
                (
                    CATEGORY_TEXTS[Category(one.category)][self._language],
                    GROUNDS[one.ground].text[self._language],
                    self._day(one.until_date),
                )
                for one in self._receipt.refused
            ),
            widths=(3, 6, 2),
            numbers=(False, False, False),
        )

    def _keys(self) -> Iterator[Block]:
        if not self._receipt.keys:
            return
        yield Heading(self.label("keys"))
        yield Paragraph(self.label("keys_mean"), "small")
        yield Table(
            heads=tuple(self.label(head) for head in ("key", "destroyed", "epoch")),
            rows=tuple(
                (Key(one.name), self._moment(one.destroyed_at), self._number(one.epoch))
                for one in self._receipt.keys
            ),
            widths=(3, 4, 0),
            numbers=(False, False, True),
        )
        if self._receipt.conditions:
            yield self._conditions()

    def _conditions(self) -> Table:
        return Table(
            heads=(self.label("conditions"), self.label("state")),
            rows=tuple(
                (
                    words.CONDITIONS[one.condition][self._language],
                    Standing(words.MET[one.met][self._language], _MET[one.met]),
                )
                for one in self._receipt.conditions
            ),
            widths=(8, 0),
            numbers=(False, False),
        )

    def _verifications(self) -> Iterator[Block]:
        yield Heading(self.label("verified"))
        if not self._receipt.verifications:
            yield Paragraph(self.label("verified_none"))
            return
        passed, failed = self.label("passed"), self.label("failed")
        yield Table(
            heads=tuple(self.label(head) for head in ("look", "by", "at", "outcome")),
            rows=tuple(
                (
                    words.LOOKS[one.look][self._language],
                    Key(one.by),
                    self._moment(one.at),
                    Standing(passed, "good") if one.passed else Standing(failed, "bad"),
                )
                for one in self._receipt.verifications
            ),
            widths=(5, 3, 4, 0),
            numbers=(False, False, False, False),
        )

    def _systems(self) -> Iterator[Block]:
        yield Heading(self.label("systems"))
        if not self._receipt.systems:
            yield Paragraph(self.label("systems_none"))
            return
        yield Paragraph(self.label("systems_mean"), "small")
        yield Table(
            heads=tuple(self.label(head) for head in ("system", "instructed", "answered", "state")),
            rows=tuple(
                (
                    one.name,
                    self._optional(one.instructed_at),
                    self._answer(one.answered_at, one.reference),
                    Standing(self._standing(one), _COLOURS[one.state]),
                )
                for one in self._receipt.systems
            ),
            widths=(3, 3, 4, 3),
            numbers=(False, False, False, False),
        )

    def _copies(self) -> Iterator[Block]:
        if not self._receipt.backups.copies:
            return
        yield Table(
            heads=tuple(self.label(head) for head in ("copy", "made", "gone")),
            rows=tuple(
                (one.place, self._moment(one.made_at), self._day(one.gone_date))
                for one in self._receipt.backups.copies
            ),
            widths=(5, 4, 3),
            numbers=(False, False, False),
        )

    def _left(self) -> Iterator[Block]:
        yield Heading(self.label("left"))
        gone = self._receipt.backups.last_gone_date
        if gone is None:
            yield Paragraph(self.label("backups_none"))
        else:
            name = "backups_readable" if self._receipt.backups.readable else "backups_sealed"
            yield Paragraph(self.label(name, day=writing.day(gone, self._language)))
            yield from self._copies()
        for one in self._receipt.exempted:
            basis = words.BASES[one.basis][self._language]
            review = self._day(one.review_date)
            since = self._moment(one.since)
            told = self.label("exempted", scope=one.scope, basis=basis, since=since, review=review)
            yield Paragraph(told)
        if self._receipt.kept:
            yield Table(
                heads=tuple(self.label(head) for head in ("kept", "until", "pseudonymised")),
                rows=tuple(
                    (
                        words.BASES[one.basis][self._language],
                        self._day(one.until_date),
                        self.label("yes") if one.pseudonymised else self.label("no"),
                    )
                    for one in self._receipt.kept
                ),
                widths=(5, 2, 2),
                numbers=(False, False, False),
            )
        else:
            yield Paragraph(self.label("kept_none"))

    def _proof(self) -> Iterator[Block]:
        receipt = self._receipt
        yield Heading(self.label("proof"))
        yield Paragraph(self.label("proof_mean", json=JSON_NAME, proof=PROOF_NAME))
        evidence = receipt.evidence
        entries = ", ".join(self._number(entry) for entry in evidence.entries) or _NONE
        yield Facts(
            (
                (self.label("digest"), Key(digest(receipt))),
                (self.label("log"), Key(evidence.origin)),
                (self.label("log_size"), self._number(evidence.size)),
                (self.label("log_root"), Key(evidence.root)),
                (self.label("entries"), entries),
                (self.label("verify_at"), Key(receipt.issuer.address + VERIFY)),
                (self.label("verifier_key"), Key(receipt.issuer.verifier_key)),
                (self.label("seal"), Key(receipt.issuer.seal) if receipt.issuer.seal else _NONE),
            )
        )
        yield Paragraph(self.label("proof_how"), "small")

    def _standing(self, system: System) -> str:
        state = words.SYSTEM_STATES[system.state][self._language]
        known = {str(why): texts for why, texts in words.REASONS.items()}
        return f"{state}: {known[system.reason][self._language]}" if system.reason else state

    def _given(self, what: str) -> str:
        return words.RETURNED[what][self._language] if what in words.RETURNED else what

    def _tool(self) -> str:
        tool = self._receipt.tool
        return " ".join(part for part in (tool.name, tool.version, tool.commit) if part)

    def _answer(self, at: datetime | None, reference: str) -> str:
        return ", ".join(part for part in (self._optional(at), reference) if part)

    def _optional(self, at: datetime | None) -> str:
        return self._moment(at) if at else _NONE

    def _day(self, day: date | None) -> str:
        return writing.day(day, self._language) if day else self.label("as_long")

    def _moment(self, at: datetime) -> str:
        return writing.moment(at, self._language)

    def _number(self, value: int) -> str:
        return str(writing.number(value, self._language))
