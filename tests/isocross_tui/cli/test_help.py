"""The help of every command, also below another one: it is reached, is whole, and tells defaults in one way."""

from __future__ import annotations

import re

import click
import pytest
from click.testing import CliRunner, Result

from isocross_tui.cli.main import main
from isocross_tui.cli.man import commands

ROOT = click.Context(main, info_name="isocross", terminal_width=80)
EVERY = [pytest.param(context, id=context.command_path) for context in commands(ROOT)]
GIVEN_ELSEWHERE = {"--url"}
"""An empty text is their default: nothing is asked elsewhere."""


def asked(*words: str) -> Result:
    return CliRunner().invoke(main, words, prog_name="isocross")


@pytest.mark.parametrize("context", EVERY)
def test_the_help_of_a_command_is_reached_both_ways(context: click.Context):
    _, *words = context.command_path.split()
    told = asked("help", *words)
    assert told.stdout == asked(*words, "--help").stdout
    assert told.stdout.startswith(f"Usage: {context.command_path} ")


def test_commands_below_another_one_are_among_them():
    assert {"isocross serve ssh", "isocross venues update"} < {param.id for param in EVERY}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("serve", "shs"), 'no command is called "shs"; did you mean "ssh"?'),
        (("report", "ssh"), 'report has no commands of its own, so none is called "ssh"'),
    ],
)
def test_what_is_not_a_command_has_no_help(words: tuple[str, ...], said: str):
    told = asked("help", *words)
    assert (told.exit_code, told.stdout) == (2, "")
    assert said in told.stderr


@pytest.mark.parametrize("context", [pytest.param(ROOT, id="isocross"), *EVERY])
def test_no_line_of_a_list_of_commands_is_cut(context: click.Context):
    listed = context.get_help().partition("\nCommands:\n")[2].splitlines()
    assert [line for line in listed if line.endswith("...")] == []
    assert isinstance(context.command, click.Group) is bool(listed)


@pytest.mark.parametrize("context", EVERY)
def test_a_default_is_told_in_one_way(context: click.Context):
    for option in context.command.params:
        if not isinstance(option, click.Option):
            continue
        told = option.help or ""
        assert len(re.findall("default", told, re.IGNORECASE)) == told.count(" Default: ") <= 1, option.name
        assert not option.show_default
        plain = isinstance(option.default, str | int | float | tuple) and not option.is_flag and not option.multiple
        if plain and GIVEN_ELSEWHERE.isdisjoint(option.opts):
            assert " Default: " in told, option.name
        if plain and isinstance(option.default, int | float) and " Default: " in told:
            assert f"Default: {option.default:g}." in told


def test_the_page_for_man_tells_all_of_them():
    page = asked("docs", "man").stdout.replace("\\-", "-")
    for param in EVERY:
        assert f"\n.SS {param.id.removeprefix('isocross ')} " in page
