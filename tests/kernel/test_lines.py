"""What one line of text may hold."""

from __future__ import annotations

import pytest

from trustkeep.kernel.lines import is_line


@pytest.mark.asvs("1.3.3")
@pytest.mark.parametrize(
    "text",
    [
        "a\nBcc: b",
        "a\rb",
        "a\0b",
        "a\x1b[31m",
        "a\x85b",
        "a\u2028b",
        "a\u202eb",
        "a\u2066b",
        "\ud800",
    ],
    ids=["lf", "cr", "nul", "escape", "nel", "separator", "override", "isolate", "half"],
)
def test_line__holds_nothing_that_ends_it_or_reads_otherwise(text: str) -> None:
    assert not is_line(text)


@pytest.mark.parametrize(
    "text", ["", "Zoë O’Hara", "名前", "نام\u200cخانوادگی", "\U0001f469\u200d\U0001f52c"]
)
def test_line__holds_the_names_of_all_peoples(text: str) -> None:
    assert is_line(text)
