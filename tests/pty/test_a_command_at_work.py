from pty_terminal import DESK, Terminal

from isocross_tui.cli.progress import STOPPED, STOPPED_CODE
from tests.bench.books import workspace_text


def test_a_command_says_how_far_it_is_and_ctrl_c_ends_it_with_a_sentence(tmp_path):
    (tmp_path / "many.toml").write_text(workspace_text(400), encoding="utf-8")
    command = f"exec {' '.join(repr(part) for part in DESK)} advise many.toml >out.txt"
    with Terminal(("sh", "-c", command), tmp_path) as terminal:
        terminal.wait_for("steps · ctrl+c stops")
        terminal.type("\x03")
        assert terminal.wait_for_end() == STOPPED_CODE
        assert terminal.text.endswith(f"{STOPPED}\r\n")
        assert "Traceback" not in terminal.text
    assert not (tmp_path / "out.txt").read_text("utf-8")
