"""
How the search for a plan went: the best plan and the bound over time.
"""

from __future__ import annotations

import math

import plotly.graph_objects as go

from lotwright.model.plan import Plan
from lotwright.plot.canvas import canvas, nothing
from lotwright.plot.numerals import amount, percent
from lotwright.plot.texts import facts
from lotwright.plot.theme import BLUE, ORANGE, Theme

_TITLE = "Best plan and bound over time"


def search(plan: Plan, *, theme: Theme | str = Theme.LIGHT) -> go.Figure:
    """
    Returns the cost of the best plan and the proven bound over the time of the search.

    The last point is the plan as it is when the run ends.

    Parameters
    ----------
    plan
        The plan.
    theme
        ``light`` or ``dark``.
    """
    found = [
        (at, cost, bound)
        for at, cost, bound in plan.run.incumbents
        if math.isfinite(cost)
    ]

    if not found:
        sentence = "The record of this plan tells of no search: it was made by rules."
        return nothing(_TITLE, sentence, theme)

    found = [*found, *_end(plan, found[-1][0])]
    figure = canvas(f"{_TITLE}{_proof(plan)}", theme)
    at, cost, bound = (list(column) for column in zip(*found, strict=True))
    bounded = [(t, b) for t, b in zip(at, bound, strict=True) if math.isfinite(b)]

    if math.isfinite(plan.run.bound) and bounded[-1:] != [(at[-1], plan.run.bound)]:
        bounded.append((at[-1], plan.run.bound))

    figure.add_scatter(
        x=at,
        y=cost,
        name="Best plan",
        mode="lines+markers",
        line={"color": BLUE, "shape": "hv", "width": 2.5},
        marker={"symbol": "circle", "size": 7},
        hovertext=[_hover(*row) for row in found],
        hovertemplate="%{hovertext}<extra></extra>",
    )
    figure.add_scatter(
        x=[time for time, _ in bounded],
        y=[value for _, value in bounded],
        name="No plan costs less",
        mode="lines+markers",
        line={"color": ORANGE, "shape": "hv", "width": 2.5, "dash": "dash"},
        marker={"symbol": "square", "size": 6},
        hovertemplate="%{x:,.1f} s: no plan costs less than %{y:,.0f}<extra></extra>",
    )
    figure.update_xaxes(title_text="Time (s)", rangemode="tozero")
    figure.update_yaxes(title_text="Cost", tickformat=",.0f", range=_range(cost, bound))

    return figure


def _end(plan: Plan, last: float) -> list[tuple[float, float, float]]:
    """
    Returns the end of the run, where the plan is settled, if the record tells it.
    """
    end = sum(plan.run.seconds.values())

    if end <= last or not math.isfinite(plan.run.objective):
        return []

    return [(end, plan.run.objective, plan.run.bound)]


def _range(cost: list[float], bound: list[float]) -> list[float] | None:
    """
    Returns the range of costs to see, without a first plan that is many times as dear.
    """
    known = [value for value in bound if math.isfinite(value)]
    low, high = min([*known, *cost]), max(cost)
    best = min(cost)

    if high <= 3 * best or best <= 0:
        return None

    later = [value for value in cost if value <= 3 * best]
    top, room = max(later), 0.15 * (max(later) - low) or 0.1 * abs(best)

    return [low - room, top + room]


def _proof(plan: Plan) -> str:
    gap = plan.run.gap()

    return f": gap {percent(gap)}" if math.isfinite(gap) else ""


def _hover(at: float, cost: float, bound: float) -> str:
    gap = (cost - bound) / abs(cost) if cost else math.nan

    return facts(
        f"{at:,.1f} s",
        ("Best plan", amount(cost)),
        ("Bound", amount(bound)),
        ("Gap", percent(gap)),
    )
