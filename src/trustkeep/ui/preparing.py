"""The word between pages and the server: this answer is the same for everybody until then."""

PREPARED_UNTIL = "Trustkeep-Prepared-Until"
"""A header that views set to an instant (RFC 3339); it never leaves the server."""
