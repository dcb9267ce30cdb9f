"""Venue profiles: the shipped ones, one from a text, one with changes, and what each knows of a market."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from engine.overrides import OVERRIDE_KEYS, override
from engine.profile_input import OverrideError, ProfileError, UnknownVenueError
from engine.tables import ListedMarket, listed_market, listed_symbols
from engine.venue import Profile

__all__ = [
    "DEFAULT_VENUE",
    "OVERRIDE_KEYS",
    "ListedMarket",
    "OverrideError",
    "ProfileError",
    "UnknownVenueError",
    "listed_market",
    "listed_symbols",
    "load_profile",
    "override",
    "profile_ids",
    "read_profile",
]

DEFAULT_VENUE = "guide"
FOLDER = Path(__file__).parent / "venues"


@cache
def profile_ids() -> tuple[str, ...]:
    """The shipped profiles: the default one first, the others alphabetical."""
    return tuple(sorted((path.stem for path in FOLDER.glob("*.toml")), key=lambda i: (i != DEFAULT_VENUE, i)))


@cache
def load_profile(profile_id: str) -> Profile:
    """The shipped profile of that id, read once.

    Raises:
        UnknownVenueError: when there is none.
    """
    if profile_id not in profile_ids():
        raise UnknownVenueError(profile_id, profile_ids())
    path = FOLDER / f"{profile_id}.toml"
    profile = read_profile(path.read_text(encoding="utf-8"), path.name)
    if profile.id != profile_id:
        raise ProfileError(path.name, (("id", f'expected "{profile_id}", the name of the file'),))
    return profile


def read_profile(text: str, origin: str) -> Profile:
    """Read a complete profile from TOML text.

    Args:
        text: the TOML.
        origin: what a fault names as its place, a file name as a rule.

    Raises:
        ProfileError: with every fault, its key and what was expected.
    """
    from engine.profile_file import profile_from_toml  # noqa: PLC0415 - pydantic is slow to import

    return profile_from_toml(text, origin)
