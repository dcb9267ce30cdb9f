"""Prices at which a position ends: liquidation price, bankruptcy price, worst case. All exact, none rounded."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from itertools import chain

from isocross.account.book import Book, Mode, Position, Side
from isocross.account.margin import (
    moves_through_tiers,
    notional,
    opposed,
    price_after,
    requirement_in_tier,
    tier_at,
    worth,
)
from isocross.cascade.lone import alone
from isocross.cascade.netted import pool_of
from isocross.cascade.pieces import quotient
from isocross.cascade.scope import Courses, Scope
from isocross.figures.asset_prices import price_of_line, price_of_zero, worst_in_assets, worst_of_account
from isocross.figures.standings import Standings
from isocross.money import ZERO
from isocross.rules.profile import Netting, PriceRounding

UNKNOWN_TICK_DIGITS = 8
"""Significant digits of a shown price where the venue's tick is not known."""


def liquidation_prices(standings: Standings) -> dict[int, Decimal | None]:
    """The liquidation price of every open position; None when no price of its market liquidates it."""
    return {i: liquidation_price(standings, i) for i in standings.pnl}


def liquidation_price(standings: Standings, index: int) -> Decimal | None:
    """That of one open position; worked out once for all that end at the same.

    Every other market stands still, all positions of the pool in this market move with it; the tier
    is the one valid at that price. Of two such prices the nearer one.
    """
    movers = standings.movers[index]
    return standings.memo.once(("line", movers[0]), lambda: _price_together(standings, movers))


def _price_together(standings: Standings, movers: tuple[int, ...]) -> Decimal | None:
    """That of positions of one market that end together."""
    if standings.pooled(movers[0]) and standings.book.pools_assets:
        return price_of_line(standings, standings.positions[movers[0]].market)
    against = _against(standings, movers)
    return _price_of_line(standings, movers, _cash_beside(standings, (*movers, *against)), against)


def _cash_beside(standings: Standings, members: tuple[int, ...]) -> Decimal:
    """What stands behind these besides their own PnL and margin: in a pool what the others there leave."""
    first = members[0]
    if not standings.pooled(first):
        return standings.cash_behind(first)
    pool = standings.pool_of(first)
    held = sum((standings.pnl[i] - standings.maintenance_margin[i] for i in members), ZERO)
    return pool.equity - pool.maintenance_margin - held


def _sides(standings: Standings) -> list[list[int]]:
    """The positions that are netted with each other, those of one underlying together."""
    pool = {i: standings.positions[i] for i in standings.pool_members}
    return [list(chain(*pair)) for pair in opposed(pool, standings.book.profile.netting)]


def _against(standings: Standings, movers: Sequence[int]) -> list[int]:
    """Positions of other markets whose margin hangs on these, because they are netted with each other."""
    if standings.book.profile.netting is not Netting.UNDERLYING or not standings.pooled(movers[0]):
        return []
    sides, moving = standings.memo.once("sides", lambda: _sides(standings)), set(movers)
    return [i for side in sides if not moving.isdisjoint(side) for i in side if i not in moving]


def _price_of_line(
    standings: Standings, movers: Sequence[int], cash: Decimal, against: Sequence[int] = ()
) -> Decimal | None:
    """The nearest mark at which g of these positions of one market changes sign, cash behind them fixed.

    Those `against` them stand still.
    """
    symbol, members = standings.positions[movers[0]].market, (*movers, *against)
    mark = standings.marks[symbol]
    surplus = cash + sum((standings.pnl[i] - standings.maintenance_margin[i] for i in members), ZERO)
    still = {standings.positions[i].market: ZERO for i in against}
    found: list[Decimal] = []
    concave = surplus > 0 and _is_concave(standings, movers)
    for direction in (-1, 1):
        if concave:
            away = _away(standings, movers, cash, direction)
            if away is not None:
                found.append(mark + direction * away)
            continue
        courses = {s: (standings.marks[s], slope) for s, slope in (still | {symbol: Decimal(direction)}).items()}
        scope = _scope_of(standings, courses, members, cash)
        if scope.surplus == 0:
            return mark if mark > 0 else None
        touch = scope.first_touch(recovering=scope.surplus < 0)
        if touch is not None:
            found.append(mark + direction * quotient(touch))
    reachable = [price for price in found if price > 0]
    return min(reachable, key=lambda price: abs(price - mark), default=None)


def _scope_of(standings: Standings, courses: Courses, members: Sequence[int], cash: Decimal) -> Scope:
    if len(members) == 1:
        return alone(standings.book, courses, members[0], standings.positions[members[0]], cash, ZERO)
    positions = {i: standings.positions[i] for i in members}
    return pool_of(standings.book, courses, positions, cash, netted=standings.netted)


def _is_concave(standings: Standings, movers: Sequence[int]) -> bool:
    """Whether g of these positions of one market is surely concave in its mark: MM never jumps, rates grow with size.

    Where sides can take turns it need not be.
    """
    if standings.netted and standings.book.profile.netting is Netting.UNDERLYING:
        return False
    position = standings.positions[movers[0]]
    return not position.inverse and standings.book.market_of(position).ladder.convex


def _away(standings: Standings, movers: Sequence[int], cash: Decimal, direction: int) -> Decimal | None:
    """How far up (1) or down (−1) a concave g that is above zero comes to zero; None: nowhere.

    MM is the largest of the lines of its tiers, so each root that they have together lies at the true one or beyond it.
    From the last tier on the way each is nearer, until it lies in the tiers that it is the root of.
    """
    book, mark = standings.book, standings.marks[standings.positions[movers[0]].market]
    ladder = book.market_of(standings.positions[movers[0]]).ladder
    held = [(standings.positions[i], i in standings.netted) for i in movers]
    moves = moves_through_tiers(book.profile, held[0][0].kind)
    last = len(ladder.tiers) - 1 if direction > 0 else 0
    tiers = [last if moves else tier_at(book, position, mark) for position, _ in held]
    while True:
        height, slope = cash, ZERO
        for (position, free), tier in zip(held, tiers, strict=True):
            height += position.exposure * (mark - position.counts_from)
            slope += position.exposure
            if not free:
                asked = requirement_in_tier(position, book.profile, ladder, tier)
                height -= asked.at(position.kind, mark)
                slope -= asked.per_worth
        slope *= direction
        if slope >= ZERO or (direction < 0 and height > -slope * mark):
            return None
        away = height / -slope
        there = [
            tier_at(book, position, mark + direction * away) if moves else t
            for (position, _), t in zip(held, tiers, strict=True)
        ]
        if there == tiers:
            return away
        tiers = there


def bankruptcy_prices(standings: Standings) -> dict[int, Decimal | None]:
    """The bankruptcy price of every open position; None when there is none."""
    return {i: bankruptcy_price(standings, i) for i in standings.pnl}


def bankruptcy_price(standings: Standings, index: int) -> Decimal | None:
    """The mark at which the cash behind an open position is exactly gone; worked out once for all that end at the same.

    Isolated and top-up: entry − cash ÷ signed quantity, inverse 1/P = 1/entry + cash ÷ signed quantity
    (Bybit's help). Pooled: pool equity = 0, the other markets standing still.
    """
    if standings.pooled(index):
        movers = standings.movers[index]
        return standings.memo.once(("zero", movers[0]), lambda: _bankrupt_together(standings, movers))
    position, cash = standings.positions[index], standings.cash_behind(index)
    return price_after(position.kind, position.counts_from, -cash, position.exposure)


def _bankrupt_together(standings: Standings, movers: tuple[int, ...]) -> Decimal | None:
    """That of positions of one market on one pool."""
    first, ledger = standings.positions[movers[0]], standings.ledger
    if standings.book.pools_assets:
        return price_of_zero(standings, first.market)
    pool = standings.pool_of(movers[0])
    coin, net = pool.coin or "", sum((standings.positions[i].exposure for i in movers), ZERO)
    all_of_it = pool.equity + ledger.cash_in(coin) - ledger.behind_pool_in(coin)
    return price_after(first.kind, standings.marks[first.market], -all_of_it, net)


def worst_case(book: Book, index: int) -> Decimal:
    """The most this position can lose from the opening, in the account's currency.

    A linear long loses its value at entry at most, at a mark of zero, and an inverse short its value at entry as the
    mark grows without bound; a linear short and an inverse long lose without bound.
    """
    position = book.positions[index]
    if position.mode is Mode.ISOLATED:
        return _isolated_worst_case(book, position)
    if book.coins:
        return worst_in_assets(book, index)
    reach = position.margin + max(ZERO, book.unused) if book.top_up else book.pool_cash
    if position.exposure > 0:
        return min(reach, worth(position.kind, position.quantity, position.entry))
    return reach


def _isolated_worst_case(book: Book, position: Position) -> Decimal:
    """The margin; of a position that draws by itself also what it can draw, up to the cash outside of buckets."""
    if not position.auto_margin:
        return position.margin
    most = max(position.margin, notional(position, position.entry))
    return min(most, position.margin + max(ZERO, book.free_in(book.coin_of(position))))


def account_worst_case(book: Book) -> Decimal:
    """The most the account can lose from the opening.

    Isolated margins, plus the smaller of the pool's cash and the largest loss of the cross positions
    together over all marks ≥ 0, each market by itself. It is largest where one unit is worth nothing: at
    a mark of zero, or without bound for an inverse market.
    """
    alone = {i: _isolated_worst_case(book, p) for i, p in enumerate(book.positions) if p.mode is Mode.ISOLATED}
    if book.coins:
        return worst_of_account(book, alone)
    isolated = sum(alone.values(), ZERO)
    cross = [p for p in book.positions if p.mode is Mode.CROSS]
    net = dict.fromkeys((p.market for p in cross), ZERO)
    for p in cross:
        net[p.market] += p.exposure
    if any(held < 0 for held in net.values()):
        return min(book.wallet, isolated + book.pool_cash)
    worthless = sum((worth(p.kind, p.exposure, p.entry) for p in cross), ZERO)
    return min(book.wallet, isolated + max(ZERO, min(book.pool_cash, worthless)))


def shown_of(book: Book, position: Position, price: Decimal | None) -> Decimal | None:
    """The liquidation price of a position as its venue shows it: on its tick, an isolated one so many ticks nearer."""
    shown, tick = book.profile.shown, book.market_of(position).tick
    if price is not None and tick is not None and position.mode is Mode.ISOLATED:
        price += position.side.sign * shown.isolated_ticks * tick
    return shown_price(price, tick, shown.price_rounding, position.side)


def shown_price(
    price: Decimal | None,
    tick: Decimal | None,
    way: PriceRounding = PriceRounding.NEAREST,
    side: Side = Side.LONG,
) -> Decimal | None:
    """A price on the venue's tick, rounded its way; without a known tick, to eight significant digits."""
    if price is None:
        return None
    rounding = _ROUNDINGS.get(way, ROUND_CEILING if side is Side.LONG else ROUND_FLOOR)
    if tick is None:
        return price.quantize(Decimal(1).scaleb(price.adjusted() + 1 - UNKNOWN_TICK_DIGITS), rounding=rounding)
    return (price / tick).quantize(Decimal(1), rounding=rounding) * tick


_ROUNDINGS = {
    PriceRounding.NEAREST: ROUND_HALF_EVEN,
    PriceRounding.UP: ROUND_CEILING,
    PriceRounding.DOWN: ROUND_FLOOR,
}
