"""The user's settings, and which locales are drawn in ASCII."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from isocross.desk import selectors
from isocross.desk.state import State
from isocross.figures.frame import Status
from isocross.workspace import load_file, shipped
from isocross_tui.user.settings import Settings, face_of_user, load_settings, speaks_ascii


@pytest.fixture
def settings(tmp_path):
    def load(text: str):
        path = tmp_path / "settings.toml"
        path.write_text(text, encoding="utf-8")
        loaded = load_settings(path)
        return loaded, [problem.removeprefix(f"{path}: ") for problem in loaded.problems]

    return load


def test_what_is_set_and_what_is_not(settings, tmp_path):
    assert load_settings(tmp_path / "none.toml") == Settings(Decimal("0.2"), None, None, Decimal(3))
    known, problems = settings('warning = 0.35\ntheme = "day"\nascii = true\npace = 2\n')
    assert (known, problems) == (Settings(Decimal("0.35"), "day", True, Decimal(2)), [])
    assert settings('ascii = "auto"')[0] == Settings()


def test_every_fault_is_one_sentence_and_the_rest_holds(settings):
    known, problems = settings('warning = 20\nthem = "day"\nascii = 1\npace = true\nzzz = 1\ntheme = 3\n')
    assert problems == [
        "warning: 20 is not valid; expected a share of the mark like 0.2, from 0.001 to 0.999.",
        'them: unknown key; did you mean "theme"?',
        'ascii: 1 is not valid; expected true, false or "auto".',
        "pace: true is not valid; expected a number from 1 to 20.",
        "zzz: unknown key; expected one of warning, theme, ascii, pace.",
        'theme: 3 is not valid; expected the name of a theme, like "night".',
    ]
    assert known == Settings()
    known, problems = settings("warning = nan\npace = 2.5")
    assert (known.warning, known.pace, len(problems)) == (Decimal("0.2"), Decimal("2.5"), 1)


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    for content in (b"warning = ", b"\xff", b"#" * 70_000):
        (tmp_path / "settings.toml").write_bytes(content)
        known = load_settings(tmp_path / "settings.toml")
        assert known == Settings()
        assert len(known.problems) == 1


def test_the_warning_distance_decides_what_is_at_risk_and_a_shared_workspace_stays_as_it_is():
    state = State.opened(load_file(shipped()["guide-isolated"]))
    far, near = replace(state, warning=Decimal("0.9")), replace(state, warning=Decimal("0.001"))
    for _ in range(2):
        assert selectors.frame(far).account.status is Status.AT_RISK
        assert selectors.frame(near).account.status is Status.OPEN
    assert far.document() == state.document()


LOCALES = (
    ({}, False),
    ({"LANG": "en_GB.UTF-8"}, False),
    ({"LANG": "C"}, True),
    ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, True),
    ({"LANG": "en_GB.UTF-8", "LC_ALL": "C"}, True),
    ({"LANG": "C", "LC_ALL": "de_DE.utf8"}, False),
    ({"LANG": "de_DE.ISO-8859-1"}, True),
    ({"LANG": "de_DE@euro"}, False),
    ({"LC_CTYPE": "C.UTF-8"}, False),
)


@pytest.mark.parametrize(("environment", "wanted"), LOCALES)
def test_a_locale_without_unicode_is_drawn_in_ascii(environment, wanted):
    assert speaks_ascii(environment) is wanted


def test_flags_go_before_settings_and_settings_before_the_locale(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert face_of_user({"LANG": "C"}, None, None).ascii
    (tmp_path / "isocross").mkdir()
    (tmp_path / "isocross" / "settings.toml").write_text("ascii = false")
    assert not face_of_user({"LANG": "C"}, None, None).ascii
    face = face_of_user({"LANG": "C"}, "vim", True)
    assert face.ascii
    assert face.keymap.by_id["shock.up"].keys == ("l", "right")
