"""
Tables of a plan that know which run of which service made them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pandas as pd

from lotwright.model.plan_tables import PlanTables


class TablesOfRun(PlanTables):
    """
    Tables of a plan, each of which comes when it is first looked at.

    Parameters
    ----------
    tables
        What brings each.
    url, run_id
        The service, and its run.
    """

    def __init__(
        self, tables: Mapping[str, Callable[[], pd.DataFrame]], *, url: str, run_id: str
    ) -> None:
        super().__init__(tables)
        self.url = url
        self.run_id = run_id
