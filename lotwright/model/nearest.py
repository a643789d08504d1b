"""
The known word that a misspelt one most likely means.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection

#: Among more words than this, only spellings that differ in case, surrounding space
#: or leading zeros are looked for.
MOST_COMPARED = 2000


def nearest(word: str, known: Collection[str]) -> str:
    """
    Returns the known word nearest to another, empty when none is near.

    Parameters
    ----------
    word
        The word as it was written.
    known
        Words that would have been right.
    """
    bare = _bare(word)

    for candidate in known:
        if _bare(candidate) == bare:
            return candidate

    if len(known) > MOST_COMPARED:
        return ""

    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.75)

    return close[0] if close else ""


def what_to_write(word: str, known: Collection[str]) -> str:
    """
    Returns the remedy for a word that is not known: the nearest one, else all words.

    Parameters
    ----------
    word, known
        As for ``nearest``.
    """
    near = nearest(word, known)

    return f"Did you mean {near}?" if near else f"Known are {', '.join(known)}."


def _bare(word: str) -> str:
    return word.strip().lower().lstrip("0")
