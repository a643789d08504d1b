"""
The catalogue of every table, declared once for readers, checks and the manual.
"""

from __future__ import annotations

from lotwright.model.schema import Table
from lotwright.model.tables_making import MAKING_TABLES
from lotwright.model.tables_master import MASTER_TABLES
from lotwright.model.tables_orders import ORDER_TABLES
from lotwright.model.tables_output import PLAN_TABLES
from lotwright.model.tables_policies import POLICY_TABLES
from lotwright.model.tables_reference import REFERENCE_TABLES
from lotwright.model.tables_sourcing import SOURCING_TABLES

#: Tables that are read, by name.
INPUT_TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        *MASTER_TABLES,
        *MAKING_TABLES,
        *SOURCING_TABLES,
        *ORDER_TABLES,
        *POLICY_TABLES,
        *REFERENCE_TABLES,
    )
}

#: Tables that are written, by name.
OUTPUT_TABLES: dict[str, Table] = {table.name: table for table in PLAN_TABLES}

#: All tables, by name.
TABLES: dict[str, Table] = {**INPUT_TABLES, **OUTPUT_TABLES}

#: Tables that a first data set needs.
BEGINNER_TABLES: tuple[str, ...] = tuple(
    table.name for table in INPUT_TABLES.values() if table.beginner
)

#: Tables that references are always checked against, given or not.
ALWAYS_REFERENCED: frozenset[str] = frozenset({"items", "locations"})
