"""`trustkeep accounts`: customers' accounts, from opening to the receipt of their deletion.

What is done here is done by ``command-line``, which counts as one person: what needs two people
needs somebody in the console as well.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from trustkeep.accounts.customers import AccountShown

HELP = "list and open accounts, end contracts, hold, reinstate, plan, approve, delete, get receipts"
NEEDS_DJANGO = True
BY = "command-line"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    acts = parser.add_subparsers(dest="act", metavar="ACT", required=True)
    listing = acts.add_parser("list", help="list the accounts and their next deadlines")
    listing.add_argument("--json", action="store_true", help="print JSON")
    opening = acts.add_parser("open", help="open an account")
    opening.add_argument("reference")
    opening.add_argument("--name", required=True, help="the legal name")
    opening.add_argument("--language", choices=("de", "en", "fr"), default="en")
    opening.add_argument("--time-zone", default="Europe/Berlin")
    opening.add_argument("--manager", help="e-mail address of the account manager")
    opening.add_argument("--starts", type=date.fromisoformat, help="first day, today if left out")
    opening.add_argument("--domain", action="append", default=[], help="may be given again")
    opening.add_argument("--dpo-contact", default="", help="the customer’s for data protection")
    for name, text in _OF_ONE.items():
        one = acts.add_parser(name, help=text)
        one.add_argument("reference")
        if name in ("show", "plan", "receipt"):
            one.add_argument("--json", action="store_true", help="print JSON")
        _add_options(name, one)
    acts.add_parser("clock", help="vouch that the clock is right, so that deletion goes on")


_OF_ONE = {
    "show": "show where an account stands and its story",
    "change": "change what is known of a contract; what is left out stays",
    "end": "end a contract, at once or with a day",
    "call-off": "call a scheduled end off",
    "reinstate": "agree to let a customer in again (two people have to)",
    "hold": "place a legal hold",
    "review": "confirm every legal hold of an account until a new day",
    "release": "lift every legal hold of an account",
    "plan": "count what the deletion would take",
    "approve": "approve the present plan, by its digest",
    "delete": "ask for deletion before the period has passed",
    "receipt": "write the receipts' JSON, with their proofs",
}


def _add_options(name: str, parser: argparse.ArgumentParser) -> None:
    if name == "change":
        parser.add_argument("--name", help="the legal name")
        parser.add_argument("--language", choices=("de", "en", "fr"))
        parser.add_argument("--time-zone")
        parser.add_argument("--manager", help="e-mail address of the account manager")
        parser.add_argument("--domain", action="append", help="replaces all; may be given again")
        parser.add_argument("--dpo-contact", help="the customer’s for data protection")
    if name == "end":
        parser.add_argument("--on", type=date.fromisoformat, help="last day; left out: now")
    if name == "hold":
        parser.add_argument("--basis", required=True, help="litigation, authority, …")
        parser.add_argument("--reason", required=True)
        parser.add_argument("--owner", required=True, help="e-mail address of who answers for it")
        parser.add_argument("--store", default="", help="only this store; left out: everything")
        parser.add_argument("--silent", action="store_true", help="do not tell the customer")
    if name in ("hold", "review"):
        parser.add_argument("--review", required=True, type=date.fromisoformat, metavar="DAY")
    if name == "approve":
        parser.add_argument("digest")
    if name == "delete":
        parser.add_argument("--door", choices=("account-manager", "dpo"), required=True)
        parser.add_argument("--request", default="", help="number of the request")
    if name == "receipt":
        parser.add_argument("--to", type=Path, help="directory; otherwise standard output")


def run(arguments: argparse.Namespace) -> int:
    if arguments.act == "list":
        _list(arguments)
    elif arguments.act == "open":
        _open(arguments)
    elif arguments.act == "clock":
        _clock()
    else:
        from trustkeep.accounts.customers import account_by_reference

        _ACTS[arguments.act](account_by_reference(arguments.reference), arguments)
    return 0


def _list(arguments: argparse.Namespace) -> None:
    from trustkeep.accounts.customers import accounts
    from trustkeep.cli.printing import print_json, print_table
    from trustkeep.lifecycle.queries import due_by_account

    due = due_by_account()
    if arguments.json:
        print_json([_plain(one, due.get(one.id)) for one in accounts()])
        return
    rows = [
        (one.reference, one.legal_name, one.state, due.get(one.id) or "–", one.manager or "–")
        for one in accounts()
    ]
    print_table(("REFERENCE", "CUSTOMER", "STATE", "NEXT DEADLINE", "MANAGER"), rows)


def _plain(one: AccountShown, due: Any) -> dict[str, Any]:
    return {
        "id": str(one.id),
        "reference": one.reference,
        "legal_name": one.legal_name,
        "state": one.state.value,
        "ends_at": one.ends_at.isoformat() if one.ends_at else None,
        "due_at": due.isoformat() if due else None,
        "manager": one.manager,
    }


def _open(arguments: argparse.Namespace) -> None:
    from trustkeep.accounts.opening import Contract, open_account
    from trustkeep.accounts.queries import person_by_email
    from trustkeep.kernel.clock import now

    manager = person_by_email(arguments.manager).id if arguments.manager else None
    contract = Contract(
        legal_name=arguments.name,
        reference=arguments.reference,
        contract_start_date=arguments.starts or now().date(),
        language=arguments.language,
        time_zone=arguments.time_zone,
        manager_id=manager,
        domains=tuple(arguments.domain),
        dpo_contact=arguments.dpo_contact,
    )
    opened = open_account(contract=contract, by=BY, now=now())
    print(f"{opened.reference} is open, with a key of its own.")


def _show(one: AccountShown, arguments: argparse.Namespace) -> None:
    from trustkeep.cli.printing import print_json, print_table
    from trustkeep.identity import trail
    from trustkeep.kernel.clock import now
    from trustkeep.lifecycle import story
    from trustkeep.lifecycle.queries import due_by_account, obligation_of

    trail.note_read(what="account", subject=str(one.id), now=now())
    row = obligation_of(one.id)
    told = [*story.ahead(row, now(), "en"), *story.behind(one.id, "en")]
    if arguments.json:
        happenings = [
            {"at": each.at.isoformat(), "text": each.text, "entry": each.entry_index}
            for each in told
        ]
        due = due_by_account().get(one.id)
        print_json({**_plain(one, due), "story": happenings, "troubles": story.troubles(row, "en")})
        return
    print(f"{one.legal_name} ({one.reference}): {one.state}")
    for trouble in story.troubles(row, "en"):
        print(f"! {trouble}")
    print_table(
        ("AT", "WHAT"), [(each.at.isoformat(timespec="minutes"), each.text) for each in told]
    )


def _change(one: AccountShown, arguments: argparse.Namespace) -> None:
    from trustkeep.accounts.opening import change_account, contract_of
    from trustkeep.accounts.queries import person_by_email
    from trustkeep.kernel.clock import now

    told = {
        "legal_name": arguments.name,
        "language": arguments.language,
        "time_zone": arguments.time_zone,
        "manager_id": person_by_email(arguments.manager).id if arguments.manager else None,
        "domains": arguments.domain,
        "dpo_contact": arguments.dpo_contact,
    }
    wanted = contract_of(one, **{name: value for name, value in told.items() if value is not None})
    change_account(account_id=one.id, contract=wanted, by=BY, now=now())
    print(f"{one.reference} is changed.")


def _end(one: AccountShown, arguments: argparse.Namespace) -> None:
    from trustkeep.kernel.clock import now
    from trustkeep.lifecycle.deadlines import end_of_day
    from trustkeep.lifecycle.terminating import end_contract

    at = end_of_day(arguments.on, one.time_zone) if arguments.on else None
    ended = end_contract(account_id=one.id, by=BY, now=now(), ends_at=at)
    print(
        f"{one.reference} ends {ended.ends_at.isoformat()}; locked by {ended.lock_by.isoformat()},"
    )
    print(
        f"deleted between {ended.delete_not_before.isoformat()} and {ended.delete_by.isoformat()}."
    )


def _call_off(one: AccountShown, _arguments: argparse.Namespace) -> None:
    from trustkeep.kernel.clock import now
    from trustkeep.lifecycle.terminating import call_off

    call_off(account_id=one.id, by=BY, now=now())
    print(f"{one.reference} goes on.")


def _reinstate(one: AccountShown, _arguments: argparse.Namespace) -> None:
    from trustkeep.kernel.clock import now
    from trustkeep.lifecycle.reinstating import agree_to_reinstate

    done = agree_to_reinstate(account_id=one.id, by=BY, now=now())
    print(f"{one.reference} is open again." if done else "A second person has to agree.")


def _hold(one: AccountShown, arguments: argparse.Namespace) -> None:
    from trustkeep.accounts.queries import person_by_email
    from trustkeep.kernel.clock import now
    from trustkeep.lifecycle.holding import Basis, HoldInvalid, NewHold, place_hold

    if arguments.basis not in set(Basis):
        raise HoldInvalid(field="basis", needed=f"one of {', '.join(Basis)}")
    owner = person_by_email(arguments.owner).id
    new = NewHold(
        Basis(arguments.basis),
        arguments.reason,
        owner,
        arguments.review,
        arguments.store,
        not arguments.silent,
    )
    print(f"Hold {place_hold(account_id=one.id, new=new, by=BY, now=now())} is in force.")


def _review(one: AccountShown, arguments: argparse.Namespace) -> None:
    from trustkeep.kernel.clock import now
    from trustkeep.lifecycle.holding import review_hold
    from trustkeep.lifecycle.queries import holds_of

    found = [hold for hold in holds_of(one.id) if hold.released_at is None]
    for hold in found:
        review_hold(hold_id=hold.id, review_date=arguments.review, by=BY, now=now())
    print(f"{len(found)} confirmed until {arguments.review}.")


def _release(one: AccountShown, _arguments: argparse.Namespace) -> None:
    from trustkeep.kernel.clock import now
    from trustkeep.lifecycle.holding import release_hold
    from trustkeep.lifecycle.queries import holds_of

    found = [hold for hold in holds_of(one.id) if hold.released_at is None]
    for hold in found:
        release_hold(hold_id=hold.id, by=BY, now=now())
    print(f"{len(found)} lifted.")


def _plan(one: AccountShown, arguments: argparse.Namespace) -> None:
    from trustkeep.cli.printing import print_json, print_table
    from trustkeep.kernel.clock import now
    from trustkeep.lifecycle.planning import make_plan

    plan = make_plan(account_id=one.id, by=BY, now=now())
    if arguments.json:
        print_json(
            {
                "digest": plan.digest,
                "stores": dict(plan.counts),
                "bytes": plan.bytes,
                "systems": dict(plan.systems),
                "keys": plan.keys,
                "backups": [dict(one) for one in plan.backups],
            }
        )
        return
    print_table(("STORE", "ITEMS"), [(name, n) for name, n in plan.counts.items() if n])
    for system, items in plan.systems.items():
        print(f"system {system}: {'cannot say' if items is None else items}")
    print(f"keys to destroy: {plan.keys}")
    for copy in plan.backups:
        print(f"backup that keeps a copy until {copy['gone_date']}: {copy['place']}")
    print(f"digest {plan.digest}")


def _approve(one: AccountShown, arguments: argparse.Namespace) -> None:
    from trustkeep.kernel.clock import now
    from trustkeep.lifecycle.planning import approve

    approve(account_id=one.id, digest=arguments.digest, by=BY, now=now())
    print("Approved.")


def _delete(one: AccountShown, arguments: argparse.Namespace) -> None:
    from trustkeep.kernel.clock import now
    from trustkeep.lifecycle.planning import ask_for_deletion

    plan = ask_for_deletion(
        account_id=one.id,
        cause=f"request-{arguments.door}",
        request=arguments.request,
        by=BY,
        now=now(),
    )
    print(f"Somebody else has to approve the plan {plan.digest}.")


def _receipt(one: AccountShown, arguments: argparse.Namespace) -> None:
    from trustkeep.identity import trail
    from trustkeep.kernel.clock import now
    from trustkeep.lifecycle import issuing
    from trustkeep.lifecycle.receipt_files import as_json_file

    for each in issuing.all_of(one.id):
        trail.note_read(what="receipt", subject=str(each.id), now=now())
        told = as_json_file(each.receipt, issuing.proof(each))
        if arguments.to is None:
            sys.stdout.write(told)
            continue
        path = arguments.to / f"receipt-{each.id}.json"
        path.write_text(told, encoding="utf-8")
        print(path)


def _clock() -> None:
    from trustkeep.kernel.clock import isoformat, now
    from trustkeep.lifecycle import clocks

    at = now()
    clocks.vouch(by=BY, now=at)
    print(f"{isoformat(at)} is believed; what waited for it goes on.")


_ACTS: dict[str, Callable[[Any, argparse.Namespace], None]] = {
    "show": _show,
    "change": _change,
    "end": _end,
    "call-off": _call_off,
    "reinstate": _reinstate,
    "hold": _hold,
    "review": _review,
    "release": _release,
    "plan": _plan,
    "approve": _approve,
    "delete": _delete,
    "receipt": _receipt,
}
