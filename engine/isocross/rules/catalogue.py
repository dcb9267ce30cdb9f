"""Venue profiles: the shipped ones, the user's own, one from a text, and what each knows of a market.

A user's own profile is a complete TOML file like a shipped one: in the folder of `user_folder`, where its name
without `.toml` is its id, or anywhere, where its path stands for the id. A shipped profile cannot be replaced: a file
of the same name in the folder is not read, and no file may give the id of a shipped profile as its own.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

from isocross.folders import config_folder
from isocross.regular import is_regular, reason, regular_bytes
from isocross.rules.overrides import OVERRIDE_KEYS, override
from isocross.rules.own_tables import know_no_own_tables, own_table
from isocross.rules.profile import Profile
from isocross.rules.profile_toml import profile_from_toml
from isocross.rules.switches import AccountMode
from isocross.rules.tables import ListedMarket, listed_market, listed_symbols
from isocross.toml.amounts import OverrideError, ProfileError, UnknownVenueError

__all__ = [
    "DEFAULT_VENUE",
    "OVERRIDE_KEYS",
    "ListedMarket",
    "OverrideError",
    "ProfileError",
    "UnknownVenueError",
    "know_only_shipped",
    "listed_market",
    "listed_symbols",
    "load_profile",
    "override",
    "profile_ids",
    "read_profile",
    "shipped_ids",
    "user_folder",
    "user_ids",
]

DEFAULT_VENUE = "guide"
FOLDER = Path(__file__).parent / "venues"
SUFFIX = ".toml"
SIZE_LIMIT = 256 * 1024
"""Most bytes of a user's profile; a shipped one has about six thousand."""


@cache
def shipped_ids() -> tuple[str, ...]:
    """The shipped profiles: the default one first, the others alphabetical."""
    return tuple(sorted((path.stem for path in FOLDER.glob(f"*{SUFFIX}")), key=lambda i: (i != DEFAULT_VENUE, i)))


def user_folder() -> Path:
    """Where a user's own profiles are found by their names."""
    return config_folder() / "venues"


def know_only_shipped() -> None:
    """Read no file of a user's own in this process from now on: no venue is known but the shipped ones."""
    _Known.own = False
    know_no_own_tables()


class _Known:
    own = True
    """Whether a user's own profiles are known too."""


def user_ids() -> tuple[str, ...]:
    """The profiles in the user's folder, alphabetical, good or not; without those named like a shipped one."""
    if not _Known.own:
        return ()
    try:
        found = {path.stem for path in user_folder().glob(f"*{SUFFIX}") if is_regular(path)}
    except OSError:
        return ()
    return tuple(sorted(found - set(shipped_ids())))


def profile_ids() -> tuple[str, ...]:
    """Every profile with an id: the shipped ones, the default first, then the user's."""
    return shipped_ids() + user_ids()


def load_profile(profile_id: str) -> Profile:
    """The profile of that id, or of that path where it ends in `.toml`; a relative path is from the working folder.

    A shipped one is read once; of a user's own, what counts is what its file says now.

    Raises:
        UnknownVenueError: when there is none of that id.
        ProfileError: when the file of a user's own cannot be used; it names file and key.
    """
    if profile_id in shipped_ids():
        return _with_tables(_shipped(profile_id))
    if profile_id.endswith(SUFFIX) and _Known.own:
        return _with_tables(_own(Path(profile_id), None))
    if profile_id in user_ids():
        return _with_tables(_own(user_folder() / f"{profile_id}{SUFFIX}", profile_id))
    raise UnknownVenueError(profile_id, profile_ids())


def _with_tables(profile: Profile) -> Profile:
    """A profile of which the user's own tables can be used too, and those of venues whose tables it borrows."""
    borrowed = (*profile.tables, *(account.table for account in profile.accounts))
    for venue in dict.fromkeys((profile.id, *(name.split("-", 1)[0] for name in borrowed))):
        own_table(venue)
    return profile


def shipped_profile(venue: str = DEFAULT_VENUE) -> Profile:
    """A profile as it is shipped, whether or not the user's own tables of that venue can be used."""
    return _shipped(venue)


def read_profile(text: str, origin: str) -> Profile:
    """Read a complete profile from TOML text.

    Args:
        text: the TOML.
        origin: what a fault names as its place, a file name as a rule.

    Raises:
        ProfileError: with every fault, its key and what was expected.
    """
    return profile_from_toml(text, origin)


@cache
def _shipped(profile_id: str) -> Profile:
    path = FOLDER / f"{profile_id}{SUFFIX}"
    return _named(read_profile(path.read_text(encoding="utf-8"), path.name), path.name, profile_id)


def _named(profile: Profile, origin: str, profile_id: str) -> Profile:
    if profile.id != profile_id:
        raise ProfileError(origin, (("id", f'expected "{profile_id}", the name of the file'),))
    return profile


def _own(path: Path, profile_id: str | None) -> Profile:
    """A user's own profile; `profile_id` is what its place in the folder calls it."""
    origin = str(path)
    if profile_id is not None and not re.fullmatch("[a-z][a-z0-9-]*", profile_id):
        raise ProfileError(origin, (("", "expected a file name of small letters, digits and dashes"),))
    profile = _parsed(_text_of(path, origin), origin)
    if profile.id in shipped_ids():
        raise ProfileError(origin, (("id", f'"{profile.id}" is a shipped venue; a profile of your own needs another'),))
    return profile if profile_id is None else _named(profile, origin, profile_id)


def _text_of(path: Path, origin: str) -> str:
    """The text of a user's file, whatever may be wrong with it as a ProfileError."""
    try:
        raw = regular_bytes(path.expanduser(), SIZE_LIMIT)
    except OSError as error:
        raise ProfileError(origin, (("", f"cannot be read: {reason(error)}"),)) from None
    except RuntimeError as error:
        raise ProfileError(origin, (("", f"cannot be found: {error}"),)) from None
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ProfileError(origin, (("", f"is not UTF-8 text: byte {error.start} cannot be read"),)) from None


@lru_cache(maxsize=64)
def _parsed(text: str, origin: str) -> Profile:
    """A user's own profile, parsed once as long as its text stays the same."""
    return read_profile(text, origin)


def not_rehearsed(profile: Profile, mode: AccountMode) -> str:
    """Why an account of a mode cannot be rehearsed: what is missing, where the venue has such accounts."""
    key = f"{mode} account: "
    why = next((note.removeprefix(key) for note in profile.unverified if note.startswith(key)), None)
    if why is None:
        return f'"{mode}" is not an account of {profile.title}, or not rehearsed yet'
    return f'"{mode}" is not rehearsed {under_rules(profile.title)}: {why}'


def under_rules(title: str) -> str:
    """Under whose rules something is so: another venue's can have it otherwise."""
    return f"under {title.replace('The ', 'the ', 1)}'s rules"
