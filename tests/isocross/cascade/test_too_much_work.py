"""Files of a few lines that ask for a million events: refused with the figure, while what is real is worked out."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner

from isocross.account.book import Book
from isocross.cascade import watch
from isocross.cascade.solver import solve
from isocross.cascade.watch import MOST_STEPS
from isocross.desk.actions.venue import SetVenue
from isocross.desk.state import State
from isocross.paths.glide import Glide
from isocross.rehearsal.rehearsal import GlideRehearsal
from isocross.rules.catalogue import load_profile
from isocross.rules.procedure import StepKind
from isocross.studies.advice import Advisor
from isocross.studies.survive import survive
from isocross.work import Stopped, TooMuchWork, Work
from isocross.workspace import Faults, book_of, load_text
from isocross.workspace.feasible import refuse_endless
from isocross_tui.cli.main import main
from isocross_tui.user.files import open_source

D = Decimal

pytestmark = pytest.mark.longest

PORTIONS = """
venue = "dydx"
wallet = {wallet}
[[markets]]
symbol = "BTCUSDT"
mark = 60000
tiers = [{{ from = 0, rate = 0.03, max_leverage = 20 }}]
[[positions]]
market = "BTCUSDT"
side = "long"
mode = "cross"
quantity = {quantity}
entry = 60000
leverage = 20
"""

DRAWS = """
venue = "coinex"
wallet = 1e15
[[markets]]
symbol = "M1"
mark = 1e-9
tiers = [{{ from = 0, rate = 0.005, max_leverage = 1000000 }}]
[[positions]]
market = "M1"
side = "long"
mode = "{mode}"
quantity = 0.01
entry = 100
leverage = 1000000
auto_margin = {auto}
"""

LEGS = """
venue = "binance"
wallet = 1000
{positions}
[scenario]
path = "walk"
legs = [{legs}]
"""
POSITION = """
[[positions]]
id = "p{n}"
market = "BTCUSDT"
side = "{side}"
mode = "{mode}"
quantity = {quantity}
entry = 60000
leverage = 10
"""


def portions(quantity: str) -> str:
    return PORTIONS.format(wallet=D(quantity) * 3000, quantity=quantity)


def endless() -> str:
    """Portions of many positions, each of which asks for thousands of events by itself."""
    head, market, position = portions("1e9").replace("wallet = ", "wallet = 2").partition("[[markets]]")[0], "", ""
    for n in range(20):
        one = portions("1e9").replace("BTCUSDT", f"M{n}USDT")
        market += one[one.index("[[markets]]") : one.index("[[positions]]")]
        position += one[one.index("[[positions]]") :]
    return head + market + position


def many_positions(count: int, mode: str = "cross") -> str:
    return "".join(POSITION.format(n=n, side="short", mode=mode, quantity=n + 1) for n in range(count))


def many_tiers(positions: int, tiers: int) -> str:
    rows = ", ".join(f"{{ from = {n * 10}, rate = {0.005 + n / 1e6:.6f}, max_leverage = 50 }}" for n in range(tiers))
    market = f'[[markets]]\nsymbol = "BTCUSDT"\nmark = 60000\ntiers = [{rows}]\n'
    return f'venue = "binance"\nwallet = 1e12\n{market}{many_positions(positions)}'


def legs(count: int, positions: int) -> str:
    return LEGS.format(positions=many_positions(positions), legs=", ".join(["-0.01", "0.01"] * (count // 2)))


ENDLESS = {
    "portions": (endless(), "reductions of m"),
    "tiers": (many_tiers(200, 2000), "tiers to go through"),
    "legs": (legs(6000, 60), "6,000 legs"),
}


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound is reached in a tenth of the steps: what is said at it, and where, is the same."""
    monkeypatch.setattr(watch, "MOST_STEPS", MOST_STEPS // 16)


def both_glides(book: Book, work: Work | None = None) -> None:
    for direction in (-1, 1):
        solve(book, Glide.common(book, {}, direction), work=work)


@pytest.mark.parametrize(("text", "figure"), ENDLESS.values(), ids=ENDLESS)
def test_a_small_file_with_work_without_end_is_refused_with_the_figure(text: str, figure: str):
    with pytest.raises(TooMuchWork, match=figure):
        refuse_endless(load_text(text))


def test_a_step_that_restores_next_to_nothing_is_refused():
    profile = load_profile("drift")
    steps = tuple(
        replace(step, amount=D("1e-15"), above=D(0)) if step.kind is StepKind.RESTORE else step
        for step in profile.steps
    )
    assert steps != profile.steps
    book = book_of(load_text(portions("1").replace("dydx", "drift")))
    with pytest.raises(TooMuchWork, match="reductions of btc"):
        both_glides(replace(book, profile=replace(profile, steps=steps)))


@pytest.mark.parametrize(
    "text",
    [
        portions("5000"),
        portions("1e9"),
        DRAWS.format(mode="isolated", auto="true"),
        legs(5000, 2),
        many_tiers(200, 40),
        many_tiers(2, 2000),
    ],
    ids=["portions", "millions", "draws", "legs", "positions", "tiers"],
)
def test_what_is_large_and_real_is_worked_out(text: str):
    refuse_endless(load_text(text))


@pytest.mark.usefixtures("soon")
def test_a_file_that_cannot_be_rehearsed_is_not_opened(tmp_path: Path):
    path = tmp_path / "endless.toml"
    path.write_text(endless())
    with pytest.raises(Faults, match="no end in sight"):
        open_source(str(path))


@pytest.mark.usefixtures("soon")
def test_a_change_that_cannot_be_rehearsed_is_refused_on_the_desk():
    elsewhere = SetVenue("dydx").apply(State.opened(load_text(endless().replace("dydx", "binance"))))
    assert elsewhere.message.text.startswith("Refused: This path has no end in sight after")
    assert elsewhere.message.tone == "bad"
    assert elsewhere.workspace.venue.profile == "binance"


@pytest.mark.usefixtures("soon")
@pytest.mark.parametrize("command", ["run", "compare", "frontier"])
def test_a_command_ends_with_one_sentence(command: str, tmp_path: Path):
    path = tmp_path / "endless.toml"
    path.write_text(endless())
    done = CliRunner().invoke(main, [command, str(path)])
    assert done.exit_code == 1
    assert done.stdout == ""
    assert "no end in sight" in done.stderr and "reductions of m" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_of_leverage_without_a_bound_only_what_a_venue_could_offer_is_tried():
    text = portions("10").replace("dydx", "coinex").replace("max_leverage = 20", "max_leverage = 1000000")
    book = book_of(load_text(text))
    leverage = survive(GlideRehearsal(book, {}), D("-0.2")).answers[-1]
    assert leverage.why.startswith("no leverage of those tried, 1,000,000x and 1x to 1,000x, would do")


def test_many_buckets_due_at_one_place_are_seen_to_in_a_work_that_grows_with_them():
    held = many_positions(1).replace('"short"', '"long"').replace("quantity = 1", "quantity = 0.01")
    positions = "".join(held.replace('"p0"', f'"p{n}"') for n in range(400))
    book = book_of(load_text(f'venue = "coinex"\nwallet = 100000\n{positions}'))
    work = Work()
    both_glides(book, work)
    assert 400 < work.done < 20 * 400


def test_a_study_is_given_up_where_its_paths_together_take_too_much():
    book = book_of(load_text(portions("500")))
    alone = Work()
    both_glides(book, alone)
    with pytest.raises(TooMuchWork, match=f"{alone.done - 1:,} steps"):
        both_glides(book, Work(most=alone.done - 1))
    assert alone.done < MOST_STEPS


def test_a_study_that_nobody_waits_for_any_more_stops_at_its_next_event():
    book = book_of(load_text(portions("500")))
    asked: list[None] = []

    def stopped() -> bool:
        asked.append(None)
        return len(asked) > 5

    with pytest.raises(Stopped):
        Advisor(GlideRehearsal(book, {}, work=Work(stopped=stopped))).advise([D("-0.2")])
    assert len(asked) == 6
