"""A target for atheris: bytes as a file, as a short code and as a payload. Outside the ordinary run:

pip install atheris
python tests/fuzz/fuzz_load.py -max_len=65536 -max_total_time=60 [FOLDER OF INPUTS]

Nothing but Faults may come out, and nothing may take longer than SECONDS.
"""

import sys
import time
from decimal import Decimal
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "engine"))

with atheris.instrument_imports(include=["isocross", "tomllib", "json"]):
    from isocross.exchange import Options, import_files
    from isocross.workspace import Faults, dump, load_bytes, load_text
    from isocross.workspace.code import PREFIX, code_of, open_code

SECONDS = 2


def as_file(data: bytes) -> None:
    """A workspace that is written and read back, also as a code."""
    workspace = load_bytes(data)
    assert load_text(dump(workspace)) == workspace
    assert open_code(code_of(workspace)) == workspace


def as_code(data: bytes) -> None:
    """A code, with its prefix to get anywhere."""
    open_code(PREFIX + "a" + data.decode("latin-1"))


def as_payload(data: bytes) -> None:
    """An account whose workspace is written and read back."""
    workspace = import_files([("payload", data)], None, Options(wallet=Decimal(1000))).workspace
    assert load_text(dump(workspace)) == workspace


def one_input(data: bytes) -> None:
    """What atheris calls; the first byte chooses the entry."""
    if not data:
        return
    began = time.process_time()
    try:
        (as_file, as_code, as_payload)[data[0] % 3](data[1:])
    except Faults as faults:
        assert all(line.isprintable() for line in str(faults).splitlines())
    assert time.process_time() - began < SECONDS


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
