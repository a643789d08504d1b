"""
The way from the cost of one plan to that of another, term by term.
"""

from __future__ import annotations

from itertools import accumulate, pairwise

import pandas as pd
import plotly.graph_objects as go

from lotwright.plot.canvas import canvas, nothing
from lotwright.plot.numerals import amount
from lotwright.plot.texts import facts, shown
from lotwright.plot.theme import BLUE, GREEN, GREY, RED, Theme
from lotwright.scenarios.comparison import Comparison


def bridge(
    comparison: Comparison, plan: str = "", *, theme: Theme | str = Theme.LIGHT
) -> go.Figure:
    """
    Returns the cost of the first plan, what each term adds to it, and the other cost.

    Parameters
    ----------
    comparison
        The comparison.
    plan
        The name of the other plan; the second one, when left out.
    theme
        ``light`` or ``dark``.

    Raises
    ------
    ValueError
        When the comparison has no such plan.
    """
    first, *others = comparison.names
    other = plan or others[0]

    if other not in others:
        msg = f"Expected one of the plans {', '.join(others)}, got {plan!r}."
        raise ValueError(msg)

    title = f"From the cost of {shown(first, 30)} <br>to that of {shown(other, 30)}"
    terms = comparison.terms[(comparison.terms["plan"] == other).to_numpy()]
    before, after = float(terms["before"].sum()), float(terms["after"].sum())
    terms = terms[(terms["change"] != 0).to_numpy()]

    if not len(terms):
        return nothing(title, f"Both cost {amount(before)}, term by term.", theme)

    changes = [float(change) for change in terms["change"]]
    names = [shown(term, 40).replace("_", " ").capitalize() for term in terms["term"]]
    figure = canvas(title, theme)
    _draw(
        figure,
        x=[shown(first, 20), *names, f"{shown(other, 20)} "],
        steps=[before, *changes, after],
        hover=[
            facts(shown(first, 40), ("Cost", amount(before))),
            *_hover(terms, names),
            facts(shown(other, 40), ("Cost", amount(after))),
        ],
    )
    figure.update_xaxes(type="category", title_text="Cost term")
    span = _range(terms)
    where = "" if span is None else " (the axis does not begin at 0)"
    figure.update_yaxes(title_text=f"Cost{where}", tickformat=",.0f", range=span)

    return figure


def _draw(
    figure: go.Figure, *, x: list[str], steps: list[float], hover: list[str]
) -> None:
    """
    Draws the first cost, steps that each begin where the one before ends, and the last
    cost; a line leads from each to the next.
    """
    first, *changes, last = steps
    ends = [first, *(first + change for change in accumulate(changes)), last]
    begins = [0.0, *ends[:-2], 0.0]
    figure.add_scatter(
        x=[place for pair in pairwise(x) for place in (*pair, None)],
        y=[end for level in ends[:-1] for end in (level, level, None)],
        mode="lines",
        line={"color": GREY, "dash": "dot", "width": 1},
        hoverinfo="skip",
        showlegend=False,
    )
    figure.add_bar(
        x=x,
        y=[end - begin for begin, end in zip(begins, ends, strict=True)],
        base=begins,
        text=[amount(first), *map(_signed, changes), amount(last)],
        textposition="outside",
        cliponaxis=False,
        marker={
            "color": [BLUE, *(RED if each > 0 else GREEN for each in changes), BLUE],
            "line": {"width": 0},
        },
        hovertext=hover,
        hovertemplate="%{hovertext}<extra></extra>",
        showlegend=False,
    )


def _range(terms: pd.DataFrame) -> list[float] | None:
    """
    Returns the costs to see: where little changes, not from nothing on.
    """
    ends = [*terms["start"].tolist(), *terms["end"].tolist()]
    low, high = min(ends), max(ends)

    if low <= 0 or high - low > 0.5 * high:
        return None

    return [low - 0.5 * (high - low), high + 0.2 * (high - low)]


def _signed(value: float) -> str:
    return f"+{amount(value)}" if value > 0 else amount(value)


def _hover(terms: pd.DataFrame, names: list[str]) -> list[str]:
    return [
        facts(
            name,
            ("Before", amount(float(row["before"]))),
            ("After", amount(float(row["after"]))),
            ("Change", _signed(float(row["change"]))),
        )
        for name, (_, row) in zip(names, terms.iterrows(), strict=True)
    ]
