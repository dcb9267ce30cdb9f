"""The shipped venues under the figures they publish, and venues that a user adds without touching code."""

import re
from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal
from pathlib import Path

import pytest

from isocross.account.book import Mode
from isocross.cascade.events import EventKind
from isocross.cascade.ledger import Ledger
from isocross.moves import add_margin, flip, set_leverage
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules import catalogue as profiles
from isocross.rules.catalogue import (
    ProfileError,
    UnknownVenueError,
    listed_market,
    load_profile,
    profile_ids,
    shipped_ids,
    user_ids,
)
from isocross.rules.market import TierKey
from isocross.rules.profile import CrossMachine, Residual, Victim
from isocross.rules.tables import read_table
from isocross.workspace import PathKind, book_of, load_file, load_text, shipped

D = Decimal
GUIDE = (Path(profiles.__file__).parent / "venues" / "guide.toml").read_text(encoding="utf-8")
HALF_PERCENT = "{ from = 0, rate = 0.005, max_leverage = 125 }"
ONE_PERCENT = "{ from = 0, rate = 0.01, max_leverage = 50 }"
TAKER = {"okx": D("0.0005"), "gate": D("0.00075"), "bybit": D("0.00055")}
KEEPING = ("hyperliquid", "kraken", "dydx", "drift")
TAKING = ("bybit", "okx", "gate", "bitmex")

every_venue = pytest.mark.parametrize("venue", shipped_ids())


def rows(table, values):
    written = {key: f'"{value}"' if isinstance(value, str) else str(value).lower() for key, value in values.items()}
    return "\n".join([table, *(f"{key} = {value}" for key, value in written.items())])


def market(symbol, mark, *tiers):
    ladder = f"\ntiers = [ {', '.join(tiers)} ]" if tiers else ""
    return rows("[[markets]]", {"symbol": symbol, "mark": D(mark)}) + ladder


def position(symbol, side, quantity, entry, leverage, mode="cross", **more):
    figures = {"quantity": D(quantity), "entry": D(entry), "leverage": D(leverage)}
    return rows("[[positions]]", {"market": symbol, "side": side, "mode": mode} | figures | more)


def book(venue, wallet, *tables, **rules):
    head = [f"format = 1\nwallet = {wallet}", rows("[venue]", {"profile": venue} | rules)]
    return book_of(load_text("\n\n".join([*head, *tables])))


def at_opening(account):
    return GlideRehearsal(account, {}).frame(D(0))


def jumped(account, marks):
    shocks = {symbol: D(mark) / account.markets[symbol].mark - 1 for symbol, mark in marks.items()}
    return GlideRehearsal(account, {}, PathKind.GAP).frame(shocks)


def near(figure, expected, tolerance="1e-25"):
    return abs(figure - D(expected)) <= abs(D(expected)) * D(tolerance)


def totals(rehearsal, shock):
    """Wallet + fund + fees + counterparty before, and after each event of a timeline."""
    events = rehearsal.timeline(shock).events
    return [Ledger.after(rehearsal.book, events[:n]).total for n in range(len(events) + 1)], events


# --- what venues publish -------------------------------------------------------------------------


def test_bybit_liquidates_an_isolated_long_of_50x_at_19700_by_its_older_page():
    tables = (market("BTCUSDT", 20000), position("BTCUSDT", "long", 1, 20000, 50, "isolated"))
    row = at_opening(book("bybit", 1000, *tables, maintenance_basis="entry")).positions[0]
    assert (row.initial_margin, row.maintenance_margin, row.liquidation_price) == (400, 100, 19700)


@pytest.mark.parametrize(("side", "lost"), [("long", D("0.98")), ("short", D("1.02"))])
def test_bybit_now_takes_its_margin_at_mark_and_the_fee_to_close_lies_beside_it(side, lost):
    tables = (market("BTCUSDT", 20000), position("BTCUSDT", side, 1, 20000, 50, "isolated"))
    row = at_opening(book("bybit", 1000, *tables)).positions[0]
    assert row.maintenance_margin == 100
    assert near(row.liquidation_price, 20000 * lost / (1 - D("0.005") if side == "long" else 1 + D("0.005")))
    pooled = (tables[0], tables[1].replace("isolated", "cross"))
    cross = at_opening(book("bybit", 1000, *pooled)).positions[0]
    assert cross.maintenance_margin == 100 + 20000 * TAKER["bybit"]
    estimated = at_opening(book("bybit", 1000, *pooled, close_fee_at="bankruptcy")).positions[0]
    assert estimated.maintenance_margin == 100 + 20000 * lost * TAKER["bybit"]


@pytest.mark.parametrize(("rules", "asked"), [({}, D("0.001")), ({"close_fee_at": "beside-margin"}, D(0))])
def test_a_rate_that_a_file_gives_is_counted_in_the_trigger_as_it_stands(rules, asked):
    long = position("BTCUSDT", "long", "1", "20000", "50", "isolated")
    opened = book("bybit", 1000, market("BTCUSDT", "20000", HALF_PERCENT), long, close_fee=D("0.001"), **rules)
    assert at_opening(opened).positions[0].maintenance_margin == 100 + 20000 * asked


@every_venue
def test_leverage_moves_no_liquidation_price_of_a_pool(venue):
    def prices(leverage):
        held = (
            position("BTCUSDT", "long", "0.05", "60000", leverage),
            position("ETHUSDT", "short", "1", "3000", leverage),
        )
        markets = (market("BTCUSDT", "60000", HALF_PERCENT), market("ETHUSDT", "3000", ONE_PERCENT))
        opened = book(venue, 3500, *markets, *held)
        return [row.liquidation_price for row in at_opening(opened).positions]

    if load_profile(venue).cross_machine is CrossMachine.POOLED:
        assert prices("3") == prices("10") != [None, None]


def test_bybit_moves_the_liquidation_price_of_a_long_as_margin_and_size_are_added():
    tier = "{ from = 0, rate = 0.0125, max_leverage = 50 }"

    def long_of(quantity, **more):
        held = position("BTCUSDT", "long", quantity, 10000, 16, "isolated", **more)
        older = {"maintenance_basis": "entry"}
        return book("bybit", 10000, market("BTCUSDT", 10000, tier), held, **older)

    first = long_of(1)
    assert at_opening(first).positions[0].liquidation_price == 9500
    more = add_margin(first, first.positions[0].id, D(1000)).after
    assert at_opening(more).positions[0].liquidation_price == 8500
    assert at_opening(long_of(2, margin=D(2250))).positions[0].liquidation_price == 9000


def test_bybit_asks_by_the_risk_limits_of_its_own_table():
    held = position("BTCUSDT", "long", 50, 50000, 10)
    row = at_opening(book("bybit", 10**6, market("BTCUSDT", 50000), held, close_fee=D(0))).positions[0]
    assert row.maintenance_margin == D(2_500_000) * D("0.0056") - 1200


def test_bitmex_liquidates_a_cross_long_of_20_ether_at_510():
    held = position("ETHUSDT", "long", 20, 1000, 50)
    frame = at_opening(book("bitmex", 10000, market("ETHUSDT", 1000, ONE_PERCENT), held))
    row = frame.positions[0]
    assert (row.initial_margin, row.maintenance_margin) == (400, 200)
    assert (row.liquidation_price, row.bankruptcy_price) == (510, 500)
    assert frame.account.available == 9600


def test_bitmex_liquidates_a_long_of_100x_at_99_50_and_is_bankrupt_at_99():
    held = position("XBTUSDT", "long", 1, 100, 100, "isolated")
    row = at_opening(book("bitmex", 10, market("XBTUSDT", 100), held)).positions[0]
    assert (row.liquidation_price, row.bankruptcy_price) == (D("99.5"), 99)


def test_bitmex_loses_4_isolated_where_cross_has_an_open_loss_of_6():
    def long_at(mode):
        held = position("XBTUSDT", "long", 1, 100, 25, mode)
        return book("bitmex", 100, market("XBTUSDT", 100, ONE_PERCENT), held)

    assert at_opening(long_at("isolated")).positions[0].liquidation_price == 97
    isolated, cross = (jumped(long_at(mode), {"XBTUSDT": 94}) for mode in ("isolated", "cross"))
    assert isolated.account.equity == 96
    assert (cross.account.equity, cross.events) == (94, ())


@pytest.mark.parametrize(("method", "expected"), [("flat", 6000), ("marginal", 4900)])
def test_gate_asks_4900_for_1_200_000_of_bitcoin_and_asked_6000(method, expected):
    above = {"marginal": "0.0045", "flat": "0.005"}[method]
    tiers = [
        "{ from = 0, rate = 0.004, max_leverage = 125 }",
        f"{{ from = 1000000, rate = {above}, max_leverage = 100 }}",
    ]
    account = book(
        "gate",
        100000,
        market("BTCUSDT", 60000, *tiers),
        position("BTCUSDT", "long", 20, 60000, 20),
        tier_method=method,
        close_fee=D(0),
    )
    assert at_opening(account).positions[0].maintenance_margin == expected


@pytest.mark.parametrize("venue", ["okx", "gate"])
@pytest.mark.parametrize(("side", "sign"), [("long", 1), ("short", -1)])
def test_okx_and_gate_count_the_taker_rate_in_the_isolated_liquidation_price(venue, side, sign):
    held = position("BTCUSDT", side, "0.01", 60000, 10, "isolated", margin=D(75))
    row = at_opening(book(venue, 1000, market("BTCUSDT", 60000), held)).positions[0]
    rate = {"okx": D("0.004"), "gate": D("0.003")}[venue]
    expected = (60000 - sign * D(75) / D("0.01")) / (1 - sign * (rate + TAKER[venue]))
    assert near(row.liquidation_price, expected)
    assert near(row.bankruptcy_price, 60000 - sign * 7500)


def test_hyperliquid_asks_250_for_10000_whatever_the_leverage():
    account = book("hyperliquid", 5000, market("SOLUSDT", 100), position("SOLUSDT", "long", 100, 100, 10))
    faster = set_leverage(account, account.positions[0].id, D(20)).after
    figures = [at_opening(given).positions[0] for given in (account, faster)]
    assert [(row.initial_margin, row.maintenance_margin) for row in figures] == [(1000, 250), (500, 250)]
    assert figures[0].liquidation_price == figures[1].liquidation_price


@pytest.mark.parametrize(("side", "sign"), [("long", 1), ("short", -1)])
@pytest.mark.parametrize("mode", ["cross", "isolated"])
def test_hyperliquid_publishes_price_less_margin_available_by_size(side, sign, mode):
    given = market("BTCUSDT", 61000), position("BTCUSDT", side, "0.5", 60000, 20, mode)
    frame = at_opening(book("hyperliquid", 5000, *given))
    row, rate = frame.positions[0], D("0.0125")
    value = frame.account.equity if mode == "cross" else row.equity
    available = value - row.maintenance_margin
    expected = 61000 - sign * available / D("0.5") / (1 - rate * sign)
    assert near(row.liquidation_price, expected)


def test_hyperliquid_asks_half_of_the_initial_margin_at_the_highest_leverage_of_a_tier():
    for symbol in ("BTCUSDT", "ETHUSDT", "SOLUSDT", "DOGEUSDT", "ATOMUSDT"):
        for tier in listed_market(load_profile("hyperliquid"), symbol).tiers:
            assert abs(tier.rate - 1 / (2 * tier.max_leverage)) < D("1e-18")


def test_dydx_asks_60_percent_of_2_percent_of_bitcoin():
    given = market("BTCUSDT", 50000), position("BTCUSDT", "long", "0.1", 50000, 50)
    assert at_opening(book("dydx", 500, *given)).positions[0].maintenance_margin == 60


def test_kraken_asks_one_percent_of_a_small_position_and_two_of_a_larger():
    def asked(quantity):
        given = market("BTCUSDT", 50000), position("BTCUSDT", "long", quantity, 50000, 10)
        return at_opening(book("kraken", 10**6, *given)).positions[0].maintenance_margin

    assert (asked(1), asked(20)) == (500, 20000)


def test_okx_reads_its_contracts_as_base_coin():
    tiers = listed_market(load_profile("okx"), "ETHUSDT").tiers
    assert [(tier.start, tier.rate) for tier in tiers[:3]] == [(0, D("0.004")), (300, D("0.005")), (600, D("0.01"))]
    assert load_profile("okx").tier_key is TierKey.QUANTITY


# --- one name at every venue -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("venue", "own", "tick"),
    [
        ("bybit", "BTCUSDT", "0.1"),
        ("okx", "BTC-USDT-SWAP", "0.1"),
        ("hyperliquid", "BTC", None),
        ("gate", "BTC_USDT", "0.1"),
        ("kraken", "PF_XBTUSD", "1"),
        ("bitmex", "XBTUSDT", "0.1"),
        ("dydx", "BTC-USD", "1"),
        ("drift", "BTC-PERP", "0.1"),
    ],
)
def test_btcusdt_finds_the_bitcoin_market_of_every_venue(venue, own, tick):
    profile = load_profile(venue)
    found = listed_market(profile, "BTCUSDT")
    assert found == listed_market(profile, own)
    assert (found.symbol, found.tick) == (own, tick and D(tick))
    for symbol in {"BTCUSDT", own}:
        account = book(venue, 1000, position(symbol, "long", "0.01", 50000, 3))
        assert list(account.markets) == [symbol]


def test_a_coin_traded_by_the_thousand_has_the_name_it_has_elsewhere():
    assert listed_market(load_profile("hyperliquid"), "1000PEPEUSDT").symbol == "kPEPE"
    assert listed_market(load_profile("kraken"), "1000PEPEUSDT") is None


@every_venue
def test_a_second_name_is_never_another_markets_own(venue):
    for table in map(read_table, load_profile(venue).tables):
        assert not table.aliases.keys() & table.markets.keys()
        assert len(set(table.aliases.values())) == len(table.aliases)


# --- what sets them apart --------------------------------------------------------------------------


def test_all_but_coinex_are_pooled():
    machines = {venue: load_profile(venue).cross_machine for venue in shipped_ids()}
    assert machines.pop("coinex") is CrossMachine.TOP_UP
    assert set(machines.values()) == {CrossMachine.POOLED}


def test_who_closes_everything_at_once_and_who_lets_the_trader_keep_the_rest():
    by_victim = {venue for venue in shipped_ids() if load_profile(venue).victim is Victim.ALL}
    assert by_victim == {"hyperliquid", "bitmex", "kraken"}
    assert {venue for venue in shipped_ids() if load_profile(venue).residual is Residual.USER} == set(KEEPING)


def test_which_venues_flip_an_open_position():
    flips = {venue: load_profile(venue).flip for venue in shipped_ids()}
    assert {venue for venue, rule in flips.items() if rule.allowed} == {"guide", "coinex", "kraken", "bitmex"}
    assert all(rule.says for venue, rule in flips.items() if venue != "guide")
    assert flips["bybit"].code == "3400045"
    account = book("hyperliquid", 1000, market("BTCUSDT", 60000), position("BTCUSDT", "long", "0.01", 60000, 3))
    assert "Cannot switch leverage type with open position" in flip(account, account.positions[0].id).remark


def without_steps(account):
    return replace(account, profile=replace(account.profile, steps=()))


def isolated_long(venue):
    held = position("BTCUSDT", "long", "0.1", 60000, 10, "isolated")
    return book(venue, 1000, market("BTCUSDT", 60000, ONE_PERCENT), held, tier_key="notional")


@pytest.mark.parametrize("venue", KEEPING)
def test_what_a_fee_leaves_of_an_isolated_margin_goes_back_to_the_wallet(venue):
    rehearsal = GlideRehearsal(without_steps(isolated_long(venue)), {})
    frame = rehearsal.frame(D("-0.5"))
    (death,) = [event for event in frame.events if event.kind is EventKind.LIQUIDATION]
    left = death.figures.equity
    assert 0 < left < 100
    rate = rehearsal.book.profile.liquidation_fee
    fee = min(left, (D("0.1") * death.mark * rate).quantize(D("1e-18"), ROUND_FLOOR))
    assert (death.figures.left, death.figures.to_fund, death.figures.fee) == (left - fee, 0, fee)
    assert (frame.account.wallet, frame.account.fund, frame.account.fees) == (400 + left - fee, 0, fee)


@pytest.mark.parametrize("venue", TAKING)
def test_what_is_left_of_an_isolated_margin_goes_to_the_fund(venue):
    frame = GlideRehearsal(isolated_long(venue), {}).frame(D("-0.5"))
    assert frame.account.wallet == 400
    assert frame.account.fund > 0


def two_longs_and_a_winner(venue, **rules):
    return book(
        venue,
        1000,
        *(market(symbol, 100, ONE_PERCENT) for symbol in ("BTCUSDT", "ETHUSDT", "SOLUSDT")),
        position("BTCUSDT", "long", 60, 100, 10),
        position("ETHUSDT", "long", 20, 100, 10),
        position("SOLUSDT", "short", 1, 100, 10),
        tier_key="notional",
        **rules,
    )


@pytest.mark.parametrize("venue", ["hyperliquid", "kraken", "bitmex"])
def test_where_all_are_closed_every_cross_position_ends_in_one_place(venue):
    rehearsal = GlideRehearsal(two_longs_and_a_winner(venue), {})
    deaths = [event for event in rehearsal.timeline(D("-0.9")).events if event.kind is EventKind.LIQUIDATION]
    assert [event.position for event in deaths] == [0, 1, 2]
    assert len({event.place for event in deaths}) == 1
    assert deaths[0].figures.equity > 0


@pytest.mark.parametrize("venue", ["bybit", "okx", "gate", "dydx"])
def test_elsewhere_a_pool_that_is_healthy_again_keeps_the_others(venue):
    rehearsal = GlideRehearsal(without_steps(two_longs_and_a_winner(venue, liquidation_fee=D(0))), {})
    ends = [event for event in rehearsal.timeline(D("-0.9")).events if event.kind is EventKind.LIQUIDATION]
    assert ends[0].position == 0
    assert {event.place for event in ends[1:]}.isdisjoint({ends[0].place})


@pytest.mark.parametrize("cap", ["pool", "share"])
def test_a_fee_that_eats_the_pool_takes_the_others_with_it_and_one_with_a_share_leaves_them_theirs(cap):
    rehearsal = GlideRehearsal(without_steps(two_longs_and_a_winner("dydx", fee_cap=cap)), {})
    ends = [event for event in rehearsal.timeline(D("-0.9")).events if event.kind is EventKind.LIQUIDATION]
    assert [event.position for event in ends] == [0, 1, 2]
    assert len({event.place for event in ends}) == 1
    assert ends[0].figures.fee < D("0.015") * 60 * ends[0].mark
    left = ends[0].figures.equity - ends[0].figures.fee
    assert left == 0 if cap == "pool" else near(left, ends[0].figures.equity * 21 / 81, "1e-17")


# --- the shipped accounts under all of them ----------------------------------------------------------


@every_venue
@pytest.mark.parametrize("name", sorted(shipped()))
@pytest.mark.parametrize(
    "mode",
    [None, pytest.param(Mode.ISOLATED, marks=pytest.mark.slow), pytest.param(Mode.CROSS, marks=pytest.mark.slow)],
)
def test_a_shipped_account_runs_under_every_venue_and_no_cash_appears_or_goes(venue, name, mode):
    workspace = load_file(shipped()[name])
    if workspace.assets and venue != workspace.venue.profile:
        pytest.skip("an account of several assets is one of its own venue")
    account = book_of(workspace, venue)
    if mode is not None:
        held = tuple(replace(p, mode=mode, given_margin=None) for p in account.positions)
        account = replace(account, positions=held)
    for betas in (workspace.scenario.betas, {}):
        for kind in (PathKind.WHAT_IF, PathKind.GAP):
            rehearsal = GlideRehearsal(account, betas, kind)
            for shock in (D("-0.95"), D("-0.3"), D(3)):
                after, events = totals(rehearsal, shock)
                assert set(after) == {account.wallet + (account.fund or 0)}
                assert all(sum(leg.amount for leg in event.postings) == 0 for event in events)
                assert rehearsal.frame(shock).account.equity >= 0


@every_venue
def test_the_guides_cross_account_opens_everywhere_with_the_same_cash(venue):
    workspace = load_file(shipped()["guide-cross"])
    frame = at_opening(book_of(workspace, venue))
    assert (frame.account.wallet, frame.account.equity, frame.account.unused) == (1000, 1000, 500)
    assert frame.account.maintenance_margin > 0
    assert frame.events == ()


# --- a user's own ------------------------------------------------------------------------------------


MINE = GUIDE.replace('id    = "guide"', 'id    = "mine"').replace('title = "The guide"', 'title = "My own"')


@pytest.fixture
def folder(tmp_path, monkeypatch):
    place = tmp_path / "venues"
    place.mkdir()
    monkeypatch.setattr(profiles, "user_folder", lambda: place)
    return place


def put(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_users_folder_is_where_the_platform_keeps_settings(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert profiles.user_folder().parts[-2:] == ("isocross", "venues")
    assert user_ids() == ()


def test_a_venue_in_the_users_folder_is_known_by_its_name_and_runs_an_account(folder):
    put(folder, "mine.toml", re.sub('victim = "largest-loss"', 'victim = "all"', MINE))
    assert profile_ids() == (*shipped_ids(), "mine")
    account = book("mine", 1000, market("BTCUSDT", 60000), position("BTCUSDT", "long", "0.015", 60000, 3))
    assert (account.profile.title, account.profile.victim) == ("My own", Victim.ALL)
    assert book_of(load_file(shipped()["guide-cross"]), "mine").profile == account.profile
    assert GlideRehearsal(account, {}).frame(D("-0.9")).account.wallet > 0


def test_a_venue_is_known_by_its_path_too_from_anywhere(folder, tmp_path, monkeypatch):
    path = put(tmp_path, "elsewhere.toml", MINE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    for given in (str(path), "elsewhere.toml", "./elsewhere.toml", "~/elsewhere.toml"):
        assert load_profile(given).id == "mine"
    account = book(str(path), 1000, market("BTCUSDT", 60000), position("BTCUSDT", "long", "0.015", 60000, 3))
    assert account.profile.title == "My own"
    assert "mine" not in profile_ids()


def test_a_changed_file_counts_as_it_is_now(folder):
    put(folder, "mine.toml", MINE)
    assert load_profile("mine").title == "My own"
    assert load_profile("mine") is load_profile("mine")
    put(folder, "mine.toml", MINE.replace("My own", "Mine now"))
    assert load_profile("mine").title == "Mine now"
    (folder / "mine.toml").unlink()
    with pytest.raises(UnknownVenueError):
        load_profile("mine")


def test_a_shipped_venue_cannot_be_replaced(folder):
    before = load_profile("binance")
    path = put(folder, "binance.toml", MINE)
    assert load_profile("binance") is before
    assert profile_ids() == shipped_ids()
    path.write_text(MINE.replace('"mine"', '"binance"'), encoding="utf-8")
    with pytest.raises(ProfileError) as caught:
        load_profile(str(path))
    assert str(caught.value) == f'{path}: id: "binance" is a shipped venue; a profile of your own needs another'


def test_the_users_come_after_the_shipped_ones_by_alphabet(folder):
    for name in ("zeta", "alpha"):
        put(folder, f"{name}.toml", MINE)
    put(folder, "notes.txt", "")
    (folder / "folder.toml").mkdir()
    assert profile_ids() == (*shipped_ids(), "alpha", "zeta")


def test_a_broken_venue_names_file_and_key(folder):
    path = put(
        folder, "mine.toml", MINE.replace('line = "<="', 'line = "=<"').replace("taker_fee = 0", "taker_fee = 7")
    )
    with pytest.raises(ProfileError) as caught:
        load_profile("mine")
    assert [line.rpartition(" does not fit ")[0] for line in str(caught.value).splitlines()] == [
        f'{path}: rules.line: "=<"',
        f"{path}: rules.taker_fee: 7",
    ]


@pytest.mark.parametrize(
    ("name", "raw", "said"),
    [
        ("mine", MINE.replace('"mine"', '"yours"').encode(), 'id: expected "mine", the name of the file'),
        ("My own", MINE.encode(), "expected a file name of small letters, digits and dashes"),
        ("mine", b"\xff\xfe", "is not UTF-8 text: byte 0 cannot be read"),
        ("mine", b"#" * 300_000, "cannot be read: the file is too large"),
        ("mine", b"id = ", "line 1: this is not TOML: there is no value (expected "),
        ("mine", b"", "title: is missing; a profile has every key"),
    ],
)
def test_whatever_is_wrong_with_a_venue_is_a_fault_of_its_file(folder, name, raw, said):
    path = folder / f"{name}.toml"
    path.write_bytes(raw)
    with pytest.raises(ProfileError) as caught:
        load_profile(name)
    assert any(line.startswith(f"{path}: {said}") for line in str(caught.value).splitlines())


@pytest.mark.parametrize("given", ["nowhere/at-all.toml", "~nobody-of-that-name/x.toml", "a\0b.toml", ".toml"])
def test_a_path_to_nothing_is_a_fault_that_names_it(given, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ProfileError, match=r"cannot be (read|found)"):
        load_profile(given)


def test_a_folder_is_no_venue(tmp_path):
    (tmp_path / "x.toml").mkdir()
    with pytest.raises(ProfileError, match="cannot be read: this is a folder"):
        load_profile(str(tmp_path / "x.toml"))


@pytest.mark.parametrize(
    ("venue", "chosen"),
    [
        ("bybit", "steps: after a cut to a tier's border the next goes below it"),
        ("gate", "steps: after a cut to a tier's border the next goes below it"),
        ("okx", "net-hedges: no fee is taken of pairs that are closed against each other"),
        ("okx", "steps: with nothing left of the equity no part is closed, the whole goes"),
        ("bybit", "auto_replenish: a draw below its initial margin is the last"),
        ("bybit", "pool_residual: what orders still hold does not go to the fund"),
        ("bybit", "order: positions that end at one place go by their markets' names"),
        ("dydx", "steps: while prices move, of more than 1,000 portions a hundredth is tested together"),
    ],
)
def test_what_the_program_chose_where_a_venue_is_silent_is_in_its_notes(venue, chosen):
    assert any(note.startswith(chosen) for note in load_profile(venue).unverified)
