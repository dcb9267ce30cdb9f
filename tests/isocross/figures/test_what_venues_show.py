"""What a venue's own screen says: its ratio, its rounding, its limits on margin, and what its mode belongs to."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isocross.account.book import Mode, Side
from isocross.figures.prices import shown_price
from isocross.moves import flip, flip_all, removable, remove_margin
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules.catalogue import load_profile, shipped_ids
from isocross.rules.profile import PriceRounding, RatioForm
from isocross.workspace import book_of, load_text

D = Decimal
ZERO = D(0)


def book(venue, positions, wallet="1000", mark="60000", **rules):
    changed = "".join(f"{key} = {value}\n" for key, value in rules.items())
    return book_of(
        load_text(
            f'format = 1\nwallet = {wallet}\n[venue]\nprofile = "{venue}"\n{changed}\n'
            f'[[markets]]\nsymbol = "BTCUSDT"\nmark = {mark}\n'
            + "tiers = [{ from = 0, rate = 0.005, max_leverage = 100 }]\n"
            + positions
        )
    )


def position(mode="isolated", side="long", leverage=10, quantity="0.05", margin=None):
    given_margin = f"margin = {margin}\n" if margin else ""
    return (
        f'[[positions]]\nid = "btc"\nmarket = "BTCUSDT"\nside = "{side}"\nmode = "{mode}"\nquantity = {quantity}\n'
        f"entry = 60000\nleverage = {leverage}\n{given_margin}"
    )


def test_coinex_writes_the_rate_of_cash_over_value_as_in_its_recorded_response():
    # a response of 2024 in ccxt's coinex exchange file: 20 USDT less the opening fee of 0.0032188, 0.0001 BTC at 64,376
    venue = book_of(
        load_text(
            'format = 1\nwallet = 19.9967812\nvenue = "coinex"\n[[positions]]\nid = "btc"\nmarket = "BTCUSDT"\n'
            'side = "long"\nmode = "cross"\nquantity = 0.0001\nentry = 64376\nleverage = 20\n'
        )
    )
    frame = GlideRehearsal(venue, {}).frame(ZERO)
    assert str(frame.positions[0].venue_ratio).startswith("3.10624785634397912265")
    assert frame.account.venue_ratio is None


@pytest.mark.parametrize("venue", shipped_ids())
def test_a_venues_ratio_is_ours_or_its_inverse_or_has_no_line_for_the_pool(venue):
    frame = GlideRehearsal(book(venue, position("cross")), {}).frame(D("-0.05"))
    ours, theirs = frame.account.margin_ratio, frame.account.venue_ratio
    match load_profile(venue).shown.ratio:
        case RatioForm.MAINTENANCE_OVER_EQUITY:
            assert ours == theirs != 0
        case RatioForm.EQUITY_OVER_MAINTENANCE:
            assert abs(ours * theirs - 1) < D("1e-50")
        case RatioForm.CASH_OVER_VALUE:
            assert ours is theirs is None


@given(st.decimals("0.0001", "99999", places=7), st.sampled_from(["0.1", "0.5", "0.01", "25"]))
def test_a_rounded_price_lies_on_its_tick_and_on_its_side(price, tick):
    tick = D(tick)
    down, nearest, up = (shown_price(price, tick, way) for way in (
        PriceRounding.DOWN, PriceRounding.NEAREST, PriceRounding.UP
    ))  # fmt: skip
    assert down <= price <= up
    assert up - down in (0, tick)
    assert nearest in (down, up)
    assert all(shown % tick == 0 for shown in (down, nearest, up))
    assert shown_price(price, tick, PriceRounding.TOWARD_MARK, Side.LONG) == up
    assert shown_price(price, tick, PriceRounding.TOWARD_MARK, Side.SHORT) == down


@pytest.mark.parametrize(
    ("venue", "mark", "most"),
    # quantity 0.05 at 60,000, 10x: IM 300, and 500 in the bucket
    [
        ("guide", 60000, 200),
        ("guide", 58000, 100),
        ("coinex", 62000, 200),
        # min(500 − 15.5, 500 + 100 − 310) = 290; at a loss min(500 − 14.5, 500 − 100 − 290) = 110
        ("binance", 62000, 290),
        ("binance", 58000, 110),
        # 10 % of the notional is the IM at 10x
        ("hyperliquid", 58000, 110),
        # the highest leverage of the tier is 100x
        ("bitmex", 60000, 470),
        ("bitmex", 58000, 370),
        # equity above IM at mark, at most what is in the bucket
        ("dydx", 62000, 290),
        ("dydx", 80000, 500),
    ],
)
def test_what_can_leave_a_bucket_is_the_venues_own_rule(venue, mark, most):
    account = book(venue, position(margin=500), mark=mark)
    assert removable(account, "btc") == most
    assert remove_margin(account, "btc", D(most)).after is not None
    refused = remove_margin(account, "btc", D(most) + D("0.01"))
    assert refused.after is None
    assert f"more than the {most:,}.00 that can leave" in str(refused.refusal)


def test_hyperliquid_keeps_a_tenth_of_the_notional_where_leverage_asks_less():
    assert removable(book("hyperliquid", position(leverage=50, margin=500)), "btc") == 200


def test_bybit_flips_the_account_and_never_a_position():
    two = position("cross") + position("cross").replace('"btc"', '"two"')
    account = book("bybit", two, wallet=2000)
    assert "never of one position" in flip(account, "btc").remark
    whole = flip_all(account)
    assert whole.remark == ""
    assert {p.mode for p in whole.after.positions} == {Mode.ISOLATED}
    mixed = book("bybit", two.replace('"cross"', '"isolated"', 1), wallet=2000)
    assert "never of one position" in flip_all(mixed).remark


@pytest.mark.parametrize(
    ("mode", "side", "nearer"), [("isolated", "long", 1), ("isolated", "short", -1), ("cross", "long", 0)]
)
def test_okx_shows_an_isolated_position_a_tick_nearer_to_the_mark(mode, side, nearer):
    held = position(mode, side, quantity="0.05" if mode == "isolated" else "1")
    row = GlideRehearsal(book("okx", held, wallet="9000"), {}).frame(ZERO).positions[0]
    exact = shown_price(row.liquidation_price, D("0.1"))
    assert row.liquidation_price_shown == exact + nearer * D("0.1")
