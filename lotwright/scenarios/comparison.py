"""
Comparison: what differs between plans, as tables and in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pandas as pd

#: Figures that are told first; the table of figures has them all.
HEADLINE = (
    "cost",
    "on_time_in_full",
    "late_lines",
    "short_lines",
    "orders",
    "stock_value_average",
    "overtime_hours",
    "overload_hours",
)

#: From here on numbers are told whole: no exponent, no digits that say nothing.
_LARGE = 1e5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Comparison:
    """
    What each of some plans changes against the first of them.

    Every table but ``inputs`` and ``notes`` has a column ``plan``: which of the other
    plans a row is about. In every row, a change is the figure of that plan less that of
    the first.

    Parameters
    ----------
    names
        Names of the plans, the first one first.
    kpis
        Every figure, with ``before``, ``after`` and ``change``.
    terms
        The bridge of costs, term by term: each begins where the one before it ends.
    orders
        Orders that were added, removed, moved or resized.
    demands
        Demands that are newly, no longer, or otherwise late or short.
    loads
        Resources and buckets with other load or capacity.
    stock
        Stock points and buckets with other stock.
    inputs
        Cells of the input that differ, where the data are known.
    nervousness
        How much of the orders has changed, in figures.
    notes
        What a reader must know of the comparison.
    """

    names: tuple[str, ...]
    kpis: pd.DataFrame
    terms: pd.DataFrame
    orders: pd.DataFrame
    demands: pd.DataFrame
    loads: pd.DataFrame
    stock: pd.DataFrame
    inputs: pd.DataFrame
    nervousness: pd.DataFrame
    notes: tuple[str, ...] = ()

    @property
    def tables(self) -> Mapping[str, pd.DataFrame]:
        """
        All tables by name.
        """
        return MappingProxyType(
            {
                name: getattr(self, name)
                for name in (
                    "kpis",
                    "terms",
                    "orders",
                    "demands",
                    "loads",
                    "stock",
                    "inputs",
                    "nervousness",
                )
            }
        )

    @property
    def is_empty(self) -> bool:
        """
        Whether no plan differs from the first in anything.
        """
        listed = (self.orders, self.demands, self.loads, self.stock, self.inputs)

        return not any(map(len, listed)) and not (self.kpis["change"] != 0).any()

    def to_frame(self) -> pd.DataFrame:
        """
        Returns the figures of all plans side by side, one row per figure.

        Columns are the plans' names, and ``NAME change`` for all but the first.
        """
        first, *others = self.names
        parts = [
            self.kpis[self.kpis["plan"] == name].set_index(["name", "unit"])
            for name in others
        ]
        values = [parts[0]["before"].rename(first)]
        values += [
            part["after"].rename(name) for name, part in zip(others, parts, strict=True)
        ]
        changes = [
            part["change"].rename(f"{name} change")
            for name, part in zip(others, parts, strict=True)
        ]

        return pd.concat([*values, *changes], axis=1).reset_index()

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> dict[str, str]:
        # Notebooks ask for this; pages lie above scenarios.
        from lotwright.plot.display import comparison_bundle

        return comparison_bundle(self)

    def summary(self) -> str:
        """
        Returns in some lines what each plan changes.
        """
        first, *others = self.names
        lines: list[str] = []

        for name in others:
            lines += [f"{name} against {first}:", *self._lines(name)]

        return "\n".join([*lines, *self.notes])

    def _lines(self, plan: str) -> list[str]:
        return [
            *(f"  {line}" for line in self._figures(plan)),
            f"  Cost by term: {self._bridge(plan)}.",
            f"  Orders: {_counted(self.orders, plan)}.",
            f"  Late or short demands: {_counted(self.demands, plan)}.",
        ]

    def _figures(self, plan: str) -> list[str]:
        figures = self.kpis[self.kpis["plan"] == plan].set_index("name")

        return [
            f"{name.replace('_', ' ')}: {_changed(row)}"
            for name, row in figures.reindex(list(HEADLINE)).dropna().iterrows()
            if isinstance(name, str) and row["change"] != 0
        ] or ["the figures are the same"]

    def _bridge(self, plan: str) -> str:
        terms = self.terms[(self.terms["plan"] == plan) & (self.terms["change"] != 0)]
        parts = [
            f"{term.replace('_', ' ')} {change:+,.2f}"
            for term, change in zip(
                terms["term"].tolist(), terms["change"].tolist(), strict=True
            )
        ]

        return ", ".join(parts) or "the same"

    def __str__(self) -> str:
        return self.summary()


def _changed(row: pd.Series) -> str:
    """
    Returns a figure before and after in words: shares as percentages, large numbers
    whole.
    """
    is_share = row["unit"] == "fraction"
    before, after, change = (
        (100.0 if is_share else 1.0) * float(row[name])
        for name in ("before", "after", "change")
    )

    if is_share:
        return f"{before:.2f} % -> {after:.2f} % ({change:+.3g} points)"

    return (
        f"{_amount(before)} -> {_amount(after)} ({_amount(change, '+')} {row['unit']})"
    )


def _amount(value: float, sign: str = "") -> str:
    form = ",.0f" if abs(value) >= _LARGE else ",.6g"

    return format(value, sign + form)


def _counted(changes: pd.DataFrame, plan: str) -> str:
    counts = changes.loc[changes["plan"] == plan, "change"].value_counts(sort=False)
    parts = [
        f"{count:,} {str(kind).replace('_', ' and ')}" for kind, count in counts.items()
    ]

    return ", ".join(parts) or "the same"
