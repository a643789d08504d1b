"""
Tests of the notebooks: both forms say the same, nothing is stored that a run has made,
and every cell runs.
"""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
SCRIPTS = sorted(NOTEBOOKS.glob("*.py"))

#: Whether there is what a notebook is run with; without it, its script is run.
HAS_KERNEL = all(map(find_spec, ("ipykernel", "nbclient")))

Cells = list[tuple[str, str]]

each_notebook = pytest.mark.parametrize(
    "script", SCRIPTS, ids=lambda script: str(script.stem)
)


def notebook(script: Path) -> Any:  # noqa: ANN401 - a notebook is a bag of attributes
    """
    Returns the notebook that belongs to a script.
    """
    nbformat = pytest.importorskip("nbformat", reason="notebooks are read with it")

    return nbformat.read(script.with_suffix(".ipynb"), as_version=4)


def cells(book: Any) -> Cells:  # noqa: ANN401 - ditto
    """
    Returns kind and text of the cells of a notebook.
    """
    return [(cell.cell_type, cell.source) for cell in book.cells]


def test_every_notebook_has_both_forms() -> None:
    """Tests that notebooks and scripts come in pairs, and which there are."""
    stems = [script.stem for script in SCRIPTS]

    assert 6 <= len(stems)
    assert sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb")) == stems


@each_notebook
def test_both_forms_say_the_same(script: Path) -> None:
    """Tests that nobody has changed one form and forgotten the other."""
    jupytext = pytest.importorskip("jupytext", reason="it pairs the two forms")

    assert cells(jupytext.read(script)) == cells(notebook(script)), (
        "Run jupytext --sync notebooks/*.py."
    )


@each_notebook
def test_nothing_is_stored_that_a_run_has_made(script: Path) -> None:
    """Tests that notebooks have neither outputs nor counts of runs."""
    code = [cell for cell in notebook(script).cells if cell.cell_type == "code"]

    assert [] == [cell.source for cell in code if cell.outputs or cell.execution_count]


@each_notebook
def test_notebooks_go_from_a_question_to_its_answer(script: Path) -> None:
    """Tests the shape: a title and a question first, the answer last, short cells."""
    book = cells(notebook(script))

    assert book[0][1].startswith("# ")
    assert "**The question.**" in book[0][1]
    assert book[-1][0] == "markdown"
    assert "**The answer.**" in book[-1][1]
    assert 10 <= len(book) <= 40
    assert [] == [text for _, text in book if len(text.splitlines()) > 40]


@each_notebook
def test_notebooks_use_public_names_alone(script: Path) -> None:
    """Tests that a notebook shows nothing that its reader should not call."""
    text = script.read_text(encoding="utf-8")

    assert "import lotwright as lw\n" in text
    assert [] == re.findall(r"(?:from|import) lotwright\.\S+|lw\.\S*\b_\w+\(", text)


@each_notebook
def test_links_of_notebooks_lead_somewhere(script: Path) -> None:
    """Tests that each link of a notebook is to a file that there is."""
    links = re.findall(r"\]\(([^)#]+)", script.read_text(encoding="utf-8"))

    assert [] == [link for link in links if not (NOTEBOOKS / link).exists()]


@pytest.mark.slow
@each_notebook
def test_every_cell_runs(script: Path) -> None:
    """Tests that a notebook runs from top to bottom, in the folder where it lies."""
    command = [sys.executable, str(script)]

    if HAS_KERNEL:
        command = [sys.executable, "-c", _EXECUTE, str(script.with_suffix(".ipynb"))]

    done = subprocess.run(
        command, cwd=NOTEBOOKS, capture_output=True, text=True, check=False
    )

    assert 0 == done.returncode, done.stderr[-4000:]


#: Runs a notebook in a kernel of its own and stores nothing; what it shows has to be
#: such that a program for notebooks can show it without a network.
_EXECUTE = """
import sys

import nbformat
from nbclient import NotebookClient

book = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(book, timeout=600, kernel_name="python3").execute()
shown = [
    output["data"]
    for cell in book.cells
    if cell.cell_type == "code"
    for output in cell.outputs
    if output["output_type"] in ("display_data", "execute_result")
]
figures = [data for data in shown if "application/vnd.plotly.v1+json" in data]
assert figures, "no figure is shown"
assert not [data for data in shown if "text/plain" not in data and data not in figures]
"""
