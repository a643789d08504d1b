"""
Tests of figures and reports in a browser that has no network.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from lotwright.plot.plotly_bundle import bundle
from tests.browser import opened
from tests.plot.plans import small_plan
from tests.plot.test_figures import all_figures

#: How notebooks dress what is in them, as strictly as the strictest one does.
_NOTEBOOK = """
.page:not(.other) td, .page:not(.other) th { text-align: right; max-width: none; }
.page:not(.other) dt { float: left; width: 20%; font-weight: bold; }
.page:not(.other) dd { float: left; width: 80%; margin-left: 2em; }
"""

#: Writes down what stands on something else, and which texts do not begin at the left.
_LAID = """
const heads = [...document.querySelectorAll("dt")];
const start = (element) => element.getBoundingClientRect().top;
const end = (element) => element.getBoundingClientRect().bottom;
const over = heads.filter((head) => end(head) > start(head.nextElementSibling) + 1);
const cells = [...document.querySelectorAll("td:not(.lw-number)")];
const right = cells.filter((cell) => getComputedStyle(cell).textAlign !== "left");
const told = `${over.length} covered, ${right.length} right`;
document.body.append(`${heads.length} figures, ${told}`);
"""


@pytest.mark.slow
def test_pages_that_ask_for_something_are_found_out(tmp_path: Path) -> None:
    """Tests that the other tests here would see a request and an error."""
    page = tmp_path / "page.html"
    page.write_text(
        "<p id='there'>text</p><script src='https://lotwright.test/a.js'></script>"
        "<script>document.body.append('drawn'); nothing.there();</script>",
        encoding="utf-8",
    )

    shown = opened(page, tmp_path / "browser")

    assert "drawn" in shown.dom
    assert ("https://lotwright.test/a.js",) == shown.asked
    assert 1 == len(shown.said)
    assert "nothing is not defined" in shown.said[0]


@pytest.mark.slow
def test_reports_open_without_a_network(tmp_path: Path) -> None:
    """Tests that a report draws all its charts, asks for nothing and has no error."""
    page = small_plan().report(tmp_path / "report.html", title="What was planned")

    shown = opened(page, tmp_path / "browser")

    charts = page.read_text(encoding="utf-8").count('class="chart"')
    assert ((), ()) == (shown.asked, shown.said)
    assert 5 <= charts
    assert charts == shown.dom.count('class="plot-container plotly"')
    assert "What was planned" in shown.dom


@pytest.mark.slow
def test_figures_open_without_a_network(tmp_path: Path) -> None:
    """Tests that every figure is drawn by the library that pages and reports bring."""
    figures = all_figures("BIKE")
    page = tmp_path / "figures.html"
    drawer = bundle().read_text(encoding="utf-8")
    parts = [
        f"<script>{drawer}</script>",
        *(
            figure.to_html(full_html=False, include_plotlyjs=False)
            for figure in figures.values()
        ),
    ]
    page.write_text("<!doctype html>" + "".join(parts), encoding="utf-8")

    shown = opened(page, tmp_path / "browser")

    assert ((), ()) == (shown.asked, shown.said)
    assert len(figures) == shown.dom.count('class="plot-container plotly"')


@pytest.mark.slow
def test_notebooks_show_figures_that_can_be_read(tmp_path: Path) -> None:
    """Tests that the style of a notebook lays no value over its name."""
    page = tmp_path / "page.html"
    shown = small_plan()._repr_mimebundle_()["text/html"]
    page.write_text(
        f"<style>{_NOTEBOOK}</style><div class='page'>{shown}</div>"
        f"<script>{_LAID}</script>",
        encoding="utf-8",
    )

    dom = opened(page, tmp_path / "browser").dom

    assert "figures, 0 covered, 0 right" in dom
    assert ">0 figures" not in dom
