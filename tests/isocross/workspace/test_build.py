from dataclasses import replace
from decimal import Decimal

import pytest

from isocross.account.book import Mode, Position, Side
from isocross.money import exact
from isocross.rules.catalogue import listed_market, load_profile
from isocross.rules.market import Tier, TierKey
from isocross.workspace import Faults, MarketEntry, TierEntry, VenueChoice, Workspace, book_of, load_text

D = Decimal


def position(**changes):
    given = {
        "id": "btc",
        "market": "BTCUSDT",
        "side": Side.LONG,
        "mode": Mode.CROSS,
        "quantity": D("0.015"),
        "entry": D(60000),
        "leverage": D(3),
    }
    return Position(**(given | changes))


def workspace(*positions, **changes):
    given = {"name": "w", "wallet": D(1000), "positions": positions or (position(),)}
    return Workspace(**(given | changes))


def told(given, venue=None):
    with pytest.raises(Faults) as caught:
        book_of(given, venue, "desk.toml")
    return str(caught.value)


def test_the_cash_and_the_rules_of_the_file_are_in_the_book():
    book = book_of(workspace(fund=D(5), strict=True, currency="USDC"))
    assert (book.wallet, book.fund, book.strict, book.currency) == (D(1000), D(5), True, "USDC")
    assert book.profile == load_profile("guide")


def test_only_markets_with_a_position_are_in_the_book():
    entries = (MarketEntry("BTCUSDT"), MarketEntry("ETHUSDT", D(3000)))
    assert list(book_of(workspace(markets=entries)).markets) == ["BTCUSDT"]


def test_a_market_without_a_mark_stands_at_the_entry_of_its_largest_position():
    given = workspace(position(id="b", entry=D(50000)), position(quantity=position().quantity * 2))
    assert book_of(given).markets["BTCUSDT"].mark == D(60000)
    marked = replace(given, markets=(MarketEntry("BTCUSDT", D(61000)),))
    assert book_of(marked).markets["BTCUSDT"].mark == D(61000)


def test_the_tiers_of_the_file_come_first_and_their_deductions_are_worked_out():
    tiers = (
        TierEntry(D(0), D("0.004"), D(125)),
        TierEntry(D(50000), D("0.005"), D(100)),
        TierEntry(D(250000), D("0.01"), D(50), D(7)),
    )
    entry = MarketEntry("BTCUSDT", tiers=tiers)
    marginal = book_of(workspace(markets=(entry,), venue=VenueChoice("binance"))).markets["BTCUSDT"].ladder
    assert [tier.deduction for tier in marginal.tiers] == [D(0), D(50), D(7)]
    flat = VenueChoice("binance", (("tier_method", "flat"),))
    ladder = book_of(workspace(markets=(entry,), venue=flat)).markets["BTCUSDT"].ladder
    assert [tier.deduction for tier in ladder.tiers] == [D(0), D(0), D(7)]


def test_the_tiers_of_the_venue_come_next_and_its_default_last():
    profile = load_profile("binance")
    market = book_of(workspace(), "binance").markets["BTCUSDT"]
    listed = listed_market(profile, "BTCUSDT")
    assert (market.ladder.tiers, market.tick) == (listed.tiers, listed.tick)
    assert book_of(workspace()).markets["BTCUSDT"].ladder.tiers == (Tier(D(0), D("0.005"), D(100)),)
    unheard = workspace(position(market="UNHEARD"), markets=(MarketEntry("UNHEARD"),))
    assert book_of(unheard).markets["UNHEARD"].ladder.tiers == load_profile("guide").default_tiers


def test_a_market_without_tiers_anywhere_is_refused():
    unheard = workspace(position(market="UNHEARD"), markets=(MarketEntry("UNHEARD"),))
    assert 'positions[0].market: "UNHEARD" has no tiers at this venue (expected tiers for it in' in told(
        unheard, "binance"
    )


def test_a_market_that_nobody_knows_is_refused_once_with_some_that_are_known():
    given = workspace(position(market="BTCUDST"), position(id="b", market="BTCUDST"))
    assert told(given) == (
        'desk.toml: positions[0].market: neither this file nor guide knows the market "BTCUDST"; did you mean '
        '"BTCUSDT"? (expected a [[markets]] table for it, or one of BTCUSDT, ETHUSDT, LTCUSDT, XRPUSDT, ADAUSDT, …)'
    )


def test_another_venue_leaves_the_overrides_out_and_the_same_one_keeps_them():
    given = workspace(venue=VenueChoice("guide", (("close_fee", D("0.001")),)))
    assert book_of(given).profile.close_fee == D("0.001")
    assert book_of(given, "guide").profile.close_fee == D("0.001")
    assert book_of(given, "coinex").profile == load_profile("coinex")


def test_an_unknown_venue_is_refused():
    assert 'venue.profile: no venue is called "giude"; did you mean "guide"?' in told(workspace(), "giude")


def test_every_override_that_cannot_be_is_named():
    overrides = (("close_fee", D(3)), ("closefee", D(0)), ("line", "<"), ("residual", "nobody"))
    lines = told(workspace(venue=VenueChoice("guide", overrides))).splitlines()
    assert [line.split(": ")[1] for line in lines] == ["venue.close_fee", "venue.closefee", "venue.residual"]


def test_shipped_tiers_are_not_read_in_another_unit():
    by_quantity = VenueChoice("binance", (("tier_key", "quantity"),))
    given = workspace(position(), position(id="e", market="ETHUSDT"), venue=by_quantity)
    assert told(given).count("venue.tier_key: the shipped tiers of binance are by notional") == 1
    own = (MarketEntry("BTCUSDT", tiers=(TierEntry(D(0), D(0), D(5)),)),)
    ladder = book_of(workspace(venue=by_quantity, markets=own)).markets["BTCUSDT"].ladder
    assert ladder.key is TierKey.QUANTITY


def test_tiers_by_quantity_go_by_quantity():
    tiers = (TierEntry(D(0), D(0), D(50)), TierEntry(D("0.01"), D("0.01"), D(2)))
    given = workspace(
        venue=VenueChoice("guide", (("tier_key", "quantity"),)), markets=(MarketEntry("BTCUSDT", tiers=tiers),)
    )
    assert told(given).endswith("3 is above the highest leverage for a quantity of 0.015 (expected at most 2)")
    assert book_of(workspace(position(quantity=D("0.01")), venue=given.venue, markets=given.markets))


def test_the_tiers_of_the_file_are_left_out_where_another_venue_would_misread_them():
    tiers = (TierEntry(D(0), D("0.5"), D(3)),)
    own = VenueChoice("guide", (("tier_key", "quantity"),))
    given = workspace(venue=own, markets=(MarketEntry("BTCUSDT", D(1), tiers),))
    assert book_of(given).markets["BTCUSDT"].ladder.tiers[0].rate == D("0.5")
    elsewhere = book_of(given, "binance").markets["BTCUSDT"]
    assert elsewhere.ladder.tiers == listed_market(load_profile("binance"), "BTCUSDT").tiers
    assert elsewhere.mark == D(1)
    same_unit = replace(given, venue=VenueChoice())
    assert book_of(same_unit, "binance").markets["BTCUSDT"].ladder.tiers[0].rate == D("0.5")


@exact
def test_isolated_margins_fill_the_wallet_and_no_more():
    isolated = position(mode=Mode.ISOLATED)
    given = workspace(isolated, isolated.with_margin(D(700) + D("1e-18")), wallet=D(1000))
    assert "wallet: the isolated margins (btc, btc) sum to 1,000.000000000000000001, more than" in told(given)
    assert book_of(replace(given, wallet=D("1000.000000000000000001")))


def test_cross_margins_above_the_wallet_and_thin_isolated_margins_are_legal():
    book = book_of(workspace(position(), position(id="b", mode=Mode.ISOLATED).with_margin(D(1)), wallet=D(200)))
    assert book.unused == D(-101)


def test_a_leverage_at_the_border_of_a_tier_is_the_lower_tiers():
    tiers = (TierEntry(D(0), D(0), D(50)), TierEntry(D(900), D("0.01"), D(2)))
    entry = (MarketEntry("BTCUSDT", tiers=tiers),)
    assert book_of(workspace(position(leverage=D(50)), markets=entry))
    assert "at most 2" in told(workspace(position(quantity=D("0.0151")), markets=entry))


BEHIND = """wallet = 100
[venue]
profile = "{venue}"
no_such = 1
close_fee = 7
taker_fee = "x"
[[positions]]
market = "{market}"
side = "long"
mode = "cross"
quantity = 0.1
entry = 60000
leverage = 5000
[[positions]]
market = "NOSUCHUSDT"
side = "long"
mode = "cross"
quantity = 0.1
entry = 1
leverage = 5
"""


@pytest.mark.parametrize(("venue", "more"), [("binance", ()), ("binanze", (3,))])
def test_a_file_with_faults_tells_all_of_them_also_those_behind_a_wrong_venue(venue, more):
    with pytest.raises(Faults) as caught:
        load_text(BEHIND.format(venue=venue, market="BTCUSDT"))
    assert [fault.line for fault in caught.value.faults] == [*more, 4, 5, 6, 13, 15]


def test_without_any_venue_that_was_meant_its_rules_are_still_looked_at():
    with pytest.raises(Faults) as caught:
        load_text(BEHIND.format(venue="zzzzzzzz", market="BTCUSDT"))
    assert [fault.line for fault in caught.value.faults] == [3, 4, 5, 6]


def test_a_coin_margined_market_is_no_stranger_behind_a_misspelled_venue():
    text = BEHIND.format(venue="bybitt", market="BTCUSD").replace("wallet = 100", 'wallet = 100\ncurrency = "BTC"')
    with pytest.raises(Faults) as caught:
        load_text(text)
    assert not [fault for fault in caught.value.faults if '"BTCUSD"' in fault.message]
