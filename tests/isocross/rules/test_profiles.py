import re
import tomllib
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from isocross.rules import catalogue as profiles
from isocross.rules import tables
from isocross.rules.catalogue import (
    OVERRIDE_KEYS,
    OverrideError,
    ProfileError,
    UnknownVenueError,
    listed_market,
    listed_symbols,
    load_profile,
    override,
    profile_ids,
    read_profile,
    shipped_ids,
    user_ids,
)
from isocross.rules.market import Kind, Ladder, Tier, TierKey, TierMethod, with_deductions
from isocross.rules.procedure import Step, StepKind
from isocross.rules.profile import Basis, CrossMachine, FlipRule, Line, Profile, Residual, Shown, Victim

VENUES = Path(profiles.__file__).parent / "venues"
GUIDE = (VENUES / "guide.toml").read_text(encoding="utf-8")

# what a file says in other places than [rules]
ELSEWHERE = {
    "shown",
    "id",
    "title",
    "source",
    "as_of",
    "flip",
    "accounts",
    "default_tiers",
    "tables",
    "unverified",
    "overrides",
}

OPTIONAL = {"steps", "close_fee_at", "maker_fee", "inverse_tier_key", "tier_border", "merging", "leverage_scope"}
CLOCK = {"settlement_hours", "funding_hours", "funding_charge"}
SHOWN = {"price_rounding", "removal", "ratio"}
PROCEDURE = {
    "cross_initial_basis",
    "order_reserve",
    "order_counts",
    "cancel_before_last_refill",
    "hedge_mode",
    "pool_residual",
    "auto_replenish",
    "adl_price",
}
UNVERIFIED_PROCEDURE = {
    "guide": {"order_reserve"},
    "coinex": {"cancel_before_last_refill", "hedge_mode"},
    "binance": {"pool_residual", "auto_replenish"},
    "bybit": {"order_counts"},
    "okx": {"order_reserve", "auto_replenish"},
    "hyperliquid": {"order_counts"},
    "gate": {"cross_initial_basis", "order_counts", "adl_price"},
    "kraken": {"order_counts", "hedge_mode", "adl_price"},
    "bitmex": {"order_counts"},
    "dydx": {"order_counts"},
    "drift": {"order_reserve", "order_counts", "adl_price"},
}
BESIDE = CLOCK | SHOWN | PROCEDURE
PROFILES = shipped_ids()

every_profile = pytest.mark.parametrize("profile_id", shipped_ids())


def text_of(profile_id):
    return (VENUES / f"{profile_id}.toml").read_text(encoding="utf-8")


def marked_unverified(profile_id):
    """The keys whose comment says so."""
    rules = text_of(profile_id).partition("[rules]")[2]
    keys = set(re.findall(r"^#[^\n]*UNVERIFIED.*\n(?:#.*\n)*(\w+) *=", rules, re.M))
    return {"flip" if key == "allowed" else key for key in keys}


def ladder(rows, method, key=TierKey.NOTIONAL):
    bare = tuple((Tier(Decimal(start), Decimal(rate), Decimal(100)), False) for start, rate in rows)
    return Ladder(with_deductions(bare, method), key)


def maintenance(of, size):
    tier = of.tiers[of.index_at(Decimal(size))]
    return Decimal(size) * tier.rate - tier.deduction


def values_in(value):
    if is_dataclass(value):
        for field in fields(value):
            yield from values_in(getattr(value, field.name))
    elif isinstance(value, tuple):
        for part in value:
            yield from values_in(part)
    else:
        yield value


def test_the_guide_comes_first_and_the_others_by_alphabet():
    ids = shipped_ids()
    assert ids[0] == "guide"
    known = {"binance", "bitmex", "bybit", "coinex", "drift", "dydx", "gate", "hyperliquid", "kraken", "okx"}
    assert set(ids) == {"guide"} | known
    assert list(ids[1:]) == sorted(ids[1:])
    assert profile_ids() == ids + user_ids()


@every_profile
def test_a_shipped_profile_loads_once_and_says_where_it_is_from(profile_id):
    profile = load_profile(profile_id)
    assert profile is load_profile(profile_id)
    assert profile.id == profile_id
    assert profile.title
    assert profile.source
    assert profile.as_of
    assert profile.overrides == ()


@every_profile
def test_every_rule_of_a_profile_stands_in_its_file(profile_id):
    written = tomllib.loads(text_of(profile_id))
    assert set(written["rules"]) | OPTIONAL == {field.name for field in fields(Profile)} - ELSEWHERE
    assert set(written["flip"]) | {"orders_code", "sets_leverage"} == {field.name for field in fields(FlipRule)}
    assert set(written["shown"]) | {"isolated_ticks"} == {field.name for field in fields(Shown)}
    whole = {"id", "title", "sources", "as_of", "rules", "flip", "shown", "markets", "notes"}
    assert set(written) - {"accounts"} == whole


@every_profile
def test_a_rule_marked_unverified_is_listed_in_words(profile_id):
    listed = {note.partition(":")[0] for note in load_profile(profile_id).unverified}
    assert marked_unverified(profile_id) <= listed


def test_what_the_rule_book_does_not_verify_is_marked():
    assert {i for i in PROFILES if marked_unverified(i) & CLOCK} == set(PROFILES) - {"guide", "coinex", "dydx"}
    assert {i for i in PROFILES if marked_unverified(i) & SHOWN} == set(PROFILES) - {"guide"}
    assert {i: marked_unverified(i) & PROCEDURE for i in PROFILES} == UNVERIFIED_PROCEDURE
    assert marked_unverified("guide") - BESIDE == set()
    assert marked_unverified("coinex") - BESIDE == {"liquidation_fee", "tier_method", "default_tiers"}
    assert marked_unverified("binance") - BESIDE == {"liquidation_fee", "residual", "victim"}
    assert marked_unverified("bybit") - BESIDE == {"liquidation_fee", "victim", "flip", "default_tiers"}
    assert marked_unverified("okx") - BESIDE == {"liquidation_fee", "victim", "flip", "default_tiers"}
    assert marked_unverified("hyperliquid") - BESIDE == {"default_tiers"}
    assert marked_unverified("gate") - BESIDE == {
        "close_fee",
        "taker_fee",
        "liquidation_fee",
        "victim",
        "default_tiers",
    }
    assert marked_unverified("kraken") - BESIDE == {
        "maintenance_basis",
        "liquidation_fee",
        "tier_method",
        "default_tiers",
    }
    assert marked_unverified("bitmex") - BESIDE == {"line", "close_fee", "default_tiers"}
    assert marked_unverified("dydx") - BESIDE == {"victim", "default_tiers"}
    assert marked_unverified("drift") - BESIDE == {"liquidation_fee", "victim", "default_tiers"}


@every_profile
def test_no_figure_of_a_profile_or_its_markets_is_a_binary_float(profile_id):
    profile = load_profile(profile_id)
    markets = tuple(listed_market(profile, symbol) for symbol in listed_symbols(profile))
    assert not [value for value in values_in((profile, markets)) if isinstance(value, float)]


def test_the_guide_is_one_pool_at_half_a_percent_without_fees():
    guide = load_profile("guide")
    assert guide.cross_machine is CrossMachine.POOLED
    assert guide.line is Line.AT_OR_BELOW
    assert (guide.close_fee, guide.taker_fee, guide.liquidation_fee) == (0, 0, 0)
    assert guide.victim is Victim.LARGEST_LOSS
    assert guide.flip == FlipRule(allowed=True)
    assert guide.default_tiers == (Tier(Decimal(0), Decimal("0.005"), Decimal(100)),)


def test_the_guide_takes_steps_but_neither_tiers_nor_leverage_from_the_tables():
    guide = load_profile("guide")
    for symbol in listed_symbols(guide):
        market = listed_market(guide, symbol)
        assert (market.tiers, market.tier_key, market.max_leverage) == (None, None, None)
        assert market.tick > 0
        assert market.lot > 0


def test_coinex_tops_up_flat_tiers_by_quantity():
    coinex = load_profile("coinex")
    assert coinex.cross_machine is CrossMachine.TOP_UP
    assert coinex.line is Line.BELOW
    assert (coinex.tier_method, coinex.tier_key) == (TierMethod.FLAT, TierKey.QUANTITY)
    assert coinex.taker_fee == Decimal("0.0005")
    assert coinex.add_margin_to_cross
    assert coinex.flip.allowed
    assert "open orders" in coinex.flip.says


def test_binance_is_pooled_and_refuses_a_flip_with_its_own_code():
    binance = load_profile("binance")
    assert binance.cross_machine is CrossMachine.POOLED
    assert (binance.tier_method, binance.tier_key) == (TierMethod.MARGINAL, TierKey.NOTIONAL)
    assert binance.liquidation_fee == Decimal("0.0125")
    assert binance.victim is Victim.LARGEST_MAINTENANCE
    assert (binance.flip.allowed, binance.flip.code) == (False, "-4048")
    assert (binance.add_margin_to_cross, binance.add_margin_code) == (False, "-4049")
    assert binance.default_tiers == ()


def test_an_unknown_venue_names_the_known_ones_and_the_one_meant():
    with pytest.raises(UnknownVenueError) as caught:
        load_profile("Binanse")
    assert 'did you mean "binance"?' in str(caught.value)
    for known in profile_ids():
        assert known in str(caught.value)
    with pytest.raises(UnknownVenueError) as caught:
        load_profile("../guide")
    assert caught.value.known == profile_ids()


def test_listed_coinex_levels_are_flat_and_keyed_on_quantity():
    btc = listed_market(load_profile("coinex"), "BTCUSDT")
    assert btc.tier_key is TierKey.QUANTITY
    assert [(tier.start, tier.rate, tier.max_leverage) for tier in btc.tiers][:2] == [
        (Decimal(0), Decimal("0.005"), Decimal(100)),
        (Decimal(20), Decimal("0.01"), Decimal(50)),
    ]
    assert {tier.deduction for tier in btc.tiers} == {0}
    assert (btc.tick, btc.max_leverage) == (Decimal("0.01"), 100)


def test_a_market_without_levels_still_has_its_venues_highest_leverage():
    litecoin = listed_market(load_profile("coinex"), "LTCUSDT")
    assert litecoin.tiers is None
    assert litecoin.max_leverage == 50


def test_coinex_ships_no_outdated_table():
    assert set(tables.read_table("coinex-tiers").markets) == {
        *("BTCUSDT", "TONUSDT", "CHZUSDT", "SANDUSDT"),
        *("BTCUSD", "ETHUSD"),
    }


@pytest.mark.parametrize(
    ("venue", "symbol", "rates"),
    [
        ("coinex", "BTCUSD", ["0.005", "0.01", "0.015", "0.02", "0.025", "0.03"]),
        ("coinex", "ETHUSD", ["0.005", "0.01", "0.015"]),
        ("bitmex", "XBTUSD", [str(Decimal("0.005") * n) for n in range(1, 21)]),
        ("bybit", "BTCUSD", ["0.005", "0.01", "0.015"]),
        ("binance", "ETHUSD", ["0.005", "0.0065", "0.01", "0.025", "0.05", "0.1", "0.125", "0.15", "0.25", "0.5"]),
    ],
)
def test_coin_margined_markets_are_listed_as_inverse(venue, symbol, rates):
    market = listed_market(load_profile(venue), symbol)
    assert market.kind is Kind.INVERSE
    assert [tier.rate for tier in market.tiers] == [Decimal(rate) for rate in rates]
    assert market.max_leverage == 100
    assert listed_market(load_profile(venue), "BTCUSDT").kind is Kind.LINEAR


COMMON = ("BTC", "ETH", "SOL", "XRP", "DOGE", "BNB", "ADA", "LINK", "AVAX", "LTC")


@pytest.mark.parametrize("venue", ["binance", "bybit", "okx", "gate"])
def test_common_coins_need_no_tables_of_ones_own(venue):
    profile = load_profile(venue)
    for symbol, kind in [*((f"{coin}USDT", Kind.LINEAR) for coin in COMMON), ("BTCUSD", Kind.INVERSE)]:
        market = listed_market(profile, symbol)
        assert market is not None, symbol
        assert market.kind is kind
        assert market.tiers or profile.default_tiers


def test_okx_begins_a_tier_with_the_size_after_the_largest_of_the_one_below():
    tiers = listed_market(load_profile("okx"), "BTCUSDT").tiers
    at = load_profile("okx").ladder(tiers).index_at
    assert [at(Decimal(size)) for size in ("10", "10.0001", "50", "50.0001", "6000")] == [0, 1, 1, 2, 31]
    assert [str(tiers[n].rate) for n in (0, 1, 2, 3, 31)] == ["0.004", "0.005", "0.0075", "0.0125", "0.1525"]


def test_listed_binance_brackets_are_those_of_the_table():
    btc = listed_market(load_profile("binance"), "BTCUSDT")
    assert btc.tiers[1] == Tier(Decimal(300000), Decimal("0.005"), Decimal(100), Decimal(300))
    assert (btc.tick, btc.lot, btc.max_leverage) == (Decimal("0.1"), Decimal("0.001"), 150)
    coin = listed_market(load_profile("binance"), "BTCUSD")
    assert coin.tiers[4] == Tier(Decimal(150), Decimal("0.05"), Decimal(10), Decimal("4.18"))
    assert (coin.tick, coin.lot, coin.max_leverage) == (Decimal("0.1"), 100, 125)
    # sixty, and twenty that are coin-margined by either of their names
    assert len(listed_symbols(load_profile("binance"))) == 100


def test_no_table_knows_a_made_up_symbol():
    assert listed_market(load_profile("binance"), "NOSUCHUSDT") is None


@pytest.mark.parametrize(
    ("venue", "symbol"),
    [
        (venue, symbol)
        for venue in ("binance", "bybit", "gate", "hyperliquid")
        for symbol in listed_symbols(load_profile(venue))
        if listed_market(load_profile(venue), symbol).tiers
    ],
)
def test_given_deductions_make_maintenance_margin_continuous(venue, symbol):
    tiers = listed_market(load_profile(venue), symbol).tiers
    assert (tiers[0].start, tiers[0].deduction) == (0, 0)
    for below, above in pairwise(tiers):
        assert above.deduction == below.deduction + above.start * (above.rate - below.rate)
        assert above.start * above.rate - above.deduction == above.start * below.rate - below.deduction
        assert above.start > below.start
        assert above.rate >= below.rate
        assert above.max_leverage <= below.max_leverage
        assert (above.rate, above.max_leverage) != (below.rate, below.max_leverage)


@every_profile
def test_listed_tiers_begin_at_zero_and_leave_room_at_the_highest_leverage(profile_id):
    profile = load_profile(profile_id)
    for symbol in listed_symbols(profile):
        tiers = listed_market(profile, symbol).tiers or profile.default_tiers
        assert tiers[0].start == 0
        assert all(tier.rate * tier.max_leverage <= 1 for tier in tiers)


@pytest.mark.parametrize("name", tables.table_names())
def test_a_shipped_table_keeps_its_provenance_and_writes_figures_as_text(name):
    text = (tables.FOLDER / f"{name}.json").read_text(encoding="utf-8")
    for key in ("source", "as_of", "unit", "licence"):
        assert f' "{key}":"' in text
    figures = text.partition('"markets"')[2]
    assert not re.search(r"[:\[,]\s*-?\d", figures)


def test_flat_leaves_out_the_deductions_of_a_marginal_table():
    flat = override(load_profile("binance"), {"tier_method": "flat"})
    assert {tier.deduction for tier in listed_market(flat, "BTCUSDT").tiers} == {0}
    marginal = override(load_profile("coinex"), {"tier_method": "marginal"})
    assert listed_market(marginal, "BTCUSDT").tiers[1].deduction == Decimal("0.1")


def test_binance_example_of_the_deduction_and_of_half_a_million():
    brackets = ladder([(0, "0.004"), (50_000, "0.005"), (250_000, "0.01")], TierMethod.MARGINAL)
    assert [tier.deduction for tier in brackets.tiers] == [0, 50, 1_300]
    assert maintenance(brackets, 500_000) == 3_700


def test_bybit_example_of_five_tiers():
    rates = ["0.02", "0.025", "0.03", "0.035", "0.04"]
    tiers = ladder([(1_000 * n, rate) for n, rate in enumerate(rates)], TierMethod.MARGINAL)
    assert maintenance(tiers, 3_500) == Decimal("92.5")


def test_gate_example_before_and_after_marginal_tiers():
    assert maintenance(ladder([(0, "0.004"), (1_000_000, "0.005")], TierMethod.FLAT), 1_200_000) == 6_000
    tiers = ladder([(0, "0.004"), (1_000_000, "0.0045")], TierMethod.MARGINAL)
    assert maintenance(tiers, 1_200_000) == 4_900


@pytest.mark.parametrize(
    ("key", "written", "read"),
    [
        ("cross_machine", "top-up", CrossMachine.TOP_UP),
        ("line", "<", Line.BELOW),
        ("maintenance_basis", "entry", Basis.ENTRY),
        ("close_fee", Decimal("0.00055"), Decimal("0.00055")),
        ("taker_fee", 0, Decimal(0)),
        ("liquidation_fee", Decimal("0.999"), Decimal("0.999")),
        ("tier_method", "flat", TierMethod.FLAT),
        ("tier_key", "quantity", TierKey.QUANTITY),
        ("residual", "user", Residual.USER),
        ("victim", "largest-maintenance-margin", Victim.LARGEST_MAINTENANCE),
        ("add_margin_to_cross", True, True),
    ],
)
def test_an_override_changes_one_rule_and_keeps_what_was_written(key, written, read):
    guide = load_profile("guide")
    changed = override(guide, {key: written})
    assert getattr(changed, key) == read
    assert type(getattr(changed, key)) is type(read)
    assert changed.overrides == ((key, written),)
    assert replace(changed, **{key: getattr(guide, key)}, overrides=()) == guide


def test_a_flip_can_be_allowed_or_refused_by_the_file():
    allowed = override(load_profile("binance"), {"flip_allowed": True}).flip
    assert (allowed.allowed, allowed.code) == (True, None)
    refused = override(load_profile("guide"), {"flip_allowed": False}).flip
    assert not refused.allowed
    assert refused.says
    assert override(load_profile("binance"), {"flip_allowed": False}).flip.code == "-4048"


def test_overrides_add_up_and_none_changes_nothing():
    guide = load_profile("guide")
    assert override(guide, {}) is guide
    twice = override(override(guide, {"line": "<", "close_fee": 0}), {"close_fee": Decimal("0.01")})
    assert (twice.line, twice.close_fee) == (Line.BELOW, Decimal("0.01"))
    assert twice.overrides == (("line", "<"), ("close_fee", Decimal("0.01")))


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("close_fee", Decimal(1), "from 0 to below 1"),
        ("taker_fee", Decimal("-0.1"), "from 0 to below 1"),
        ("taker_fee", Decimal("NaN"), "from 0 to below 1"),
        ("taker_fee", Decimal("1e-19"), "at most 18 decimals"),
        ("liquidation_fee", 0.01, "number"),
        ("liquidation_fee", "0.01", "number"),
        ("close_fee", True, "number"),
        ("line", "=<", '"<", "<="'),
        ("tier_key", 3, '"notional", "quantity"'),
        ("add_margin_to_cross", "yes", "true or false"),
        ("flip_allowed", 1, "true or false"),
    ],
)
def test_an_override_with_an_impossible_value_is_refused(key, value, expected):
    with pytest.raises(OverrideError) as caught:
        override(load_profile("guide"), {key: value})
    assert caught.value.key == key
    assert expected in caught.value.expected


def test_an_override_of_an_unknown_key_names_the_one_meant():
    with pytest.raises(OverrideError) as caught:
        override(load_profile("guide"), {"taker_fees": 0})
    assert caught.value.key == "taker_fees"
    assert 'did you mean "taker_fee"?' in caught.value.message
    assert all(key in caught.value.expected for key in OVERRIDE_KEYS)
    with pytest.raises(OverrideError):
        override(load_profile("guide"), {"id": "mine"})


def test_default_tiers_follow_a_changed_method_and_never_another_unit():
    two = GUIDE.replace(
        "max_leverage = 100 },", "max_leverage = 100 },\n{ from = 1000, rate = 0.01, max_leverage = 50 },"
    )
    profile = read_profile(two, "two.toml")
    assert profile.default_tiers[1].deduction == 5
    assert override(profile, {"tier_method": "flat"}).default_tiers[1].deduction == 0
    assert override(profile, {"tier_key": "quantity"}).default_tiers == ()


@pytest.mark.parametrize(
    ("old", "new", "key", "expected"),
    [
        ('line = "<="', 'line = "=<"', "rules.line", '"=<" does not fit (expected one of "<", "<=")'),
        ('line = "<="', 'lime = "<="', "rules.lime", 'did you mean "line"?'),
        ("taker_fee = 0", "taker_fee = 1", "rules.taker_fee", "from 0 to below 1"),
        ("taker_fee = 0", "taker_fee = nan", "rules.taker_fee", "from 0 to below 1"),
        ("taker_fee = 0", "taker_fee = '0'", "rules.taker_fee", "from 0 to below 1"),
        ("taker_fee = 0", "", "rules.taker_fee", "is missing"),
        ("allowed = true", "allowed = 1", "flip.allowed", "1 does not fit (expected true or false)"),
        ('"binance-specs"]', '"binance-spec"]', "markets.tables", '"binance-specs"'),
        ("from = 0,", "from = 5,", "markets.default_tiers", "start from 0"),
        ("from = 0,", "start = 0,", "markets.default_tiers[0].start", "is not a key here"),
        ("max_leverage = 100", "max_leverage = 0", "markets.default_tiers[0].max_leverage", "1"),
        ('as_of = "undated"', 'as_of = ""', "as_of", "a text that is not empty"),
        ('title = "The guide"', 'title = "a\\u001b[31mb"', "title", "text on one line, without control characters"),
        ('title = "The guide"', 'title = "a\\nb"', "title", "text on one line"),
        ('title = "The guide"', "title = 3", "title", "text on one line"),
        ('line = "<="', 'line = "<="\nsteps = [{ kind = "half", amount = 1 }]', "rules.steps[0].kind", '"tier-down"'),
        ('line = "<="', 'line = "<="\nsteps = [{ kind = "restore" }]', "rules.steps[0].amount", "is missing"),
        (
            'line = "<="',
            'line = "<="\nsteps = [{ kind = "fraction", amount = 2 }]',
            "rules.steps[0].amount",
            "at most 1",
        ),
        (
            'line = "<="',
            'line = "<="\nsteps = [{ kind = "tier-down", amount = 0.5 }]',
            "rules.steps[0].amount",
            "whole",
        ),
        (
            'line = "<="',
            'line = "<="\nsteps = [{ kind = "restore", amount = 0.1, over = 1 }]',
            "rules.steps[0].over",
            "above",
        ),
    ],
)
def test_a_faulty_profile_names_file_key_and_expectation(old, new, key, expected):
    assert old in GUIDE
    with pytest.raises(ProfileError) as caught:
        read_profile(GUIDE.replace(old, new), "mine.toml")
    said = [fault for fault in caught.value.faults if fault[0] == key]
    assert said
    assert expected in said[0][1]
    assert f"mine.toml: {key}: " in str(caught.value)


def test_the_steps_of_a_procedure_are_read_in_their_order():
    steps = (
        '{ kind = "fraction", amount = 0.2, above = 100000, cooldown = 30 }',
        '{ kind = "tier-down", amount = 2 }',
        '{ kind = "portion", amount = 0.1, above = 1000, most = 100000 }',
    )
    text = f'line = "<="\nsteps = [{", ".join(steps)}]'
    profile = read_profile(GUIDE.replace('line = "<="', text), "mine.toml")
    assert profile.steps == (
        Step(StepKind.FRACTION, Decimal("0.2"), Decimal(100000), cooldown=Decimal(30)),
        Step(StepKind.TIER_DOWN, Decimal(2)),
        Step(StepKind.PORTION, Decimal("0.1"), Decimal(1000), most=Decimal(100000)),
    )
    assert load_profile("guide").steps == ()


def test_the_guide_has_an_example_of_every_kind_of_step():
    (example,) = re.findall(r"^#   steps = \[\n(?:#.*\n)*#   \]\n", GUIDE, re.MULTILINE)
    profile = read_profile(GUIDE.replace(example, re.sub("^#", "", example, flags=re.MULTILINE)), "mine.toml")
    assert {step.kind for step in profile.steps} == set(StepKind)


def test_a_fault_shows_no_character_a_terminal_would_act_on():
    with pytest.raises(ProfileError) as caught:
        read_profile(GUIDE.replace('title = "The guide"', '"\\u001b[2J" = 1'), "mine.toml")
    assert str(caught.value).splitlines()[-1].startswith("mine.toml: \\u001b[2J: is not a key here")


@pytest.mark.parametrize("text", ["id = ", "id = 'x'\nid = 'y'"])
def test_a_text_that_is_no_toml_is_one_fault(text):
    with pytest.raises(ProfileError) as caught:
        read_profile(text, "mine.toml")
    assert str(caught.value).startswith("mine.toml: line ")


def test_a_text_nested_too_deep_is_a_fault_and_no_crash():
    with pytest.raises(ProfileError) as caught:
        read_profile("x = " + "[" * 100_000, "mine.toml")
    assert str(caught.value).startswith("mine.toml: ")


def test_numbers_of_a_profile_are_exact_to_the_last_digit():
    profile = read_profile(GUIDE.replace("taker_fee = 0", "taker_fee = 0.000123456789012345"), "mine.toml")
    assert profile.taker_fee == Decimal("0.000123456789012345")


@pytest.mark.parametrize("venue", shipped_ids())
@pytest.mark.parametrize("key", OVERRIDE_KEYS)
def test_a_rule_that_a_file_repeats_as_its_venue_has_it_changes_nothing(venue, key):
    """Bybit's rate of the fee to close, Kraken's key of tiers: the figure a file gives is the one there is."""
    profile = load_profile(venue)
    shipped = profile.flip.allowed if key == "flip_allowed" else getattr(profile, key)
    if shipped is None:
        assert key not in tomllib.loads(text_of(venue))["rules"]
        return
    given = shipped if isinstance(shipped, bool | int | Decimal) else shipped.value
    assert replace(override(profile, {key: given}), overrides=()) == profile
