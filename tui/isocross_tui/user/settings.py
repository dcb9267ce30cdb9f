"""What a user wants once and for all: settings, keys and flags together make the face of a desk.

`settings.toml` in, checked values out, each fault in one sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from isocross.disk.input import document_of, many
from isocross.figures.frame import WARNING_DISTANCE
from isocross.folders import config_folder
from isocross.records import dataclass
from isocross.regular import is_absent
from isocross.toml.faults import Faults, cut, escaped, shown
from isocross.toml.places import meant
from isocross.toml.read import SMALL
from isocross_tui.keymap import Keymap, keymap_file, load_keymap

FILE: Final = "settings.toml"


@dataclass(frozen=True)
class Settings:
    """A user's wishes; each has a value without any file."""

    warning: Decimal = WARNING_DISTANCE
    """From how near a trigger on a position is at risk, as a share of the mark."""
    theme: str | None = None
    """Where the workspace names none."""
    ascii: bool | None = None
    """Whether to draw in ASCII only; None asks the environment."""
    pace: Decimal = Decimal(3)
    """How many times as long a play takes before an audience."""
    problems: tuple[str, ...] = field(default=(), compare=False)
    """What is wrong in the file, one sentence each."""


def settings_file() -> Path:
    """Where a user's settings are."""
    return config_folder() / FILE


def load_settings(path: Path) -> Settings:
    """Read a file of settings; what is wrong is told and left as it is without a file, and nothing is raised."""
    if is_absent(path):
        return Settings()
    try:
        document = document_of(path, SMALL, "a file of settings")
    except Faults as faults:
        return Settings(problems=tuple(str(faults).splitlines()))
    values: dict[str, Any] = {}
    problems: list[str] = []
    origin = escaped(str(path))
    for key, written in document.items():
        if key not in _CHECKS:
            hint = meant(key, _CHECKS, len(problems)).removeprefix("; ") or f"expected one of {', '.join(_CHECKS)}."
            problems.append(f"{origin}: {escaped(cut(key))}: unknown key; {hint}")
            continue
        check, expected = _CHECKS[key]
        try:
            values[key] = check(written)
        except ValueError:
            problems.append(f"{origin}: {key}: {shown(written)} is not valid; expected {expected}.")
    return Settings(**values, problems=many(problems))


def _number(low: Decimal, high: Decimal) -> Callable[[object], Decimal]:
    def check(written: object) -> Decimal:
        if isinstance(written, bool) or not isinstance(written, int | Decimal):
            raise ValueError
        number = Decimal(written)
        if not (number.is_finite() and low <= number <= high):
            raise ValueError
        return number

    return check


def _name(written: object) -> str:
    if not isinstance(written, str) or not written:
        raise ValueError
    return written


def _yes_no_auto(written: object) -> bool | None:
    if written == "auto":
        return None
    if not isinstance(written, bool):
        raise ValueError
    return written


_CHECKS: Final[Mapping[str, tuple[Callable[[object], Any], str]]] = {
    "warning": (_number(Decimal("0.001"), Decimal("0.999")), "a share of the mark like 0.2, from 0.001 to 0.999"),
    "theme": (_name, 'the name of a theme, like "night"'),
    "ascii": (_yes_no_auto, 'true, false or "auto"'),
    "pace": (_number(Decimal(1), Decimal(20)), "a number from 1 to 20"),
}
"""By key of the file: what checks a value, and what was expected when it will not do."""


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
