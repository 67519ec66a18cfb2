"""What letters need from outside: who writes them, and who takes them away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from trustkeep.letters.mail import Mail
from trustkeep.letters.pdf_seal import Seal


@dataclass(frozen=True, slots=True)
class House:
    """Who writes: stands under every letter and at the head of every document."""

    name: str
    legal_name: str
    base_url: str
    security_email: str
    dpo_email: str = ""


class PostFailed(Exception):
    """A letter was not taken over; ``problem`` is a code without personal data."""

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(problem)


class PostUnreachable(PostFailed):
    """The post itself is out of order, so no other letter would get further now."""


class LetterPostponed(PostFailed):
    """The post works; this letter is to be brought again later."""


class LetterRefused(PostFailed):
    """The post will never take this letter over."""


class Post(Protocol):
    """Takes letters away, one at a time; raises a `PostFailed` unless it took the letter over.

    ``stays_here`` tells that letters end in this installation, as in a demo: then whoever runs it
    may read all of them.
    """

    stays_here: bool

    def deliver(self, mail: Mail) -> None: ...


@dataclass(slots=True)
class Joined:
    """What the site has joined. Without a post, letters wait in the outbox."""

    house: Callable[[], House] | None = None
    post: Post | None = None
    seal: Callable[[], Seal] | None = None


joined = Joined()
