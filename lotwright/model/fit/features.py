"""
Features: data that this release does not use, or uses in a simpler form.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding, Severity
from lotwright.model.fit.facts import Facts
from lotwright.model.fit.wording import counted, grouped
from lotwright.model.schema import Column, Support, Table
from lotwright.model.tables import INPUT_TABLES

#: Words of columns of reduced support that the optimising engines follow in full.
FOLLOWED = {
    ("policies", "lot_rule"): ("lot_for_lot", "optimise"),
    ("sources", "lot_rule"): ("lot_for_lot", "optimise"),
    ("locations", "capacity_unit"): ("pieces", "volume", "weight"),
}

#: How notes on columns begin that MRP follows in full and optimisation does not.
_BY_MRP = ("MRP follows it", "MRP adds it to lead times")

#: How notes on columns begin that optimisation follows in full and MRP does not.
_BY_OPTIMISATION = ("Optimisation follows it",)

#: Tables of which nothing is used.
NOT_READ = ("overrides",)

_KINDS = {
    Support.IGNORED: ("W-FEATURE-IGNORED", Severity.IGNORED, "is not used"),
    Support.DEGRADED: ("W-FEATURE-DEGRADED", Severity.DEGRADED, "is used in part"),
}


def check_features(facts: Facts) -> Iterator[Finding]:
    """
    Yields one finding per table or column that is filled and not, or not fully, used.
    """
    for table in INPUT_TABLES.values():
        rows = facts.data.table(table.name)

        if not len(rows):
            continue

        if table.name in NOT_READ:
            # What was promoted is part of the data, and only on record here.
            rows = rows[(rows["source"] != "promoted").fillna(value=True)]
            yield from [_ignored_table(table, rows)] if len(rows) else []
            continue

        for column in table.columns:
            if column.support in _KINDS:
                yield from _reduced_column(facts.data, table, column)


def followed_by_mrp(finding: Finding) -> bool:
    """
    Returns whether a finding is on a column that MRP follows in full.
    """
    return _noted(finding, _BY_MRP)


def followed_by_optimisation(finding: Finding) -> bool:
    """
    Returns whether a finding is on a column that optimisation follows in full.
    """
    return _noted(finding, _BY_OPTIMISATION)


def _noted(finding: Finding, beginnings: tuple[str, ...]) -> bool:
    if finding.code != "W-FEATURE-DEGRADED" or finding.table not in INPUT_TABLES:
        return False

    columns = INPUT_TABLES[finding.table].columns
    notes = [one.support_note for one in columns if one.name == finding.column]

    return any(note.startswith(beginnings) for note in notes)


def _ignored_table(table: Table, rows: pd.DataFrame) -> Finding:
    notes = (
        column.support_note
        for column in table.columns
        if column.support is Support.IGNORED and column.support_note
    )

    return Finding(
        code="W-FEATURE-IGNORED",
        severity=Severity.IGNORED,
        table=table.name,
        count=len(rows),
        text=f"Table {table.name} ({counted(len(rows), 'row')}) is not used. "
        f"{next(notes, '')} Plan without it, or allow for it in the other tables.",
    )


def _reduced_column(
    data: PlanningData, table: Table, column: Column
) -> Iterator[Finding]:
    code, severity, what = _KINDS[column.support]
    rows = data.table(table.name)
    speaks = _speaks(rows[column.name], table, column)

    # Most columns say nothing; taking rows of a wide table is slow.
    if not speaks.any():
        return

    yield from grouped(
        code,
        severity,
        table.name,
        rows[speaks],
        noun="row",
        column=column.name,
        text=f"{{have}} {table.name}.{column.name}, which {what}. "
        f"{column.support_note} Check whether the plan is good without it.",
    )


def _speaks(values: pd.Series, table: Table, column: Column) -> pd.Series:
    given = values.notna()
    followed = FOLLOWED.get((table.name, column.name), ())

    if column.default is not None:
        given &= ~(values == column.default).fillna(value=False).astype(bool)

    return given & ~values.isin(followed)
