"""Trustkeep: the trust center that keeps the promises it publishes."""

__version__ = "0.1.0"
