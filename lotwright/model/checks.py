"""
Checks: the fit analysis of well-formed planning data.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyarrow as pa

from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding, Findings, Severity
from lotwright.model.fit.changeovers import check_carry_over, check_changeovers
from lotwright.model.fit.cycles import check_bill_cycles, check_cycles
from lotwright.model.fit.defaults import check_defaults
from lotwright.model.fit.facts import Facts
from lotwright.model.fit.features import check_features
from lotwright.model.fit.forecast import check_forecast
from lotwright.model.fit.limits import check_capacity, check_lots, check_stock_limits
from lotwright.model.fit.lot_capacity import check_lot_capacity
from lotwright.model.fit.quantities import (
    check_phantom_stock,
    check_stock,
    check_units,
    check_zero_demand,
)
from lotwright.model.fit.supply import (
    check_bills,
    check_demand,
    check_open_order_source,
    check_phantoms,
    check_routings,
    check_sources,
    check_sources_routing,
    check_transfers,
)
from lotwright.model.fit.timing import (
    check_beyond,
    check_buckets,
    check_calendars,
    check_past,
    check_validity,
)
from lotwright.model.fit.unused import check_unused, check_unused_recipes

Check = Callable[[Facts], Iterator[Finding]]

#: Every check, in the order in which a planner would mend what they find.
CHECKS: list[Check] = [
    check_cycles,
    check_bill_cycles,
    check_units,
    check_demand,
    check_sources,
    check_transfers,
    check_sources_routing,
    check_bills,
    check_routings,
    check_phantoms,
    check_open_order_source,
    check_calendars,
    check_past,
    check_beyond,
    check_validity,
    check_capacity,
    check_lots,
    check_lot_capacity,
    check_stock_limits,
    check_stock,
    check_phantom_stock,
    check_zero_demand,
    check_forecast,
    check_features,
    check_changeovers,
    check_carry_over,
    check_unused,
    check_unused_recipes,
    check_defaults,
]

_ORDER = (
    Severity.ERROR,
    Severity.WARNING,
    Severity.DEGRADED,
    Severity.IGNORED,
    Severity.INFO,
)


def run_checks(data: PlanningData) -> Findings:
    """
    Returns what reading and the checks found, the gravest first.

    A finding of severity ``error`` means that no plan can be made. When time buckets
    cannot be made, that is the only finding: all other checks need them.
    """
    return check_facts(Facts(data))


def check_facts(facts: Facts) -> Findings:
    """
    Returns what ``run_checks`` does, from facts that the caller goes on to use.
    """
    findings = list(check_buckets(facts))

    if not findings:
        findings = [finding for check in CHECKS for finding in check(facts)]

    findings = [*facts.data.findings, *findings]
    # What comparing the words of tables took; planning needs other room.
    pa.default_memory_pool().release_unused()

    return Findings(
        sorted(findings, key=lambda finding: _ORDER.index(finding.severity))
    )
