"""Floor 4: documents given on request, and the requests; may import records and below."""
