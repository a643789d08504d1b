"""
Tests of the page of a plan.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

import pytest

from lotwright.plot.report import report
from tests.plot.plans import HOSTILE, empty_plan, small_plan


class _Page(HTMLParser):
    """
    Elements of a page with their attributes, headings, texts and scripts.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.scripts: list[str] = []
        self._in_script = False
        self.feed(html)

    def handle_starttag(
        self, tag: str, attrs: Sequence[tuple[str, str | None]]
    ) -> None:
        self.elements.append((tag, dict(attrs)))
        self._in_script = tag == "script"

        if self._in_script:
            self.scripts.append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_script = False

    def handle_data(self, data: str) -> None:
        if self._in_script:
            self.scripts[-1] += data
        else:
            self.text += data


@pytest.fixture(scope="module")
def page() -> _Page:
    """
    Returns the page of a plan in which all names are hostile.
    """
    return _Page(report(small_plan(HOSTILE), title=HOSTILE))


def test_page_asks_for_nothing(page: _Page) -> None:
    """Tests that no element names another place than this page, and none may."""
    for tag, attributes in page.elements:
        for name in ("src", "href", "action", "data", "srcset", "poster"):
            target = attributes.get(name) or "#"

            assert target.startswith(("#", "data:")), (tag, name, target)

    rules = [a["content"] for t, a in page.elements if a.get("http-equiv")]

    assert 1 == len(rules)
    assert str(rules[0]).startswith("default-src 'none';")
    assert "@import" not in page.text


def test_hostile_names_are_text(page: _Page) -> None:
    """Tests that names make no elements, in the page and in its data."""
    tags = [tag for tag, _ in page.elements]

    assert "img" not in tags
    assert "<script>alert(1)</script>" in page.text
    assert not [name for _, a in page.elements for name in a if name.startswith("on")]


def test_scripts_are_data_of_charts_and_the_library(page: _Page) -> None:
    """Tests that the charts of the page can be read, and that none is missing."""
    kinds = [a.get("type") for tag, a in page.elements if tag == "script"]
    charts = [a["id"] for tag, a in page.elements if a.get("class") == "chart"]
    data = [
        json.loads(text)
        for text, kind in zip(page.scripts, kinds, strict=True)
        if kind == "application/json"
    ]

    assert 2 == kinds.count(None)
    assert len(charts) + 1 == len(data)
    assert all({"data", "layout"} <= chart.keys() for chart in data[:-1])
    assert {"light", "dark"} == data[-1].keys()


def test_exceptions_come_first() -> None:
    """Tests that the parts of the page have headings, in a planner's order."""
    html = report(small_plan())
    headings = re.findall(r"<h([12])[^>]*>([^<]*)</h", html[: html.index("plotly.js")])

    assert [
        ("1", "Plan"),
        ("2", "Exceptions"),
        ("2", "Key figures"),
        ("2", "Bottlenecks"),
        ("2", "Charts"),
        ("2", "Orders"),
        ("2", "Findings"),
        ("2", "The run"),
    ] == headings


def test_tables_can_be_scrolled_with_the_keyboard(page: _Page) -> None:
    """Tests that every table can be reached, has a name and heads of columns."""
    tables = [tag for tag, _ in page.elements if tag == "table"]
    regions = [a for _, a in page.elements if a.get("role") == "region"]
    heads = [a for tag, a in page.elements if tag == "th"]

    assert len(tables) == len(regions)
    assert all("0" == a.get("tabindex") and a.get("aria-label") for a in regions)
    assert all("col" == a.get("scope") for a in heads)


def test_long_tables_say_what_they_leave_out() -> None:
    """Tests that the rest of the orders is counted."""
    text = _Page(report(small_plan(), rows=1)).text

    assert "3 planned orders" in text
    assert "… and 2 more." in text


def test_same_plan_gives_the_same_page() -> None:
    """Tests that no clock and no chance is in the page."""
    assert report(small_plan()) == report(small_plan())


def test_empty_plan_has_a_page(tmp_path: Path) -> None:
    """Tests that a plan without rows is told in sentences."""
    file = empty_plan().report(tmp_path / "plan.html", title="Nothing")
    text = _Page(file.read_text("utf-8")).text

    assert "Every demand is served in full and in time." in text
    assert "The plan has no orders." in text
    assert "Best plan and bound" not in text
