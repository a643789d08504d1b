"""
What figures begin with and are finished by: an empty sheet, a sentence, their axes.
"""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from lotwright.plot.texts import labels
from lotwright.plot.theme import Theme, template

#: Height in pixels of one row in figures with a row for each thing.
ROW = 22

#: Pixels that title, legend and axis take.
_FRAME = 190

#: No figure is higher than this, in pixels.
_HIGHEST = 1500


def canvas(title: str, theme: Theme | str, height: int = 480) -> go.Figure:
    """
    Returns a figure without marks.

    Parameters
    ----------
    title
        What it shows, safe to show.
    theme
        ``light`` or ``dark``.
    height
        In pixels; its width is that of the place where it stands.
    """
    return go.Figure(
        layout={"template": template(theme), "title": {"text": title}, "height": height}
    )


def nothing(title: str, sentence: str, theme: Theme | str) -> go.Figure:
    """
    Returns a figure that says in a sentence why there is nothing to see.

    Parameters
    ----------
    title
        What it would show, safe to show.
    sentence
        Why it is empty, safe to show.
    theme
        ``light`` or ``dark``.
    """
    figure = canvas(title, theme, height=240)
    figure.add_annotation(
        text=sentence, showarrow=False, x=0.5, y=0.5, xref="paper", yref="paper"
    )
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False)

    return figure


def height_of(rows: int, each: int = ROW) -> int:
    """
    Returns the height of a figure with a row for each thing.

    Parameters
    ----------
    rows
        Number of rows.
    each
        Pixels of each row, as long as there is room.
    """
    return max(300, min(_FRAME + each * rows, _HIGHEST))


def row_axis(names: Sequence[object], height: int, title: str) -> dict[str, object]:
    """
    Returns a vertical axis with a row for each name, from the top.

    Where there are more rows than room, only every so many are named.

    Parameters
    ----------
    names
        Names of the rows 0, 1, 2, ….
    height
        Of the figure, in pixels.
    title
        What the rows are.
    """
    room = max((height - _FRAME) // 15, 1)
    step = -(-len(names) // room) or 1

    return {
        "autorange": False,
        "range": [len(names) - 0.5, -0.5],
        "showgrid": False,
        "tickmode": "array",
        "tickvals": list(range(0, len(names), step)),
        "ticktext": labels(names[::step]),
        "title": {"text": title},
        "zeroline": False,
    }


def period_axis(title: str = "Bucket") -> dict[str, object]:
    """
    Returns a horizontal axis of buckets, which stand side by side whatever their days.
    """
    return {
        "type": "category",
        "title": {"text": title},
        "nticks": 26,
        "tickangle": -45,
    }


def date_axis(title: str = "Date") -> dict[str, object]:
    """
    Returns a horizontal axis of days.
    """
    return {
        "type": "date",
        "title": {"text": title},
        "tickformat": "%Y-%m-%d",
        "hoverformat": "%Y-%m-%d",
    }
