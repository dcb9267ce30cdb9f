"""The user's keys: what they change, and what is said of every fault."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from textual.keys import _character_to_key

from isocross_tui.cli.main import main
from isocross_tui.commands import COMMANDS
from isocross_tui.keymap import load_keymap, shipped_sets
from isocross_tui.keys import key_named, read_key


@pytest.fixture
def keys(tmp_path: Path):
    def load(text: str, base: str | None = None):
        (tmp_path / "keys.toml").write_text(text, encoding="utf-8")
        loaded = load_keymap(tmp_path / "keys.toml", base)
        return loaded, [problem.removeprefix(f"{tmp_path / 'keys.toml'}: ") for problem in loaded.problems]

    return load


def test_without_a_file_the_keys_are_those_of_the_table(tmp_path):
    keymap = load_keymap(tmp_path / "keys.toml")
    assert [(c.id, c.keys) for c in keymap.commands] == [(c.id, c.keys) for c in COMMANDS]
    assert (keymap.problems, keymap.remarks) == ((), ())
    footer = {c.id: c.key_in_footer for c in keymap.commands}
    assert (footer["shock.down"], footer["shock.previous-event"], footer["margin.add"]) == ("←→", ", .", "+ -")


def test_a_key_is_changed_in_every_way_it_is_shown(keys):
    keymap, problems = keys('[keys]\n"position.flip" = ["Q", "ctrl+f"]\nshock.up = "K"\nhelp = []\n')
    known = keymap.by_id
    assert problems == []
    assert (known["position.flip"].keys, known["position.flip"].shown_keys) == (("Q", "ctrl+f"), "Q ctrl+f")
    assert known["shock.down"].key_in_footer == "← K"
    assert (known["help"].keys, known["help"].shown_keys, known["help"].key_in_footer) == ((), "palette", "")


def test_a_key_taken_from_another_command_is_a_remark_and_the_other_loses_it(keys):
    keymap, problems = keys('[keys]\n"position.flip" = ["w"]\n')
    assert problems == []
    assert keymap.by_id["why"].keys == ("enter",)
    assert keymap.remarks == ("w is the key of position.flip, and no longer of why.",)


FAULTS = {
    '[keys]\n"position.flop" = ["f"]': 'position.flop: no command is called that; did you mean "position.flip"?',
    '[keys]\n"zzz" = ["f"]': "zzz: no command is called that; isocross keys lists all of them.",
    '[keys]\nwhy = ["hyper+x"]': 'why: "hyper+x" is not a key; expected one like "f", "?", "ctrl+f".',
    '[keys]\nwhy = ["shift+w"]': 'why: "shift+w" is not a key; write "W".',
    '[keys]\nwhy = ["escape"]': "why: escape leads back; expected another key.",
    '[keys]\nwhy = 7': "why: 7 is not valid; expected a list of keys, like [\"f\", \"ctrl+f\"].",
    '[keys]\nwhy = ["Q"]\nquit = ["Q"]': "quit: Q is the key of why already; expected another key.",
    'base = "emacs"': 'base: no set of keys is called "emacs"; expected one of vim.',
    "base = 1": "base: 1 is not valid; expected one of vim.",
    "keys = 1": 'keys: not a table; expected [keys] with lines like "position.flip" = ["f"].',
    "zzz = 1": "zzz: unknown key; expected base or [keys].",
    "kes = 1": 'kes: unknown key; did you mean "keys"?',
}  # fmt: skip


@pytest.mark.parametrize("text", FAULTS)
def test_every_fault_is_one_sentence_and_the_rest_works(keys, text):
    head, _, rest = text.partition("[keys]")
    table = f"[keys]{rest}" if _ else ("" if text == "keys = 1" else "[keys]")
    table += '\n"file.save" = ["Z"]\n' if table else ""
    keymap, problems = keys(head + "\n" + table)
    assert problems == [FAULTS[text]]
    assert keymap.by_id["file.save"].keys == (("Z",) if table else ("s",))


def test_a_file_that_is_not_toml_is_told_and_the_table_stands(tmp_path):
    for content in (b"keys = ", b"\xff", b"a = " + b"[" * 50_000, b"#" * 70_000):
        (tmp_path / "keys.toml").write_bytes(content)
        keymap = load_keymap(tmp_path / "keys.toml")
        assert len(keymap.problems) == 1
        assert keymap.problems[0].startswith(f"{tmp_path / 'keys.toml'}:")
        assert keymap.by_id["help"].keys == ("question_mark",)


def test_keys_that_are_eaten_on_the_way_get_a_remark(keys):
    keymap, problems = keys('[keys]\n"position.flip" = ["ctrl+b", "f5", "alt+f", "Q"]\n')
    assert problems == []
    assert len(keymap.remarks) == 3
    assert keymap.remarks[0] == "ctrl+b, the key of position.flip, may not arrive: tmux takes it."


@pytest.mark.parametrize("name", shipped_sets())
def test_a_shipped_set_is_without_fault_and_leaves_every_command_a_key(name):
    keymap = load_keymap(base=name)
    assert (keymap.problems, keymap.remarks) == ((), ())
    assert [c.id for c in keymap.commands if not c.keys] == [c.id for c in COMMANDS if not c.keys]


def test_a_users_line_goes_before_the_shipped_set(keys):
    keymap, problems = keys('base = "vim"\n[keys]\n"position.leverage" = ["V"]\n')
    assert problems == []
    known = keymap.by_id
    assert (known["position.leverage"].keys, known["shock.down"].keys) == (("V",), ("h", "left"))
    assert known["shock.down"].key_in_footer == "h l"


def test_names_of_keys_are_the_toolkits():
    for character in map(chr, range(33, 127)):
        assert key_named(character) == _character_to_key(character)
        assert read_key(_character_to_key(character)) == character
    assert [key_named(key) for key in ("", "ctrl+", "ctrl+ctrl+a", "shift+up", "ctrl+?", "ö")] == [
        None, None, None, "shift+up", "ctrl+question_mark", "ö"
    ]  # fmt: skip


@pytest.mark.slow
def test_the_command_line_lists_the_keys_without_the_toolkit(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    result = CliRunner().invoke(main, ["keys", "--keys", "vim"])
    assert result.exit_code == 0
    assert "shock.down             h ←" in result.stdout
    (tmp_path / "isocross").mkdir()
    (tmp_path / "isocross" / "keys.toml").write_text("keys = 1")
    result = CliRunner().invoke(main, ["keys"])
    assert (result.exit_code, "not a table" in result.stderr, "position.flip" in result.stdout) == (1, True, True)
    assert CliRunner().invoke(main, ["keys", "--keys", "emacs"]).exit_code == 2
    code = "import sys, isocross_tui.keymap; isocross_tui.keymap.load_keymap(); sys.exit('textual' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
