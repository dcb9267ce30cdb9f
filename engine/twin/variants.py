"""The variants of an account: as it is, in one mode, with one position flipped, under another venue's rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from engine.book import Book, Mode
from engine.curves import in_one_mode
from engine.moves import flip
from engine.scene import Scene, market_names
from engine.workspace import Faults, Workspace, book_of

AS_IS = "as-is"
"""The key of the account as it is."""
FLIP = "flip"
"""The key of the account with one position flipped."""


@dataclass(frozen=True)
class Variant:
    """One way to hold the same account."""

    key: str
    """`as-is`, `all-cross`, `all-isolated`, `flip`, or the id of a venue."""
    title: str
    venue: str
    """Whose rules it is under."""
    scene: Scene | None
    """None: it cannot be set up."""
    refusal: str = ""
    """Why it cannot be set up."""
    same_as: str = ""
    """Key of the variant it equals in every position; empty: of none."""


def in_both_modes(scene: Scene) -> tuple[Variant, ...]:
    """The account as it is, all cross and all isolated; one that equals the account as it is says so."""
    found = [Variant(AS_IS, "as it is", scene.book.profile.id, scene)]
    for mode in Mode:
        found.append(_variant(f"all-{mode}", f"all {mode}", scene, in_one_mode(scene.book, mode), found))
    return tuple(found)


def with_flip(scene: Scene, position_id: str, others: Iterable[Variant]) -> Variant:
    """The account with one position flipped, the venue's own refusal of flips left aside.

    Args:
        scene: the account as it is.
        position_id: which position; KeyError for an unknown id.
        others: the variants it may be equal to.
    """
    index = scene.book.index_of(position_id)
    mode = scene.book.positions[index].mode.other
    name = market_names(scene.book)[index]
    outcome = flip(replace(scene.book, strict=False), position_id)
    book = outcome.after or f"{name} cannot be {mode}: {outcome.refusal}"
    return _variant(FLIP, f"{name} {mode}", scene, book, others)


def under_other_venues(workspace: Workspace, scene: Scene, venues: Iterable[str]) -> tuple[Variant, ...]:
    """The account as it is under every other venue's rules; a venue that cannot hold it says why."""
    own = scene.book.profile.id
    return tuple(_under(venue, workspace, scene) for venue in venues if venue != own)


def _under(venue: str, workspace: Workspace, scene: Scene) -> Variant:
    try:
        book = book_of(workspace, venue)
    except Faults as faults:
        why = "; ".join(fault.message for fault in faults.faults)
        return Variant(venue, f"at {venue}", venue, None, why)
    return Variant(venue, f"at {venue}", venue, replace(scene, book=book))


def _variant(key: str, title: str, scene: Scene, book: Book | str, others: Iterable[Variant]) -> Variant:
    venue = scene.book.profile.id
    if isinstance(book, str):
        return Variant(key, title, venue, None, book)
    for other in others:
        if other.scene is not None and _held(other.scene.book) == _held(book):
            return Variant(key, title, venue, other.scene, same_as=other.same_as or other.key)
    return Variant(key, title, venue, replace(scene, book=book))


def _held(book: Book) -> list[tuple[object, ...]]:
    """What tells variants of one account apart: each position's mode and margin, however the margin was given."""
    return [(position.mode, position.margin) for position in book.positions]
