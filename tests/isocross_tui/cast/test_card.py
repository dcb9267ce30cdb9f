"""The picture to share: every figure on it is one of the engine's reports, and it is whole by itself."""

from __future__ import annotations

import json
import os
import re
import stat
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner

from isocross.format import amounts_in, percent
from isocross_tui.cli import converting
from isocross_tui.cli.main import main

pytestmark = pytest.mark.usefixtures("home")


def run(*words: str, code: int = 0):
    done = CliRunner().invoke(main, words, prog_name="isocross")
    assert done.exit_code == code, done.output
    return done


def card(*words: str) -> list[str]:
    run("card", *words, "-o", "card.svg", "--force")
    root = ElementTree.parse("card.svg").getroot()
    return [text.text or "" for text in root.findall("{*}text")]


@pytest.mark.slow
@pytest.mark.parametrize("account", ["basket", "guide-mixed", "hedge", "inverse", "isolated-short"])
@pytest.mark.parametrize("shock", ["-45%", "+80%"])
def test_what_is_left_and_who_is_liquidated_first_is_what_the_comparison_says(account, shock):
    compared = json.loads(run("compare", account, "--shock", shock, "--json").stdout)
    told = card(account, "--shock", shock)
    report = json.loads(run("report", account, "--json").stdout)
    unit = re.search(r"wallet \S+ (\w+)", " ".join(told))[1]
    own, *others = [v for v in compared["variants"][:3] if v["same_as"] is None]
    for side in (own, *others):
        if side["account"] is not None:
            assert amounts_in(unit)(Decimal(side["account"]["equity"])) in told
            assert any(words.startswith(f"{side['survivors']} of {side['positions']} open") for words in told)
    first = own["first_fall"]
    if first is None:
        assert "Nobody" in told
    else:
        assert f"at {percent(Decimal(first['move']), plus='+')}" in told
    assert report["name"] in told


@pytest.mark.slow
def test_the_moves_of_single_markets_and_of_a_path_are_told():
    told = card("guide-mixed", "--shock", "BTCUSDT=-50%,ETHUSDT=+50%")
    assert {"BTC −50.0 %", "ETH +50.0 %", "the moves"} <= set(told)
    told = card("crash-2025-10-10")
    lived = json.loads(run("compare", "crash-2025-10-10", "--json").stdout)
    assert {"the path", "replay 2025-10-10"} <= set(told)
    assert amounts_in("USDT")(Decimal(lived["variants"][0]["account"]["equity"])) in told


def test_the_date_of_the_rules_and_what_the_file_changes_of_them_is_told(home):
    assert any("brackets 2026" in words for words in card("guide-mixed", "--venue", "binance"))
    workspace = 'wallet = 1000\npositions = []\n[venue]\nprofile = "guide"\nclose_fee = 0.0005\n'
    Path("changed.toml").write_text(workspace, encoding="utf-8")
    assert any("changed by the account's file" in words for words in card("changed.toml", "--shock", "-30%"))


def test_nothing_of_it_is_elsewhere_and_long_names_stay_on_it(home):
    name = "An account & <a very> " + "long name " * 12
    workspace = f'name = "{name.strip()}"\nvenue = "guide"\nwallet = 1000\npositions = []\n'
    Path("long.toml").write_text(workspace, encoding="utf-8")
    told = card("long.toml", "--shock", "-30%")
    assert any(words.startswith("An account & <a very>") and words.endswith("…") for words in told)
    svg = Path("card.svg").read_text(encoding="utf-8")
    assert not re.search(r"<script|href|url\(|@import|https?://(?!www\.w3\.org/2000/svg)", svg)


# --- PNG -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_png_is_made_by_what_is_here_or_one_sentence_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr(converting, "find_spec", lambda _: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    done = run("card", "basket", "-o", "card.png", code=1)
    assert done.stderr.strip() == converting.NO_CONVERTER
    assert not Path("card.png").exists()
    # one that fails is told by its name
    tool = tmp_path / "rsvg-convert"
    tool.write_text("#!/bin/sh\nexit 3\n")
    tool.chmod(tool.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/bin{os.pathsep}/usr/bin")
    monkeypatch.setattr(converting, "_BROWSERS", ())
    assert "rsvg-convert could not draw" in run("card", "basket", "-o", "card.png", code=1).stderr
    tool.write_text('#!/bin/sh\nwhile [ "$1" != -o ]; do shift; done\nprintf PNG > "$2"\n')
    run("card", "basket", "-o", "card.png")
    assert Path("card.png").read_bytes() == b"PNG"


@pytest.mark.parametrize(
    ("words", "said", "code"),
    [
        ("basket -o card.gif", "expected a name with the ending .svg or .png", 2),
        ("basket -o nowhere/card.svg", "could not write nowhere/card.svg: there is no such folder", 1),
        ("nobody -o card.svg", "nobody", 1),
        ("basket --shock -200% -o card.svg", "--shock", 2),
    ],
)
def test_what_cannot_be_drawn_is_one_sentence(words, said, code):
    done = run("card", *words.split(), code=code)
    assert said in done.stderr
