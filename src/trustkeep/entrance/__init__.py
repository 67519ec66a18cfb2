"""Floor 8: the doors for staff and customers, and one's own account; may import ui and below."""
