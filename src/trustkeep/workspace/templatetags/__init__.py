"""What the customers' templates need: ``{% load workspace %}``."""
