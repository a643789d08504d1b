"""
Fixes as a job: what would mend a late demand, each change planned to see what it does.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from typing import Any

from lotwright.errors import InputError
from lotwright.fanout.task import Line
from lotwright.model.scenario import Scenario
from lotwright.scenarios.fixes import fixes
from lotwright.scenarios.scenario_file import scenario_text
from lotwright.scenarios.wire import joined
from lotwright.service.settings import Settings
from lotwright.service.store.connections import ConnectionOffError, refuse_off
from lotwright.service.store.jobs import Job, JobRefusedError
from lotwright.service.store.store import Store
from lotwright.service.work.asked import stored_run
from lotwright.service.work.errands import ErrandError, run_errand
from lotwright.service.work.material import material_in
from lotwright.service.work.tasks import refused_by_name

#: Name of these jobs.
KIND = "fixes"

#: Seconds that the plans of all changes may take, and the whole job.
TIME_LIMIT = 120.0
SECONDS = 300.0


def fixes_task(payload: bytes, _line: Line) -> bytes:
    """
    Returns what would mend a demand of a plan, what helps most first.
    """

    def made() -> bytes:
        material = material_in(payload)
        found = fixes(
            material.data,
            material.plan,
            str(material.head["demand"]),
            time_limit=TIME_LIMIT,
        )
        rows = [
            {**each.to_dict(), "scenario": _as_json(each.scenario)} for each in found
        ]

        return joined({"fixes": rows}, {})

    return refused_by_name(made)


def _as_json(scenario: Scenario) -> dict[str, Any]:
    """
    Returns a scenario in the types of JSON; dates are ISO texts.
    """
    text = json.dumps(tomllib.loads(scenario_text(scenario)), default=str)
    content: dict[str, Any] = json.loads(text)

    return content


def find_fixes(store: Store, _settings: Settings, job: Job) -> Mapping[str, Any]:
    """
    Finds what would mend a demand of the plan of a run.

    Raises
    ------
    JobRefusedError
        When the plan is gone, its connection is switched off, or it cannot be found
        out.
    """
    try:
        with store.look(job.tenant_id) as connection:
            stored = stored_run(connection, job.tenant_id, job.body["run"])
            refuse_off(connection, job.tenant_id, stored.dataset_id)

        payload = stored.payload(demand=job.body["demand"])
        head, _ = run_errand(fixes_task, payload, seconds=SECONDS)
    except LookupError as error:
        raise JobRefusedError(code="gone", text=str(error)) from error
    except ConnectionOffError as error:
        raise JobRefusedError(code="connection_off", text=str(error)) from error
    except (ErrandError, InputError) as error:
        raise JobRefusedError(code="fixes", text=str(error)) from error

    return {"fixes": head["fixes"]}
