"""How a rule of a venue is declared: once, where its value stands, with all that others need to know of it.

A rule is a field of `Profile`, or of a table inside one, with `rule(...)` as its metadata. Who reads a profile's file
or a workspace's changes, who describes them to an editor or a person, and who models them, asks here what there is.
So a rule that is added to the value is known everywhere; one that is not declared cannot be said in any file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, fields
from enum import StrEnum
from functools import cache
from typing import Any, get_type_hints

from isocross.records import dataclass
from isocross.rules.value_types import ValueType, value_type

RULE = "rule"
"""The key of the declaration in a field's metadata."""


@dataclass(frozen=True)
class Rule:
    """What is declared of a rule beside its name, its type and its default."""

    words: str
    """What it says, for a person who writes a profile."""
    key: str
    """What a file calls it; empty: as the field is called."""
    table: str | None
    """The table of a profile's file in which it stands, "" for none; None: it stands in no file."""
    optional: bool
    """Whether a profile can leave it out."""
    changeable: bool
    """Whether a workspace can change it, in its `[venue]`."""
    modelled: bool | tuple[StrEnum, ...]
    """Whether the frontier's grid models each of its values, or those few; a value with no part in what falls is."""


def rule(
    words: str,
    *,
    key: str = "",
    table: str | None = "",
    optional: bool = False,
    changeable: bool = False,
    modelled: bool | tuple[StrEnum, ...] = False,
) -> Mapping[str, Rule]:
    """Declare a rule, as the metadata of its field; see `Rule`."""
    return {RULE: Rule(words, key, table, optional, changeable, modelled)}


def declared(field: Field[Any]) -> Rule | None:
    """What is declared of a field, None where nothing is."""
    return field.metadata.get(RULE)


@dataclass(frozen=True)
class Key:
    """One declared field of a value, with its type."""

    field: str
    name: str
    """What a file calls it."""
    type: ValueType
    rule: Rule


def keys_of(kind: type) -> tuple[Key, ...]:
    """The declared fields of a dataclass that stand in a file, in their order."""
    return _keys_of(kind)


@cache
def _keys_of(kind: type) -> tuple[Key, ...]:
    hints = get_type_hints(kind, include_extras=True)
    found = ((field.name, declared(field)) for field in fields(kind))
    return tuple(
        Key(name, rule.key or name, value_type(hints[name]), rule)
        for name, rule in found
        if rule is not None and rule.table is not None
    )
