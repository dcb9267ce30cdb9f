"""A profile's TOML text, checked key by key; a fault names the key and what was expected."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from itertools import pairwise
from typing import Any, assert_never

from isocross.money import exact
from isocross.records import dataclass
from isocross.rules.declared import Key, keys_of
from isocross.rules.market import Tier, with_deductions
from isocross.rules.procedure import Step, StepKind
from isocross.rules.profile import Profile
from isocross.rules.tables import table_names
from isocross.rules.value_types import ValueType
from isocross.toml.amounts import ProfileError, nearest, one_of
from isocross.toml.faults import Faults, shown
from isocross.toml.read import VENUE, parse


def profile_from_toml(text: str, origin: str, kind: type[Profile] = Profile) -> Profile:
    """Read a complete profile; ProfileError names the origin and every fault."""
    try:
        document = parse(text, origin, VENUE)
    except Faults as error:
        told = ((f"line {fault.line}" if fault.line else "", fault.told_alone()) for fault in error.faults)
        raise ProfileError(origin, tuple(told)) from None
    reading = _Reading()
    found = reading.profile(kind, document)
    if reading.faults:
        raise ProfileError(origin, tuple(reading.faults))
    profile = kind(**found)
    faults = (*_faults_of_steps(profile.steps, document), *_faults_between(profile))
    if faults:
        raise ProfileError(origin, faults)
    return _with_deductions(profile, document)


@dataclass
class _Reading:
    """What is read of a document, with every fault on the way."""

    faults: list[tuple[str, str]] = field(default_factory=list)

    def profile(self, kind: type[Profile], document: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of a profile; the tables of a file come where their first key is declared."""
        names = dict.fromkeys(key.rule.table or key.name for key in keys_of(kind))
        found: dict[str, Any] = {}
        for name in names:
            own = [key for key in keys_of(kind) if key.rule.table == name]
            if not own:
                found |= self._given([key for key in keys_of(kind) if key.name == name], document, "")
            elif name in document:
                found |= self._table(own, document[name], name)
            else:
                self.faults.append((name, _MISSING))
        self._strangers(names, document, "")
        return found

    def _table(self, keys: Sequence[Key], given: object, place: str) -> dict[str, Any]:
        """The fields that a table states."""
        if not isinstance(given, dict):
            self.faults.append((place, f"{shown(given)} is not a table"))
            return {}
        found = self._given(keys, given, f"{place}.")
        self._strangers([key.name for key in keys], given, f"{place}.")
        return found

    def _given(self, keys: Iterable[Key], given: Mapping[str, Any], before: str) -> dict[str, Any]:
        found = {}
        for key in keys:
            place = f"{before}{key.name}"
            if key.name in given:
                found[key.field] = self._value(key.type, given[key.name], place)
            elif not key.rule.optional:
                self.faults.append((place, _MISSING))
        return found

    def _value(self, of: ValueType, given: object, place: str) -> Any:
        """A value of a type; None where it has a fault."""
        if of.items is not None:
            return self._list(of, of.items, given, place)
        before = len(self.faults)
        if of.table is not None:
            fields = self._table(keys_of(of.table), given, place)
            return None if len(self.faults) > before else of.table(**fields)
        try:
            return of.read(given)
        except ValueError as fault:
            self.faults.append((place, f"{shown(given)} does not fit ({fault})"))
            return None

    def _list(self, of: ValueType, items: ValueType, given: object, place: str) -> Any:
        before = len(self.faults)
        if not isinstance(given, list):
            self.faults.append((place, f"{shown(given)} is not a list"))
            return None
        found = tuple(self._value(items, item, f"{place}[{i}]") for i, item in enumerate(given))
        if len(found) < of.least:
            self.faults.append((place, f"the list is too short (expected at least {of.least})"))
        return None if len(self.faults) > before else of.read(found)

    def _strangers(self, known: Collection[str], given: Mapping[str, Any], before: str) -> None:
        """What to say of keys that no profile has."""
        for name in given:
            if name not in known:
                guess = nearest(name, known)
                hint = f'did you mean "{guess}"?' if guess else f"expected {one_of(known)}"
                self.faults.append((f"{before}{name}", f"is not a key here; {hint}"))


_MISSING = "is missing; a profile has every key"


def _keys_of_step(kind: StepKind) -> tuple[str, ...]:
    """The keys that mean something in a step of a kind; `amount` and `scope` have to be there where they do."""
    match kind:
        case StepKind.CANCEL_ORDERS:
            return ("scope",)
        case StepKind.NET_HEDGES:
            return ()
        case StepKind.BACKSTOP | StepKind.TIER_DOWN:
            return ("amount",)
        case StepKind.FRACTION:
            return ("amount", "above", "cooldown")
        case StepKind.PORTION:
            return ("amount", "above", "most")
        case StepKind.RESTORE:
            return ("amount", "above")
        case _:
            assert_never(kind)


def _faults_of_steps(steps: Sequence[Step], document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """A step has the keys of its kind and no other; tiers are whole numbers, a share is at most the whole."""
    for i, (step, given) in enumerate(zip(steps, document["rules"].get("steps", ()), strict=True)):
        for key, said in _faults_of_step(step, given):
            yield f"rules.steps[{i}].{key}", said


def _faults_of_step(step: Step, given: Collection[str]) -> Iterator[tuple[str, str]]:
    known = _keys_of_step(step.kind)
    for key in ("amount", "scope"):
        if key in known and key not in given:
            yield key, f'is missing; a step of kind "{step.kind}" has it'
    for key in given:
        if key not in {"kind", *known}:
            yield key, f'expected no such key in a step of kind "{step.kind}"'
    if "amount" not in known or "amount" not in given:
        return
    match step.kind:
        case StepKind.TIER_DOWN:
            if step.amount != int(step.amount):
                yield "amount", "expected a whole number of tiers"
        case StepKind.BACKSTOP | StepKind.FRACTION | StepKind.PORTION | StepKind.RESTORE:
            if step.amount > 1:
                yield "amount", "expected a share, at most 1"
        case StepKind.CANCEL_ORDERS | StepKind.NET_HEDGES:
            pass
        case strange:
            assert_never(strange)


def _faults_between(profile: Profile) -> Iterator[tuple[str, str]]:
    """What no single key shows: tables that are not shipped, tiers out of order."""
    for name in profile.tables:
        if name not in table_names():
            yield "markets.tables", f'no table is called "{name}"; expected {one_of(table_names())}'
    tiers = profile.default_tiers
    if tiers and tiers[0].start != 0:
        yield "markets.default_tiers", "expected the first tier to start from 0"
    for index, (below, above) in enumerate(pairwise(tiers), start=1):
        where = f"markets.default_tiers[{index}]"
        if above.start <= below.start:
            yield f"{where}.from", f"expected more than {below.start}, where the tier below begins"
        if above.rate < below.rate:
            yield f"{where}.rate", f"expected at least {below.rate}, the rate of the tier below"


@exact
def _with_deductions(profile: Profile, document: Mapping[str, Any]) -> Profile:
    """The profile, its default tiers with the deductions that its file leaves out."""
    given = ("deduction" in row for row in document["markets"]["default_tiers"])
    rows: tuple[tuple[Tier, bool], ...] = tuple(zip(profile.default_tiers, given, strict=True))
    return replace(profile, default_tiers=with_deductions(rows, profile.tier_method))
