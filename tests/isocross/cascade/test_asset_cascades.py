"""What happens to accounts of several assets, worked out by hand: debts, conversions, depegs, pools of tokens."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from math import ceil

import pytest

from isocross.account.book import market_names
from isocross.cascade import Ledger, solve
from isocross.cascade.events import EventKind
from isocross.figures.standings import Standings
from isocross.money import exact
from isocross.paths.clock import Chime
from isocross.paths.glide import Glide
from isocross.paths.walk import Step as WalkStep
from isocross.paths.walk import Walk
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rehearsal.run import LivedRun, live
from isocross.rules.procedure import CancelScope, Step, StepKind
from isocross.words.events import sentence
from isocross.workspace import load_text
from isocross.workspace.build import book_of

D = Decimal
TIERS = "tiers = [{ from = 0, rate = 0.005, max_leverage = 100 }]"


def position(market: str, quantity: str, entry: str, side: str = "long", name: str = "p") -> str:
    return f"""
[[positions]]
id = "{name}"
market = "{market}"
side = "{side}"
mode = "cross"
quantity = {quantity}
entry = {entry}
leverage = 10
"""


def book(head: str, *rest: str):
    return book_of(load_text(head + "".join(rest)))


BYBIT = 'venue = { profile = "bybit", close_fee = 0, liquidation_fee = 0 }\naccount = "unified"\nwallet = 1000\n'
BTC = '[[assets]]\nasset = "BTC"\nbalance = 0.35\n'
MARKET = f'[[markets]]\nsymbol = "BTCUSDT"\nmark = 60000\n{TIERS}\n'
LONG = position("BTCUSDT", "1", "60000")


def steps(of, shocks=None, betas=None):
    path = Glide.common(of, betas or {}, -1) if shocks is None else Glide.towards(of, shocks)
    return solve(of, path).happened


def test_collateral_of_the_same_coin_brings_the_long_down():
    """1,000 + 0.35 × 0.98 × 60,000 (1 − s) − 60,000 s = 0.5 % × 60,000 (1 − s), so s = 21,280 ÷ 80,280."""
    first = steps(book(BYBIT, BTC, MARKET, LONG))[0]
    assert first.place == D(ceil(D(21280) / D(80280) * 10**12)).scaleb(-12)
    assert first.kind is EventKind.LIQUIDATION
    dollars = steps(book(BYBIT.replace("1000", "21580"), MARKET, LONG))[0]
    assert dollars.place > first.place


def test_the_liquidation_price_moves_collateral_of_the_same_coin():
    price = GlideRehearsal(book(BYBIT, BTC, MARKET, LONG), {}).frame(D(0)).positions[0].liquidation_price
    assert round(price, 6) == round(60000 * (1 - D(21280) / D(80280)), 6)


def test_a_loss_beyond_the_balance_is_borrowed_and_repaid_from_collateral():
    """The whole loss is more than the 1,000 of USDT; what the BTC counts pays the rest once nothing else is left."""
    of = book(BYBIT, BTC, MARKET, LONG)
    kinds = [event.kind for event in steps(of)]
    assert kinds[:2] == [EventKind.LIQUIDATION, EventKind.BORROW]
    assert EventKind.CONVERSION in kinds
    close, loan, sale = (next(e for e in steps(of) if e.kind is kind) for kind in dict.fromkeys(kinds))
    assert loan.amount == close.amount - 1000
    assert sale.trade.quantity * sale.trade.price == pytest.approx(sale.amount)
    assert 0 <= sale.trade.quantity * sale.trade.price - sale.amount < D("1e-12")


def test_who_pays_is_a_loan_after_unused_cash():
    paid = solve((of := book(BYBIT, BTC, MARKET, LONG)), Glide.common(of, {}, -1)).events[0].paid_by
    assert (paid.own_margin, paid.unused, paid.others, paid.fund) == (1000, 0, 0, 0)
    assert paid.borrowed == solve(of, Glide.common(of, {}, -1)).events[0].amount - 1000


def test_a_depeg_is_a_shock_of_its_own_market():
    """1,000 − 2,000 + 0.9 × 20,000 USDE − 300 of maintenance margin is 16,700; a common move leaves USDE alone."""
    usde = '[[assets]]\nasset = "USDE"\nbalance = 20000\nweight = 0.9\n'
    of = book(BYBIT, usde, MARKET, position("BTCUSDT", "1", "62000"))
    depeg = steps(of, {"USDE": D("-0.95")})[0].place
    assert depeg == D(ceil(D(16700) / D(17100) * 10**12)).scaleb(-12)
    assert steps(of)[0].place == D(ceil(D(16700) / D(59700) * 10**12)).scaleb(-12)


@exact
def test_a_settlement_coin_that_moves_with_a_market_makes_a_curve():
    usdc = '[[assets]]\nasset = "USDC"\nbalance = 7000\n'
    of = book(BYBIT, usdc, MARKET, LONG)
    timeline = solve(of, Glide.towards(of, {"BTCUSDT": D("-0.3"), "USDT": D("-0.2")}))
    first = timeline.happened[0].place
    surplus = []
    for place in (first, first - D("1e-12")):
        standings = Standings.at(Ledger(of), timeline.path.marks(place))
        surplus.append(standings.pool_equity - standings.pool_maintenance_margin)
        # 7,000 + (1 − 0.2 s) × (1,000 − 18,000 s − 300 (1 − 0.3 s))
        assert surplus[-1] == 7000 + (1 - D("0.2") * place) * (700 - 17910 * place)
    assert surplus[0] <= 0 < surplus[1]


def test_binance_exchanges_a_debt_above_its_limit_at_once():
    """Its documentation: −5,000 USDC takes 5,000 ÷ 0.975 = 5,128.20 USDC of BTC."""
    head = 'venue = "binance"\naccount = "multi-assets"\nwallet = 0\n'
    owed = '[[assets]]\nasset = "USDC"\nbalance = {}\n[[assets]]\nasset = "BTC"\nbalance = 1\n'
    sale = steps(book(head, owed.format("-5001"), MARKET, LONG))[0]
    assert (sale.kind, sale.place, sale.amount) == (EventKind.CONVERSION, 0, 5001)
    assert sale.trade.quantity * 60000 / sale.amount == pytest.approx(D("5128.2051282") / 5000)
    assert all(event.place > 0 for event in steps(book(head, owed.format("-5000"), MARKET, LONG)))


def test_binance_sells_in_proportion():
    head = 'venue = "binance"\naccount = "multi-assets"\nwallet = 0\n'
    held = "".join(
        f'[[assets]]\nasset = "{name}"\nbalance = {balance}\n'
        for name, balance in (("USDC", "-6000"), ("FDUSD", "9000"), ("BTC", "0.05"))
    )
    sales = [event for event in steps(book(head, held, MARKET, LONG)) if event.place == 0 and event.trade]
    assert [sale.asset for sale in sales[:2]] == ["USDC", "USDC"]
    assert sum(sale.amount for sale in sales[:2]) == 6000
    shares = {sale.trade.sold: sale.amount for sale in sales[:2]}
    worth = {"BTC": D(3000) * D("0.975"), "FDUSD": D(9000) * D("0.95")}
    assert shares["BTC"] == pytest.approx(6000 * worth["BTC"] / sum(worth.values()))


def test_tokens_are_pools_of_their_own():
    head = 'venue = "hyperliquid"\naccount = "unified"\ncurrency = "USDC"\nwallet = 1000\n'
    tokens = '[[assets]]\nasset = "USDH"\nbalance = 300\n[[assets]]\nasset = "USDE"\nbalance = 5000\n'
    dex = f'[[markets]]\nsymbol = "km:US500"\nmark = 6000\n{TIERS}\n'
    small = LONG.replace("quantity = 1", "quantity = 0.1")
    of = book(head, tokens, MARKET, dex, small, position("km:US500", "1", "6000", name="spx"))
    happened = steps(of, {"km:US500": D("-0.1")})
    assert {event.position for event in happened} == {1}
    assert {leg.asset for event in happened for leg in event.postings} == {"USDH"}
    ledger = Ledger.after(of, happened)
    assert (ledger.cash_in(""), ledger.cash_in("USDE")) == (1000, 5000)


def test_a_debt_without_a_position_is_watched():
    """0.35 BTC at 0.98 against 15,000 USDT: at the line where a BTC is worth 15,000 ÷ 0.343."""
    of = book(BYBIT.replace("1000", "-15000"), BTC, MARKET, position("ETHUSDT", "0.001", "3000"))
    sale = next(event for event in steps(of, {"BTCUSDT": D("-0.5")}) if event.kind is EventKind.CONVERSION)
    assert sale.amount == 15000
    assert abs(1 - sale.place / 2 - D(15000) / (D("0.343") * 60000)) < D("0.001")


def test_a_debt_without_a_position_is_watched_on_a_lived_path_too():
    """The long is closed on the first leg and leaves a debt; on the second its collateral has dropped too far."""
    head = 'venue = { profile = "bybit", close_fee = 0, liquidation_fee = 0 }\naccount = "unified"\nwallet = 100\n'
    eth = '[[assets]]\nasset = "ETH"\nbalance = 1\nprice = 1000\nweight = 0.9\n'
    account = book(head, eth, MARKET, position("BTCUSDT", "0.05", "60000"))
    opening = {symbol: market.mark for symbol, market in account.markets.items()}
    btc = Walk(opening, {"BTCUSDT": D(1), "ETH": D(0), "USDT": D(0)}, (WalkStep(D("-0.35")),))
    closed = live(account, btc)
    assert closed.happened[-1].kind is EventKind.BORROW
    both = Walk(opening, {"BTCUSDT": D(1), "ETH": D(2), "USDT": D(0)}, (WalkStep(D("-0.35")), WalkStep(D("-0.13"))))
    kinds = [event.kind for event in live(account, both).happened]
    assert kinds[-1] is EventKind.CONVERSION


def test_the_side_of_a_coin_with_the_larger_requirement_is_asked_in_a_wallet_of_collaterals():
    """12.81 − 5.73 s = 0.0294 × 70 (1 + s) for the short: s = 10.752 ÷ 7.788, whatever leverage the longs have."""
    longs = [position("PF_AAAUSD", "3000", "0.01", name=name).replace("leverage = 10", "leverage = 2") for name in "ab"]
    short = position("PF_AAAUSD", "7000", "0.01", "short").replace("leverage = 10", "leverage = 3")
    head = 'venue = { profile = "kraken" }\naccount = "multi-assets"\ncurrency = "USD"\nwallet = 8.54\n'
    tiers = "tiers = [{ from = 0, rate = 0.0294, max_leverage = 30 }]"
    market = f'[[markets]]\nsymbol = "PF_AAAUSD"\nmark = 0.01\n{tiers}\n'
    coin = '[[assets]]\nasset = "AAA"\nbalance = 8540\nweight = 0.05\n'
    account = book(head, coin, market, *longs, short)
    place = solve(account, Glide.common(account, {}, 1)).happened[0].place
    assert place == D(ceil(D("10.752") / D("7.788") * 10**12)).scaleb(-12)
    price = GlideRehearsal(account, {}).frame(D(0)).positions[2].liquidation_price
    assert abs(price - D("0.01") * (1 + place)) < D("1e-12")


TWO = """
venue = { profile = "bybit", order_counts = false }
account = "unified"
wallet = 30
[[assets]]
asset = "USDC"
balance = 20
[[positions]]
market = "BTCUSDC"
side = "long"
mode = "cross"
quantity = 0.01
entry = 60000
leverage = 100
[[orders]]
id = "dollars"
market = "BTCUSDT"
side = "long"
quantity = 0.001
price = 50000
leverage = 10
[[orders]]
id = "coins"
market = "BTCUSDC"
side = "long"
quantity = 0.001
price = 40000
leverage = 10
"""


def test_orders_that_hold_two_assets_are_cancelled_in_each():
    """5 USDT and 4 USDC are held: two events, each in its asset, and what is free of each is told in it."""
    of = book(TWO, MARKET, MARKET.replace("BTCUSDT", "BTCUSDC"))
    all_of_them = (Step(StepKind.CANCEL_ORDERS, scope=CancelScope.ACCOUNT),)
    of = replace(of, profile=replace(of.profile, steps=all_of_them))
    happened = steps(of, {"BTCUSDT": D("-0.5"), "BTCUSDC": D("-0.5")})
    cancelled = [event for event in happened if event.kind is EventKind.ORDER_CANCEL]
    assert [(event.asset, [of.orders[order].id for order in event.orders]) for event in cancelled] == [
        ("", ["dollars"]),
        ("USDC", ["coins"]),
    ]
    ledger = Ledger(of)
    assert [event.amount for event in cancelled] == [ledger.reserved_in(""), ledger.reserved_in("USDC")]
    rehearsal = GlideRehearsal(of, {})
    frame = rehearsal.frame(D("-0.5"))
    told = [sentence(event, of, frame.path, market_names(of)) for event in cancelled]
    assert "USDC" not in told[0].partition(". ")[0]
    assert f"which held {cancelled[1].amount:.2f} USDC; {cancelled[1].figures.left:.2f} USDC of cash is free" in told[1]


# --- orders that are filled ---------------------------------------------------------------------------

FILLS = "close_fee = 0, taker_fee = 0.001, maker_fee = 0.0004, order_reserve = 'none'"
FREE_FILLS = BYBIT.replace("close_fee = 0", FILLS)
COIN = FREE_FILLS.replace("wallet = 1000", "wallet = 0") + '[[assets]]\nasset = "BTC"\nbalance = 1\n' + MARKET
EMPTY = "positions = []\n" + COIN


def order(kind: str, side: str, rest: str, market: str = "BTCUSDT") -> str:
    return f'[[orders]]\nid = "{kind}"\nmarket = "{market}"\nside = "{side}"\nkind = "{kind}"\n{rest}\n'


STOP = order("stop-market", "short", "trigger = 57000")
BID = order("limit", "long", "price = 57000\nquantity = 1\nleverage = 10")


def kinds(events) -> list[str]:
    return [str(event.kind) for event in events]


def test_a_stop_that_loses_more_than_the_cash_borrows_it():
    """0.1 × 3,000 and a fee of 5.70 out of no cash at all: a loan of 305.70, against the coin."""
    of = book(COIN, position("BTCUSDT", "0.1", "60000"), STOP)
    filled, lent = steps(of)
    assert (kinds((filled, lent)), filled.place, lent.place) == (["fill", "borrow"], D("0.05"), D("0.05"))
    assert (filled.amount, filled.figures.fee, lent.amount) == (D("305.7"), D("5.7"), D("305.7"))
    # the coin at 0.98 × 57,000, less the open loss; 0.5 % of the position
    assert (filled.figures.equity, filled.figures.maintenance_margin) == (55560, D("28.5"))
    path = Glide.common(of, {}, -1)
    told = [sentence(event, of, path, market_names(of)) for event in (filled, lent)]
    assert "0.1 sold for a loss of 300.00, and a fee of 5.70; BTC is closed." in told[0]
    assert "The pool has −305.70 of cash now." in told[0]
    assert told[1].startswith("The account borrowed 305.70 USDT")
    assert kept(of, (filled, lent)) == {"": D("-305.7"), "BTC": 1}


def test_a_take_profit_repays_what_was_owed():
    of = book(COIN.replace("wallet = 0", "wallet = -100"), position("BTCUSDT", "0.1", "60000"),
              order("take-profit", "short", "trigger = 63000"))  # fmt: skip
    filled, repaid = solve(of, Glide.common(of, {}, 1), D("0.1")).happened
    assert (kinds((filled, repaid)), repaid.amount) == (["fill", "repayment"], 100)
    assert kept(of, (filled, repaid)) == {"": D("193.7"), "BTC": 1}


def test_the_coin_backs_an_order_that_opens_and_its_fee_is_borrowed():
    """No dollar is needed: 57,000 ÷ 10 and the fee are below 0.98 × 57,000."""
    of = book(EMPTY, BID)
    filled, lent = steps(of)[:2]
    assert (kinds((filled, lent)), filled.fill.opens) == (["fill", "borrow"], True)
    assert (filled.figures.fee, lent.amount) == (D("22.8"), D("22.8"))
    assert Ledger.after(of, (filled, lent)).is_open == [True]


def test_an_order_that_not_even_the_coin_backs_is_cancelled_and_says_so():
    (voided,) = steps(book(EMPTY, BID.replace("quantity = 1", "quantity = 11")))
    assert kinds((voided,)) == ["order_cancel"]
    assert voided.note == "it needs 62,950.80 with its fee, and 55,860.00 is available"


def test_an_isolated_order_needs_cash_of_its_own():
    (voided,) = steps(book(EMPTY, BID.replace("leverage", 'mode = "isolated"\nleverage')))
    assert voided.note == "it needs 5,722.80 with its fee, and 0.00 is available"


def test_a_debt_above_the_limit_of_its_asset_is_exchanged_at_once_after_the_fill():
    """Binance exchanges a debt of more than 5,000 dollars: 1 × 5,400 and the fee of 27.30 are one."""
    head = """
venue = { profile = "binance", close_fee = 0, liquidation_fee = 0, taker_fee = 0.0005, order_reserve = "none" }
account = "multi-assets"
wallet = 0
[[assets]]
asset = "BTC"
balance = 1
"""
    of = book(head, MARKET, position("BTCUSDT", "1", "60000"), STOP.replace("57000", "54600"))
    filled, lent, sold = steps(of)
    assert kinds((filled, lent, sold)) == ["fill", "borrow", "conversion"]
    assert sold.place == filled.place == D("0.09")
    assert sold.trade.amount == D("5427.3")
    assert Ledger.after(of, (filled, lent, sold)).pool == 0


def test_a_fill_is_in_the_token_that_its_market_settles_in():
    """A stop of a dex in USDH at Hyperliquid: its loss and its fee come out of USDH, and nothing out of USDC."""
    head = """
venue = { profile = "hyperliquid", taker_fee = 0.001 }
account = "unified"
currency = "USDC"
wallet = 1000
[[assets]]
asset = "USDH"
balance = 500
[[markets]]
symbol = "km:GOLD"
mark = 4000
tiers = [{ from = 0, rate = 0.005, max_leverage = 20 }]
"""
    of = book(head, position("km:GOLD", "1", "4000"), order("stop-market", "short", "trigger = 3800", "km:GOLD"))
    (filled,) = steps(of)
    assert (filled.asset, filled.amount) == ("USDH", D("203.8"))
    assert {leg.asset for leg in filled.postings} == {"USDH"}
    assert kept(of, (filled,)) == {"": 1000, "USDH": D("296.2")}


def test_orders_of_one_group_that_hold_two_assets_are_freed_each_in_its_own():
    head = FREE_FILLS.replace("none", "im") + BTC + MARKET
    usdc = '[[assets]]\nasset = "USDC"\nbalance = 5000\n'
    other = MARKET.replace("BTCUSDT", "BTCUSDC")
    bid = order("limit", "long", 'price = 40000\nquantity = 0.1\nleverage = 10\noco = "a"', "BTCUSDC")
    close = order("stop-market", "short", 'trigger = 57000\noco = "a"')
    of = book(head, usdc, other, position("BTCUSDT", "0.1", "60000"), close, bid)
    assert Ledger(of).reserved_in("USDC") == 400
    filled = steps(of, {"BTCUSDT": D("-0.1")})[0]
    ledger = Ledger.after(of, (filled,))
    assert (filled.orders, ledger.reserves, ledger.unreserved_in("USDC")) == ((0, 1), {}, 5000)


def test_a_stop_that_holds_nothing_outlives_the_repayment_of_a_debt():
    """It borrows nothing, and can still save what the sale of collateral has saved so far."""
    head = COIN.replace("wallet = 0", "wallet = -50000").replace("balance = 1\n", "balance = 1\nweight = 0.8\n")
    of = book(head, position("BTCUSDT", "0.1", "60000"), STOP.replace("57000", "50000"))
    events = steps(of)
    assert kinds(events)[:1] == ["conversion"]
    assert "order_cancel" not in kinds(events)
    assert "fill" in kinds(events)


def test_funding_that_takes_more_than_the_cash_is_borrowed():
    """0.1 % of 0.1 × 60,000 is 6; 5 of them are not there."""
    of = book(COIN.replace("wallet = 0", "wallet = 1"), position("BTCUSDT", "0.1", "60000"))
    run = LivedRun(of, D("0.001"))
    run.stand({symbol: market.mark for symbol, market in of.markets.items()}, D(0), [Chime.FUNDING])
    assert [(str(event.kind), event.amount) for event in run.events] == [("funding", 6), ("borrow", 5)]


def test_what_comes_back_of_a_margin_repays_first():
    """The margin of 600 was borrowed with 50 more; what the takeover leaves to the trader goes to that debt."""
    head = COIN.replace("wallet = 0", "wallet = -50").replace("close_fee = 0", 'close_fee = 0, residual = "user"')
    alone = position("BTCUSDT", "0.1", "60000").replace("cross", "isolated")
    events = steps(book(head, alone))
    assert kinds(events)[:2] == ["liquidation", "repayment"]
    back = 600 - events[0].amount
    assert events[1].amount == min(back, 650)


@exact
def kept(of, events) -> dict[str, Decimal]:
    """The cash of each asset after events that conserve all of them."""
    ledger, after = Ledger(of), Ledger.after(of, events)
    assert {coin: after.total_of(coin) for coin in of.coin_names} == {c: ledger.total_of(c) for c in of.coin_names}
    return {coin: after.cash_in(coin) for coin in of.coin_names}


def test_collateral_is_sold_before_the_fund_pays_where_a_venue_repays_nothing_while_positions_are_open():
    """Gate weighs SOL at 90 %: the pool is used up while SOL is worth more than the debt, and what is left is kept."""
    head = 'venue = { profile = "gate", close_fee = 0, liquidation_fee = 0 }\naccount = "unified"\nwallet = 0\n'
    sol = '[[assets]]\nasset = "SOL"\nbalance = 1000\n'
    market = f'[[markets]]\nsymbol = "SOL_USDT"\n{TIERS}\n'
    of = book(head, sol, market, position("SOL_USDT", "1000", "100"))
    closed, borrowed, sold = steps(of)
    # 900 p + 1,000 (p − 100) = 5 p, and then 900 q = 1,000 (100 − p)
    assert closed.mark is not None
    assert abs(closed.mark - D(100000) / 1895) < D("1e-9")
    debt = 1000 * (100 - closed.mark)
    assert (borrowed.kind, borrowed.amount) == (EventKind.BORROW, debt)
    assert sold.kind is EventKind.CONVERSION
    assert sold.trade is not None
    assert sold.amount == debt
    assert abs(sold.trade.quantity - 900) < D("1e-9")
    assert "nothing of USDT is owed now" in told(of)[-1]


def told(of):
    path = Glide.common(of, {}, -1)
    return [sentence(event, of, path, market_names(of)) for event in solve(of, path).happened]


def test_what_is_too_little_to_be_written_is_less_than_the_least_that_is():
    okx = 'venue = { profile = "okx", close_fee = 0, liquidation_fee = 0 }\naccount = "unified"\nwallet = 0\n'
    market = '[[markets]]\nsymbol = "BTC-USDT-SWAP"\ntiers = [{ from = 0, rate = 0.007, max_leverage = 50 }]\n'
    lines = told(book(okx, BTC, market, position("BTC-USDT-SWAP", "1", "60000")))
    assert lines[-2].endswith("; nothing of USDT is owed now but a rounding of less than 0.01 USDT.")
    assert lines[-1] == "The insurance fund paid a rounding that the pool left: less than 0.01."


def test_cash_that_a_sale_of_collateral_brought_to_zero_pays_for_nothing():
    """A debt that collateral repaid leaves no cash behind: the next loss is borrowed, and what is unused is a debt."""
    of = book(
        'venue = "okx"\naccount = "unified"\nwallet = 5000\n[[assets]]\nasset = "BTC"\nbalance = 0.5\n',
        LONG,
        position("BTCUSD", "20000", "60000", "short", "inv"),
        position("ETHUSDT", "4", "3000", name="eth"),
    )
    frame = GlideRehearsal(of, {}).frame(D("-0.43"))
    paid = {row.position.id: row.paid_by for row in frame.positions}
    assert paid["p"].others > 0
    assert (paid["eth"].unused, paid["eth"].others) == (0, 0)
    assert paid["eth"].borrowed == paid["eth"].total
    ledger = Ledger.after(of, frame.events)
    assert frame.account.unused == ledger.cash_in("") < 0
    assert all(event.figures.cash > 0 for event in frame.events if event.paid_by and event.paid_by.unused)
