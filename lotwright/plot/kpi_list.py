"""
The figures of a plan that are told first, in words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from lotwright.plot.numerals import amount, percent
from lotwright.plot.texts import plain

#: Figures that a planner asks for first, in this order.
HEADLINE = (
    "cost",
    "on_time_in_full",
    "quantity_on_time",
    "late_lines",
    "short_lines",
    "days_late_max",
    "stock_value_average",
    "stock_turns",
    "utilisation_max",
    "overtime_hours",
    "overload_hours",
    "orders",
)


#: Names that say more than those of the table do.
_NAMES = {
    "days_late_max": "Most days late",
    "stock_value_average": "Mean stock value",
    "utilisation_max": "Highest utilisation",
    "overtime_hours": "Overtime",
    "overload_hours": "Beyond capacity",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """
    One figure in words; none of them is safe from being read as markup.

    Parameters
    ----------
    name, value, definition
        What it is called, how much it is, and how it is computed.
    """

    name: str
    value: str
    definition: str


def cards_of(kpis: pd.DataFrame, names: Sequence[str] = ()) -> list[Card]:
    """
    Returns figures of the whole plan in words.

    Parameters
    ----------
    kpis
        Table of figures.
    names
        Which ones, in this order; all that there are, when left out.
    """
    rows = kpis[(kpis["scope"] == "all").to_numpy()].set_index("name")
    wanted = names or [str(name) for name in rows.index]
    rows = rows[~rows.index.duplicated()].reindex(
        [n for n in wanted if n in rows.index]
    )

    return [
        Card(
            name=_NAMES.get(str(name), str(name).replace("_", " ").capitalize()),
            value=_value(float(row["value"]), str(name), plain(row["unit"], 16)),
            definition=plain(row["definition"], 300),
        )
        for name, row in rows.iterrows()
    ]


def _value(value: float, name: str, unit: str) -> str:
    if unit == "fraction":
        return percent(value)

    return amount(value) if name.endswith(unit) else f"{amount(value)} {unit}".strip()
