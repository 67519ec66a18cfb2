"""Floor 7: page elements, style and template tags, no models; may import controls and below."""
