"""Rules of single venues, worked out on paper."""

from __future__ import annotations

from decimal import Decimal

import pytest

from isocross.account.book import market_names
from isocross.cascade.events import EventKind
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.words.events import sentence
from isocross.words.why.events import event_reasons
from isocross.words.why.position import reasons
from isocross.workspace import load_text
from isocross.workspace.build import book_of

D = Decimal
CENT = D("0.01")


def rehearsal(text: str) -> GlideRehearsal:
    return GlideRehearsal(book_of(load_text(text)), {})


def market(symbol: str, mark: str, *tiers: str, kind: str = "linear") -> str:
    return f'[[markets]]\nsymbol = "{symbol}"\nmark = {mark}\nkind = "{kind}"\ntiers = [{", ".join(tiers)}]\n'


def tier(start: str, rate: str) -> str:
    return f"{{ from = {start}, rate = {rate}, max_leverage = 100 }}"


def held(symbol: str, quantity: str, mark: str, lever: str, side: str = "long", mode: str = "cross") -> str:
    what = f'market = "{symbol}"\nside = "{side}"\nmode = "{mode}"'
    return f"[[positions]]\n{what}\nquantity = {quantity}\nentry = {mark}\nleverage = {lever}\n"


def drift(wallet: str, *positions: str) -> GlideRehearsal:
    symbols = dict.fromkeys(line.split('"')[1] for p in positions for line in p.splitlines() if "market =" in line)
    markets = (market(symbol, "100", tier("0", "0.05")) for symbol in symbols)
    return rehearsal(f'venue = "drift"\nwallet = {wallet}\n' + "".join((*markets, *positions)))


# --- Drift --------------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["cross", "isolated"])
def test_drift_closes_what_restores_two_percent_and_not_the_whole(mode):
    """20 at 100 with 200: 200 − 20 × (100 − P) = 5 % × 20 × P at P = 1,800 ÷ 19 = 94.7368, equity 94.74.

    Of the notional of 1,894.74 the 2 % above are 37.89. Closing a notional frees 5 % + 2 % and costs a fee of 1.25 %:
    37.89 ÷ 5.75 % = 659.04, ÷ 94.7368 = 6.9565 units. So does an isolated position of its own margin of 200.
    """
    first = drift("200", held("MAINUSDT", "20", "100", "10", mode=mode)).timeline(D("-0.06")).events[0]
    assert first.kind is EventKind.REDUCTION
    assert first.figures.quantity.quantize(D("0.0001")) == D("6.9565")
    assert first.figures.equity.quantize(CENT) == D("94.74")


@pytest.mark.parametrize(("quantity", "whole"), [("0.52", True), ("0.54", False)])
def test_drift_closes_the_whole_of_a_position_worth_fifty_dollars_or_less(quantity, whole):
    """At 10x the line is at 94.7368: 0.52 are worth 49.26 there, and 0.54 are worth 51.16."""
    wallet = str(D(quantity) * 10)
    first = drift(wallet, held("MAINUSDT", quantity, "100", "10")).timeline(D("-0.06")).events[0]
    assert (first.kind is EventKind.LIQUIDATION) is whole
    assert first.figures.quantity == D(quantity) if whole else first.figures.quantity < D(quantity)


def test_a_liquidation_at_drift_ends_with_the_two_percent_not_at_the_line():
    """Four of 0.5 at 100 with 20: 20 − 2 × (100 − P) = 5 % × 2 × P at P = 94.7368, equity 9.47, each worth 47.37.

    The first goes whole with a fee of 0.59: 8.88 are above 5 % of 142.11, 7.11, but not above 7 %, 9.95. So the next
    goes whole, too: 8.29 are above 7 % of 94.74, 6.63.
    """
    account = drift("20", *(held(f"{name}USDT", "0.5", "100", "10") for name in "DBCA"))
    frame = account.frame(D("-0.06"))
    names = [account.book.positions[event.position].market for event in frame.events]
    assert names == ["AUSDT", "BUSDT"]
    first, second = frame.events
    assert first.place == second.place
    assert [e.figures.equity.quantize(CENT) for e in frame.events] == [D("9.47"), D("8.88")]
    assert (second.figures.maintenance_margin + second.figures.buffer).quantize(CENT) == D("9.95")
    told = sentence(second, account.book, frame.path, market_names(account.book))
    assert "until its equity is 2.84 above maintenance margin: equity 8.88 against maintenance margin 7.11" in told
    tested = event_reasons(frame, second)[0].substituted
    assert tested.endswith("= 8.88 < 7.11 + 2.84 = 9.95 of the pool")


# --- Kraken -------------------------------------------------------------------------------------


def coin(wallet: str, *rest: str, currency: str = "BTC", venue: str = "kraken") -> GlideRehearsal:
    return rehearsal(f'venue = "{venue}"\nwallet = {wallet}\ncurrency = "{currency}"\n' + "".join(rest))


def maturity(symbol: str, mark: str = "10000", rate: str = "0.01") -> str:
    return market(symbol, mark, tier("0", rate), kind="inverse")


def asked(account: GlideRehearsal, shock: str = "0") -> Decimal:
    return account.frame(D(shock)).account.pool_maintenance_margin


SHORT = held("PI_XBTUSD", "10000", "10000", "50", side="short")
LONG = held("FI_XBTUSD_261225", "10000", "10000", "50")
PAIR = (maturity("PI_XBTUSD"), maturity("FI_XBTUSD_261225"))


def test_kraken_asks_a_perpetual_and_a_fixed_maturity_of_one_coin_for_the_larger_leg():
    """Both are worth 1 BTC and asked for 1 %: 0.01, not 0.02; of the initial margins at 50x the one of 0.02."""
    account = coin("0.05", *PAIR, SHORT, LONG).frame(D(0)).account
    assert (account.pool_maintenance_margin, account.initial_margin) == (D("0.01"), D("0.02"))


def test_the_leg_that_is_asked_is_the_one_with_more_margin_not_with_more_contracts():
    """9,000 contracts at 2 % are asked for 0.018, 10,000 at 1 % for 0.01."""
    markets = maturity("PI_XBTUSD"), maturity("FI_XBTUSD_261225", rate="0.02")
    long = held("FI_XBTUSD_261225", "9000", "10000", "25")
    assert asked(coin("0.05", *markets, SHORT, long)) == D("0.018")


@pytest.mark.parametrize(
    ("name", "side", "mode", "need"),
    [
        ("FI_XBTUSD_261225", "short", "cross", "0.02"),
        ("FI_XBTUSD_261225", "long", "isolated", "0.01"),
        ("BTCUSD_DEC", "long", "cross", "0.01"),
    ],
)
def test_only_cross_legs_of_one_coin_on_two_sides_are_netted(name, side, mode, need):
    """Two shorts are asked both; an isolated leg is in no pool; a name of another form is of the same coin."""
    other = held(name, "10000", "10000", "50", side=side, mode=mode)
    wallet = coin(
        "0.05", maturity("PI_XBTUSD"), maturity(name), SHORT, other, currency="XBT" if "ETH" not in name else "BTC"
    )
    assert asked(wallet) == D(need)


def test_the_price_of_a_netted_leg_counts_the_margin_of_the_other_while_that_is_larger():
    """The short gains 10,000 ÷ P − 1; up to P > 10,000 the long that stands still is asked 0.01: P = 10,000 ÷ 0.96.

    The long loses; below 10,000 it is asked 100 ÷ P itself: 1.05 − 10,000 ÷ P = 100 ÷ P at P = 10,100 ÷ 1.05.
    """
    frame = coin("0.05", *PAIR, SHORT, LONG).frame(D(0))
    for row, exact in zip(frame.positions, (10000 / D("0.96"), 10100 / D("1.05")), strict=True):
        assert abs(row.liquidation_price - exact) < D("1e-20")
    told = [r.substituted for r in reasons(frame, frame.positions[0]) if r.title.startswith("liquidation price")]
    assert told[0].endswith("= 0.01000000, maintenance margin 0.01000000")


def test_the_sides_take_turns_where_their_marks_part():
    """The perpetual falls as the common move, the maturity stands: 1 ÷ (1 − 0.2) = 1.25 BTC at 1 %, 0.0125.

    At +25 % it is worth 0.8 BTC and asked 0.008, so the maturity's 0.01 are asked.
    """
    account = coin("1", *PAIR, SHORT, LONG)
    apart = GlideRehearsal(account.book, {"PI_XBTUSD": D(1), "FI_XBTUSD_261225": D(0)})
    assert [asked(apart, shock) for shock in ("-0.2", "0", "0.25")] == [D("0.0125"), D("0.01"), D("0.01")]


def test_a_linear_market_has_its_tiers_by_notional_beside_an_inverse_one():
    """10 at 0.867367 are worth 8.67 ZZZ, under the border of 9.9 ZZZ: 0.5 % of it, 0.0434, and not 2 %."""
    linear = market("BBBZZZ", "0.867367", tier("0", "0.005"), tier("9.9", "0.02"))
    inverse = market("ZZZUSD", "1", tier("0", "0.005"), kind="inverse")
    legs = held("BBBZZZ", "10", "0.867367", "20"), held("ZZZUSD", "10", "1", "20")
    for order in (1, -1):
        frame = coin("100", linear, inverse, *legs[::order], currency="ZZZ").frame(D(0))
        needs = {row.position.market: row.maintenance_margin for row in frame.positions}
        assert needs == {"BBBZZZ": D("0.04336835"), "ZZZUSD": D("0.05")}


def test_an_inverse_market_at_kraken_has_its_tiers_by_contracts():
    """12 contracts at 2 are worth 6 ZZZ and lie above the border of 9.9 contracts: 2 % of 6 is 0.12."""
    inverse = market("ZZZUSD", "2", tier("0", "0.005"), tier("9.9", "0.02"), kind="inverse")
    frame = coin("100", inverse, held("ZZZUSD", "12", "2", "20"), currency="ZZZ").frame(D(0))
    assert frame.positions[0].maintenance_margin == D("0.12")


# --- Bybit --------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", ["", ", close_fee = 0.00055"])
def test_bybits_own_rate_of_the_fee_to_close_moves_no_price(rate):
    """0.1 long at 60,000 at 10x, isolated, 0.5 %: (60,000 − 6,000) ÷ 0.995 = 54,271.36."""
    text = f'wallet = 1000\nvenue = {{ profile = "bybit"{rate} }}\n'
    text += market("BTCUSDT", "60000", tier("0", "0.005")) + held("BTCUSDT", "0.1", "60000", "10", mode="isolated")
    assert rehearsal(text).frame(D(0)).positions[0].liquidation_price.quantize(CENT) == D("54271.36")
