"""
Secrets: what the service keeps for others, sealed so that the store tells nothing.
"""

from __future__ import annotations

import base64
import binascii
import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from lotwright.errors import LotwrightError
from lotwright.service.settings import Settings

_VARIABLE = "LOTWRIGHT_SECRET_KEY"
_MAKE_ONE = "`openssl rand -base64 32` makes one"

#: From the base64 of addresses to that of most programs.
_PLAIN = str.maketrans("-_", "+/")


class SecretsError(LotwrightError):
    """
    Secrets cannot be kept, or not be read again: there is no key, or not the right one.
    """


class SecretBox:
    """
    Seals texts, and opens them again.

    Parameters
    ----------
    keys
        Keys of 32 bytes in base64. The first one seals; all of them open, so that a new
        one can be put before the old one.

    Raises
    ------
    SecretsError
        When there is none, or one is no such key.
    """

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            msg = f"There is no key to keep secrets by: set {_VARIABLE}; {_MAKE_ONE}."
            raise SecretsError(msg)

        every = [Fernet(_key(key)) for key in keys]
        self._newest = every[0]
        self._fernet = MultiFernet(every)

    def seal(self, text: str) -> str:
        """
        Returns a text as nobody can read it without the key.
        """
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """
        Returns the text that was sealed.

        Raises
        ------
        SecretsError
            When it was sealed by another key, or changed since.
        """
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            msg = (
                f"A secret was sealed by another key: add that one to {_VARIABLE}, "
                "after a comma, or enter the secret anew."
            )
            raise SecretsError(msg) from None

    def renewed(self, sealed: str) -> str | None:
        """
        Returns what was sealed by an older key as the newest one seals it; None, where
        it is sealed by that.

        Raises
        ------
        SecretsError
            When no key opens it.
        """
        try:
            self._newest.decrypt(sealed.encode())
        except InvalidToken:
            return self.seal(self.open(sealed))

        return None


def box_of(settings: Settings) -> SecretBox:
    """
    Returns the box of a service.

    Its keys are those of the settings. A store that is a file has a key file beside it
    where the settings name none, made when it is first needed.

    Raises
    ------
    SecretsError
        When there is no key, as on PostgreSQL without the setting.
    """
    given = [key.strip() for key in settings.secret_key.split(",") if key.strip()]
    file = settings.sqlite_file()

    if given or file is None:
        return SecretBox(given)

    return SecretBox(_kept(file.with_name(f"{file.name}.key")).split())


def _kept(file: Path) -> str:
    """
    Returns what a key file holds; a new one, that only its owner can read, if need be.
    """
    if not file.exists():
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")

        with os.fdopen(handle, "wb") as made:
            made.write(Fernet.generate_key())
            made.flush()
            os.fsync(made.fileno())

        try:
            # Linked when whole: of two processes that make one, the first one wins.
            os.link(name, file)
        except FileExistsError:
            pass
        finally:
            Path(name).unlink()

    return file.read_text("ascii")


def _key(text: str) -> bytes:
    """
    Returns a key as the cipher wants it, whichever of the two base64 it is written in.
    """
    try:
        content = base64.b64decode(text.translate(_PLAIN), validate=True)
    except (binascii.Error, ValueError):
        content = b""

    if len(content) != 32:
        msg = f"Expected {_VARIABLE} to be keys of 32 bytes in base64; {_MAKE_ONE}."
        raise SecretsError(msg)

    return base64.urlsafe_b64encode(content)
