"""Which status each refusal is answered with."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from trustkeep.accounts.customers import NoSuchAccount, NoSuchMember
from trustkeep.accounts.gate import AccountClosed
from trustkeep.accounts.opening import AccountInvalid
from trustkeep.accounts.queries import NoSuchPerson
from trustkeep.api.accounts import NotAnAccounts
from trustkeep.api.bearers import ScopeMissing
from trustkeep.api.digests import DigestUnreadable
from trustkeep.api.once import KeyReused, KeyTooLong, StillAtIt
from trustkeep.api.paging import NoSuchPlace
from trustkeep.api.persons import NameWrong, ReferenceWrong
from trustkeep.api.reading import MediaTypeRefused
from trustkeep.controls.catalogue import UnknownPromise
from trustkeep.controls.record_kinds import UnknownKind
from trustkeep.evidence.queries import NoSuchEntry, NotSignedYet, NotSuchSizes
from trustkeep.holdings.archive import RecipientInvalid
from trustkeep.holdings.collections import NoSuchCollection, NoSuchRow, RecordInvalid
from trustkeep.holdings.files import StorageFull, WrongHash, WrongSize
from trustkeep.holdings.places import NameInvalid
from trustkeep.holdings.queries import NoSuchFile, NoSuchFolder
from trustkeep.holdings.scanning import MalwareFound, NotScanned, TooLargeToScan
from trustkeep.holdings.sharing import NoSuchLink, TooManyLinks
from trustkeep.holdings.uploads import NoSuchUpload, TooManyUploads, UploadTooLarge
from trustkeep.identity.attestations import AttestationInvalid, NoSuchAttestation
from trustkeep.identity.oidc.installed import NoSuchProvider
from trustkeep.identity.sign_in_rules import RuleInvalid
from trustkeep.kernel.errors import TrustkeepError
from trustkeep.letters.bounces import NotAReport
from trustkeep.lifecycle.holding import HoldInvalid, NoSuchHold, NoSuchStore
from trustkeep.lifecycle.issuing import NoSuchReceipt
from trustkeep.lifecycle.owing import NoSuchThing, TooManyThings
from trustkeep.lifecycle.planning import SecondPersonNeeded
from trustkeep.lifecycle.receipts import ReceiptNamesPerson
from trustkeep.lifecycle.requests import deciding
from trustkeep.lifecycle.requests.collecting import NoSuchPart
from trustkeep.lifecycle.requests.deciding import GroundUnfit
from trustkeep.lifecycle.requests.handling import NoSuchRequest, ScopeUnclear, WordsMissing
from trustkeep.lifecycle.requests.receiving import RequestInvalid
from trustkeep.lifecycle.requests.things import ThingUnreadable
from trustkeep.lifecycle.systems.confirmations import (
    ConfirmationUnknown,
    ConfirmationUnreadable,
)
from trustkeep.lifecycle.systems.queries import NoSuchSystem
from trustkeep.lifecycle.systems.signing import SignatureRefused
from trustkeep.lifecycle.terminating import EndInvalid
from trustkeep.records.actions import InvalidRecord, NoSuchRecord

STATUSES: Mapping[type[TrustkeepError], HTTPStatus] = {
    ScopeMissing: HTTPStatus.FORBIDDEN,
    SignatureRefused: HTTPStatus.UNAUTHORIZED,
    NoSuchSystem: HTTPStatus.NOT_FOUND,
    ConfirmationUnknown: HTTPStatus.NOT_FOUND,
    ConfirmationUnreadable: HTTPStatus.UNPROCESSABLE_ENTITY,
    UnknownPromise: HTTPStatus.NOT_FOUND,
    UnknownKind: HTTPStatus.NOT_FOUND,
    NoSuchEntry: HTTPStatus.NOT_FOUND,
    NoSuchRecord: HTTPStatus.NOT_FOUND,
    NotSignedYet: HTTPStatus.CONFLICT,
    NotSuchSizes: HTTPStatus.UNPROCESSABLE_ENTITY,
    InvalidRecord: HTTPStatus.UNPROCESSABLE_ENTITY,
    KeyTooLong: HTTPStatus.UNPROCESSABLE_ENTITY,
    StillAtIt: HTTPStatus.CONFLICT,
    KeyReused: HTTPStatus.UNPROCESSABLE_ENTITY,
    NoSuchPlace: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotAnAccounts: HTTPStatus.FORBIDDEN,
    AccountClosed: HTTPStatus.FORBIDDEN,
    NoSuchFile: HTTPStatus.NOT_FOUND,
    NoSuchFolder: HTTPStatus.NOT_FOUND,
    NoSuchUpload: HTTPStatus.NOT_FOUND,
    NoSuchCollection: HTTPStatus.NOT_FOUND,
    NoSuchLink: HTTPStatus.NOT_FOUND,
    NoSuchRow: HTTPStatus.NOT_FOUND,
    NameInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    RecordInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    RecipientInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    DigestUnreadable: HTTPStatus.BAD_REQUEST,
    MediaTypeRefused: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    MalwareFound: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooLargeToScan: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    NotScanned: HTTPStatus.SERVICE_UNAVAILABLE,
    ThingUnreadable: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooManyThings: HTTPStatus.UNPROCESSABLE_ENTITY,
    NoSuchThing: HTTPStatus.UNPROCESSABLE_ENTITY,
    WrongHash: HTTPStatus.UNPROCESSABLE_ENTITY,
    WrongSize: HTTPStatus.BAD_REQUEST,
    UploadTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    TooManyLinks: HTTPStatus.CONFLICT,
    TooManyUploads: HTTPStatus.TOO_MANY_REQUESTS,
    StorageFull: HTTPStatus.INSUFFICIENT_STORAGE,
    NoSuchAccount: HTTPStatus.NOT_FOUND,
    NoSuchHold: HTTPStatus.NOT_FOUND,
    NoSuchReceipt: HTTPStatus.NOT_FOUND,
    NoSuchRequest: HTTPStatus.NOT_FOUND,
    NoSuchAttestation: HTTPStatus.NOT_FOUND,
    SecondPersonNeeded: HTTPStatus.FORBIDDEN,
    deciding.SecondPersonNeeded: HTTPStatus.FORBIDDEN,
    NameWrong: HTTPStatus.UNPROCESSABLE_ENTITY,
    ReferenceWrong: HTTPStatus.UNPROCESSABLE_ENTITY,
    EndInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    HoldInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    NoSuchStore: HTTPStatus.UNPROCESSABLE_ENTITY,
    AccountInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    ReceiptNamesPerson: HTTPStatus.UNPROCESSABLE_ENTITY,
    NoSuchPerson: HTTPStatus.UNPROCESSABLE_ENTITY,
    NoSuchMember: HTTPStatus.UNPROCESSABLE_ENTITY,
    RequestInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    ScopeUnclear: HTTPStatus.UNPROCESSABLE_ENTITY,
    WordsMissing: HTTPStatus.UNPROCESSABLE_ENTITY,
    GroundUnfit: HTTPStatus.UNPROCESSABLE_ENTITY,
    NoSuchPart: HTTPStatus.UNPROCESSABLE_ENTITY,
    RuleInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    AttestationInvalid: HTTPStatus.UNPROCESSABLE_ENTITY,
    NoSuchProvider: HTTPStatus.UNPROCESSABLE_ENTITY,
    NotAReport: HTTPStatus.UNPROCESSABLE_ENTITY,
}
"""Everything else that refuses does so because of the state of things: 409."""
