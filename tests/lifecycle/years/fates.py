"""What comes over accounts and over the machine, drawn from one seed."""

from __future__ import annotations

import os
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from tests.customers import admitted, customer, member
from tests.lifecycle.world import JONAS, MIRA
from tests.lifecycle.years.company import DAY, HOUR, INCIDENT_AT_MOST, Company
from tests.promises.world import person
from trustkeep.accounts.models import Account
from trustkeep.accounts.roles import MemberRole
from trustkeep.lifecycle import deadlines, holding, planning, reinstating, terminating
from trustkeep.lifecycle.holding import Basis, NewHold
from trustkeep.vault.shelf import sealed_files

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "America/Asuncion",
    "UTC",
)
STORES = ("", "", "accounts_member", "identity_user", "accounts_accountact", "objects")


@dataclass
class Fates:
    """Gives every account a fate within some years."""

    company: Company
    until: datetime
    accounts: list[uuid.UUID] = field(default_factory=list)
    untouched: list[uuid.UUID] = field(default_factory=list)

    @property
    def random(self) -> Random:
        return self.company.random

    def draw(self, how_many: int) -> None:
        """Open accounts and say what will come over each."""
        self._incidents()
        owner = person("Mira").id
        for number in range(how_many):
            zone = self.random.choice(ZONES)
            account = customer(f"Customer{number}", time_zone=zone)
            admitted(member(account))
            admitted(member(account, "Bob", MemberRole.MEMBER))
            for _ in range(self.random.randrange(3)):
                self._file(account.id)
            self.accounts.append(account.id)
            if number % 10 == 9:
                self.untouched.append(account.id)
            else:
                self._end(account.id, zone, owner, self._within(timedelta(0)))

    def _within(self, from_: timedelta) -> datetime:
        left = self.until - self.company.at - from_
        return self.company.at + from_ + left * self.random.random()

    def _incidents(self) -> None:
        at = self.company.at + DAY
        while at < self.until:
            at += timedelta(days=3 + self.random.expovariate(1 / 30))
            self.company.later(at, self._incident)

    def _incident(self) -> None:
        company, random = self.company, self.random
        last = INCIDENT_AT_MOST * random.random()
        kinds = ["off", "ahead", "behind"] + (["adrift"] if company.has_second else [])
        kind = random.choice(kinds)
        company.count(kind)
        if kind == "off":
            company.off_until = company.at + last
            return
        errors = {
            "ahead": random.uniform(2, 2000) * DAY,
            "behind": -random.uniform(0.05, 60) * DAY,
            "adrift": random.uniform(0.3, 35) * HOUR,
        }
        company.error = errors[kind]
        company.later(company.at + last, self._set_right)

    def _set_right(self) -> None:
        self.company.error = timedelta(0)

    def _end(self, account: uuid.UUID, zone: str, owner: uuid.UUID, at: datetime) -> None:
        company, random = self.company, self.random
        company.by_people(at, lambda: self._ended(account, zone))
        if not random.randrange(3):
            # About the end: sometimes before it, sometimes at the very floor or in the purge.
            off = random.choice((random.uniform(-20, 40), random.choice((30, 30, 30.001, 31))))
            placed = at + off * DAY
            company.by_people(placed, lambda: self._held(account, owner))
        if not random.randrange(4):
            back = at + random.uniform(0.1, 31) * DAY
            for who in (JONAS, MIRA):
                company.by_people(back, lambda who=who: self._back(account, who))  # type: ignore[misc]
            again = back + random.expovariate(1 / 400) * DAY
            self.company.later(again, lambda: self._end(account, zone, owner, company.at))
        if not random.randrange(6):
            company.by_people(at + random.uniform(0.5, 29) * DAY, lambda: self._early(account))
        if not random.randrange(6):
            company.later(at + random.uniform(29.9, 38) * DAY, lambda: self._straggle(account))

    def _ended(self, account: uuid.UUID, zone: str) -> None:
        now, random = self.company.machine, self.random
        day = now.astimezone(ZoneInfo(zone)).date() + timedelta(days=random.randrange(90))
        ends_at = random.choice(
            (None, now + random.random() * 60 * DAY, deadlines.end_of_day(day, zone))
        )
        terminating.end_contract(account_id=account, by=JONAS, now=now, ends_at=ends_at)
        self.company.count("ended")
        if ends_at and not random.randrange(5):
            at = self.company.at + (ends_at - now) * random.random()
            self.company.by_people(at, lambda: self._called_off(account))

    def _called_off(self, account: uuid.UUID) -> None:
        terminating.call_off(account_id=account, by=JONAS, now=self.company.machine)
        self.company.count("called off")

    def _held(self, account: uuid.UUID, owner: uuid.UUID) -> None:
        now = self.company.machine
        review = (now + 300 * DAY).date()
        store = self.random.choice(STORES)
        new = NewHold(Basis.LITIGATION, "3 O 12/26", owner, review, store=store, tell=False)
        hold = holding.place_hold(account_id=account, new=new, by=JONAS, now=now)
        self.company.count("held")
        self.company.by_people(
            self.company.at + self.random.uniform(0.001, 1) ** 2 * 300 * DAY,
            lambda: holding.release_hold(hold_id=hold, by=MIRA, now=self.company.machine),
        )

    def _back(self, account: uuid.UUID, who: str) -> None:
        now = self.company.machine
        if reinstating.agree_to_reinstate(account_id=account, by=who, now=now):
            self.company.count("reinstated")

    def _early(self, account: uuid.UUID) -> None:
        now = self.company.machine
        plan = planning.ask_for_deletion(
            account_id=account, cause="request-dpo", request="r-1", by=JONAS, now=now
        )
        planning.approve(account_id=account, digest=plan.digest, by=MIRA, now=now)
        self.company.count("early")

    def _straggle(self, account: uuid.UUID) -> None:
        """A write that had passed the gate before the lock publishes its object only now."""
        if Account.objects.get(pk=account).state in ("purging", "purged"):
            self._file(account)
            self.company.count("straggled")

    def _file(self, account: uuid.UUID) -> None:
        place = sealed_files().place_of(account) / "1"
        place.mkdir(parents=True, exist_ok=True)
        (place / str(uuid.UUID(int=self.random.getrandbits(128)))).write_bytes(os.urandom(99))
