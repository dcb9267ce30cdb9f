"""The arithmetic behind the prices at which a position ends, and behind the most it can lose."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from isocross.account.book import Mode
from isocross.account.margin import free_legs, maintenance_margin, opposed, unrealised_pnl, worth
from isocross.account.mates import with_mates
from isocross.figures.frame import Frame, PositionFrame
from isocross.format import IN_USD, Amounts, fine, grouped, percent, price
from isocross.money import ONE, ZERO
from isocross.records import dataclass
from isocross.rules.market import Kind
from isocross.words.orders import uncounted
from isocross.words.why.reason import TIMES, Reason, added, dated

_LINE = "the mark P where equity = maintenance margin: that of the others + its own in the tier at P"
_LIQUIDATION = "liquidation price, while no other market moves"


def price_reasons(frame: Frame, row: PositionFrame) -> tuple[Reason, ...]:
    """Liquidation price, bankruptcy price, joint trigger and worst case of an open position."""
    if frame.book.pools_assets and not frame.book.has_bucket(row.position):
        return (*_of_assets(frame, row), _joint(frame, row), _worst_of_assets(frame, row))
    backing = _backing(frame, row)
    worst = replace(_worst(frame, row), source=uncounted(frame.acted_on))
    return (_liquidation(frame, row, backing), _bankruptcy(frame, row, backing), _joint(frame, row), worst)


@dataclass(frozen=True)
class _Backing:
    """What stands behind a position, and what of it moves with its market."""

    movers: tuple[PositionFrame, ...]
    """The position; of a pool all that are in its market."""
    cash: Decimal
    """Equity when the market stands at `anchor`."""
    anchor: Decimal
    others: Decimal
    """Maintenance margin of what does not move."""
    against: tuple[PositionFrame, ...] = ()
    """Of what does not move either, what is netted with it."""

    @property
    def kind(self) -> Kind:
        return self.movers[0].position.kind

    @property
    def net(self) -> Decimal:
        """Longs less shorts."""
        return sum((row.position.quantity * row.position.side.sign for row in self.movers), ZERO)

    def equity_at(self, mark: Decimal) -> Decimal:
        gained = (unrealised_pnl(row.position, mark) - unrealised_pnl(row.position, self.anchor) for row in self.movers)
        return self.cash + sum(gained, ZERO)

    def words_at(self, mark: str, money: Amounts) -> str:
        """The sum that makes the equity at a mark."""
        anchor = fine(self.anchor)
        moved = f"1 ÷ {anchor} − 1 ÷ {mark}" if self.kind is Kind.INVERSE else f"{mark} − {anchor}"
        return f"{money(self.cash)} {'−' if self.net < 0 else '+'} {grouped(abs(self.net))} × ({moved})"


def _backing(frame: Frame, row: PositionFrame) -> _Backing:
    account = frame.account
    pool = next((p for p in account.pools if row.position.id in p.positions), None)
    equity = account.pool_equity if pool is None else pool.equity
    need = account.pool_maintenance_margin if pool is None else pool.maintenance_margin
    if frame.book.has_bucket(row.position):
        reach = max(ZERO, account.unused) if row.position.mode is Mode.CROSS else ZERO
        return _Backing((row,), row.margin + reach, row.position.counts_from, ZERO)
    movers = tuple(other for other in frame.positions if _moves_along(frame, row, other))
    against = _against(frame, movers)
    own = sum((held.maintenance_margin for held in (*movers, *against)), ZERO)
    return _Backing(movers, equity or ZERO, row.mark, (need or ZERO) - own, against)


def _against(frame: Frame, movers: tuple[PositionFrame, ...]) -> tuple[PositionFrame, ...]:
    """The positions of other markets that are netted with these."""
    pool = {r.index: r.position for r in frame.positions if _on_pool(frame, r)}
    own = {mover.index for mover in movers}
    netted = [
        i
        for sides in opposed(pool, frame.book.profile.netting)
        if own & {*sides.longs, *sides.shorts}
        for i in (*sides.longs, *sides.shorts)
        if i not in own
    ]
    return tuple(frame.row(i) for i in netted)


def _moves_along(frame: Frame, row: PositionFrame, other: PositionFrame) -> bool:
    return other.position.market == row.position.market and _on_pool(frame, other)


def _on_pool(frame: Frame, row: PositionFrame) -> bool:
    return not row.ended and not frame.book.has_bucket(row.position)


def _liquidation(frame: Frame, row: PositionFrame, backing: _Backing) -> Reason:
    money = frame.book.amounts_for(row.position)
    at = row.liquidation_price
    if at is None:
        return Reason(_LIQUIDATION, _LINE, "no price of this market liquidates it: none")
    exact, seen = fine(at), f"P = {_seen(at, price(row.liquidation_price_shown, _tick(frame, row)))}"
    equity = f"{backing.words_at(exact, money)} = {money(backing.equity_at(at))}"
    need = _need(frame, backing, at)
    line = _LINE + (_whose_turn(frame) if _on_pool(frame, row) else "")
    return Reason(_LIQUIDATION, line, f"{seen}: equity {equity}, maintenance margin {need}", dated(frame, row))


def _whose_turn(frame: Frame) -> str:
    """That the price of a pool of several positions need not end the one that is looked at."""
    several = sum(_on_pool(frame, row) for row in frame.positions) > 1
    return "; the venue's order decides which position of the pool is closed first" if several else ""


def _of_assets(frame: Frame, row: PositionFrame) -> tuple[Reason, Reason]:
    """Liquidation and bankruptcy price of a position that several assets back."""
    shown = price(row.liquidation_price_shown, _tick(frame, row))
    line = "the mark P where what the assets count = the maintenance margins; collateral in this coin moves with it"
    along = [market for market in with_mates(frame.book, {row.position.market: ONE}) if market != row.position.market]
    line += f", and {', '.join(along)}" if along else ""
    line += _whose_turn(frame)
    at = row.liquidation_price
    put = "no price of this market liquidates it: none" if at is None else f"P = {_seen(at, shown)}"
    zero, end = "the mark P where nothing of what the assets count is left", row.bankruptcy_price
    gone = (
        "no price of this market uses it up: none"
        if end is None
        else f"P = {_seen(end, price(end, _tick(frame, row)))}"
    )
    source = dated(frame, row)
    return Reason(_LIQUIDATION, line, put, source), Reason("bankruptcy price", zero, gone, source)


_AT_ZERO = "a long loses no more than at a mark of zero"


def _worst_of_assets(frame: Frame, row: PositionFrame) -> Reason:
    pools = frame.book.pools_assets
    money = IN_USD if pools else frame.book.amounts_for(row.position)
    reach = "what the pool's assets are worth, less debts, at the opening prices" if pools else "balance of the pool"
    least = "a short loses no more than it is worth at its entry" if row.position.inverse else _AT_ZERO
    formula = f"{reach}; {least}" if row.position.exposure > 0 else reach
    return Reason("worst case", formula, f"= {money(row.worst_case)}", uncounted(frame.acted_on))


def _seen(exact: Decimal, shown: str) -> str:
    """A price with its digits, and as it is shown where that is another."""
    return shown if fine(exact) == shown else f"{fine(exact)}, shown as {shown}"


def _need(frame: Frame, backing: _Backing, mark: Decimal) -> str:
    """The maintenance margin with the market at a mark."""
    money = frame.book.amounts_for(backing.movers[0].position)
    profile, book = frame.book.profile, frame.book
    market = backing.movers[0].position.market
    rows = {row.index: row for row in (*backing.movers, *backing.against)}

    def need(index: int) -> Decimal:
        row = rows[index]
        at = mark if row.position.market == market else row.mark
        return maintenance_margin(row.position, profile, book.market_of(row.position).ladder, at)

    free = free_legs({index: row.position for index, row in rows.items()}, profile.netting, need)
    own = sum((need(index) for index in rows if index not in free), ZERO)
    if not backing.others:
        return money(own)
    return added(money, backing.others, own)


def _bankruptcy(frame: Frame, row: PositionFrame, backing: _Backing) -> Reason:
    pooled = not frame.book.has_bucket(row.position)
    start, what = ("mark", "pool equity") if pooled else ("entry", "cash behind it")
    signed = "signed quantity of the market" if pooled else "signed quantity"
    kind = row.position.kind
    formula = bankruptcy_formula(kind, start, what, signed)
    if row.bankruptcy_price is None:
        return Reason("bankruptcy price", formula, "no price of this market uses its cash up: none")
    seen = _seen(row.bankruptcy_price, price(row.bankruptcy_price, _tick(frame, row)))
    # what orders hold is lost last, though the venue may leave it out of the equity it tests
    held = frame.account.reserved if pooled and frame.book.profile.order_counts else ZERO
    put = bankruptcy_words(kind, backing.anchor, backing.cash + held, backing.net)
    return Reason("bankruptcy price", formula, f"{put} = {seen}")


def bankruptcy_formula(kind: Kind, start: str, cash: str, net: str) -> str:
    """The price at which this cash is lost by a signed quantity, counted from a price."""
    return f"1 ÷ (1 ÷ {start} + {cash} ÷ {net})" if kind is Kind.INVERSE else f"{start} − {cash} ÷ {net}"


def bankruptcy_words(kind: Kind, start: Decimal, cash: Decimal, net: Decimal) -> str:
    """The same with its numbers put in."""
    # a cent of the cash is as much of the price as the quantity is small
    return bankruptcy_formula(kind, fine(start), fine(cash), grouped(net).replace("-", "−"))


def _joint(frame: Frame, row: PositionFrame) -> Reason:
    title = "joint liquidation, with all markets moving"
    formula = "this market's mark at the first event on the glide that closes or reduces it, earlier events applied"
    if row.joint_trigger is None:
        return Reason(title, formula, "nothing on the glide closes or reduces it: none", dated(frame, row))
    opening = frame.book.market_of(row.position).mark
    tick = _tick(frame, row)
    moved = percent(row.joint_trigger / opening - 1, plus="+")
    put = f"{price(row.joint_trigger, tick)}, {moved} from the mark of {price(opening, tick)}"
    return Reason(title, formula, put, dated(frame, row))


def _worst(frame: Frame, row: PositionFrame) -> Reason:
    money = frame.book.amounts_for(row.position)
    position, book, result = row.position, frame.acted_on, money(row.worst_case)
    opened = next((held for held in book.positions if held.id == position.id), None)
    if opened is None:
        return Reason("worst case", "an order opens this position on the way: nothing is at risk yet", f"= {result}")
    if position.mode is Mode.ISOLATED and not position.auto_margin:
        return Reason("worst case", "isolated: the margin", f"= {result}")
    value = f"{grouped(opened.quantity)} {TIMES[position.kind]} {price(opened.entry)}"
    if position.mode is Mode.ISOLATED:
        formula = "isolated: the margin and what it can draw by itself, at most its value at entry"
        drawn = f"{money(opened.margin)} + {money(max(ZERO, book.free_in(book.coin_of(opened))))}"
        most = money(worth(opened.kind, opened.quantity, opened.entry))
        return Reason("worst case", formula, f"{drawn}, up to {value} = {most}: {result}")
    if book.coins:
        return _worst_of_assets(frame, row)
    reach, cash = "pool cash", money(book.pool_cash)
    if book.top_up:
        reach, cash = "margin + unused", f"{money(opened.margin)} + {money(max(ZERO, book.unused))}"
    if position.exposure <= 0:
        return Reason("worst case", f"cross: {reach}", f"{cash} = {result}" if book.top_up else f"= {result}")
    end = "as the mark rises without end" if position.inverse else "at a mark of zero"
    formula = f"cross: the smaller of {reach} and the loss {end}"
    return Reason("worst case", formula, f"the smaller of {cash} and {value}: {result}")


def _tick(frame: Frame, row: PositionFrame) -> Decimal | None:
    return frame.book.market_of(row.position).grid
