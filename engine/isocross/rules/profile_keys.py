"""The keys of a profile's file as a list, for whoever describes them: a page of documentation, a form, a completion."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from isocross.records import dataclass
from isocross.rules.declared import Key, keys_of
from isocross.rules.overrides import changes_of
from isocross.rules.profile import Profile


@dataclass(frozen=True)
class ProfileKey:
    """One key of a profile's file."""

    name: str
    """With its tables, "rules.line"; a key of each table in a list has brackets before it, "rules.steps[].kind"."""
    type: str
    values: tuple[str, ...]
    """Those that are allowed, where they can be listed."""
    required: bool
    """Whether the key has to be there, where its table is."""
    changed_as: str
    """What a workspace calls it in `[venue]`, empty where none can change it."""
    words: str


def profile_keys(kind: type[Profile] = Profile) -> Iterator[ProfileKey]:
    """List the keys of a profile in the order of its file, those of a table after the table."""
    changes = {key: name for name, key in changes_of(kind).items()}
    return _listed(keys_of(kind), changes, "")


def _listed(keys: Iterable[Key], changes: dict[Key, str], before: str) -> Iterator[ProfileKey]:
    for key in keys:
        name = ".".join(filter(None, (before, key.rule.table, key.name)))
        yield ProfileKey(
            name,
            key.type.name,
            key.type.values,
            not key.rule.optional,
            changes.get(key, ""),
            key.rule.words,
        )
        inside = key.type.items or key.type
        if inside.table is not None:
            yield from _listed(keys_of(inside.table), changes, f"{name}[]" if key.type.items else name)
