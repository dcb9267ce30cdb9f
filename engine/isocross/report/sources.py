"""Where every shipped figure is from, and what licence its source states."""

from __future__ import annotations

import json
from collections.abc import Iterator

from isocross.history.windows import windows
from isocross.records import dataclass
from isocross.rules.catalogue import shipped_ids, shipped_profile
from isocross.rules.collateral import FOLDER as COLLATERAL
from isocross.rules.collateral import collateral_names
from isocross.rules.tables import FOLDER, table_names


@dataclass(frozen=True)
class DataSource:
    """One set of data that is shipped."""

    name: str
    title: str
    source: str
    licence: str
    """What its source states, in words."""


def data_sources() -> Iterator[DataSource]:
    """List the prices of crashes, the tables of markets, and the rules of venues."""
    for info in windows():
        title = f"prices of {info.title}, {info.kind.words}, bars of {info.interval_words}"
        yield DataSource(info.id, title, info.provenance, info.licence)
    for name in table_names():
        told = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
        source = "; ".join(value for key, value in told.items() if key == "source" or key.endswith("_source"))
        yield DataSource(name, f"{told['kind']} of {told['product']}, {told['as_of']}", source, told["licence"])
    for name in collateral_names():
        told = json.loads((COLLATERAL / f"{name}.json").read_text(encoding="utf-8"))
        yield DataSource(name, f"weights of collateral, {told['as_of']}", told["source"], told["licence"])
    for venue in shipped_ids():
        profile = shipped_profile(venue)
        title = f"rules of {profile.title}, {profile.as_of}"
        yield DataSource(venue, title, profile.source, "Rules as the venue published them (facts); no text was copied.")


def sources_text() -> str:
    """The same as plain text, a paragraph each."""
    return (
        "\n\n".join(
            f"{source.name}: {source.title}\n  Source: {source.source}\n  Licence: {source.licence}"
            for source in data_sources()
        )
        + "\n"
    )
