"""A kind of letter as a declaration: what it says in three languages, and how long it is worth it.

Parts declare the kinds of letter that they write, each under a slug of its own, and hand them to
`trustkeep.letters.actions.queue` with their values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from trustkeep.kernel.texts import Texts, placeholders

GIVEN = frozenset({"company", "dpo_email", "security_email"})
"""Values that every letter knows by itself."""

type Value = str | int | date | datetime | Texts
"""What a letter is filled with, written in the reader's way.

Numbers bring their nouns: ``{days:Tag|Tagen}`` (`trustkeep.kernel.writing.Counted`). An instant is
written in the time zone that it carries.
"""


@dataclass(frozen=True, slots=True)
class LetterKind:
    """One kind of letter.

    ``text`` is plain, its paragraphs apart by an empty line; numbers are placeholders that
    ``constants`` fill from the code that keeps them. ``act`` names what the one link in it is for.

    ``secret_link``: the link itself lets somebody in, so the staff does not see it.
    ``about_closing``: it goes out although its account is closed, and is sealed with the company's
    key, since the account's may be destroyed before it leaves.
    ``good_until``: the value, an instant, from which on it is not sent any more.
    ``list_name``: subscribers get it; the name of the list as in RFC 2919.
    """

    slug: str
    subject: Texts
    text: Texts
    act: Texts | None = None
    constants: Mapping[str, Value] = field(default_factory=dict)
    secret_link: bool = False
    about_closing: bool = False
    good_until: str = ""
    list_name: str = ""

    @property
    def wanted(self) -> frozenset[str]:
        """The values that have to be given, beside the constants."""
        told = placeholders(self.subject.en) | placeholders(self.text.en)
        told |= placeholders(self.act.en) | {"link"} if self.act else frozenset()
        return frozenset(told - set(self.constants) - GIVEN)
