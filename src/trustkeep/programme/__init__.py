"""Floor 4: appointments, tests, policies, training; may import records and below."""
