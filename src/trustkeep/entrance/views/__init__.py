"""One module a subject: parse, permit, one call, answer."""
