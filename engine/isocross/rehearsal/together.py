"""A scenario as it moves the markets of one coin: what is named takes its mates along, or is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from isocross.account.book import Book
from isocross.account.mates import mates, with_mates
from isocross.paths.together import told_apart
from isocross.rehearsal.scenario import Scenario

Path = tuple[str | int, ...]


def with_all_mates(book: Book, scenario: Scenario) -> Scenario:
    """Let its parts and its legs name every market of a coin of which they name one."""
    if not mates(book):
        return scenario
    legs = tuple(replace(step, own=with_mates(book, step.own)) for step in scenario.legs)
    return replace(scenario, betas=book.betas_with(scenario.betas), legs=legs)


def taken_apart(book: Book, scenario: Scenario) -> tuple[Path, str] | None:
    """Where a scenario takes the price of a coin and what is margined in it apart, and which two; None: nowhere."""
    for path, shares in _shares(with_all_mates(book, scenario)):
        told = told_apart(book, shares)
        if told is not None:
            return path, told
    return None


def _shares(scenario: Scenario) -> Iterator[tuple[Path, Mapping[str, Decimal]]]:
    """By how much the markets move that are named: times the common move, and on each leg that has ways of their own.

    A leg that names one market of a coin names all of them.
    """
    yield ("scenario", "betas"), scenario.betas
    for index, step in enumerate(scenario.legs):
        yield ("scenario", "legs", index), step.own
