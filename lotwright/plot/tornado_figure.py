"""
Which parameter a figure of the plan depends on most.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lotwright.plot.canvas import canvas, height_of, nothing, row_axis
from lotwright.plot.numerals import amount
from lotwright.plot.texts import facts, numbers, shown, words
from lotwright.plot.theme import BLUE, GREY, ORANGE, Theme, bar_look

_COLUMNS = ("name", "low", "high")


def tornado(
    table: pd.DataFrame,
    base: float | None = None,
    *,
    figure: str = "cost",
    unit: str = "",
    theme: Theme | str = Theme.LIGHT,
) -> go.Figure:
    """
    Returns how far parameters move a figure of the plan, the most powerful on top.

    Parameters
    ----------
    table
        A row for each parameter: its ``name``, and the figure at its ``low`` and at its
        ``high`` value, as ``lw.tornado`` returns it.
    base
        The figure of the base plan; that in the column ``base``, when left out.
    figure
        What the figure is called.
    unit
        Its unit.
    theme
        ``light`` or ``dark``.

    Raises
    ------
    ValueError
        When the table lacks one of the columns.
    """
    asked = _COLUMNS if base is not None else (*_COLUMNS, "base")

    for name in asked:
        if name not in table:
            msg = f"Expected the columns {', '.join(asked)}; {name} is missing."
            raise ValueError(msg)

    called = shown(figure.replace("_", " "), 40)
    title = f"What moves {called}"

    if not len(table):
        return nothing(title, "No parameter was varied.", theme)

    base = float(table["base"].iloc[0]) if base is None else base
    low, high = numbers(table["low"]), numbers(table["high"])
    reach = np.abs(low - base) + np.abs(high - base)
    order = np.lexsort((np.arange(len(table)), -np.nan_to_num(reach)))
    names = [words(table["name"])[at] for at in order]
    height = height_of(2 * len(names))
    drawn = canvas(f"{title} from {amount(base)}", theme, height)

    for side, values, colour, pattern in (
        ("Low value", low[order], BLUE, ""),
        ("High value", high[order], ORANGE, "/"),
    ):
        drawn.add_bar(
            base=base,
            x=values - base,
            y=list(range(len(names))),
            orientation="h",
            name=side,
            marker=bar_look(colour, pattern),
            customdata=names,
            hovertext=[
                facts(
                    shown(name, 60),
                    (side, amount(value)),
                    ("Change", amount(value - base)),
                )
                for name, value in zip(names, values.tolist(), strict=True)
            ],
            hovertemplate="%{hovertext}<extra></extra>",
        )

    drawn.add_vline(x=base, line={"color": GREY, "width": 2})
    drawn.update_layout(barmode="overlay", showlegend=True)
    named = (
        f"{called.capitalize()} ({shown(unit, 20)})" if unit else called.capitalize()
    )
    drawn.update_xaxes(title_text=named)
    drawn.update_yaxes(row_axis(names, height, "Parameter"))

    return drawn
