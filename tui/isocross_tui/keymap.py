"""Which keys the commands have: the table's own, changed by a shipped set and by the user's `keys.toml`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from isocross.disk.input import document_of, many
from isocross.folders import config_folder
from isocross.records import dataclass
from isocross.regular import is_absent
from isocross.toml.faults import Faults, cut, escaped, shown
from isocross.toml.places import meant
from isocross.toml.read import SMALL
from isocross_tui.commands import COMMANDS, Command
from isocross_tui.keys import RESERVED, eaten, key_named, read_key, read_pair

FILE: Final = "keys.toml"

Keys = dict[str, tuple[str, ...]]
"""Keys by command, as the toolkit names them."""


@dataclass(frozen=True)
class Keymap:
    """The commands with the keys that they have here."""

    commands: tuple[Command, ...] = ()
    """In the order of the help page."""
    problems: tuple[str, ...] = ()
    """What is wrong in a file, one sentence each."""
    remarks: tuple[str, ...] = ()
    """What to bear in mind of keys that are no fault."""

    @property
    def by_id(self) -> dict[str, Command]:
        """The same commands by their ids."""
        return {command.id: command for command in self.commands}

    def command_of(self, key: str, view: str) -> Command | None:
        """Find what a key does in a view: the view's own command goes before one that works in all of them."""
        found = [command for command in self.commands if key in command.keys and command.view in ("", view)]
        return max(found, key=lambda command: command.view, default=None)


def keymap_file() -> Path:
    """Where a user's own keys are."""
    return config_folder() / FILE


def shipped_sets() -> dict[str, Path]:
    """The sets of keys that come with the program, by name."""
    return {path.stem: path for path in sorted((Path(__file__).parent / "keymaps").glob("*.toml"))}


def load_keymap(file: Path | None = None, base: str | None = None) -> Keymap:
    """The keys of a user; what is wrong is told and left out, and nothing is raised.

    Args:
        file: the user's own keys; None or one that is not there: only what is shipped.
        base: the shipped set to begin with; None: the one that the file names, if it names one.
    """
    problems: list[str] = []
    named, own = (None, {}) if file is None or is_absent(file) else _read(file, problems)
    layers = [(own, str(file))]
    wanted = base or named
    if wanted in shipped_sets():
        layers.append((_read(shipped_sets()[wanted], problems)[1], wanted))
    elif wanted is not None:
        where = "--keys" if base else f"{escaped(str(file))}: base"
        problems.append(f"{where}: no set of keys is called {shown(wanted)}; expected {_one_of(shipped_sets())}.")
    keys, remarks = _dealt(layers, problems)
    return Keymap(_with_keys(keys), many(problems), many([*remarks, *_eaten(keys)]))


# --- reading -------------------------------------------------------------------------------------


def _read(path: Path, problems: list[str]) -> tuple[str | None, Keys]:
    """The base and the keys of a file."""
    try:
        document = document_of(path, SMALL, "a file of keys")
    except Faults as faults:
        problems.extend(str(faults).splitlines())
        return None, {}
    told: list[str] = [
        f"{escaped(cut(key))}: unknown key; {_perhaps(key, ('base', 'keys'), n, 'expected base or [keys]')}"
        for n, key in enumerate(key for key in document if key not in {"base", "keys"})
    ]
    base = document.get("base")
    if base is not None and not isinstance(base, str):
        told.append(f"base: {shown(base)} is not valid; expected {_one_of(shipped_sets())}")
        base = None
    keys = _keys(document.get("keys", {}), told)
    origin = escaped(str(path))
    problems.extend(many([f"{origin}: {problem}" + "." * (problem[-1] != "?") for problem in told]))
    return base, keys


def _keys(table: Any, told: list[str]) -> Keys:
    if not isinstance(table, dict):
        told.append('keys: not a table; expected [keys] with lines like "position.flip" = ["f"]')
        return {}
    known = [command.id for command in COMMANDS]
    keys: Keys = {}
    for command, written in _flat(table):
        if command not in known:
            told.append(f"{escaped(cut(command))}: no command is called that; {_perhaps(command, known, len(told))}")
            continue
        listed = [written] if isinstance(written, str) else written
        if not isinstance(listed, list) or not all(isinstance(key, str) for key in listed):
            told.append(f'{command}: {shown(written)} is not valid; expected a list of keys, like ["f", "ctrl+f"]')
            continue
        keys[command] = tuple(key for key in (_key(command, key, told) for key in listed) if key)
    return keys


def _flat(table: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    """Keys of the table; `position.flip` without its quotes is a table in a table."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _key(command: str, written: str, told: list[str]) -> str | None:
    key = key_named(written)
    if key is None:
        upper = written.removeprefix("shift+")
        shifted = len(upper) == 1 and upper != written
        hint = f"write {shown(upper.upper())}" if shifted else 'expected one like "f", "?", "ctrl+f"'
        told.append(f"{command}: {shown(written)} is not a key; {hint}")
    elif key in RESERVED:
        told.append(f"{command}: {key} {RESERVED[key]}; expected another key")
        return None
    return key


# --- dealing the keys out --------------------------------------------------------------------------


def _dealt(layers: list[tuple[Keys, str]], problems: list[str]) -> tuple[Keys, list[str]]:
    """Each command's keys from the first layer that names it; a key belongs to whom an earlier layer gave it."""
    known = {command.id: command for command in COMMANDS}
    dealt: Keys = {}
    remarks: list[str] = []
    last = ({command.id: command.keys for command in COMMANDS}, "")
    for keys, origin in [*layers, last]:
        new: Keys = {}
        for command, wanted in keys.items():
            if command in dealt:
                continue
            mine = []
            for key in dict.fromkeys(wanted):
                twin = _owner(key, known[command], new, known)
                if twin is not None:
                    problems.append(
                        f"{origin}: {command}: {read_key(key)} is the key of {twin} already; expected another key."
                    )
                    continue
                taken = _owner(key, known[command], dealt, known)
                if taken is None:
                    mine.append(key)
                else:
                    remarks.append(f"{read_key(key)} is the key of {taken}, and no longer of {command}.")
            new[command] = tuple(mine)
        dealt |= new
    return dealt, remarks


def _owner(key: str, command: Command, dealt: Keys, known: Mapping[str, Command]) -> str | None:
    """The command that has a key where this one could be active too."""
    return next(
        (
            other
            for other, keys in dealt.items()
            if key in keys and other != command.id and _together(command, known[other])
        ),
        None,
    )


def _together(one: Command, other: Command) -> bool:
    """Whether two commands stand in each other's way: a view's own key hides that of the desk while it is seen."""
    return one.view == other.view


def _with_keys(keys: Keys) -> tuple[Command, ...]:
    return tuple(replace(command, keys=keys[command.id], footer_key=_footer(command, keys)) for command in COMMANDS)


def _footer(command: Command, keys: Keys) -> str:
    mine, other = keys[command.id], keys.get(command.footer_pair, ())
    if mine and other:
        return read_pair(mine[0], other[0])
    return command.footer_key if mine == command.keys else ""


def _eaten(keys: Keys) -> list[str]:
    """A remark for every key that was changed and may not arrive."""
    shipped = {command.id: command.keys for command in COMMANDS}
    return [
        f"{read_key(key)}, the key of {command}, may not arrive: {why}."
        for command, mine in keys.items()
        for key in mine
        if key not in shipped[command] and (why := eaten(key)) is not None
    ]


def _perhaps(word: str, known: Iterable[str], found: int, else_said: str = "isocross keys lists all of them") -> str:
    return meant(word, known, found).removeprefix("; ") or else_said


def _one_of(names: Iterable[str]) -> str:
    return f"one of {', '.join(names)}"
