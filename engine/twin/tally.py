"""What one variant of an account comes to at a shock."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from engine.cascade.events import Event, EventKind
from engine.cascade.ledger import Ledger
from engine.curves import equity_of
from engine.frame import Frame
from engine.money import ZERO, exact
from engine.numbers import Amounts
from engine.path import Ray
from engine.scene import Scene, Shock, market_names


@dataclass(frozen=True)
class Fall:
    """Where a position ends."""

    position: str
    """Its id."""
    name: str
    """What it is called."""
    move: Decimal
    """The common move; of per-market shocks the fraction of the way."""
    mark: Decimal | None
    """Mark of its market there."""
    happened: bool
    """False: further than the shock goes."""


@dataclass(frozen=True)
class Tally:
    """The figures of one variant at the end of a shock; amounts in the account's currency.

    `wallet` at the opening − `lost` + `open_pnl` = `equity`.
    """

    frame: Frame
    equity: Decimal
    lost: Decimal
    """Cash that is gone for good: the wallet at the opening less the wallet now; negative: cash was gained."""
    open_pnl: Decimal
    """Unrealised PnL of what is still open; negative is a loss."""
    worst_case: Decimal
    """The most that can be lost from the opening (design §3)."""
    fund_paid: Decimal
    """What the insurance fund paid for holes, what it took from takeovers not counted."""
    if_back: Decimal
    """Equity with every mark back at its opening: what was liquidated stays so, and nothing falls on the way back."""
    survivors: int
    """Positions that are open, smaller ones included."""
    first_fall: Fall | None
    """The first position to end on the whole glide; None: none does."""

    @property
    def amounts(self) -> Amounts:
        """How amounts of it are written."""
        return self.frame.book.amounts

    @property
    def positions(self) -> int:
        """How many positions the account had."""
        return len(self.frame.positions)

    @property
    def liquidated(self) -> tuple[str, ...]:
        """Ids of the positions that ended, in file order."""
        return tuple(row.position.id for row in self.frame.positions if row.death is not None)


@exact
def tally(scene: Scene, shock: Shock) -> Tally:
    """Work out the figures of a scene at the end of a shock."""
    frame = scene.frame(shock)
    account, book = frame.account, frame.book
    opening = {symbol: market.mark for symbol, market in book.markets.items()}
    paid = (event.amount for event in frame.events if event.kind is EventKind.FUND)
    return Tally(
        frame=frame,
        equity=account.equity,
        lost=book.wallet - account.wallet,
        open_pnl=account.equity - account.wallet,
        worst_case=account.worst_case,
        fund_paid=sum(paid, ZERO),
        if_back=equity_of(Ledger.after(book, frame.events), opening),
        survivors=sum(row.death is None for row in frame.positions),
        first_fall=_first_fall(scene, frame, shock),
    )


def _first_fall(scene: Scene, frame: Frame, shock: Shock) -> Fall | None:
    """The first that fell; where none did, the first that would further on."""
    fell = next((event for event in frame.events if event.kind is EventKind.LIQUIDATION), None)
    if fell is not None:
        return _fall(fell, frame, scene.timeline(shock).ray, happened=True)
    whole = scene.whole(shock)
    ahead = (e for e in whole.happened if e.kind is EventKind.LIQUIDATION and e.place > frame.place)
    event = next(ahead, None)
    return None if event is None else _fall(event, frame, whole.ray, happened=False)


def _fall(event: Event, frame: Frame, ray: Ray, *, happened: bool) -> Fall | None:
    if event.position is None:
        return None
    name = market_names(frame.book)[event.position]
    id = frame.book.positions[event.position].id
    return Fall(id, name, ray.move(event.place), event.mark, happened)
