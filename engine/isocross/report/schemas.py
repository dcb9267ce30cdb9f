"""The JSON Schema of every output, made of its type; and the check of an output against it."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from pydantic import BaseModel, TypeAdapter

from isocross.errors import IsocrossError
from isocross.report import autopsy_shapes, list_shapes, risk_shapes, shapes, study_shapes
from isocross.toml.places import listing, meant

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

SHAPES: Final[dict[str, tuple[type[BaseModel], ...]]] = {
    "adl": (risk_shapes.Adl,),
    "advise": (study_shapes.Advise, study_shapes.AdviseLived),
    "autopsy": (autopsy_shapes.Autopsy,),
    "check": (list_shapes.Check,),
    "compare": (study_shapes.Compare, study_shapes.CompareLived),
    "error": (shapes.Error,),
    "explain": (study_shapes.Explain,),
    "export": (list_shapes.Positions, shapes.Report, shapes.Run),
    "frontier": (study_shapes.Frontier,),
    "history": (list_shapes.Windows, list_shapes.Crash, list_shapes.Reach, list_shapes.AccountOdds),
    "keys": (list_shapes.Keys,),
    "lessons": (list_shapes.Lessons, list_shapes.Lesson),
    "limits": (risk_shapes.Limits,),
    "price": (study_shapes.Price,),
    "replay": (shapes.Run,),
    "report": (shapes.Report,),
    "run": (shapes.Run,),
    "themes": (list_shapes.Themes,),
    "venues": (list_shapes.Venues,),
}
"""By command: what its JSON can be."""
MANY: Final = frozenset(("report", "run", "compare", "explain", "price"))
"""Commands of many accounts: an answer then has its `source`, and a bad account has its faults."""


class UnknownOutputError(IsocrossError, KeyError):
    """Say that no output is called so."""

    def __init__(self, name: str) -> None:
        """Name those that there are."""
        guess = meant(name, SHAPES)
        super().__init__(f"no output is called {name!r}{guess}: expected one of {listing(SHAPES, 40)}")

    def __str__(self) -> str:
        """The sentence as it is."""
        return str(self.args[0])


def output_schema(name: str) -> dict[str, Any]:
    """Make the JSON Schema of what a command prints; raises UnknownOutputError."""
    if name not in SHAPES:
        raise UnknownOutputError(name)
    schema = _adapter(name).json_schema(by_alias=True)
    return {"$schema": DIALECT} | schema | {"title": f"isocross {name}"}


def check_output(name: str, text: str) -> None:
    """Hold the JSON of a command to its type; raises pydantic's ValidationError."""
    _adapter(name).validate_json(text, strict=True)


@cache
def _adapter(name: str) -> TypeAdapter[Any]:
    kinds = SHAPES[name]
    if name in MANY:
        lines = tuple(_with_source(kind) for kind in kinds)
        kinds = (*kinds, *lines, shapes.Bad, _of_many(lines))
    found: Any = kinds[0]
    for kind in kinds[1:]:
        found = found | kind
    return TypeAdapter(found)


def _with_source(kind: type[BaseModel]) -> type[BaseModel]:
    """The same of one account of many."""
    return type(f"{kind.__name__}Line", (kind,), {"__doc__": kind.__doc__, "__annotations__": {"source": str | None}})


def _of_many(lines: tuple[type[BaseModel], ...]) -> type[BaseModel]:
    """All answers about many accounts in one object."""
    one: Any = lines[0]
    for line in lines[1:]:
        one = one | line
    fields = {"format": shapes.Format, "accounts": list[one], "faults": list[shapes.Bad]}
    words = "The answers about many accounts, and the faults of the others."
    return type("Many", (shapes.Shape,), {"__doc__": words, "__annotations__": fields})
