"""A line of CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO


def csv_line(values: Iterable[str | None]) -> str:
    """Write a line of CSV, its end included; None is an empty cell."""
    out = StringIO()
    csv.writer(out, lineterminator="\n").writerow("" if value is None else value for value in values)
    return out.getvalue()
