"""
Findings: what a planner should know about the data or the plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Severity(StrEnum):
    """
    How much a finding matters.
    """

    INFO = "info"  #: good to know
    WARNING = "warning"  #: look at it
    DEGRADED = "degraded"  #: planned in a simpler form than the data say
    IGNORED = "ignored"  #: data that this release does not use
    ERROR = "error"  #: something is wrong or not met


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """
    One sentence with a code and a place, ending in a remedy.

    Parameters
    ----------
    code
        Code of the catalogue.
    severity
        How much it matters.
    text
        What was found, and what can be done about it.
    table
        Table that the finding is about; empty for the plan as a whole.
    key
        Key of the row: an order, a demand, a stock point, a resource.
    column
        Column, where one is meant.
    row
        Line of the input file, 0 when no line is meant.
    value
        Money at stake, in the currency of the data set; 0 when unknown.
    hint
        What would mend it, where that is more than the text says.
    count
        How many rows one finding stands for.
    """

    code: str
    severity: Severity
    text: str
    table: str = ""
    key: str = ""
    column: str = ""
    row: int = 0
    value: float = 0.0
    hint: str = ""
    count: int = 1


class _Printer(Protocol):
    def text(self, words: str, /) -> None: ...


class Findings(list[Finding]):
    """
    A list of findings that a notebook shows as a table.
    """

    def __str__(self) -> str:
        return "\n".join(
            f"{each.severity.value:9}{each.code}  {each.text}" for each in self
        )

    def _repr_mimebundle_(
        self, include: object = None, exclude: object = None
    ) -> dict[str, str]:
        # Notebooks ask for this; pages lie above the model.
        from lotwright.plot.display import findings_bundle

        return findings_bundle(self)

    def _repr_pretty_(self, printer: _Printer, cycle: bool) -> None:
        # IPython asks for this where it shows text; it has words of its own for lists.
        printer.text(str(self) or "No findings.")
