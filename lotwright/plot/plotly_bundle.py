"""
The library that draws figures in a browser: the part of Plotly that has our charts.
"""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable

#: Its file, a third of the whole library.
NAME = "plotly-cartesian.min.js"

#: Kinds of traces that it draws and figures may have.
KINDS = frozenset({"bar", "heatmap", "scatter"})


def bundle() -> Traversable:
    """
    Returns the file that pages and reports bring.
    """
    return files("lotwright.plot") / "vendor" / NAME
