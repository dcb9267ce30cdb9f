"""The workspace format as a JSON Schema, from the same models that check a file: editors complete and check with it.

Draft 7, which the TOML language servers read. What a schema cannot say (that ids differ, that a position's market is
known, that tiers rise) only `isocross check` finds.
"""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from functools import partial
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BeforeValidator
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from isocross.rehearsal.kinds import PATH_KEYS
from isocross.rules.catalogue import DEFAULT_VENUE, profile_ids
from isocross.rules.market import Kind
from isocross.rules.overrides import changes_of
from isocross.rules.profile import Profile
from isocross.toml.amounts import LARGEST_PLACE
from isocross.toml.texts import SYMBOL_LIMIT, TEXT_LIMIT, WORD_LIMIT, Symbol, Text, Word
from isocross.workspace.model import FORMAT
from isocross.workspace.schema import (
    AssetRow,
    FileRow,
    MarketRow,
    MoveRow,
    OrderRow,
    PositionRow,
    Row,
    ScenarioRow,
    StatedRow,
    TierRow,
    ViewRow,
    WeightRow,
)

Schema = dict[str, Any]

DIALECT = "http://json-schema.org/draft-07/schema#"
TITLE = "isocross workspace"
LARGEST = 10 ** (LARGEST_PLACE + 1)
NO_BLANK = r"^\S+$"
OWN_PROFILE = r"\.toml$"
NO_CONTROL = r"^[^\u0000-\u001f\u007f-\u009f]*$"

_SHARE: Schema = {"type": "number", "minimum": 0, "maximum": 1}
_PLACE: Schema = {"type": "number", "minimum": 0, "maximum": LARGEST}
_BACKED: list[Schema] = [
    {"required": ["wallet"], "properties": {"wallet": {"minimum": 0}}},
    {"required": ["assets"]},
    {"required": ["account"]},
]
"""A wallet, or assets; below zero it is only where there is more than one of them."""
_LISTS: dict[tuple[type[Row], str], type[Row]] = {
    (FileRow, "assets"): AssetRow,
    (AssetRow, "tiers"): WeightRow,
    (FileRow, "markets"): MarketRow,
    (FileRow, "positions"): PositionRow,
    (FileRow, "orders"): OrderRow,
    (MarketRow, "tiers"): TierRow,
    (ScenarioRow, "moves"): MoveRow,
}
_TABLES: dict[tuple[type[Row], str], type[Row]] = {
    (FileRow, "scenario"): ScenarioRow,
    (FileRow, "view"): ViewRow,
    (PositionRow, "stated"): StatedRow,
}
_WORDS: dict[Any, Schema] = {
    Text: {"type": "string", "maxLength": TEXT_LIMIT, "pattern": NO_CONTROL},
    Word: {"type": "string", "minLength": 1, "maxLength": WORD_LIMIT, "pattern": NO_BLANK},
    Symbol: {"type": "string", "minLength": 1, "maxLength": SYMBOL_LIMIT, "pattern": NO_BLANK},
}
_ALWAYS: dict[tuple[type[Row], str], Schema] = {
    (FileRow, "format"): {"type": "integer", "const": FORMAT},
    (AssetRow, "weight"): _SHARE,
    (WeightRow, "weight"): _SHARE,
    (MarketRow, "kind"): {"enum": [kind.value for kind in Kind]},
    (ScenarioRow, "betas"): {"type": "object", "additionalProperties": {"type": "number"}},
    **{(ScenarioRow, key.name): dict(key.schema) for key in PATH_KEYS if key.schema is not None},
    (MoveRow, "at"): _PLACE,
    (ViewRow, "at"): _PLACE,
}


def workspace_schema() -> Schema:
    """The whole schema."""
    definitions = {row.__name__.removesuffix("Row").lower(): _table(row) for row in _rows()}
    return {"$schema": DIALECT, "title": TITLE, **_table(FileRow), "anyOf": _BACKED, "definitions": definitions}


def _rows() -> list[type[Row]]:
    return list(dict.fromkeys([*_LISTS.values(), *_TABLES.values()]))


def _reference(row: type[Row]) -> Schema:
    return {"$ref": f"#/definitions/{row.__name__.removesuffix('Row').lower()}"}


def _table(row: type[Row]) -> Schema:
    """One table: its keys as the file spells them, and none besides."""
    fields = {info.alias or name: (name, info) for name, info in row.model_fields.items()}
    return {
        "type": "object",
        "description": row.__doc__,
        "additionalProperties": False,
        "required": [key for key, (_, info) in fields.items() if info.is_required()],
        "properties": {key: _key(row, name, info) for key, (name, info) in fields.items()},
    }


def _key(row: type[Row], name: str, info: FieldInfo) -> Schema:
    """One key: what it may hold, in schema and in words."""
    described: Schema = {"description": info.description}
    if info.default is not PydanticUndefined and isinstance(info.default, str | bool | int):
        described["default"] = info.default
    return _shape(row, name, info) | described


def _shape(row: type[Row], name: str, info: FieldInfo) -> Schema:
    at = (row, name)
    if at in _ALWAYS:
        return dict(_ALWAYS[at])
    if at in _LISTS:
        least = {"minItems": 1} if row is MarketRow else {}
        return {"type": "array", "items": _reference(_LISTS[at]), **least}
    if at in _TABLES:
        return {"allOf": [_reference(_TABLES[at])]}
    if at == (FileRow, "venue"):
        return _venue()
    for kind, schema in _WORDS.items():
        if _same(info, kind):
            return dict(schema)
    return _plain(info)


def _same(info: FieldInfo, kind: Any) -> bool:
    """Whether a field is checked by the validators of that annotated type, itself or beside None."""
    inside = [info.annotation, *get_args(info.annotation)]
    return list(get_args(kind)[1:]) == list(info.metadata) or kind in inside


def _plain(info: FieldInfo) -> Schema:
    """A number with its bounds, a choice, or a truth value."""
    kind, validators = _bare(info)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return {"enum": [member.value for member in kind]}
    if kind is Decimal:
        return {"type": "number", **_bounds(validators)}
    return {"type": "boolean"}


def _bare(info: FieldInfo) -> tuple[Any, list[Any]]:
    """The type without None, and the validators before it."""
    kind, validators = info.annotation, list(info.metadata)
    if get_origin(kind) in (Union, UnionType):
        kind = next(part for part in get_args(kind) if part is not NoneType)
    if hasattr(kind, "__metadata__"):
        kind, *inner = get_args(kind)
        validators += inner
    return kind, validators


def _bounds(validators: list[Any]) -> Schema:
    """The bounds that a number's validator was made with."""
    found: Schema = {"maximum": LARGEST}
    for validator in validators:
        function = validator.func if isinstance(validator, BeforeValidator) else None
        limits: dict[str, Any] = function.keywords if isinstance(function, partial) else {}
        if limits.get("above") is not None:
            found["exclusiveMinimum"] = int(limits["above"])
        if limits.get("least") is not None:
            found["minimum"] = int(limits["least"])
        if limits.get("below") is not None:
            found = {key: value for key, value in found.items() if key != "maximum"}
            found["exclusiveMaximum"] = int(limits["below"])
        if getattr(function, "__name__", "") == "cash":
            found["minimum"] = 0
    return found


def _venue() -> Schema:
    """The id of a profile, or a table that changes some of its rules."""
    named: list[Schema] = [{"enum": list(profile_ids())}, {"type": "string", "pattern": OWN_PROFILE}]
    profile = {"anyOf": named, "default": DEFAULT_VENUE, "description": "the id of a venue, or the path of a profile"}
    table = {"type": "object", "additionalProperties": False, "properties": {"profile": profile, **rules_schema()}}
    return {"anyOf": [*named, table]}


def rules_schema(kind: type[Profile] = Profile) -> dict[str, Schema]:
    """The rules that a file can change, each by its declared type and in its words."""
    return {key: {**rule.type.schema, "description": rule.rule.words} for key, rule in changes_of(kind).items()}
