"""Who counts as one source."""

from __future__ import annotations

import pytest

from trustkeep.kernel.networks import network_of


@pytest.mark.asvs("2.4.1")
@pytest.mark.parametrize(
    ("source", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_source__is_an_address_or_the_network_that_it_was_chosen_from(
    source: str, counted: str
) -> None:
    assert network_of(source) == counted
