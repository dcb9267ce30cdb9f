"""Saves that are killed: runs in a process of its own, forks writers and shoots them. Prints what it found.

killing.py random  WRITER FILE SIZE TIMES SEED   SIGKILL after a random time, in the middle of saves in a row
killing.py counted WRITER FILE SIZE STEP         SIGKILL before each STEP-th instruction of the saving code, in turn
"""

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from pathlib import Path

from isocross.disk import atomic, replacing
from isocross.workspace import load_text, save, save_workspace

SAVING = (save.__code__.co_filename, atomic.__file__, replacing.__file__)


class Desk:
    """A file that takes turns between two texts of the same length, `size` characters each."""

    def __init__(self, path, size):
        self.path = Path(path)
        self.texts = [
            f'name = "desk"\nwallet = {wallet}\npositions = []\n' + f"# {wallet}\n" * (size // 4) for wallet in (1, 2)
        ]
        self.workspaces = [load_text(text) for text in self.texts]
        self.whole = {text.replace(f"wallet = {i}", f"wallet = {3 - i}") for i in (1, 2) for text in self.texts}
        """One wallet above the comments of the other is whole too: comments stay."""

    def naive(self, at):
        """What nobody should do."""
        with self.path.open("w") as file:
            file.write(self.texts[at])

    def plain(self, at):
        """Save a text."""
        save(self.texts[at], self.path)

    def merging(self, at):
        """Save a workspace into the text that is there; its comments stay."""
        save_workspace(self.workspaces[at], self.path)

    def found(self):
        """Whether the file is whole, and whether a temporary file was left beside it; it is swept away."""
        text = self.path.read_text()
        strays = len(list(self.path.parent.iterdir())) - 1
        if atomic.sweep(self.path.parent, patience=-1) != strays or len(list(self.path.parent.iterdir())) != 1:
            return "litter"
        return ("whole" if text in self.whole else "broken") + (", swept" if strays else "")


def random_kills(desk, write, times, seed):
    """Fork a writer that saves in a row, and kill it at a random moment."""
    dice = random.Random(seed)
    started = time.perf_counter()
    write(1)
    write(0)
    one = (time.perf_counter() - started) / 2
    results = Counter()
    for _ in range(times):
        desk.path.write_text(desk.texts[0])
        child = os.fork()
        if not child:
            at = 0
            while True:
                at = 1 - at
                write(at)
        time.sleep(dice.uniform(0, 2 * one))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        results[desk.found()] += 1
    return results


def counted_kills(desk, write, step):
    """Kill a writer before the first instruction of the saving code, the next one, … until one gets through."""
    desk.path.write_text(desk.texts[0])
    write(1)  # whatever is loaded late is loaded now
    results = Counter()
    for at in range(0, 100_000, step):
        desk.path.write_text(desk.texts[0])
        child = os.fork()
        if not child:
            die_at(at)
            write(1)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        results[desk.found()] += 1
        if not os.WIFSIGNALED(status):
            results["last"] = os.WEXITSTATUS(status)
            break
    return results


def die_at(at):
    """Count the instructions of the modules that save, and die without cleaning up when the number is reached."""
    counter = iter(range(at))

    def trace(frame, event, arg):
        if frame.f_code.co_filename not in SAVING:
            return None
        frame.f_trace_opcodes = True
        if event == "opcode" and next(counter, None) is None:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)


if __name__ == "__main__":
    way, writer, path, size, *numbers = sys.argv[1:]
    the_desk = Desk(path, int(size))
    kill = random_kills if way == "random" else counted_kills
    print(json.dumps(kill(the_desk, getattr(the_desk, writer), *map(int, numbers))))
