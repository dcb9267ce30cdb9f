"""Saving: the text is proven readable, then takes the place of the file in one step, or nothing changes.

Where a person wrote the file, only what changed is written; everything else stays byte for byte.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from isocross.disk.atomic import UNHARMED, MovedError, Saved, SaveError, Target
from isocross.disk.watch import Seen, look_at
from isocross.toml.edit import ListChanges, Sheet, UnmergeableError
from isocross.toml.faults import Faults, escaped
from isocross.toml.read import parse
from isocross.toml.write import Row, inline_text, value_text
from isocross.workspace.load import load_bytes
from isocross.workspace.model import FORMAT, VenueChoice, Workspace
from isocross.workspace.orders import order_row
from isocross.workspace.writing import (
    account_row,
    asset_row,
    betas_row,
    dump,
    market_row,
    position_row,
    scenario_row,
    venue_row,
    view_row,
)

__all__ = ["UnmergeableError", "merged"]


_MARGIN_RESTS_ON = {"quantity", "entry", "leverage"}


def merged(old_text: str, workspace: Workspace, origin: str = "workspace") -> str:
    """The old text with what is different in the workspace; reading it gives an equal workspace, which is checked.

    Args:
        old_text: the text of a workspace.
        workspace: what the text is to say.
        origin: the name of the file, which names the workspace where the text does not.

    Raises:
        UnmergeableError: where that cannot be done.
    """
    try:
        old = load_bytes(old_text.encode("utf-8"), origin)
        if old == workspace:
            return old_text
        if parse(old_text, origin).get("format", FORMAT) != FORMAT:
            raise UnmergeableError("the text is in an older format")
        for with_ids in (False, True):
            text = _Merge(old_text, old, workspace, with_ids).text()
            if _says(text, workspace, origin):
                return text
    except Exception as error:  # whatever the editing library runs into must end in the canonical form
        raise UnmergeableError("the changes cannot be made in this text") from error
    raise UnmergeableError("the text with the changes would say something else")


def _says(text: str, workspace: Workspace, origin: str) -> bool:
    try:
        return load_bytes(text.encode("utf-8"), origin) == workspace
    except Faults:
        return False


class _Merge:
    """The old text on its way to the new one."""

    def __init__(self, text: str, old: Workspace, new: Workspace, with_ids: bool) -> None:
        self.sheet = Sheet(text)
        self.old = old
        self.new = new
        self.document = parse(text, "")
        self.with_ids = with_ids
        """Give an id to the positions whose text has none: another position went, and theirs would change."""

    def text(self) -> str:
        """The old text with every change."""
        old, new, sheet = self.old, self.new, self.sheet
        sheet.amend((), _difference(account_row(old), account_row(new)))
        self._venue(new.venue)
        self._list("assets", "asset", map(asset_row, old.assets), map(asset_row, new.assets))
        self._list("markets", "symbol", map(market_row, old.markets), map(market_row, new.markets))
        self._list("positions", "id", map(position_row, old.positions), map(position_row, new.positions))
        self._list("orders", "id", map(order_row, old.orders), map(order_row, new.orders))
        if old.scenario.moves != new.scenario.moves:
            for section in [s for s in sheet.sections if s.path == ("scenario", "moves")]:
                sheet.drop(section)
        sheet.amend(("scenario",), _difference(scenario_row(old.scenario), scenario_row(new.scenario)))
        self._betas()
        sheet.amend(("view",), _difference(view_row(old.view), view_row(new.view)))
        return sheet.text()

    def _venue(self, new: VenueChoice) -> None:
        changes = _difference(venue_row(self.old.venue), venue_row(new))
        if isinstance(self.document.get("venue"), dict):
            self.sheet.amend(("venue",), changes)
        elif changes:
            text = inline_text(venue_row(new)) if new.overrides else value_text(new.profile)
            self.sheet.amend((), {"venue": text})

    def _betas(self) -> None:
        new = betas_row(self.new.scenario)
        changes = _difference(betas_row(self.old.scenario), new)
        if "betas" in self.document.get("scenario", {}):
            self.sheet.amend(("scenario", "betas"), changes)
        elif changes:
            self.sheet.amend(("scenario",), {"betas": inline_text(new)})

    def _list(self, name: str, key: str, old: Iterable[Row], new: Iterable[Row]) -> None:
        """Markets, positions or orders: the same element has the same text at `key`."""
        olds, news = list(old), list(new)
        kept = _kept([row[key] for row in olds], [row[key] for row in news])
        given = self.document.get(name, [])
        changed = {i: self._changes(olds[i], row, given[i]) for i, row in zip(kept, news, strict=True) if i is not None}
        dropped = [i for i in range(len(olds)) if i not in changed]
        added = {at: row for at, row in enumerate(news) if kept[at] is None}
        changes = ListChanges({i: change for i, change in changed.items() if change}, dropped, added)
        if self.sheet.sections[0].table().get(name):
            self.sheet.amend_list(name, changes)
        else:
            self._tables(name, changes, kept)

    def _changes(self, old: Row, new: Row, given: dict[str, Any]) -> Row:
        """What is different in an element, whose text gives those keys."""
        changes = _difference(old, new)
        if "margin" in given and new["margin"] is None and _MARGIN_RESTS_ON & changes.keys():
            changes["margin"] = None
        if self.with_ids and "id" in new and "id" not in given:
            changes["id"] = new["id"]
        return changes

    def _tables(self, name: str, changes: ListChanges, kept: Sequence[int | None]) -> None:
        """The elements as `[[tables]]` of their own."""
        sheet = self.sheet
        if changes.added and name in sheet.sections[0].table():
            sheet.amend((), {name: None})
        last = sheet.before(name)
        elements = sheet.elements(name)
        for at, index in enumerate(kept):
            if index is None:
                last = sheet.insert(last, name, changes.added[at])
            else:
                sheet.amend_section(elements[index][0], (), changes.changed.get(index, {}))
                last = elements[index][-1]
        for index in changes.dropped:
            for section in elements[index]:
                sheet.drop(section)
        if changes.dropped and not kept and name == "positions":
            sheet.amend((), {name: "[]"})


def _kept(old: Sequence[str | None], new: Sequence[str | None]) -> list[int | None]:
    """Where each of the new names stood; None for what is new, and for what moved up past one that stays."""
    places = {name: i for i, name in enumerate(old)}
    kept: list[int | None] = []
    newest = -1
    for name in new:
        place = places.get(name, -1)
        kept.append(place if place > newest else None)
        newest = max(newest, place)
    return kept


def _difference(old: Row, new: Row) -> Row:
    """The values that are other ones in the new row; None for those that go."""
    gone: Row = {key: None for key in old if key not in new}
    return {**gone, **{key: text for key, text in new.items() if text != old.get(key)}}


class ChangedError(SaveError):
    """A save that did not happen because the file is not the one that was to be replaced."""


def save_workspace(workspace: Workspace, path: str | os.PathLike[str], agreed: Seen | None = None) -> Saved:
    """Write a workspace: into the text that the file has already, or in the canonical form.

    Args:
        workspace: what the file will say.
        path: where; a link stays, and what it points to is replaced.
        agreed: the file that may be replaced, as it was looked at; None: whatever is there.

    Raises:
        ChangedError: when the file is another one than was agreed to.
        SaveError: when the file could not be written; the one on disk is unharmed then.
    """
    settled = replace(workspace, positions=tuple(p.with_margin(p.margin) for p in workspace.positions))
    if agreed is not None and look_at(path).key != agreed.key:
        raise _changed(path)
    try:
        target = Target(path)
        old = target.contents()
        data = None if old is None else _merged(old, settled, os.fspath(path))
        rewritten = old is not None and data is None
        return target.put(data or _proven(dump(settled), path, settled), rewritten)
    except (OSError, ValueError) as error:
        raise _not_saved(path, error) from error


def save(text: str, path: str | os.PathLike[str], expected: Workspace | None = None) -> Saved:
    """Write the text of a workspace.

    Args:
        text: what the file will hold.
        path: where; a link stays, and what it points to is replaced.
        expected: what reading the text must give.

    Raises:
        SaveError: when the text is not that workspace, or could not be written; a file on disk is unharmed then.
    """
    data = _proven(text, path, expected)
    try:
        return Target(path).put(data)
    except (OSError, ValueError) as error:
        raise _not_saved(path, error) from error


def _merged(old: bytes, workspace: Workspace, name: str) -> bytes | None:
    """The old text with what changed; None where that cannot be."""

    try:
        return merged(old.decode("utf-8"), workspace, name).encode("utf-8")
    except (UnicodeDecodeError, UnmergeableError):
        return None


def _proven(text: str, path: str | os.PathLike[str], expected: Workspace | None) -> bytes:
    """The bytes to write, after they were read back."""
    name = escaped(os.fspath(path))
    try:
        data = text.encode("utf-8")
        found = load_bytes(data, name)
    except UnicodeEncodeError:
        raise _refused(path, "the text cannot be written as UTF-8") from None
    except Faults as faults:
        raise _refused(path, "it could not be read back", f"\n{faults}") from faults
    if expected is not None and found != expected:
        raise _refused(path, "the text says something else than the desk")
    return data


def _refused(path: str | os.PathLike[str], why: str, more: str = "") -> SaveError:
    """Why nothing was saved, and what is on the disk now."""
    then = UNHARMED if os.path.lexists(path) else "no file was made"
    return SaveError(f"could not save {escaped(os.fspath(path))}: {why}; {then}{more}")


def _changed(path: str | os.PathLike[str]) -> ChangedError:
    return ChangedError(f"could not save {escaped(os.fspath(path))}: it was changed just now; {UNHARMED}")


def _not_saved(path: str | os.PathLike[str], error: OSError | ValueError) -> SaveError:
    if isinstance(error, MovedError):
        return _changed(path)
    why = "this is not the name of a file"
    if isinstance(error, OSError) and error.errno:
        why = error.strerror or os.strerror(error.errno)
    return _refused(path, f"{why[:1].lower()}{why[1:]}")
