"""
Findings on resources that work less than they are to, where they work.
"""

from __future__ import annotations

from lotwright.model.findings import Finding, Severity
from lotwright.model.network import Network
from lotwright.model.why_words import amount_text
from lotwright.solver.decode.findings import runs_with_most
from lotwright.solver.decode.loads import LoadGrid
from lotwright.solver.decode.wording import span_text

#: Less than this is rounding.
_SLIGHT = 1e-6


def use_findings(network: Network, grid: LoadGrid) -> list[Finding]:
    """
    Returns a finding for every unbroken run of buckets in which a resource lacks work.

    Parameters
    ----------
    network, grid
        A network and the loads of its plan.
    """
    use, resources = network.rules.least_use, network.resources

    if not len(use):
        return []

    lacks = use.missing(resources.capacity, resources.open_load, grid.run)
    runs, _ = runs_with_most(lacks > _SLIGHT, use.penalty[:, None] * lacks)

    return [
        Finding(
            code="X-UTILISATION",
            severity=Severity.WARNING,
            table="resources",
            key=resources.resource_id[use.resource[row]],
            column="min_utilisation",
            value=value,
            count=last - first + 1,
            text=f"{resources.resource_id[use.resource[row]]} lacks up to "
            f"{amount_text(float(lacks[row, first : last + 1].max()))} "
            f"{resources.unit[use.resource[row]]} of the work that it is to have where "
            f"it works {span_text(network, first, last)}. Join its orders, use another "
            "resource, or ask for less.",
        )
        for row, first, last, value in runs
    ]
