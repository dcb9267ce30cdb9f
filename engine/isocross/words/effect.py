"""What something that was done did, in one line: the prices of the selected position, of the worst other one, cash."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from isocross.account.book import market_names
from isocross.figures.frame import Frame, Liquidation, PositionFrame
from isocross.format import IN_USD, amounts_in, brief, percent
from isocross.money import ZERO, exact

_ENDED = {Liquidation.DONE: "liquidated", Liquidation.CLOSED: "closed"}


@exact
def effect_words(before: Frame, after: Frame, selected: str | None) -> str:
    """Set what changed side by side, such as `BTC  liq 39,034 → 46,376 · away 29 % → 16 % · available 603 → 103`.

    Args:
        before: the account at the cursor before something was done.
        after: the same after it.
        selected: id of the position that is looked at; it is told also where nothing of it changed.
    """
    earlier = {row.position.id: row for row in before.positions}
    told = []
    for row in (after.of(selected), _worst_other(earlier, after, selected)):
        if row is not None:
            became = _of_row(earlier.get(row.position.id), row, after)
            apart = "  " if became.startswith("liq ") else " "
            told.append(f"{market_names(after.book)[row.index]}{apart}{became}")
    return " · ".join((*told, *_available(before, after), *_counts(before, after), *_owed(before, after)))


def _worst_other(earlier: dict[str, PositionFrame], after: Frame, selected: str | None) -> PositionFrame | None:
    """Of the others that changed the one that is nearest to its end, or has come to it."""
    changed = (
        row
        for row in after.positions
        if row.position.id != selected
        and (old := earlier.get(row.position.id)) is not None
        and (old.liquidation, old.liquidation_price, old.distance)
        != (row.liquidation, row.liquidation_price, row.distance)
    )
    return min(changed, key=_nearness, default=None)


def _nearness(row: PositionFrame) -> tuple[bool, bool, Decimal]:
    return not row.ended, row.distance is None, row.distance or Decimal(0)


def _of_row(old: PositionFrame | None, new: PositionFrame, frame: Frame) -> str:
    tick = frame.book.market_of(new.position).grid

    def price(row: PositionFrame) -> str:
        return _ENDED.get(row.liquidation) or f"liq {brief(row.liquidation_price_shown, tick)}"

    before = None if old is None else price(old)
    if new.ended or old is None or old.ended:
        told = _then(before, price(new))
        # what has ended stood at no distance
        return told if new.ended else f"{told} · {_away(new)} {percent(new.distance, 0)}"
    told = _then(before, price(new).removeprefix("liq ") if before != price(new) else price(new))
    away = old.distance
    places = 1 if away is not None and new.distance is not None and abs(away - new.distance) < Decimal("0.01") else 0
    apart = percent(away, places), percent(new.distance, places)
    if away is None or new.distance is None or old.joint_is_nearer == new.joint_is_nearer:
        # a position with no distance at all has none to the joint liquidation either
        kind = _away(old) if new.distance is None else _away(new)
        return f"{told} · {kind} {_then(*apart)}"
    return f"{told} · {_away(old)} {apart[0]} → {_away(new)} {apart[1]}"


def _away(row: PositionFrame) -> str:
    """What the distance is to: the joint liquidation is named, the liquidation price stands before it."""
    return "joint away" if row.joint_is_nearer else "away"


def _available(before: Frame, after: Frame) -> Iterator[str]:
    old, new = before.account.available, after.account.available
    if old != new:
        money = after.book.amounts
        yield f"available {money(old)} → {money(new)}"


def _counts(before: Frame, after: Frame) -> Iterator[str]:
    """What the assets count, in USD, where that changed."""
    old, new = (sum((asset.counted for asset in frame.account.assets), ZERO) for frame in (before, after))
    if old != new:
        yield f"assets count {_then(IN_USD(old), IN_USD(new))}"


def _owed(before: Frame, after: Frame) -> Iterator[str]:
    """What is owed of each asset, isolated margins apart, where that changed."""
    old = {asset.name: max(ZERO, -asset.cash) for asset in before.account.assets}
    for asset in after.account.assets:
        owed, money = max(ZERO, -asset.cash), amounts_in(asset.name)
        if owed != old.get(asset.name, ZERO):
            yield f"owes {_then(money(old.get(asset.name, ZERO)), money(owed))} {asset.name}"


def _then(old: str | None, new: str) -> str:
    """A figure before and after; one that is new, or the same, is told once."""
    return new if old in {None, new} else f"{old} → {new}"
