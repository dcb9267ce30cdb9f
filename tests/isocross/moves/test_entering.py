"""A position entered by hand: what the venue would refuse of it, and what it is merged into."""

from dataclasses import replace
from decimal import Decimal

import pytest

from isocross import moves
from isocross.account.book import Mode, Position, Side
from isocross.account.margin import unrealised_pnl
from isocross.desk.actions.account import DropPosition, MergePosition, PutPosition, SetMarks
from isocross.desk.new_account import new_account
from isocross.desk.state import State
from isocross.rehearsal.scenario import Scenario
from isocross.rules.market import Kind
from isocross.rules.switches import AccountMode
from isocross.workspace.build import book_of
from isocross.workspace.model import AssetEntry, MarketEntry, VenueChoice, Workspace


def position(id="btc", market="BTCUSDT", side="long", mode="isolated", quantity="0.1", entry="60000", leverage="10"):
    figures = (Decimal(quantity), Decimal(entry), Decimal(leverage))
    return Position(id, market, Side(side), Mode(mode), *figures)


def account(*positions: Position, venue="binance", one_way=False, wallet="5000", **more) -> Workspace:
    choice = VenueChoice(venue, (("hedge_mode", False),) if one_way else ())
    return Workspace("an account", Decimal(wallet), positions, choice, **more)


def refusal(workspace: Workspace) -> str:
    """What the venue says of the last position."""
    said = moves.not_accepted(book_of(workspace), workspace.positions[-1].id)
    return "" if said is None else str(said)


BTC = position()
ETH = position("eth", "ETHUSDT", "short", "cross", "2", "3000")
MORE = position("more", quantity="0.2", entry="66000")


@pytest.mark.parametrize(
    ("workspace", "said"),
    [
        (account(BTC, ETH), ""),
        (account(BTC, MORE), "Binance USD-M has one long position of BTCUSDT: it would be merged"),
        (account(BTC, position("b", side="short"), one_way=True), "this account is one-way"),
        (account(BTC, position("b", side="short")), ""),
        (account(BTC, position("b", side="short", leverage="5")), "one leverage for BTCUSDT: 10x is in force, not 5x"),
        (
            account(replace(BTC, market="BTC"), position("b", "BTC", side="short"), venue="hyperliquid"),
            "Hyperliquid has one position per market, no long and short of BTC at once",
        ),
        (account(BTC, replace(ETH, quantity=Decimal(20))), "it needs 6,000.00 of margin, and 4,400.00 is available"),
        (account(BTC, MORE, venue="guide"), ""),
        (account(BTC, replace(MORE, leverage=Decimal(5)), venue="guide"), ""),
    ],
)
def test_what_the_venue_would_not_open(workspace, said):
    told = refusal(workspace)
    assert said in told
    assert bool(said) == bool(told)


def test_a_leverage_beside_another_of_its_market_is_remarked_on():
    book = book_of(account(BTC, position("b", side="short")))
    outcome = moves.set_leverage(book, "b", Decimal(5))
    assert outcome.after is not None
    assert "10x is in force, not 5x" in outcome.remark
    assert moves.set_leverage(replace(book, strict=True), "b", Decimal(5)).after is None
    assert not moves.set_leverage(book_of(account(BTC, ETH)), "eth", Decimal(5)).remark


def test_okx_keeps_a_position_of_each_mode():
    swap = replace(BTC, market="BTC-USDT-SWAP")
    crossed = replace(swap, id="c", mode=Mode.CROSS, leverage=Decimal(5))
    assert refusal(account(swap, crossed, venue="okx")) == ""
    assert "position and mode of BTC-USDT-SWAP" in refusal(account(swap, replace(swap, id="c"), venue="okx"))


@pytest.mark.parametrize("kind", [Kind.LINEAR, Kind.INVERSE])
def test_a_merged_position_earns_what_both_did(kind):
    one = replace(BTC, kind=kind, quantity=Decimal(100))
    other = replace(MORE, kind=kind, quantity=Decimal(250))
    joined = moves.merged(one, other)
    assert joined.quantity == 350
    assert (joined.id, joined.mode, joined.leverage) == (one.id, one.mode, one.leverage)
    for mark in (Decimal(40000), Decimal(90000)):
        apart = unrealised_pnl(one, mark) + unrealised_pnl(other, mark)
        assert abs(unrealised_pnl(joined, mark) - apart) < Decimal("1e-9")


def test_a_merged_bucket_has_the_cash_of_both():
    joined = moves.merged(BTC.with_margin(Decimal(700)), MORE)
    assert joined.margin == 700 + MORE.initial_margin


def test_each_row_stands_on_what_those_before_it_left():
    rows = new_account(account(BTC, ETH, position("sol", "SOLUSDT", quantity="900", entry="150"))).rows
    assert [row.available for row in rows[:2]] == [4400, 3800]
    assert "more than the wallet" in rows[2].fault
    assert rows[2].figures is None


def test_the_first_to_be_liquidated_is_that_of_the_nearest_move_either_way():
    down = new_account(account(BTC, ETH))
    assert down.first == "btc"
    assert down.words.startswith("If all prices drop, BTC is liquidated first")
    up = new_account(account(BTC, replace(ETH, mode=Mode.ISOLATED, leverage=Decimal(50))))
    assert up.first == "eth"
    assert up.words.startswith("If all prices rise, ETH is liquidated first")
    assert "If all prices drop, BTC" in up.words


def test_a_position_that_would_be_merged_is_rehearsed_anyway_and_refused_by_a_strict_account():
    state = State.opened(account(BTC))
    after = PutPosition(MORE).apply(state)
    assert after.message.tone == "warn"
    assert "Rehearsed anyway: Binance USD-M has one long position" in after.message.text
    strict = State.opened(account(BTC, strict=True))
    assert PutPosition(MORE).apply(strict).workspace == strict.workspace
    (joined,) = MergePosition(MORE).apply(strict).workspace.positions
    assert (joined.id, joined.quantity, joined.entry) == ("btc", Decimal("0.3"), 64000)


def test_marks_and_parts_are_set_and_go_with_the_last_position():
    markets = (MarketEntry("ETHUSDT", Decimal(3000)),)
    state = State.opened(account(BTC, ETH, markets=markets, scenario=Scenario(betas={"ETHUSDT": Decimal(0)})))
    moved = SetMarks({"BTCUSDT": Decimal(50000), "ETHUSDT": Decimal(3000)}, {"ETHUSDT": Decimal(2)}).apply(state)
    assert book_of(moved.workspace).markets["BTCUSDT"].mark == 50000
    assert moved.workspace.positions == state.workspace.positions
    assert moved.workspace.scenario.betas == {"ETHUSDT": 2}
    left = DropPosition().apply(replace(moved, selected="eth")).workspace
    assert left.scenario.betas == {}
    assert left.markets[0] == markets[0]


def test_what_the_venue_would_not_have_of_an_account_as_it_stands():
    assert moves.not_as_it_stands(book_of(account(BTC, ETH))) == ()
    short = moves.not_as_it_stands(book_of(account(BTC, ETH, wallet="700")))
    assert [said.split(" beside")[0] for said in short] == [
        "Binance USD-M would not open BTC", "Binance USD-M would not open ETH",
    ]  # fmt: skip
    assert "it needs 600.00 of margin" in short[0]
    mixed = moves.not_as_it_stands(book_of(account(BTC, ETH, venue="bybit")))
    assert mixed == (
        "Bybit (unified account) has one margin mode for the whole account, "
        "and this one has cross and isolated positions.",
    )
    inverse = replace(position("inverse", "BTCUSD", "short", "cross", "20000"), kind=Kind.INVERSE)
    coin = AssetEntry("BTC", Decimal("0.5"), collateral=False)
    several = account(inverse, venue="bybit", account=AccountMode.UNIFIED, assets=(coin,), wallet="9000")
    said = moves.not_as_it_stands(book_of(several))
    assert "BTCUSD settles in BTC, so it cannot be switched off as collateral." in said
