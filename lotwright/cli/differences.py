"""
What differs between plans, on one screen.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table

import lotwright as lw
from lotwright.plot.numerals import amount
from lotwright.scenarios.comparison import HEADLINE

#: Rows of each list on the screen; ``--json`` and ``--out`` have all.
ROWS_SHOWN = 6


def show_differences(found: lw.Comparison, console: Console) -> None:
    """
    Prints what each plan changes against the first: figures, costs, orders, demands.

    Parameters
    ----------
    found
        The comparison.
    console
        Where to print.
    """
    if found.is_empty:
        console.print("[bold green]The plans are the same.[/]")
    else:
        _show_figures(found, console)
        _show_bridge(found, console)

        for name in found.names[1:]:
            _show_orders(found, name, console)
            _show_demands(found, name, console)
            _show_inputs(found, name, console)

    for note in found.notes:
        console.print(f"[yellow]{escape(note)}[/]", highlight=False)


def _show_figures(found: lw.Comparison, console: Console) -> None:
    frame = found.to_frame()
    shown = frame[frame["name"].isin(HEADLINE)]
    table = _table(["Figure"], [*found.names, *_changes(found)])

    for row in shown.to_dict("records"):
        cells = [float(str(row[name])) for name in found.names]
        changes = [float(str(row[f"{name} change"])) for name in found.names[1:]]
        table.add_row(
            str(row["name"]).replace("_", " "),
            *(_figure(cell) for cell in cells),
            *(signed(change) for change in changes),
            str(row["unit"]),
        )

    console.print(table)
    console.print()


def _show_bridge(found: lw.Comparison, console: Console) -> None:
    terms = found.terms
    moved = terms.loc[terms["change"].abs() >= 0.005, "term"]
    table = _table(["Cost by term"], [found.names[0], *_changes(found)])

    for term in dict.fromkeys(moved.tolist()):
        rows = terms[terms["term"] == term].set_index("plan")
        changes = rows["change"].reindex(list(found.names[1:])).tolist()
        table.add_row(
            str(term).replace("_", " "),
            amount(float(rows["before"].iloc[0])),
            *(signed(float(change)) for change in changes),
        )

    if table.row_count:
        console.print(table)
        console.print()


def _show_orders(found: lw.Comparison, plan: str, console: Console) -> None:
    orders = found.orders[found.orders["plan"] == plan]
    _headline("Orders", orders, plan, console)
    table = _table(["Soonest", "item", "at", "change"], ["quantity", "days"])

    for row in orders.head(ROWS_SHOWN).to_dict("records"):
        days = row["days_moved"]
        soonest = min(
            day
            for day in (row["due_date_before"], row["due_date_after"])
            if not pd.isna(day)
        )
        table.add_row(
            f"{soonest:%Y-%m-%d}",
            escape(str(row["item_id"])),
            escape(str(row["location_id"])),
            str(row["change"]).replace("_", " and "),
            signed(float(row["quantity_change"])),
            "" if pd.isna(days) else signed(float(days)),
        )

    _show_table(table, len(orders), console)


def _show_demands(found: lw.Comparison, plan: str, console: Console) -> None:
    demands = found.demands[found.demands["plan"] == plan]
    _headline("Late or short demands", demands, plan, console)
    table = _table(["Demand", "item", "change"], ["days late", "before", "value"])

    for row in demands.head(ROWS_SHOWN).to_dict("records"):
        table.add_row(
            escape(str(row["demand_id"])),
            escape(str(row["item_id"])),
            str(row["change"]),
            _figure(float(row["days_late_after"])),
            _figure(float(row["days_late_before"])),
            signed(float(row["value_change"])),
        )

    _show_table(table, len(demands), console)


def _show_inputs(found: lw.Comparison, plan: str, console: Console) -> None:
    inputs = found.inputs[found.inputs["plan"] == plan]

    if len(inputs):
        places = inputs["change"] + " in " + inputs["table"]
        counts = places.value_counts(sort=False)
        parts = [f"{count:,} {place}" for place, count in counts.items()]
        console.print(f"[bold]Input[/]  {', '.join(parts)}\n", highlight=False)


def _headline(what: str, changes: pd.DataFrame, plan: str, console: Console) -> None:
    counts = changes["change"].value_counts(sort=False)
    parts = [
        f"{count:,} {str(kind).replace('_', ' and ')}" for kind, count in counts.items()
    ]
    console.print(
        f"[bold]{what}[/]  {escape(plan)}: {', '.join(parts) or 'the same'}",
        highlight=False,
    )


def _show_table(table: Table, number: int, console: Console) -> None:
    if number:
        console.print(table)

    if number > ROWS_SHOWN:
        console.print(f"... and {number - ROWS_SHOWN:,} more")

    console.print()


def _changes(found: lw.Comparison) -> list[str]:
    return [f"{name} change" for name in found.names[1:]]


def _figure(value: float) -> str:
    return f"{value:.3f}" if 0 < abs(value) < 1 else amount(value)


def _table(texts: Sequence[str], numbers: Sequence[str]) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")

    for name in texts:
        table.add_column(escape(name))

    for name in numbers:
        table.add_column(escape(name), justify="right")

    return table


def signed(value: float) -> str:
    """
    Returns a change with its sign; nothing where nothing has changed.
    """
    words = _figure(abs(value))

    return "" if words == "0" else f"{'+' if value > 0 else '-'}{words}"
