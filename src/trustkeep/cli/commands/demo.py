"""``trustkeep demo``: make a demo company if there is none, and serve it on this machine."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trustkeep.site.installation import Installation

HELP = "make a demo installation if there is none, and serve it on this machine"
NEEDS_DJANGO = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", help="the data directory (otherwise TRUSTKEEP_DATA)")
    parser.add_argument(
        "--code", action="store_true", help="tell the present code of who is asked for one"
    )
    parser.add_argument("--no-serve", action="store_true", help="make the demo, do not serve it")


def run(arguments: argparse.Namespace) -> int:
    from trustkeep.kernel import clock
    from trustkeep.site import installation, opening, server
    from trustkeep.site.demo import sign_ins

    found = installation.current(arguments.data)
    if arguments.code:
        print("\n".join(sign_ins.codes(found, clock.now())))
        return 0
    is_new = not found.config_file.is_file()
    if not is_new:
        found.enter()
        opening.provide_certificate(found, now=clock.now())
        opening.start_django()
        opening.bring_up_to_date(now=clock.now())
    else:
        print("Making the demo company …", flush=True)
        found = _make(found.data)
    sign_ins.keep_address_current(found)
    if not arguments.no_serve:
        # The connected system's rows are among the tables, which exist once Django is up.
        from trustkeep.site.demo import systems

        systems.start(found, is_new=is_new)
        server.serve(found, on_ready=lambda: print(sign_ins.as_text(found), flush=True))
    return 0


def _make(data: Path) -> Installation:
    import os

    from trustkeep.kernel import clock
    from trustkeep.site import installation, opening

    config = installation.demo_config(dict(os.environ))
    return opening.make(data, config, fill=_fill, now=clock.now())


def _fill() -> None:
    # The company's tables exist once Django is up, which is when this is called.
    from trustkeep.site.demo import company

    company.enter()
