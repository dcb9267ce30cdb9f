"""A venue's key: where it is found, and how it stays out of everything that is written.

It comes from environment variables or from the system's keyring, never from a workspace or a command line. A secret
shows itself in no text, cannot be pickled, and is revealed only where a question is signed.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Final, NoReturn

from isocross.errors import IsocrossError
from isocross.records import dataclass

SERVICE: Final = "isocross"
"""The service under which the keyring keeps keys."""
PARTS: Final = {"okx": ("key", "secret", "passphrase")}
"""What a key has, where that is not a key and a secret alone."""
HIDDEN: Final = "(hidden)"


class MissingKeyError(IsocrossError, ValueError):
    """Say that there is no whole key."""


class Secret:
    """A text that shows itself to nobody who does not ask for it."""

    __slots__ = ("__text",)

    def __init__(self, text: str) -> None:
        """Hide a text."""
        self.__text = text

    def reveal(self) -> str:
        """Give the text."""
        return self.__text

    def __repr__(self) -> str:
        """Show nothing of it."""
        return HIDDEN

    def __reduce__(self) -> NoReturn:
        """Refuse to be written."""
        raise TypeError("a secret is not written")


@dataclass(frozen=True, slots=True)
class Key:
    """A key for one venue."""

    key: Secret
    secret: Secret
    passphrase: Secret

    def without(self, text: str) -> str:
        """Take every part of the key out of a text that comes from elsewhere."""
        for part in (self.key, self.secret, self.passphrase):
            shown = part.reveal()
            text = text.replace(shown, HIDDEN) if shown else text
        return text


def variable(venue: str, part: str) -> str:
    """Name the environment variable of a part of a key."""
    return f"ISOCROSS_{venue}_{part}".upper()


def key_of(venue: str, title: str, environ: Mapping[str, str]) -> Key:
    """Find the key for a venue.

    Args:
        venue: its short name.
        title: its name.
        environ: the environment.

    Raises:
        MissingKeyError: where a part is missing.
    """
    parts = PARTS.get(venue, ("key", "secret"))
    found = {part: environ.get(variable(venue, part)) or _kept(venue, part) for part in parts}
    missing = [part for part in parts if not found[part]]
    if missing:
        names = " and ".join(variable(venue, part) for part in missing)
        kept = " and ".join(f"keyring set {SERVICE} {venue}-{part}" for part in missing)
        raise MissingKeyError(f"no key for {title} that can only read: expected {names} in the environment, or {kept}")
    return Key(*(Secret(found.get(part) or "") for part in ("key", "secret", "passphrase")))


def _kept(venue: str, part: str) -> str | None:
    """Look into the system's keyring, where there is one."""
    if find_spec("keyring") is None:
        return None
    import keyring  # noqa: PLC0415 - an extra, and slow to load
    from keyring.errors import KeyringError  # noqa: PLC0415 - as above

    try:
        found: str | None = keyring.get_password(SERVICE, f"{venue}-{part}")
    except KeyringError:
        return None
    return found
