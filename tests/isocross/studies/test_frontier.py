from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocross.account.book import Mode
from isocross.cascade.events import EventKind
from isocross.records import dataclass
from isocross.rules.catalogue import profile_ids
from isocross.rules.market import TierMethod
from isocross.rules.procedure import Step, StepKind
from isocross.rules.profile import Basis, CrossMachine, FeeCap, Profile, Victim
from isocross.studies.frontier import asked
from isocross.studies.frontier.cell import cell_at, cells_along
from isocross.studies.frontier.grid import Unmodelled, settle_doubts, solve_grid, unmodelled, unsolved_grid
from isocross.studies.frontier.plane import Plane, axis, two_markets
from isocross.work import TooMuchWork, Work
from isocross.workspace import Faults, book_of, load_file, load_text, shipped
from tests.brute.books import books, profiles

D = Decimal
EXAMPLES = settings.default.max_examples * 2 // 5
AXIS = axis(D("-0.95"), D(3), 13)
STEPS = (
    (),
    (),
    (Step(StepKind.TIER_DOWN, D(1)),),
    (Step(StepKind.TIER_DOWN, D(2)),),
    (Step(StepKind.FRACTION, D("0.2"), D(300)),),
    (Step(StepKind.RESTORE, D("0.02"), D(5)),),
    (Step(StepKind.PORTION, D("0.25"), D(20), most=D(400)),),
    (Step(StepKind.FRACTION, D("0.25"), D(100)), Step(StepKind.TIER_DOWN, D(1))),
)


def with_procedure(profile, steps, victim):
    """A pooled profile with a procedure; a top-up machine has none."""
    return profile if profile.cross_machine is CrossMachine.TOP_UP else replace(profile, steps=steps, victim=victim)


venues = st.builds(with_procedure, profiles, st.sampled_from(STEPS), st.sampled_from(Victim))


def plane_of(book, moves=AXIS):
    x, y = two_markets(book, None, None)
    return Plane(x, None, moves) if y is None else Plane(x, y, moves, moves)


def differences(book, grid, row, column):
    """In what a cell of the grid differs from the exact engine's, amounts by more than 1e-6 of all there is."""
    cell = cell_at(book, grid.plane.shocks(column, row))
    first = -1 if cell.first is None else cell.first
    figures = {
        "survivors": (len(cell.survivors), grid.survivors[row, column]),
        "first": (first, grid.first[row, column]),
        "whole": (cell.whole, grid.whole[row, column]),
    }
    found = {name: pair for name, pair in figures.items() if pair[0] != pair[1]}
    if abs(float(cell.equity) - grid.equity[row, column]) > 1e-6 * max(float(book.wallet), abs(float(cell.equity))):
        found["equity"] = (float(cell.equity), grid.equity[row, column])
    return found


@settings(max_examples=EXAMPLES)
@given(books(venues), st.sampled_from((None, D("0.001"), D("0.1"), D(1))), st.integers(0, 6))
def test_every_cell_is_what_the_exact_engine_says_or_is_marked_as_doubtful(book, lot, start):
    book = replace(book, markets={s: replace(m, lot=lot) for s, m in book.markets.items()})
    grid = solve_grid(book, plane_of(book))
    sure = np.argwhere(~grid.doubtful)[start::7]
    told = {(int(r), int(c)): differences(book, grid, r, c) for r, c in sure}
    assert {place: found for place, found in told.items() if found} == {}


@settings(max_examples=EXAMPLES)
@given(
    books(profiles.filter(lambda p: p.cross_machine is CrossMachine.POOLED and p.tier_method is TierMethod.MARGINAL))
)
def test_the_safe_region_of_a_pool_of_linear_contracts_with_marginal_tiers_is_convex(book):
    every_cross = replace(book, positions=tuple(replace(p, mode=Mode.CROSS, given_margin=None) for p in book.positions))
    every_cross = replace(every_cross, profile=replace(book.profile, maintenance_basis=Basis.MARK))
    grid = solve_grid(every_cross, plane_of(every_cross, axis(D("-0.95"), D(3), 41)))
    safe = np.where(grid.doubtful, np.nan, grid.whole)
    lines = [*safe, *safe.T, *(np.diagonal(s, n) for s in (safe, np.fliplr(safe)) for n in range(-30, 31, 5))]
    for line in lines:
        known = line[~np.isnan(line)]
        assert np.count_nonzero(np.diff(np.concatenate(([0], known, [0]))) == 1) <= 1


@pytest.mark.slow
@pytest.mark.parametrize("name", ["basket", "guide-mixed", "guide-cross"])
def test_shipped_accounts_leave_little_to_doubt_at_any_venue_and_what_is_left_is_settled(name):
    workspace = load_file(shipped()[name])
    for venue in profile_ids():
        try:
            book = book_of(workspace, venue=venue)
        except Faults:
            continue
        grid = solve_grid(book, plane_of(book, axis(D("-0.95"), D(1), 31)))
        doubtful = np.argwhere(grid.doubtful)
        # a fee of the closed position's share leaves its pool on the very line, where floats cannot tell
        assert len(doubtful) <= grid.doubtful.size // 20 or book.profile.fee_cap is FeeCap.SHARE, venue
        for _ in settle_doubts(book, grid):
            pass
        assert not grid.doubtful.any()
        for row, column in [*doubtful[:3], (0, 0), (0, 30), (30, 0), (20, 11)]:
            assert differences(book, grid, row, column) == {}


@pytest.mark.parametrize(("quantity", "told"), [(14400, None), (15000, "a rate that rises with the size")])
def test_a_curve_is_modelled_until_the_size_of_a_position_raises_its_rate(quantity, told):
    text = (
        'wallet = 1000000\nvenue = "drift"\n[[positions]]\nmarket = "SOLUSDT"\nside = "long"\nmode = "cross"\n'
        f"quantity = {quantity}\nentry = 100\nleverage = 5\n"
    )
    assert unmodelled(book_of(load_text(text))) == told


def test_a_step_down_to_a_border_that_is_in_the_tier_below_it_ends_on_the_border():
    held = (("BTCUSDT", 60000, 120), ("ETHUSDT", 3000, 2000))
    text = "".join(
        f'[[positions]]\nmarket = "{symbol}"\nside = "long"\nmode = "cross"\nquantity = {size}\n'
        f"entry = {entry}\nleverage = 10\n"
        for symbol, entry, size in held
    )
    book = book_of(load_text(f'wallet = 2000000\nvenue = "okx"\n{text}'))
    cell = cell_at(book, {"BTCUSDT": D("-0.16"), "ETHUSDT": D("-0.16")})
    kinds = [event.kind for event in cell.timeline.events]
    assert EventKind.REDUCTION in kinds
    grid = solve_grid(book, plane_of(book, axis(D("-0.4"), D("0.2"), 31)))
    list(settle_doubts(book, grid))
    for row, column in ((0, 0), (8, 8), (12, 14), (14, 12), (15, 10), (10, 20)):
        assert differences(book, grid, row, column) == {}


def test_a_cell_on_the_very_edge_of_a_fall_is_doubtful_until_it_is_settled():
    book = book_of(load_file(shipped()["guide-cross"]))
    isolated = replace(book, positions=tuple(replace(p, mode=Mode.ISOLATED) for p in book.positions))
    fall = next(e for e in cell_at(isolated, {"BTCUSDT": D("-0.9")}).timeline.events)
    edge = (fall.mark / 60000 - 1).quantize(D("1e-12"))
    grid = solve_grid(isolated, Plane("BTCUSDT", None, (D("-0.95"), edge, D(0))))
    assert grid.doubtful.tolist() == [[False, True, False]]
    assert grid.survivors[0, [0, 2]].tolist() == [1, 2]


def test_cells_of_a_grid_that_nothing_is_known_of_are_filled_in_by_the_exact_engine():
    book = book_of(load_file(shipped()["basket"]))
    plane = plane_of(book, axis(D("-0.95"), D(1), 5))
    grid, solved = unsolved_grid(book, plane), solve_grid(book, plane)
    assert sum(1 for _ in settle_doubts(book, grid)) == 25
    assert grid.survivors.tolist() == solved.survivors.tolist()
    assert np.allclose(grid.equity, solved.equity)


@dataclass(frozen=True)
class Drawn(Profile):
    """A profile with a rule that came later."""

    lottery: bool = False


def test_a_rule_that_is_not_modelled_is_named_and_refused_only_where_it_is_in_use():
    book = book_of(load_file(shipped()["basket"]))
    figures = {name: getattr(book.profile, name) for name in Profile.__dataclass_fields__}
    assert unmodelled(replace(book, profile=Drawn(**figures))) is None
    drawn = replace(book, profile=Drawn(**figures, lottery=True))
    with pytest.raises(Unmodelled, match="lottery"):
        solve_grid(drawn, plane_of(drawn))
    odd = replace(book, profile=replace(book.profile, victim="by-lot"))
    assert unmodelled(odd) == "the rule by-lot"


def test_the_two_markets_are_the_ones_asked_for_or_the_largest():
    book = book_of(load_file(shipped()["basket"]))
    assert two_markets(book, None, None) == ("BTCUSDT", "ETHUSDT")
    assert two_markets(book, "SOLUSDT", None) == ("SOLUSDT", "BTCUSDT")
    assert two_markets(book, None, "BTCUSDT") == ("ETHUSDT", "BTCUSDT")
    assert two_markets(book, "SOLUSDT", "SOLUSDT") == ("SOLUSDT", "BTCUSDT")
    assert two_markets(replace(book, positions=book.positions[:1]), None, None) == ("BTCUSDT", None)


def test_an_axis_never_reaches_a_mark_of_zero():
    moves = axis(D(-2), D(9), 101)
    assert (moves[0], moves[-1], len(moves)) == (D("-0.95"), D(3), 101)


BACKED = """
venue = "bybit"
account = "unified"
wallet = 1000
[[assets]]
asset = "USDE"
balance = 20000
weight = 0.9
[[positions]]
market = "BTCUSDT"
side = "long"
mode = "cross"
quantity = 1
entry = 62000
leverage = 10
"""


def test_the_price_of_an_asset_is_an_axis():
    """At −50 % of USDe 9,000 of its 18,000 are left beside 1,000: bitcoin may drop by so much less."""
    book = book_of(load_text(BACKED))
    assert two_markets(book, None, None) == ("BTCUSDT", "USDE")
    assert two_markets(book, "USDT", None) == ("USDT", "BTCUSDT")
    plane = asked.plane_of(book, None, None, ("-50%", "0%"), (3, 3))
    assert (plane.x, plane.y) == ("BTCUSDT", "USDE")
    left = asked.solve_plane(book, plane)
    assert left.grid.survivors.tolist() == [
        [int(cell_at(book, plane.shocks(column, row)).whole) for column in range(3)] for row in range(3)
    ]
    assert left.grid.survivors[2].sum() > left.grid.survivors[0].sum()
    said = "no asset with a price of that name: expected one of BTCUSDT, USDE, USDT"
    with pytest.raises(asked.FrontierError, match=said):
        asked.plane_of(book, "ETH", None, ("-50%", "0%"), (3, 3))


def test_resting_orders_are_named_as_what_the_grid_does_not_model():
    text = (
        'wallet = 1000\n[[positions]]\nmarket = "BTCUSDT"\nside = "long"\nmode = "cross"\nquantity = 0.01\n'
        'entry = 60000\nleverage = 5\n[[orders]]\nmarket = "BTCUSDT"\nside = "long"\nquantity = 0.001\nprice = 50000\n'
    )
    assert unmodelled(book_of(load_text(text))) == "the rule of resting orders"


@pytest.mark.parametrize(
    ("name", "told"), [("inverse", "coin margin"), ("collateral-btc", "collateral of several assets")]
)
def test_what_an_account_has_that_the_grid_does_not_model_has_a_name_that_people_use(name, told):
    assert unmodelled(book_of(load_file(shipped()[name]))) == told


@pytest.mark.parametrize("venue", ["guide", "coinex", "dydx", "hyperliquid"])
def test_one_glide_each_way_leads_through_all_cells_of_a_row(venue):
    book = book_of(load_file(shipped()["guide-mixed"]), venue=venue)
    moves = axis(D("-0.95"), D(3), 21)
    work = Work()
    told = dict(cells_along(book, "BTCUSDT", moves, work))
    assert sorted(told) == list(moves)
    for move, cell in told.items():
        alone = cell_at(book, {"BTCUSDT": move})
        assert (cell.survivors, cell.first, cell.whole) == (alone.survivors, alone.first, alone.whole)
        assert abs(cell.equity - alone.equity) < D("1e-6")
    assert len({cell.equity for cell in told.values()}) > 5


def of_portions(wallet: str, **sizes: str) -> str:
    """Long positions that dYdX closes in parts of at most 100,000 USD."""
    return f'venue = "dydx"\nwallet = {wallet}\n' + "".join(
        f'[[positions]]\nmarket = "{coin}USDT"\nside = "long"\nmode = "cross"\nquantity = {size}\n'
        f"entry = {mark}\nleverage = 20\n[[markets]]\nsymbol = '{coin}USDT'\nmark = {mark}\n"
        "tiers = [{ from = 0, rate = 0.03, max_leverage = 20 }]\n"
        for (coin, size), mark in zip(sizes.items(), (60000, 3000), strict=False)
    )


@pytest.mark.slow
def test_a_map_of_one_market_takes_no_more_than_its_two_ways_however_many_cells_it_has():
    book = book_of(load_text(of_portions("1.5e6", BTC="500")))
    work = Work()
    solved = asked.solve_plane(book, asked.plane_of(book, None, None, ("-95%", "100%"), (301, 23)), work)
    assert (solved.unmodelled, len(solved.grid.plane.xs)) == ("", 301)
    assert work.done < 2_000


@pytest.mark.slow
def test_where_a_cell_takes_very_many_events_there_are_fewer_cells(monkeypatch: pytest.MonkeyPatch):
    book = book_of(load_text(of_portions("3e5", BTC="100", ETH="10")))
    monkeypatch.setattr(asked, "MOST_ROUNDS", 50)
    monkeypatch.setattr(asked, "MOST_OF_A_MAP", 5_000)
    work = Work()
    solved = asked.solve_plane(book, asked.plane_of(book, None, None, ("-95%", "100%"), (65, 23)), work)
    assert solved.unmodelled == "so many events"
    assert 3 <= len(solved.grid.plane.xs) < 25
    assert work.done < 6_000
    assert [differences(book, solved.grid, n, n) for n in range(3)] == [{}] * 3
    monkeypatch.setattr(asked, "MOST_OF_A_MAP", 500)
    with pytest.raises(TooMuchWork, match=r"^Each cell of this map takes \d+ steps\. That is more work"):
        asked.solve_plane(book, asked.plane_of(book, None, None, ("-95%", "100%"), (65, 23)))


@pytest.mark.slow
def test_where_floats_leave_much_to_the_exact_engine_there_are_fewer_cells(monkeypatch: pytest.MonkeyPatch):
    book = book_of(load_file(shipped()["basket"]), venue="dydx")
    plane = plane_of(book, axis(D("-0.95"), D(1), 31))
    monkeypatch.setattr(asked, "MOST_OF_A_MAP", 300)
    grid = solve_grid(book, plane)
    assert grid.doubtful.any()
    solved = asked.solve_plane(book, plane)
    assert solved.unmodelled == "so many close calls"
    assert solved.grid.doubtful.size < grid.doubtful.sum()
    assert not solved.grid.doubtful.any()
    assert differences(book, solved.grid, 1, 1) == {}
