"""What went wrong, as JSON on standard error, for a program that asked for JSON."""

from __future__ import annotations

import json
from typing import Any

import click

from isocross.report.check import faults_json
from isocross.report.json import FORMAT
from isocross.toml.faults import Faults
from isocross_tui.cli.common import Refusal


def error_json(error: click.ClickException) -> dict[str, Any]:
    """Make a JSON object of the end of a command: whether the input or the usage is wrong, and every fault."""
    cause = error.error if isinstance(error, Refusal) else None
    return {
        "format": FORMAT,
        "error": {
            "kind": "usage" if isinstance(error, click.UsageError) else "input",
            "text": error.format_message(),
            "faults": faults_json(cause) if isinstance(cause, Faults) else [],
        },
    }


def print_error(error: click.ClickException) -> None:
    """Print it in a line."""
    click.echo(json.dumps(error_json(error), ensure_ascii=False), err=True)
