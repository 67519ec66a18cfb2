"""A receipt with something in every field, and one with nothing that may be left out."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, date, datetime

from trustkeep.lifecycle.receipts import (
    Backups,
    Basis,
    Category,
    Cause,
    Condition,
    Contract,
    Evidence,
    Exempted,
    Extent,
    Follows,
    FollowUp,
    Fulfilment,
    Issuer,
    Kept,
    Key,
    Lock,
    Look,
    Met,
    Method,
    Receipt,
    Returned,
    Store,
    System,
    SystemState,
    Tool,
    Trigger,
    Verification,
)

ENDED = datetime(2026, 10, 23, 22, tzinfo=UTC)
DONE = datetime(2026, 11, 23, 3, 12, 44, tzinfo=UTC)

FULL = Receipt(
    certificate=uuid.UUID("6f1c2b1e-9a54-4c5e-8f0a-2d1f6f0c7a11"),
    issued_at=datetime(2026, 11, 23, 3, 15, tzinfo=UTC),
    issuer=Issuer(
        legal_name="Lindenau Software GmbH",
        address="https://trust.lindenau.example",
        log_origin="trust.lindenau.example/log",
        verifier_key="trust.lindenau.example/log+0badf00d+AeX",
        seal="ab" * 32,
    ),
    contract=Contract("Harbour Freight & Söhne GmbH", "C-2024-0113", ENDED),
    trigger=Trigger(Cause.CONTRACT_END, ENDED),
    extent=Extent.ACCOUNT,
    started_at=datetime(2026, 11, 22, 22, 0, 5, tzinfo=UTC),
    finished_at=DONE,
    stores=(
        Store("workspace_file", Category.FILES, Method.FILES_REMOVED, 9_412, 0, 18_734_112_005),
        Store("workspace_record", Category.RECORDS, Method.ROWS_DELETED, 104_221, 0),
        Store("accounts_member", Category.MEMBERS, Method.ROWS_DELETED, 38, 0),
        Store("identity_session", Category.SIGN_INS, Method.ROWS_DELETED, 112, 0),
        Store("trustkeep.db", Category.OTHER, Method.RESIDUES_CLEARED, 1, 0),
    ),
    tool=Tool("Trustkeep", "0.1.0", "d5f321f"),
    verifications=(
        Verification(Look.SECOND_READER, True, DONE, "second-reader"),
        Verification(Look.LISTED_EMPTY_TWICE, True, DONE, "second-reader"),
        Verification(Look.STORAGE_SCANNED, True, DONE, "canary-scan"),
        Verification(Look.KEY_REFUSED, True, DONE, "vault"),
    ),
    backups=Backups(date(2026, 12, 28)),
    evidence=Evidence("trust.lindenau.example/log", 48_213, "K" * 43 + "=", (48_107, 48_198)),
    lock=Lock(datetime(2026, 10, 23, 22, 0, 1, tzinfo=UTC), ("sso-google", "password", "api")),
    keys=(Key("account key 1", DONE, 12), Key("account key 2", DONE, 12)),
    returned=(Returned("export", datetime(2026, 10, 20, 8, tzinfo=UTC), "cd" * 32),),
    kept=(
        Kept(Basis.COMMERCIAL_LETTERS, date(2032, 12, 31)),
        Kept(Basis.PROOF_OF_ERASURE, date(2029, 12, 31), pseudonymised=True),
        Kept(Basis.TRANSPARENCY_LOG),
    ),
    systems=(
        System("Product", SystemState.CONFIRMED, ENDED, DONE, "job-88121"),
        System("Newsletter service", SystemState.INSTRUCTED, DONE),
        System("Old warehouse", SystemState.UNKNOWN, DONE),
        System("Help desk", SystemState.REFUSED, DONE, DONE),
        System("Fax gateway", SystemState.NOT_APPLICABLE, reason="account-never-used-it"),
    ),
    exempted=(Exempted(Basis.LEGAL_HOLD, "objects/7", ENDED, date(2027, 3, 1)),),
    conditions=(
        Fulfilment(Condition.RANDOM_KEY, Met.BUILT_IN),
        Fulfilment(Condition.EVERY_COPY_DESTROYED, Met.NOT_MET),
    ),
)
BARE = replace(
    FULL,
    stores=(),
    verifications=(),
    backups=Backups(None),
    evidence=Evidence("trust.lindenau.example/log", 1, "K" * 43 + "="),
    lock=None,
    keys=(),
    returned=(),
    kept=(),
    systems=(),
    exempted=(),
    conditions=(),
    contract=Contract("X", "1"),
)
LATER = replace(
    FULL,
    certificate=uuid.UUID("0d3c2b1e-9a54-4c5e-8f0a-2d1f6f0c7a22"),
    trigger=Trigger(Cause.REQUEST_DPO, ENDED, "request-17"),
    follows=Follows(FULL.certificate, FollowUp.BACKUPS_EXPIRED),
)
