"""What a venue states of an account beside what is worked out here, position by position and as a whole."""

from __future__ import annotations

from collections.abc import Iterator

from isocross.exchange.account import Account, Kind
from isocross.figures.agreement import Compared, all_compared, standings_of
from isocross.figures.asset_sums import compared_asset, compared_pool
from isocross.figures.sums import TITLES, compared_sum
from isocross.workspace.build import book_of
from isocross.workspace.model import Workspace


def compare(workspace: Workspace, account: Account) -> Iterator[tuple[str, Compared]]:
    """Tell every figure that the venue states beside ours, with what it is of."""
    yield from _positions(workspace, account)
    yield from _sums(workspace, account)


def _positions(workspace: Workspace, account: Account) -> Iterator[tuple[str, Compared]]:
    """Every figure of a position, and why the two differ."""
    found = all_compared(book_of(workspace))
    for index, (holding, position) in enumerate(zip(account.holdings, workspace.positions, strict=True)):
        for each in found.get(index, ()):
            account.note(Kind.COMPARED, holding.place, f"{position.market} {each.told}")
            yield position.market, each


def _sums(workspace: Workspace, account: Account) -> Iterator[tuple[str, Compared]]:
    """Every figure of the whole account, of its cross positions, or of one asset."""
    book = book_of(workspace)
    if not workspace.positions and not book.coins:
        return
    standings, partial = standings_of(book), account.partial or not workspace.positions
    for each in (*account.sums, *account.assets.sums):
        if not book.coins and each.currency == workspace.currency:
            of = "the cross positions" if each.pool else "the account"
            found = compared_sum(standings, each.figure, each.value, each.pool, partial)
        elif book.coins and not each.currency:
            of = "all assets"
            found = compared_pool(standings, each.figure, each.value, partial)
        elif book.coins and any(coin.name == each.currency for coin in book.coins):
            of = each.currency
            found = compared_asset(standings, each.currency, each.figure, each.value, partial)
        else:
            continue
        account.note(Kind.COMPARED, each.place, f"{TITLES[each.figure]} of {of}: {found.words}")
        yield of, found
