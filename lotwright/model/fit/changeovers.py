"""
Changeovers: set-up groups that nothing speaks of on one side or the other.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from lotwright.model.findings import Finding, Severity
from lotwright.model.fit.facts import Facts
from lotwright.model.fit.wording import grouped


def check_changeovers(facts: Facts) -> Iterator[Finding]:
    """
    Yields changeovers to groups for which their resource does not work, and operations
    of groups to which their resource has no changeover.
    """
    changeovers = facts.data.table("changeovers")
    operations = facts.data.table("operations")
    operations = operations[operations["setup_group"].notna()]
    machines = facts.data.table("resources").set_index("resource_id")["group_id"]
    told = _pairs(changeovers["resource_id"], changeovers["to_group"])
    pool = changeovers["resource_id"].map(machines)
    told_of_pool = _pairs(pool, changeovers["to_group"])
    work = _pairs(operations["resource_id"], operations["setup_group"])
    work_of_pool = _pairs(operations["group_id"], operations["setup_group"])
    by_group = operations["resource_id"].isna()

    yield from grouped(
        "I-DATA-UNUSED",
        Severity.INFO,
        "changeovers",
        changeovers[~told.isin(work) & ~told_of_pool.isin(work_of_pool[by_group])],
        noun="row",
        text="{be} to a set-up group that no operation of the resource has; remove it, "
        "or name the group in operations.setup_group.",
    )
    known = work.isin(told).where(~by_group, work_of_pool.isin(told_of_pool))

    yield from grouped(
        "I-DATA-UNUSED",
        Severity.INFO,
        "operations",
        operations[~known.astype(bool)],
        noun="row",
        column="setup_group",
        text="{have} a set-up group to which no changeover of the resource leads, so "
        "that it takes nothing; say in changeovers what it takes.",
    )


def check_carry_over(facts: Facts) -> Iterator[Finding]:
    """
    Yields resources that are to keep their set-up and are not one machine.
    """
    rows = facts.data.table("resources")
    keeps = facts.data.column("resources", "setup_carry_over").astype(bool)
    single = facts.data.column("resources", "units") == 1.0

    yield from grouped(
        "W-FEATURE-IGNORED",
        Severity.IGNORED,
        "resources",
        rows[keeps & ~single],
        noun="resource",
        column="setup_carry_over",
        text="{have} other than one unit and so no single state that could be carried "
        "over; every lot is set up for. Plan each machine as a resource of its own.",
    )


def _pairs(resource: pd.Series, group: pd.Series) -> pd.Series:
    return resource.astype("str") + "\x1f" + group.astype("str")
