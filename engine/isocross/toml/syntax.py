"""What the parser says of a text that is not TOML, in the words of somebody who writes one by hand."""

from __future__ import annotations

import re
from typing import Final

from isocross.toml.faults import Fault, Faults, cut, shown

_AT: Final = re.compile(r" \(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")
_ONCE: Final = "each key once"
_PRINTED: Final = "characters that can be printed"
_IN_ONE_PLACE: Final = "all keys of a table in one place"
_WORDS: Final = (
    ("Invalid statement", "no key begins here", 'lines such as key = 5, key = "a text" or [table]'),
    ("Expected newline", "there is more after the value", "one key and one value in a line"),
    ("Cannot overwrite a value", "this key has a value already", _ONCE),
    ("Duplicate inline table key", "this key has a value already", _ONCE),
    ("Cannot declare", "this table is there already", "each table once"),
    ("Cannot mutate immutable namespace", "this table is complete already", _IN_ONE_PLACE),
    ("Cannot redefine namespace", "this table is complete already", _IN_ONE_PLACE),
    ("Expected ']]'", "the name of a table is not closed", "[[name]]"),
    ("Expected ']'", "the name of a table is not closed", "[name]"),
    ("Expected '='", 'there is no "=" after the key', "key = value"),
    ("Invalid initial character for a key part", "this is not a key", "letters, digits, - and _, or a quoted text"),
    ("Unclosed array", "a list is not closed", "a comma or ]"),
    ("Unclosed inline table", "a table is not closed", "a comma or }"),
    ("Unescaped '\\\\'", "a single backslash cannot be here", "\\\\"),
    ("Unescaped '\\'", "a single backslash cannot be here", "\\\\"),
    ("Invalid hex value", "a character by its number is not complete", "four digits after \\u, eight after \\U"),
    ("Escaped character is not", "no character has this number", _PRINTED),
    ("Unterminated string", "a text is not closed", "a quotation mark at its end"),
    ("Illegal character '\\n'", "a text is not closed", "a quotation mark at its end"),
    ("Illegal character", "a character cannot be in a text", _PRINTED),
    ("Found invalid character", "a character cannot be here", _PRINTED),
    ("Invalid date or datetime", "there is no such date", "one such as 2025-10-10"),
    ("Invalid value", "there is no value", 'a number, a "text", true, false, a list or a table'),
)
"""How a message of the parser begins, what it means, and what would be right."""
_WORD: Final = re.compile(r"[^\s,\]}#]*")


def syntax_faults(message: str, text: str, origin: str) -> Faults:
    """Say what the parser found, with the place that it names."""
    found = _AT.search(message)
    lines = text.split("\n")
    line, column = len(lines), len(lines[-1]) + 1
    if found and found["line"]:
        line, column = int(found["line"]), int(found["column"])
    told = message[: found.start()] if found else message
    known = next((words for begun, *words in _WORDS if told.startswith(begun)), None)
    said, expected = known or (cut(told[:1].lower() + told[1:], 120), "")
    word = _WORD.match(lines[line - 1], column - 1)
    if told == "Invalid value" and word and word[0]:
        said = f"{shown(word[0])} is not a value"
    return Faults(origin, [Fault("", f"this is not TOML: {said}", expected, line, column)])
