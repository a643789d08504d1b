"""
What plans change against the first of them, figure by figure.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from lotwright.plot.canvas import canvas, height_of, nothing, row_axis
from lotwright.plot.kpi_list import HEADLINE
from lotwright.plot.numerals import amount, percent
from lotwright.plot.texts import facts, numbers, shown, words
from lotwright.plot.theme import PATTERNS, SERIES, Theme, bar_look
from lotwright.scenarios.comparison import Comparison

#: Changes beyond this are cut, so that all others can be seen beside them.
_LONGEST = 1.5


def comparison(
    comparison: Comparison, *, theme: Theme | str = Theme.LIGHT
) -> go.Figure:
    """
    Returns by how many per cent plans change the key figures of the first plan.

    What was nothing before has no percentage; the change stands at its place instead.
    Bars beyond 150 % are cut, which their text shows by an arrow.
    The custom data of each bar are the plan and the figure.

    Parameters
    ----------
    comparison
        The comparison.
    theme
        ``light`` or ``dark``.
    """
    first, *others = comparison.names
    title = f"Key figures against {shown(first, 40)}"
    rows = comparison.kpis[comparison.kpis["name"].isin(HEADLINE).to_numpy()]
    changed = rows.loc[(rows["change"] != 0).to_numpy(), "name"].unique().tolist()
    names = [name for name in HEADLINE if name in changed]

    if not names:
        return nothing(title, "The key figures are the same.", theme)

    height = height_of(len(names) * (1 + len(others)))
    figure = canvas(title, theme, height)

    for at, plan in enumerate(others):
        mine = rows[(rows["plan"] == plan).to_numpy()].set_index("name").reindex(names)
        change, before = numbers(mine["change"]), numbers(mine["before"])
        known = np.isfinite(before) & (before != 0)
        share = np.divide(change, np.abs(before), out=np.zeros(len(names)), where=known)
        figure.add_bar(
            x=np.clip(share, -_LONGEST, _LONGEST),
            y=list(range(len(names))),
            orientation="h",
            name=shown(plan, 30),
            marker=bar_look(SERIES[at % len(SERIES)], PATTERNS[at % len(PATTERNS)]),
            text=_texts(mine, share, known),
            textposition="outside",
            cliponaxis=False,
            customdata=[[plan, name] for name in names],
            hovertext=_hover(mine, plan, first),
            hovertemplate="%{hovertext}<extra></extra>",
        )

    figure.update_layout(barmode="group", showlegend=True, margin_r=30)
    figure.update_xaxes(
        title_text=f"Change against {shown(first, 40)} (%)",
        tickformat=".0%",
        range=_range([trace.x for trace in figure.data]),
        zeroline=True,
    )
    labels = [name.replace("_", " ") for name in names]
    figure.update_yaxes(row_axis(labels, 10_000, ""))

    return figure


def _range(shares: list[list[float]]) -> list[float]:
    """
    Returns the changes to see, with room for the texts at the ends of the bars.
    """
    ends = [0.0, *(float(share) for column in shares for share in column)]
    room = 0.28 * (max(ends) - min(ends)) or 0.1

    return [min(ends) - room, max(ends) + room]


def _texts(
    rows: pd.DataFrame,
    share: np.ndarray[tuple[int], np.dtype[np.float64]],
    known: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> list[str]:
    return [
        _pointed(_signed(percent(part), part), part)
        if is_known
        else f"{_signed(amount(by), by)} {unit}"
        for part, is_known, by, unit in zip(
            share.tolist(),
            known.tolist(),
            numbers(rows["change"]).tolist(),
            [shown(unit, 12) for unit in words(rows["unit"])],
            strict=True,
        )
    ]


def _signed(text: str, value: float) -> str:
    return f"+{text}" if value > 0 else text


def _pointed(text: str, share: float) -> str:
    if abs(share) <= _LONGEST:
        return text

    return (
        f"{text} \N{RIGHTWARDS ARROW}" if share > 0 else f"\N{LEFTWARDS ARROW} {text}"
    )


def _hover(rows: pd.DataFrame, plan: str, first: str) -> list[str]:
    return [
        facts(
            str(name).replace("_", " ").capitalize(),
            ("Unit", shown(row["unit"], 20)),
            (shown(first, 40), amount(float(row["before"]))),
            (shown(plan, 40), amount(float(row["after"]))),
            ("Change", _signed(amount(float(row["change"])), float(row["change"]))),
        )
        for name, row in rows.iterrows()
    ]
