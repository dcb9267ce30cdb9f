"""What a kind of path says of itself, and what the kinds of one family have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from isocross.money import ZERO
from isocross.records import dataclass
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rehearsal.scenario import PathKind, Scenario
from isocross.toml.places import Problem, listing, meant
from isocross.toml.write import value_text

if TYPE_CHECKING:
    from isocross.account.book import Book
    from isocross.paths.bars import Bar
    from isocross.rehearsal.lived import LivedRehearsal
    from isocross.rehearsal.rehearsal import Rehearsal
    from isocross.toml.places import Path

Reader = Callable[[object, Mapping[str, None], list[Problem]], Any]
"""Reads what stands at a key: with the markets of the file, and a list that takes what is wrong with it."""


class PriceHistory(Protocol):
    """What a replay needs of a history."""

    @property
    def title(self) -> str:
        """What it is called."""

    def bars(self) -> Iterable[Bar]:
        """Its bars, from the earliest on."""


Histories = Callable[[str], PriceHistory]
"""Finds a history by its name; HistoryError where there is none."""


def _plain(value: Any) -> str:
    return value_text(value.value if isinstance(value, StrEnum) else value)


@dataclass(frozen=True)
class Key:
    """A key of `[scenario]` that belongs to a kind of path; the scenario has a field of its name."""

    name: str
    expected: str
    """What it may hold, in words."""
    plain: Callable[[Any], Any] | None = None
    """Reads a plain value; raises BadValue."""
    read: Reader | None = None
    """Reads a value that is not plain, which needs the markets of the file."""
    schema: Mapping[str, Any] | None = None
    """What such a value may hold, for editors."""
    write: Callable[[Any], str] = _plain

    @property
    def default(self) -> Any:
        """What holds where the key is absent."""
        return getattr(Scenario(), self.name)

    def of(self, scenario: Scenario) -> Any:
        """Return what a scenario has there."""
        return getattr(scenario, self.name)

    def text(self, scenario: Scenario) -> str | None:
        """Write what a scenario has there; None: it is the default."""
        value = self.of(scenario)
        return None if value == self.default else self.write(value)


class PathType(ABC):
    """One kind of path."""

    kind: ClassVar[PathKind]
    keys: ClassVar[tuple[Key, ...]] = ()
    """Its own in a file, in their order."""
    needs: ClassVar[tuple[str, ...]] = ()
    """Those of them without which there is no such path."""
    words: ClassVar[str]
    """How the marks move, in few words."""

    def called(self, scenario: Scenario) -> str:  # noqa: ARG002 - a kind that knows better says so
        """Name it in a list of kinds."""
        return self.kind.value

    @abstractmethod
    def title(self, scenario: Scenario) -> str:
        """Say what was chosen, a sentence without its end."""

    @property
    def noun(self) -> str:
        """Name it in a list of changes."""
        return self.kind.value

    def missing(self, scenario: Scenario) -> list[Key]:
        """List the keys without which a scenario has no such path."""
        return [key for key in self.keys if key.name in self.needs and key.of(scenario) is None]

    def reached(self, scenario: Scenario) -> Iterator[tuple[Path, Decimal]]:  # noqa: ARG002
        """Yield every common move that its keys ask for, with its place in the file."""
        yield from ()

    def apart(self, scenario: Scenario) -> Iterator[tuple[Path, Mapping[str, Decimal]]]:  # noqa: ARG002
        """Yield how far markets go that its keys give ways of their own, by market, with its place in the file."""
        yield from ()

    has_bars: ClassVar[bool] = False
    """Whether it goes bar by bar along a history."""

    @abstractmethod
    def rehearse(self, book: Book, scenario: Scenario, history_of: Histories | None = None) -> Rehearsal:
        """Put an account on it."""

    def what_if(self, book: Book, scenario: Scenario) -> GlideRehearsal:
        """Let the marks of an account glide instead."""
        return GlideRehearsal(book, scenario.betas)

    # --- its cursor: a desk keeps a shock for glides and a place for lived paths --------------------

    @abstractmethod
    def cursor(self, shock: Decimal, place: Decimal) -> Decimal:
        """Return which of them is the cursor."""

    @abstractmethod
    def moved(self, shock: Decimal, place: Decimal, cursor: Decimal) -> tuple[Decimal, Decimal]:
        """Return both with the cursor at another place."""

    @abstractmethod
    def ahead(self, shock: Decimal) -> Decimal:
        """Return the shock in whose direction joint triggers are looked for."""

    @abstractmethod
    def kept(self, place: Decimal) -> Decimal | None:
        """Return the place as a file keeps it; None: it keeps none."""

    def entered(self, scenario: Scenario, at: Decimal | None) -> Decimal:  # noqa: ARG002
        """Return the place where a desk begins, given where its view was left."""
        return ZERO if at is None else at

    # --- what is done on it -------------------------------------------------------------------------

    grows = False
    """Whether each step of the price is one more leg of it."""

    def cut(self, scenario: Scenario, place: Decimal) -> tuple[Scenario, Decimal]:
        """Drop what comes after a place: the scenario without it, and that place on it."""
        return replace(scenario, moves=tuple(move for move in scenario.moves if move.at <= place)), place


class LivedType(PathType):
    """A path on which time only goes forward, and what happened stays."""

    def title(self, scenario: Scenario) -> str:
        """Say what was chosen."""
        return f"Lived: {self.called(scenario)}"

    @abstractmethod
    def rehearse(self, book: Book, scenario: Scenario, history_of: Histories | None = None) -> LivedRehearsal:
        """Walk it with an account."""

    def cursor(self, shock: Decimal, place: Decimal) -> Decimal:  # noqa: ARG002
        """Return the place."""
        return place

    def moved(self, shock: Decimal, place: Decimal, cursor: Decimal) -> tuple[Decimal, Decimal]:  # noqa: ARG002
        """Return the shock as it is, and the new place."""
        return shock, cursor

    def ahead(self, shock: Decimal) -> Decimal:  # noqa: ARG002
        """Return 0: down from the cursor."""
        return ZERO

    def kept(self, place: Decimal) -> Decimal | None:
        """Return the place itself."""
        return place


def check_market(symbol: str, path: Path, markets: Mapping[str, None], problems: list[Problem]) -> None:
    """Tell where a name is none of a market of the file."""
    if symbol not in markets:
        message = f"no market of this file has this name{meant(symbol, markets, len(problems))}"
        expected = f"one of {listing(markets)}" if markets else "a market of this file"
        problems.append(Problem(path, message, expected, at_key=True))
