"""The kinds of path: each that a file can name is known, and what one says of itself holds everywhere."""

from dataclasses import fields, replace
from decimal import Decimal

import pytest

from isocross.desk.actions.path import SetPath, ToggleLived
from isocross.desk.state import Moment, State
from isocross.rehearsal.kinds import GLIDE_TYPES, LIVED_TYPES, PATH_KEYS, PATH_TYPES, PathType, rehearse, type_of
from isocross.rehearsal.scenario import PathKind, Scenario
from isocross.workspace import Faults, book_of, dump, load_file, load_text, shipped
from isocross.workspace.json_schema import workspace_schema

D = Decimal
MINE = load_file(shipped()["guide-mixed"])
FULL = {"low": D("-0.3"), "back": D("-0.1"), "window": "2025-10-10"}


def named(kind: PathType) -> str:
    return kind.kind.value


def has_all(kind: PathType) -> Scenario:
    return replace(MINE.scenario, path=kind.kind, **{key: FULL[key] for key in kind.needs})


def test_every_kind_that_a_file_can_name_is_known_once():
    assert sorted(map(named, PATH_TYPES)) == sorted(PathKind)
    assert all(type_of(Scenario(kind)).kind is kind for kind in PathKind)


def test_every_key_of_a_kind_is_a_field_of_the_scenario_and_stands_in_the_schema_in_its_words():
    keys = {key.name: key for key in PATH_KEYS}
    assert len(keys) == len(PATH_KEYS)
    assert keys.keys() <= {field.name for field in fields(Scenario)}
    described = workspace_schema()["definitions"]["scenario"]["properties"]
    assert {name: described[name]["description"] for name in keys} == {k: key.expected for k, key in keys.items()}
    assert all(set(kind.needs) <= {key.name for key in kind.keys} for kind in PATH_TYPES)


@pytest.mark.parametrize("kind", PATH_TYPES, ids=named)
def test_a_path_without_what_it_needs_is_refused_and_one_with_it_is_read_as_it_was_written(kind: PathType):
    mine = replace(MINE, scenario=has_all(kind))
    assert load_text(dump(mine)).scenario == mine.scenario
    for key in kind.needs:
        with pytest.raises(Faults, match=f'scenario.{key}: is missing, and a "{kind.kind}" path needs it'):
            load_text(dump(replace(mine, scenario=replace(mine.scenario, **{key: None}))))


@pytest.mark.parametrize("kind", PATH_TYPES, ids=named)
def test_a_cursor_stands_where_it_was_put_whatever_the_kind(kind: PathType):
    rehearsal = rehearse(book_of(MINE), has_all(kind))
    moment = Moment.opened(replace(MINE, scenario=has_all(kind)))
    there, why = rehearsal.reached(rehearsal.rests_at(D("-0.1")))
    assert (moment.moved(there).cursor, why) == (there, "")
    assert rehearsal.extent.low <= there <= rehearsal.extent.high
    assert rehearsal.frame(there).place == abs(there)


def test_lived_and_back_goes_to_the_last_kind_that_has_what_it_needs():
    state = State.opened(replace(MINE, scenario=Scenario()))
    for kind in LIVED_TYPES:
        scenario = replace(has_all(kind), path=PathKind.WHAT_IF)
        lived = ToggleLived().apply(State.opened(replace(MINE, scenario=scenario)))
        assert lived.workspace.scenario.path is kind.kind
        assert ToggleLived().apply(lived).workspace.scenario.path is PathKind.WHAT_IF
    assert SetPath(GLIDE_TYPES[1].kind, {}, "A gap").apply(state).moment.kind is GLIDE_TYPES[1]
