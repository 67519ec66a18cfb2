"""Floor 4: data processing agreements and sub-processors; may import records and below."""
