"""The numbers of the outbox, once for code, documents and tests."""

from __future__ import annotations

from datetime import timedelta

WIPE_AFTER = timedelta(days=30)
"""How long recipient and words stay readable after a letter has ended; published in docs/data.md.

Long enough for a mail that came back late (RFC 3464) to be found and brought again.
"""
LEASE = timedelta(minutes=10)
"""How long a letter belongs to whoever took it; longer than any attempt may take."""
LEASE_AT_MOST = 2 * LEASE
"""A lease that ends later than this was taken by a clock that was wrong; it binds nobody."""
FIRST_PAUSE = timedelta(minutes=1)
"""The pause after the first attempt; each further one is twice as long."""
LONGEST_PAUSE = timedelta(hours=6)
"""The longest pause between two attempts."""
GIVE_UP_AFTER = timedelta(days=14)
"""How long a server may put a letter off before it counts as failed (RFC 5321, 4.5.4.1: 4–5 days).

Days on which our own mail server is out of order do not end a letter.
"""
ROUND = 50
"""The most letters in one round."""
ROUND_TIME = timedelta(minutes=1)
"""After this, no further letter is taken in a round; with the longest attempt far below a lease."""
