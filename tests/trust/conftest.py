"""Readers of the public page."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.published import published

__all__ = ["published"]


@pytest.fixture
def reader(published: None) -> Client:
    """Somebody without an account."""
    return Client(headers={"accept-language": "fr-CA, en;q=0.5"})
