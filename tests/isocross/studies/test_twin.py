"""The twin: variants of one account, their figures at a shock, and the exact place where isolated leaves more."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from isocross.account.book import Mode
from isocross.cascade.events import EventKind
from isocross.cascade.solver import solve
from isocross.figures.frame import frame_at
from isocross.money import PLACE_GRID, exact, text
from isocross.moves import flip
from isocross.paths.glide import Glide
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report.compare import compare_json, compare_sheet
from isocross.rules.catalogue import profile_ids
from isocross.studies.crossing import crossing, never_apart
from isocross.studies.curves import in_one_mode
from isocross.studies.twin import Twin, tally
from isocross.words.twin import crossover_words
from isocross.words.why.twin import crossover_reasons, meanings
from isocross.workspace import PathKind, book_of, load_file, load_text, shipped
from tests.brute.books import Case, anything

D = Decimal
THIRD = D("0.333333333334")
"""The first place on the grid at which BTC's 900 have lost more than the 300 of its margin."""


def twin(name="guide-cross", venue=None, kind=PathKind.WHAT_IF):
    workspace = load_file(shipped()[name])
    return Twin(GlideRehearsal(book_of(workspace, venue), workspace.scenario.betas, kind))


def by_key(account, shock, selected="btc"):
    return {side.variant.key: side for side in account.sides(shock, selected)}


# --- the guide's account, by hand ----------------------------------------------------------------


def test_at_minus_40_the_guides_account_has_640_on_cross_and_700_isolated():
    sides = by_key(twin(), D("-0.4"))
    cross, isolated = sides["all-cross"].tally, sides["all-isolated"].tally
    assert (cross.equity, cross.lost, cross.open_pnl, cross.if_back) == (640, 0, -360, 1000)
    assert (cross.survivors, cross.positions, cross.liquidated, cross.first_fall) == (2, 2, (), None)
    assert (isolated.equity, isolated.lost, isolated.open_pnl, isolated.if_back) == (700, 300, 0, 700)
    assert (isolated.survivors, isolated.liquidated) == (1, ("btc",))
    assert (cross.worst_case, isolated.worst_case, isolated.fund_paid) == (1000, 500, 0)
    fall = isolated.first_fall
    # entry × (1 − 1/3) ÷ (1 − 0.5 %) = 40,201.005…
    assert (fall.position, fall.name, fall.happened) == ("btc", "BTC", True)
    assert fall.mark.quantize(D("0.01")) == D("40201.01")


def test_isolated_leaves_more_from_a_third_on_and_not_one_step_before():
    account = twin()
    compared = account.of_modes(account.sides(D("-0.4")), D("-0.4"))
    found = compared.crossing
    assert (found.place, found.move, found.spells) == (THIRD, -THIRD, ((-THIRD, None),))
    assert (found.leads, found.other) == (700, 1000 - 900 * THIRD)
    cross, isolated = (account.modes[n].rehearsal for n in (1, 2))
    before = -(THIRD - PLACE_GRID)
    assert isolated.frame(before).account.equity < cross.frame(before).account.equity


def test_the_crossover_is_said_in_plain_words():
    account = twin()
    shock = D("-0.4")
    sides = account.sides(shock, "btc")
    modes, flipped = account.of_modes(sides, shock), account.of_flip(sides, "btc", shock)
    there = "Beyond −33.3 %, all isolated leaves more than all cross: at that move both leave 700.00."
    rest = "At −40.0 % it leaves 700.00 against 640.00; if prices come back, 700.00 against 1,000.00."
    assert crossover_words(modes, shock) == f"{there} {rest}"
    assert crossover_words(modes, shock, brief=True) == there
    assert crossover_words(flipped, shock).startswith("Beyond −33.3 %, BTC isolated leaves more than BTC on cross:")


TWO_LONGS = """
format = 1
name = "A small long and a large one"
wallet = 3000
[[markets]]
symbol = "BTCUSDT"
mark = 100
[[positions]]
id = "small"
market = "BTCUSDT"
side = "long"
mode = "cross"
quantity = 1
entry = 100
leverage = 10
[[positions]]
id = "large"
market = "BTCUSDT"
side = "long"
mode = "cross"
quantity = 100
entry = 100
leverage = 8
"""


def test_a_lead_that_is_lost_again_is_told_stretch_by_stretch():
    workspace = load_text(TWO_LONGS, "two longs")
    account = Twin(GlideRehearsal(book_of(workspace), {}))
    compared = account.of_modes(account.sides(D("-0.2")), D("-0.2"))
    # the small one's bucket of 10 is what it lost on cross at −10 %; at its line, 87.5 ÷ 0.995, the large one leaves
    # 44 of its 1,250 to the fund, which cross still has; on cross both lose those 1,260 at 1,260 ÷ 10,100
    assert compared.crossing.spells == (
        (D("-0.100000000001"), D("-0.120603015076")),
        (D("-0.124752475248"), None),
    )
    assert crossover_words(compared, D("-0.2")) == (
        "Between −10.0 % and −12.1 % and from −12.5 % on, all isolated leaves more than all cross: at −10.0 % "
        "both leave 1,990.00. At −20.0 % it leaves 1,740.00 against 980.00; if prices come back, 1,740.00 against "
        "3,000.00."
    )


def test_where_they_never_part_it_says_so():
    account = twin()
    compared = account.of_modes(account.sides(D("0.3")), D("0.3"))
    assert compared.crossing is None
    assert compared.alike
    assert crossover_words(compared, D("0.3")) == (
        "All isolated and all cross leave the same all the way to +300 %. At +30.0 % both leave 1,270.00; if prices "
        "come back, both leave 1,000.00."
    )


def test_the_arithmetic_of_the_crossover_puts_the_numbers_in():
    account = twin()
    sides = account.sides(D("-0.4"), "btc")
    told = crossover_reasons(account.of_modes(sides, D("-0.4")), D("-0.4"))
    assert [reason.substituted for reason in told] == [
        "= −33.3333333334 %",
        "700.00 + 0.00 (ETH at 3,000.00) = 700.00",
        "1,000.00 − 300.00 (BTC at 40,000.00) + 0.00 (ETH at 3,000.00) = 700.00",
    ]
    assert told[1].source == "BTC was liquidated at −33.0 %: −300.00"
    defined = {reason.title: reason.substituted for reason in meanings(sides[0], account.rehearsal.book)}
    assert defined["Equity"] == "1,000.00 − 360.00 = 640.00"
    assert defined["If prices come back"] == "= 1,000.00"


# --- variants ------------------------------------------------------------------------------------


def test_a_variant_that_equals_another_is_that_one_and_says_so():
    sides = by_key(twin("guide-mixed"), D("-0.4"))
    assert {key: side.variant.same_as for key, side in sides.items()} == {
        "as-is": "",
        "all-cross": "",
        "all-isolated": "",
        "flip": "all-isolated",
    }
    assert by_key(twin(), D("-0.4"))["all-cross"].variant.same_as == "as-is"
    assert sides["flip"].tally is sides["all-isolated"].tally


def test_a_variant_that_cannot_be_set_up_says_why():
    held = load_file(shipped()["guide-cross"])
    workspace = replace(held, wallet=D(450))
    account = Twin(GlideRehearsal(book_of(workspace), workspace.scenario.betas))
    sides = account.sides(D("-0.1"), "btc")
    isolated = next(side for side in sides if side.variant.key == "all-isolated")
    assert isolated.tally is None
    words = crossover_words(account.of_modes(sides, D("-0.1")), D("-0.1"))
    assert words.startswith(
        "The account cannot be set up with all isolated: BTC cannot be isolated, because pool equity would be 150"
    )


def test_a_strict_venue_that_forbids_a_flip_still_has_its_variants():
    workspace = replace(load_file(shipped()["guide-cross"]), strict=True)
    account = Twin(GlideRehearsal(book_of(workspace, "binance"), workspace.scenario.betas))
    assert all(side.tally for side in account.sides(D("-0.4"), "btc"))


def test_a_jump_is_told_apart_from_the_glide_that_the_crossover_is_about():
    account = twin(kind=PathKind.GAP)
    sides = account.sides(D("-0.4"))
    words = crossover_words(account.of_modes(sides, D("-0.4")), D("-0.4"))
    assert words.startswith("On a glide, beyond −33.3 %, all isolated leaves more than all cross")
    assert "After the gap to −40.0 % it leaves 700.00 against 640.00" in words
    assert sides[2].tally.fund_paid == 60  # 360 lost at the jump, and a bucket of 300


def test_shocks_of_single_markets_cross_at_a_share_of_the_way():
    account = twin()
    shock = {"BTCUSDT": D("-0.5"), "ETHUSDT": D("0.1")}
    compared = account.of_modes(account.sides(shock), shock)
    assert compared.crossing.place == D("0.666666666667")
    assert crossover_words(compared, shock).startswith("Beyond 66.7 % of the way, all isolated leaves more")


# --- what always holds ---------------------------------------------------------------------------


def glides(case: Case, *modes: Mode):
    """The whole glides of an account all in one mode, for each mode."""
    books = [in_one_mode(case.book, mode) for mode in modes]
    assume(all(not isinstance(book, str) for book in books))
    path = Glide.common(case.book, case.betas, case.direction)
    return [solve(book, path) for book in books]


@exact
def lead(one, other, place):
    """By how much the first of two glides is ahead, by what a screen shows of them there."""
    mine, theirs = (frame_at(glide, glide, place).account.equity for glide in (one, other))
    return mine - theirs


@pytest.mark.slow
@settings(max_examples=20)
@given(anything, st.lists(st.integers(0, 999), min_size=3, max_size=3))
def test_a_crossing_is_the_first_place_on_the_grid_where_isolated_leaves_more(case, parts):
    cross, isolated = glides(case, Mode.CROSS, Mode.ISOLATED)
    found = crossing(isolated, cross)
    end = cross.limit if found is None else found.place - PLACE_GRID
    for part in parts:
        place = (end * part / 999).quantize(PLACE_GRID, rounding="ROUND_DOWN")
        assert end < 0 or lead(isolated, cross, place) <= 0
    if found is None:
        return
    assert lead(isolated, cross, found.place) == found.leads - found.other > 0
    if found.place:
        assert lead(isolated, cross, found.place - PLACE_GRID) <= 0
    edges = [abs(edge) for spell in found.spells for edge in spell if edge is not None]
    assert edges == sorted(set(edges))
    for start, end in found.spells:
        assert lead(isolated, cross, abs(start)) > 0
        assert end is None or lead(isolated, cross, abs(end)) <= 0
    last = found.spells[-1][1]
    assert (last is None) == (lead(isolated, cross, cross.limit) > 0)


@pytest.mark.slow
@settings(max_examples=20)
@given(anything)
def test_two_glides_that_are_never_apart_have_no_crossing_either_way(case):
    cross, isolated = glides(case, Mode.CROSS, Mode.ISOLATED)
    assert never_apart(cross, cross)
    assert crossing(cross, cross) is None
    if never_apart(isolated, cross):
        assert crossing(isolated, cross) is crossing(cross, isolated) is None


@pytest.mark.slow
@settings(max_examples=20)
@given(anything, st.integers(1, 94))
@example(Case(twin().rehearsal.book, {"ETHUSDT": D(0)}, -1), 40)
def test_every_variant_is_the_rehearsal_of_the_flipped_book_and_its_figures_add_up(case, percent):
    rehearsal = GlideRehearsal(case.book, case.betas)
    shock = D(percent) / 100 * case.direction
    for position in case.book.positions[:1]:
        side = by_key(Twin(rehearsal), shock, position.id)["flip"]
        outcome = flip(replace(case.book, strict=False), position.id)
        assert (side.tally is None) == (outcome.after is None)
        if side.tally is None:
            continue
        frame = replace(rehearsal, book=outcome.after).frame(shock)
        assert side.tally.equity == frame.account.equity
        assert side.tally.survivors == sum(not row.ended for row in frame.positions)
    whole = tally(rehearsal, shock)
    assert case.book.wallet - whole.lost + whole.open_pnl == whole.equity
    if whole.first_fall and not whole.first_fall.happened:
        assert not whole.liquidated


# --- every venue ---------------------------------------------------------------------------------


def test_compare_has_every_variant_and_every_other_venue_and_one_that_cannot_says_why():
    workspace = load_text(
        'format = 1\nname = "Deep"\nwallet = 100\n[[markets]]\nsymbol = "BTCUSDT"\nmark = 60000\n[[positions]]\n'
        'market = "BTCUSDT"\nside = "long"\nmode = "isolated"\nquantity = 0.01\nentry = 60000\nleverage = 90\n',
        "deep",
    )
    rehearsal = GlideRehearsal(book_of(workspace), {})
    told = compare_json(workspace, rehearsal, D("-0.05"), profile_ids())
    json.dumps(told)
    variants = {variant["key"]: variant for variant in told["variants"]}
    assert list(variants)[:3] == ["as-is", "all-cross", "all-isolated"]
    assert set(variants) >= set(profile_ids()) - {"guide"}
    refused = {key for key, variant in variants.items() if variant["refused"]}
    assert refused
    assert refused < set(profile_ids())
    for key, variant in variants.items():
        assert set(variant) == set(variants["as-is"])
        assert (variant["account"] is None) == (key in refused)
    sheet = compare_sheet(workspace, rehearsal, D("-0.05"), profile_ids())
    for key in refused:
        assert any(key in line for line in sheet.splitlines() if line.startswith("The account cannot be set up under"))


def test_other_venues_hold_several_assets_in_the_account_that_they_have_for_it():
    text = 'venue = "bybit"\naccount = "unified"\nwallet = 5000\n[[assets]]\nasset = "BTC"\nbalance = 0.5\n'
    row = '[[positions]]\nmarket = "BTCUSDT"\nside = "long"\nmode = "cross"\nquantity = 1\nentry = 60000\n'
    row += "leverage = 10\n"
    workspace = load_text(text + row, "several")
    venues = ("binance", "bitmex", "coinex", "gate")
    sheet = compare_sheet(workspace, GlideRehearsal(book_of(workspace), {}), D("-0.1"), venues)
    assert "under binance (multi-assets)  26,000.00" in sheet
    assert "under gate  " in sheet
    refused = [line for line in sheet.splitlines() if "cannot be set up" in line]
    assert refused == [
        'The account cannot be set up under bitmex, coinex: "unified" is not an account of these venues, or not '
        "rehearsed yet."
    ]


@pytest.mark.parametrize("name", sorted(shipped()))
def test_compare_agrees_with_a_report_under_each_venue(name):
    workspace = load_file(shipped()[name])
    rehearsal = GlideRehearsal(book_of(workspace), workspace.scenario.betas)
    told = compare_json(workspace, rehearsal, workspace.scenario.shock, ("guide", "coinex", "drift"))
    elsewhere = [variant for variant in told["variants"] if variant["key"] == variant["venue"]]
    for variant in (variant for variant in elsewhere if not variant["refused"]):
        there = replace(rehearsal, book=book_of(workspace, variant["venue"])).frame(workspace.scenario.shock)
        assert variant["account"]["equity"] == text(there.account.equity)
    assert {key: told[key] for key in ("format", "venue")} == {"format": 1, "venue": workspace.venue.profile}


BACKED = """
venue = "bybit"
account = "unified"
wallet = 1000
[[assets]]
asset = "BTC"
balance = 0.35
[[positions]]
id = "btc"
market = "BTCUSDT"
side = "long"
mode = "cross"
quantity = 1
entry = 60000
leverage = 10
"""


def test_the_same_positions_stand_on_the_currency_alone():
    """0.35 BTC at 60,000 are 21,000 more in the wallet; the position is as it was."""
    book = book_of(load_text(BACKED))
    sides = by_key(Twin(GlideRehearsal(book, {})), D("-0.2"))
    other = sides["in-currency"].variant.rehearsal.book
    assert (other.wallet, other.balance_of("BTC"), other.positions) == (22000, 0, book.positions)
    assert other.opening_cash == book.opening_cash
    assert sides["in-currency"].tally.equity == 10000 > sides["as-is"].tally.equity
    assert sides["in-currency"].variant.title == "USDT collateral"


def test_an_account_of_one_currency_has_no_such_variant():
    assert "in-currency" not in by_key(twin(), D("-0.2"))


def test_where_a_venue_leaves_the_order_open_the_other_one_has_a_column():
    """A debt of 20,000 and a long: repaid first, bitcoin is sold high; the long first, the pool keeps what is left."""
    text = """
venue = "hyperliquid"
account = "portfolio"
currency = "USDC"
wallet = -20000
[[assets]]
asset = "BTC"
balance = 1
[[markets]]
symbol = "BTC"
mark = 100000
[[positions]]
market = "ETH"
side = "long"
mode = "cross"
quantity = 10
entry = 3000
leverage = 10
"""
    book = book_of(load_text(text))
    sides = by_key(Twin(GlideRehearsal(book, {})), D("-0.6"), None)
    debts, positions = ([e.kind for e in sides[key].tally.frame.events] for key in ("as-is", "positions-first"))
    assert debts[0] is EventKind.CONVERSION
    assert positions[0] is EventKind.LIQUIDATION
    assert positions.index(EventKind.CONVERSION) > positions.index(EventKind.LIQUIDATION)
    assert sides["positions-first"].variant.title == "positions first"
