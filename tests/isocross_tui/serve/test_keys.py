"""The key of the server: made once, or not at all; keys and ports that are none are told in a sentence."""

from __future__ import annotations

import errno
import socket

import pytest

from isocross.disk import atomic
from isocross_tui.serve.keys import KeysError, authorized_keys, host_key
from isocross_tui.serve.port import unheard


def test_a_full_disk_leaves_no_key_that_a_later_start_would_have_to_refuse(tmp_path, monkeypatch):
    path = tmp_path / "host_key"

    def full(descriptor, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(atomic, "write_all", full)
        with pytest.raises(KeysError, match="no space left on device"):
            host_key(path)
    made = host_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert host_key(path).export_public_key() == made.export_public_key()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"\xff\xfe", "these are not authorized keys: expected a text in UTF-8."),
        (b"hello world\n", "these are not authorized keys: no valid entries found."),
    ],
)
def test_what_is_no_file_of_keys_is_told_in_a_sentence(tmp_path, data, told):
    path = tmp_path / "keys"
    path.write_bytes(data)
    with pytest.raises(KeysError) as refusal:
        authorized_keys(path)
    assert str(refusal.value) == f"{path}: {told}"


def test_a_port_that_is_taken_is_told_without_an_address_as_python_has_it():
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        with pytest.raises(OSError, match="in use") as refusal:
            socket.create_server(("127.0.0.1", port))
    assert unheard(port, refusal.value) == f"port {port} cannot be listened to: address already in use."
