import json
import re
import tomllib
from decimal import Decimal
from enum import EnumType

import pytest

import isocross.rules.profile
from isocross.rules.catalogue import OVERRIDE_KEYS, OverrideError, load_profile, override, profile_ids
from isocross.toml.tables import REQUIRED
from isocross.workspace import Faults, load_text, shipped
from isocross.workspace.json_schema import workspace_schema
from isocross.workspace.schema import FileRow, MarketRow, PositionRow, ScenarioRow, TierRow, ViewRow

SCHEMA = workspace_schema()
WORDS = {"type", "const", "enum", "anyOf", "allOf", "$ref", "properties", "required", "additionalProperties", "items"}
BOUNDS = {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength", "minItems", "pattern"}
NOTES = {"$schema", "title", "description", "default", "definitions"}

TYPES = {
    "object": dict,
    "array": list,
    "string": str,
    "boolean": bool,
    "number": (int, Decimal),
    "integer": int,
}


def fits(value, schema):
    """Whether a value is valid, by the part of JSON Schema that is used here."""
    assert set(schema) <= WORDS | BOUNDS | NOTES, set(schema)
    return all(CHECKS[word](value, schema[word], schema) for word in schema if word not in NOTES)


def is_type(value, name, _):
    return isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool))


def has_properties(value, properties, _):
    return all(fits(value[key], schema) for key, schema in properties.items() if key in value)


def has_no_others(value, others, schema):
    rest = [value[key] for key in value if key not in schema.get("properties", {})]
    return not rest if others is False else all(fits(item, others) for item in rest)


CHECKS = {
    "type": is_type,
    "const": lambda value, only, _: value == only and type(value) is type(only),
    "enum": lambda value, options, _: not isinstance(value, bool) and value in options,
    "anyOf": lambda value, schemas, _: any(fits(value, schema) for schema in schemas),
    "allOf": lambda value, schemas, _: all(fits(value, schema) for schema in schemas),
    "$ref": lambda value, path, _: fits(value, SCHEMA["definitions"][path.removeprefix("#/definitions/")]),
    "properties": lambda value, properties, _: not isinstance(value, dict) or has_properties(value, properties, _),
    "required": lambda value, keys, _: not isinstance(value, dict) or all(key in value for key in keys),
    "additionalProperties": lambda value, others, schema: (
        not isinstance(value, dict) or has_no_others(value, others, schema)
    ),
    "items": lambda value, schema, _: not isinstance(value, list) or all(fits(item, schema) for item in value),
    "minimum": lambda value, least, _: not is_type(value, "number", _) or value >= least,
    "maximum": lambda value, most, _: not is_type(value, "number", _) or value <= most,
    "exclusiveMinimum": lambda value, least, _: not is_type(value, "number", _) or value > least,
    "exclusiveMaximum": lambda value, most, _: not is_type(value, "number", _) or value < most,
    "minLength": lambda value, least, _: not isinstance(value, str) or len(value) >= least,
    "maxLength": lambda value, most, _: not isinstance(value, str) or len(value) <= most,
    "minItems": lambda value, least, _: not isinstance(value, list) or len(value) >= least,
    "pattern": lambda value, pattern, _: not isinstance(value, str) or re.search(pattern, value) is not None,
}


def parsed(text):
    return tomllib.loads(text, parse_float=Decimal)


FULL = """\
format = 1
name = "Two positions"
venue = { profile = "binance", close_fee = 0.001, maintenance_basis = "entry", flip_allowed = true }
wallet = 1000
currency = "USDC"
fund = 5.5
strict = true
[[markets]]
symbol = "BTCUSDT"
mark = 60000
kind = "linear"
tiers = [
    { from = 0, rate = 0.004, max_leverage = 125 },
    { from = 50000, rate = 0.005, max_leverage = 100, deduction = 50 },
]
[[positions]]
id = "one"
market = "BTCUSDT"
side = "long"
mode = "isolated"
quantity = 0.015
entry = 60000
leverage = 3
margin = 300.5
auto_margin = false
[[orders]]
id = "bid"
market = "BTCUSDT"
side = "long"
quantity = 0.01
price = 50000
mode = "cross"
leverage = 5
[scenario]
path = "gap"
shock = -0.30
betas = { BTCUSDT = 1.3 }
[view]
theme = "night"
selected = "one"
step = 0.01
"""


@pytest.mark.parametrize("name", shipped())
def test_the_shipped_workspaces_fit(name):
    assert fits(parsed(shipped()[name].read_text(encoding="utf-8")), SCHEMA)


@pytest.mark.parametrize("text", [FULL, "wallet = 0\npositions = []", 'wallet = 1\npositions = []\nvenue = "coinex"'])
def test_what_can_be_opened_fits(text):
    assert load_text(text)
    assert fits(parsed(text), SCHEMA)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("format = 1", "format = 2"),
        ("format = 1", 'format = "1"'),
        ("format = 1", "format = true"),
        ('"Two positions"', f'"{"x" * 201}"'),
        ('"Two positions"', '"\\u001b[2J"'),
        ('"Two positions"', "7"),
        ('"binance"', '"giude"'),
        ("close_fee = 0.001", "close_fee = 1"),
        ("close_fee", "close_fe"),
        ('"entry"', '"enrty"'),
        ("flip_allowed = true", "flip_allowed = 1"),
        ("wallet = 1000", ""),
        ("wallet = 1000", "wallet = -1"),
        ("wallet = 1000", 'wallet = "1000"'),
        ("wallet = 1000", "wallet = 1e20"),
        ('"USDC"', '""'),
        ("fund = 5.5", "fund = -1"),
        ("strict = true", "strict = 1"),
        ("strict = true", "stirct = true"),
        ("price = 50000", "price = 0"),
        ("price = 50000", ""),
        ('mode = "cross"', 'mode = "both"'),
        ("auto_margin = false", "auto_margin = 1"),
        ('symbol = "BTCUSDT"', 'symbol = "BTC USDT"'),
        ('symbol = "BTCUSDT"', ""),
        ("mark = 60000", "mark = 0"),
        ('"linear"', '"spot"'),
        ("rate = 0.004", "rate = 1"),
        ("rate = 0.004", "rate = -0.1"),
        ("max_leverage = 125", "max_leverage = 0.5"),
        ("{ from = 0", "{ start = 0"),
        ('"long"', '"lnog"'),
        ('"isolated"', '"both"'),
        ("quantity = 0.015", "quantity = 0"),
        ("quantity = 0.015", 'quantity = "0.015"'),
        ("quantity = 0.015", ""),
        ("leverage = 3", "leverage = 0.9"),
        ("leverage = 5", "leverage = 0.9"),
        ("margin = 300.5", "margin = '0'"),
        ('"gap"', '"wack"'),
        ("shock = -0.30", "shock = -1"),
        ("shock = -0.30", "shock = 30"),
        ("shock = -0.30", "legs = [30]"),
        ("shock = -0.30", "legs = [{ jump = -30 }]"),
        ("shock = -0.30", "legs = ['x']"),
        ("shock = -0.30", "moves = [{ at = -1, do = 'deposit', amount = 1 }]"),
        ("shock = -0.30", "funding = 2"),
        ("shock = -0.30", "stand_in = { BTCUSDT = 1 }"),
        ("BTCUSDT = 1.3", "BTCUSDT = '1.3'"),
        ("step = 0.01", "step = 0"),
        ('theme = "night"', "theme = 1"),
    ],
)
def test_what_is_refused_does_not_fit(old, new):
    assert old in FULL
    text = FULL.replace(old, new, 1)
    with pytest.raises(Faults):
        load_text(text)
    assert not fits(parsed(text), SCHEMA)


@pytest.mark.parametrize("part", ["markets", "positions", "scenario", "view", "markets.tiers"])
def test_a_table_is_no_other_thing(part):
    document = parsed(FULL)
    table, _, inside = part.partition(".")
    if inside:
        document[table][0][inside] = []
    else:
        document[table] = 3
    assert not fits(document, SCHEMA)


def test_every_key_of_the_models_is_there_with_its_words():
    tables = SCHEMA["definitions"]
    for row, schema in (
        (FileRow, SCHEMA),
        (MarketRow, tables["market"]),
        (PositionRow, tables["position"]),
        (TierRow, tables["tier"]),
        (ScenarioRow, tables["scenario"]),
        (ViewRow, tables["view"]),
    ):
        words = {own.name: own.expected for own in row.keys.values()}
        assert {key: value["description"] for key, value in schema["properties"].items()} == words
        assert schema["additionalProperties"] is False
        required = [own.name for own in row.keys.values() if own.default is REQUIRED]
        assert schema["required"] == required


def test_venues_and_their_rules_are_there():
    one, own, table = SCHEMA["properties"]["venue"]["anyOf"]
    assert one["enum"] == list(profile_ids())
    assert own == {"type": "string", "pattern": r"\.toml$"}
    assert set(table["properties"]) == {"profile", *OVERRIDE_KEYS}
    for venue in profile_ids():
        assert fits(parsed(f'wallet = 1\npositions = []\nvenue = "{venue}"'), SCHEMA)


NAMES = [
    member.value for kind in vars(isocross.rules.profile).values() if isinstance(kind, EnumType) for member in kind
]
FIGURES = [0, 1, 2, 5, 8, 24, 25, -1, Decimal("0.5"), Decimal("0.999"), Decimal("-0.1")]


@pytest.mark.parametrize("rule", OVERRIDE_KEYS)
def test_the_schema_takes_of_a_rule_what_the_reader_takes_and_no_more(rule):
    schema = SCHEMA["properties"]["venue"]["anyOf"][2]["properties"][rule]

    def read(value):
        try:
            override(load_profile("guide"), {rule: value})
        except OverrideError:
            return False
        return True

    values = [True, False, *NAMES, *FIGURES, "", "none of them", [], {}]
    taken = [value for value in values if read(value)]
    assert taken
    assert taken == [value for value in values if fits(value, schema)]


def test_it_is_json_of_a_dialect_that_editors_read():
    assert json.loads(json.dumps(SCHEMA)) == SCHEMA
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"
