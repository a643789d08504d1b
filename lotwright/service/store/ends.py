"""
Ends of runs as figures: how many, how long, how good, and what they used.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row

from lotwright.service.store import tallies
from lotwright.service.store.quotas import SOLVER_SECONDS
from lotwright.service.store.store import Store

#: Codes of findings that one plan adds to the tallies at most.
_MOST_CODES = 500


def count(store: Store, connection: Connection, ended: Row[Any]) -> None:
    """
    Counts a run that has just ended, in the same transaction.
    """
    engine = str(ended.summary.get("engine_used", "none"))
    seconds = _seconds(ended)
    gap = _gap(ended)
    gaps = {} if gap is None else {"": gap}
    codes = dict(list(ended.summary.get("codes", {}).items())[:_MOST_CODES])
    tallies.add_each(
        connection,
        {
            "runs": {f"{ended.status}{tallies.APART}{engine}": 1},
            "run_seconds": seconds,
            "run_seconds_count": dict.fromkeys(seconds, 1),
            "gap_ratio": gaps,
            "gap_ratio_count": dict.fromkeys(gaps, 1),
            "findings": codes,
        },
    )

    if ended.started_at is not None:
        # The clock may have been put back meanwhile.
        used = max(ended.ended_at - ended.started_at, 0.0)
        tallies.use(store, connection, ended.tenant_id, SOLVER_SECONDS, used)


def _seconds(ended: Row[Any]) -> dict[str, float]:
    """
    Returns how long each phase of a run took.
    """
    begun = [
        ("wait", ended.created_at),
        ("prepare", ended.started_at),
        ("solve", ended.solving_at),
        ("decode", ended.decoding_at),
    ]
    known = [(name, at) for name, at in begun if at is not None]
    ends = [at for _, at in known[1:]] + [ended.ended_at]

    return {
        name: max(end - at, 0.0) for (name, at), end in zip(known, ends, strict=True)
    }


def _gap(ended: Row[Any]) -> float | None:
    """
    Returns by how much the best plan may be too dear, as a part of its cost.
    """
    if not ended.has_result or ended.incumbent is None or ended.bound is None:
        return None

    cost, bound = float(ended.incumbent), float(ended.bound)

    return abs(cost - bound) / max(abs(cost), 1.0)
