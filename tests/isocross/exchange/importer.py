"""Importing in a line."""

import json

import pytest

from isocross.exchange import Options, import_files
from isocross.money import text
from isocross.workspace import Faults, dump, load_text


def imported(*documents, source=None, **options):
    """What these payloads give; the workspace is proven to be read back."""
    files = [(f"f{n}.json", json.dumps(document).encode()) for n, document in enumerate(documents)]
    result = import_files(files, source, Options(**options))
    assert load_text(dump(result.workspace)) == result.workspace
    return result


def refused(*documents, **options):
    """The lines that say why payloads are not imported."""
    with pytest.raises(Faults) as caught:
        imported(*documents, **options)
    lines = str(caught.value).splitlines()
    assert all(line.isprintable() for line in lines)
    return lines


def told(result, kind=None):
    """The report of an import."""
    return [note.told() for note in result.notes if kind is None or note.kind.value == kind]


def first(result):
    """The figures of the first position."""
    position = result.workspace.positions[0]
    figures = (position.quantity, position.entry, position.leverage)
    return (position.market, position.side.value, position.mode.value, *map(text, figures))
