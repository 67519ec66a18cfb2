"""The demo company: invented, and entered through the same actions as a real one."""

from __future__ import annotations

from trustkeep.site import installation
from trustkeep.site.demo import sign_ins


def enter() -> None:
    """Enter the company, its people, their sign-ins and what they have recorded."""
    sign_ins.write(installation.current(), staff=[], members=[], token="")
