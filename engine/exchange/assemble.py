"""From what was found to a workspace: checked like a file, with every fault named by its place in the payload."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.exchange.account import POSITIONS_LIMIT, Account, Holding, Kind, Note, Place
from engine.exchange.figures import complete, ladder_of, margin_of
from engine.market import Kind as ContractKind
from engine.market import TierKey
from engine.money import ZERO, posting, text
from engine.profiles import DEFAULT_VENUE, listed_market, profile_ids
from engine.venue import CrossMachine, Profile
from engine.workspace.build import Parts, check, profile_of
from engine.workspace.draft import CURRENCY, draft_of
from engine.workspace.faults import Fault, Faults, shown
from engine.workspace.model import FORMAT, VenueChoice, Workspace
from engine.workspace.problems import Problem, key_text
from engine.workspace.read import load_text
from engine.workspace.write import dump


@dataclass(frozen=True, slots=True)
class Options:
    """What the user says beside the payload; None: the payload decides."""

    venue: str | None = None
    wallet: Decimal | None = None
    currency: str | None = None
    leverage: Decimal | None = None
    """Of a position whose payload gives none."""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """A workspace and how it came about."""

    workspace: Workspace
    notes: tuple[Note, ...]


def assemble(account: Account, options: Options, origin: str, title: str) -> Imported:
    """The workspace of an account; raises Faults for what no workspace can hold."""
    currency = options.currency or _currency(account)
    _keep(account, currency)
    if len(account.holdings) > POSITIONS_LIMIT:
        message = f"there are {len(account.holdings)} positions"
        raise Faults(origin, [Fault("", message, f"at most {POSITIONS_LIMIT}")])
    profile = _profile(account, options, origin)
    wallet = _wallet(account, options, currency, origin)
    if not account.literal:
        for holding in account.holdings:
            complete(holding, account, options.leverage)
    top_up = profile.cross_machine is CrossMachine.TOP_UP
    document: dict[str, Any] = {
        "format": FORMAT,
        "name": options.name or f"{title} account",
        "venue": options.venue or profile.id,
        "wallet": wallet,
        "currency": currency,
        "markets": [_symbol(held) for held in _by_market(account).values()],
        "positions": [_row(holding, margin_of(holding, account, top_up)) for holding in account.holdings],
    }
    sources = _Sources(account, None if options.wallet is not None else currency, origin)
    sources.refuse(draft_of(document).problems)
    document["markets"] = [_market(held, account, profile) for held in _by_market(account).values()]
    workspace = _checked(document, sources)
    for holding, position in zip(account.holdings, workspace.positions, strict=True):
        told = f"{position.market} {position.side} {text(position.quantity)} at {text(position.entry)}, "
        account.note(Kind.TAKEN, holding.place, f"{told}{text(position.leverage)}x {position.mode}, as {position.id}")
    return Imported(workspace, tuple(sorted(account.notes, key=lambda note: list(Kind).index(note.kind))))


def _checked(document: dict[str, Any], sources: _Sources) -> Workspace:
    """The workspace of a document, proven to be read back as it is."""
    draft = draft_of(document)
    problems = list(draft.problems)
    wallet, currency = (draft.head.wallet, draft.head.currency) if draft.head else (None, None)
    check(Parts(draft.venue, wallet, draft.markets, draft.positions, currency), problems)
    sources.refuse(problems)
    workspace = draft.workspace("")
    if load_text(dump(workspace), sources.origin) != workspace:
        raise Faults(sources.origin, [Fault("", "what was found cannot be written as a workspace", "")])
    return workspace


def _currency(account: Account) -> str:
    """What most positions are margined in; without positions what there is cash of, USDT first."""
    held = Counter(holding.currency for holding in account.holdings if holding.currency)
    if held:
        return held.most_common(1)[0][0]
    rich = [name for name, (amount, _) in account.cash.items() if amount]
    return CURRENCY if CURRENCY in rich or not rich else rich[0]


def _keep(account: Account, currency: str) -> None:
    """Leave out what is margined in something else."""
    for holding in account.holdings:
        if holding.currency not in (None, currency):
            message = f"{holding.market}: it is margined in {holding.currency}, and the account is in {currency}"
            account.note(Kind.LEFT_OUT, holding.place, message)
    for other in sorted({h.currency for h in account.holdings if h.currency not in (None, currency)}):
        message = f"what is margined in {other}: an account has one collateral; --currency {other} takes that part"
        account.note(Kind.LEFT_OUT, Place("", ""), message)
    account.holdings = [h for h in account.holdings if h.currency in (None, currency)]
    for name, (amount, place) in account.cash.items():
        if name != currency and amount:
            account.note(Kind.LEFT_OUT, place, f"{text(amount)} {name}: the account is in {currency}")


def _profile(account: Account, options: Options, origin: str) -> Profile:
    """The venue's rules, or the guide's where isocross has none of that venue."""
    wanted = options.venue or account.source
    if options.venue is None and wanted not in profile_ids():
        if not account.literal:
            whose = f"isocross has no rules of {wanted} yet" if wanted else "the payload does not say whose it is"
            message = f"{whose}: the rules are those of {DEFAULT_VENUE}, unless --venue names others"
            account.note(Kind.GUESSED, Place(origin, ""), message)
        wanted = DEFAULT_VENUE
    problems: list[Problem] = []
    profile = profile_of(VenueChoice(wanted), problems)
    if profile is None:
        raise Faults(origin, [Fault("", problem.message, problem.expected) for problem in problems])
    return profile


def _wallet(account: Account, options: Options, currency: str, origin: str) -> Decimal:
    if options.wallet is not None:
        return options.wallet
    if currency not in account.cash:
        message = f"no balance in {shown(currency)} was found"
        expected = "--wallet AMOUNT" if account.literal else "the payload of the balance as well, or --wallet AMOUNT"
        raise Faults(origin, [Fault("", message, expected)])
    amount, place = account.cash[currency]
    if posting(amount) != amount:
        account.note(Kind.GUESSED, place, "the wallet is rounded to 18 decimals")
    account.note(Kind.TAKEN, place, f"a wallet of {text(posting(amount))} {currency}")
    return Decimal(text(posting(amount)))


def _by_market(account: Account) -> Mapping[str, list[Holding]]:
    found: dict[str, list[Holding]] = {}
    for holding in account.holdings:
        found.setdefault(holding.market, []).append(holding)
    return found


def _row(holding: Holding, margin: Decimal | None) -> dict[str, Any]:
    """A position as the document has it; what is not known is not there."""
    given = {key: holding.figures[key] for key in ("entry", "leverage") if key in holding.figures}
    words = {"market": holding.market, "side": holding.side, "mode": holding.mode, "quantity": holding.quantity}
    own = {} if holding.id is None else {"id": holding.id}
    return own | words | given | ({} if margin is None else {"margin": margin})


def _symbol(held: Sequence[Holding]) -> dict[str, Any]:
    """A market by its name, and its kind where that is written."""
    kind = held[0].kind
    return {"symbol": held[0].market} | ({} if kind is None else {"kind": kind})


def _market(held: Sequence[Holding], account: Account, profile: Profile) -> dict[str, Any]:
    """A market with its mark, and with a tier of its own where the venue's tables have none that fits."""
    market = _symbol(held)
    symbol = held[0].market
    marks = [holding.figures["mark"] for holding in held if "mark" in holding.figures]
    if marks:
        market["mark"] = marks[0]
    elif not account.literal:
        account.note(Kind.GUESSED, held[0].place, f"{symbol}: no mark is given: it stands at its entry")
    if any(mark != marks[0] for mark in marks):
        account.note(Kind.GUESSED, held[0].place, f"{symbol}: of several marks the first, {text(marks[0])}")
    if not _known(held, profile, account.literal):
        market["tiers"] = [ladder_of(list(held), account)]
    return market


def _known(held: Sequence[Holding], profile: Profile, literal: bool) -> bool:
    """Whether the venue's tiers are known for this market, and allow these positions."""
    listed = listed_market(profile, held[0].market)
    tiers = (listed.tiers if listed else None) or profile.default_tiers
    stated = any("maintenance" in h.figures or "maintenance_rate" in h.figures for h in held)
    if not tiers or (listed is None and stated and not literal):
        return False
    inverse = any(h.kind == ContractKind.INVERSE for h in held)
    ladder = profile.ladder(tiers, ContractKind.INVERSE if inverse else ContractKind.LINEAR)
    for holding in held:
        by_notional = ladder.key is TierKey.NOTIONAL
        size = holding.value(holding.figures["entry"]) if by_notional else holding.quantity
        cap = listed.max_leverage if listed and listed.max_leverage is not None else ladder.max_leverage_at(ZERO)
        if holding.figures["leverage"] > min(cap, ladder.max_leverage_at(size)):
            return False
    return True


class _Sources:
    """Where each part of the document is from."""

    def __init__(self, account: Account, currency: str | None, origin: str) -> None:
        self.origin = origin
        self.holdings = account.holdings
        self.markets = list(_by_market(account).values())
        self.cash = account.cash.get(currency or "", (ZERO, Place(origin, "")))[1]

    def refuse(self, problems: Sequence[Problem]) -> None:
        """Raise the problems of the document as faults of the payload."""
        placed = [(self.place(problem), problem) for problem in problems if not _told_twice(problem)]
        if placed:
            origin = placed[0][0].origin
            raise Faults(origin, [self._fault(*pair) for pair in placed if pair[0].origin == origin])

    def place(self, problem: Problem) -> Place:
        """The place in the payload of a part of the document."""
        match problem.path:
            case ("positions", int(index), *rest):
                return self._of(self.holdings[index], rest)
            case ("markets", int(index), *rest):
                return self._of(self.markets[index][0], rest)
            case ("wallet",) if self.cash.key:
                return self.cash
        return Place(self.origin, key_text(problem.path))

    def _of(self, holding: Holding, rest: Sequence[str | int]) -> Place:
        key = str(rest[0]) if rest else ""
        own = holding.place
        if key in holding.places:
            return holding.places[key]
        return Place(own.origin, ".".join(filter(None, (own.key, key))), own.line)

    def _fault(self, place: Place, problem: Problem) -> Fault:
        message = problem.message
        if problem.see is not None:
            other = self.place(Problem(problem.see, ""))
            message = f"{message} {other.key if other.line is None else f'line {other.line}'}"
        return Fault(place.key, message, problem.expected, place.line)


def _told_twice(problem: Problem) -> bool:
    """The name of a market is that of its first position, where the same is told."""
    return problem.path[:1] == ("markets",) and problem.path[-1] == "symbol"
