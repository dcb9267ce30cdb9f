"""Coin-margined contracts beside other assets, from the file on: figures by hand, what moves together, refusals."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal, localcontext

import pytest

from isocross.cascade import solve
from isocross.cascade.events import EventKind
from isocross.cascade.ledger import Ledger
from isocross.cascade.solver import solve_gap
from isocross.figures.prices import liquidation_price
from isocross.figures.standings import Standings
from isocross.money import CONTEXT
from isocross.moves import flip, switch_collateral
from isocross.paths.bars import HistoryError
from isocross.paths.glide import Glide
from isocross.paths.together import ApartError
from isocross.rehearsal.kinds import rehearse
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report.price import price_sentence
from isocross.risk.moves import Moves
from isocross.studies.first_price import first_price
from isocross.studies.frontier.asked import FrontierError, plane_of
from isocross.studies.frontier.cell import cells_along
from isocross.studies.frontier.plane import two_markets
from isocross.toml.faults import Faults
from isocross.workspace import dump, load_text
from isocross.workspace.build import book_of
from isocross.workspace.feasible import refuse_endless

D = Decimal

FILE = """
venue = "bybit"
account = "unified"
wallet = 5000
[[assets]]
asset = "BTC"
balance = 0.5
[[markets]]
symbol = "BTCUSD"
mark = 60000
[[markets]]
symbol = "ETHUSDT"
mark = 2500
[[positions]]
market = "ETHUSDT"
side = "long"
mode = "cross"
quantity = 40
entry = 2500
leverage = 10
[[positions]]
market = "BTCUSD"
side = "short"
mode = "cross"
quantity = 30000
entry = 62000
leverage = 10
"""
LINEAR = """
[[positions]]
market = "BTCUSDT"
side = "long"
mode = "cross"
quantity = 2
entry = 60000
leverage = 10
"""
LATER = """
[[positions]]
market = "BTCUSDH27"
side = "short"
mode = "cross"
quantity = 10000
entry = 60000
leverage = 10
[[markets]]
symbol = "BTCUSDH27"
kind = "inverse"
mark = 60600
"""


def account(text: str = FILE):
    return book_of(load_text(text))


def standings(book):
    return Standings.at(Ledger(book), {symbol: market.mark for symbol, market in book.markets.items()})


@pytest.fixture(autouse=True)
def as_exact_as_the_engine():
    with localcontext(CONTEXT):
        yield


def near(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) < D("1e-30") * (1 + abs(one))


def test_a_pool_counts_the_pnl_of_the_coin_and_asks_for_it_in_dollars():
    pool = standings(account()).pool
    earned = 30000 * (D(1) / 60000 - D(1) / 62000)
    assert near(pool.equity, 5000 + D("0.98") * 30000 + earned * 60000)
    assert near(pool.maintenance_margin, (40 * 2500 + 30000) * D("0.00555"))


def test_the_price_of_the_other_market_and_the_joint_one_are_roots_of_lines():
    book = account()
    # the short asks for 166.50 USD wherever its mark is
    left = 5000 + D("0.98") * 30000 + 30000 - 30000 * D(60000) / 62000 - 40 * 2500 - D("166.5")
    assert near(liquidation_price(standings(book), 0), -left / (40 * (1 - D("0.00555"))))
    coin, eth = (D("0.98") / 2 - D(30000) / 62000) * 60000, 40 * 2500 * (1 - D("0.00555"))
    move = (5000 + 30000 - D("166.5") + coin - 40 * 2500 + eth) / -(coin + eth)
    first = solve(book, Glide.common(book, {}, -1)).events[0]
    assert (first.position, first.place) == (0, (-move).quantize(D("1e-12"), "ROUND_CEILING"))


def test_a_long_ends_where_its_coin_and_it_have_lost_the_same_dollars():
    # all BTC, 0.5 at 0.98 and long 60,000 from 60,000: (0.49 + 1) × P = 60,000 × 1.00555 − 5,000 where it ends
    text = FILE.replace('side = "short"', 'side = "long"').replace("30000", "60000").replace("62000", "60000")
    text = text.replace("quantity = 40", "quantity = 0.01").replace("entry = 2500", "entry = 2500")
    price = liquidation_price(standings(account(text)), 1)
    assert near(price, (60000 * D("1.00555") - 5000 + 25 * D("0.00555")) / D("1.49"))


def test_what_is_closed_goes_to_the_balance_of_its_coin():
    text = FILE.replace('side = "short"', 'side = "long"').replace("30000", "60000")
    ended = [e for e in solve(account(text), Glide.common(account(text), {}, -1)).events if e.position == 1]
    (event,) = (e for e in ended if e.kind is EventKind.LIQUIDATION)
    lost = 60000 * (1 / event.mark - D(1) / 62000)
    assert event.asset == "BTC"
    assert abs(event.figures.pnl + lost) < D("1e-18")
    assert sum(leg.amount for leg in event.postings if leg.account == "pool") == -event.amount


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('asset = "BTC"', 'asset = "SOL"\nprice = 150', '"BTCUSD" settles in "BTC", and the account has none'),
        ('symbol = "BTCUSD"', 'symbol = "BTCUSD"\nsettles = "USDT"', 'it settles in BTC, not in "USDT"'),
        ("balance = 0.5", "balance = 0.5\nprice = 59000", 'BTC has the price of "BTCUSD", which is 60,000'),
        ('"bybit"', '"gate"', "Unified account has no such contracts: its futures are USDT-margined"),
        ('"bybit"', '"hyperliquid"', '"BTCUSD" is coin-margined, and Unified account has no such contracts'),
        ('"bybit"\naccount = "unified"', '"kraken"\naccount = "multi-assets"', "each coin has a single-collateral"),
        ('"bybit"\naccount = "unified"', '"binance"\naccount = "multi-assets"', "COIN-M futures have a wallet of"),
    ],
)
def test_what_is_wrong_is_said_in_words(old, new, told):
    text = FILE.replace('symbol = "BTCUSD"', 'symbol = "BTCUSD"\nkind = "inverse"') if "hyper" in new else FILE
    assert old in text
    with pytest.raises(Faults) as caught:
        load_text(text.replace(old, new))
    assert told in str(caught.value)


def test_a_market_whose_name_tells_no_coin_says_what_it_settles_in():
    odd = FILE.replace('"BTCUSD"', '"B1"').replace("mark = 60000", 'mark = 60000\nkind = "inverse"')
    odd = odd.replace('kind = "inverse"', 'kind = "inverse"\ntiers = [{ from = 0, rate = 0.005, max_leverage = 100 }]')
    with pytest.raises(Faults, match=r"B1.* is coin-margined, and its name tells no coin"):
        load_text(odd)
    book = account(odd.replace("mark = 60000", 'mark = 60000\nsettles = "BTC"'))
    assert (book.markets["B1"].settles, book.coin["BTC"].market) == ("BTC", "B1")


OKX = """
venue = "okx"
account = "unified"
wallet = {cash}
[[assets]]
asset = "BTC"
balance = {coins}
tiers = [{{ from = 0, weight = 0.98 }}, {{ from = 0.5, weight = 0.5 }}]
[[markets]]
symbol = "BTC-USD-SWAP"
mark = 60000
[[positions]]
market = "BTC-USD-SWAP"
side = "short"
mode = "cross"
quantity = 30000
entry = 60000
leverage = 10
"""


def test_a_coin_that_comes_below_zero_by_open_pnl_counts_as_a_debt_from_there_on():
    # 0.1 BTC less what the short loses: 30,000 ÷ P − 0.4, a debt above 75,000
    found = standings(account(OKX.format(cash=5000, coins="0.1")))
    need = found.pool.maintenance_margin
    assert near(liquidation_price(found, 0), (5000 + 30000 - need) / D("0.4"))


def test_a_coin_counts_less_from_the_price_on_at_which_open_pnl_takes_it_over_a_border():
    # 0.4 BTC and what the short gains: 30,000 ÷ P − 0.1, half a BTC at 50,000; all beyond counts for a half
    found = standings(account(OKX.format(cash=-20000, coins="0.4")))
    # (30,000 − 0.1 × P) × 0.5 + 0.24 × P − 20,000 = what is asked for
    assert near(liquidation_price(found, 0), (20000 + found.pool.maintenance_margin - 15000) / D("0.19"))


# --- what moves together -------------------------------------------------------------------------


def test_a_market_that_is_named_takes_its_coin_along():
    book = account(FILE + LINEAR + LATER)
    marks = Glide.towards(book, {"BTCUSDT": D("-0.1")}).marks(D(1))
    assert {symbol: marks[symbol] / book.markets[symbol].mark for symbol in book.markets} == {
        "BTCUSDT": D("0.9"), "BTCUSD": D("0.9"), "BTCUSDH27": D("0.9"), "ETHUSDT": 1, "USDT": 1,
    }  # fmt: skip
    # a basis is named: the collateral goes with what is margined in it
    basis = solve(book, Glide.towards(book, {"BTCUSDT": D("-0.1"), "BTCUSD": D("-0.05")}), D(1))
    assert basis.path.marks(D(1))["BTCUSDH27"] == D("60600") * D("0.95")


def test_an_isolated_one_takes_its_coin_along_and_is_bound_to_none():
    text = (FILE + LINEAR + LATER).replace('side = "short"\nmode = "cross"', 'side = "short"\nmode = "isolated"')
    book = account(text)
    assert set(Glide.towards(book, {"BTCUSDT": D("-0.1")}).marks(D(1)).items()) >= {
        ("BTCUSD", 54000),
        ("BTCUSDT", 54000),
    }
    # each has a bucket of its own, so a basis between them is worked out
    solve(book, Glide.towards(book, {"BTCUSD": D("0.01"), "BTCUSDH27": D("0.02")}), D(1))


def test_liquidation_prices_of_one_coin_are_at_one_move():
    book = account(FILE + LINEAR + LATER)
    found = standings(book)
    moves = [liquidation_price(found, i) / book.market_of(book.positions[i]).mark for i in (1, 2, 3)]
    assert near(moves[0], moves[1])
    assert near(moves[1], moves[2])
    rehearsal = GlideRehearsal(book, {})
    assert first_price(rehearsal, "BTCUSDT").down.price == liquidation_price(found, 2)


@pytest.mark.parametrize(
    "scenario",
    [
        "betas = { BTCUSD = 1, BTCUSDH27 = 1.1 }",
        'path = "walk"\nlegs = [-0.1, { BTCUSD = -0.1, BTCUSDH27 = -0.2 }]',
    ],
)
def test_what_is_margined_in_one_coin_is_not_taken_apart(scenario):
    text = FILE + LINEAR + LATER
    with pytest.raises(Faults, match="BTCUSD and BTCUSDH27 are both the price of BTC, which is margin here: move both"):
        load_text(f"{text}[scenario]\n{scenario}\n")
    load_text(f"{text}[scenario]\n{scenario.replace('BTCUSDH27', 'BTCUSDT')}\n")


def test_a_leg_that_takes_a_coin_along_too_far_is_refused():
    text = FILE + LINEAR + '[scenario]\npath = "walk"\nlegs = [{ BTCUSDT = -0.97 }]\n'
    with pytest.raises(Faults, match="BTCUSD would be moved by −97"):
        load_text(text)


def test_a_part_that_was_set_after_the_file_was_read_is_refused_too():
    workspace = load_text(FILE + LATER)
    refuse_endless(workspace)
    betas = {"BTCUSD": D(1), "BTCUSDH27": D(2)}
    apart = replace(workspace, scenario=replace(workspace.scenario, betas=betas))
    with pytest.raises(ApartError, match="move both by the same share"):
        refuse_endless(apart)


def test_a_replay_in_which_a_coin_follows_two_symbols_is_refused():
    head = f'{FILE}{LATER}[scenario]\npath = "replay"\nwindow = "2025-10-10"\n'
    stand_in = 'stand_in = { BTCUSD = "BTCUSDT", BTCUSDH27 = "ETHUSDT" }\n'
    workspace = load_text(head + stand_in)
    with pytest.raises(HistoryError, match=r"both the price of BTC.*let both follow one symbol of the history"):
        rehearse(book_of(workspace), workspace.scenario)
    workspace = load_text(head + stand_in.replace("ETHUSDT", "BTCUSDT"))
    assert not rehearse(book_of(workspace), workspace.scenario).trouble


@pytest.mark.parametrize("way", [solve, solve_gap])
def test_shocks_that_take_them_apart_are_refused(way):
    book = account(FILE + LATER)
    with pytest.raises(ApartError, match="BTCUSD and BTCUSDH27"):
        Glide.towards(book, {"BTCUSD": D("0.1"), "BTCUSDH27": D("0.12")})
    with pytest.raises(ApartError, match="BTCUSD and BTCUSDH27"):
        Glide.common(book, {"BTCUSD": D(1), "BTCUSDH27": D(2)}, -1)
    # nor does the engine take a way that somebody makes by hand
    opening = {symbol: market.mark for symbol, market in book.markets.items()}
    slopes = dict.fromkeys(opening, D(0)) | {"BTCUSD": D("0.1"), "BTCUSDH27": D("0.12")}
    with pytest.raises(ApartError, match="BTCUSD and BTCUSDH27"):
        way(book, Glide(opening, slopes, 1, D(1)), D(1))


def test_a_leg_of_a_file_takes_its_coin_along():
    workspace = load_text(FILE + LINEAR + '[scenario]\npath = "walk"\nlegs = [{ BTCUSDT = -0.3 }]\n')
    marks = rehearse(book_of(workspace), workspace.scenario).path.marks(D(1))
    assert (marks["BTCUSD"], marks["BTCUSDT"], marks["ETHUSDT"]) == (42000, 42000, 2500)


def test_a_limit_that_names_one_market_moves_its_coin():
    moves = Moves(by_name=(("BTCUSDT", D("-0.3")),))
    ends = moves.ends(account(FILE + LINEAR + LATER))
    assert ends == dict.fromkeys(("BTCUSDT", "BTCUSD", "BTCUSDH27"), D("-0.3"))


def test_a_frontier_has_markets_of_one_price_on_one_axis():
    book = account(FILE + LINEAR + LATER)
    # without a second axis that is asked for it is another coin's
    assert two_markets(book, "BTCUSD", None) == ("BTCUSD", "ETHUSDT")
    assert two_markets(book, "BTCUSD", "BTCUSDT") == ("BTCUSD", "BTCUSDT")
    with pytest.raises(FrontierError, match="BTCUSDH27 moves with BTCUSD"):
        plane_of(book, "BTCUSD", "BTCUSDH27", ("-50%", "50%"), (5, 5))
    marks = {move: cell.timeline.path.marks(abs(move)) for move, cell in cells_along(book, "BTCUSDT", [D("-0.5")])}
    assert marks[D("-0.5")]["BTCUSD"] == 30000


def test_a_first_price_says_what_moves_with_its_market():
    book = account(FILE + LINEAR)
    told = price_sentence(book, first_price(GlideRehearsal(book, {}), "BTCUSDT"))
    assert told.endswith("is liquidated first, BTCUSD moving with it, all other markets unchanged.")


# --- orders, moves, files ------------------------------------------------------------------------

ORDER = """
[[orders]]
id = "o"
market = "BTCUSD"
side = "long"
quantity = 12000
price = 57000
leverage = 10
kind = "limit"
"""


def test_an_order_of_a_contract_in_coin_is_filled_in_its_coin():
    book = account(FILE.replace('side = "short"', 'side = "long"') + ORDER)
    fill = next(e for e in solve(book, Glide.common(book, {}, -1)).events if e.kind is EventKind.FILL)
    assert (fill.place, fill.asset) == (D("0.05"), "BTC")
    fee = 12000 / D(57000) * (book.profile.maker_fee or book.profile.taker_fee)
    assert fill.figures.fee == fee.quantize(D("1e-18"))
    assert Ledger.after(book, [fill]).positions[1].quantity == 42000


def test_what_positions_are_margined_in_stays_collateral():
    assert "positions settle in BTC" in str(switch_collateral(account(), "BTC").refusal)


def test_a_flip_puts_the_margin_of_its_coin_aside():
    text = FILE.replace('"bybit"', '"okx"').replace('"BTCUSD"', '"BTC-USD-SWAP"')
    after = flip(account(text), "btc").after
    margin = (D(30000) / 62000 / 10).quantize(D("1e-18"), "ROUND_CEILING")
    assert (after.positions[1].mode, after.free_in("BTC")) == ("isolated", D("0.5") - margin)


def test_the_file_is_written_as_it_was_read():
    workspace = load_text(FILE + LINEAR + LATER + ORDER)
    assert load_text(dump(workspace)) == workspace
