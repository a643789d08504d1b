"""
Tests of what notebooks show.
"""

from __future__ import annotations

import pytest

import lotwright as lw
from tests.plot.plans import HOSTILE, record, small_plan
from tests.solver.plans import data_of, demands


def _bundles(name: str) -> dict[str, dict[str, str]]:
    """
    Returns what a notebook gets of everything that shows itself.
    """
    plan = small_plan(name)
    dearer = plan.replace(run=record(terms={"holding": 300.0}))
    data = data_of(
        locations={"location_id": ["P"], "kind": ["site"], "name": [name]},
        demands=demands((5.0, 2)),
    )
    finding = lw.Finding(code="E-X", severity=lw.Severity.ERROR, text=f"{name} is odd.")

    return {
        "plan": plan._repr_mimebundle_(),
        "data": data._repr_mimebundle_(),
        "comparison": lw.compare(plan, dearer, names=["A", name])._repr_mimebundle_(),
        "findings": lw.Findings([finding])._repr_mimebundle_(),
    }


def test_everything_has_text_and_html() -> None:
    """Tests that whoever cannot show HTML has words."""
    for name, bundle in _bundles("BIKE").items():
        assert {"text/plain", "text/html"} == set(bundle), name
        assert bundle["text/plain"], name
        assert "<table>" in bundle["text/html"], name


def test_hostile_names_are_text() -> None:
    """Tests that no name is taken for markup in a notebook."""
    for name, bundle in _bundles(HOSTILE).items():
        assert "<script" not in bundle["text/html"], name
        assert "<img" not in bundle["text/html"], name

    assert "&lt;script" in _bundles(HOSTILE)["findings"]["text/html"]


def test_plan_shows_figures_and_exceptions() -> None:
    """Tests that a plan shows what a planner asks for first."""
    html = small_plan()._repr_mimebundle_()["text/html"]

    assert "1,250 EUR" in html
    assert html.index("BIKE is late.") < html.index("BIKE works overtime.")
    assert "All is well." not in html


def test_data_show_the_tables_that_were_given() -> None:
    """Tests that tables are listed with their rows."""
    html = data_of(demands=demands((5.0, 2), (3.0, 4)))._repr_mimebundle_()["text/html"]

    assert "demands" in html
    assert "suppliers" not in html


def test_no_findings_are_told_in_words() -> None:
    """Tests that an empty list is no blank."""
    bundle = lw.Findings()._repr_mimebundle_()

    assert "No findings." == bundle["text/plain"]
    assert "No findings." in bundle["text/html"]


@pytest.mark.parametrize("name", ["_repr_mimebundle_", "__str__"])
def test_checks_return_findings_that_show_themselves(name: str) -> None:
    """Tests that what checks return is still a list."""
    findings = lw.check(data_of(demands=demands((5.0, 2))))

    assert isinstance(findings, list)
    assert getattr(findings, name)()


def test_findings_have_words_of_their_own_where_text_is_shown() -> None:
    """Tests that IPython, which has words for lists, takes those of findings."""
    finding = lw.Finding(code="E-X", severity=lw.Severity.ERROR, text="It is odd.")
    said: list[str] = []

    class Printer:
        def text(self, words: str, /) -> None:
            said.append(words)

    lw.Findings([finding])._repr_pretty_(Printer(), cycle=False)
    lw.Findings()._repr_pretty_(Printer(), cycle=False)

    assert ["error    E-X  It is odd.", "No findings."] == said
