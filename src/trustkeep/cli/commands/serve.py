"""``trustkeep serve``: serve an installation until Ctrl-C."""

from __future__ import annotations

import argparse

HELP = "serve an installation over HTTPS"
NEEDS_DJANGO = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", help="the data directory (otherwise TRUSTKEEP_DATA)")


def run(arguments: argparse.Namespace) -> int:
    from trustkeep.kernel import clock
    from trustkeep.site import installation, opening, safety, server

    found = installation.current(arguments.data)
    found.enter()
    opening.provide_certificate(found, now=clock.now())
    opening.start_django()
    safety.refuse_unsafe(found, now=clock.now())
    opening.bring_up_to_date(now=clock.now())
    from trustkeep.site.demo import systems

    systems.start(found, is_new=False)
    server.serve(found, on_ready=lambda: print(f"Trustkeep: {found.config.base_url}/", flush=True))
    return 0
