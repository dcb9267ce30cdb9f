"""`isocross card`: an account and a move as one picture to share."""

from __future__ import annotations

from pathlib import PurePath

import click

from isocross.report.card import card_of_glide, card_of_path
from isocross_tui.cli.common import account_options, lived_of, read, refuse, rehearsal_of
from isocross_tui.cli.picture import force_option, put, theme_option

_ENDINGS = (".svg", ".png")
_USUAL = "night"


def _output(_context: click.Context, _option: click.Parameter, value: str) -> str:
    if PurePath(value).suffix.lower() not in _ENDINGS:
        raise click.BadParameter(f"{value!r} names no picture: expected a name with the ending .svg or .png")
    return value


@click.command("card")
@account_options
@click.option("-o", "--output", required=True, callback=_output, help="Where to: .svg, or .png where it can be made.")
@theme_option
@force_option
def card(file: str, shock: str | None, venue: str | None, output: str, theme: str | None, force: bool) -> None:
    """Draw one picture to share.

    It shows the move, who is liquidated first, and what each mode leaves.
    """
    from isocross_tui.cast.card import HIGH, WIDE, drawn  # noqa: PLC0415 - only a picture needs themes
    from isocross_tui.cli.converting import ConvertError, png_of  # noqa: PLC0415
    from isocross_tui.user.themes import load_themes, theme_folders  # noqa: PLC0415

    workspace = read(file)
    lived = lived_of(workspace, file, venue, shock)
    told = card_of_glide(workspace, *rehearsal_of(workspace, file, venue, shock)) if lived is None else card_of_path(
        workspace, lived)  # fmt: skip
    themes = load_themes(theme_folders()).themes
    svg = drawn(told, themes.get(theme or workspace.view.theme or _USUAL, themes[_USUAL]))
    if PurePath(output).suffix.lower() == ".svg":
        put(output, svg, force=force)
        return
    try:
        put(output, png_of(svg, (WIDE, HIGH)), force=force)
    except ConvertError as error:
        refuse(error)
