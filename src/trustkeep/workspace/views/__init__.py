"""One module a room: parse, permit, one call, answer."""
