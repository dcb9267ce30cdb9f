"""A coin-margined account on the desk: coin in eight places, a bounded fall, and a position opened in the coin."""

from contextvars import ContextVar
from decimal import Decimal

import pytest
from click.testing import CliRunner
from journeys.screen import room

from engine import currency
from engine.edits import SetPath
from engine.market import Kind
from engine.workspace import PathKind
from tui.cli import main
from tui.commands import BY_ID
from tui.screens.tell import Tell

D = Decimal


async def test_coin_is_shown_to_the_satoshi_and_the_fall_ends_at_95_per_cent():
    async with room("inverse", (120, 36)) as desk:
        assert "Pool · BTC" in desk.text
        assert desk.figure("equity") == desk.frame.account.equity.quantize(D("1e-8"))
        assert "−0.42857143" in desk.row("BTCUSD ")
        await desk.shock_to(-55)
        assert desk.struck("BTCUSD ")
        assert "Isolated, BTCUSD would fall at −33.0 %" in desk.words
        desk.desk.store.dispatch(SetPath(PathKind.WHAT_IF, {"BTCUSD": D(2)}, "Twice as far"))
        assert desk.state.moment.shock == D("-0.475")
        await desk.press("left")
        assert desk.state.moment.shock == D("-0.475")
        assert "a coin-margined market is taken down by 95 % at most" in desk.words


async def test_a_position_opened_in_a_coin_margined_market_is_coin_margined():
    async with room("inverse", (120, 36)) as desk:
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
        row = desk.row("BTCUSD ")
        assert "−0.4286" in row
        assert "31,936" in row


async def test_no_page_or_view_forgets_how_many_places_the_coin_has(monkeypatch):
    """Nothing says how many places to write where nothing was said of the account: what forgets to, fails."""
    monkeypatch.setattr(currency, "_places", ContextVar("places"))
    async with room("inverse", (80, 24)) as desk:
        await desk.shock_to(-40)
        for view, panes in (("desk", 3), ("twin", 1), ("close-first", 1), ("frontier", 1), ("replay", 1)):
            desk.desk.do(BY_ID[f"view.{view}"])
            await desk.settle()
            for _ in range(panes):
                await desk.press("w")
                assert isinstance(desk.desk.screen, Tell), view
                await desk.press("escape", "tab")


@pytest.mark.parametrize("command", ["report", "run", "compare", "advise", "frontier", "export", "explain"])
def test_no_command_forgets_how_many_places_the_coin_has(command, monkeypatch):
    monkeypatch.setattr(currency, "_places", ContextVar("places"))
    more = {"explain": ["--position", "long"]}.get(command, [])
    shock = [] if command == "frontier" else ["--shock=-60%"]
    for form in ([], ["--json"]) if command != "export" else ([],):
        told = CliRunner().invoke(main, [command, "inverse", *shock, *more, *form])
        assert told.exit_code == 0, told.output
        assert told.exception is None
