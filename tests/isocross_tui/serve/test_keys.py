"""The key of the server: made once, or not at all."""

from __future__ import annotations

import errno

import pytest

from isocross.disk import atomic
from isocross_tui.serve.keys import KeysError, host_key


def test_a_full_disk_leaves_no_key_that_a_later_start_would_have_to_refuse(tmp_path, monkeypatch):
    path = tmp_path / "host_key"

    def full(descriptor, data):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(atomic, "write_all", full)
        with pytest.raises(KeysError, match="No space left on device"):
            host_key(path)
    made = host_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert host_key(path).export_public_key() == made.export_public_key()
