"""The staff's rooms, one module a subject: parse, permit, one call down, answer."""
