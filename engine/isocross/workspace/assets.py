"""The assets of a file as the account's: each with its price, its weight by the venue's dated table, and its market."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from isocross.account.assets import FULL, NOTHING, Asset
from isocross.account.book import Mode, Order, Position
from isocross.format import grouped
from isocross.money import ONE, ZERO, text
from isocross.records import dataclass
from isocross.rules.accounts import AccountRule, no_coin_margined
from isocross.rules.catalogue import not_rehearsed
from isocross.rules.collateral import DOLLAR, STABLE, CollateralTable, ListedAsset, WeightTier, collateral_table
from isocross.rules.market import Kind, Market, Tier
from isocross.rules.profile import Profile
from isocross.rules.switches import AccountMode, OpenPnl, Pools, WeightUnit
from isocross.rules.underlying import coin_of, one_name
from isocross.toml.faults import shown
from isocross.toml.places import Path, Problem, listing
from isocross.workspace.model import AssetEntry, MarketEntry

_NO_CONTRACT = (Tier(ZERO, ZERO, ONE),)


@dataclass(frozen=True)
class Assets:
    """What a file says of its assets, under one venue."""

    profile: Profile
    account: AccountMode
    currency: str
    wallet: Decimal
    entries: Sequence[AssetEntry]
    kind_of: Callable[[str], Kind]
    """The kind of a market by its symbol."""

    @property
    def rule(self) -> AccountRule | None:
        """What the venue says of such an account."""
        return self.profile.account_rule(self.account)

    @property
    def table(self) -> CollateralTable | None:
        """The venue's weights."""
        rule = self.rule or next(iter(self.profile.accounts), None)
        return None if rule is None else collateral_table(rule.table)

    @property
    def any(self) -> bool:
        """Whether there is more than the wallet."""
        return bool(self.entries) or self.account is not AccountMode.STANDARD

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset((*(row.asset for row in self.entries), self.currency))

    def settles(
        self, symbol: str, entry: MarketEntry | None, problems: list[Problem], path: tuple[str | int, ...]
    ) -> str:
        """The asset that a market settles in; "": the account's currency."""
        if not self.any or (self.kind_of(symbol) is Kind.INVERSE and not self._pools_coins):
            return ""
        names = self._names
        name = self._settlement(symbol, entry, names)
        coin = coin_of(symbol) if self.kind_of(symbol) is Kind.INVERSE else None
        if name is None or (coin is not None and one_name(name) != coin):
            tells = "its name tells no coin" if name is None else f"it settles in {coin}, not in {shown(name)}"
            expected = f'settles = "{coin or "BTC"}" in its [[markets]] table'
            problems.append(Problem(path, f"{shown(symbol)} is coin-margined, and {tells}", expected))
            return ""
        if name not in names:
            message = f"{shown(symbol)} settles in {shown(name)}, and the account has none"
            problems.append(Problem(path, message, f'an [[assets]] table with asset = "{name}"'))
            return ""
        if name != self.currency and (self.rule is None or self.rule.currency_only):
            kind = "a standard account" if self.rule is None else self.rule.title
            holds = "has one collateral" if self.rule is None else "is rehearsed with positions in one asset"
            message = f"{shown(symbol)} settles in {shown(name)}; {kind} {holds}, {self.currency}"
            problems.append(Problem(path, message, f"a market that settles in {self.currency}"))
            return ""
        return "" if name == self.currency else name

    @property
    def _pools_coins(self) -> bool:
        """Whether coin-margined contracts are in a pool of several assets here."""
        return self.rule is not None and self.rule.coin_margined

    def _settlement(self, symbol: str, entry: MarketEntry | None, names: frozenset[str]) -> str | None:
        if entry is not None and entry.settles is not None:
            return entry.settles
        if self.kind_of(symbol) is Kind.INVERSE:
            coin = coin_of(symbol)
            return next((name for name in sorted(names) if one_name(name) == coin), coin)
        dex, mark, _ = symbol.partition(":")
        if mark and self.table is not None and dex in self.table.dexes:
            return self.table.dexes[dex]
        ends = (symbol[start:] for start in range(1, len(symbol)))
        parts = symbol.replace("_", "-").split("-")[1:]
        return next((end for end in (*ends, *parts) if end in names), self.currency)

    def check(
        self, positions: Sequence[Position | None], orders: Sequence[Order | None], problems: list[Problem]
    ) -> None:
        """The venue has such an account, and its positions and orders can be in it."""
        rule = self.rule
        if self.account is not AccountMode.STANDARD and rule is None:
            modes = ("standard", *(account.mode.value for account in self.profile.accounts))
            message = not_rehearsed(self.profile, self.account)
            problems.append(Problem(("account",), message, " or ".join(f'"{mode}"' for mode in modes)))
        for i, position in enumerate(positions):
            if position is None or rule is None:
                continue
            if position.mode is Mode.ISOLATED and not rule.isolated:
                message = f"{rule.title} of {self.profile.title} has no isolated positions"
                problems.append(Problem(("positions", i, "mode"), message, '"cross"'))
        if rule is not None and not rule.coin_margined:
            _refuse_coin_margined(rule, {"positions": positions, "orders": orders}, problems)
        if self.account is AccountMode.STANDARD or rule is None or not rule.borrows:
            self._refuse_debts(problems)
        elif rule.currency_only:
            self._refuse_other_debts(problems)

    def _refuse_other_debts(self, problems: list[Problem]) -> None:
        for i, entry in enumerate(self.entries):
            if entry.balance is not None and entry.balance < ZERO and entry.asset != self.currency:
                message = f"{text(entry.balance)} is below 0; in this account only {self.currency} can be borrowed"
                problems.append(Problem(("assets", i, "balance"), message, "an amount of the asset, 0 or more"))

    def _refuse_debts(self, problems: list[Problem]) -> None:
        listed = any(entry.asset == self.currency and entry.balance is not None for entry in self.entries)
        if self.wallet < ZERO and self.rule is not None and not listed:
            message = f"{text(self.wallet)} is below 0, and nothing can be borrowed in this account"
            problems.append(Problem(("wallet",), message, "an amount of money, 0 or more"))
        for i, entry in enumerate(self.entries):
            if entry.balance is not None and entry.balance < ZERO:
                message = f"{text(entry.balance)} is below 0, and nothing can be borrowed in this account"
                problems.append(Problem(("assets", i, "balance"), message, "an amount of money, 0 or more"))

    def coins(
        self, markets: dict[str, Market], given: Mapping[str, MarketEntry], problems: list[Problem]
    ) -> tuple[Asset, ...]:
        """The assets, the currency first, then by name; the market of an asset's own price is added to the markets."""
        if not self.any:
            return ()
        rows = {entry.asset: (i, entry) for i, entry in enumerate(self.entries)}
        own = rows.pop(self.currency, (0, AssetEntry(self.currency)))
        contracts = _by_coin((*given, *markets))
        found = [
            self._coin(i, entry, _Found(markets, given, contracts), problems)
            for i, entry in (own, *(row for _, row in sorted(rows.items())))
        ]
        return tuple(coin for coin in found if coin is not None)

    def _coin(
        self,
        index: int,
        entry: AssetEntry,
        found: _Found,
        problems: list[Problem],
    ) -> Asset | None:
        symbol = self._price_market(index, entry, found, problems)
        if symbol is None:
            return None
        listed = None if self.table is None else self.table.assets.get(entry.asset)
        tiers, unit = self._weights(index, entry, listed, problems)
        fee = None if listed is None else listed.conversion_fee
        rule = self.rule
        if entry.factor and rule is not None and rule.open_pnl is OpenPnl.INSIDE:
            message = (
                f"{rule.title} weighs open PnL with the balance, and a weight by the root of both is not rehearsed"
            )
            problems.append(Problem(("assets", index, "factor"), message, "no factor"))
        own = entry.initial_weight
        first = None if listed is None or entry.tiers or rule is None or rule.pools is Pools.TOKEN else listed.initial
        return Asset(
            name=entry.asset,
            market=symbol,
            balance=ZERO if entry.asset == self.currency else entry.balance or ZERO,
            collateral=entry.collateral,
            tiers=tiers,
            unit=unit,
            initial=first if own is None else ((ZERO, own),),
            usable=ONE if rule is None else rule.usable,
            debt=(ZERO if listed is None else listed.debt) if entry.debt_weight is None else entry.debt_weight - ONE,
            initial_debt=None if entry.initial_debt_weight is None else entry.initial_debt_weight - ONE,
            factor=entry.factor or ZERO,
            conversion_fee=(ZERO if rule is None else rule.conversion_fee) if fee is None else fee,
            exchange_below=None if listed is None else listed.exchange_below,
            as_of="" if listed is None or entry.tiers else listed.as_of,
            own_tiers=bool(entry.tiers),
            limit_reached=entry.limit_reached,
        )

    def _weights(
        self, index: int, entry: AssetEntry, listed: ListedAsset | None, problems: list[Problem]
    ) -> tuple[tuple[WeightTier, ...], WeightUnit]:
        """The file's own tiers, else the venue's."""
        rule = self.rule
        unit = WeightUnit.COINS if rule is None else rule.weights_by
        if entry.tiers:
            return entry.tiers, unit
        if rule is None or rule.pools is Pools.TOKEN:
            return (FULL if listed is not None or entry.asset == self.currency else NOTHING), unit
        if listed is not None:
            return listed.tiers, unit
        if not entry.collateral:
            return NOTHING, unit
        if entry.asset == self.currency and entry.asset in DOLLAR:
            return FULL, unit
        known = () if self.table is None else tuple(self.table.assets)
        message = f"the table of {self.profile.title} has no weight for {shown(entry.asset)}"
        expected = f"a `weight` of your own, such as 0.9; the table has the assets {listing(known, 12)}"
        problems.append(Problem(("assets", index, "asset"), message, expected))
        return NOTHING, unit

    def _price_market(
        self,
        index: int,
        entry: AssetEntry,
        found: _Found,
        problems: list[Problem],
    ) -> str | None:
        """The market whose mark is the price of an asset; its own is made where no contract of the file is on it."""
        self._build_named(entry.asset, found, problems)
        markets, contract = found.markets, self._contract_on(entry, found)
        if contract is not None:
            mark = markets[contract].mark
            if entry.price is not None and entry.price != mark:
                message = f"{entry.asset} has the price of {shown(contract)}, which is {grouped(mark)}"
                problems.append(Problem(("assets", index, "price"), message, "no price, or the mark of that market"))
            return contract
        named = found.given.get(entry.asset)
        price = entry.price if named is None or named.mark is None else named.mark
        if price is None and entry.asset in DOLLAR:
            price = ONE
        if price is None:
            own = entry.asset == self.currency
            why = "the account's currency needs one of its own" if own else "no contract of the file is on it"
            message = f"{shown(entry.asset)} has no price: {why}"
            problems.append(Problem(("assets", index, "asset"), message, "a `price` in USD"))
            return None
        symbol = entry.asset if entry.asset not in markets else f"{entry.asset}/USD"
        ladder = self.profile.ladder(_NO_CONTRACT)
        markets[symbol] = Market(symbol, price, ladder, is_asset=True, still=entry.asset in STABLE)
        return symbol

    def _build_named(self, asset: str, found: _Found, problems: list[Problem]) -> None:
        """Take in the contracts on an asset that the file gives a mark, and holds nothing in."""
        for symbol in found.contracts.get(one_name(asset), ()):
            entry = found.given.get(symbol)
            if entry is not None and entry.mark is not None and symbol not in found.markets and symbol != asset:
                settles = self.settles(symbol, entry, problems, ("markets",))
                found.markets[symbol] = Market(symbol, entry.mark, self.profile.ladder(_NO_CONTRACT), settles=settles)

    def _contract_on(self, entry: AssetEntry, found: _Found) -> str | None:
        """The contract whose mark is the price of an asset: one that is margined in it, else the first by name.

        A stable asset has a price of its own always, and so has a currency that the file gives one, or in which nothing
        is margined.
        """
        asset = entry.asset
        name = "" if asset == self.currency else asset
        settled = (symbol for symbol, market in found.markets.items() if market.settles == name)
        bent = min((symbol for symbol in settled if self.kind_of(symbol) is Kind.INVERSE), default=None)
        if bent is not None and (name or entry.price is None):
            return bent
        return next(self._contracts_on(asset, found), None)

    def _contracts_on(self, asset: str, found: _Found) -> Iterator[str]:
        """The contracts on an asset, by name."""
        if asset in STABLE or asset == self.currency:
            return
        for symbol in sorted({asset, *found.contracts.get(one_name(asset), ())}):
            market = found.markets.get(symbol)
            if market is not None and not market.is_asset:
                yield symbol


def _refuse_coin_margined(
    rule: AccountRule, held: Mapping[str, Sequence[Position | Order | None]], problems: list[Problem]
) -> None:
    """Contracts whose PnL is in the coin that they are on are in a standard account there."""
    for table, rows in held.items():
        for i, row in enumerate(rows):
            if row is not None and row.kind is Kind.INVERSE:
                coin = coin_of(row.market)
                message = no_coin_margined(shown(row.market), rule)
                alone = "the coin as its currency" if coin is None else f'currency = "{coin}"'
                expected = f'a linear market, or account = "standard" with {alone}: the coin alone backs it there'
                problems.append(Problem((table, i, "market"), message, expected))


def is_on(symbol: str, asset: str) -> bool:
    """Whether a contract is on an asset, by its name."""
    return symbol == asset or one_name(coin_of(symbol) or "") == one_name(asset)


class _Found(NamedTuple):
    """The markets of a file while the assets are put together."""

    markets: dict[str, Market]
    """Those that are built."""
    given: Mapping[str, MarketEntry]
    contracts: Mapping[str, list[str]]
    """The symbols of both by the coin that they are on."""


def _by_coin(symbols: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for symbol in dict.fromkeys(symbols):
        found.setdefault(one_name(coin_of(symbol) or ""), []).append(symbol)
    return found


def check_buckets(
    assets: Assets, positions: Sequence[Position | None], markets: Mapping[str, Market], problems: list[Problem]
) -> None:
    """The isolated margins are in the balances of what they settle in, where nothing can be borrowed."""
    rule = assets.rule
    if not assets.any or (rule is not None and rule.borrows) or None in positions:
        return
    isolated = [p for p in positions if p is not None and p.mode is Mode.ISOLATED and p.market in markets]
    others = [(i, entry) for i, entry in enumerate(assets.entries) if entry.asset != assets.currency]
    held: list[tuple[Path, str, Decimal]] = [(("wallet",), "", assets.wallet)] if rule is not None else []
    held += [(("assets", i, "balance"), entry.asset, entry.balance or ZERO) for i, entry in others]
    for path, coin, balance in held:
        needed = sum((p.margin for p in isolated if markets[p.market].settles == coin), ZERO)
        if needed > max(ZERO, balance):
            name = coin or assets.currency
            message = f"the isolated margins in {name} sum to {grouped(needed)}, more than {grouped(balance)}"
            problems.append(Problem(path, message, f"at least {text(needed)}"))
