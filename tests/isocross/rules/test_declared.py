import tomllib
from dataclasses import field, fields, is_dataclass, replace
from decimal import Decimal
from enum import StrEnum
from pathlib import Path

import pytest

from isocross.records import dataclass
from isocross.rules import catalogue as profiles
from isocross.rules.catalogue import load_profile, shipped_ids
from isocross.rules.declared import declared, keys_of, rule
from isocross.rules.market import Tier
from isocross.rules.overrides import OVERRIDE_KEYS, changes_of, override
from isocross.rules.procedure import Step, StepKind
from isocross.rules.profile import Basis, CrossMachine, FlipRule, Profile, Residual, Shown, Victim
from isocross.rules.profile_keys import profile_keys
from isocross.rules.profile_toml import profile_from_toml
from isocross.rules.value_types import Hours, Rate, value_type
from isocross.studies.frontier.grid import unmodelled
from isocross.toml.amounts import OverrideError, ProfileError
from isocross.workspace import book_of, load_file, shipped
from isocross.workspace.json_schema import rules_schema

GUIDE = (Path(profiles.__file__).parent / "venues" / "guide.toml").read_text(encoding="utf-8")
LISTED = {key.name: key for key in profile_keys()}


class Lot(StrEnum):
    """How lots are drawn."""

    NEVER = "never"
    DAILY = "daily"
    HOURLY = "hourly"


@dataclass(frozen=True)
class Lottery:
    """A table of a profile."""

    prize: Rate = field(default=Decimal(0), metadata=rule("what is won"))
    says: tuple[Lot, ...] = field(default=(), metadata=rule("what it says", optional=True))


@dataclass(frozen=True)
class Drawn(Profile):
    """A profile with rules that came later."""

    lots: Lot = field(
        default=Lot.NEVER,
        metadata=rule(
            "how lots are drawn", table="rules", optional=True, changeable=True, modelled=(Lot.NEVER, Lot.DAILY)
        ),
    )
    lot_fee: Rate = field(default=Decimal(0), metadata=rule("its fee", table="rules", changeable=True, modelled=True))
    lot_hours: Hours = field(default=0, metadata=rule("its hours", table="lots", key="hours", changeable=True))
    lot_open: bool = field(default=False, metadata=rule("whether it is open", table="rules", changeable=True))
    lottery: Lottery = field(default=Lottery(), metadata=rule("the lottery"))


DRAWN = GUIDE.replace("[rules]\n", '[rules]\nlots = "daily"\nlot_fee = 0.25\nlot_open = true\n') + (
    '\n[lots]\nhours = 8\n[lottery]\nprize = 0.5\nsays = ["daily"]\n'
)


@pytest.mark.parametrize("kind", [Profile, FlipRule, Shown, Step, Tier])
def test_every_field_of_a_profile_and_of_its_tables_is_declared_with_words_and_a_type(kind):
    for each in fields(kind):
        said = declared(each)
        assert said is not None, each.name
        assert said.words
        assert said.words[0].islower()
        assert not said.words.endswith(".")
    assert {key.field for key in keys_of(kind)} == {each.name for each in fields(kind)} - {"overrides"}


def keys_in(table, before=""):
    for name, value in table.items():
        yield f"{before}{name}"
        inner = value if isinstance(value, list) and all(isinstance(item, dict) for item in value) else [value]
        for item in inner:
            if isinstance(item, dict):
                yield from keys_in(item, f"{before}{name}{'[]' if isinstance(value, list) else ''}.")


def test_what_is_listed_is_what_the_shipped_files_say_and_what_they_can_leave_out():
    said = {name for venue in shipped_ids() for name in keys_in(tomllib.loads(text_of(venue)))}
    assert said - {"rules", "markets", "notes"} <= set(LISTED)
    everywhere = set(keys_in(tomllib.loads(GUIDE)))
    required = {name for name, key in LISTED.items() if key.required and "[]" not in name}
    assert required <= everywhere


def text_of(venue):
    return (Path(profiles.__file__).parent / "venues" / f"{venue}.toml").read_text(encoding="utf-8")


@pytest.mark.slow
def test_each_listed_key_can_be_read_and_a_required_one_is_missed():
    for name, key in LISTED.items():
        table, _, last = name.rpartition(".")
        document = tomllib.loads(GUIDE)
        if "[]" in name or last not in (document[table] if table else document):
            continue
        del (document[table] if table else document)[last]
        faults = faults_of(document)
        assert faults == ([(name, "is missing; a profile has every key")] if key.required else []), name


def faults_of(document, kind=Profile):
    try:
        profile_from_toml(toml(document), "mine.toml", kind)
    except ProfileError as error:
        return list(error.faults)
    return []


def toml(document):
    """A document as TOML; its tables are what can be written on one line."""
    return "\n".join(f"{key} = {written(value)}" for key, value in document.items())


def written(value):
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {written(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)


def test_what_a_file_changes_the_schema_describes_and_the_list_names():
    schema = rules_schema()
    assert tuple(schema) == tuple(changes_of()) == OVERRIDE_KEYS
    listed = {key.changed_as: key for key in LISTED.values() if key.changed_as}
    assert set(listed) == set(schema)
    for name, described in schema.items():
        assert described["description"] == listed[name].words
        if listed[name].type == "choice":
            assert tuple(described["enum"]) == listed[name].values
        elif listed[name].type == "true or false":
            assert described["type"] == "boolean"
        else:
            assert listed[name].type == ("hours" if name.endswith("_hours") else "rate")


def test_a_rule_of_a_file_keeps_its_type_whoever_reads_it():
    for name, key in changes_of().items():
        for value in key.type.values or ("0",):
            given = {"true": True, "false": False}.get(value, int(value) if value.isdigit() else value)
            changed = override(load_profile("binance"), {name: given})
            held = changed.flip.allowed if name == "flip_allowed" else getattr(changed, key.field)
            assert held == given
            assert type(held) is type(key.type.read(given))


def test_a_rule_that_is_added_to_the_value_is_known_wherever_rules_are_read_and_described():
    profile = profile_from_toml(DRAWN, "drawn.toml", Drawn)
    assert (profile.lots, profile.lot_fee, profile.lot_hours, profile.lot_open) == (Lot.DAILY, Decimal("0.25"), 8, True)
    assert profile.lottery == Lottery(Decimal("0.5"), (Lot.DAILY,))
    changed = override(profile, {"lots": "hourly", "lot_fee": 0, "hours": 4})
    assert (changed.lots, changed.lot_fee, changed.lot_hours, changed.lot_open) == (Lot.HOURLY, 0, 4, True)
    schema = rules_schema(Drawn)
    assert schema["lots"] == {"enum": ["never", "daily", "hourly"], "description": "how lots are drawn"}
    assert schema["lot_open"] == {"type": "boolean", "description": "whether it is open"}
    listed = {key.name: key for key in profile_keys(Drawn)}
    new = {name: (key.type, key.required, key.changed_as) for name, key in listed.items() if name not in LISTED}
    assert new == {
        "rules.lots": ("choice", False, "lots"),
        "rules.lot_fee": ("rate", True, "lot_fee"),
        "lots.hours": ("hours", True, "hours"),
        "rules.lot_open": ("true or false", True, "lot_open"),
        "lottery": ("table", True, ""),
        "lottery.prize": ("rate", True, ""),
        "lottery.says": ("list of choice", False, ""),
    }


def test_a_rule_that_is_added_is_checked_in_the_words_of_the_others():
    text = (
        DRAWN.replace('lots = "daily"', 'lots = "weekly"')
        .replace("prize = 0.5", "price = 0.5")
        .replace("= 8\n", "= 7\n")
    )
    with pytest.raises(ProfileError) as caught:
        profile_from_toml(text, "drawn.toml", Drawn)
    assert ("rules.lots", '"weekly" does not fit (expected one of "never", "daily", "hourly")') in caught.value.faults
    assert ("lottery.prize", "is missing; a profile has every key") in caught.value.faults
    assert ("lottery.price", 'is not a key here; did you mean "prize"?') in caught.value.faults
    assert "lots.hours" in dict(caught.value.faults)
    with pytest.raises(OverrideError, match='expected one of "never", "daily", "hourly"'):
        override(profile_from_toml(DRAWN, "drawn.toml", Drawn), {"lots": 3})
    with pytest.raises(ProfileError, match="is not a key here"):
        profile_from_toml(DRAWN, "drawn.toml")


def test_the_grid_takes_a_rule_as_modelled_only_where_it_is_declared_so():
    book = book_of(load_file(shipped()["basket"]))
    figures = {each.name: getattr(book.profile, each.name) for each in fields(Profile)}
    told = {
        "lots": Lot.HOURLY,
        "lot_fee": Decimal("0.1"),
        "lot_hours": 8,
        "lot_open": True,
        "lottery": Lottery(Decimal(1)),
    }
    said = {name: unmodelled(replace(book, profile=Drawn(**figures, **{name: value}))) for name, value in told.items()}
    assert said == {
        "lots": "the rule hourly",
        "lot_fee": None,
        "lot_hours": "the rule lot hours",
        "lot_open": "the rule lot open",
        "lottery": "the rule lottery",
    }
    assert unmodelled(replace(book, profile=Drawn(**figures, lots=Lot.DAILY))) is None


def test_of_what_decides_who_falls_each_value_the_grid_models_is_listed_by_itself():
    some = {key.field: key.rule.modelled for kind in (Profile, Step) for key in keys_of(kind)}
    deciding = {
        "cross_machine": CrossMachine,
        "maintenance_basis": Basis,
        "residual": Residual,
        "victim": Victim,
        "kind": StepKind,
    }
    assert {name for name, modelled in some.items() if isinstance(modelled, tuple)} == set(deciding)
    assert all(set(some[name]) <= set(kind) for name, kind in deciding.items())


def test_a_type_that_nobody_reads_cannot_be_declared():
    with pytest.raises(TypeError, match="complex"):
        value_type(complex)
    assert is_dataclass(value_type(Shown).table)
