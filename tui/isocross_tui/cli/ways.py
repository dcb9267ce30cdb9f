"""How the answers of a command are written: as text, JSON, lines of JSON, CSV or Parquet."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from isocross.records import dataclass


@dataclass(frozen=True)
class Ways:
    """What was asked for; at most one of them."""

    as_json: bool = False
    as_jsonl: bool = False
    as_csv: bool = False
    parquet: str | None = None
    """The file to write."""
    force: bool = False
    """Whether a file that is there already is replaced."""


def ways_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of the forms of an answer; the command gets them as one `ways`."""

    @click.option("--json", "as_json", is_flag=True, help="Print JSON.")
    @click.option("--jsonl", "as_jsonl", is_flag=True, help="Print a line of JSON for each account.")
    @click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
    @click.option("--parquet", help="Write a Parquet file instead.")
    @click.option("--force", is_flag=True, help="Replace a file that is there already.")
    @wraps(command)
    def with_ways(as_json: bool, as_jsonl: bool, as_csv: bool, parquet: str | None, force: bool, **given: Any) -> None:
        if as_json + as_jsonl + as_csv + (parquet is not None) > 1:
            raise click.UsageError("--json, --jsonl, --csv and --parquet cannot be given together")
        command(ways=Ways(as_json, as_jsonl, as_csv, parquet, force), **given)

    return with_ways
