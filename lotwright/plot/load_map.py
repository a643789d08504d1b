"""
The loads of all resources at a glance.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lotwright.model.arrays import Floats
from lotwright.model.plan import Plan
from lotwright.plot.canvas import ROW, canvas, height_of, nothing, period_axis, row_axis
from lotwright.plot.numerals import amount, percent
from lotwright.plot.texts import facts, labels, numbers, shown, words
from lotwright.plot.theme import RED, SCALE, Theme

#: With no more cells than this, each has its percentage written in it.
_WRITTEN = 450

#: With more rows than this, no line is left between them.
_ROOMY = 60

#: Colours end here: one cell that is far beyond would leave all others alike.
_MOST = 2.0

#: Load beyond capacity by less than this part is rounding.
_OVER = 1.0 + 1e-6

#: What stands beside the colours where some cells are beyond their end.
_ENDING = {
    "tickvals": [0.0, 0.5, 1.0, 1.5, _MOST],
    "ticktext": ["0%", "50%", "100%", "150%", "200% +"],
}


def loads(
    plan: Plan, *, most: int = 100, theme: Theme | str = Theme.LIGHT
) -> go.Figure:
    """
    Returns a map of how full each resource is in each bucket, the fullest first.

    A cross marks load beyond capacity without overtime. The custom data of each cell
    are resource and bucket.

    Parameters
    ----------
    plan
        The plan.
    most
        Resources that are drawn at most: the fullest.
    theme
        ``light`` or ``dark``.
    """
    rows, title = plan.loads, "Load of all resources, % of capacity"

    if not len(rows):
        return nothing(title, "The plan loads no resource.", theme)

    share = _shares(rows)
    grid = _grid(rows, share)
    highest = np.nan_to_num(grid.to_numpy(dtype=np.float64), nan=-1.0).max(axis=1)
    order = np.lexsort((np.arange(len(grid)), -highest))

    if len(grid) > most:
        title += f": the fullest {most:,} of {len(grid):,}"

    grid = grid.iloc[order[:most]]
    rows = rows[rows["resource_id"].astype("str").isin(grid.index).to_numpy()]
    names = words(pd.Series(grid.index))
    periods = words(pd.Series(grid.columns))
    height = height_of(len(names), 30 if grid.size <= _WRITTEN else ROW)
    figure = canvas(title, theme, height=height)
    values = grid.to_numpy(dtype=np.float64)
    _draw_cells(figure, values, names, periods, _facts(rows, _shares(rows)))
    _draw_crosses(figure, values, periods)
    figure.update_xaxes(period_axis())
    figure.update_yaxes(row_axis(names, height, "Resource"))

    return figure


def _shares(rows: pd.DataFrame) -> Floats:
    """
    Returns load per capacity of each row, blank where there is no limit or no capacity.
    """
    capacity = numbers(rows["capacity"])
    load = rows[["load_open", "load_planned", "setup"]].sum(axis=1).to_numpy(np.float64)
    limited = np.isfinite(capacity) & (capacity > 0)

    share: Floats = np.full(len(rows), np.nan)
    np.divide(load, capacity, out=share, where=limited)

    return share


def _grid(rows: pd.DataFrame, share: Floats) -> pd.DataFrame:
    """
    Returns the shares by resource and bucket, both in the order of the table.
    """
    keys = [rows[name].astype("str") for name in ("resource_id", "period_id")]
    cells = pd.Series(share, index=pd.MultiIndex.from_arrays(keys))

    return cells.unstack(sort=False)


def _facts(rows: pd.DataFrame, share: Floats) -> dict[tuple[str, str], str]:
    """
    Returns the hover text of each resource and bucket.
    """
    load = rows[["load_open", "load_planned", "setup"]].sum(axis=1)
    columns = (load, rows["capacity"], rows["setup"], rows["overtime"])
    cells = [numbers(column) for column in (*columns, rows["overload"])]
    keys = zip(words(rows["resource_id"]), words(rows["period_id"]), strict=True)
    names = ("Load", "Capacity", "Set-up", "Overtime", "Overload")

    return {
        key: facts(
            f"{shown(key[0], 60)}, {shown(key[1], 24)}",
            ("Utilisation", percent(float(share[at]))),
            *(
                (name, amount(float(column[at])))
                for name, column in zip(names, cells, strict=True)
            ),
        )
        for at, key in enumerate(keys)
    }


def _draw_cells(
    figure: go.Figure,
    values: Floats,
    names: list[str],
    periods: list[str],
    hover: dict[tuple[str, str], str],
) -> None:
    few = values.size <= _WRITTEN
    highest = max(1.0, float(np.nanmax(values, initial=0.0)))
    written = [[_short(share) for share in row] for row in values.tolist()]
    figure.add_heatmap(
        z=values,
        x=labels(periods, 24),
        y=list(range(len(names))),
        zmin=0.0,
        zmax=min(highest, _MOST),
        colorscale=SCALE,
        colorbar={
            "title": {"text": "Load per<br>capacity"},
            "tickformat": ".0%",
            "thickness": 14,
            **(_ENDING if highest > _MOST else {}),
        },
        customdata=[[[name, period] for period in periods] for name in names],
        hovertext=[[hover.get((n, p), "") for p in periods] for n in names],
        hovertemplate="%{hovertext}<extra></extra>",
        text=written if few else None,
        texttemplate="%{text}" if few else None,
        xgap=1 if few else 0,
        ygap=1 if len(names) <= _ROOMY else 0,
    )


def _short(share: float) -> str:
    return "" if np.isnan(share) else f"{100 * share:.0f}"


def _draw_crosses(figure: go.Figure, values: Floats, periods: list[str]) -> None:
    row, column = np.nonzero(np.nan_to_num(values) > _OVER)

    if not len(row):
        return

    x = labels(periods, 24)
    few = values.size <= _WRITTEN
    figure.add_scatter(
        x=[x[at] for at in column],
        y=row + (0.34 if few else 0.0),
        name="More than capacity",
        mode="markers",
        marker={"color": RED, "symbol": "x", "size": 6 if few else 4},
        hoverinfo="skip",
        showlegend=True,
    )
