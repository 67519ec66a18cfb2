"""Floor 4: how people sign in: passwords, sessions, limits; may import accounts and below."""
