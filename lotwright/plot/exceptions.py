"""
What a planner must look at first, ranked.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.model.findings import Severity
from lotwright.model.plan import Plan

#: From the gravest on.
_GRAVITY = {
    str(severity): place
    for place, severity in enumerate(
        (
            Severity.ERROR,
            Severity.WARNING,
            Severity.DEGRADED,
            Severity.IGNORED,
            Severity.INFO,
        )
    )
}

_NOTHING = 1e-6


def ranked(findings: pd.DataFrame) -> pd.DataFrame:
    """
    Returns findings, the most money at stake first, and the gravest of equal money.

    Parameters
    ----------
    findings
        Findings of a plan.
    """
    gravity = findings["severity"].astype("str").map(_GRAVITY).to_numpy(np.float64)
    value = findings["value"].fillna(0.0).to_numpy(np.float64)
    order = np.lexsort((np.arange(len(findings)), gravity, -value))

    return findings.iloc[order].reset_index(drop=True)


def exceptions(plan: Plan) -> pd.DataFrame:
    """
    Returns the findings that somebody should act on, ranked.

    Parameters
    ----------
    plan
        The plan.
    """
    is_note = (plan.findings["severity"].astype("str") == "info").to_numpy()

    return ranked(plan.findings[~is_note])


def missed(plan: Plan) -> pd.DataFrame:
    """
    Returns the demands that are late or short, the most valuable first, with the first
    cause of each and what would mend it.

    Parameters
    ----------
    plan
        The plan.
    """
    served = plan.fulfilment
    is_missed = (served["late_qty"] > 0) | (served["short_qty"] > 0)
    rows = served[is_missed.to_numpy(dtype=np.bool_)].sort_values(
        ["value_late", "demand_id"], ascending=[False, True], ignore_index=True
    )
    causes = plan.frames.get("explanations")

    if causes is None or not len(causes):
        return rows

    first = causes[(causes["rank"] == 1).to_numpy(dtype=np.bool_)]
    first = first[["demand_id", "object_id", "fix_hint"]].drop_duplicates("demand_id")

    return rows.merge(first, on="demand_id", how="left")


def bottlenecks(plan: Plan) -> pd.DataFrame:
    """
    Returns the resources with limits, the fullest first.

    Columns are ``resource_id``, ``highest`` and ``mean`` utilisation in per cent,
    ``fullest`` (the bucket), ``setup_share`` in per cent of the load, ``overtime``,
    ``overload`` and ``full`` (buckets with no capacity left).

    Parameters
    ----------
    plan
        The plan.
    """
    loads = plan.loads.reset_index(drop=True)
    load = loads[["load_open", "load_planned", "setup"]].sum(axis=1)
    capacity = loads["capacity"]
    limited = (np.isfinite(capacity.fillna(np.inf)) & (capacity > 0)).to_numpy()
    rows = loads[limited].assign(
        load=load[limited], share=100 * load[limited] / capacity[limited]
    )
    groups = rows.groupby("resource_id", sort=True, observed=True)
    sums = groups[["load", "capacity", "setup", "overtime", "overload"]].sum()
    fullest = rows.loc[groups["share"].idxmax(), ["resource_id", "period_id"]]
    full = (rows["share"] >= 100 * (1 - _NOTHING)).groupby(rows["resource_id"]).sum()
    table = pd.DataFrame(
        {
            "resource_id": sums.index.astype("str"),
            "highest": groups["share"].max().to_numpy(),
            "mean": (100 * sums["load"] / sums["capacity"]).to_numpy(),
            "fullest": fullest["period_id"].to_numpy(),
            "full": full.reindex(sums.index).to_numpy(),
            "setup_share": (
                100 * sums["setup"] / sums["load"].where(sums["load"] > 0)
            ).to_numpy(),
            "overtime": sums["overtime"].to_numpy(),
            "overload": sums["overload"].to_numpy(),
        }
    )

    return table.sort_values(
        ["overload", "overtime", "highest", "resource_id"],
        ascending=[False, False, False, True],
        ignore_index=True,
    )
