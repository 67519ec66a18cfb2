"""Mappings as they are written: read, or refused with the reason."""

from __future__ import annotations

import pytest

from trustkeep.connectors.table_mapping import MappingInvalid, Name, Via, read_mapping


def test_mapping__keeps_the_order_of_deletion() -> None:
    mapping = read_mapping(
        """
        keep = ["vouchers"]
        [[tables]]
        table = "shop.lines"
        via = {column = "order_id", table = "shop.orders", key = "id"}
        [[tables]]
        table = "shop.orders"
        account = "account_id"
        person = "member_id"
        """
    )

    assert [str(one.name) for one in mapping.tables] == ["shop.lines", "shop.orders"]
    assert mapping.tables[0].via == Via("order_id", Name("shop", "orders"), "id")
    assert mapping.keep == {Name("public", "vouchers")}
    assert all(mapping.knows_persons(one) for one in mapping.tables)
    assert mapping.lock is None


@pytest.mark.parametrize(
    "text",
    [
        "tables = 1",
        "",
        "no toml",
        '[[tables]]\ntable = "a.b"',
        '[[tables]]\ntable = "a.b"\naccount = "x"\nvia = {column="a", table="b", key="c"}',
        '[[tables]]\ntable = "a.b"\naccount = "x; DROP TABLE y"',
        '[[tables]]\ntable = "a\\"b"\naccount = "x"',
        '[[tables]]\ntable = "a.b.c"\naccount = "x"',
        '[[tables]]\ntable = "a"\naccount = "x"\n[[tables]]\ntable = "public.a"\naccount = "x"',
        '[[tables]]\ntable = "a"\nvia = {column = "x", table = "b", key = "id"}',
        '[[tables]]\ntable = "a"\nvia = {column = "x", table = "a", key = "id"}',
        '[[tables]]\ntable = "a"\nvia = {column = "x", table = "b", key = "i"}\nperson = "p"',
        '[[tables]]\ntable = "a"\nvia = "b"',
        '[[tables]]\ntable = "a"\naccount = "x"\ncolour = "red"',
        'keep = "a"\n[[tables]]\ntable = "a"\naccount = "x"',
        'lock = 1\n[[tables]]\ntable = "a"\naccount = "x"',
        'colour = 1\n[[tables]]\ntable = "a"\naccount = "x"',
    ],
)
def test_mapping__that_says_nothing_usable_is_refused(text: str) -> None:
    with pytest.raises(MappingInvalid):
        read_mapping(text)
