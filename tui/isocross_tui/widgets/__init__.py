"""Widgets that draw one immutable value each and repaint only the cells that changed.

They know lines, bars, dots and tones, and nothing of margin: a `Table` has columns and rows, a `Curve` series and a
cursor, a `HeatMap` inks. Everything is made of spans of one tone each (`spans`); every character comes from a set
that has a plain ASCII twin (`glyphs`), so a poor terminal shows the same. `drawing` is the base that compares two
drawings and paints the difference; `screened` is the last gate before the terminal.

In: a value. Out: cells. A widget that is given the same value again paints nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross_tui.widgets.choices import ChoiceList
    from isocross_tui.widgets.curve import Chart, Curve, Mark, Plot, Series, axis_width
    from isocross_tui.widgets.digits import large
    from isocross_tui.widgets.dominoes import Dominoes, Tile
    from isocross_tui.widgets.drawing import Drawing
    from isocross_tui.widgets.gauge import Gauge, Level, Waterfall, WaterfallStep
    from isocross_tui.widgets.glyphs import ASCII, UNICODE, AsciiFilter, Glyphs, glyphs_of, in_ascii
    from isocross_tui.widgets.heat import Cursor, Heat, HeatField, HeatMap, Ink, Label, map_size
    from isocross_tui.widgets.prose import Paragraph, Prose, say, wrapped
    from isocross_tui.widgets.raster import DotGrid, between, drawn, outline, values_at
    from isocross_tui.widgets.screened import ScreenedFilter
    from isocross_tui.widgets.sides import Entry, Head, SideFigures, Sides
    from isocross_tui.widgets.spans import Span, fit, line_of, text_of, width_of
    from isocross_tui.widgets.table import Cell, Column, LineTable, Row, Table, place_columns
    from isocross_tui.widgets.track import Scale, Tick, Track
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "ASCII",
    "UNICODE",
    "AsciiFilter",
    "Cell",
    "Chart",
    "ChoiceList",
    "Column",
    "Cursor",
    "Curve",
    "Dominoes",
    "DotGrid",
    "Drawing",
    "Entry",
    "Gauge",
    "Glyphs",
    "Head",
    "Heat",
    "HeatField",
    "HeatMap",
    "Ink",
    "Label",
    "Level",
    "LineTable",
    "Mark",
    "Paragraph",
    "Plot",
    "Prose",
    "Row",
    "Scale",
    "ScreenedFilter",
    "Series",
    "SideFigures",
    "Sides",
    "Span",
    "Table",
    "Tick",
    "Tile",
    "Track",
    "Waterfall",
    "WaterfallStep",
    "axis_width",
    "between",
    "drawn",
    "fit",
    "glyphs_of",
    "in_ascii",
    "large",
    "line_of",
    "map_size",
    "outline",
    "place_columns",
    "say",
    "text_of",
    "values_at",
    "width_of",
    "wrapped",
]
