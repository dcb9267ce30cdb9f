"""Themes: TOML files in, checked colours out, each fault with its file, key and what was expected."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from isocross.disk.input import document_of, many
from isocross.folders import config_folder
from isocross.records import dataclass
from isocross.regular import is_folder, reason
from isocross.toml.faults import BadValue, Fault, Faults, cut, escaped, shown
from isocross.toml.read import SMALL
from isocross.toml.tables import Flaw, FlawKind, Table, key, read

if TYPE_CHECKING:
    from textual.theme import Theme


_LONGEST: Final = 200
"""Characters of a theme's title or description."""


def _text(value: object, pattern: re.Pattern[str], expected: str) -> str:
    if not isinstance(value, str):
        raise _unfit(value, "text in quotes")
    if not pattern.fullmatch(value):
        raise _unfit(value, expected)
    return value


_colour = partial(_text, pattern=re.compile(r"#[0-9a-fA-F]{6}"), expected='a colour like "#1e90ff"')
_name = partial(_text, pattern=re.compile(r"[a-z0-9][a-z0-9-]{0,39}"), expected="small letters, digits and hyphens")


def _words(value: object) -> str:
    """Words that a terminal shows and does nothing else with."""
    if not isinstance(value, str):
        raise _unfit(value, "text in quotes")
    if not value:
        raise _unfit(value, "some words")
    if len(value) > _LONGEST:
        raise _unfit(value, f"at most {_LONGEST} characters")
    if not value.isprintable():
        raise _unfit(value, "words without control characters")
    return value


def _truth(value: object) -> bool:
    if not isinstance(value, bool):
        raise _unfit(value, "true or false")
    return value


def _unfit(value: object, expected: str) -> BadValue:
    return BadValue(f"{shown(value)} is not valid; expected {expected}")


class _Colours(Table):
    """Colours by what they are for."""

    @classmethod
    def spelled(cls, attribute: str) -> str:
        """Spell a key of a theme."""
        return attribute.replace("_", "-")


class Colours(_Colours):
    """The colours every part of the screen is made of."""

    background: str = key(_colour)
    """The ground."""
    surface: str = key(_colour)
    """Panes."""
    panel: str = key(_colour)
    """What lies over a pane."""
    foreground: str = key(_colour)
    """Text."""
    muted: str = key(_colour)
    """Text that may be overlooked."""
    primary: str = key(_colour)
    """Focus, borders, keys."""
    secondary: str = key(_colour)
    accent: str = key(_colour)
    """The one thing that matters now."""
    success: str = key(_colour)
    warning: str = key(_colour)
    error: str = key(_colour)


class DeskColours(_Colours):
    """The colours of what the desk is about."""

    long: str = key(_colour)
    short: str = key(_colour)
    cross: str = key(_colour)
    isolated: str = key(_colour)
    profit: str = key(_colour)
    loss: str = key(_colour)
    line: str = key(_colour)
    """The liquidation line."""
    fallen: str = key(_colour)
    unused: str = key(_colour)
    own_margin: str = key(_colour)
    others: str = key(_colour)
    fund: str = key(_colour)


class _BadColours(BadValue):
    """A table of colours with faults of its own."""

    def __init__(self, kind: type[_Colours], flaws: list[Flaw]) -> None:
        super().__init__("these colours cannot be used")
        self.kind = kind
        self.flaws = flaws


def _colours(value: object, kind: type[_Colours]) -> _Colours:
    if not isinstance(value, dict):
        raise _unfit(value, "a table, as in [colours]")
    values, flaws = read(kind, value)
    if flaws:
        raise _BadColours(kind, flaws)
    return kind(values)


class DeskTheme(Table):
    """A theme, as its file says it."""

    name: str = key(_name)
    title: str = key(_words)
    description: str = key(_words)
    dark: bool = key(_truth)
    colours: Colours = key(partial(_colours, kind=Colours))
    desk: DeskColours = key(partial(_colours, kind=DeskColours))


@dataclass(frozen=True, slots=True)
class LoadedThemes:
    """What was found in the folders of themes."""

    themes: dict[str, DeskTheme] = field(default_factory=dict)
    """By name; of two, the one of the later folder."""
    problems: list[str] = field(default_factory=list)
    """What was skipped and why, one sentence each."""
    files: dict[str, Path] = field(default_factory=dict)
    """Where each theme is from."""


VARIABLE_DEFAULTS: Final[dict[str, str]] = {
    "desk-long": "ansi_blue",
    "desk-short": "ansi_yellow",
    "desk-cross": "ansi_cyan",
    "desk-isolated": "ansi_magenta",
    "desk-profit": "ansi_blue",
    "desk-loss": "ansi_red",
    "desk-line": "ansi_bright_red",
    "desk-fallen": "ansi_bright_black",
    "desk-unused": "ansi_cyan",
    "desk-own-margin": "ansi_blue",
    "desk-others": "ansi_yellow",
    "desk-fund": "ansi_red",
}
"""Stand-ins for `App.get_theme_variable_defaults`, for foreign themes: names of the terminal's palette."""


def shipped_folder() -> Path:
    """Return the folder of the themes that come with the program: in the package, or beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    inside = package / "themes"
    return inside if inside.is_dir() else package.parents[1] / "themes"


def theme_folders() -> list[Path]:
    """Return the folders to look in: the program's, then the user's own where there is one."""
    own = config_folder() / "themes"
    return [shipped_folder(), *([own] if is_folder(own) else [])]


def load_themes(folders: Sequence[Path]) -> LoadedThemes:
    """Read every `*.toml` of the folders; what is broken is reported and skipped, and nothing is raised."""
    loaded = LoadedThemes()
    for folder in folders:
        try:
            files = sorted(path for path in folder.iterdir() if path.suffix == ".toml")
        except OSError as error:
            loaded.problems.append(f"{escaped(str(folder))}: this folder of themes cannot be read: {reason(error)}")
            continue
        _load_folder(files, loaded)
    return loaded


def to_textual(theme: DeskTheme) -> Theme:
    """Return a theme as Textual takes it, the colours of the desk among its variables."""
    from textual.theme import Theme  # noqa: PLC0415 - a listing on the command line does without Textual

    colours = dict(vars(theme.colours))
    muted = colours.pop("muted")
    variables = {"text-muted": muted, "foreground-muted": muted}
    variables |= {f"desk-{DeskColours.keys[part].name}": colour for part, colour in vars(theme.desk).items()}
    return Theme(name=theme.name, dark=theme.dark, variables=variables, **colours)


def _load_folder(files: Sequence[Path], loaded: LoadedThemes) -> None:
    seen: dict[str, Path] = {}
    for path in files:
        theme, problems = load_theme(path)
        loaded.problems.extend(f"{escaped(str(path))}: {problem}" for problem in problems)
        if theme is None:
            continue
        if theme.name in seen:
            other = seen[theme.name].name
            loaded.problems.append(
                f"{escaped(str(path))}: name: {shown(theme.name)} is taken by {escaped(other)}; expected another name"
            )
            continue
        seen[theme.name] = path
        loaded.themes[theme.name] = theme
        loaded.files[theme.name] = path


def load_theme(path: Path) -> tuple[DeskTheme | None, list[str]]:
    """Read one file: the theme, or None and what is wrong, one sentence a fault."""
    try:
        return _checked(document_of(path, SMALL, "a theme in TOML"))
    except Faults as faults:
        return None, [_told(fault) for fault in faults.faults]


def _told(fault: Fault) -> str:
    """A fault of a file that is no document, its name being told elsewhere."""
    return f"line {fault.line}: {fault.told_alone()}" if fault.line else fault.told_alone()


def _checked(document: dict[str, Any]) -> tuple[DeskTheme | None, list[str]]:
    values, flaws = read(DeskTheme, document)
    return (None, list(many(list(_sentences(DeskTheme, flaws))))) if flaws else (DeskTheme(values), [])


def _sentences(kind: type[Table], flaws: list[Flaw], where: str = "") -> Iterator[str]:
    for flaw in flaws:
        if isinstance(flaw.why, _BadColours):
            yield from _sentences(flaw.why.kind, flaw.why.flaws, f"{flaw.name}.")
        else:
            yield f"{where}{escaped(cut(flaw.name))}: {_sentence(kind, flaw)}"


def _sentence(kind: type[Table], flaw: Flaw) -> str:
    if flaw.why is not None:
        return flaw.why.message
    if flaw.kind is FlawKind.MISSING:
        return "missing; a theme has every key"
    from difflib import get_close_matches  # noqa: PLC0415 - only a mistake pays for this import

    known = [own.name for own in kind.keys.values()]
    close = get_close_matches(flaw.name, known, 1)
    return f"unknown key; did you mean {close[0]}?" if close else f"unknown key; expected one of {', '.join(known)}"
