"""The page of recordings: every command on it is understood, and every option of both commands is on it."""

from __future__ import annotations

import re
import shlex

import click
import pytest
from click.testing import CliRunner

from isocross_tui import cast
from isocross_tui.cast.film import Film
from isocross_tui.cli import docs
from isocross_tui.cli.main import main

PAGE = docs.page("recordings")
SAMPLES = [line.partition(" #")[0].strip() for line in re.findall(r"^isocross .*", PAGE, re.MULTILINE)]


@pytest.mark.slow
@pytest.mark.parametrize("line", SAMPLES)
def test_a_sample_does_what_it_says(line, home, monkeypatch):
    whole = cast.filmed

    def one_picture(source, script, size) -> Film:
        return whole(source, lambda desk: iter([next(script(desk))]), size)

    monkeypatch.setattr(cast, "filmed", one_picture)
    words = shlex.split(line)[1:]
    if words[-1].endswith(".png"):
        words[-1] = "two.svg"
    done = CliRunner().invoke(main, words, prog_name="isocross")
    assert done.exit_code == 0, done.output
    assert (home / words[-1]).stat().st_size > 1000


@pytest.mark.parametrize("name", ["cast", "card"])
def test_every_option_is_told(name):
    with main.make_context("isocross", ["--help"], resilient_parsing=True) as context:
        command = main.get_command(context, name)
        assert command is not None
        options = [param.opts[0] for param in command.params if isinstance(param, click.Option)]
    assert [option for option in options if option not in PAGE] == []
