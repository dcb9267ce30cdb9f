"""Where each part of a document is from, so that what is wrong with it is named by its place in the payload."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from isocross.exchange.account import Account, Holding
from isocross.exchange.assets_found import Place
from isocross.money import ZERO
from isocross.toml.faults import Fault, Faults
from isocross.toml.places import Problem, key_text


def by_market(account: Account) -> Mapping[str, list[Holding]]:
    """Group the positions by their markets."""
    found: dict[str, list[Holding]] = {}
    for holding in account.holdings:
        found.setdefault(holding.market, []).append(holding)
    return found


class Sources:
    """Where each part of the document is from."""

    def __init__(self, account: Account, currency: str | None, origin: str, assets: Sequence[str] = ()) -> None:
        self.origin = origin
        self.holdings = account.holdings
        self.markets = list(by_market(account).values())
        self.cash = account.cash.get(currency or "", (ZERO, Place(origin, "")))[1]
        self.assets = [account.assets.coins[name].place for name in assets]

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
            case ("assets", int(index), *_) if index < len(self.assets):
                return self.assets[index]
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
