"""Schema of the API's own tables."""
