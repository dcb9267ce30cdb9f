"""compare, advise and frontier on a file with a lived path: along it, or refused with what to do."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from click.testing import CliRunner

from isocross.rehearsal.kinds import lived_rehearsal
from isocross.rules.catalogue import profile_ids
from isocross.workspace import book_of, load_file, shipped
from isocross_tui.cli.main import main

LIVED = "crash-2025-10-10"
D = Decimal


def ran(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == code, result.output
    return result.output


def at_the_end(venue: str | None = None) -> Decimal:
    workspace = load_file(shipped()[LIVED])
    book = book_of(workspace, venue)
    rehearsal = lived_rehearsal(book, workspace.scenario)
    return rehearsal.frame(rehearsal.path.end).account.equity


@pytest.mark.slow
def test_compare_goes_through_the_path_in_every_mode_and_at_every_venue():
    told = json.loads(ran("compare", LIVED, "--json"))
    variants = {variant["key"]: variant for variant in told["variants"]}
    assert set(variants) >= {"as-is", "all-isolated", *profile_ids()} - {"guide"}
    assert (told["path"], told["shock"]) == ("replay", None)
    for key, variant in variants.items():
        if key in profile_ids():
            assert D(variant["account"]["equity"]) == at_the_end(key)
    assert D(variants["as-is"]["account"]["equity"]) == at_the_end()
    assert variants["as-is"]["first_fall"]["time"].startswith("2025-10-10T21:20")
    shown = ran("compare", LIVED)
    assert "0 of 3" in shown and "3 of 3" not in shown


@pytest.mark.slow
def test_a_shock_that_is_asked_for_is_answered_without_the_path():
    assert json.loads(ran("compare", LIVED, "--shock", "-20%", "--json"))["shock"] == "-0.2"
    assert json.loads(ran("advise", LIVED, "--shock", "-20%", "--json"))["shock"] == "-0.2"


@pytest.mark.slow
def test_advice_is_of_what_the_path_leaves():
    told = json.loads(ran("advise", LIVED, "--json"))
    assert D(told["today"]["equity"]) == at_the_end()
    assert D(told["advised"]["equity"]) > D(told["today"]["equity"])
    assert told["complete"] and told["tried"] == 8
    assert told["flips"] == ["doge"] and told["text"] in ran("advise", LIVED)
    assert "--shock" in ran("advise", LIVED, "--position", "btc", code=2)


def test_a_frontier_is_of_one_moment_of_the_path_or_refused():
    assert "--at 0" in ran("frontier", LIVED, code=2)
    size = ("--cells", "5", "--json")
    opening = json.loads(ran("frontier", LIVED, "--at", "0", *size))
    later = json.loads(ran("frontier", LIVED, "--at", "2025-10-10T21:30", *size))
    assert opening["positions"] == ["btc", "eth", "doge"] and later["positions"] == ["btc", "eth"]
    assert "no lived path" in ran("frontier", "guide-cross", "--at", "0", code=2)


@pytest.mark.parametrize("command", ["compare", "advise"])
def test_a_walk_without_a_clock_does_too(command, tmp_path):
    file = tmp_path / "walk.toml"
    file.write_text(
        'wallet = 1000\n[[positions]]\nmarket = "BTCUSDT"\nside = "long"\nmode = "isolated"\nquantity = 0.05\n'
        'entry = 60000\nleverage = 10\n[scenario]\npath = "walk"\nlegs = [-0.2, 0.1]\n',
        encoding="utf-8",
    )
    told = json.loads(ran(command, str(file), "--json"))
    assert (told["path"], told["time"]) == ("walk", None)
    ran(command, str(file))
