"""Why a margin beside another is not the same figure: one of a mark and one of an entry, a whole and a share of it."""

from __future__ import annotations

from collections.abc import Iterator

from isocross.account.book import Mode
from isocross.cascade.asset_payers import margins_asked, splits_margins
from isocross.cascade.ledger import Ledger
from isocross.figures.frame import Frame
from isocross.format import named_amounts
from isocross.money import ZERO, exact
from isocross.rules.profile import Basis


@exact
def margin_remarks(frame: Frame) -> tuple[str, ...]:
    """Sentences about the margins of a frame that its figures alone leave open."""
    loses = any(row.position.mode is Mode.CROSS and not row.ended and row.paid_by.total for row in frame.positions)
    return tuple(filter(None, (_at_the_mark(frame), own_margin_words(frame) if loses else "", *_borrowed(frame))))


def own_margin_words(frame: Frame) -> str:
    """Say that the own margins are shares of the cash there is, where margins ask for more; empty where they do not."""
    book, ledger = frame.book, Ledger.after(frame.book, frame.events)
    if not splits_margins(ledger):
        return ""
    short = []
    for coin in book.coin_names:
        asked, cash = margins_asked(ledger, coin)
        wanted = sum(asked.values(), ZERO)
        if wanted > cash:
            money = named_amounts(book.name_of(coin))
            short.append(f"{money(max(ZERO, cash))} for cross margins of {money(wanted)}")
    return f"Own margin is a share of the cash there is: {', '.join(short)}." if short else ""


def _borrowed(frame: Frame) -> Iterator[str]:
    """Say of each asset what is owed because isolated margins take more than there is."""
    for asset in frame.account.assets:
        if asset.cash < ZERO <= asset.balance:
            money = named_amounts(asset.name)
            margins, held, owed = map(money, (asset.balance - asset.cash, asset.balance, -asset.cash))
            yield f"Isolated margins of {margins} are more than the balance of {held}: the account owes {owed}."


def _at_the_mark(frame: Frame) -> str:
    """Say that the initial margin follows the mark and the margin of a position does not; empty where they agree."""
    if frame.book.profile.cross_initial_basis is not Basis.MARK:
        return ""
    pooled = (row for row in frame.positions if not row.ended and not frame.book.has_bucket(row.position))
    apart = any(row.initial_margin not in {ZERO, row.margin} for row in pooled)
    return "Initial margin is at the marks; the margin of each cross position is at its entry." if apart else ""
