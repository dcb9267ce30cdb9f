"""What the parser says of a text that is not JSON, in the words of somebody who copied one."""

from __future__ import annotations

from json import JSONDecodeError
from typing import Final

from isocross.toml.faults import Fault, cut

_WORDS: Final = (
    ("Expecting value", "there is no value", 'a number, a "text", true, false, null, a list or an object'),
    ("Expecting property name", "there is no name in an object", 'a name in quotation marks, such as "size"'),
    ("Expecting ':' delimiter", "there is no colon after a name", '"name": value'),
    ("Expecting ',' delimiter", "something is missing after a value", "a comma or the closing bracket"),
    ("Illegal trailing comma", "a comma has nothing after it", "a closing bracket without a comma before it"),
    ("Unterminated string", "a text is not closed", "a quotation mark at its end"),
    ("Invalid control character", "a text is not closed", "a quotation mark at its end"),
    ("Invalid \\escape", "a single backslash cannot be here", "\\\\"),
    ("Invalid \\uXXXX escape", "a character by its number is not complete", "four digits after \\u"),
)
"""How a message of the parser begins, what it means, and what would be right."""


def not_json(error: JSONDecodeError) -> Fault:
    """Say what the parser found, with the place that it names."""
    known = next((words for begun, *words in _WORDS if error.msg.startswith(begun)), None)
    said, expected = known or (cut(error.msg[:1].lower() + error.msg[1:], 120), "")
    return Fault("", f"this is not JSON: {said}", expected, error.lineno, error.colno)
