"""
The look of all figures: colours, fonts, light and dark.
"""

from __future__ import annotations

from enum import StrEnum

import plotly.graph_objects as go


class Theme(StrEnum):
    """
    On which ground a figure stands.
    """

    LIGHT = "light"
    DARK = "dark"


#: Colours that people with any colour vision tell apart, and that stand out from a
#: light ground as well as from a dark one, so that a theme changes the ground alone.
BLUE = "#0077bb"
ORANGE = "#c27c00"
GREEN = "#00946b"
RED = "#d55e00"
PURPLE = "#b0649a"
GREY = "#7f8791"
SKY = "#3c8ec4"
OLIVE = "#878a1e"

#: The order in which series without a meaning of their own take their colours.
SERIES = (BLUE, ORANGE, GREEN, PURPLE, RED, GREY, SKY, OLIVE)

#: Patterns of bars in the same order, for readers who see no colours.
PATTERNS = ("", "/", ".", "x", "-", "\\", "+", "|")

#: From little to much; equally spaced for every kind of colour vision.
SCALE = "Cividis"

GROUND = {Theme.LIGHT: "#ffffff", Theme.DARK: "#15191e"}
INK = {Theme.LIGHT: "#1c2126", Theme.DARK: "#e8ebee"}
_GRID = {Theme.LIGHT: "#e3e6e9", Theme.DARK: "#333a42"}
_EDGE = {Theme.LIGHT: "#a9b0b8", Theme.DARK: "#68717b"}

#: What most systems have; nothing is loaded for it.
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"


def bar_look(colour: str, pattern: str, *, is_quiet: bool = False) -> dict[str, object]:
    """
    Returns how bars of a kind look: their colour, and the pattern upon it.

    Parameters
    ----------
    colour
        Of the bar.
    pattern
        Plotly's sign for it; empty for none.
    is_quiet
        Whether texts on it must be read.
    """
    return {
        "color": colour,
        "line": {"width": 0},
        "pattern": {
            "shape": pattern,
            "fillmode": "overlay",
            "fgcolor": "#ffffff",
            "fgopacity": 0.35 if is_quiet else 0.75,
            "size": 7,
            "solidity": 0.25,
        },
    }


def template(theme: Theme | str = Theme.LIGHT) -> go.layout.Template:
    """
    Returns the template that gives a figure its look.

    Parameters
    ----------
    theme
        ``light`` or ``dark``.

    Raises
    ------
    ValueError
        When there is no such theme.
    """
    name = Theme(theme)
    axis = {
        "automargin": True,
        "gridcolor": _GRID[name],
        "linecolor": _EDGE[name],
        "showline": True,
        "ticks": "outside",
        "tickcolor": _EDGE[name],
        "zerolinecolor": _EDGE[name],
        "title": {"standoff": 12, "font": {"size": 13}},
    }

    return go.layout.Template(
        layout={
            "paper_bgcolor": GROUND[name],
            "plot_bgcolor": GROUND[name],
            # Bars may lie below words.
            "annotationdefaults": {"bgcolor": GROUND[name]},
            "font": {"family": FONT, "size": 13, "color": INK[name]},
            "title": {
                "x": 0.0,
                "xref": "paper",
                "xanchor": "left",
                "y": 1.0,
                "yref": "container",
                "yanchor": "top",
                "pad": {"t": 22},
                "font": {"size": 17},
            },
            "colorway": list(SERIES),
            "hoverlabel": {
                "align": "left",
                "bgcolor": GROUND[name],
                "bordercolor": _EDGE[name],
                "font": {"family": FONT, "size": 12, "color": INK[name]},
            },
            "legend": {
                "orientation": "h",
                "x": 0.0,
                "xanchor": "left",
                "y": 1.0,
                "yanchor": "bottom",
            },
            "margin": {"l": 60, "r": 30, "t": 90, "b": 50},
            "modebar": {"remove": ["lasso2d", "select2d", "sendChartToCloud"]},
            "separators": ".,",
            "xaxis": axis,
            "yaxis": axis,
        }
    )
