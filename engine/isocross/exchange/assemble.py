"""From what was found to a workspace: checked like a file, with every fault named by its place in the payload."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from decimal import ROUND_HALF_EVEN, Context, Decimal
from typing import Any

from isocross.account.book import Mode
from isocross.exchange.account import POSITIONS_LIMIT, Account, Holding, Kind, Note
from isocross.exchange.assets_found import Place
from isocross.exchange.backing import Backing, keep_backed, rule_of
from isocross.exchange.checking import check, pnl_of
from isocross.exchange.comparing import compare
from isocross.exchange.figures import complete, margin_of
from isocross.exchange.options import Options
from isocross.exchange.registry import FORMATS
from isocross.exchange.sources import Sources, by_market
from isocross.exchange.tiers import highest_leverage, tiers_for
from isocross.exchange.ways import Ways
from isocross.figures.agreement import Compared
from isocross.format import grouped
from isocross.money import ZERO, posting, text
from isocross.records import dataclass
from isocross.rules.catalogue import DEFAULT_VENUE, profile_ids
from isocross.rules.collateral import DOLLAR
from isocross.rules.market import Kind as ContractKind
from isocross.rules.profile import CrossMachine, Profile
from isocross.rules.switches import AccountMode
from isocross.toml.faults import Fault, Faults, shown
from isocross.toml.places import Problem
from isocross.workspace.build import Parts, profile_of
from isocross.workspace.build import check as check_parts
from isocross.workspace.load import load_text
from isocross.workspace.markets import listing_of
from isocross.workspace.model import FORMAT, VenueChoice, Workspace
from isocross.workspace.reading import CURRENCY, draft_of
from isocross.workspace.schema import STATED_KEYS
from isocross.workspace.writing import dump

DIGITS_SHOWN = 20
_SHOWN = Context(prec=DIGITS_SHOWN, rounding=ROUND_HALF_EVEN)


@dataclass(frozen=True, slots=True)
class Imported:
    """A workspace and how it came about."""

    workspace: Workspace
    notes: tuple[Note, ...]
    compared: tuple[tuple[str, Compared], ...] = ()
    """Every figure that the venue stated beside ours, with the market or the part of the account that it is of."""


def assemble(account: Account, options: Options, origin: str, title: str) -> Imported:
    """Make the workspace of an account; raises Faults for what no workspace can hold."""
    currency = options.currency or _currency(account)
    profile = _profile(account, options, origin)
    rule = rule_of(account, profile, currency)
    if rule is None:
        _keep(account, currency, options.ways)
        account.partial = account.partial or currency not in _money(account)
    else:
        keep_backed(account, rule, currency)
    if len(account.holdings) > POSITIONS_LIMIT:
        message = f"there are {len(account.holdings)} positions"
        raise Faults(origin, [Fault("", message, f"at most {POSITIONS_LIMIT}")])
    if not account.literal:
        _work_out(account, options, profile, currency, origin)
    backed = None if rule is None else Backing(account, profile, rule, currency, options)
    wallet, rows = (_wallet(account, options, currency, origin), []) if backed is None else backed.rows()
    top_up = profile.cross_machine is CrossMachine.TOP_UP
    document: dict[str, Any] = {
        "format": FORMAT,
        "name": options.name or f"{title} account",
        "venue": options.venue or profile.id,
        "wallet": wallet,
        "currency": currency,
        **({} if rule is None else {"account": rule.mode, "assets": rows}),
        "markets": [_symbol(held, currency) for held in by_market(account).values()],
        "positions": [_row(holding, margin_of(holding, account, top_up), account) for holding in account.holdings],
    }
    sources = Sources(account, None if options.wallet is not None else currency, origin, [r["asset"] for r in rows])
    sources.refuse(draft_of(document).problems)
    document["markets"] = [_market(held, account, profile, options, currency) for held in by_market(account).values()]
    workspace = _checked(document, sources)
    for holding, position in zip(account.holdings, workspace.positions, strict=True):
        told = f"{position.market} {position.side} {grouped(position.quantity)} at {grouped(position.entry)}, "
        account.note(Kind.TAKEN, holding.place, f"{told}{text(position.leverage)}x {position.mode}, as {position.id}")
    both = tuple(compare(workspace, account))
    return Imported(workspace, tuple(sorted(account.notes, key=lambda note: list(Kind).index(note.kind))), both)


def _work_out(account: Account, options: Options, profile: Profile, currency: str, origin: str) -> None:
    """Complete every position by what other payloads and its own figures say, and check that these go together."""
    for holding in account.holdings:
        listing = account.listings.get(holding.market)
        if listing is not None:
            holding.merge(listing)
        _name(holding, profile)
    _mark_by_account(account, currency)
    for holding in account.holdings:
        complete(holding, account, options.leverage, highest_leverage(holding, profile), options.ways.leverage)
        check(holding, account)
    account.refuse(origin)


def _name(holding: Holding, profile: Profile) -> None:
    """Write a symbol of ccxt as the named venue does, where its tables have it so and not as it is."""
    format = FORMATS.get(profile.id)
    if holding.unified is None or format is None:
        return
    if listing_of(profile, holding.market, holding.contract) is None:
        holding.market = format.symbol(holding.unified)


def _mark_by_account(account: Account, currency: str) -> None:
    """Where one position has no mark, and the open PnL of the account is known, that is its own."""
    earned = account.pnl.get(currency)
    if earned is not None and len(account.holdings) == 1 and not {"mark", "pnl"} & account.holdings[0].figures.keys():
        account.holdings[0].figures["pnl"] = earned


def _checked(document: dict[str, Any], sources: Sources) -> Workspace:
    """The workspace of a document, proven to be read back as it is."""
    draft = draft_of(document)
    problems = list(draft.problems)
    parts = Parts(draft.venue, draft.wallet, draft.markets, draft.positions, document["currency"])
    check_parts(replace(parts, account=AccountMode(document.get("account", "standard")), assets=draft.assets), problems)
    sources.refuse(problems)
    workspace = draft.workspace("")
    if load_text(dump(workspace), sources.origin) != workspace:
        raise Faults(sources.origin, [Fault("", "what was found cannot be written as a workspace", "")])
    return workspace


def _currency(account: Account) -> str:
    """What most positions are margined in; without positions what there is cash of, USDT first."""
    several = account.assets.mode not in (None, AccountMode.STANDARD)
    linear = [h for h in account.holdings if several and h.contract is ContractKind.LINEAR]
    held = Counter(holding.currency for holding in linear or account.holdings if holding.currency)
    if held:
        return held.most_common(1)[0][0]
    known = _money(account)
    rich = [name for name, (amount, _) in known.items() if amount] or list(known)
    if several:
        return next((name for name in (*rich, *known) if name in DOLLAR), CURRENCY)
    return CURRENCY if CURRENCY in rich or not rich else rich[0]


def _money(account: Account) -> dict[str, tuple[Decimal, Place]]:
    """What is known of each currency: its wallet, else what is there with or without open PnL."""
    coins = {name: (coin.balance, coin.place) for name, coin in account.assets.coins.items()}
    return {**(coins if account.assets.mode else {}), **account.totals, **account.equity, **account.cash}


def _keep(account: Account, currency: str, ways: Ways) -> None:
    """Leave out what is margined in something else."""
    for holding in account.holdings:
        if holding.currency not in (None, currency):
            message = f"{holding.market}: it is margined in {holding.currency}, and the account is in {currency}"
            account.note(Kind.LEFT_OUT, holding.place, message)
    for other in sorted({h.currency for h in account.holdings if h.currency not in (None, currency)}):
        message = f"positions margined in {other}: an account has one collateral{ways.currency.format(currency=other)}"
        account.note(Kind.LEFT_OUT, Place("", ""), message)
    account.holdings = [h for h in account.holdings if h.currency in (None, currency)]
    for name, (amount, place) in _money(account).items():
        if name != currency and amount:
            account.note(Kind.LEFT_OUT, place, f"{grouped(amount)} {name}: the account is in {currency}")


def _profile(account: Account, options: Options, origin: str) -> Profile:
    """The venue's rules, or the guide's where isocross has none of that venue."""
    wanted = options.venue or account.source
    if options.venue in FORMATS and account.source in FORMATS and options.venue != account.source:
        whose, other = FORMATS[account.source].title, FORMATS[options.venue].title
        expected = f"its own rules; {options.ways.rehearsed.format(venue=options.venue)}"
        raise Faults(origin, [Fault("", f"this is an answer of {whose}, not of {other}", expected)])
    if options.venue is None and wanted not in profile_ids():
        if not account.literal:
            whose = f"isocross has no rules of {wanted} yet" if wanted else "the payload does not say whose it is"
            message = f"{whose}: the rules are those of {DEFAULT_VENUE}{options.ways.venue}"
            account.note(Kind.GUESSED, Place(origin, ""), message)
        wanted = DEFAULT_VENUE
    problems: list[Problem] = []
    profile = profile_of(VenueChoice(wanted), problems)
    if profile is None:
        raise Faults(origin, [Fault("", problem.message, problem.expected) for problem in problems])
    return profile


def _margins_alone(account: Account, currency: str) -> Decimal | None:
    """What the positions hold by themselves, where a venue states the margin of each and none shares a pool."""
    held = account.holdings
    if account.literal or not held or any(h.mode != Mode.ISOLATED or "margin" not in h.figures for h in held):
        return None
    if any((h.currency or currency) != currency for h in held):
        return None
    total = sum((h.figures["margin"] for h in held), ZERO)
    return total if total > ZERO else None


def _wallet(account: Account, options: Options, currency: str, origin: str) -> Decimal:
    """All cash, without open PnL: as the user says, else as it is stated, else what is left of an equity."""
    if options.wallet is not None:
        return options.wallet
    _settle_totals(account)
    if currency in account.equity and currency not in account.cash:
        _less_pnl(account, currency)
    if currency not in account.cash:
        own = _margins_alone(account, currency)
        if own is not None:
            told = f"no balance is given: the wallet is the margin of its isolated positions, {grouped(own)} {currency}"
            account.note(Kind.GUESSED, Place(origin, ""), f"{told}{options.ways.another_wallet}")
            return own
        message = f"no balance in {shown(currency)} was found"
        way = options.ways.wallet
        expected = way if account.literal else f"the payload of the balance as well, or {way}"
        raise Faults(origin, [Fault("", message, expected)])
    amount, place = account.cash[currency]
    if posting(amount) != amount:
        account.note(Kind.GUESSED, place, "the wallet is rounded to 18 decimals")
    account.note(Kind.TAKEN, place, f"a wallet of {grouped(posting(amount))} {currency}")
    return Decimal(text(posting(amount)))


def _settle_totals(account: Account) -> None:
    """Take what ccxt calls a total as the wallet, or as the equity where the venue counts open PnL in."""
    format = FORMATS.get(account.source)
    for name, (amount, place) in account.totals.items():
        if format is not None and format.total_counts_pnl:
            account.equity.setdefault(name, (amount, place))
        elif name not in account.cash:
            account.cash[name] = (amount, place)
            if amount and format is None:
                message = "the total is taken as the wallet; some venues count open profit in"
                account.note(Kind.GUESSED, place, message)


def _less_pnl(account: Account, currency: str) -> None:
    """The wallet of an equity: what is left without the open PnL of the positions that are here."""
    equity, place = account.equity[currency]
    earned = sum((pnl_of(holding) for holding in account.holdings), ZERO)
    account.cash[currency] = (equity - earned, place)
    if earned:
        account.note(Kind.GUESSED, place, f"the wallet is {grouped(equity)} less the open PnL of {grouped(earned)}")


def _row(holding: Holding, margin: Decimal | None, account: Account) -> dict[str, Any]:
    """A position as the document has it; what is not known is not there."""
    given = {key: holding.figures[key] for key in ("entry", "leverage") if key in holding.figures}
    words = {"market": holding.market, "side": holding.side, "mode": holding.mode, "quantity": holding.quantity}
    row = ({} if holding.id is None else {"id": holding.id}) | words | given
    if margin is not None:
        row["margin"] = margin
    if holding.stated:
        said: dict[str, Any] = {key: _readable(holding.stated[key]) for key in STATED_KEYS if key in holding.stated}
        row["stated"] = said | ({"incomplete": True} if account.partial and holding.mode == Mode.CROSS else {})
    return row


def _readable(value: Decimal) -> Decimal:
    """A figure that is only shown, with no more digits than a file may have."""
    return value if len(value.as_tuple().digits) <= DIGITS_SHOWN else _SHOWN.plus(value)


def _symbol(held: Sequence[Holding], currency: str) -> dict[str, Any]:
    """A market by its name, its kind where that is written, and what it settles in where that is another asset."""
    kind, settles = held[0].kind, held[0].currency
    own = {} if settles in (None, currency) else {"settles": settles}
    return {"symbol": held[0].market} | ({} if kind is None else {"kind": kind}) | own


def _market(
    held: Sequence[Holding], account: Account, profile: Profile, options: Options, currency: str
) -> dict[str, Any]:
    """A market with its mark, and with a tier of its own where the venue's tables have none that fits."""
    market = _symbol(held, currency)
    symbol = held[0].market
    marks = [holding.figures["mark"] for holding in held if "mark" in holding.figures]
    if marks:
        market["mark"] = marks[0]
    elif not account.literal:
        account.note(Kind.GUESSED, held[0].place, f"{symbol}: no mark is given: its entry is used")
    if any(mark != marks[0] for mark in marks):
        account.note(Kind.GUESSED, held[0].place, f"{symbol}: of several marks the first, {grouped(marks[0])}")
    tiers = tiers_for(held, account, profile, options.tiers, options.ways.tiers)
    if tiers is not None:
        market["tiers"] = tiers
    return market
