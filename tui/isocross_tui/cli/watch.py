"""`isocross watch`: accounts in files or live, and one line when a threshold is crossed or it is back."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

import click

from isocross.paths.shock import ShockError, parse_part
from isocross.toml.faults import Faults
from isocross.work import TooMuchWork
from isocross.workspace.build import book_of
from isocross.workspace.resolve import load
from isocross_tui.cli.common import refuse
from isocross_tui.cli.live import seconds
from isocross_tui.cli.notices import destinations

if TYPE_CHECKING:
    from isocross.live.watching import Thresholds

NOTIFY = "Where an alert goes: desktop, an address for JSON, or what apprise takes. It can be given more than once."


class State(NamedTuple):
    """What a look found."""

    word: str
    """`OK`, `ALERT` or `STALE`."""
    told: str
    about: tuple[str, ...] = ()
    """Which thresholds are crossed, or why it is stale; the figures in what is told move on by themselves."""

    def is_news_after(self, before: State | None) -> bool:
        """Tell whether it is another state, and not the same one with other figures."""
        return before is None or (self.word, self.about) != (before.word, before.about)


def _share(_context: click.Context, _option: click.Parameter, value: str | None) -> Decimal | None:
    if value is None:
        return None
    try:
        share = parse_part(value)
    except ShockError:
        share = Decimal(-1)
    if not 0 < share <= 10:
        raise click.BadParameter(f"{value!r} is not a share: expected one like 15% or 0.15")
    return share


@click.command()
@click.argument("sources", nargs=-1, required=True)
@click.option(
    "--at", "prices", multiple=True, help="A price to tell of, such as 'BTC<84000'. It can be given more than once."
)
@click.option("--distance", callback=_share, help="Tell of a position this near to its liquidation: 15%.")
@click.option("--ratio", callback=_share, help="Tell of a margin ratio at or above this: 0.7.")
@click.option("--every", default="30s", callback=seconds, help="The time between two looks. Default: 30s.")
@click.option("--notify", multiple=True, envvar="ISOCROSS_NOTIFY", help=NOTIFY)
@click.option("--once", is_flag=True, help="Look once; the exit code is 1 where something is to be told.")
@click.option("--url", default="", help="Another address of the venue, such as that of isocross venue.")
def watch(
    sources: tuple[str, ...],
    prices: tuple[str, ...],
    distance: Decimal | None,
    ratio: Decimal | None,
    every: int,
    notify: tuple[str, ...],
    **how: str | bool,
) -> None:
    """Watch accounts, and say when a threshold is crossed.

    Each account is in a file, or live. The end of an alert is told too. A line begins with OK, ALERT or STALE, for
    monitors that look for a word. With several accounts their names follow.
    """
    from isocross.live.watching import ThresholdError, Thresholds, price_line  # noqa: PLC0415 - slow to load

    try:
        thresholds = Thresholds(tuple(map(price_line, prices)), distance, ratio)
    except ThresholdError as error:
        raise click.BadParameter(str(error), param_hint=["--at"]) from None
    if thresholds == Thresholds():
        raise click.UsageError("nothing to watch: expected --at, --distance or --ratio")
    looks = {source: _look(source, thresholds, every, str(how["url"])) for source in sources}
    send, known = destinations(notify), dict[str, State]()
    with suppress(KeyboardInterrupt):
        while True:
            for source, look in looks.items():
                now, before = look(), known.get(source)
                if now.is_news_after(before):
                    _tell(now, before, source, send, named=len(looks) > 1)
                known[source] = now
            if how["once"]:
                break
            time.sleep(every)
    raise SystemExit(0 if not how["once"] or all(state.word == "OK" for state in known.values()) else 1)


def _tell(
    now: State, before: State | None, source: str, send: Callable[[str, str, str], list[str]], *, named: bool
) -> None:
    """Print a state, and send it on, but for an account that is well from the start."""
    click.echo(f"{now.word} {source}: {now.told}" if named else f"{now.word} {now.told}")
    if now.word == "OK" and before is None:
        return
    for trouble in send(now.word, now.told, source):
        click.echo(trouble, err=True)


def _look(source: str, thresholds: Thresholds, every: int, url: str) -> Callable[[], State]:
    """Make what looks at the source.

    A file that cannot be read ends the watch with its faults, unless it could before: somebody is writing it.
    """
    from isocross.studies.first_price import MarketError  # noqa: PLC0415 - slow to load

    look = _at(source, thresholds, every, url)
    was_read = False

    def looked() -> State:
        nonlocal was_read
        try:
            state = look()
        except (Faults, MarketError, TooMuchWork) as error:
            if not was_read:
                refuse(error)
            fault = str(error).splitlines()[0]
            return State("STALE", fault, (fault,))
        was_read = True
        return state

    return looked


def _at(source: str, thresholds: Thresholds, every: int, url: str) -> Callable[[], State]:
    """Make what looks at the source, and raises what is wrong with it."""
    from isocross.live.following import Following  # noqa: PLC0415 - slow to load
    from isocross.live.sources import SourceError, is_live, source_named  # noqa: PLC0415 - as above
    from isocross.live.watching import crossed, frame_of, nearest_words  # noqa: PLC0415 - as above

    try:
        following = Following(source_named(source, url), every) if is_live(source) else None
    except SourceError as error:
        raise click.BadParameter(str(error), param_hint=["SOURCE"]) from None

    def look() -> State:
        if following is not None:
            following.ask()
            if following.is_stale or following.reading is None:
                told = f"{following.words}: {following.trouble or 'the venue gives an old state'}"
                return State("STALE", told, (following.trouble,))
            workspace = following.reading.imported.workspace
        else:
            workspace = load(source)
        book, betas = book_of(workspace), workspace.scenario.betas
        found = crossed(book, thresholds, betas)
        if not found:
            age = "" if following is None else f" · {following.words}"
            return State("OK", f"{workspace.name} · {nearest_words(frame_of(book, betas))}{age}")
        return State("ALERT", "; ".join(each.told for each in found), tuple(each.what for each in found))

    return look
