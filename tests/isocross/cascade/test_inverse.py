"""Coin-margined contracts: published and hand-made figures, properties, files, and the search for a touch."""

from __future__ import annotations

import decimal
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isocross.account.book import Book, Mode
from isocross.cascade.events import EventKind
from isocross.cascade.ledger import Ledger
from isocross.cascade.pieces import Piece, first_place
from isocross.cascade.solver import solve
from isocross.figures.prices import account_worst_case, bankruptcy_prices, liquidation_prices, worst_case
from isocross.figures.standings import Standings
from isocross.money import CONTEXT, PLACE_GRID
from isocross.moves import add_margin, available, reduce, set_leverage
from isocross.paths.glide import Glide, ReachError
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report.text import frame_sheet
from isocross.rules.market import Kind
from isocross.rules.procedure import Step, StepKind
from isocross.rules.profile import TierMethod
from isocross.studies.curves import SAMPLES, curves_by_mode
from isocross.words.events import sentence
from isocross.words.why.position import reasons
from isocross.workspace import Faults, book_of, dump, load_file, load_text, shipped
from tests.brute.books import LEVERAGES, Case, bent, bent_cases
from tests.brute.stepping import Account, maintenance, open_profit, value

D = Decimal
ZERO = D(0)
EXAMPLES = settings.default.max_examples
HALF_PERCENT = "{ from = 0, rate = 0.005, max_leverage = 125 }"


@pytest.fixture(autouse=True, scope="module")
def wide_enough() -> Iterator[None]:
    """The sums of the tests are exact too."""
    with decimal.localcontext(CONTEXT):
        yield


def account(*positions: str, wallet="1", mark="60000", tiers=HALF_PERCENT, venue='"guide"', more="") -> Book:
    """A BTC account in BTCUSD; a position is `side mode quantity entry leverage`."""
    rows = [
        f'[[positions]]\nmarket = "BTCUSD"\nside = "{side}"\nmode = "{mode}"\n'
        f"quantity = {quantity}\nentry = {entry}\nleverage = {leverage}\n"
        for side, mode, quantity, entry, leverage in map(str.split, positions)
    ]
    head = f'wallet = {wallet}\ncurrency = "BTC"\nvenue = {venue}\n'
    ladder = f"tiers = [{tiers}]\n" if tiers else ""
    market = f'[[markets]]\nsymbol = "BTCUSD"\nkind = "inverse"\nmark = {mark}\n{ladder}'
    return book_of(load_text("\n".join([head, market, *rows, more])))


def at_opening(book: Book, index: int = 0):
    return GlideRehearsal(book, {}).frame(ZERO).positions[index]


def alike(one: Decimal, other: Decimal, tolerance: str = "1e-100") -> bool:
    return abs(one - other) <= D(tolerance) * max(1, abs(one), abs(other))


# --- figures -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("side", "expected"), [("long", "7735.3725"), ("short", "8051.1020")])
def test_bybit_is_bankrupt_at_entry_times_leverage_over_leverage_and_one(side, expected):
    """7,890.08 at 50x: 7,735.37 for a long (Bybit's help), and E × L ÷ (L − 1) for a short."""
    row = at_opening(account(f"{side} isolated 1000 7890.08 50", mark="7890.08"))
    step = 1 if side == "long" else -1
    assert alike(row.bankruptcy_price, D("7890.08") * 50 / (50 + step), "1e-15")
    assert row.bankruptcy_price.quantize(D("0.0001")) == D(expected)


@pytest.mark.parametrize(("side", "sign"), [("long", 1), ("short", -1)])
def test_the_liquidation_price_is_the_closed_form_of_one_position(side, sign):
    """c + q(1/E − 1/P) = |q| r/P gives P = |q|(r + s) ÷ (c + s|q|/E), c and q as they are, s the side."""
    book = account(f"{side} isolated 12000 60000 10", wallet="0.5")
    row = at_opening(book)
    expected = D(12000) * (D("0.005") + sign) * sign / (D("0.02") * sign + D("0.2"))
    assert row.initial_margin == D("0.02")
    assert alike(row.liquidation_price, expected)
    assert row.notional == D("0.2")


def test_at_entry_the_maintenance_margin_does_not_grow_with_the_fall():
    book = account("long isolated 12000 60000 10", venue='{ profile = "guide", maintenance_basis = "entry" }')
    row = at_opening(book)
    assert alike(row.liquidation_price, D(12000) / (D("0.2") + D("0.02") - D("0.001")))


def test_equal_dollars_long_and_short_keep_their_coin_whatever_the_mark():
    """30,000 USD bought at 60,000 and sold at 50,000 lose 0.1 BTC at any mark: 0.4 of it are 300 ÷ P at 750."""
    row = at_opening(account("long cross 30000 60000 10", "short cross 30000 50000 10", wallet="0.5"))
    assert row.bankruptcy_price is None
    assert alike(row.liquidation_price, D(750))


def test_worst_cases_mirror_those_of_linear_contracts():
    """A long loses without end as the mark falls to zero; a short never more than its dollars at entry."""
    book = account("long cross 30000 60000 10", "short cross 12000 60000 10")
    assert [worst_case(book, i) for i in (0, 1)] == [1, D("0.2")]
    assert account_worst_case(book) == 1
    shorts = account("short cross 12000 60000 10", "short isolated 12000 60000 10")
    assert account_worst_case(shorts) == D("0.2") + D("0.02")


def test_a_tier_by_notional_is_in_coin_and_a_border_is_an_exact_place():
    """0.5 % up to 1 BTC and 50 % from there: 60,000 USD is 1 BTC at exactly 60,000."""
    tiers = "{ from = 0, rate = 0.005, max_leverage = 125 }, { from = 1, rate = 0.5, max_leverage = 2 }"
    flat = '{ profile = "guide", tier_method = "flat" }'
    book = account("long isolated 60000 80000 2", mark="80000", tiers=tiers, venue=flat)
    assert [(e.place, e.mark) for e in GlideRehearsal(book, {}).falling.events] == [(D("0.25"), 60000)]
    assert at_opening(book).liquidation_price == 60000


def test_a_tier_by_quantity_is_in_dollars():
    book = book_of(
        load_text(
            'wallet = 20\ncurrency = "BTC"\nvenue = "coinex"\n[[positions]]\nmarket = "BTCUSD"\nside = "long"\n'
            'mode = "cross"\nquantity = 600000\nentry = 60000\nleverage = 50\n'
        )
    )
    row = at_opening(book)
    assert book.positions[0].kind is Kind.INVERSE
    assert (row.notional, row.initial_margin, row.maintenance_margin) == (10, D("0.2"), D("0.1"))


def test_a_refill_aims_at_the_initial_margin_at_the_mark():
    """As the mark falls the same dollars are worth more coin, so the target grows: Q ÷ (mark × leverage)."""
    book = account("long cross 60000 60000 10", wallet="2", venue='"coinex"', tiers="")
    first = GlideRehearsal(book, {}).falling.events[0]
    assert first.kind is EventKind.REFILL
    after = first.figures.equity + first.amount
    assert alike(after, 60000 / first.mark / 10, "1e-17")


def test_closing_a_part_pays_in_coin():
    book = account("long cross 60000 50000 10", wallet="1")
    outcome = reduce(book, book.positions[0].id, D(30000))
    assert outcome.cash_moved == D("0.1") - (D("0.5") * book.profile.taker_fee)


def stepped(step: Step, *positions: str, wallet: str, tiers: str = HALF_PERCENT) -> tuple[Book, list]:
    """An account whose venue first tries a step, and what happens to it as the mark falls."""
    book = account(*positions, wallet=wallet, tiers=tiers)
    book = replace(book, profile=replace(book.profile, steps=(step,)))
    return book, list(GlideRehearsal(book, {}).falling.events)


def test_a_step_down_a_tier_closes_dollars_until_the_coin_is_under_the_border():
    tiers = "{ from = 0, rate = 0.005, max_leverage = 100 }, { from = 2, rate = 0.02, max_leverage = 50 }"
    step = Step(StepKind.TIER_DOWN, D(1))
    book, events = stepped(step, "long isolated 150000 60000 20", wallet="1", tiers=tiers)
    first = events[0]
    kept = book.positions[0].quantity - first.figures.quantity
    assert first.kind is EventKind.REDUCTION
    assert ZERO < 2 - kept / first.mark < D("1e-16")


def test_a_fraction_is_measured_in_coin():
    step = Step(StepKind.FRACTION, D("0.2"), above=D(2))
    positions = ("long isolated 150000 60000 20", "long isolated 60000 60000 20")
    events = stepped(step, *positions, wallet="1")[1]
    assert [(e.kind, e.position) for e in events[:2]] == [(EventKind.REDUCTION, 0), (EventKind.LIQUIDATION, 1)]
    assert events[0].figures.quantity == 30000


def test_a_pool_is_restored_to_its_line_and_a_buffer_of_its_coin():
    step = Step(StepKind.RESTORE, D("0.02"))
    book, events = stepped(step, "long cross 60000 60000 5", wallet="0.2")
    first = events[0]
    ledger = Ledger.after(book, events[:1])
    left = ledger.positions[0]
    assert first.kind is EventKind.REDUCTION
    spare = ledger.pool + open_profit(left, first.mark) - left.quantity / first.mark * D("0.025")
    assert ZERO <= spare < D("1e-16")


def test_why_and_events_are_told_in_coin():
    rehearsal = GlideRehearsal(account("long isolated 12000 60000 10", wallet="0.5"), {})
    frame = rehearsal.frame(D("-0.05"))
    told = {reason.title: reason for reason in reasons(frame, frame.positions[0])}
    pnl = told["unrealised PnL"]
    assert pnl.formula == "side × quantity × (1 ÷ entry − 1 ÷ mark), in the coin"
    assert pnl.substituted == "+1 × 12,000 × (1 ÷ 60,000.00 − 1 ÷ 57,000.00) = −0.01052632"
    assert told["initial margin"].substituted == "12,000 ÷ 60,000.00 ÷ 10 = 0.02000000"
    assert told["maintenance margin"].substituted == "12,000 ÷ 57,000.00 × 0.50 % = 0.00105263"
    assert "1 ÷ (1 ÷ entry" in told["bankruptcy price"].formula
    fall = rehearsal.falling.events[0]
    assert "isolated margin of 0.02000000" in sentence(fall, rehearsal.book, rehearsal.falling.path, ("BTC",))
    assert "wallet 0.50000000" in frame_sheet("x", rehearsal, ZERO)


def test_the_curve_of_equity_is_exact_where_it_bends():
    book = account("long cross 12000 60000 2", wallet="5")
    curve = curves_by_mode(GlideRehearsal(book, {}))[0]
    assert len(curve.points) >= 2 * SAMPLES
    for move, equity in curve.points[:: SAMPLES // 6]:
        assert alike(equity, 5 + open_profit(book.positions[0], 60000 * (1 + move)))


# --- how far marks go ------------------------------------------------------------------------------


def test_a_glide_ends_where_the_first_inverse_market_has_fallen_95_per_cent():
    book = account("long cross 6000 60000 2")
    assert Glide.common(book, {"BTCUSD": D(2)}, -1).end == D("0.475")
    assert Glide.common(book, {"BTCUSD": D(-3)}, 1).end == D("0.316666666666")
    assert Glide.common(book, {"BTCUSD": D(-1)}, -1).end == D("0.95")
    with pytest.raises(ReachError, match=r"would move BTCUSD by −98.0 %; a coin-margined market can drop by 95 %"):
        GlideRehearsal(book, {"BTCUSD": D(2)}).frame(D("-0.49"))
    with pytest.raises(ReachError, match=r"BTCUSD cannot move by −100.0 %"):
        GlideRehearsal(book, {}).frame({"BTCUSD": D(-1)})


# --- files ---------------------------------------------------------------------------------------


def test_a_file_keeps_the_kind_of_its_markets():
    workspace = load_file(shipped()["inverse"])
    assert [p.kind for p in workspace.positions] == [Kind.INVERSE, Kind.INVERSE]
    assert load_text(dump(workspace)) == workspace


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('currency = "BTC"', "", '"BTCUSD" is coin-margined, and the account is in "USDT"'),
        ('currency = "BTC"', 'currency = "ETH"', 'the account is in "ETH"'),
        ('kind   = "inverse"', 'kind = "quanto"', '"quanto" is not a kind of contract'),
        ("shock = -0.30", "shock = -0.96", "a coin-margined market can drop by 95 % at most"),
        ("shock = -0.30", "shock = -0.5\nbetas = { BTCUSD = 2 }", "would move BTCUSD by −100.0 %"),
    ],
)
def test_what_no_coin_margined_account_can_be_is_a_fault(old, new, told):
    text = shipped()["inverse"].read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(Faults) as caught:
        load_text(text.replace(old, new, 1))
    assert any(told in str(fault) for fault in caught.value.faults), caught.value.faults


def test_a_coin_that_no_symbol_tells_is_taken_as_it_is_given():
    text = shipped()["inverse"].read_text(encoding="utf-8").replace("BTCUSD_DEC", "XBTM26")
    assert load_text(text.replace("BTCUSD", "FUTURE"))
    assert load_text(text.replace("BTCUSD", "PI_XBTUSD")).currency == "BTC"


# --- properties ------------------------------------------------------------------------------------


def opening(book: Book) -> Standings:
    return Standings.at(Ledger(book), {symbol: market.mark for symbol, market in book.markets.items()})


def surplus(standings: Standings, index: int, mark: Decimal) -> tuple[Decimal, Decimal]:
    """(g, equity) of the scope of a position with its market at a mark, by the referee's formulas."""
    book, profile = standings.book, standings.book.profile
    members = standings.pool_members if standings.pooled(index) else [index]
    equity = standings.ledger.pool if standings.pooled(index) else standings.cash_behind(index)
    need = ZERO
    for i in members:
        held = book.positions[i]
        at = mark if held.market == book.positions[index].market else standings.marks[held.market]
        equity += open_profit(held, at)
        need += maintenance(held, book.market_of(held), profile.maintenance_basis, at)
        need += value(held, held.quantity, at) * profile.close_fee
    return equity - need, equity


@settings(max_examples=EXAMPLES // 2)
@given(bent_cases)
def test_at_the_liquidation_price_equity_is_the_maintenance_margin_and_at_bankruptcy_it_is_gone(case: Case):
    standings = opening(case.book)
    for i, price in liquidation_prices(standings).items():
        if price is not None and case.book.profile.tier_method is TierMethod.MARGINAL:
            assert alike(surplus(standings, i, price)[0], ZERO, "1e-80")
    for i, price in bankruptcy_prices(standings).items():
        if price is not None:
            assert alike(surplus(standings, i, price)[1], ZERO, "1e-80")


@settings(max_examples=EXAMPLES // 2)
@given(bent)
def test_no_cash_appears_or_vanishes(case: Case):
    ledger = Ledger(case.book)
    whole = ledger.total
    for event in solve(case.book, Glide.common(case.book, case.betas, case.direction)).events:
        assert sum((leg.amount for leg in event.postings), ZERO) == 0
        ledger.apply(event)
        assert ledger.total == whole


@pytest.mark.slow
@settings(max_examples=EXAMPLES // 2)
@given(bent_cases, st.sampled_from(("0.1", "1")))
def test_adding_margin_never_brings_the_trigger_nearer(case: Case, part: str):
    standings = opening(case.book)
    free = (available(case.book) * D(part)).quantize(D("1e-18"), rounding=decimal.ROUND_FLOOR)
    for i, position in enumerate(case.book.positions):
        mark = standings.marks[position.market]
        outcome = add_margin(case.book, position.id, free) if free > 0 else None
        if outcome is None or outcome.after is None or surplus(standings, i, mark)[0] <= 0:
            continue
        before, after = (liquidation_prices(s)[i] for s in (standings, opening(outcome.after)))
        assert after is None or abs(after - mark) >= abs(before - mark)


@settings(max_examples=EXAMPLES // 2)
@given(bent, st.sampled_from(LEVERAGES))
def test_leverage_moves_no_liquidation_price_of_a_pool(case: Case, leverage: Decimal):
    if case.book.top_up:
        return
    for position in case.book.positions:
        after = set_leverage(case.book, position.id, leverage).after if position.mode is Mode.CROSS else None
        if after is not None:
            assert liquidation_prices(opening(after)) == liquidation_prices(opening(case.book))


@settings(max_examples=EXAMPLES // 2)
@given(bent_cases)
def test_an_inverse_long_is_a_linear_short_of_its_dollars(case: Case):
    """In the price of a dollar: with marks that stand, both sides have the same PnL and requirement."""
    for position in case.book.positions:
        market, profile = case.book.market_of(position), case.book.profile
        if position.inverse:
            other = "long" if position.side.value == "short" else "short"
            dollars = replace(
                position, kind=Kind.LINEAR, side=type(position.side)(other), entry=1 / position.entry, given_margin=None
            )
            at = 1 / market.mark
            assert alike(open_profit(position, market.mark), open_profit(dollars, at), "1e-60")
            assert (
                alike(
                    maintenance(position, market, profile.maintenance_basis, market.mark),
                    maintenance(dollars, market, profile.maintenance_basis, at),
                    "1e-60",
                )
                or profile.tier_method is TierMethod.FLAT
            )


def test_the_referee_and_the_engine_hold_the_same_account_at_the_opening():
    book = book_of(load_file(shipped()["inverse"]))
    marks = {symbol: market.mark for symbol, market in book.markets.items()}
    assert alike(Account(book).g_of_pool(marks), opening(book).pool_equity - opening(book).pool_maintenance_margin)


# --- the search for a touch -----------------------------------------------------------------------


def valley(low: str, bottom: str) -> Piece:
    """1/(1 − s) + 4/(1 + 2s) + B s + A: its only turn is a least at `bottom`, where it is `low`."""
    terms = ((D(-1), D(1)), (D(2), D(4)))
    flat = Piece(ZERO, ZERO, terms, D("1e-130"))
    leaning = Piece(ZERO, -flat.slope_at(D(bottom)), terms, D("1e-130"))
    return replace(leaning, constant=D(low) - leaning.at(D(bottom)))


@pytest.mark.parametrize("bottom", ["0.1", "0.333333333333", "0.5000000000005", "0.9"])
@pytest.mark.parametrize(("low", "touches"), [("1e-24", False), ("1e-100", False), ("0", True), ("-1e-20", True)])
def test_a_valley_that_nearly_touches_is_decided(bottom, low, touches):
    """Just above the line there is no place, however near; at the line or below there is the first grid place."""
    piece = valley(low, bottom)
    found = first_place(piece, ZERO, D("0.95"))
    on_grid = D(bottom) == D(bottom).quantize(PLACE_GRID)
    if not touches or (low == "0" and not on_grid):
        assert found is None
    else:
        assert piece.at(found) <= piece.dust < piece.at(found - PLACE_GRID)
        assert abs(found - D(bottom)) < D("1e-9")


@settings(max_examples=EXAMPLES)
@given(
    st.lists(st.tuples(st.integers(-9, 30), st.integers(-50, 50)), min_size=1, max_size=6, unique_by=lambda t: t[0]),
    st.integers(-100, 100),
    st.integers(-100, 100),
)
def test_the_first_place_is_at_the_line_and_none_of_many_before_it_is(terms, constant, slope):
    parts = tuple((D(k) / 10, D(c)) for k, c in terms if k and c)
    piece = Piece(D(constant), D(slope), parts, D("1e-130"))
    found = first_place(piece, ZERO, D(1))
    end = D(1) if found is None else found - PLACE_GRID
    looked = [(end * step / 400).quantize(PLACE_GRID, rounding=decimal.ROUND_FLOOR) for step in range(1, 401)]
    if piece.straight:
        looked = looked if piece.at(PLACE_GRID) > 0 else []
    assert all(piece.at(place) > 0 for place in looked if place >= PLACE_GRID)
    assert found is None or piece.at(found) <= piece.dust


def test_a_hedge_that_all_but_cancels_and_all_but_touches_is_decided_soon():
    """Two markets that move almost alike, a requirement at entry: g is tiny and almost level on the whole glide."""
    terms = ((D(-1), D(-1000)), (D("-0.999999999999"), D(1000)))
    for height, touches in (("1e-9", False), ("1e-30", False), ("-1e-30", True)):
        level = Piece(ZERO, ZERO, terms, D("1e-117"))
        piece = replace(level, constant=D(height) - min(level.at(D(0)), level.at(D("0.95"))))
        found = first_place(piece, ZERO, D("0.95"))
        assert (found is not None) == touches


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ('path = "walk"\nlegs = [-0.2, { jump = -0.4 }]', "legs"),
        ('path = "wick"\nlow = -0.6\nback = 0', "low"),
        ("shock = -0.6", "shock"),
    ],
)
def test_no_path_of_a_file_takes_a_coin_margined_market_near_to_zero(path, where):
    text = (
        'format = 1\nwallet = 1\ncurrency = "BTC"\n[[markets]]\nsymbol = "BTCUSD"\nmark = 60000\nkind = "inverse"\n'
        '[[positions]]\nmarket = "BTCUSD"\nside = "long"\nmode = "cross"\nquantity = 30000\nentry = 60000\n'
        f"leverage = 3\n[scenario]\n{path}\nbetas = {{ BTCUSD = 2 }}\n"
    )
    with pytest.raises(Faults, match=rf"scenario\.{where}.*coin-margined market can drop by 95 % at most"):
        book_of(load_text(text))


EXTREME = """currency = "BTC"
wallet = 9999999999999999999
[[markets]]
symbol = "BTCUSD"
mark = 9999999999999999999
kind = "inverse"
[[positions]]
market = "BTCUSD"
side = "short"
mode = "isolated"
quantity = 1e-12
entry = 9999999999999999999
leverage = 3
[[positions]]
market = "BTCUSD"
side = "short"
mode = "isolated"
quantity = 1e-6
entry = 1e12
leverage = 1
"""


def test_marks_and_wallets_of_any_size_have_their_falls_looked_for_where_there_are_prices():
    rehearsal = GlideRehearsal(book_of(load_text(EXTREME)), {})
    assert rehearsal.falling.events == rehearsal.rising.events == ()
