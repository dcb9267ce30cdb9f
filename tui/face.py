"""How a user's desk looks and which keys it has: settings, keys and flags together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tui.keymap import Keymap, keymap_file, load_keymap
from tui.settings import Settings, load_settings, settings_file


@dataclass(frozen=True)
class Face:
    """What differs from user to user and from terminal to terminal."""

    settings: Settings = field(default_factory=Settings)
    keymap: Keymap = field(default_factory=load_keymap)
    ascii: bool = False
    """Whether every character on the screen is one of ASCII."""
    offers_tour: bool = False
    """Whether the footer offers the tour."""

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong in the user's files, one sentence each."""
        return self.settings.problems + self.keymap.problems


def face_of_user(environment: Mapping[str, str], keys: str | None, ascii_only: bool | None) -> Face:
    """The face in the user's files; flags go before them, and they before the environment.

    Args:
        environment: the variables of the process.
        keys: a shipped set of keys.
        ascii_only: whether to draw in ASCII only; None asks the settings, then the locale.
    """
    settings = load_settings(settings_file())
    wishes = (ascii_only, settings.ascii, speaks_ascii(environment))
    wanted = next(wish for wish in wishes if wish is not None)
    return Face(settings, load_keymap(keymap_file(), keys), wanted)


def speaks_ascii(environment: Mapping[str, str]) -> bool:
    """Whether the locale names a character set that is not Unicode; one that names none is taken for a modern one."""
    language = environment.get("LANG", "")
    kind = environment.get("LC_CTYPE", "")
    # the interpreter itself writes this where the locale is C
    coerced = kind in {"C.UTF-8", "C.utf8", "UTF-8"} and language in {"C", "POSIX"}
    locale = environment.get("LC_ALL") or ("" if coerced else kind) or language
    name, _, charset = locale.partition(".")
    if charset:
        return charset.partition("@")[0].replace("-", "").lower() not in {"utf8", "gb18030"}
    return name in {"C", "POSIX"}
