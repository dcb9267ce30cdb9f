"""A live account on the desk: it moves with the venue, its age is in the title, and a what-if is left by one key."""

from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import pytest

from isocross.live.asking import AskError
from isocross.live.following import Following
from isocross.live.marks import LINES, MarkStream
from isocross.live.reading import Reading
from isocross.workspace.load import Source
from isocross.workspace.resolve import load
from isocross_tui.app import Desk
from tests.journeys.screen import flowing, screen_lines


class Venue:
    """A source whose account has as much cash as it is told."""

    def __init__(self, now):
        self.now, self.wallet, self.fault, self.without = now, Decimal(1000), None, 0

    def read(self):
        if self.fault is not None:
            raise AskError(self.fault)
        opened = load("guide-cross")
        held = opened.positions[: len(opened.positions) - self.without]
        workspace = replace(opened, wallet=self.wallet, positions=held)
        return Reading(SimpleNamespace(workspace=workspace, notes=()), self.now[0])


def live_desk():
    now = [100.0]
    venue = Venue(now)
    following = Following(venue, 1000, lambda: now[0])
    assert following.ask()
    desk = Desk(Source(following.reading.imported.workspace), following=following)
    return now, venue, following, desk


def title(desk):
    return "".join(span.text for span in desk.query_one("#title").written[0].spans)


async def news(pilot, desk, following):
    following.ask()
    desk.live._answered()
    await pilot.pause()


async def test_the_desk_moves_with_the_account_and_says_how_old_it_is():
    now, venue, following, desk = live_desk()
    async with desk.run_test(size=(120, 32)) as pilot:
        assert "● live 0 s ago" in title(desk)
        venue.wallet = Decimal(900)
        await news(pilot, desk, following)
        assert desk.state.workspace.wallet == 900
        assert not desk.state.unsaved
        now[0], venue.fault = 280.0, "Hyperliquid answered with half an answer."
        following.every = 10
        await news(pilot, desk, following)
        assert "● stale 3 min" in title(desk)
        assert desk.state.workspace.wallet == 900
        assert desk.state.message.text == venue.fault


async def test_a_position_that_is_gone_from_the_account_is_told():
    _, venue, following, desk = live_desk()
    async with desk.run_test(size=(120, 32)) as pilot:
        venue.without = 1
        await news(pilot, desk, following)
        assert desk.state.message.text == "The live account does not hold ETHUSDT short any more."
        assert [held.id for held in desk.state.workspace.positions] == ["btc"]


async def test_an_edit_is_a_what_if_until_the_way_back():
    _, venue, following, desk = live_desk()
    async with desk.run_test(size=(120, 32)) as pilot:
        await pilot.press("f")
        flipped = desk.state.workspace.positions
        venue.wallet = Decimal(900)
        await news(pilot, desk, following)
        assert (desk.state.workspace.positions, desk.state.workspace.wallet) == (flipped, 1000)
        assert "● what-if over live 0 s ago" in title(desk)
        await pilot.press("L")
        await pilot.pause()
        assert desk.state.workspace.wallet == 900
        assert desk.state.workspace.positions != flipped
        assert "● live 0 s ago" in title(desk)


async def test_a_desk_without_a_live_account_says_so():
    desk = Desk(Source(load("guide-cross")))
    async with desk.run_test(size=(120, 32)) as pilot:
        await pilot.press("L")
        assert desk.state.message.text.startswith(
            "No account is followed live; isocross live hyperliquid:0x… follows one."
        )
        assert "●" not in title(desk)


@pytest.mark.parametrize("size", [(80, 24), (50, 5)])
async def test_the_age_is_in_the_smallest_title_and_in_the_line_of_a_still_smaller_terminal(size):
    now, venue, following, desk = live_desk()
    following.every = 10
    async with desk.run_test(size=size) as pilot:
        now[0] = 112.0
        desk.live.mind()
        await pilot.pause()
        assert "live 12 s ago" in flowing(screen_lines(desk))
        now[0], venue.fault = 280.0, "Hyperliquid answered with half an answer."
        await news(pilot, desk, following)
        assert "stale 3 min" in flowing(screen_lines(desk))
        await pilot.press("f")
        desk.live.mind()
        await pilot.pause()
        if size == (80, 24):
            assert "what-if over stale 3 min" in flowing(screen_lines(desk))


async def test_a_stream_moves_the_marks_between_two_questions_but_no_what_if():
    now, _, following, desk = live_desk()
    async with desk.run_test(size=(120, 32)) as pilot:
        # from here on, so that no line is opened
        following.stream = MarkStream(LINES["binance"], clock=lambda: now[0], wanted=frozenset({"BTCUSDT"}))
        now[0] = 112.0
        following.stream.hear('[{"e": "markPriceUpdate", "s": "BTCUSDT", "p": "59000"}]')
        desk.live.mind()
        await pilot.pause()
        assert mark(desk) == 59000
        assert not desk.state.unsaved
        assert "● live 12 s ago, marks 0 s" in title(desk)
        await pilot.press("f")
        following.stream.hear('[{"e": "markPriceUpdate", "s": "BTCUSDT", "p": "58000"}]')
        desk.live.mind()
        await pilot.pause()
        assert mark(desk) == 59000
        await pilot.press("L")
        await pilot.pause()
        assert mark(desk) == 58000


def mark(desk):
    return next(each.mark for each in desk.state.workspace.markets if each.symbol == "BTCUSDT")
