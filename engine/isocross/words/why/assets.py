"""The arithmetic of a debt: what was borrowed or repaid, and what was sold for it."""

from __future__ import annotations

from isocross.account.book import Book
from isocross.cascade.events import Event
from isocross.figures.asset_frames import AssetFrame
from isocross.figures.frame import Frame
from isocross.format import IN_USD, fine, named_amounts, percent
from isocross.money import ONE, ZERO
from isocross.rules.switches import OpenPnl, Pools, RatioForm
from isocross.words.assets import amount_of
from isocross.words.why.reason import Reason, added_up, dated_pool
from isocross.words.worst import uncounted_of_account


def asset_reasons(event: Event, book: Book, at: str) -> tuple[Reason, ...]:
    """What an event of the assets of an account comes from."""
    name, before, left = book.name_of(event.asset), event.figures.cash, event.figures.left
    title = f"{event.kind} of {name} at {at}"
    balance = f"{amount_of(before, name)} → {amount_of(left, name)}"
    trade = event.trade
    if trade is None:
        put = f"{balance}: {amount_of(event.amount, name)}"
        return (Reason(title, "change of the debt", put),)
    sold = book.name_of(trade.sold)
    put = (
        f"{amount_of(trade.amount, name)} × {fine(trade.bought_price)} ÷ ({fine(trade.price)} × (1 − fee)) = "
        f"{amount_of(trade.quantity, sold)}"
    )
    return (
        Reason(title, "debt repaid × its price ÷ (price × (1 − fee)), at most the balance", put),
        Reason("fee of the conversion", "quantity sold × the fee of its asset", amount_of(trade.fee, sold)),
        Reason(f"balance of {name}", "before → after", balance),
    )


def reasons_of_assets(frame: Frame) -> tuple[Reason, ...]:
    """The arithmetic of the assets and the pools of an account, in the order it is worked out; amounts are in USD."""
    account = frame.account
    worth = added_up(IN_USD, [asset.value for asset in account.assets], "assets")
    return (
        *(_counted(frame, asset) for asset in account.assets),
        Reason("cash", "sum of balance × price, isolated margins apart", worth),
        Reason(
            "equity", "sum of balance × price + open PnL × price of the asset it settles in", IN_USD(account.equity)
        ),
        _unused(frame),
        *_asked(frame),
        *_pools(frame),
        _worst(frame),
    )


def _unused(frame: Frame) -> Reason:
    """What is left of the account's currency; where other assets back margins too, they are allotted what it has."""
    account, book = frame.account, frame.book
    formula = f"cash of {book.currency} − the margins it is allotted to − what losses beyond them have drawn"
    if account.reserved:
        formula += " − what orders hold"
    return Reason("unused", f"{formula}; a debt is below zero", f"= {book.amounts(account.unused)}")


def _asked(frame: Frame) -> tuple[Reason, ...]:
    """The margins of the positions, and what the assets can back beside them."""
    account, book, source = frame.account, frame.book, dated_pool(frame)
    initial, maintenance = IN_USD(account.initial_margin), IN_USD(account.maintenance_margin)
    left, formula = book.amounts(account.available), "balance + open PnL of the currency − initial margins in it"
    if book.pools_assets:
        formula = "what the assets count for new positions, less debts and what orders hold − initial margins"
    each = "× price of the asset it settles in"
    return (
        Reason("initial margin", f"sum of the positions' initial margins {each}", f"= {initial}"),
        Reason("maintenance margin", f"sum of the positions' maintenance margins {each}", f"= {maintenance}", source),
        Reason("available", f"{formula}, in {book.currency}; never below zero", f"= {left}", source),
    )


def _worst(frame: Frame) -> Reason:
    """The most that can be lost: never more than there is, as an isolated margin can be borrowed."""
    reach = "isolated margins + what the other assets of pools are worth, less debts, at the opening prices"
    return Reason("worst case", reach, f"= {IN_USD(frame.account.worst_case)}", uncounted_of_account(frame))


def _counted(frame: Frame, asset: AssetFrame) -> Reason:
    """What an asset counts, with the date of its weight."""
    book, rule = frame.book, frame.book.account_rule
    inside = rule is not None and rule.open_pnl is OpenPnl.INSIDE
    held = f"{amount_of(asset.cash, asset.name)}"
    if asset.pnl:
        held += f" and open PnL of {amount_of(asset.pnl, asset.name)}"
    source = f"tiers of {asset.as_of}" if asset.as_of else "a weight of the file" if asset.weight is not None else ""
    if book.terms.usable != ONE and asset.weight is not None:
        source += f"; of the weight {percent(book.terms.usable)} can be used"
    if rule is not None and rule.pools is Pools.TOKEN:
        return Reason(f"{asset.name} counts", "balance + open PnL, in its own pool alone", held, book.profile.title)
    formula = "(balance + open PnL) × weight × price" if inside else "balance × weight × price + open PnL × price"
    if asset.cash < ZERO:
        formula = "debt × price × (1 + what a debt counts more)"
    put = f"{held}, at {fine(asset.price)} and {percent(asset.weight)} = {IN_USD(asset.counted)}"
    if asset.lost:
        put += f"; its weight leaves out {IN_USD(asset.lost)}" if asset.lost > ZERO else f"; {IN_USD(-asset.lost)} more"
    return Reason(f"{asset.name} counts", formula, put, source)


def _pools(frame: Frame) -> list[Reason]:
    """The equity and the ratio of each pool."""
    found: list[Reason] = []
    for pool in frame.account.pools:
        money = IN_USD if frame.book.pools_assets else named_amounts(pool.name)
        backing = "what its assets count" if frame.book.pools_assets else "equity"
        ratio = f"{money(pool.maintenance_margin)} ÷ {money(pool.equity)} = {percent(pool.ratio)}"
        formula = f"maintenance margin ÷ {backing}; at 100 % it is liquidated"
        found.append(Reason(f"pool of {pool.name}", formula, ratio, dated_pool(frame)))
    least = frame.book.terms.asked_at_least
    if least and any(pool.maintenance_margin for pool in frame.account.pools):
        put = f"{IN_USD(least)} USD beside the margins"
        found.append(Reason("asked for besides", "while there is a position or a debt", put, frame.book.profile.title))
    if frame.book.ratio_form is RatioForm.DEMAND_OVER_COLLATERAL and frame.account.venue_ratio is not None:
        formula = "(maintenance margin + debts) ÷ what counts before the share that can be used"
        put = f"= {percent(frame.account.venue_ratio)}, liquidated above {percent(frame.book.terms.usable)}"
        source = ", ".join(filter(None, (frame.book.profile.title, dated_pool(frame))))
        found.append(Reason(frame.book.ratio_name, formula, put, source))
    return found
