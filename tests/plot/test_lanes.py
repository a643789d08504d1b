"""
Tests of bars in lanes.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lotwright.plot.lanes import Bars, draw_bars


def _rows(spans: list[tuple[str, str, str]]) -> list[int]:
    """
    Returns the row of each bar, in their order, of groups, first and last days.
    """
    group, start, end = zip(*spans, strict=True)
    figure = go.Figure()
    draw_bars(
        figure,
        Bars(
            group=group,
            start=pd.Series(pd.to_datetime(list(start))),
            end=pd.Series(pd.to_datetime(list(end))),
            kind=np.zeros(len(spans), dtype=np.int64),
            kinds=["all"],
            hover=[""] * len(spans),
            custom=[[str(at)] for at in range(len(spans))],
        ),
    )

    return list(figure.data[0].y)


def test_bars_that_follow_each_other_share_a_row() -> None:
    """Tests that a bar begins behind the last day of the one before it."""
    assert [0, 0] == _rows([("A", "2026-01-05", "2026-01-06"), *_NEXT])


def test_bars_at_once_stand_below_each_other() -> None:
    """Tests that no bar lies upon another, not even by a day."""
    assert [0, 1] == _rows([("A", "2026-01-05", "2026-01-07"), *_NEXT])


def test_groups_have_rows_of_their_own() -> None:
    """Tests that bars of different groups never share a row."""
    assert [0, 1] == _rows([("B", "2026-01-01", "2026-01-02"), *_NEXT])


def test_five_thousand_bars_never_overlap() -> None:
    """Tests the lanes of many bars of random lengths against their definition."""
    random = np.random.default_rng(7)
    first = pd.Timestamp("2026-01-01") + pd.to_timedelta(
        random.integers(0, 300, 5000), unit="D"
    )
    last = first + pd.to_timedelta(random.integers(0, 20, 5000), unit="D")
    names = random.integers(0, 40, 5000).astype("str")
    texts = [days.strftime("%Y-%m-%d").tolist() for days in (first, last)]

    rows = _rows(list(zip(names.tolist(), *texts, strict=True)))
    bars = pd.DataFrame({"row": rows, "first": first, "last": last, "group": names})
    bars = bars.sort_values(["row", "first"])
    same_row = bars["row"].eq(bars["row"].shift())

    assert (bars["first"] > bars["last"].shift())[same_row].all()
    assert 1 == bars.groupby("row")["group"].nunique().max()


_NEXT = [("A", "2026-01-07", "2026-01-09")]


def test_parts_have_whole_groups_and_all_bars_once() -> None:
    """
    Tests that a group is in one part, that one with more rows than a part goes on in
    the next, and that all parts together have each bar once.
    """
    days = ("2026-01-05", "2026-01-07")
    bars = _at_once([("A", 2), ("B", 2), ("C", 5), ("D", 1)], days)
    names, seen = [], []

    for number in range(1, 5):
        figure = go.Figure()
        part = draw_bars(figure, bars, lines=3, part=number)
        names.append((part.first, part.last, part.bars))
        seen += [custom[0] for custom in figure.data[0].customdata]
        assert (number, 4) == (part.number, part.parts)
        assert max(figure.data[0].y) < 3

    assert [("A", "A", 2), ("B", "B", 2), ("C", "C", 3), ("C", "D", 3)] == names
    assert [str(at) for at in range(10)] == sorted(seen, key=int)


def test_a_part_beyond_the_last_is_the_last() -> None:
    """Tests that who goes too far sees the last rows."""
    bars = _at_once([("A", 1), ("B", 1)], ("2026-01-05", "2026-01-07"))

    part = draw_bars(go.Figure(), bars, lines=1, part=9)

    assert (2, 2, "B") == (part.number, part.parts, part.first)


def _at_once(sizes: list[tuple[str, int]], days: tuple[str, str]) -> Bars:
    """
    Returns groups of so many bars that are all under way at once.
    """
    group = [name for name, size in sizes for _ in range(size)]

    return Bars(
        group=group,
        start=pd.Series(pd.to_datetime([days[0]] * len(group))),
        end=pd.Series(pd.to_datetime([days[1]] * len(group))),
        kind=np.zeros(len(group), dtype=np.int64),
        kinds=["all"],
        hover=[""] * len(group),
        custom=[[str(at)] for at in range(len(group))],
    )
