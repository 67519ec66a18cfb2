"""Floor 4: sites, barriers, providers and their assurances; may import records and below."""
