"""What programs can ask for, one module a subject: parse, permit, one call down, answer."""
