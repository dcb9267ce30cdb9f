"""Keys: how a user writes them, how the toolkit names them, how people read them, and what eats them on the way."""

from __future__ import annotations

import unicodedata
from typing import Final

_SHORTER: Final = {
    "solidus": "slash",
    "reverse_solidus": "backslash",
    "commercial_at": "at",
    "hyphen_minus": "minus",
    "plus_sign": "plus",
    "low_line": "underscore",
}
"""Characters that the toolkit calls otherwise than Unicode does."""
_ARROWS: Final = {"left": "←", "right": "→", "up": "↑", "down": "↓"}
_MOVES: Final = frozenset({*_ARROWS, "home", "end", "pageup", "pagedown"})
_NAMED: Final = (
    _MOVES | {"insert", "delete", "backspace", "enter", "tab", "escape", "space"} | {f"f{n}" for n in range(1, 25)}
)


def _character_name(character: str) -> str:
    """What the toolkit calls the key of one character."""
    if character.isalnum():
        return character
    name = unicodedata.name(character, character).lower().replace("-", "_").replace(" ", "_")
    return _SHORTER.get(name, name)


_SIGNS: Final = {_character_name(sign): sign for sign in map(chr, range(33, 127)) if not sign.isalnum()}
RESERVED: Final = {"escape": "leads back", "tab": "goes to the next pane", "shift+tab": "goes to the pane before"}
"""Keys that no command can have, and what they do."""
_EATEN: Final = {
    "ctrl+a": "GNU screen takes it",
    "ctrl+b": "tmux takes it",
    "ctrl+h": "many terminals send it for backspace",
    "ctrl+i": "terminals send the same for tab",
    "ctrl+j": "terminals send the same for enter",
    "ctrl+m": "terminals send the same for enter",
    "ctrl+q": "flow control of the terminal may take it",
    "ctrl+s": "flow control of the terminal may take it",
    "ctrl+z": "it suspends programs",
    "tilde": "ssh takes it after enter",
}


def key_named(written: str) -> str | None:
    """The toolkit's name of a key as a user writes it (`?`, `question_mark`, `ctrl+r`); None for none."""
    *modifiers, base = [written] if len(written) == 1 else written.split("+")
    if not modifiers:
        return _base(base)
    known = _base(base)
    wrong = known is None or not set(modifiers) <= {"ctrl", "alt", "shift"} or len(set(modifiers)) < len(modifiers)
    # a shifted letter is another letter, and arrives as that
    if wrong or known is None or (modifiers == ["shift"] and known not in _NAMED):
        return None
    return "+".join([*sorted(modifiers), known])


def _base(written: str) -> str | None:
    if len(written) == 1 and written.isprintable():
        return "space" if written == " " else _character_name(written)
    return written if written in _NAMED or written in _SIGNS else None


def read_key(key: str) -> str:
    """A key as people read it."""
    return _ARROWS.get(key) or _SIGNS.get(key) or {"escape": "esc"}.get(key, key)


def read_pair(one: str, other: str) -> str:
    """Two keys that belong together, as the footer writes them."""
    first, second = read_key(one), read_key(other)
    return first + second if {one, other} <= _ARROWS.keys() else f"{first} {second}"


def eaten(key: str) -> str | None:
    """Why a key may never arrive over SSH or in tmux; None: nothing is known against it."""
    if key in _EATEN:
        return _EATEN[key]
    if "alt+" in key:
        return "it arrives as escape and another key, which a slow connection splits"
    if "ctrl+shift+" in key:
        return "most terminals send the same without shift"
    if key[0] == "f" and key[1:].isdigit():
        return "terminals and desktops keep some function keys for themselves"
    return None
