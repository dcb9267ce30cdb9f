"""The JSON Schema of every output: what commands print is valid, what has another key or another type is not."""

from __future__ import annotations

import copy
import json
from functools import cache
from typing import Any

import pytest
from click.testing import CliRunner
from pydantic import ValidationError

from isocross.report.schemas import SHAPES, check_output, output_schema
from isocross_tui.cli.main import main

pytestmark = pytest.mark.usefixtures("home")

PRINTED = [
    "report guide-cross --venue coinex --shock -90%",
    "report crash-2025-10-10",
    "report inverse",
    "report basket guide-cross nothing.toml",
    "run guide-mixed --shock BTCUSDT=-50%,ETHUSDT=+50%",
    "run basket hedge",
    "compare guide-cross --shock -40%",
    "compare crash-2025-10-10",
    "compare basket crash-2025-10-10",
    "explain guide-mixed --position btc --shock -40%",
    "advise basket --shock -40%",
    "advise crash-2025-10-10",
    "frontier hedge --cells 3",
    "history",
    "history 2020-03-12",
    "history --reach BTC=-33%",
    "history --file guide-isolated",
    "lessons",
    "lessons the-wick",
    "check guide-cross nothing.toml",
    "replay guide-cross --window 2025-10-10",
    "autopsy record.csv",
    "autopsy record.csv --account basket --window 2025-10-10",
    "price basket --market BTC",
    "price basket hedge --market SOL",
    "adl all basket hedge nothing.toml --market BTC --shock -60% --fund 0 --depth 1%=1000 --jump",
    "adl queue hedge --market BTC --shock 5%",
    "limits basket ladder nothing.toml --rule limits.toml",
    "venues",
    "themes",
    "keys",
    "keys --keys vim",
    "export basket --as json",
    "export basket --what frame --as json",
    "export basket --what timeline --as json",
    "report nothing.toml",
]
RULE = (
    '[[limit]]\nsurvives = { common = "-40%" }\n[[limit]]\nmax_loss = { shock = { BTC = "-40%" }, of_equity = 0.1 }\n'
)


@pytest.fixture(autouse=True)
def _limits(home: Any) -> None:
    (home / "limits.toml").write_text(RULE, encoding="utf-8")
    record = "time,market,side,quantity,price\n2025-10-10T21:15:00Z,BTC,long,0.05,98000\n"
    (home / "record.csv").write_text(record, encoding="utf-8")


@cache
def printed(command: str) -> tuple[str, str]:
    """What a command prints as JSON, and the name of its output."""
    words = command.split()
    done = CliRunner().invoke(main, words if words[0] == "export" else [*words, "--json"])
    return (words[0], done.stdout) if done.stdout else ("error", done.stderr)


@pytest.mark.parametrize("command", PRINTED)
def test_what_a_command_prints_is_valid_and_one_more_key_or_a_float_is_not(command):
    name, text = printed(command)
    check_output(name, text)
    told = json.loads(text)
    for spoilt in (
        {**told, "surprise": 1},
        {**told, "format": 2},
        {**told, "format": "1"},
        dict(list(told.items())[1:]),
    ):
        with pytest.raises(ValidationError):
            check_output(name, json.dumps(spoilt))


@cache
def validator(name: str) -> Any:
    """What tells whether a JSON is valid by the printed schema of an output, which is one itself."""
    validators = pytest.importorskip("jsonschema", reason="a validator of JSON Schema is not installed")
    schema = json.loads(CliRunner().invoke(main, ["schema", "--of", name]).stdout)
    validators.Draft202012Validator.check_schema(schema)
    return validators.Draft202012Validator(schema)


@pytest.mark.slow
@pytest.mark.parametrize("command", PRINTED)
def test_the_printed_schema_says_the_same_to_a_validator_of_json_schema(command):
    name, text = printed(command)
    told = json.loads(text)
    assert list(validator(name).iter_errors(told)) == []
    assert not validator(name).is_valid({**told, "surprise": 1})
    spoilt = copy.deepcopy(told)
    spoilt["format"] = None
    assert not validator(name).is_valid(spoilt)


@pytest.mark.slow
def test_every_output_has_a_schema_and_is_printed_here():
    assert set(SHAPES) == {command.split()[0] for command in PRINTED} | {"error"}
    for name in SHAPES:
        assert output_schema(name)["title"] == f"isocross {name}"


def test_an_amount_that_is_a_number_is_not_valid():
    name, text = printed("report basket")
    told = json.loads(text)
    told["account"]["equity"] = 3.5
    with pytest.raises(ValidationError):
        check_output(name, json.dumps(told))
    told["account"]["equity"] = "3,5"
    with pytest.raises(ValidationError):
        check_output(name, json.dumps(told))


def test_an_output_that_is_not_known_is_usage():
    done = CliRunner().invoke(main, ["schema", "--of", "reprot"])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "no output is called 'reprot'; did you mean \"report\"?" in done.stderr


def test_lists_say_the_same_in_json():
    for command, key in (("venues", "id"), ("themes", "name"), ("keys", "id")):
        lines = CliRunner().invoke(main, [command]).stdout.splitlines()
        told = json.loads(CliRunner().invoke(main, [command, "--json"]).stdout)
        rows = told["commands" if command == "keys" else command]
        assert [row[key] for row in rows] == [line.split()[0] for line in lines]
