"""Figures on paper: a frame, a timeline or a comparison as JSON, as plain text and as CSV.

The JSON is for scripts: its keys stay, amounts are strings with every digit, and None is null. The text is for a
terminal without a desk, a pipe or a screen reader. `papers` has both for a rehearsal whatever its path, `compare` for
one account in every mode and at every venue, `explain` for every figure with its arithmetic.

In: a rehearsal and a place on it. Out: an object or a text; the command line only prints it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isocross.faces import handed_on

if TYPE_CHECKING:
    from isocross.report.card import Card, card_of_glide, card_of_path
    from isocross.report.compare import compare_json, compare_sheet
    from isocross.report.csv import positions_json, rows_csv
    from isocross.report.explain import explained_json, explained_text
    from isocross.report.json import (
        account_json,
        event_json,
        frame_json,
        orders_json,
        position_json,
        shock_json,
        timeline_json,
    )
    from isocross.report.lived import (
        LivedPaper,
        lived_csv,
        lived_json,
        lived_sheet,
        lived_timeline_json,
        lived_timeline_sheet,
    )
    from isocross.report.papers import GlidePaper, Paper
    from isocross.report.text import events_text, frame_sheet, frame_text, timeline_csv, timeline_sheet
else:
    __getattr__ = handed_on(__name__)

__all__ = [
    "Card",
    "GlidePaper",
    "LivedPaper",
    "Paper",
    "account_json",
    "card_of_glide",
    "card_of_path",
    "compare_json",
    "compare_sheet",
    "event_json",
    "events_text",
    "explained_json",
    "explained_text",
    "frame_json",
    "frame_sheet",
    "frame_text",
    "lived_csv",
    "lived_json",
    "lived_sheet",
    "lived_timeline_json",
    "lived_timeline_sheet",
    "orders_json",
    "position_json",
    "positions_json",
    "rows_csv",
    "shock_json",
    "timeline_csv",
    "timeline_json",
    "timeline_sheet",
]
