"""Floor 8: the doors for staff and customers: sign-in, factors, invitations; may import ui and below."""
