"""The options of a command that draws the desk into a file. The toolkit is imported only when one is drawn."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from isocross.paths.shock import Shock
from isocross.records import dataclass
from isocross.regular import is_folder
from isocross.workspace.model import VenueChoice
from isocross_tui.cli.common import refuse, taken, unwritten
from isocross_tui.cli.ways import Ways

if TYPE_CHECKING:
    from isocross.workspace.model import Workspace

_SMALLEST, _LARGEST = (80, 24), (400, 200)
_SIZE = "120x36"


@dataclass(frozen=True)
class Picture:
    """Where a picture of the desk goes, and how it is drawn."""

    path: str
    size: tuple[int, int]
    theme: str | None
    force: bool

    def draw(self, workspace: Workspace, venue: str | None, shock: Shock) -> None:
        """Draw a workspace under a shock; ends the command when it cannot be."""
        if not isinstance(shock, Decimal):
            raise click.UsageError("--svg draws a common shock: the desk's slider has no other")
        seen = workspace if venue is None else replace(workspace, venue=VenueChoice(venue))
        seen = replace(seen, scenario=replace(seen.scenario, shock=shock))
        from isocross_tui.cli.desk import prepare  # noqa: PLC0415

        prepare(os.environ)
        from isocross_tui.cli.rendering import render  # noqa: PLC0415 - loads the toolkit, which no other report needs

        put(self.path, render(seen, self.size, self.theme), force=self.force)


def expect_room(path: str, *, force: bool) -> None:
    """End the command before its work where what it would write has no place."""
    if not force and os.path.lexists(path):
        raise taken(path)
    if not is_folder(Path(path).parent):
        refuse(ValueError(f"could not write {path}: there is no such folder"))


def put(path: str, content: str | bytes, *, force: bool) -> None:
    """Write a picture, and say so; ends the command when it cannot be written, or a file is there that may not go."""
    from isocross.disk.atomic import Target, write_new  # noqa: PLC0415 - only what writes pays for it

    data = content.encode() if isinstance(content, str) else content
    try:
        if force:
            Target(path).put(data)
        else:
            write_new(Path(path), data)
    except FileExistsError:
        raise taken(path) from None
    except ValueError:
        refuse(ValueError(f"could not write {path}: this is not the name of a file"))
    except OSError as error:
        raise unwritten(path, error) from None
    click.echo(f"{path}: written", err=True)


def _size(_context: click.Context, _option: click.Parameter, value: str) -> tuple[int, int]:
    """Columns and rows, as in 120x36."""
    columns, _, rows = value.lower().partition("x")
    if not (columns.isdecimal() and rows.isdecimal()) or not all(
        low <= int(number) <= high
        for low, number, high in zip(_SMALLEST, (columns[:4], rows[:4]), _LARGEST, strict=True)
    ):
        raise click.BadParameter(f"{value!r} is not a valid size: expected columns and rows from 80x24 to 400x200")
    return int(columns), int(rows)


def _theme(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    from isocross_tui.user.themes import (  # noqa: PLC0415 - slow, and needed only for its check
        load_themes,
        theme_folders,
    )

    known = load_themes(theme_folders()).themes
    if value not in known:
        raise click.BadParameter(f"no theme is called {value!r}: expected one of {', '.join(known)}")
    return value


def size_option(default: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Take the columns and rows of a picture."""
    return click.option("--size", default=default, callback=_size, help=f"Its columns and rows. Default: {default}.")


theme_option = click.option("--theme", callback=_theme, help="Its colours. Default: the workspace's own.")
force_option = click.option("--force", is_flag=True, help="Replace a picture that is there already.")


def picture_options(command: Callable[..., None]) -> Callable[..., None]:
    """The options of a picture, below those of `ways_options`; the command gets one `picture`, None without --svg."""

    @click.option("--svg", help="Draw the desk into this SVG file instead.")
    @size_option(_SIZE)
    @theme_option
    @wraps(command)
    def with_picture(svg: str | None, size: tuple[int, int], theme: str | None, ways: Ways, **given: Any) -> None:
        command(picture=None if svg is None else Picture(svg, size, theme, ways.force), ways=ways, **given)

    return with_picture
