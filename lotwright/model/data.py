"""
PlanningData: the checked planning tables of one data set.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from lotwright.errors import InputError
from lotwright.model.findings import Finding, Severity
from lotwright.model.fingerprint import fingerprint
from lotwright.model.nearest import nearest
from lotwright.model.problems import Origin
from lotwright.model.scenario import Scenario
from lotwright.model.tables import INPUT_TABLES
from lotwright.model.validate import checked, empty, reference_problems


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanningData:
    """
    One checked frame for each declared input table.

    Every declared column is there in its declared type, a missing table is an empty
    frame, blank cells are null (defaults are filled in by :meth:`column` only), keys
    are unique and references lead somewhere.

    Parameters
    ----------
    tables
        Frames by name of the table, one for each input table.
    given
        Names of the tables that were given.
    findings
        What reading found worth telling, such as unknown columns.
    """

    tables: Mapping[str, pd.DataFrame]
    given: frozenset[str]
    findings: tuple[Finding, ...] = ()

    @classmethod
    def from_frames(
        cls,
        frames: Mapping[str, pd.DataFrame],
        *,
        origins: Mapping[str, Origin] | None = None,
        findings: tuple[Finding, ...] = (),
    ) -> PlanningData:
        """
        Checks frames and bundles them.

        Parameters
        ----------
        frames
            Frames by name of the table; missing tables are empty.
        origins
            Files that they come from, for the texts of problems.
        findings
            What was found before, to be carried along.

        Raises
        ------
        InputError
            When a frame is not as declared; lists every problem.
        ValueError
            When a name is not that of an input table.
        """
        return cls._bundle({}, frames, origins or {}, findings)

    @classmethod
    def _bundle(
        cls,
        kept: Mapping[str, pd.DataFrame],
        fresh: Mapping[str, pd.DataFrame],
        origins: Mapping[str, Origin],
        findings: tuple[Finding, ...],
    ) -> PlanningData:
        frames = dict(kept)
        problems = []

        for name, frame in fresh.items():
            table = INPUT_TABLES[_known(name)]
            origin = origins.get(name, Origin())
            frames[name], found = checked(table, frame, origin)
            problems.extend(found)

        given = frozenset(frames)
        problems.extend(reference_problems(frames, given, origins))

        if problems:
            raise InputError(problems)

        unknown = tuple(f for name in fresh for f in _unknown(name, frames[name]))
        tables = {
            name: frames[name] if name in frames else empty(table)
            for name, table in INPUT_TABLES.items()
        }

        return cls(
            tables=MappingProxyType(tables),
            given=given,
            findings=(*findings, *unknown),
        )

    def table(self, name: str) -> pd.DataFrame:
        """
        Returns a table; changing the frame does not change the data.

        Raises
        ------
        KeyError
            When there is no input table of that name.
        """
        return self.tables[name].copy(deep=False)

    def __getitem__(self, name: str) -> pd.DataFrame:
        return self.table(name)

    def column(self, table: str, name: str) -> pd.Series[Any]:
        """
        Returns a column with its declared default in blank cells.

        Raises
        ------
        KeyError
            When there is no such table or column.
        """
        default = INPUT_TABLES[table].column(name).default
        values = self.tables[table][name]

        return values.copy(deep=False) if default is None else values.fillna(default)

    def replace(self, **frames: pd.DataFrame) -> PlanningData:
        """
        Returns a copy with some tables exchanged, checked anew.

        Raises
        ------
        InputError
            When the copy is not as declared; lists every problem.
        ValueError
            When a name is not that of an input table.
        """
        kept = {n: self.tables[n] for n in self.given if n not in frames}
        findings = tuple(
            finding
            for finding in self.findings
            if not (finding.code == "I-COL-UNKNOWN" and finding.table in frames)
        )

        return self._bundle(kept, frames, {}, findings)

    def scenario(self, name: str, note: str = "") -> Scenario:
        """
        Returns a scenario on these data, without any change yet.

        Parameters
        ----------
        name
            What people call it.
        note
            What it is about.
        """
        return Scenario(name=name, base=self, note=note)

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> dict[str, str]:
        # Notebooks ask for this; pages lie above the model.
        from lotwright.plot.display import data_bundle

        return data_bundle(self)

    def fingerprint(self) -> str:
        """
        Returns a SHA-256 over the content, whatever the order of rows and columns.
        """
        return fingerprint(self.tables)

    def __str__(self) -> str:
        sizes = [
            f"{len(self.tables[name]):,} {name}"
            for name in INPUT_TABLES
            if name in self.given
        ]

        return f"planning data: {', '.join(sizes) or 'no tables'}"


def _known(name: str) -> str:
    if name in INPUT_TABLES:
        return name

    near = nearest(name, INPUT_TABLES)
    msg = f"Expected the name of an input table, got {name!r}."
    raise ValueError(f"{msg} Did you mean {near!r}?" if near else msg)


def _unknown(name: str, frame: pd.DataFrame) -> list[Finding]:
    table = INPUT_TABLES[name]
    found = []

    for column in frame.columns:
        if column not in table:
            near = nearest(str(column), table.names)
            advice = f"did you mean {near}?" if near else "remove it, or leave it be."
            found.append(
                Finding(
                    code="I-COL-UNKNOWN",
                    severity=Severity.WARNING if near else Severity.INFO,
                    table=name,
                    column=str(column),
                    text=f"{name} has no column {column}, which is kept but not used; "
                    f"{advice}",
                    count=len(frame),
                )
            )

    return found
