"""What a line of text may hold: a name, a subject, a reference."""

from __future__ import annotations

import unicodedata

# Marks that make a line read other than it is written.
_MISLEADING = frozenset("\u200e\u200f\u061c") | {
    chr(code)
    for first, last in ((0x202A, 0x202E), (0x2066, 0x2069))
    for code in range(first, last + 1)
}
# Control characters, halves of letters, and other ways to end a line.
_REFUSED = ("Cc", "Cs", "Zl", "Zp")


def is_line(text: str) -> bool:
    """Return whether `text` is one line that every reader sees as it was written."""
    return not any(
        letter in _MISLEADING or unicodedata.category(letter) in _REFUSED for letter in text
    )
