"""
The key figures of a plan as cards.
"""

from __future__ import annotations

import textwrap

import plotly.graph_objects as go

from lotwright.model.plan import Plan
from lotwright.plot.canvas import canvas, nothing
from lotwright.plot.kpi_list import HEADLINE, Card, cards_of
from lotwright.plot.texts import facts, shown
from lotwright.plot.theme import GREY, Theme

#: Cards side by side.
_ACROSS = 4


def kpis(plan: Plan, *, theme: Theme | str = Theme.LIGHT) -> go.Figure:
    """
    Returns the key figures as cards, each with its definition for who points at it.

    Parameters
    ----------
    plan
        The plan.
    theme
        ``light`` or ``dark``.
    """
    cards = cards_of(plan.kpis, HEADLINE)

    if not cards:
        return nothing("Key figures", "The plan has no key figures.", theme)

    across = min(_ACROSS, len(cards))
    down = -(-len(cards) // across)
    figure = canvas("Key figures", theme, height=110 + 110 * down)
    x = [at % across for at in range(len(cards))]
    y = [at // across for at in range(len(cards))]
    hover = [_hover(card) for card in cards]

    for texts, size, shift in (
        ([shown(card.value, 22) for card in cards], 24, 0.12),
        ([shown(card.name, 30) for card in cards], 13, -0.26),
    ):
        figure.add_scatter(
            x=x,
            y=[row - shift for row in y],
            mode="text",
            text=texts,
            textfont={"size": size},
            hovertext=hover,
            hovertemplate="%{hovertext}<extra></extra>",
            showlegend=False,
        )

    for column, row in zip(x, y, strict=True):
        figure.add_shape(
            x0=column - 0.47,
            x1=column + 0.47,
            y0=row - 0.44,
            y1=row + 0.44,
            line={"color": GREY, "width": 1},
        )

    figure.update_xaxes(visible=False, range=[-0.5, across - 0.5], fixedrange=True)
    figure.update_yaxes(visible=False, range=[down - 0.5, -0.5], fixedrange=True)
    figure.update_layout(margin={"l": 10, "r": 10, "t": 60, "b": 10})

    return figure


def _hover(card: Card) -> str:
    lines = textwrap.wrap(card.definition, 60)

    return facts(
        f"{shown(card.name)}: {shown(card.value)}",
        *((("How", "<br>".join(shown(line) for line in lines)),) if lines else ()),
    )
