"""A search for small files that are slow: random workspaces of what their grammar allows, the work of each counted.

python -m tests.fuzz.slow [FILES [SEED]]

What is counted is function calls, the same on every machine, and the most memory that was held. The worst files are
printed with both, as they are and for each byte; none may take more than MOST_CALLS and MOST_MEMORY, whatever it asks.
"""

from __future__ import annotations

import random
import sys
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass

from isocross.paths.glide import ReachError
from isocross.rehearsal.kinds import LivedType, lived_rehearsal, type_of
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.report.json import timeline_json
from isocross.report.lived import lived_timeline_json
from isocross.rules.catalogue import profile_ids
from isocross.work import TooMuchWork
from isocross.workspace import Faults, book_of, load_text
from tests.bench.measured import operations_of_call

MOST_CALLS = 6_000_000
"""Some seconds; an account that is given up after `MOST_STEPS` steps takes about half of it."""
MOST_MEMORY = 64 * 2**20
"""Bytes; a visit has four times as much."""
WORST_SHOWN = 10
PRICES = ("1e-9", "1", "60000", "1e9")
NOTIONALS = ("1e3", "1e6", "1e9", "1e13")
LEVERAGES = ("1", "2.5", "20", "125", "10000")
RATES = ("0.000001", "0.005", "0.05", "0.3")


@dataclass(frozen=True)
class Tried:
    """One file, what it took, and how it ended."""

    text: str
    calls: int
    memory: int
    """The most bytes that were held at a time."""
    ended: str

    @property
    def each(self) -> float:
        """Calls for each byte."""
        return self.calls / len(self.text)

    @property
    def held(self) -> float:
        """Bytes of memory for each byte."""
        return self.memory / len(self.text)

    @property
    def takes_too_much(self) -> bool:
        """Whether it took more than a file may."""
        return self.calls > MOST_CALLS or self.memory > MOST_MEMORY


def workspace(dice: random.Random) -> str:
    """A file of what the grammar allows, its figures far apart, its wallet about what its positions need."""
    marks = {f"M{n}": dice.choice(PRICES) for n in range(dice.randint(1, 3))}
    lines, needed = [], 0.0
    for market, mark in marks.items():
        lines += ["[[markets]]", f'symbol = "{market}"', f"mark = {mark}", f"tiers = [{_tiers(dice)}]"]
    for n in range(dice.randint(1, 6)):
        market = dice.choice(list(marks))
        notional, leverage = float(dice.choice(NOTIONALS)), float(dice.choice(LEVERAGES))
        needed += notional / leverage
        quantity, entry = notional / float(marks[market]), float(marks[market]) * dice.choice((1, 1, 1.02, 0.98))
        lines += ["[[positions]]", f'id = "p{n}"', *_position(dice, market, quantity, entry, leverage)]
    wallet = needed * dice.choice((1.01, 1.1, 2, 100))
    head = [f'venue = "{dice.choice(profile_ids())}"', f"wallet = {wallet:.6g}"]
    return "\n".join([*head, *lines, "[scenario]", *_scenario(dice)]) + "\n"


def _tiers(dice: random.Random) -> str:
    count, rate = dice.choice((1, 1, 2, 5, 200)), float(dice.choice(RATES))
    rows = (
        f"{{ from = {n * 1000}, rate = {rate * (1 + n / count):.9f}, max_leverage = 1000000 }}" for n in range(count)
    )
    return ", ".join(rows)


def _position(dice: random.Random, market: str, quantity: float, entry: float, leverage: float) -> Iterator[str]:
    isolated = dice.random() < 0.4
    yield f'market = "{market}"'
    yield f'side = "{dice.choice(("long", "short"))}"'
    yield f'mode = "{"isolated" if isolated else "cross"}"'
    yield f"quantity = {quantity:.6g}"
    yield f"entry = {entry:.6g}"
    yield f"leverage = {leverage:.6g}"
    if isolated and dice.random() < 0.5:
        yield "auto_margin = true"


def _scenario(dice: random.Random) -> Iterator[str]:
    if dice.random() < 0.3:
        yield 'path = "walk"'
        yield f"legs = [{', '.join(dice.choice(('-0.05', '0.05', '-0.3')) for _ in range(dice.choice((3, 500))))}]"
    yield f"shock = {dice.choice(('-0.9', '-0.1', '0.5', '2.9'))}"


def try_out(text: str) -> Tried:
    """Read a file, rehearse it both ways and live its path, counting; nothing but a refusal may come out."""
    ended = ["worked out"]

    def rehearse() -> None:
        try:
            asked = load_text(text)
            book = book_of(asked)
            if isinstance(type_of(asked.scenario), LivedType):
                lived_timeline_json("slow", lived_rehearsal(book, asked.scenario))
            rehearsal = GlideRehearsal(book, asked.scenario.betas)
            timeline_json("slow", rehearsal, asked.scenario.shock)
            timeline_json("slow", rehearsal, -asked.scenario.shock / 4)
        except TooMuchWork as error:
            ended[0] = str(error)
        except (Faults, ReachError) as error:
            ended[0] = type(error).__name__

    tracemalloc.start()
    try:
        calls = operations_of_call(rehearse)
        _, memory = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return Tried(text, calls, memory, ended[0])


def trials(files: int, seed: int) -> list[Tried]:
    """So many random files, the worst for their size first."""
    dice = random.Random(seed)
    return sorted((try_out(workspace(dice)) for _ in range(files)), key=lambda tried: tried.each, reverse=True)


def main() -> int:
    """Print the worst; 1 where one of them took too much."""
    numbers = [int(word) for word in sys.argv[1:]]
    found = trials(*(numbers + [200, 1][len(numbers) :]))
    hungriest = sorted(found, key=lambda tried: tried.held, reverse=True)
    for tried in dict.fromkeys([*found[:WORST_SHOWN], *hungriest[:WORST_SHOWN]]):
        took = (
            f"{tried.calls:>10,} calls {tried.each:>10,.0f} a byte {tried.memory:>12,} bytes {tried.held:>9,.0f} a byte"
        )
        print(f"{took} of {len(tried.text):,}: {tried.ended}")
    slow = [tried for tried in found if tried.takes_too_much]
    for tried in slow:
        print(f"\ntoo much, {tried.calls:,} calls and {tried.memory:,} bytes:\n{tried.text}")
    return 1 if slow else 0


if __name__ == "__main__":
    raise SystemExit(main())
