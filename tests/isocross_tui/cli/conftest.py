"""Every JSON that a command prints in these tests is held to the type that its schema is made of."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner, Result

from isocross.report.schemas import SHAPES, check_output
from isocross_tui.cli.main import main

JSON = {"--json", "--jsonl"}


def checked(words: list[str], result: Result) -> int:
    """Hold what a command printed to its type; how many outputs there were."""
    if not words or words[0] not in SHAPES or not (JSON & set(words) or {"json"} & set(words[1:])):
        return 0
    texts = result.stdout.splitlines() if "--jsonl" in words else [result.stdout]
    found = [text for text in texts if text.startswith("{")]
    for text in found:
        check_output(words[0], text)
    errors = [line for line in result.stderr.splitlines() if line.startswith('{"format": 1, "error"')]
    for line in errors:
        check_output("error", line)
    return len(found) + len(errors)


@pytest.fixture(autouse=True)
def _outputs_are_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = CliRunner.invoke

    def invoke(self: CliRunner, cli: Any, args: Any = None, *more: Any, **named: Any) -> Result:
        result = plain(self, cli, args, *more, **named)
        if cli is main and not isinstance(args, str):
            checked([str(word) for word in args or ()], result)
        return result

    monkeypatch.setattr(CliRunner, "invoke", invoke)
