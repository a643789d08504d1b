"""
Chores: what is done every few seconds, by one worker at a time.
"""

from __future__ import annotations

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from lotwright.service.store.schema_connections import chore
from lotwright.service.store.store import Store


def take_turn(store: Store, name: str, seconds: float) -> bool:
    """
    Returns whether the next round of a chore is due and the caller's to do: nobody else
    gets it.

    Parameters
    ----------
    store
        The store.
    name
        Name of the chore.
    seconds
        Time from the begin of a round to that of the next.
    """
    of_it = chore.c.name == name
    # One that is due farther ahead has waited since before the clock was put back.
    is_due = (chore.c.due_at <= store.now()) | (
        chore.c.due_at > store.now() + 2 * seconds
    )

    with store.glance() as connection:
        found = connection.execute(select(is_due).where(of_it)).scalar_one_or_none()

    if found is None:
        return _began(store, name, seconds)

    if not found:
        return False

    with store.open() as connection:
        taken = connection.execute(
            update(chore).where(of_it & is_due).values(due_at=store.now() + seconds)
        )

    return taken.rowcount == 1


def _began(store: Store, name: str, seconds: float) -> bool:
    """
    Returns whether the first round of a chore is the caller's.
    """
    try:
        with store.open() as connection:
            row = {"name": name, "due_at": store.now() + seconds}
            connection.execute(insert(chore).values(**row))
    except IntegrityError:
        return False

    return True
