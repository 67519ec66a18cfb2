"""Floor 3: who is who: the company itself, people, customers; may import vault and below."""
