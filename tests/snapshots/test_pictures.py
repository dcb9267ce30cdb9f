"""What the desk looks like, at each size and in each theme."""

from decimal import Decimal

import pytest
from journeys.screen import Room, room

from engine.actions import SetTheme, ShockTo
from tui.face import Face
from tui.themes import load_themes, theme_folders

SIZES = {"80x24": (80, 24), "120x36": (120, 36), "200x60": (200, 60)}
THEMES = ("night", "day", "mono")
FOR_SOME_EYES = ("colour-blind", "contrast")


async def say_nothing(desk: Room) -> None:
    """Put away what was said last, which would stand over the keys."""
    desk.desk.clear_notifications()
    await desk.settle()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("theme", THEMES)
async def test_the_guides_account_as_it_is_opened(theme, size, picture):
    async with room("guide-cross", SIZES[size]) as desk:
        desk.desk.store.dispatch(SetTheme(theme))
        await desk.settle()
        picture(desk, f"guide-cross-{size}-{theme}")


@pytest.mark.parametrize("theme", FOR_SOME_EYES)
async def test_themes_for_eyes_that_need_them(theme, picture):
    async with room("guide-mixed", SIZES["120x36"]) as desk:
        desk.desk.store.dispatch(SetTheme(theme))
        await desk.settle()
        picture(desk, f"guide-mixed-120x36-{theme}")


async def test_in_ascii_and_before_an_audience(picture):
    async with room("guide-isolated", SIZES["80x24"], face=Face(ascii=True)) as desk:
        picture(desk, "guide-isolated-80x24-ascii")
        await desk.press("P")
        picture(desk, "presenting-80x24-ascii")


async def test_an_isolated_position_that_fell(picture):
    async with room("guide-cross", SIZES["120x36"]) as desk:
        await desk.press("f")
        await desk.shock_to(-40)
        await say_nothing(desk)
        picture(desk, "isolated-fell-120x36-night")


async def test_a_cascade_of_refills(picture):
    async with room("guide-cross", SIZES["120x36"]) as desk:
        await desk.venue("coinex")
        await desk.press("full_stop", "full_stop")
        await say_nothing(desk)
        picture(desk, "coinex-cascade-120x36-night")


@pytest.mark.parametrize(
    ("source", "size", "theme"),
    [("guide-cross", "80x24", "night"), ("basket", "120x36", "day"), ("ladder", "200x60", "mono")],
)
async def test_the_twin(source, size, theme, picture):
    async with room(source, SIZES[size]) as desk:
        desk.desk.store.dispatch(SetTheme(theme))
        desk.desk.store.dispatch(ShockTo(Decimal("-0.4")))
        await desk.press("2")
        await say_nothing(desk)
        picture(desk, f"twin-{source}-{size}-{theme}")


async def test_a_terminal_that_is_too_small(picture):
    async with room("guide-cross", (60, 20)) as desk:
        picture(desk, "too-small-60x20-night")


async def test_without_colours(picture):
    async with room("guide-cross", SIZES["120x36"], colours=False) as desk:
        picture(desk, "guide-cross-120x36-no-colours")


def test_every_theme_that_is_shipped_has_its_picture():
    assert set(load_themes(theme_folders()[:1]).themes) == {*THEMES, *FOR_SOME_EYES}


@pytest.mark.parametrize(("size", "theme"), [("80x24", "night"), ("120x36", "day")])
async def test_which_to_close_first(size, theme, picture):
    async with room("basket", SIZES[size]) as desk:
        desk.desk.store.dispatch(SetTheme(theme))
        await desk.press("c", "b")
        await desk.desk.workers.wait_for_complete()
        await say_nothing(desk)
        picture(desk, f"close-first-{size}-{theme}")


@pytest.mark.parametrize(("size", "theme"), [("80x24", "mono"), ("120x36", "night"), ("200x60", "day")])
async def test_a_crash_in_both_modes(size, theme, picture):
    async with room("crash-2025-10-10", SIZES[size]) as desk:
        desk.desk.store.dispatch(SetTheme(theme))
        await desk.press("4", "z", "full_stop", "full_stop", "greater_than_sign")
        await say_nothing(desk)
        picture(desk, f"crash-{size}-{theme}")


async def test_a_lessons_answer(picture):
    async with room("guide-cross", SIZES["80x24"]) as desk:
        await desk.press("5", "enter", "down", "space")
        await say_nothing(desk)
        picture(desk, "lesson-answer-80x24-night")


async def frontier(desk: Room, *keys: str) -> None:
    """Go to the frontier, press some keys, and wait until its map is worked out."""
    await desk.press("3", *keys)
    await desk.desk.workers.wait_for_complete()
    await say_nothing(desk)


async def test_the_frontier(picture):
    async with room("basket", SIZES["120x36"]) as desk:
        await frontier(desk, "less_than_sign", "pagedown", "pagedown")
        picture(desk, "frontier-120x36-night")


async def test_the_frontier_without_colours(picture):
    async with room("guide-mixed", SIZES["80x24"], colours=False) as desk:
        await frontier(desk, "n", "n")
        picture(desk, "frontier-first-80x24-no-colours")
