"""The demo's customers, at every turn of a life: active, ending, locked, and erased with a receipt.

Contracts end through the real actions, and the engine's own steps follow, day by day, as its
timetable would have run them on these days. So what the story of an account tells is what happened
to its rows and keys here, while this installation was made.
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from trustkeep.accounts.gate import require_open
from trustkeep.accounts.membership import NewMember, add_member
from trustkeep.accounts.opening import Contract, open_account
from trustkeep.accounts.queries import PersonShown
from trustkeep.accounts.roles import MemberRole, Role
from trustkeep.evidence.actions import publish_checkpoint
from trustkeep.holdings import collections
from trustkeep.holdings.files import NewFile, keep_file
from trustkeep.identity.actions import admit_member
from trustkeep.lifecycle.deadlines import end_of_day
from trustkeep.lifecycle.stepping import run_due
from trustkeep.lifecycle.terminating import end_contract
from trustkeep.site.demo.people import new_password
from trustkeep.site.demo.sign_ins import Member
from trustkeep.site.demo.systems import Product

ZONE = "Europe/Berlin"
FIRST_DAY = 92
"""So many days ago the first of these contracts was noted."""
_TURNS = (timedelta(), timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=3))


type Act = tuple[datetime, Callable[[datetime], None]]
"""What happens, and when."""


@dataclass(frozen=True, slots=True)
class Customer:
    """One invented customer; ``ends`` is the last day of the contract, counted from today."""

    name: str
    reference: str
    owner: str
    language: str = "de"
    since_days: int = 400
    ends: int | None = None
    noted: int = 14


ACTIVE = (
    Customer("Alpenblick Versicherung AG", "C-1041", "Ursula Graf"),
    Customer("Brouwer & Zonen B.V.", "C-1042", "Daan Brouwer", "en", 310),
    Customer("Cabinet Morel", "C-1043", "Claire Morel", "fr", 255),
    Customer("Dr. Sander Klinikgruppe", "C-1044", "Petra Sander", "de", 518),
    Customer("Eastgate Logistics Ltd", "C-1045", "Owen Price", "en", 147),
    Customer("Fjordbank ASA", "C-1046", "Ingunn Dahl", "en", 690),
    Customer("Gerlach Maschinenbau KG", "C-1047", "Ralf Gerlach", "de", 88),
    Customer("Hôtels du Lac SA", "C-1048", "Luc Perret", "fr", 372),
    Customer("Iris Optik GmbH", "C-1049", "Beate Lorenz", "de", 61),
    Customer("Jansen Energie GmbH", "C-1050", "Timo Jansen", "de", 233),
)
ENDING = Customer("Nordlicht Reisen GmbH", "C-1017", "Silke Thoma", "de", 480, ends=21, noted=0)
LOCKED = Customer("Harbour Freight Services Ltd", "C-1013", "Rosalind Hale", "en", 730, ends=-12)
ERASED = Customer("Quartier Latin Média SARL", "C-1009", "Henri Blanc", "fr", 610, ends=-75)


@dataclass(frozen=True, slots=True)
class _House:
    """Who cares for the customers, and the product in which their conversations are."""

    manager: PersonShown
    product: Product

    def turn(self, at: datetime) -> None:
        """Let the timetable have its turn."""
        run_due(worker="demo", now=at)
        self.product.be_told(at)
        publish_checkpoint(at)


def enter(staff: Mapping[str, PersonShown], product: Product, now: datetime) -> list[Member]:
    """Let the customers' lives pass up to now; returns who can sign in, or could."""
    house = _House(staff[Role.ACCOUNT_MANAGER], product)
    members: list[Member] = []
    acts: list[Act] = []
    for one in (ENDING, LOCKED, ERASED):
        acts += _life(one, house, now, members)
    days = [now - timedelta(days=days) for days in range(FIRST_DAY, 0, -1)]
    turns = [(day + turn, house.turn) for day in days for turn in _TURNS]
    for at, act in sorted([*acts, *turns, (now, house.turn)], key=lambda one: one[0]):
        act(at)
    # Whoever tries a sign-in from the top of the list gets in.
    return [*(_opened(one, house, now)[1] for one in ACTIVE), *members]


def _life(one: Customer, house: _House, now: datetime, members: list[Member]) -> list[Act]:
    assert one.ends is not None
    manager = house.manager
    ends_at = end_of_day(now.date() + timedelta(days=one.ends - 1), ZONE)
    noted_at = min(ends_at - timedelta(days=one.noted, hours=9), now)

    def end(at: datetime) -> None:
        account_id, member = _opened(one, house, at)
        members.append(member)
        end_contract(account_id=account_id, by=str(manager.id), now=at, ends_at=ends_at)

    # Right after the end, and a day after the floor, the timetable has its turns.
    turns = [
        (ends_at + after + turn, house.turn)
        for after in (timedelta(), timedelta(days=30), timedelta(days=37, hours=2))
        for turn in _TURNS
    ]
    return [(noted_at, end), *((at, act) for at, act in turns if at < now)]


def _opened(one: Customer, house: _House, at: datetime) -> tuple[uuid.UUID, Member]:
    manager = house.manager
    contract = Contract(
        legal_name=one.name,
        reference=one.reference,
        contract_start_date=at.date() - timedelta(days=one.since_days),
        language=one.language,
        time_zone=ZONE,
        domains=(_domain(one),),
        manager_id=manager.id,
        dpo_contact=f"privacy@{_domain(one)}",
    )
    account = open_account(contract=contract, by=str(manager.id), now=at)
    email = f"{one.owner.split()[0].lower()}@{_domain(one)}"
    new = NewMember(one.owner, email, MemberRole.OWNER)
    joined = add_member(account_id=account.id, new=new, by=str(manager.id), now=at)
    password = new_password()
    user = admit_member(member_id=joined.id, password=password, now=at)
    house.product.keep(account.id, _conversations(account.id, str(user), at))
    return account.id, Member(one.reference, MemberRole.OWNER.value, email, password)


def _conversations(account_id: uuid.UUID, user: str, at: datetime) -> list[str]:
    """Keep the account's first files and records; returns the files' ids."""
    passage = require_open(account_id, now=at)
    files = []
    for number in range(1, 4):
        text = f"Conversation {number}\n\nKept under the account’s own key.\n"
        file = keep_file(
            passage=passage,
            new=NewFile(f"Conversation {number}.txt", None, "text/plain"),
            source=io.BytesIO(text.encode()),
            by=user,
            clock=lambda: at,
        )
        files.append(str(file.id))
        collections.enter_record(
            passage=passage,
            collection="Calls",
            values={"minutes": 4 * number, "topic": f"Call {number}"},
            by=user,
            now=at,
        )
    return files


def _domain(one: Customer) -> str:
    word = "".join(letter for letter in one.name.split()[0].lower() if letter.isascii())
    return f"{word.strip('.&')}.example"
