"""A user's own tables that cannot be used: one sentence, whichever venue's file it is and whoever asks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from isocross.folders import config_folder
from isocross.report.sources import sources_text
from isocross.rules import own_tables
from isocross_tui.cli.main import main


@pytest.fixture(autouse=True)
def read_anew(home: Path) -> Iterator[None]:
    """Read the tables anew, and leave none behind."""
    own_tables.forget()
    yield
    own_tables.forget()


def keep(venue: str, text: str) -> None:
    folder = own_tables.own_tables_folder()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{venue}.json").write_text(text)


@pytest.mark.parametrize(
    ("venue", "words"),
    [
        ("guide", ["report", "guide-cross"]),
        ("binance", ["report", "guide-cross"]),
        ("coinex", ["compare", "guide-cross"]),
        ("okx", ["report", "guide-cross", "--venue", "okx"]),
    ],
)
def test_a_table_that_is_none_is_one_sentence(venue: str, words: list[str]):
    """The guide borrows its price steps from Binance and CoinEx."""
    keep(venue, '{"tiers": {"BTCUSDT": 3}}')
    done = CliRunner().invoke(main, words)
    assert (done.exit_code, done.stdout) == (1, "")
    assert f"{venue}.json: this is not a table that isocross wrote" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_the_list_of_what_is_shipped_asks_no_table_of_a_user():
    keep("okx", "[]")
    assert "rules of OKX" in sources_text()


def test_a_settings_folder_that_may_not_be_looked_into_is_done_without_and_told(monkeypatch: pytest.MonkeyPatch):
    """Root may look into each, so the system says no by hand."""
    keep("guide", '{"tiers": 3}')
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != config_folder() and may(path, mode))
    done = CliRunner().invoke(main, ["report", "guide-cross"])
    assert done.exit_code == 0
    assert done.stderr.startswith(f"{config_folder()}: this folder may not be looked into: your own venues, tables")
    assert len(done.stderr.splitlines()) == 1
