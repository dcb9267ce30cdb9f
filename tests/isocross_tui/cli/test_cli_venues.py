"""`isocross venues update`: what a newer answer changes is shown, and saved when it is asked for."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from isocross.rules import own_tables
from isocross.rules.collateral import collateral_table
from isocross_tui.cli.main import main

ANSWER = [{"currency": "USDT", "discount_tiers": [{"discount": "0.9", "lower_limit": "0", "upper_limit": "+"}]}]


@pytest.fixture(autouse=True)
def _forgotten(home):
    own_tables.forget()
    yield
    own_tables.forget()


def update(*words):
    """What the command prints, and its exit code."""
    done = CliRunner().invoke(main, ["venues", "update", *words])
    return done.output, done.exit_code


def test_an_answer_is_shown_and_saved_when_asked_for(tmp_path, home):
    file = tmp_path / "tiers.json"
    file.write_text(json.dumps(ANSWER))
    shown, code = update("gate", "--from", str(file), "--as-of", "2026-12-01")
    assert code == 0
    assert shown.splitlines() == [
        "Gate, weights of collateral of 2026-12-01",
        "  USDT: 1 from 0 (undated, 2024 or earlier (lists MATIC and AGIX)) -> 0.9 from 0",
        "  1 changed or new, 0 the same",
        "Nothing is saved: --yes saves it.",
    ]
    assert collateral_table("gate-collateral").assets["USDT"].tiers[0][1] == 1
    saved, code = update("gate", "--from", str(file), "--as-of", "2026-12-01", "--yes")
    assert own_tables.own_tables_folder().is_relative_to(home)
    assert (code, saved.splitlines()[-1]) == (0, f"Saved in {own_tables.own_tables_folder() / 'gate.json'}")
    listed = collateral_table("gate-collateral").assets["USDT"]
    assert (str(listed.tiers[0][1]), listed.as_of) == ("0.9", "2026-12-01")


def test_what_cannot_be_taken_is_one_sentence(tmp_path):
    file = tmp_path / "tiers.json"
    file.write_text("{}")
    assert "this is not a public answer of Gate" in update("gate", "--from", str(file))[0]
    assert "no shipped venue is called 'gat'" in update("gat", "--from", str(file))[0]
    assert "'x' is not a day" in update("gate", "--from", str(file), "--as-of", "x")[0]
    assert update("gate", "--from", str(tmp_path / "none.json"))[1] != 0


def test_without_a_word_the_venues_are_listed():
    assert "gate        Gate: pooled cross" in CliRunner().invoke(main, ["venues"]).output
