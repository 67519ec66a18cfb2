"""The demo company: who works there and what it has recorded, entered through the real actions."""
