"""
A browser without a window and without a network, and what it makes of a page.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

#: What the browser is called on one system or another.
_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")

#: Every name leads nowhere; nothing is asked for in the background.
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-extensions",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--virtual-time-budget=20000",
    "--enable-logging=stderr",
    "--dump-dom",
)

#: What a page writes to the console: errors, refusals, and its own words.
_SAID = re.compile(r':CONSOLE(?:[(:]\d+\)?)?\]\s*"?(.*)')

#: Whoever asks for something where no page does: the browser itself.
_NOBODY = "not an origin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """
    A page as the browser has it after its scripts have run.

    Parameters
    ----------
    dom
        Its elements as HTML.
    said
        Lines of its console, errors among them.
    asked
        Addresses that it asked for something.
    """

    dom: str
    said: tuple[str, ...]
    asked: tuple[str, ...]


def opened(page: Path, folder: Path) -> Opened:
    """
    Opens a page with the network off, or skips the test where there is no browser.

    Parameters
    ----------
    page
        A file.
    folder
        An empty folder for what the browser keeps.
    """
    log = folder.with_suffix(".json")
    where = (f"--user-data-dir={folder}", f"--log-net-log={log}", page.as_uri())
    done = subprocess.run(
        [program(), *_FLAGS, *where],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    events = json.loads(log.read_text(encoding="utf-8"))["events"]
    facts = [event["params"] for event in events if "params" in event]

    return Opened(
        dom=done.stdout,
        said=tuple(found[1] for found in _SAID.finditer(done.stderr)),
        asked=tuple(
            fact["url"] for fact in facts if fact.get("initiator", _NOBODY) != _NOBODY
        ),
    )


def program() -> str:
    """
    Returns where the browser is, or skips the test where there is none.

    Continuous integration installs one, so that there a missing browser is a failure.
    """
    places = (shutil.which(name) for name in _NAMES)
    found = next((place for place in places if place), None)

    if found is None and not os.environ.get("CI"):
        pytest.skip(f"no browser is found, under none of the names {', '.join(_NAMES)}")

    assert found, "Continuous integration needs a browser: apt-get install chromium."

    return found
