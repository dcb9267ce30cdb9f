"""Themes: TOML files in, checked colours out, each fault with its file, key and what was expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

from platformdirs import user_config_path
from pydantic import AfterValidator, BaseModel, ConfigDict, StrictBool, StringConstraints, ValidationError

from isocross.disk.input import document_of, many
from isocross.regular import is_folder, reason
from isocross.toml.faults import Fault, Faults, cut, escaped, shown
from isocross.toml.read import SMALL

if TYPE_CHECKING:
    from textual.theme import Theme


def _printable(text: str) -> str:
    """Words that a terminal shows and does nothing else with."""
    if not text.isprintable():
        raise ValueError("not printable")
    return text


Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_printable)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]

_EXPECTED: Final = {
    "missing": "every key of a theme to be there",
    "bool_type": "true or false",
    "string_type": "text in quotes",
    "string_too_short": "some words",
    "string_too_long": "at most 200 characters",
    "value_error": "words without control characters",
    "model_type": "a table, as in [colours]",
    "model_attributes_type": "a table, as in [colours]",
}


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=lambda key: key.replace("_", "-"))


class Colours(_Table):
    """The colours every part of the screen is made of."""

    background: Colour
    """The ground."""
    surface: Colour
    """Panes."""
    panel: Colour
    """What lies over a pane."""
    foreground: Colour
    """Text."""
    muted: Colour
    """Text that may be overlooked."""
    primary: Colour
    """Focus, borders, keys."""
    secondary: Colour
    accent: Colour
    """The one thing that matters now."""
    success: Colour
    warning: Colour
    error: Colour


class DeskColours(_Table):
    """The colours of what the desk is about."""

    long: Colour
    short: Colour
    cross: Colour
    isolated: Colour
    profit: Colour
    loss: Colour
    line: Colour
    """The liquidation line."""
    fallen: Colour
    unused: Colour
    own_margin: Colour
    others: Colour
    fund: Colour


class DeskTheme(_Table):
    """A theme, as its file says it."""

    name: Name
    title: Words
    description: Words
    dark: StrictBool
    colours: Colours
    desk: DeskColours


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
    own = user_config_path("isocross") / "themes"
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

    colours = theme.colours.model_dump()
    muted = colours.pop("muted")
    variables = {"text-muted": muted, "foreground-muted": muted}
    variables |= {f"desk-{key}": colour for key, colour in theme.desk.model_dump(by_alias=True).items()}
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
    try:
        return DeskTheme.model_validate(document), []
    except ValidationError as error:
        return None, list(many([_sentence(dict(fault)) for fault in error.errors(include_url=False)]))


def _sentence(fault: dict[str, Any]) -> str:
    key = ".".join(escaped(cut(str(part))) for part in fault["loc"])
    kind = fault["type"]
    if kind == "missing":
        return f"{key}: missing; expected {_EXPECTED[kind]}"
    if kind == "extra_forbidden":
        return f"{key}: unknown key; {_did_you_mean(fault['loc'])}"
    if kind == "string_pattern_mismatch":
        wanted = "small letters, digits and hyphens" if key == "name" else 'a colour like "#1e90ff"'
        return f"{key}: {shown(fault['input'])} is not valid; expected {wanted}"
    return f"{key}: {shown(fault['input'])} is not valid; expected {_EXPECTED.get(kind, fault['msg'])}"


def _did_you_mean(place: Sequence[str | int]) -> str:
    models: dict[str | int, type[_Table]] = {"colours": Colours, "desk": DeskColours}
    model = models.get(place[0], DeskTheme) if len(place) > 1 else DeskTheme
    known = [entry.alias or key for key, entry in model.model_fields.items()]
    close = get_close_matches(str(place[-1]), known, 1)
    return f"did you mean {close[0]}?" if close else f"expected one of {', '.join(known)}"
