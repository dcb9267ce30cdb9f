"""A coin-margined account on the desk: coin in eight places, a bounded fall, and a position opened in the coin."""

import re
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from isocross.desk.actions.path import SetPath
from isocross.rules.market import Kind
from isocross.workspace import PathKind, shipped
from isocross_tui.cli.main import main
from isocross_tui.commands import BY_ID
from isocross_tui.screens.tell import Tell
from tests.journeys.screen import room

D = Decimal
ROOT = Path(__file__).parents[2]


async def test_coin_is_shown_to_the_satoshi_and_the_fall_ends_at_95_per_cent():
    async with room("inverse", (200, 60)) as desk:
        assert "Pool · BTC" in desk.text
        assert desk.figure("equity") == desk.frame.account.equity.quantize(D("1e-8"))
        assert "−0.42857143" in desk.row("BTCUSD")
        await desk.shock_to(-55)
        assert desk.struck("BTCUSD")
        assert "Isolated, BTCUSD would be liquidated at −33.0 %" in desk.said("#positions-sentence")
        desk.desk.store.dispatch(SetPath(PathKind.WHAT_IF, {"BTCUSD": D(2)}, "Twice as far"))
        assert desk.state.moment.shock == D("-0.475")
        await desk.press("left")
        assert desk.state.moment.shock == D("-0.475")
        assert "a coin-margined market can drop by 95 % at most" in desk.words


async def test_a_position_opened_in_a_coin_margined_market_is_coin_margined():
    async with room("inverse", (200, 60)) as desk:
        await desk.press("a")
        for key, value in (("mode", "cross"), ("quantity", "6000"), ("leverage", "10")):
            desk.desk.screen.query_one(f"#field-{key}").value = value
        await desk.settle()
        assert "Initial margin 0.01000000" in desk.words
        await desk.press("enter")
        opened = desk.frame.positions[-1].position
        assert (opened.kind, opened.initial_margin) == (Kind.INVERSE, D("0.01"))


async def test_a_narrow_desk_keeps_a_price_beside_the_coin():
    async with room("inverse", (80, 24)) as desk:
        row = desk.row("BTCUSD")
        assert "−0.4286" in row
        assert "31,936" in row


# an amount with two places; prices are far above a thousand there, shares and leverages have a sign behind them, and
# the unit that the gain of a close is counted by is a round number
IN_CENTS = re.compile(r"(?<![\d,.§])(?<!per )\d{1,3}\.\d\d(?![\dx])(?! ?%)(?! (?:more|closed|÷))")


async def test_no_page_or_view_forgets_how_many_places_the_coin_has():
    async with room("inverse", (80, 24)) as desk:
        await desk.shock_to(-40)
        for view, panes in (("desk", 3), ("twin", 1), ("close-first", 1), ("frontier", 1), ("replay", 1)):
            desk.desk.do(BY_ID[f"view.{view}"])
            await desk.settle()
            assert IN_CENTS.findall(desk.words) == [], view
            for _ in range(panes):
                await desk.press("w")
                assert isinstance(desk.desk.screen, Tell), view
                assert IN_CENTS.findall(desk.said(".page")) == [], view
                await desk.press("escape", "tab")


@pytest.mark.parametrize("command", ["report", "run", "compare", "advise", "frontier", "export", "explain"])
def test_no_command_forgets_how_many_places_the_coin_has(command):
    more = {"explain": ["--position", "long"]}.get(command, [])
    shock = [] if command == "frontier" else ["--shock=-60%"]
    told = CliRunner().invoke(main, [command, "inverse", *shock, *more])
    assert told.exit_code == 0, told.output
    assert IN_CENTS.findall(told.stdout) == []


def test_what_is_done_on_a_path_in_coin_is_told_in_coin(tmp_path):
    path = tmp_path / "path.toml"
    moves = """
path = "walk"
legs = [-0.1, 0.05]
moves = [
    { at = 0.5, do = "deposit", amount = 0.01 },
    { at = 1, do = "flip", position = "short" },
    { at = 1, do = "add-margin", position = "short", amount = 0.003 },
    { at = 1.5, do = "reduce", position = "long", amount = 10000 },
    { at = 1.5, do = "withdraw", amount = 50 },
]
"""
    path.write_text(shipped()["inverse"].read_text(encoding="utf-8").replace('\npath  = "what-if"\n', moves))
    for command in ("report", "run"):
        told = CliRunner().invoke(main, [command, str(path)])
        assert told.exit_code == 0, told.output
        assert "0.01000000 was deposited" in told.stdout
        assert "BTCUSD_DEC got 0.00300000 of margin" in told.stdout
        assert "50.00000000 is more than" in told.stdout
        assert IN_CENTS.findall(told.stdout) == []


def test_an_amount_is_written_only_with_the_places_of_a_currency():
    """An account, an asset or a crowd says how amounts are written, and nothing that writes one does without."""
    sources = {
        path: path.read_text(encoding="utf-8") for top in ("engine", "tui") for path in (ROOT / top).rglob("*.py")
    }
    made = {path.name for path, text in sources.items() if re.search(r"\bamounts_in\(", text)}
    of_assets = {"said.py", "assets.py", "account.py", "pool.py", "effect.py"}
    assert made == {"format.py", "book.py", "model.py", "shown.py", "text.py", "adl.py", *of_assets}
    assert {path.name for path, text in sources.items() if re.search(r"format import .*\bAmounts\b", text)
            and re.search(r"\bAmounts\(", text)} == set()  # fmt: skip
    assert not [path for path, text in sources.items() if re.search(r"[(,*] *\w+: Amounts( \| None)? =", text)]
