"""A Parquet file that is written row by row, and is there only when it is whole."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import click

from isocross.disk.atomic import sweep, temporary_name
from isocross_tui.cli.common import refuse, taken, unwritten

_AT_ONCE = 20_000
"""Rows of a group."""


class ParquetFile:
    """Columns of texts; ends the command where the file cannot be written."""

    def __init__(self, path: str, columns: Sequence[str], *, force: bool, told: bool = True) -> None:
        """Name the file and its columns; `told` says that it was written."""
        if not force and Path(path).exists():
            raise taken(path)
        self._path, self._columns, self._told = Path(path), list(columns), told
        self._begun = self._path.with_name(temporary_name())
        self._rows: list[list[str | None]] = []
        self._writer: Any = None

    def __enter__(self) -> ParquetFile:
        """Open a file beside the one that is to be."""
        try:
            import pyarrow  # noqa: PLC0415 - an extra, and slow to import
            from pyarrow import parquet  # noqa: PLC0415
        except ModuleNotFoundError:
            from isocross.risk.tables import NO_PYARROW  # noqa: PLC0415 - read where tables are

            refuse(ValueError(NO_PYARROW))
        self._schema = pyarrow.schema([(column, pyarrow.string()) for column in self._columns])
        sweep(self._path.parent)
        try:
            self._writer = parquet.ParquetWriter(str(self._begun), self._schema)
        except OSError as error:
            # a full disk has taken the name of the file, and nothing of it
            self._begun.unlink(missing_ok=True)
            raise unwritten(self._path, error) from None
        return self

    def write(self, rows: list[list[str | None]]) -> None:
        """Take rows of cells in the order of the columns."""
        self._rows += rows
        if len(self._rows) >= _AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        import pyarrow  # noqa: PLC0415 - as above

        columns = zip(*self._rows, strict=True) if self._rows else ([] for _ in self._columns)
        arrays = [pyarrow.array(list(column), pyarrow.string()) for column in columns]
        try:
            self._writer.write_table(pyarrow.Table.from_arrays(arrays, schema=self._schema))
        except OSError as error:
            raise unwritten(self._path, error) from None
        self._rows = []

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Put the whole file in its place; drop one that was not finished."""
        try:
            if kind is None:
                self._flush()
            self._writer.close()
            if kind is None:
                self._begun.replace(self._path)
        except OSError as problem:
            raise unwritten(self._path, problem) from None
        finally:
            self._begun.unlink(missing_ok=True)
        if kind is None and self._told:
            click.echo(f"{self._path}: written", err=True)
