"""Who pays a loss where several assets are behind a pool: own margin, unused cash, a loan, other positions, the fund.

Margins are allotted of the cash of what positions settle in, in proportion where it is less than they ask for.
Overflows are met from unused cash of that asset, then from what is borrowed against the others: what they count, less
other debts. The rest is met by the other positions' profit and margin, then the fund. All is worked out in USD.

What dead positions used is gone from the cash, and a sale of collateral repays it: cash is taken as it is. Debts
beyond all other assets come off the others' profit and margin first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from decimal import Decimal

from isocross.account.assets import counted
from isocross.account.margin import unrealised_pnl
from isocross.cascade.ledger import Ledger
from isocross.cascade.sources import Amounts, PoolPayers, charge, cut, total
from isocross.money import ZERO, posting
from isocross.records import dataclass


@dataclass
class _Settled:
    """The open cross positions that settle in one asset, in USD."""

    margins: Amounts
    unused: Decimal
    """Cash beyond the margins; below zero a debt."""
    own: Amounts = field(default_factory=dict)
    overflow: Amounts = field(default_factory=dict)

    def lose(self, index: int, loss: Decimal) -> Decimal:
        """Let a position lose this much; what of it is its own margin's."""
        self.own[index] = min(loss, self.margins[index])
        self.overflow[index] = loss - self.own[index]
        return self.own[index]


def payers_of_assets(
    ledger: Ledger, marks: Mapping[str, Decimal], final: Mapping[int, Decimal] | None = None
) -> PoolPayers:
    """Attribute the losses of the open cross positions of a pool that all assets back.

    Args: those of `pool_payers`.
    """
    book = ledger.book
    price = {coin: book.coin_price(coin, marks) for coin in book.coin_names}
    settled = {coin: _settled(ledger, coin, price[coin]) for coin in book.coin_names}
    spare = {i: margin for each in settled.values() for i, margin in each.margins.items()}
    profit: Amounts = {}
    for i in book.in_turn(spare):
        position, each = ledger.positions[i], settled[ledger.coin_of(i)]
        pnl = final[i] if final and i in final else unrealised_pnl(position, marks[position.market])
        worth = pnl * price[ledger.coin_of(i)]
        if worth > ZERO:
            profit[i] = worth
        elif worth < ZERO:
            spare[i] -= each.lose(i, -worth)
    own = {i: amount for each in settled.values() for i, amount in each.own.items()}
    owed_by_fund = sum((ledger.owed_in(coin) * price[coin] for coin in book.coin_names), ZERO)
    charge(-_room(ledger, price, settled, {}) - owed_by_fund, (profit, spare))
    overflow = {i: lost for each in settled.values() for i, lost in each.overflow.items() if lost > ZERO}
    from_unused = _from_unused(settled)
    lent = _lent(ledger, price, settled, from_unused)
    to_meet = {i: max(ZERO, lost - from_unused.get(i, ZERO) - lent.get(i, ZERO)) for i, lost in overflow.items()}
    from_others = cut(min(total(to_meet), total(profit) + total(spare)), to_meet)
    unused = settled[""].unused - sum((from_unused.get(i, ZERO) for i in settled[""].margins), ZERO)
    worth_of = {i: price[ledger.coin_of(i)] for i in spare}
    return PoolPayers(
        open=list(spare),
        own=_in_coin(own, worth_of),
        overflow=_in_coin(overflow, worth_of),
        from_unused=_in_coin(from_unused, worth_of),
        from_others=_in_coin(from_others, worth_of),
        unused=unused,
        claimed=None,
        borrowed=_in_coin(lent, worth_of),
    )


def _settled(ledger: Ledger, coin: str, price: Decimal) -> _Settled:
    """The positions of an asset, their margins allotted of its cash."""
    asked, cash = margins_asked(ledger, coin)
    wanted = total(asked)
    allotted = asked if wanted <= cash else dict.fromkeys(asked, ZERO) | cut(posting(max(ZERO, cash)), asked)
    margins = {i: margin * price for i, margin in allotted.items()}
    return _Settled(margins, (cash - total(allotted)) * price)


def margins_asked(ledger: Ledger, coin: str) -> tuple[Amounts, Decimal]:
    """The margins of the open cross positions that settle in an asset, and the cash of it that they are allotted of."""
    netted = ledger.netted
    indexes = ledger.book.in_turn(ledger.open_on(coin))
    asked = {i: ZERO if i in netted else ledger.positions[i].margin for i in indexes}
    return asked, ledger.cash_in(coin)


def splits_margins(ledger: Ledger) -> bool:
    """Whether margins are allotted of the cash there is: other assets than the account's currency back the pool too."""
    book = ledger.book
    return book.pools_assets and any(ledger.cash_in(coin) for coin in book.coin_names[1:])


def _from_unused(settled: Mapping[str, _Settled]) -> Amounts:
    """What unused cash of each asset pays of the overflows that settle in it."""
    found: Amounts = {}
    for each in settled.values():
        found |= cut(min(total(each.overflow), max(ZERO, each.unused)), each.overflow)
    return found


def _lent(
    ledger: Ledger, price: Mapping[str, Decimal], settled: Mapping[str, _Settled], from_unused: Amounts
) -> Amounts:
    """What is borrowed for the overflows against all other assets, at what those count."""
    room = _room(ledger, price, settled, from_unused)
    wanted: Amounts = {}
    for each in settled.values():
        wanted |= {i: lost - from_unused.get(i, ZERO) for i, lost in each.overflow.items()}
    open_to_borrow = ledger.book.account_rule is not None and ledger.book.account_rule.borrows
    return cut(max(ZERO, min(total(wanted), room)) if open_to_borrow else ZERO, wanted)


def _room(
    ledger: Ledger, price: Mapping[str, Decimal], settled: Mapping[str, _Settled], from_unused: Amounts
) -> Decimal:
    """What the cash in no margin counts, less debts; below zero: by how much debts are more than all of it."""
    room = ZERO
    for coin, each in settled.items():
        paid = sum((from_unused.get(i, ZERO) for i in each.overflow), ZERO)
        if price[coin]:
            room += counted(ledger.book.coin[coin], (each.unused - paid) / price[coin], price[coin])
    return room


def _in_coin(amounts: Amounts, price: Mapping[int, Decimal]) -> Amounts:
    """Amounts in USD in what each position settles in."""
    return {i: amount / price[i] if price[i] else ZERO for i, amount in amounts.items()}
