"""
Bars over time in rows of named groups, none upon another.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from numpy.typing import NDArray

from lotwright.model.arrays import Floats, Ints
from lotwright.plot.canvas import height_of
from lotwright.plot.texts import labels
from lotwright.plot.theme import GREY, PATTERNS, SERIES, bar_look

#: Milliseconds of a day, the unit in which Plotly counts the length of a bar.
_DAY = 86_400_000.0

#: What keeps a text apart from a pattern below it.
_EDGE = ", ".join(f"{at} 1px #000" for at in ("1px 0", "-1px 0", "0 1px", "0 -1px"))

#: Above this height in pixels, dates stand on top, where a reader begins.
_HIGH = 800


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Bars:
    """
    Bars of some kinds in groups, of shape ``(n,)`` each.

    Parameters
    ----------
    group
        Name of the group that a bar stands in, equal ones side by side or below one
        another; groups stand in the order in which they first come.
    start, end
        First and last day; a bar covers the last day as well.
    kind
        Place of a bar's kind among ``kinds``.
    kinds
        Names of the kinds, each with a pattern of its own.
    colours
        Colours of the kinds.
    hover
        Hover texts.
    custom
        Custom data.
    text
        What is written in each bar where there is room; empty for nothing.
    """

    group: Sequence[str]
    start: pd.Series[pd.Timestamp]
    end: pd.Series[pd.Timestamp]
    kind: Ints
    kinds: Sequence[str]
    colours: Sequence[str] = SERIES
    hover: Sequence[str]
    custom: Sequence[Sequence[str]]
    text: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """
    What of the bars a figure shows: some rows, and all bars of them.

    Parameters
    ----------
    number, parts
        Which part, from 1 on, and how many there are.
    bars
        Bars that it shows.
    first, last
        Names of its first and last group; empty where there are no bars.
    """

    number: int
    parts: int
    bars: int
    first: str
    last: str


def kinds_by_item(items: Sequence[str]) -> tuple[Ints, list[str]]:
    """
    Returns the kind of each bar, and the names of the kinds: the items with most bars,
    and all others.

    Parameters
    ----------
    items
        Item of each bar.
    """
    counts = Counter(items)
    named = sorted(counts, key=lambda item: (-counts[item], item))[: len(SERIES) - 1]
    place = {item: at for at, item in enumerate(named)}
    kind = np.array([place.get(item, len(named)) for item in items], dtype=np.int64)

    return kind, [*labels(named, 24), "Other items"]


def draw_bars(
    figure: go.Figure, bars: Bars, *, lines: int | None = None, part: int = 1
) -> Part:
    """
    Draws bars into a figure, one trace for each kind, and names the groups; returns
    what of them is drawn.

    Parameters
    ----------
    figure
        What to draw into; its height is set.
    bars
        What to draw.
    lines
        Rows that the figure has at most; all of them, when left out.
    part
        Which part of the rows, from 1 on; the last one where there are not as many.
    """
    start = pd.to_datetime(bars.start).to_numpy().astype("datetime64[D]")
    end = pd.to_datetime(bars.end).to_numpy().astype("datetime64[D]")
    days = (end - start).astype(np.int64) + 1
    code, names = pd.factorize(np.asarray(bars.group, dtype=object))
    lane, count = _lanes(code, start.astype(np.int64), days, len(names))
    first = np.cumsum(count) - count
    row = first[code] + lane
    borders = _borders(count.tolist(), lines or int(count.sum()))
    number = min(max(part, 1), len(borders) - 1)
    begin, until = borders[number - 1], borders[number]
    is_shown = (row >= begin) & (row < until)
    _draw_kinds(figure, bars, np.flatnonzero(is_shown), row - begin, start, days)

    height = height_of(until - begin)
    figure.update_layout(height=height, barmode="overlay", showlegend=True)

    if height > _HIGH:
        figure.update_xaxes(side="top")
        figure.update_layout(legend_y=1 + 58 / (height - 190), margin_t=140)

    here = np.flatnonzero((first < until) & (first + count > begin))
    top = np.maximum(first[here], begin) - begin
    bottom = np.minimum(first[here] + count[here], until) - begin
    named = [str(names[at]) for at in here]
    figure.update_layout(shapes=[_line(above) for above in top[1:].tolist()])
    figure.update_yaxes(_axis(named, top, bottom - top, height))

    return Part(
        number=number,
        parts=len(borders) - 1,
        bars=int(is_shown.sum()),
        first=named[0] if named else "",
        last=named[-1] if named else "",
    )


def _borders(count: Sequence[int], lines: int) -> list[int]:
    """
    Returns where parts of so many rows begin and end; a group is in one part, unless it
    has more rows than a part.
    """
    borders, at = [0], 0

    for rows in count:
        if at > borders[-1] and at + rows - borders[-1] > lines:
            borders.append(at)

        at += rows

        while at - borders[-1] > lines:
            borders.append(borders[-1] + lines)

    return [*borders, at]


def _draw_kinds(
    figure: go.Figure,
    bars: Bars,
    shown: Ints,
    row: Ints,
    start: NDArray[np.datetime64],
    days: Ints,
) -> None:
    for at, kind in enumerate(bars.kinds):
        rows = shown[bars.kind[shown] == at]
        places = rows.tolist()

        if not places:
            continue

        figure.add_bar(
            base=np.datetime_as_string(start[rows], unit="D").tolist(),
            x=(days[rows] * _DAY).tolist(),
            y=row[rows].tolist(),
            orientation="h",
            name=kind,
            width=0.8,
            marker=bar_look(
                bars.colours[at % len(bars.colours)],
                PATTERNS[at % len(PATTERNS)],
                is_quiet=bool(bars.text),
            ),
            customdata=[list(bars.custom[place]) for place in places],
            hovertext=[bars.hover[place] for place in places],
            hovertemplate="%{hovertext}<extra></extra>",
            **_written([bars.text[place] for place in places] if bars.text else []),
        )


def _line(above: int) -> dict[str, object]:
    """
    Returns the line above the first row of a group.
    """
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": above - 0.5,
        "y1": above - 0.5,
        "layer": "below",
        "line": {"color": GREY, "width": 0.5},
    }


def _written(texts: list[str]) -> dict[str, object]:
    """
    Returns how texts stand in bars: where there is room, with an edge of their own, for
    patterns lie below them.
    """
    if not texts:
        return {}

    return {
        "text": texts,
        "textposition": "inside",
        "textangle": 0,
        "insidetextanchor": "start",
        "insidetextfont": {
            "color": "#ffffff",
            "size": 11,
            "shadow": _EDGE,
        },
    }


def _lanes(group: Ints, start: Ints, days: Ints, groups: int) -> tuple[Ints, Ints]:
    """
    Returns the lane of each bar within its group, and how many lanes each group has.

    The lane that has been free the longest is taken, so that a group has no more lanes
    than bars of it are under way at once.
    """
    lane = np.zeros(len(group), dtype=np.int64)
    count = np.zeros(groups, dtype=np.int64)
    free: list[list[tuple[int, int]]] = [[] for _ in range(groups)]

    for bar in np.lexsort((days, start, group)).tolist():
        lanes, begin = free[group[bar]], int(start[bar])

        if lanes and lanes[0][0] <= begin:
            _, place = heapq.heappop(lanes)
        else:
            place = int(count[group[bar]])
            count[group[bar]] += 1

        lane[bar] = place
        heapq.heappush(lanes, (begin + int(days[bar]), place))

    return lane, count


def _axis(
    names: Sequence[str], first: Ints, count: Ints, height: int
) -> dict[str, object]:
    """
    Returns the vertical axis, with names in the middle of their lanes where there is
    room for them.
    """
    rows = int(count.sum())
    middle: Floats = first + (count - 1) / 2
    least = 15 * rows / max(height - 190, 1)
    kept: list[int] = []

    for at, place in enumerate(middle.tolist()):
        if not kept or place - middle[kept[-1]] >= least:
            kept.append(at)

    return {
        "autorange": False,
        "range": [rows - 0.5, -0.5],
        "showgrid": False,
        "tickmode": "array",
        "tickvals": [float(middle[at]) for at in kept],
        "ticktext": labels([names[at] for at in kept]),
        "zeroline": False,
    }
