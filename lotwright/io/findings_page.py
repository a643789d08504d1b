"""
Renders the manual's page of findings from the catalogue of codes.
"""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from lotwright.model.codes import CODES, RESERVED, Code

#: Where the page stands, seen from the root of the project.
PAGE = Path("docs") / "findings.md"

_INTRODUCTION = """\
# Findings

This page is made from the catalogue in `lotwright/model/codes.py`; after a change run
`python -m lotwright.io.findings_page`.

A finding is one sentence about the data or the plan. It has a code that never changes,
a severity, a place (table, key, column, line) and ends in what can be done. The first
letter of a code says what it is about: **E** stops planning or a run, **W** is to be
looked at, **I** is good to know, **X** is an exception in the plan, **A** is advice on
an order that exists, **C** is the cause of a late or short demand.

A severity is `error` (not met, or impossible), `warning` (look at it), `degraded`
(planned in a simpler form than the data say), `ignored` (this release does not use it)
or `info`. Codes marked *reserved* have their name already, but this release never gives
them.
"""

_HEADINGS = {
    "E": "Errors",
    "W": "Warnings",
    "I": "Information",
    "X": "Exceptions in the plan",
    "A": "Advice on existing orders",
    "C": "Causes",
}


def findings_page() -> str:
    """
    Returns the page as Markdown.
    """
    order = list(_HEADINGS)
    codes = sorted(CODES.values(), key=lambda code: order.index(code.code[0]))
    parts = [_INTRODUCTION]

    for letter, group in groupby(codes, key=lambda code: code.code[0]):
        parts.append(f"## {_HEADINGS[letter]}\n")
        parts.append("| code | severity | meaning | known as |\n|---|---|---|---|")
        parts += [_row(code) for code in group]
        parts.append("")

    return "\n".join(parts)


def main() -> None:
    """
    Rewrites the page of the project that is the current folder.
    """
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(findings_page(), encoding="utf-8", newline="\n")


def _row(code: Code) -> str:
    meaning = code.meaning + (" *reserved*" if code.code in RESERVED else "")

    return f"| `{code.code}` | {code.severity} | {meaning} | {code.known_as} |"


if __name__ == "__main__":  # pragma: no cover - main() is tested
    main()
