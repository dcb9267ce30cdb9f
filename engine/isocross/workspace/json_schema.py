"""The workspace format as a JSON Schema, from the same models that check a file: editors complete and check with it.

Draft 7, which the TOML language servers read. What a schema cannot say (that ids differ, that a position's market is
known, that tiers rise) only `isocross check` finds.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from isocross.paths.shock import LARGEST_FRACTION, bounded_move
from isocross.rehearsal.kinds import PATH_KEYS
from isocross.rules.catalogue import DEFAULT_VENUE, profile_ids
from isocross.rules.market import Kind
from isocross.rules.overrides import changes_of
from isocross.rules.profile import Profile
from isocross.toml.amounts import LARGEST_PLACE, cash
from isocross.toml.tables import REQUIRED, Key, Reader, truth
from isocross.toml.texts import SYMBOL_LIMIT, TEXT_LIMIT, WORD_LIMIT, market_symbol, text, word
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
_ALSO: dict[type[Row], Schema] = {OrderRow: {"anyOf": [{"required": ["kind"]}, {"required": ["quantity", "price"]}]}}
"""What a table asks for beside its keys: an order has a kind, or what every order without one has."""
_READERS: dict[Reader, Schema] = {
    text: {"type": "string", "maxLength": TEXT_LIMIT, "pattern": NO_CONTROL},
    word: {"type": "string", "minLength": 1, "maxLength": WORD_LIMIT, "pattern": NO_BLANK},
    market_symbol: {"type": "string", "minLength": 1, "maxLength": SYMBOL_LIMIT, "pattern": NO_BLANK},
    truth: {"type": "boolean"},
}
_ALWAYS: dict[tuple[type[Row], str], Schema] = {
    (FileRow, "format"): {"type": "integer", "const": FORMAT},
    (AssetRow, "weight"): _SHARE,
    (AssetRow, "initial_weight"): _SHARE,
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
    fields = {own.name: (attribute, own) for attribute, own in row.keys.items()}
    return _ALSO.get(row, {}) | {
        "type": "object",
        "description": row.__doc__,
        "additionalProperties": False,
        "required": [name for name, (_, own) in fields.items() if own.default is REQUIRED],
        "properties": {name: _key(row, attribute, own) for name, (attribute, own) in fields.items()},
    }


def _key(row: type[Row], attribute: str, own: Key) -> Schema:
    """One key: what it may hold, in schema and in words."""
    described: Schema = {"description": own.expected}
    if isinstance(own.default, str | bool | int):
        described["default"] = own.default
    return _shape(row, attribute, own) | described


def _shape(row: type[Row], attribute: str, own: Key) -> Schema:
    at = (row, attribute)
    if at in _ALWAYS:
        return dict(_ALWAYS[at])
    if at in _LISTS:
        least = {"minItems": 1} if row is MarketRow else {}
        return {"type": "array", "items": _reference(_LISTS[at]), **least}
    if at in _TABLES:
        return {"allOf": [_reference(_TABLES[at])]}
    if at == (FileRow, "venue"):
        return _venue()
    if own.read in _READERS:
        return dict(_READERS[own.read])
    return _limited(own.read)


def _limited(reader: Reader | None) -> Schema:
    """A choice, or a number with the bounds that its reader was made with."""
    limits: dict[str, Any] = reader.keywords if isinstance(reader, partial) else {}
    if "options" in limits:
        return {"enum": [member.value for member in limits["options"]]}
    shares = isinstance(reader, partial) and reader.func is bounded_move
    found: Schema = {"type": "number", "maximum": int(LARGEST_FRACTION) if shares else LARGEST}
    if limits.get("above") is not None:
        found["exclusiveMinimum"] = int(limits["above"])
    if limits.get("least") is not None:
        found["minimum"] = int(limits["least"])
    if limits.get("below") is not None:
        del found["maximum"]
        found["exclusiveMaximum"] = int(limits["below"])
    if reader is cash:
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
