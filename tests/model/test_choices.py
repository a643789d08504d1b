"""
Tests of components that may replace others.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lotwright.model.choices import choices_of, levels_with_choices
from lotwright.model.network import Network
from lotwright.model.rules import FAR, Alternates
from tests.networks import Activity, Point, build_network


def _carts(*pairs: tuple[int, int, int], days: tuple[int, int] = (0, FAR)) -> Network:
    """
    Returns carts of wheels, wheels of wood, and old wheels in stock; each alternate is
    an input or -1, a point and the one that may be used.
    """
    net = build_network(
        points=[
            Point(name="CART@P", stock=1),
            Point(name="WHEEL@P"),
            Point(name="WOOD@P"),
            Point(name="OLD@P", stock=3),
            Point(name="NONE@P"),
        ],
        activities=[
            Activity(name="cart", to="CART@P", inputs={"WHEEL@P": 4.0}),
            Activity(name="wheel", to="WHEEL@P", inputs={"WOOD@P": 1.0}),
        ],
        bucket_days=(1, 2, 4),
    )
    flow, point, other = (np.array(column) for column in zip(*pairs, strict=True))
    size = len(pairs)
    alternates = Alternates(
        flow=flow,
        point=point,
        other=other,
        ratio=np.full(size, 2.0),
        rank=np.arange(size),
        valid_from=np.full(size, days[0]),
        valid_to=np.full(size, days[1]),
        use_up=np.zeros(size, dtype=bool),
    )

    return replace(net, rules=replace(net.rules, alternates=alternates))


def test_lines_and_substitutes_are_one_choice() -> None:
    """
    Tests that a pair that is both counts once, and that what is never there does not.
    """
    choices = choices_of(_carts((-1, 1, 3), (0, 1, 3), (-1, 1, 4)))

    assert ("cart/WHEEL@P>OLD@P",) == choices.labels
    assert ([0], [3], [2.0]) == (
        choices.flow.tolist(),
        choices.other.tolist(),
        choices.ratio.tolist(),
    )


def test_a_choice_holds_where_a_bucket_begins_on_its_days() -> None:
    """
    Tests buckets that begin on days 0, 1 and 3, and days from 1 to before 3.
    """
    choices = choices_of(_carts((0, 1, 3), days=(1, 3)))

    assert [[False, True, False]] == choices.holds.tolist()


def test_what_replaces_lies_below_its_product() -> None:
    """
    Tests that old wheels, of which nothing is made by a bill, are on the level of
    wheels, and on that of wood where they replace it.
    """
    assert [0, 1, 2, 1, 0] == levels_with_choices(_carts((0, 1, 3))).tolist()
    assert [0, 1, 2, 2, 0] == levels_with_choices(_carts((1, 2, 3))).tolist()


def test_circles_are_left_out() -> None:
    """
    Tests that carts are no wood for the wheels that they are made of.
    """
    net = _carts((1, 2, 0))

    assert not len(choices_of(net))
    assert net.points.level.tolist() == levels_with_choices(net).tolist()
