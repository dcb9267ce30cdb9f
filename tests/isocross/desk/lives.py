"""Random lives of an account: moves, shocks, venues, undo; after each step it is held against a second opinion.

The second opinion is the stepping referee and formulas of its own: nothing here asks the engine what is right.
"""

from __future__ import annotations

import decimal
from collections import Counter
from decimal import ROUND_CEILING, Decimal
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from isocross.account.book import Book, Mode, Position
from isocross.cascade.ledger import Ledger
from isocross.cascade.solver import solve, solve_gap
from isocross.cascade.timeline import Timeline
from isocross.desk import selectors
from isocross.desk.actions.account import AddMargin, Flip, MoveCash, Reduce, SetLeverage
from isocross.desk.actions.shock import Select, ShockTo
from isocross.desk.actions.venue import SetVenue
from isocross.desk.state import State, content, restored
from isocross.desk.store import Store
from isocross.money import CONTEXT, MONEY_GRID, ONE, ZERO
from isocross.paths.glide import Glide
from isocross.rules.profile import Basis
from isocross.workspace import load_text
from tests.brute.stepping import gap_to, maintenance, open_profit, walk
from tests.isocross.cascade.test_against_stepping import TOUCHES, agree

D = Decimal
VENUES = ("guide", "coinex", "binance", "binance", "guide", "coinex")
RESIDUALS = ("fund", "fund", "user")
"""Who keeps what a taken position leaves."""
MARKETS = {"BTCUSDT": (D(60000), D("0.05")), "ETHUSDT": (D(3000), D(1)), "SOLUSDT": (D(150), D(20))}
"""Opening mark, and a quantity worth about 3,000."""
LEVERAGES = (2, 3, 5, 10, 20, 20)
SHARES = tuple(D(n) / 8 for n in range(1, 10))
ENTRIES = (D("0.95"), D("0.99"), ONE, ONE, D("1.01"), D("1.05"), D("1.05"))
WALLETS = (D("1.0"), D("1.1"), D("1.4"), D(2), D(4))
ENDS = tuple(D(n) / 10 for n in (-9, -7, -5, -4, -3, -2, 3, 6, 12, 20))
TINY = D("1e-25")

positions = st.tuples(
    st.sampled_from(sorted(MARKETS)),
    st.sampled_from(("long", "long", "short")),
    st.sampled_from(("cross", "cross", "isolated")),
    st.sampled_from(SHARES),
    st.sampled_from(ENTRIES),
    st.sampled_from(LEVERAGES),
)
betas = st.fixed_dictionaries({symbol: st.sampled_from((ZERO, D("0.5"), ONE, ONE, D(2))) for symbol in MARKETS})


def account(venue: str, residual: str, held: list[tuple[Any, ...]], part: Decimal, fund: Decimal | None) -> str:
    """A workspace whose wallet is some times its margins, its markets with two tiers of their own."""
    text, margins = "", ZERO
    for n, (symbol, side, mode, share, entry, leverage) in enumerate(held):
        mark, size = MARKETS[symbol]
        margins += size * share * mark * entry / leverage
        text += (
            f'[[positions]]\nid = "p{n}"\nmarket = "{symbol}"\nside = "{side}"\nmode = "{mode}"\n'
            f"quantity = {size * share:f}\nentry = {mark * entry:f}\nleverage = {leverage}\n"
        )
    for symbol, (mark, size) in MARKETS.items():
        border = size / 2 if venue == "coinex" else D(1200)
        text += (
            f'[[markets]]\nsymbol = "{symbol}"\nmark = {mark:f}\ntiers = [\n'
            f"  {{ from = 0, rate = 0.005, max_leverage = 100 }},\n"
            f"  {{ from = {border:f}, rate = 0.02, max_leverage = 25 }},\n]\n"
        )
    limited = "" if fund is None else f"fund = {(margins * fund).quantize(D('0.01')):f}\n"
    wallet = (margins * part).quantize(D("0.01"), rounding=ROUND_CEILING) + ONE
    rules = f'[venue]\nprofile = "{venue}"\nresidual = "{residual}"\n'
    return f"format = 1\nwallet = {wallet:f}\n{limited}{rules}{text}"


class Life(RuleBasedStateMachine):
    """One account, from one move to the next."""

    tally: ClassVar[Counter[str]] = Counter()
    """What all lives together came to see."""

    def __init__(self) -> None:
        super().__init__()
        self.context = decimal.getcontext()
        decimal.setcontext(CONTEXT)
        self.store: Store[State] | None = None

    def teardown(self) -> None:
        decimal.setcontext(self.context)

    @initialize(
        venue=st.sampled_from(VENUES),
        residual=st.sampled_from(RESIDUALS),
        held=st.lists(positions, min_size=2, max_size=4),
        part=st.sampled_from(WALLETS),
        fund=st.sampled_from((None, ZERO, D("0.01"), D("0.2"))),
    )
    def open(self, venue, residual, held, part, fund):
        workspace = load_text(account(venue, residual, held, part, fund))
        self.store = Store(State.opened(workspace), restore=restored, part=lambda state: state.moment)

    # --- what it is held against -------------------------------------------------------------

    @property
    def state(self) -> State:
        assert self.store is not None
        return self.store.state

    @property
    def book(self) -> Book:
        return selectors.book(self.state)

    def position(self, n: int) -> Position:
        return self.book.positions[n % len(self.book.positions)]

    def mark(self, position: Position) -> Decimal:
        return MARKETS[position.market][0]

    def margin_needed(self, position: Position, mark: Decimal) -> Decimal:
        profile = self.book.profile
        need = maintenance(position, self.book.markets[position.market], profile.maintenance_basis, mark)
        return need + position.quantity * mark * profile.close_fee

    def initial(self, position: Position, at: Decimal | None = None) -> Decimal:
        price = position.entry if at is None else at
        return (position.quantity * price / position.leverage).quantize(MONEY_GRID, rounding=ROUND_CEILING)

    def pool(self, book: Book) -> tuple[Decimal, Decimal, Decimal]:
        """Cash outside isolated buckets, equity and initial margins of the cross positions, at the opening."""
        cross = [p for p in book.positions if p.mode is Mode.CROSS]
        cash = book.wallet - sum((p.margin for p in book.positions if p.mode is Mode.ISOLATED), ZERO)
        equity = cash + sum((open_profit(p, self.mark(p)) for p in cross), ZERO)
        at_mark = book.profile.cross_initial_basis is Basis.MARK
        return cash, equity, sum((self.initial(p, self.mark(p) if at_mark else None) for p in cross), ZERO)

    def do(self, action: Any, position: Position | None = None) -> bool:
        """Whether it was done; what is refused changes nothing and says so."""
        assert self.store is not None
        if position is not None:
            self.store.dispatch(Select(position.id))
        before = self.state
        self.store.dispatch(action)
        done = content(self.state.workspace) != content(before.workspace)
        if not done:
            assert self.state.moment == before.moment
            assert self.state.message.text
        return done

    # --- moves -------------------------------------------------------------------------------

    @rule(n=st.integers(0, 3), times=st.sampled_from((1, 2, 3, 4)))
    def flip(self, n, times):
        for _ in range(times):
            self.flip_once(n)

    def flip_once(self, n):
        before, old = self.book, self.position(n)
        done = self.do(Flip(), old)
        assert done == self.may_flip(before, old)
        if not done:
            return
        new = self.book.positions[self.book.index_of(old.id)]
        assert new.mode is old.mode.other
        assert self.book.wallet == before.wallet
        self.tally[f"flips to {new.mode}"] += 1
        if before.top_up:
            assert new.margin == old.margin
        elif new.mode is Mode.ISOLATED:
            loss = max(ZERO, -open_profit(old, self.mark(old))).quantize(MONEY_GRID, rounding=ROUND_CEILING)
            assert new.margin == self.initial(old) + loss

    def may_flip(self, book: Book, old: Position) -> bool:
        """After a flip: cash and initial margins of the pool hold, and neither position nor pool is at its line."""
        loss = max(ZERO, -open_profit(old, self.mark(old))).quantize(MONEY_GRID, rounding=ROUND_CEILING)
        to_isolated = old.mode is Mode.CROSS
        bucket = old.margin if book.top_up else self.initial(old) + loss
        new = Position(
            old.id, old.market, old.side, old.mode.other, old.quantity, old.entry, old.leverage,
            bucket if to_isolated or book.top_up else None,
        )  # fmt: skip
        after = book.with_position(new)
        cash, equity, needed = self.pool(after)
        if to_isolated and (cash < 0 or (not book.top_up and equity < needed)):
            return False
        profit, need = open_profit(new, self.mark(new)), self.margin_needed(new, self.mark(new))
        if to_isolated or book.top_up:
            reach = max(ZERO, after.wallet - sum((p.margin for p in after.positions), ZERO))
            if bucket + (ZERO if to_isolated else reach) + profit <= need:
                return False
        cross = [p for p in after.positions if p.mode is Mode.CROSS]
        return book.top_up or not cross or equity > sum((self.margin_needed(p, self.mark(p)) for p in cross), ZERO)

    @rule(n=st.integers(0, 3), share=st.sampled_from(SHARES))
    def margin(self, n, share):
        old = self.position(n)
        amount = (self.initial(old) * share).quantize(D("0.01"))
        before = self.book
        if self.do(AddMargin(amount), old):
            new = self.book.positions[before.index_of(old.id)]
            assert new.margin == old.margin + amount
            assert self.book.wallet == before.wallet
            self.tally["margin added"] += 1

    @rule(n=st.integers(0, 3), share=st.sampled_from(SHARES))
    def less_margin(self, n, share):
        old = self.position(n)
        amount = (old.margin * share).quantize(D("0.01"))
        before = self.book
        if self.do(AddMargin(-amount), old):
            new = self.book.positions[before.index_of(old.id)]
            assert new.margin == old.margin - amount
            assert new.margin + min(ZERO, open_profit(old, self.mark(old))) >= self.margin_needed(old, self.mark(old))
            self.tally["margin removed"] += 1

    @rule(n=st.integers(0, 3), leverage=st.sampled_from(LEVERAGES))
    def leverage(self, n, leverage):
        old = self.position(n)
        if self.do(SetLeverage(D(leverage)), old):
            new = self.book.positions[self.book.index_of(old.id)]
            assert new.initial_margin == self.initial(new)
            self.tally["leverage"] += 1

    @rule(n=st.integers(0, 3), share=st.sampled_from(SHARES[:6]))
    def reduce(self, n, share):
        old = self.position(n)
        part = old.quantity * share
        before = self.book
        if len(before.positions) > 1 and self.do(Reduce(part), old):
            fee = (part * self.mark(old) * before.profile.taker_fee).quantize(MONEY_GRID)
            gained = (open_profit(old, self.mark(old)) * share).quantize(MONEY_GRID) - fee
            assert abs(self.book.wallet - before.wallet - gained) <= MONEY_GRID

    @rule(share=st.sampled_from(SHARES), out=st.booleans())
    def cash(self, share, out):
        before = self.book
        amount = (before.wallet * share / 2).quantize(D("0.01"))
        if self.do(MoveCash(-amount if out else amount)):
            assert self.book.wallet == before.wallet + (-amount if out else amount)
            assert self.pool(self.book)[0] >= 0 or not out

    @rule(venue=st.sampled_from(VENUES))
    def venue(self, venue):
        if venue != self.book.profile.id:
            self.do(SetVenue(venue))

    @rule()
    def undo(self):
        assert self.store is not None
        before = self.state.moment
        if self.store.undo():
            assert self.store.redo()
            assert self.state.moment == before
            self.store.undo()
            self.tally["undone"] += 1

    # --- shocks ------------------------------------------------------------------------------

    @rule(end=st.sampled_from(ENDS))
    def shock(self, end):
        assert self.store is not None
        self.store.dispatch(ShockTo(end))

    @rule(end=st.sampled_from(ENDS), betas=betas)
    def glide(self, end, betas):
        self.held_against_the_referee(end, betas, "glide")

    @rule(end=st.sampled_from(ENDS), betas=betas)
    def gap(self, end, betas):
        self.held_against_the_referee(end, betas, "gap")

    @rule(end=st.sampled_from((*ENDS[:5], D(1), D(2))))
    def crash(self, end):
        for way in ("glide", "gap"):
            self.held_against_the_referee(end, dict.fromkeys(MARKETS, ONE), way)

    def held_against_the_referee(self, end, betas, way):
        path = Glide.common(self.book, betas, 1 if end > 0 else -1)
        if way == "gap":
            marks = {s: m.mark * (1 + betas[s] * end) for s, m in self.book.markets.items()}
            timeline, walked = solve_gap(self.book, path, abs(end)), gap_to(self.book, marks, abs(end))
        else:
            walked = walk(self.book, path.slopes, abs(end), steps=8)
            timeline = solve(self.book, path, abs(end))
        if walked.narrowest > TOUCHES:
            agree(timeline, walked)
            self.count(timeline)
            # a place is rounded outward: what happened on the way was due there, and no sooner
            assert way == "gap" or all(
                event.figures.equity <= event.figures.maintenance_margin for event in timeline.events if event.place
            )

    def count(self, timeline: Timeline) -> None:
        self.tally.update(event.kind.value for event in timeline.events)
        for event in timeline.events:
            assert sum((leg.amount for leg in event.postings), ZERO) == 0
            if event.paid_by is not None:
                paid = event.paid_by
                assert min(paid.own_margin, paid.unused, paid.others, paid.fund) >= 0
                loss = max(ZERO, event.amount)
                assert abs(paid.total - loss - (paid.fund if event.source != "pool" else ZERO)) <= MONEY_GRID
        ledger = Ledger.after(timeline.book, timeline.events)
        assert ledger.total == Ledger(timeline.book).total
        for index, position in enumerate(timeline.book.positions):
            if not ledger.is_open[index]:
                assert ledger.margins[index] == 0
            elif position.mode is Mode.ISOLATED:
                assert ledger.margins[index] == position.margin

    # --- figures -----------------------------------------------------------------------------

    @precondition(lambda self: self.store is not None)
    @invariant()
    def every_figure_is_what_the_formulas_give(self):
        frame = selectors.frame(self.state)
        alive = [row for row in frame.positions if row.death is None]
        for row in alive:
            assert row.unrealised_pnl == open_profit(row.position, row.mark)
            assert row.maintenance_margin == self.margin_needed(row.position, row.mark)
        account = frame.account
        assert account.equity == account.wallet + sum((row.unrealised_pnl for row in alive), ZERO)
        opening = self.book.wallet + (self.book.fund or ZERO)
        assert account.wallet + account.fund + account.fees + account.counterparty == opening
        if any(event.place == frame.place for event in frame.events):
            # its triggers are those before what happens here
            return
        if self.book.profile.maintenance_basis is Basis.MARK:
            for row in alive:
                if row.liquidation_price is not None and row.liquidation_price != row.mark:
                    self.meets_the_line(frame, row)

    def meets_the_line(self, frame, row):
        """On the mark's side of its liquidation price g has one sign, beyond it the other."""
        toward = row.liquidation_price + (TINY if row.mark > row.liquidation_price else -TINY)
        beyond = row.liquidation_price - (TINY if row.mark > row.liquidation_price else -TINY)
        here, there = self.surplus(frame, row, toward), self.surplus(frame, row, beyond)
        assert (here > 0) != (there > 0) or min(abs(here), abs(there)) < D("1e-18")

    def surplus(self, frame, row, price: Decimal) -> Decimal:
        """g of what the position stands on, its market at another price."""
        alive = [other for other in frame.positions if other.death is None]
        if self.book.has_bucket(row.position):
            cash = row.margin + (max(ZERO, frame.account.unused) if row.position.mode is Mode.CROSS else ZERO)
            on_it = [row]
        else:
            buckets = (other.margin for other in alive if other.position.mode is Mode.ISOLATED)
            cash = frame.account.wallet - sum(buckets, ZERO)
            on_it = [other for other in alive if other.position.mode is Mode.CROSS]
        for other in on_it:
            mark = price if other.position.market == row.position.market else other.mark
            cash += open_profit(other.position, mark) - self.margin_needed(other.position, mark)
        return cash
