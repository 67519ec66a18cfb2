"""The public rooms, one module a subject: parse, one call down, answer."""
