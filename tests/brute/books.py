"""Random accounts in likely trouble, and the ways their marks move."""

from __future__ import annotations

import decimal
from dataclasses import dataclass, replace
from decimal import Decimal

from hypothesis import strategies as st

from isocross.account.book import Book, Mode, Position, Side
from isocross.rules.market import Kind, Ladder, Market, Tier, TierBorder, TierKey, TierMethod, with_deductions
from isocross.rules.profile import Basis, CloseFeeAt, CrossMachine, Line, Profile, Residual, Victim
from tests.brute.picking import composite, pick
from tests.brute.stepping import fee_to_close, high_precision, lows_of_pool, maintenance, open_profit, value

D = Decimal
SYMBOLS = ("AAA", "BBB", "CCC")
LEVERAGES = tuple(D(x) for x in (1, 2, 3, 3, 5, 7, 7, 10, 10, 12, 20, 25, 30, 50, 75, 100))
BETAS = tuple(D(x) for x in ("1", "1", "1", "0.5", "0.7", "1.3", "2", "3", "0", "-0.4", "-1", "-2"))
CLOSE_FEES = tuple(D(x) for x in ("0", "0", "0.0005", "0.004"))
RATE_PARTS = tuple(D(x) for x in ("0.15", "0.3", "0.4", "0.5", "0.62", "0.8", "0.95"))
BORDER_PARTS = tuple(D(x) for x in ("0.3", "0.6", "0.8", "0.9", "0.97", "1", "1.04", "1.1", "1.3", "1.7", "2.6"))
MARGIN_PARTS = tuple(D(x) for x in ("0.4", "0.7", "0.9", "1.2", "1.6", "2.5"))
WALLET_PARTS = tuple(D(x) for x in ("0.8", "0.9", "1", "1", "1.05", "1.2", "1.5", "2", "3"))
MISSES = tuple(D(x) for x in ("-0.03", "-0.01", "-0.001", "0.001", "0.02"))
FUND_PARTS = tuple(D(x) for x in ("0", "0.02", "0.1", "0.4"))
HIGHEST_RATE = D("0.2")
TUNED_TO = D("0.95")

# made once: a strategy that is made anew for each example is checked anew too
WAYS_IN = st.sampled_from(("at", "near", "near", "near", "near", "far"))
PERCENTS = st.integers(-30, 30)
LEVERAGE = st.sampled_from(LEVERAGES)
UP_TO_99 = st.integers(1, 99)
TENS = st.sampled_from((10, 100))
SIDE = st.sampled_from(Side)
MODE = st.sampled_from((Mode.CROSS, Mode.CROSS, Mode.ISOLATED))
UP_TO_6 = st.integers(1, 6)
ONE_IN_8 = st.integers(0, 7)
UP_TO_4 = st.integers(1, 4)
BORDER_PART = st.sampled_from(BORDER_PARTS)
MARGIN_PART = st.sampled_from((None, None, None, *MARGIN_PARTS))
FROM_10_TO_99 = st.integers(10, 99)
SYMBOL_COUNT = st.integers(1, len(SYMBOLS))
UP_TO_999 = st.integers(1, 999)
SCALE = st.sampled_from((D("0.01"), 1, 100))
ONE_IN_10 = st.integers(0, 9)
WALLET_PART = st.sampled_from(WALLET_PARTS)
FUND_PART = st.sampled_from((None, *FUND_PARTS))
BETA = st.sampled_from(BETAS)
DIRECTION = st.sampled_from((-1, 1))
MISS = st.sampled_from(MISSES)
no_market = st.just(())

PLAIN = Profile("plain", "Plain", "", "", CrossMachine.POOLED, Line.BELOW)


@dataclass(frozen=True)
class Case:
    """An account and the way its marks move."""

    book: Book
    betas: dict[str, Decimal]
    direction: int

    @property
    def slopes(self) -> dict[str, Decimal]:
        """The move of each mark for one unit of place."""
        return {symbol: beta * self.direction for symbol, beta in self.betas.items()}


def few_digits(value: Decimal, digits: int = 2) -> Decimal:
    """Rounded up to a few significant digits."""
    return decimal.Context(prec=digits, rounding=decimal.ROUND_UP).plus(value).normalize() + D(0)


profiles = st.builds(
    lambda base, line, basis, fee, residual: replace(
        base, line=line, maintenance_basis=basis, close_fee=fee, residual=residual
    ),
    st.sampled_from(
        (
            replace(PLAIN, id="guide-like"),
            replace(PLAIN, id="guide-like-flat", tier_method=TierMethod.FLAT),
            replace(
                PLAIN,
                id="binance-like",
                victim=Victim.LARGEST_MAINTENANCE,
                liquidation_fee=D("0.0125"),
            ),
            replace(
                PLAIN,
                id="coinex-like",
                cross_machine=CrossMachine.TOP_UP,
                tier_method=TierMethod.FLAT,
                tier_key=TierKey.QUANTITY,
                tier_border=TierBorder.BELOW,
            ),
            replace(
                PLAIN,
                id="coinex-like-marginal",
                cross_machine=CrossMachine.TOP_UP,
                tier_key=TierKey.QUANTITY,
            ),
            replace(
                PLAIN,
                id="top-up-by-notional",
                cross_machine=CrossMachine.TOP_UP,
                tier_method=TierMethod.FLAT,
            ),
        )
    ),
    st.sampled_from(Line),
    st.sampled_from((Basis.MARK, Basis.MARK, Basis.ENTRY)),
    st.sampled_from(CLOSE_FEES),
    st.sampled_from(Residual),
)


pooled_profiles = profiles.filter(lambda p: p.cross_machine is CrossMachine.POOLED)


def entries(draw, mark: Decimal, leverage: Decimal) -> Decimal:
    """An entry at the mark, near it by the measure of the leverage, or up to 30 % away."""
    how = draw(WAYS_IN)
    if how == "at":
        return mark
    percent = D(draw(PERCENTS))
    if how == "near":
        percent = min(percent, percent * 2 / leverage, key=abs).quantize(D("0.01"))
    return mark * (100 + percent) / 100


def positions(draw, index: int, marks: dict[str, Decimal]) -> Position:
    """A position of some tens to thousands in one of the markets, at its initial margin."""
    symbol = pick(draw, sorted(marks))
    leverage = draw(LEVERAGE)
    notional = D(draw(UP_TO_99)) * draw(TENS)
    return Position(
        id=f"p{index}",
        market=symbol,
        side=draw(SIDE),
        mode=draw(MODE),
        quantity=few_digits(notional / marks[symbol]),
        entry=entries(draw, marks[symbol], leverage),
        leverage=leverage,
    )


def holdings(draw, marks: dict[str, Decimal]) -> list[Position]:
    """One to six positions; now and then one is another once more, so that two are due at one place."""
    held: list[Position] = []
    for index in range(draw(UP_TO_6)):
        if held and draw(ONE_IN_8) == 0:
            held.append(replace(pick(draw, held), id=f"p{index}"))
        else:
            held.append(with_some_margins(draw, positions(draw, index, marks)))
    return held


@high_precision
def on_the_line(position: Position, market: Market, profile: Profile) -> Position:
    """The same position with a margin that puts it at the line at the opening, where there is one."""
    fee = fee_to_close(position, profile, market.mark)
    mm = maintenance(position, market, profile.maintenance_basis, market.mark)
    margin = mm + fee - open_profit(position, market.mark)
    if margin != round(margin, 18):
        return position
    return position.with_margin(margin) if margin > 0 or position.mode is Mode.ISOLATED else position


def ladders(draw, profile: Profile, mark: Decimal, held: list[Position]) -> Ladder:
    """Tiers with borders near the sizes held, every rate below what the highest leverage here allows."""
    ceiling = min([HIGHEST_RATE, *(D("0.999") / p.leverage for p in held)]) - profile.close_fee
    count = draw(UP_TO_4) if held else 1
    parts = sorted(draw(st.lists(st.sampled_from(RATE_PARTS), min_size=count, max_size=count, unique=True)))
    borders = {D(0)}
    for _ in parts[1:]:
        one = pick(draw, held)
        size = value(one, one.quantity, mark) if profile.tier_key is TierKey.NOTIONAL else one.quantity
        borders.add(few_digits(size * draw(BORDER_PART), 3))
    tiers = []
    for start, part in zip(sorted(borders), parts, strict=False):
        rate = (ceiling * part).quantize(D("0.00001"), rounding=decimal.ROUND_DOWN)
        tiers.append((Tier(start, rate, D(125)), False))
    return profile.ladder(with_deductions(tuple(tiers), profile.tier_method))


def with_some_margins(draw, position: Position) -> Position:
    """Now and then a margin other than the initial margin."""
    part = draw(MARGIN_PART)
    if part is None:
        return position
    return position.with_margin(few_digits(position.initial_margin * part))


def opposed(draw, marks: dict[str, Decimal]) -> list[Position]:
    """A long in the first market and a short in the last: what one loses the other may gain."""
    held = []
    for symbol, side in ((min(marks), Side.LONG), (max(marks), Side.SHORT)):
        one = positions(draw, len(held), {symbol: marks[symbol]})
        size = few_digits(D(draw(FROM_10_TO_99)) * 10 / marks[symbol])
        held.append(replace(one, side=side, mode=Mode.CROSS, entry=marks[symbol], quantity=size))
    return held


@high_precision
def coin_margined(position: Position, mark: Decimal) -> Position:
    """The same position in an inverse contract: as many dollars as are worth what its quantity would be worth."""
    dollars = few_digits(position.quantity * mark * mark)
    changed = replace(position, quantity=dollars, kind=Kind.INVERSE, given_margin=None)
    return changed if position.given_margin is None else changed.with_margin(position.given_margin)


@composite
def books(draw, kinds: st.SearchStrategy[Profile] = profiles, holding=holdings, inverse=no_market) -> Book:
    """An account with little to spare; `inverse` are the places of its coin-margined markets."""
    profile = draw(kinds)
    symbols = SYMBOLS[: draw(SYMBOL_COUNT)]
    marks = {s: D(draw(UP_TO_999)) * draw(SCALE) for s in symbols}
    held = holding(draw, marks)
    bent = [symbols[place] for place in draw(inverse) if place < len(symbols)]
    held = [coin_margined(p, marks[p.market]) if p.market in bent else p for p in held]
    markets = {
        s: Market(s, mark, ladders(draw, profile, mark, [p for p in held if p.market == s]))
        for s, mark in marks.items()
    }
    if draw(ONE_IN_10) == 0:
        held[0] = on_the_line(held[0], markets[held[0].market], profile)
    margins = sum((p.initial_margin for p in held), D(0))
    isolated = sum((p.margin for p in held if p.mode is Mode.ISOLATED), D(0))
    wallet = max(few_digits(margins * draw(WALLET_PART), 3), few_digits(isolated, 3))
    part = draw(FUND_PART)
    fund = None if part is None else D(0) if part == 0 else few_digits(margins * part)
    return Book(profile, wallet, markets, tuple(held), fund)


@composite
def cases(draw, inverse=no_market, kinds: st.SearchStrategy[Profile] = profiles) -> Case:
    """An account, a beta for each of its markets, and a direction."""
    book = draw(books(kinds, inverse=inverse))
    betas = {symbol: draw(BETA) for symbol in book.markets}
    return Case(book, betas, draw(DIRECTION))


def far(case: Case) -> Decimal:
    """How far the marks may go, however far others could: a coin-margined one never nearer to zero than 5 %.

    Nor a linear one where a fee may take all of the pool: at zero it would stand at its line, and rounding decide.
    """
    fee = case.book.profile.liquidation_fee
    falls = [-case.slopes[p.market] for p in case.book.positions if p.kind is Kind.INVERSE or fee]
    return min((TUNED_TO / fall for fall in falls if fall > 0), default=D(2)).quantize(D("1e-12"), decimal.ROUND_DOWN)


@st.composite
def nearly_missed(draw, case: Case) -> Case:
    """The same case with a wallet that brings its pool just past the line where it turns, or just not to it."""
    book = case.book
    if book.top_up:
        return case
    size = sum((value(p, p.quantity, book.market_of(p).mark) for p in book.positions), D(0))
    end = min(TUNED_TO, far(case)) if book.inverse_markets else TUNED_TO
    low = pick(draw, lows_of_pool(book, case.slopes, end))
    wallet = few_digits(book.wallet - low + size * draw(MISS), 6)
    isolated = sum((p.margin for p in book.positions if p.mode is Mode.ISOLATED), D(0))
    return replace(case, book=replace(book, wallet=wallet)) if wallet > isolated else case


@st.composite
def turning(draw) -> Case:
    """A pool that comes close to the line and away again: one market falls to zero while another goes on."""
    book = draw(books(pooled_profiles, opposed))
    fast, slow = pick(draw, (2, 3)), pick(draw, ("0.5", "0.7", "1"))
    betas = dict.fromkeys(book.markets, D(slow)) | {min(book.markets): D(fast)}
    return draw(nearly_missed(Case(book, betas, -1)))


anything = st.one_of(cases(), cases(), cases().flatmap(nearly_missed), turning())
"""Cases of all sorts."""

some_markets = st.sampled_from(((0,), (0, 1), (0, 1, 2), (1,)))
bent_cases = cases(some_markets)


@st.composite
def moving_apart(draw) -> Case:
    """A pool whose markets each move at a pace of their own."""
    book = draw(books(pooled_profiles, inverse=some_markets))
    paces = draw(st.permutations([D(x) for x in ("1", "0.5", "0.7", "1.3", "-0.4", "-1")]))
    return Case(book, dict(zip(book.markets, paces, strict=False)), draw(DIRECTION))


bent_pools = moving_apart()
bent = st.one_of(bent_cases, bent_pools, bent_pools.flatmap(nearly_missed))
"""Cases with coin-margined markets, alone and beside linear ones."""

coins_in_pools = cases(st.just((0, 1, 2)), pooled_profiles)
"""Pools in which every contract is settled in its coin."""


@st.composite
def fees_off_the_mark(draw, accounts: st.SearchStrategy[Case]) -> Case:
    """The same with a fee to close that lies beside the margin, or is taken at the bankruptcy price."""
    case = draw(accounts)
    taken_at = pick(draw, (CloseFeeAt.BESIDE_MARGIN, CloseFeeAt.BANKRUPTCY, CloseFeeAt.BANKRUPTCY))
    profile = replace(case.book.profile, close_fee=pick(draw, CLOSE_FEES[2:]), close_fee_at=taken_at)
    return replace(case, book=replace(case.book, profile=profile))


@st.composite
def fees_by_market(draw, accounts: st.SearchStrategy[Case]) -> Case:
    """The same at a venue that takes a fee of a forced close, where some markets have a rate of their own."""
    case = draw(accounts)
    own = st.sampled_from((None, D("0"), D("0.004"), D("0.03")))
    markets = {symbol: replace(market, liquidation_fee=draw(own)) for symbol, market in case.book.markets.items()}
    profile = replace(case.book.profile, liquidation_fee=D("0.0125"))
    return replace(case, book=replace(case.book, markets=markets, profile=profile))
