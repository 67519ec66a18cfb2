"""The public addresses: `pages` exist once per language, `machines` once."""
