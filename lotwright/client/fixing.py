"""
Fixes of a late demand, found by a service.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from urllib.parse import quote

from lotwright.client.line import Line
from lotwright.errors import ServiceError
from lotwright.scenarios.fixes import Fix, Help
from lotwright.scenarios.scenario_file import scenario_of

#: How jobs end.
_OVER = ("succeeded", "failed")


def fixes_found(line: Line, run_id: str, demand_id: str) -> tuple[Fix, ...]:
    """
    Returns what would mend a demand of the plan of a run, what helps most first.

    Raises
    ------
    ServiceError
        When the service refuses, or cannot find out.
    """
    where = f"v1/runs/{run_id}/demands/{quote(demand_id, safe='')}/fixes"
    job = str(line.post(where)["job"])
    found, looks = line.get(f"v1/jobs/{job}"), 0

    while found["status"] not in _OVER:
        looks += 1
        line.pause(min(looks, 3))
        found = line.get(f"v1/jobs/{job}")

    if found["status"] != "succeeded":
        error = found["error"] or {}
        code, text = str(error.get("code", "")), str(error.get("text", ""))
        raise ServiceError(0, code, text or "The job failed.")

    return tuple(map(_fix, found["result"]["fixes"]))


def _fix(row: dict[str, Any]) -> Fix:
    promised = row["promised"]
    content = row["scenario"]

    return Fix(
        **{
            **row,
            "help": Help(row["help"]),
            "promised": promised and dt.date.fromisoformat(promised[:10]),
            "scenario": scenario_of(content, content.get("name", "")),
        }
    )
