"""What backs the positions of an account: one currency, or several assets, each as a row of the workspace.

A coin is never dropped in silence: what has no price here, and what counts for nothing, is told. A weight that the
venue states beats the one of its table; one that is missing is worked out where the venue states what all of them come
to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

from isocross.account.assets import weighed
from isocross.exchange.account import Account, Holding, Kind
from isocross.exchange.assets_found import Coin, Place
from isocross.exchange.checking import pnl_of
from isocross.exchange.figures import DERIVED_DIGITS
from isocross.exchange.options import Options
from isocross.exchange.registry import FORMATS
from isocross.exchange.tiers import Tiers
from isocross.format import grouped
from isocross.money import ONE, ZERO, posting, text
from isocross.records import dataclass
from isocross.rules.accounts import AccountRule, no_coin_margined
from isocross.rules.catalogue import not_rehearsed
from isocross.rules.collateral import DOLLAR, STABLE, ListedAsset, collateral_table
from isocross.rules.market import Kind as ContractKind
from isocross.rules.profile import Profile
from isocross.rules.switches import AccountMode, Pools, WeightUnit
from isocross.workspace.assets import is_on

DIGITS = Decimal("1e-8")
"""A weight that is worked out has no more places."""
_PRICES = Context(prec=DERIVED_DIGITS, rounding=ROUND_HALF_EVEN)
SAME = Decimal("0.0005")
"""Two weights so close are one: a venue rounds what an asset counts."""
PRICE_APART = Decimal("0.001")
"""The price of an asset and the mark of a contract on it may be so far apart, as a share, without a word."""


def rule_of(account: Account, profile: Profile, currency: str) -> AccountRule | None:
    """Find the rule by which several assets back the positions; None where one currency does, and why is told."""
    mode = account.assets.mode or AccountMode.STANDARD
    if mode is AccountMode.STANDARD or account.literal:
        return None
    rule, whole = profile.account_rule(mode), Place("", "")
    if rule is None:
        message = not_rehearsed(profile, mode)
        account.note(Kind.LEFT_OUT, whole, f"{message}: only {currency} backs the positions")
        account.partial = account.partial or len(account.assets.coins) > 1
        return None
    bent = (h.market for h in account.holdings if h.contract is ContractKind.INVERSE and h.currency == currency)
    first = None if rule.coin_margined else next(bent, None)
    if first is not None:
        account.note(Kind.LEFT_OUT, whole, f"{no_coin_margined(first, rule)}; only {currency} backs the positions")
        account.partial = account.partial or len(account.assets.coins) > 1
        return None
    return rule


def keep_backed(account: Account, rule: AccountRule, currency: str) -> None:
    """Leave out the positions that such an account does not rehearse."""
    if rule.currency_only:
        for holding in account.holdings:
            if holding.currency not in (None, currency):
                message = f"{holding.market}: it settles in {holding.currency}, and {rule.title} is rehearsed with "
                account.note(Kind.LEFT_OUT, holding.place, f"{message}positions in {currency} alone")
                account.partial = True
        account.holdings = [h for h in account.holdings if h.currency in (None, currency)]
    if rule.coin_margined:
        return
    for holding in account.holdings:
        if holding.contract is ContractKind.INVERSE:
            account.note(Kind.LEFT_OUT, holding.place, no_coin_margined(holding.market, rule))
            account.partial = True
    account.holdings = [h for h in account.holdings if h.contract is not ContractKind.INVERSE]


@dataclass(frozen=True)
class Backing:
    """The assets of an account under one venue's rule."""

    account: Account
    profile: Profile
    rule: AccountRule
    currency: str
    options: Options

    @property
    def _listed(self) -> Mapping[str, ListedAsset]:
        return collateral_table(self.rule.table).assets

    def rows(self) -> tuple[Decimal, list[dict[str, Any]]]:
        """The balance of the currency, and a row for each other asset; of the currency where it has more to say."""
        self._add_settled()
        if self.options.wallet is not None:
            own = self.account.assets.coins[self.currency]
            own.balance, own.counts_pnl = self.options.wallet, False
        for name, coin in self.account.assets.coins.items():
            self._complete(name, coin)
        self._solve_price()
        self._solve_weight()
        wallet, rows = ZERO, []
        for name, coin in self.account.assets.coins.items():
            row = self._row(name, coin)
            if row is None:
                continue
            if name == self.currency:
                wallet = row.pop("balance")
            if len(row) > 1:
                rows.append(row)
        return wallet, rows

    def _add_settled(self) -> None:
        """An asset that positions settle in is one of the account, whether there is any of it or not."""
        for holding in self.account.holdings:
            name = holding.currency or self.currency
            self.account.assets.coins.setdefault(name, Coin(holding.place, ZERO))
        if self.currency not in self.account.assets.coins:
            self.account.assets.coins[self.currency] = Coin(Place("", ""), ZERO)

    def _complete(self, name: str, coin: Coin) -> None:
        """What stands apart: rates of the venue, open PnL that a balance has in it."""
        quote = self.account.assets.quotes.get(name)
        if quote is not None:
            coin.price = quote.price if coin.price is None else coin.price
            coin.weight = quote.weight if coin.weight is None else coin.weight
        coin.price = None if coin.price is None else _PRICES.plus(coin.price)
        earned = sum((pnl_of(h) for h in self._settled(name)), ZERO)
        if coin.counts_pnl and earned:
            message = f"{name}: its balance is {grouped(coin.balance)} less the open PnL of {grouped(earned)}"
            self.account.note(Kind.GUESSED, coin.place, message)
            coin.balance, coin.counts_pnl = coin.balance - earned, False

    def _settled(self, name: str) -> Iterator[Holding]:
        return (h for h in self.account.holdings if (h.currency or self.currency) == name)

    # --- prices ------------------------------------------------------------------------------------

    def _contract(self, name: str) -> tuple[str, Decimal] | None:
        """The contract on an asset whose mark is its price, as the workspace takes it."""
        bent = [h for h in self._settled(name) if h.contract is ContractKind.INVERSE]
        if not bent and (name in STABLE or name == self.currency):
            return None
        found = bent or [h for h in self.account.holdings if is_on(h.market, name)]
        first = min(found, key=lambda h: h.market, default=None)
        mark = None if first is None else first.figures.get("mark", first.figures.get("entry"))
        return None if first is None or mark is None else (first.market, mark)

    def _price(self, name: str, coin: Coin) -> Decimal | None:
        contract = self._contract(name)
        if contract is not None:
            return contract[1]
        return ONE if coin.price is None and name in DOLLAR else coin.price

    def _solve_price(self) -> None:
        """The one price that is missing, where the venue states what all balances are worth."""
        missing = [n for n, c in self.account.assets.coins.items() if c.stated and self._price(n, c) is None]
        total = self.account.assets.totals.get("worth")
        if len(missing) != 1 or total is None:
            return
        coin = self.account.assets.coins[missing[0]]
        others = ((c, self._price(n, c)) for n, c in self.account.assets.coins.items() if c is not coin)
        price = (total[0] - sum((c.stated * (p or ZERO) for c, p in others), ZERO)) / coin.stated
        if price > ZERO:
            coin.price = _PRICES.plus(price)
            message = (
                f"{missing[0]}: a price of {grouped(coin.price)}, which makes the {grouped(total[0])} of all balances"
            )
            self.account.note(Kind.GUESSED, total[1], message)

    # --- weights -----------------------------------------------------------------------------------

    def _table_weight(self, name: str, coin: Coin) -> Decimal | None:
        """What of the balance counts by the table, as a share; None where the table has no such asset."""
        listed, price = self._listed.get(name), self._price(name, coin)
        if listed is None or price is None:
            return None
        size = abs(coin.balance) * (price if self.rule.weights_by is WeightUnit.USD else ONE)
        return weighed(listed.tiers, size) / size if size else listed.tiers[0][1]

    def _needs_weight(self, name: str, coin: Coin) -> bool:
        """Whether neither the venue nor its table says what of an asset counts."""
        if self.rule.pools is Pools.TOKEN or not coin.collateral or coin.weight is not None:
            return False
        return name not in self._listed and not (name == self.currency and name in DOLLAR)

    def _solve_weight(self) -> None:
        """The one weight that is missing, where the venue states what of all balances counts."""
        coins, total = self.account.assets.coins, self.account.assets.totals.get("counted")
        missing = [n for n, c in coins.items() if c.balance > ZERO and self._needs_weight(n, c)]
        prices = {n: self._price(n, c) for n, c in coins.items() if c.balance}
        if len(missing) != 1 or total is None or None in prices.values():
            return
        name = missing[0]
        others = sum((self._counts(n, coins[n], p or ZERO) for n, p in prices.items() if n != name), ZERO)
        weight = ((total[0] - others) / (coins[name].balance * (prices[name] or ZERO))).quantize(DIGITS)
        if ZERO <= weight <= ONE:
            coins[name].weight = weight
            message = f"{name}: a weight of {grouped(weight)}, which makes the {grouped(total[0])} that counts"
            self.account.note(Kind.GUESSED, total[1], message)

    def _counts(self, name: str, coin: Coin, price: Decimal) -> Decimal:
        if coin.balance < ZERO:
            listed = self._listed.get(name)
            return coin.balance * price * (ONE + (ZERO if listed is None else listed.debt))
        weight = coin.weight if coin.weight is not None else self._table_weight(name, coin)
        return coin.balance * price * (ZERO if not coin.collateral else ONE if weight is None else weight)

    def _weight(self, name: str, coin: Coin) -> dict[str, Any]:
        """The weight to write; nothing where that of the table stands."""
        if self.rule.pools is Pools.TOKEN or not coin.collateral:
            return {}
        ours = self._table_weight(name, coin)
        if coin.weight is None:
            return self._unknown(name, coin) if self._needs_weight(name, coin) else {}
        first = {} if coin.initial_weight is None else {"initial_weight": coin.initial_weight}
        stated = min(ONE, max(ZERO, coin.weight)).quantize(DIGITS).normalize()
        if ours is None:
            plain = name == self.currency and name in DOLLAR and stated == ONE
            return {} if plain else {"weight": stated} | first
        if coin.balance <= ZERO or abs(stated - ours) <= SAME:
            return {}
        dated = f"the tiers of {self._listed[name].as_of} have {grouped(ours.quantize(DIGITS).normalize())}"
        both = f"{name}: the venue counts it at {grouped(stated)}, and {dated}"
        if self.options.tiers is Tiers.SHIPPED:
            self.account.note(Kind.GUESSED, coin.place, f"{both}: these are taken, as was asked for")
            return {}
        self.account.note(Kind.GUESSED, coin.place, f"{both}: the venue's is taken{self.options.ways.tiers}")
        return {"weight": stated} | first

    def _unknown(self, name: str, coin: Coin) -> dict[str, Any]:
        """What stands in for a weight that nobody states."""
        settled = any(True for _ in self._settled(name))
        if settled:
            self.account.note(
                Kind.GUESSED, coin.place, f"{name}: its weight is not known: 1, for positions settle in it"
            )
            return {"weight": ONE}
        if coin.balance > ZERO:
            message = f"{name}: its weight is not known, so it does not count as collateral; `weight` gives it one"
            self.account.note(Kind.GUESSED, coin.place, message)
        return {"collateral": False}

    # --- rows --------------------------------------------------------------------------------------

    def _row(self, name: str, coin: Coin) -> dict[str, Any] | None:
        """One of `[[assets]]`; None for what is not taken, which is told."""
        settled = any(True for _ in self._settled(name))
        if not coin.balance and not settled and name != self.currency:
            return None
        if self._price(name, coin) is None and self.rule.pools is Pools.TOKEN:
            message = f"{grouped(coin.balance)} {name}: no position settles in it, so that it backs none"
            self.account.note(Kind.LEFT_OUT, coin.place, message)
            return None
        if self._price(name, coin) is None:
            message = (
                f"{grouped(coin.balance)} {name}: no price is stated, and no position is in a contract on this asset"
            )
            format = FORMATS.get(self.account.source)
            more = "" if format is None or not format.prices else f"; {format.prices} has prices"
            self.account.note(Kind.LEFT_OUT, coin.place, f"{message}{more}")
            self.account.partial = True
            return None
        balance = posting(coin.balance)
        if balance != coin.balance:
            self.account.note(Kind.GUESSED, coin.place, f"the balance of {name} is rounded to 18 decimals")
        row: dict[str, Any] = {"asset": name, "balance": Decimal(text(balance))}
        row |= self._priced(name, coin) | self._weight(name, coin)
        if not coin.collateral:
            row["collateral"] = False
        if coin.limit_reached:
            row["limit_reached"] = True
        if coin.balance or (name == self.currency and coin.place.key):
            what = "a debt of" if balance < ZERO else "a wallet of" if name == self.currency else "an asset:"
            self.account.note(Kind.TAKEN, coin.place, f"{what} {grouped(abs(balance))} {name}{_off(row)}")
        return row

    def _priced(self, name: str, coin: Coin) -> dict[str, Any]:
        """The price to write; nothing where a contract or a dollar gives it."""
        contract = self._contract(name)
        if contract is None:
            plain = coin.price is None or (coin.price == ONE and name in DOLLAR)
            return {} if plain else {"price": coin.price}
        market, mark = contract
        if coin.price is not None and abs(coin.price - mark) > PRICE_APART * mark:
            message = (
                f"{name}: its price is the mark of {market}, {grouped(mark)}, where {grouped(coin.price)} is stated"
            )
            self.account.note(Kind.GUESSED, coin.place, message)
        return {}


def _off(row: Mapping[str, Any]) -> str:
    return ", which does not count as collateral" if row.get("collateral") is False else ""
