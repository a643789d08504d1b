"""
How service and cost spread when a plan is carried out under uncertainty.
"""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from lotwright.plot.canvas import canvas
from lotwright.plot.numerals import amount, percent
from lotwright.plot.texts import shown
from lotwright.plot.theme import BLUE, GREEN, PURPLE, RED, Theme
from lotwright.scenarios.montecarlo.simulation import Simulation

#: Bars of a histogram at most.
_BINS = 30


def uncertainty(
    simulation: Simulation,
    service: str = "on_time_in_full",
    cost: str = "cost",
    *,
    theme: Theme | str = Theme.LIGHT,
) -> go.Figure:
    """
    Returns how often samples have which service, and which cost: two histograms, with
    the value in the plan and the mean of the samples.

    Parameters
    ----------
    simulation
        The simulation.
    service, cost
        Names of the two figures; any that samples have.
    theme
        ``light`` or ``dark``.

    Raises
    ------
    ValueError
        When samples have no such figure.
    """
    known = simulation.figures["name"].tolist()

    for name in (service, cost):
        if name not in known:
            msg = f"Expected one of {', '.join(known)}, got {name!r}."
            raise ValueError(msg)

    title = f"Service and cost in {len(simulation):,} samples"
    sheet = canvas(title, theme, height=420)
    figure = make_subplots(
        rows=1, cols=2, horizontal_spacing=0.11, figure=sheet, shared_yaxes=False
    )

    for column, name, colour in ((1, service, GREEN), (2, cost, BLUE)):
        _histogram(figure, simulation, name, column, colour)
        _marks(figure, simulation, name, column)

    figure.update_yaxes(rangemode="tozero")
    figure.update_yaxes(title_text="Samples", row=1, col=1)
    figure.update_layout(bargap=0.05, showlegend=True)

    return figure


def _histogram(
    figure: go.Figure, simulation: Simulation, name: str, column: int, colour: str
) -> None:
    values = simulation.samples[name].to_numpy(dtype=np.float64)
    row = simulation.figure(name)
    fraction = row["unit"] == "fraction"
    word = _worded(name)
    least = max(abs(float(values.max())) * 1e-9, 1e-9)
    count = min(_BINS, max(int(2 * np.sqrt(len(values))), 1))
    low, high = float(values.min()), float(values.max())

    if high - low < least:
        low, high, count = low - 0.5 * least, high + 0.5 * least, 1

    counts, edges = np.histogram(values, bins=count, range=(low, high))
    figure.add_bar(
        x=(edges[:-1] + edges[1:]) / 2,
        y=counts,
        width=(np.diff(edges) * 0.95).tolist(),
        name=word,
        marker={"color": colour, "line": {"width": 0}},
        showlegend=False,
        hovertext=[
            f"<b>{_amount(one, fraction=fraction)} to "
            f"{_amount(two, fraction=fraction)}</b><br>{amount(float(number))} samples"
            for one, two, number in zip(edges[:-1], edges[1:], counts, strict=True)
        ],
        hovertemplate="%{hovertext}<extra></extra>",
        row=1,
        col=column,
    )
    unit = "" if fraction else f" ({shown(row['unit'], 12)})"
    axis: dict[str, object] = {"title_text": f"{word}{unit}", "nticks": 6}
    # What does not vary would be told by an axis of tiny steps.
    axis |= {"range": _around(low, high)} if count == 1 else {}
    figure.update_xaxes(
        **axis, tickformat=".0%" if fraction else "~s", row=1, col=column
    )


def _around(low: float, high: float) -> list[float]:
    middle = (low + high) / 2
    reach = abs(middle) * 0.1 or 1.0

    return [middle - reach, middle + reach]


def _marks(figure: go.Figure, simulation: Simulation, name: str, column: int) -> None:
    """
    Draws the value in the plan and the mean, each as a line that the legend names.
    """
    row = simulation.figure(name)
    top = max(figure.data[-1].y)
    fraction = row["unit"] == "fraction"

    for word, key, colour, dash, symbol in (
        ("In the plan", "plan", RED, "solid", "diamond"),
        ("Mean of the samples", "mean", PURPLE, "dash", "circle"),
    ):
        value = float(row[key])
        figure.add_scatter(
            x=[value, value],
            y=[0, float(top) * 1.05],
            mode="lines+markers",
            name=word,
            legendgroup=key,
            showlegend=column == 1,
            line={"color": colour, "dash": dash, "width": 2},
            marker={"symbol": symbol, "size": [0, 9]},
            hovertemplate=f"{word}: {_amount(value, fraction=fraction)}<extra></extra>",
            row=1,
            col=column,
        )


def _worded(name: str) -> str:
    return name.replace("_", " ").capitalize()


def _amount(value: float, *, fraction: bool) -> str:
    return percent(value) if fraction else amount(value)
