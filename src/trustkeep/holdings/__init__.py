"""Floor 4: what customers keep here, files and records; may import accounts and below."""
