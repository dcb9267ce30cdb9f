"""What is done to the assets of an account: switched on or off as collateral, put in, taken out, sold for another.

And the account's own mode: standard, or one in which several assets back positions. All is judged at the opening marks.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal

from isocross.account.assets import FULL, NOTHING, Asset
from isocross.account.book import Book, Mode, Order, Position
from isocross.cascade.ledger import Ledger
from isocross.cascade.spare import spare
from isocross.figures.standings import PoolStanding
from isocross.format import IN_USD, grouped
from isocross.money import MONEY_GRID, ONE, ZERO, exact
from isocross.moves.outcome import Outcome, Refusal, opening, refused, rehearsed
from isocross.moves.threshold import against
from isocross.rules.accounts import AccountRule, no_coin_margined
from isocross.rules.catalogue import not_rehearsed
from isocross.rules.collateral import collateral_table
from isocross.rules.market import Kind
from isocross.rules.switches import AccountMode, Pools, WeightUnit


def _coin(book: Book, name: str) -> str | None:
    """The name under which the account keeps an asset; None: it has none."""
    return next((coin for coin, asset in book.coin.items() if asset.name == name), None)


def _unknown(book: Book, name: str) -> Outcome:
    known = ", ".join(asset.name for asset in book.coins) or book.currency
    return refused(book, f"the account has no asset {name}, it has {known}")


def _with_coin(book: Book, coin: str, changed: Asset) -> Book:
    return replace(book, coins=tuple(changed if each == coin else asset for each, asset in book.coin.items()))


def _at_line(book: Book, after: Book) -> Refusal | None:
    """Why a move is refused that brings a pool to its liquidation threshold that is not there yet."""
    there = {pool.coin for pool in opening(book).pools if _is_due(pool)}
    for pool in opening(after).pools:
        if _is_due(pool) and pool.coin not in there:
            of = "the pool" if pool.coin is None else f"the pool of {after.name_of(pool.coin)}"
            money = after.pool_amounts(pool.coin or "")
            told = against(pool.equity, pool.maintenance_margin, money, of_assets=after.pools_assets)
            return Refusal(f"{of} would be at its liquidation threshold: {told}")
    return None


def _is_due(pool: PoolStanding) -> bool:
    return bool(pool.members) and pool.equity <= pool.maintenance_margin


def _judged(book: Book, after: Book, forbidden: Refusal | None = None, remark: str = "") -> Outcome:
    refusal = _at_line(book, after)
    if refusal is not None:
        return Outcome(book, None, refusal)
    if forbidden is not None and book.strict:
        return Outcome(book, None, forbidden)
    return rehearsed(Outcome(book, after, remark=remark), forbidden)


@exact
def switch_collateral(book: Book, name: str) -> Outcome:
    """Let an asset count as collateral, or no more."""
    coin = _coin(book, name)
    if coin is None:
        return _unknown(book, name)
    asset = book.coin[coin]
    if asset.collateral and any(book.coin_of(p) == coin for p in book.positions):
        return refused(book, f"positions settle in {name}, so it stays collateral")
    after = _with_coin(book, coin, replace(asset, collateral=not asset.collateral))
    return _judged(book, after, None if asset.collateral else _platform_limit(book, asset))


def _platform_limit(book: Book, asset: Asset) -> Refusal | None:
    """What the venue says where its own limit of an asset as collateral is reached (colRes 2)."""
    if not asset.limit_reached:
        return None
    return Refusal(f"{book.profile.title} would refuse this: its limit of {asset.name} as collateral is reached")


@exact
def deposit_asset(book: Book, name: str, amount: Decimal) -> Outcome:
    """Put some of an asset into the account."""
    coin = _coin(book, name)
    if coin is None:
        return _unknown(book, name)
    if amount <= ZERO:
        return refused(book, f"the amount to deposit must be above zero, not {grouped(amount)} {name}")
    after = book.with_cash(coin, amount)
    return _judged(book, after, _platform_limit(book, book.coin[coin]), _backs_nothing(book, coin))


def _backs_nothing(book: Book, coin: str) -> str:
    """What is said of an asset that is put in where it backs no position: and in which mode of the venue it would."""
    held: tuple[Position | Order, ...] = (*book.positions, *book.orders)
    if not coin or any(book.coin_of(one) == coin for one in held):
        return ""
    if book.pools_assets:
        return "" if book.coin[coin].collateral else f"{book.name_of(coin)} does not count as collateral."
    ways = [rule for rule in book.profile.accounts if rule.pools is Pools.ONE]
    modes = [rule.mode for rule in ways if _barred(book, rule.mode, rule) is None]
    there = f"; it would in a {' or '.join(modes)} account" if modes else ""
    return f"{book.name_of(coin)} backs no position in a {book.account} account{there}."


@exact
def withdraw_asset(book: Book, name: str, amount: Decimal) -> Outcome:
    """Take some of an asset out: at most what is in no margin and no order, and backs nothing."""
    coin = _coin(book, name)
    if coin is None:
        return _unknown(book, name)
    if amount <= ZERO:
        return refused(book, f"the amount to withdraw must be above zero, not {grouped(amount)} {name}")
    free = max(ZERO, Ledger(book).unreserved_in(coin))
    if amount > free:
        where = "in no isolated margin and no order" if book.pools_assets else "in no margin and no order"
        where += "; a withdrawal borrows nothing" if book.terms.borrows else ""
        return refused(book, f"{grouped(amount)} {name} is more than the {grouped(free)} {where}")
    after = book.with_cash(coin, -amount)
    return _short(book, after, coin) or _judged(book, after)


def _short(book: Book, after: Book, coin: str) -> Outcome | None:
    """The refusal of a withdrawal that leaves initial margins uncovered which are covered now."""
    before, left = (_spare(each, coin) for each in (book, after))
    if left >= ZERO or left >= before:
        return None
    # of a pool of all assets in USD: so much of one asset alone would count for less
    price = _price(book, coin) if book.pools_assets else None
    short = f"{grouped(round(-left, 8))} {book.name_of(coin)}" if price is None else f"{IN_USD(-left * price)} USD"
    return refused(book, f"the initial margins of the pool would lack {short}")


def _marks(book: Book) -> dict[str, Decimal]:
    return {symbol: market.mark for symbol, market in book.markets.items()}


def _price(book: Book, coin: str) -> Decimal:
    return book.coin_price(coin, _marks(book))


def _spare(book: Book, coin: str) -> Decimal:
    return spare(Ledger(book), _marks(book), coin)


@exact
def convert(book: Book, sold: str, amount: Decimal, bought: str) -> Outcome:
    """Sell some of an asset for another, at the opening prices and without a fee."""
    one, other = _coin(book, sold), _coin(book, bought)
    if one is None or other is None:
        return _unknown(book, sold if one is None else bought)
    if one == other:
        return refused(book, f"{sold} cannot be sold for {sold}")
    free = max(ZERO, Ledger(book).unreserved_in(one))
    if not ZERO < amount <= free:
        return refused(book, f"the amount must be above zero and at most {grouped(free)} {sold}, not {grouped(amount)}")
    got = (amount * _price(book, one) / _price(book, other)).quantize(MONEY_GRID, ROUND_FLOOR)
    remark = " ".join(filter(None, ("No fee of the trade is counted.", _backs_nothing(book, other))))
    return _judged(book, book.with_cash(one, -amount).with_cash(other, got), remark=remark)


@exact
def switch_account(book: Book, mode: AccountMode) -> Outcome:
    """Put the account into another mode: standard, or one in which several assets back its positions."""
    rule = book.profile.account_rule(mode)
    refusal = _barred(book, mode, rule)
    if refusal is not None:
        return Outcome(book, None, refusal)
    after = replace(book, account=mode, coins=tuple(_under(book, asset, rule) for asset in book.coins))
    return _judged(book, after, _forbidden(book, rule))


def _barred(book: Book, mode: AccountMode, rule: AccountRule | None) -> Refusal | None:
    """Why there is no way into a mode: the venue has none, or a position or a debt cannot be in it."""
    said = None
    isolated = next((p.id for p in book.positions if p.mode is Mode.ISOLATED), None)
    owed = next((coin for coin in book.coin_names if book.balance_of(coin) < ZERO), None)
    lent = rule is not None and rule.borrows and not (owed and rule.currency_only)
    other = next((p for p in book.positions if book.coin_of(p)), None)
    held: tuple[Position | Order, ...] = (*book.positions, *book.orders)
    bent = next((one.market for one in held if one.kind is Kind.INVERSE), None)
    if mode is book.account:
        said = f"the account is {mode} already"
    elif mode is not AccountMode.STANDARD and rule is None:
        said = not_rehearsed(book.profile, mode)
    elif rule is not None and bent is not None and not rule.coin_margined:
        said = no_coin_margined(bent, rule)
    elif not book.coins:
        said = "the account has only its wallet; list its assets first"
    elif rule is not None and not rule.isolated and isolated is not None:
        return Refusal(f"{isolated} is isolated, and {rule.title} has cross positions only", rule.switch_code)
    elif owed is not None and not lent:
        said = f"{book.name_of(owed)} is owed, and no debt can be in such an account"
    elif other is not None and (rule is None or rule.currency_only):
        kind = "a standard account" if rule is None else rule.title
        said = f"{other.id} settles in {book.coin_of(other)}, and positions of {kind} are in {book.currency} alone"
    return None if said is None else Refusal(said)


def _forbidden(book: Book, rule: AccountRule | None) -> Refusal | None:
    """What the venue says of a switch while it has positions, or while its limit of an asset is reached."""
    said = next((limit for asset in book.coins if (limit := _platform_limit(book, asset)) is not None), None)
    leaving = book.account_rule
    bars = next((one for one in (rule, leaving) if one is not None and one.switch_says), None)
    if bars is not None and (book.positions or book.orders):
        return Refusal(f"{book.profile.title} would refuse this: {bars.switch_says}", bars.switch_code)
    return said


def _under(book: Book, asset: Asset, rule: AccountRule | None) -> Asset:
    """The asset as it counts in another mode: by the file's own weight, else by the venue's table."""
    known = rule or book.profile.accounts[0]
    listed = collateral_table(known.table).assets.get(asset.name)
    whole = FULL if listed is not None or asset.name == book.currency else NOTHING
    weighed = rule is not None and rule.pools is Pools.ONE
    tiers = listed.tiers if weighed and listed is not None else whole
    own = ZERO if rule is None else rule.conversion_fee
    return replace(
        asset,
        tiers=asset.tiers if asset.own_tiers else tiers,
        unit=WeightUnit.COINS if rule is None else rule.weights_by,
        initial=asset.initial if asset.own_tiers else listed.initial if weighed and listed is not None else None,
        usable=ONE if rule is None else rule.usable,
        debt=asset.debt if listed is None else listed.debt,
        conversion_fee=own if listed is None or listed.conversion_fee is None else listed.conversion_fee,
        exchange_below=None if listed is None else listed.exchange_below,
        as_of="" if listed is None or asset.own_tiers else listed.as_of,
    )
