"""Templates: what `isocross new` begins with. They are the shipped workspaces, comments and all."""

from __future__ import annotations

import os
from pathlib import Path

from isocross.disk.atomic import Saved, SaveError
from isocross.errors import IsocrossError
from isocross.records import dataclass
from isocross.regular import is_folder
from isocross.toml.faults import escaped
from isocross.toml.places import listing, meant
from isocross.toml.read import parse
from isocross.workspace.load import shipped

DEFAULT_TEMPLATE = "guide-cross"


class TemplateError(IsocrossError):
    """There is no such template, or nothing may be written there."""


@dataclass(frozen=True, slots=True)
class Template:
    """A workspace to begin with."""

    name: str
    title: str
    """The name of the workspace in it."""
    text: str


def templates() -> dict[str, Template]:
    """Every template by its name, alphabetical."""
    found = {}
    for name, path in shipped().items():
        text = path.read_text(encoding="utf-8")
        found[name] = Template(name, parse(text, name).get("name", name), text)
    return found


def template(name: str) -> Template:
    """The template of that name; raises TemplateError."""
    known = templates()
    if name not in known:
        guess = meant(name, known)
        raise TemplateError(f'no template is called "{escaped(name)}"{guess} (expected one of {listing(known, 30)})')
    return known[name]


def with_suffix(name: str) -> str:
    """The name of a workspace file, with `.toml` where it has no ending, so that it is found among the workspaces."""
    plain = bool(Path(name).name) and not Path(name).suffix and not name.endswith((os.sep, ".")) and not is_folder(name)
    return f"{name}.toml" if plain else name


def write_new(text: str, path: str | os.PathLike[str], force: bool = False) -> Saved:
    """Write the text of a workspace to a new file.

    Raises:
        TemplateError: when there is something already, unless `force` says to replace it.
        SaveError: when it could not be written.
    """
    name = escaped(os.fspath(path))
    try:
        taken = os.path.lexists(path)
    except ValueError:
        raise SaveError(f"could not save {name}: this is not the name of a file") from None
    if is_folder(path):
        raise TemplateError(f"{name} is a folder (expected the name of a file)")
    if taken and not force:
        raise TemplateError(f"{name} is there already (expected another name, or --force to replace it)")
    from isocross.workspace.saving import save  # noqa: PLC0415 - only who saves pays for it

    return save(text, path)
