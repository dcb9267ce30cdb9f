import io
import random

import pytest

from isocross.regular import UnfitFileError, regular_bytes, stream_bytes


class Greedy(io.BytesIO):
    """A stream that takes memory for whatever is asked for, as a file does."""

    most = 0

    def read(self, size: int | None = -1, /) -> bytes:
        assert size is not None
        assert size >= 0
        self.most = max(self.most, size)
        return super().read(size)


def test_a_short_file_takes_little_memory_however_much_it_may_hold():
    stream = Greedy(b"wallet = 1")
    assert stream_bytes(stream, 4 * 1024**3) == b"wallet = 1"
    assert stream.most <= 1024 * 1024


@pytest.mark.parametrize("size", [0, 1, 1024 * 1024, 1024 * 1024 + 1, 3 * 1024 * 1024])
def test_every_byte_is_read_up_to_the_limit_and_none_beyond(tmp_path, size):
    path, data = tmp_path / "a.bin", random.Random(size).randbytes(size)
    path.write_bytes(data)
    assert regular_bytes(path, size) == stream_bytes(io.BytesIO(data), size) == data
    with pytest.raises(UnfitFileError):
        stream_bytes(io.BytesIO(data + b"x"), size)
