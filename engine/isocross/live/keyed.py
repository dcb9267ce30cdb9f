"""A real account that is read with a key: what the key may do is asked first, and one that can do more is refused."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any
from urllib.parse import urlsplit

from isocross.exchange.account import Kind, Note
from isocross.exchange.assemble import Imported
from isocross.exchange.importing import import_files
from isocross.exchange.options import Options
from isocross.live.asking import Answer, AskError, answer_to, words_of
from isocross.live.keys import Key
from isocross.live.questions import ACCOUNT, RIGHTS, TITLES, Question, allowed
from isocross.live.reading import Reading, taken
from isocross.live.rights import MADE, beyond_reading
from isocross.live.signing import Signed, SigningError, sign
from isocross.records import dataclass
from isocross.toml.faults import Faults

GOOD: Mapping[str, tuple[str, tuple[Any, ...]]] = {
    "bybit": ("retCode", (0, "0")),
    "okx": ("code", ("0", 0)),
    "coinex": ("code", (0, "0")),
    "kraken": ("result", ("success",)),
}
"""By which name an answer says that it is one, and with which values."""
MOMENTS: Mapping[str, str] = {"bybit": "time"}
"""Where an answer has the milliseconds at which it was true."""


@dataclass(frozen=True)
class KeyedSource:
    """A real account that is read with a key."""

    venue: str
    key: Key
    url: str = ""
    """A venue on this machine in place of the real one."""
    clock: Callable[[], float] = time.time
    _passed: list[bool] = field(default_factory=list, repr=False, compare=False)
    """Whether the key was asked about already."""

    @property
    def name(self) -> str:
        """Write it as it is typed."""
        return self.venue

    @property
    def title(self) -> str:
        """Name its venue."""
        return TITLES[self.venue]

    def read(self) -> Reading:
        """Ask for the account as it is now; raises AskError in one sentence."""
        try:
            return self._read()
        except Faults as faults:
            told = self.key.without(str(faults).splitlines()[0])
            raise AskError(f"{self.title} answered with no account that can be read: {told}") from None

    def _read(self) -> Reading:
        if not self._passed:
            self._judge()
            self._passed.append(True)
        questions = ACCOUNT[self.venue]
        answers = [self.ask(question) for question in questions]
        files = [
            (f"{self.title} {question.path}", answer.data) for question, answer in zip(questions, answers, strict=True)
        ]
        imported = import_files(files, self.venue, Options(name=self.title))
        if self.venue not in RIGHTS:
            told = f"that it can only read: {self.title} has no question for what a key may do"
            imported = Imported(imported.workspace, (Note(Kind.GUESSED, "the key", told), *imported.notes))
        return Reading(imported, taken(self.clock, answers[0], _moment(self.venue, answers[0])))

    def _judge(self) -> None:
        """Refuse a key that can do more than read; raises AskError."""
        question = RIGHTS.get(self.venue)
        if question is None:
            return
        more = beyond_reading(self.venue, json.loads(self.ask(question).data), self.key)
        made = f"Make one that can only read at {self.title}: {MADE[self.venue]}."
        if more is None:
            raise AskError(f"{self.title} does not say what this key may do, so it is not used. {made}")
        if more:
            raise AskError(f"This key can do more than read: {', '.join(more)[:120]}. It is not used. {made}")

    def ask(self, question: Question) -> Answer:
        """Ask one question; raises AskError."""
        try:
            signed = sign(self.venue, question, self.key, self.clock())
        except SigningError as error:
            raise AskError(str(error)) from None
        answer = self._sent(signed)
        name, good = GOOD.get(self.venue, ("", ()))
        told = json.loads(answer.data)
        if isinstance(told, dict) and name in told and told[name] not in good:
            said = self.key.without(words_of(told)) or told[name]
            raise AskError(f"{self.title} refused the question: “{said}”.")
        return answer

    def _sent(self, signed: Signed) -> Answer:
        """Send what is on the list, and nothing else."""
        address = signed.url.partition("?")[0]
        if signed.method != "GET" or signed.body or address not in allowed(self.venue):
            raise AskError("this is not a question that isocross asks")
        parts = urlsplit(signed.url)
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        url = self.url.rstrip("/") + target if self.url else signed.url
        try:
            return answer_to(url, self.title, signed.headers)
        except AskError as error:
            raise AskError(self.key.without(str(error)), error.wait_s) from None


def _moment(venue: str, answer: Answer) -> Any:
    name = MOMENTS.get(venue)
    told = json.loads(answer.data)
    return told.get(name) if name and isinstance(told, dict) else None
