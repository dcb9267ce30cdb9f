import ast
import re
import subprocess
import sys
from pathlib import Path

from isocross import __version__

ROOT = Path(__file__).resolve().parents[1]

MODULE_LINES = 400
FUNCTION_LINES = 40

IMPORT_ALL = """
import importlib, pkgutil, isocross
for module in pkgutil.walk_packages(isocross.__path__, "isocross."):
    importlib.import_module(module.name)
"""

PRINT_LOADED = """
import sys
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""

# in an interpreter of its own, because it sets up logging and sys.path for the whole process
LINT_IMPORTS = """
import sys
from importlinter.cli import lint_imports
sys.exit(lint_imports(config_filename="pyproject.toml", no_cache=True, no_logo=True))
"""


def run_fresh(script):
    """What a fresh interpreter prints when it runs the script."""
    run = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def loaded_by(script):
    """The top-level packages that are loaded after the script."""
    return set(run_fresh(script + PRINT_LOADED).splitlines()[-1].split())


def sources():
    """The name and the text of every module of the two packages."""
    for room in ("engine", "tui"):
        for path in sorted((ROOT / room).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def test_no_module_of_the_engine_loads_a_screen():
    loaded = loaded_by(IMPORT_ALL)
    assert "isocross" in loaded
    assert loaded & {"textual", "rich", "click", "isocross_tui"} == set()


def test_importing_the_engine_leaves_numpy_unloaded():
    assert "numpy" not in loaded_by("import isocross")


def test_the_command_line_starts_without_textual():
    assert "textual" not in loaded_by("import isocross_tui.cli.main")


def test_the_version_waits_for_no_command_line():
    start = "import sys; sys.argv[1:] = ['--version']; from isocross_tui.cli.start import main; main()"
    printed = run_fresh(start + PRINT_LOADED).splitlines()
    assert printed[0] == f"isocross, version {__version__}"
    assert not {"click", "dataclasses"} & set(printed[-1].split())


def test_no_command_looks_for_garbage_when_it_ends():
    last = "import atexit, gc, sys; atexit.register(lambda: print(gc.get_freeze_count()))"
    start = "sys.argv[1:] = ['keys']; from isocross_tui.cli.start import main; main()"
    assert int(run_fresh(f"{last}; {start}").splitlines()[-1]) > 0


def test_a_report_waits_for_no_study_no_writer_and_no_lived_path():
    start = "from isocross_tui.cli.main import main; main(['report', 'guide-cross'], standalone_mode=False); import sys"
    loaded = set(run_fresh(f"{start}; print(*sys.modules)").splitlines()[-1].split())
    assert "isocross.figures.frame" in loaded
    unneeded = ("studies", "exchange", "lessons", "rehearsal.run", "rehearsal.replay", "history", "workspace.saving")
    assert {name for name in loaded if name.startswith(tuple(f"isocross.{room}" for room in unneeded))} == set()
    assert loaded & {"pydantic", "difflib", "tomlkit", "tomli_w", "random", "numpy", "rich"} == set()


def test_the_desk_waits_for_no_writer_of_files_no_grid_and_nothing_that_is_asked_for_later():
    loaded = set(run_fresh("import isocross_tui.app, sys; print(*sys.modules)").splitlines()[-1].split())
    assert "textual" in loaded
    assert loaded & {"pydantic", "tomlkit", "tomli_w", "numpy", "urllib.request", "http.client", "csv"} == set()
    library = (
        "exchange.",
        "live.following",
        "live.asking",
        "lessons.",
        "report",
        "history.",
        "studies.twin",
        "words.why.",
        "words.glossary",
    )
    face = ("serve", "talk", "views.lesson", "forms.new_account", "forms.pasted", "screens.sheet")
    later = (*(f"isocross.{name}" for name in library), *(f"isocross_tui.{name}" for name in face))
    assert {name for name in loaded if name.startswith(later)} == set()


def test_the_import_contracts_hold():
    assert " 0 broken" in run_fresh(LINT_IMPORTS)


def test_modules_stay_small():
    lengths = {name: len(text.splitlines()) for name, text in sources()}
    assert "engine/isocross/desk/store.py" in lengths
    assert {name: length for name, length in lengths.items() if length > MODULE_LINES} == {}


def test_functions_stay_small():
    lengths = {
        f"{name}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for name, text in sources()
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: length for name, length in lengths.items() if length > FUNCTION_LINES} == {}


LIBRARIES = {"fsspec", "numba", "dask.config", "distributed"}
"""Libraries that a user may do without, and that tell no types."""


def test_nothing_is_imported_by_a_name_in_a_string_but_by_the_faces_of_rooms():
    libraries = "|".join(f'"{name}"\\)' for name in sorted(LIBRARIES))
    own = re.compile(rf"import_module\((?!{libraries})")
    naming = {name for name, text in sources() if own.search(text)}
    # the package itself loads nothing else, not even the helper of the rooms
    assert naming == {"engine/isocross/faces.py", "engine/isocross/__init__.py"}
