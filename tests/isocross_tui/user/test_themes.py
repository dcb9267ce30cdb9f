from __future__ import annotations

import subprocess
import sys

import pytest
from textual.app import App
from textual.color import Color
from textual.widgets import Static

from isocross_tui.user.themes import VARIABLE_DEFAULTS, DeskTheme, load_themes, shipped_folder, to_textual
from tests.eyes import SIMULATIONS, apart, contrast, over

SHIPPED = load_themes([shipped_folder()])
NAMES = sorted(SHIPPED.themes)


def night() -> str:
    return (shipped_folder() / "night.toml").read_text()


def problems_of(tmp_path, text: str) -> list[str]:
    (tmp_path / "mine.toml").write_text(text)
    loaded = load_themes([tmp_path])
    assert not loaded.themes
    assert all("mine.toml" in problem for problem in loaded.problems)
    return [problem.split("mine.toml: ")[1] for problem in loaded.problems]


def test_shipped_themes_load_without_a_problem():
    assert NAMES == ["colour-blind", "contrast", "day", "mono", "night"]
    assert SHIPPED.problems == []
    assert [SHIPPED.themes[name].dark for name in NAMES] == [True, True, False, True, True]


@pytest.mark.parametrize("name", NAMES)
def test_text_can_be_read_on_every_ground(name):
    theme = SHIPPED.themes[name]
    colours = theme.colours
    # the selected row of a table is the text's colour laid thinly over what the table stands on
    rows = [over(ground, colours.foreground, 0.1) for ground in (colours.background, colours.surface)]
    for ground in (colours.background, colours.surface, colours.panel, *rows):
        for text in ("foreground", "muted", "primary", "accent", "success", "warning", "error"):
            assert contrast(getattr(colours, text), ground) >= 4.5, (text, ground)
        for text, colour in vars(theme.desk).items():
            assert contrast(colour, ground) >= 4.5, (text, ground)


def test_mono_has_no_hue():
    theme = SHIPPED.themes["mono"]
    for colour in (*vars(theme.colours).values(), *vars(theme.desk).values()):
        assert colour[1:3] == colour[3:5] == colour[5:7]


def test_colour_blind_tells_apart_what_differs_to_every_kind_of_eye():
    theme = SHIPPED.themes["colour-blind"]
    desk = theme.desk
    pairs = ((desk.long, desk.short), (desk.cross, desk.isolated), (desk.profit, desk.loss))
    payers = ((desk.own_margin, desk.unused), (desk.unused, desk.others), (desk.others, desk.fund))
    for eyes in (None, *SIMULATIONS):
        for one, other in pairs:
            assert apart(one, other, eyes) >= 55, (eyes, one, other)
        for one, other in payers:
            assert apart(one, other, eyes) >= 25, (eyes, one, other)
    # what the simulation is for: the default's sides are hard to tell for some
    night = SHIPPED.themes["night"].desk
    assert apart(night.long, night.short, "protanopia") < 10


def test_contrast_is_at_least_seven_to_one_on_everything_a_text_stands_on():
    theme = SHIPPED.themes["contrast"]
    colours = theme.colours
    grounds = [colours.background, colours.surface, colours.panel, over(colours.surface, colours.foreground, 0.18)]
    texts = [colour for name, colour in vars(colours).items() if name not in {"background", "surface", "panel"}]
    for ground in grounds:
        for colour in (*texts, *vars(theme.desk).values()):
            assert contrast(colour, ground) >= 7, (colour, ground)


@pytest.mark.parametrize("name", NAMES)
async def test_theme_dresses_an_app(name):
    class Dressed(App[None]):
        CSS = "Static { color: $desk-own-margin; background: $background; }"

        def get_theme_variable_defaults(self) -> dict[str, str]:
            return VARIABLE_DEFAULTS

        def compose(self):
            yield Static("text")

    async with Dressed().run_test() as pilot:
        theme = SHIPPED.themes[name]
        assert pilot.app.query_one(Static).styles.color.rgb == Color.parse("ansi_blue").rgb
        pilot.app.register_theme(to_textual(theme))
        pilot.app.theme = name
        await pilot.pause()
        assert pilot.app.query_one(Static).styles.color.hex.lower() == theme.desk.own_margin
        assert pilot.app.query_one(Static).styles.background.hex.lower() == theme.colours.background


def test_every_desk_colour_has_a_default_and_becomes_a_variable():
    variables = to_textual(SHIPPED.themes["night"]).variables
    assert {key for key in variables if key.startswith("desk-")} == set(VARIABLE_DEFAULTS)
    for colour in VARIABLE_DEFAULTS.values():
        Color.parse(colour)


def test_unknown_key_is_named_with_a_suggestion(tmp_path):
    assert problems_of(tmp_path, night().replace("accent =", "acent =")) == [
        "colours.accent: missing; a theme has every key",
        "colours.acent: unknown key; did you mean accent?",
    ]
    [problem] = problems_of(tmp_path, night() + "\nzzzz = 1\n")
    assert problem.startswith("desk.zzzz: unknown key; expected one of long, short")
    [problem] = problems_of(tmp_path, night().replace("[desk]", "[desk]\nown_margin = 1"))
    assert problem == "desk.own_margin: unknown key; did you mean own-margin?"


def test_bad_colour_is_named_with_what_was_expected(tmp_path):
    for bad in ('"blue"', '"#12345"', '"#11151b\\n"', '"rgb(1,2,3)"'):
        [problem] = problems_of(tmp_path, night().replace('"#11151b"', bad))
        assert problem.startswith("colours.background: ")
        assert 'expected a colour like "#1e90ff"' in problem
    [problem] = problems_of(tmp_path, night().replace('"#11151b"', "7"))
    assert problem == "colours.background: 7 is not valid; expected text in quotes"


def test_other_faults_are_named(tmp_path):
    assert problems_of(tmp_path, night().replace("dark = true", 'dark = "yes"')) == [
        'dark: "yes" is not valid; expected true or false'
    ]
    [problem] = problems_of(tmp_path, night().replace('name = "night"', 'name = "Night time"'))
    assert problem == 'name: "Night time" is not valid; expected small letters, digits and hyphens'
    assert problems_of(tmp_path, night().replace("[colours]", "colours = 1\n[other]"))
    assert len(problems_of(tmp_path, "")) == 6


def test_broken_files_are_told_and_the_others_load(tmp_path):
    (tmp_path / "good.toml").write_text(night())
    (tmp_path / "broken.toml").write_text("name = ")
    (tmp_path / "deep.toml").write_text("a = " + "[" * 50_000)
    (tmp_path / "bytes.toml").write_bytes(b"name = '\xff'")
    (tmp_path / "large.toml").write_bytes(b"#" * 10_000_000)
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "gone.toml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop.toml").symlink_to(tmp_path / "loop.toml")
    (tmp_path / "notes.txt").write_text("not a theme")
    loaded = load_themes([tmp_path / "missing", tmp_path])
    assert list(loaded.themes) == ["night"]
    told = " ".join(loaded.problems)
    assert len(loaded.problems) == 8
    for name in ("missing", "broken", "deep", "bytes", "large", "folder", "gone", "loop"):
        assert name in told


def test_later_folder_wins_and_a_name_is_taken_once_in_a_folder(tmp_path):
    (tmp_path / "a.toml").write_text(night().replace('title = "Night"', 'title = "Mine"'))
    (tmp_path / "b.toml").write_text(night())
    loaded = load_themes([shipped_folder(), tmp_path])
    assert loaded.themes["night"].title == "Mine"
    assert loaded.problems == [f'{tmp_path / "b.toml"}: name: "night" is taken by a.toml; expected another name']


def test_theme_is_frozen_and_equal_by_value():
    assert load_themes([shipped_folder()]).themes == SHIPPED.themes
    assert isinstance(SHIPPED.themes["day"], DeskTheme)


@pytest.mark.slow
def test_listing_themes_does_not_load_textual():
    code = (
        "import sys; from isocross_tui.user.themes import load_themes, shipped_folder; load_themes([shipped_folder()]);"
        "sys.exit(any(name in sys.modules for name in ('textual', 'rich')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
