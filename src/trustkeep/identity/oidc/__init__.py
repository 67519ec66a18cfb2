"""Signing in with an identity provider: a relying party that believes nothing unproved."""
