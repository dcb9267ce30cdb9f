"""The verdicts of limits as JSON, CSV and JUnit XML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from xml.etree import ElementTree

from isocross.format import counted
from isocross.money import exact, text, text_or_none
from isocross.records import dataclass
from isocross.report.advise import step_json
from isocross.report.check import faults_json
from isocross.report.json import FORMAT, paid_json
from isocross.report.rows import cells
from isocross.risk.csv_line import csv_line
from isocross.risk.limits.kinds import Breach, Status
from isocross.risk.limits.remedies import Remedy
from isocross.risk.limits.verdicts import Verdict
from isocross.risk.limits.words import remedy_words, verdict_words
from isocross.risk.named import Named, told_in_a_line
from isocross.toml.faults import Faults, is_harmless
from isocross.words.orders import stop_warnings

LIMITS = (
    *("account", "source", "venue", "limit", "rule", "status", "found", "allowed"),
    *("position", "market", "price", "time", "remedy", "deposit", "closed", "text"),
)


@dataclass(frozen=True)
class Judged:
    """An account with its verdicts, or what is wrong with it."""

    named: Named
    verdicts: Sequence[Verdict] = ()
    faults: Faults | None = None

    @property
    def is_unknown(self) -> bool:
        """Whether something of it could not be judged."""
        return self.faults is not None or any(v.status is Status.UNKNOWN for v in self.verdicts)

    @property
    def is_broken(self) -> bool:
        """Whether a limit is broken."""
        return any(v.status is Status.BROKEN for v in self.verdicts)


def exit_code(judged: Sequence[Judged]) -> int:
    """0 where all limits hold, 1 where one is broken, 2 where anything could not be judged."""
    if any(one.is_unknown for one in judged):
        return 2
    return 1 if any(one.is_broken for one in judged) else 0


def summary(judged: Sequence[Judged]) -> str:
    """Count what holds and what does not, in a sentence."""
    found = [verdict.status for one in judged for verdict in one.verdicts]
    bad = sum(one.faults is not None for one in judged)
    holds = found.count(Status.HOLDS)
    told = [f"{holds:,} {'holds' if holds == 1 else 'hold'}", f"{found.count(Status.BROKEN):,} broken"]
    if count := found.count(Status.NOT_ASKED):
        told.append("1 does not apply" if count == 1 else f"{count:,} do not apply")
    if count := found.count(Status.UNKNOWN):
        told.append(f"{count} cannot be judged")
    if bad:
        told.append(f"{counted(bad, 'account')} cannot be read")
    return f"{counted(len(judged), 'account')}, {counted(len(found), 'check')}: {', '.join(told)}."


@exact
def limits_json(judged: Sequence[Judged]) -> dict[str, Any]:
    """Every verdict of every account."""
    return {
        "format": FORMAT,
        "ok": exit_code(judged) == 0,
        "accounts": [_account(one) for one in judged if one.faults is None],
        "faults": [
            {"source": one.named.source or None, "name": one.named.name, "faults": faults_json(one.faults)}
            for one in judged
            if one.faults is not None
        ],
        "text": summary(judged),
    }


def _account(one: Judged) -> dict[str, Any]:
    venue = one.verdicts[0].book.profile.id if one.verdicts else None
    head = {"source": one.named.source or None, "name": one.named.name, "venue": venue}
    told = head | {"limits": [_verdict(n, verdict) for n, verdict in enumerate(one.verdicts, start=1)]}
    return told | ({"warnings": list(warned)} if (warned := _warnings(one)) else {})


def _warnings(one: Judged) -> tuple[str, ...]:
    """The stops of an account that will not be reached."""
    return stop_warnings(one.verdicts[0].book) if one.verdicts else ()


def _verdict(n: int, verdict: Verdict) -> dict[str, Any]:
    measured = verdict.measured
    return {
        "limit": n,
        "rule": verdict.limit.words,
        "status": verdict.status.value,
        "found": text_or_none(measured.found),
        "allowed": text_or_none(verdict.allowed),
        "breach": None if measured.breach is None else _breach(measured.breach),
        "remedies": [_remedy(remedy, verdict) for remedy in verdict.remedies],
        "left_out": list(verdict.found.left_out),
        "text": verdict_words(verdict),
    }


def _breach(breach: Breach) -> dict[str, Any]:
    return {
        "position": breach.position,
        "market": breach.market,
        "price": text_or_none(breach.price),
        "time": breach.time,
        "liquidated": breach.liquidated,
        "paid_by": None if breach.paid_by is None else paid_json(breach.paid_by),
    }


def _remedy(remedy: Remedy, verdict: Verdict) -> dict[str, Any]:
    return {
        "kind": remedy.kind,
        "steps": [step_json(step) for step in remedy.steps],
        "deposit": text(remedy.deposit),
        "closed": text(remedy.closed),
        "text": remedy_words(remedy, verdict.book),
    }


@exact
def limits_text(judged: Sequence[Judged]) -> str:
    """Every account with what is broken, and a sentence of the sums."""
    lines: list[str] = []
    for one in judged:
        if one.faults is not None:
            continue
        lines.append(one.named.told)
        lines += [f"  {_SIGNS[verdict.status]}  {verdict_words(verdict)}" for verdict in one.verdicts]
        lines += [f"  {'stop':<6}  {warning}" for warning in _warnings(one)]
    return "\n".join([*lines, *([""] if lines else []), summary(judged)]) + "\n"


_SIGNS = {Status.HOLDS: "holds ", Status.BROKEN: "BROKEN", Status.NOT_ASKED: "-     ", Status.UNKNOWN: "?     "}


@exact
def limits_csv(judged: Sequence[Judged]) -> str:
    """A line for each verdict; an account that cannot be read is in none."""
    return csv_line(LIMITS) + "".join(csv_line(cells(row, LIMITS)) for one in judged for row in _rows(one))


def _rows(one: Judged) -> Iterator[dict[str, Any]]:
    for verdict in _account(one)["limits"] if one.faults is None else ():
        row = {"account": one.named.name, "source": one.named.source or None, "venue": _account(one)["venue"]}
        row |= {key: verdict[key] for key in ("limit", "rule", "status", "found", "allowed", "text")}
        row |= {key: (verdict["breach"] or {}).get(key) for key in ("position", "market", "price", "time")}
        best = verdict["remedies"][0] if verdict["remedies"] else {}
        yield row | {"remedy": best.get("text"), "deposit": best.get("deposit"), "closed": best.get("closed")}


@exact
def limits_junit(judged: Sequence[Judged]) -> str:
    """A test suite for each account and a test for each limit, as build servers read them."""
    root = ElementTree.Element("testsuites", {"name": "isocross limits"})
    for one in judged:
        _suite(root, one)
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"


def _suite(root: ElementTree.Element, one: Judged) -> None:
    found = [verdict.status for verdict in one.verdicts]
    name = _safe(one.named.told)
    counts = {
        "tests": str(max(1, len(found))),
        "failures": str(found.count(Status.BROKEN)),
        "errors": str(found.count(Status.UNKNOWN) + (one.faults is not None)),
        "skipped": str(found.count(Status.NOT_ASKED)),
    }
    suite = ElementTree.SubElement(root, "testsuite", {"name": name, **counts})
    if one.faults is not None:
        test = ElementTree.SubElement(suite, "testcase", {"classname": name, "name": "can be read"})
        ElementTree.SubElement(test, "error", {"message": _safe(told_in_a_line(one.faults))})
    for verdict in one.verdicts:
        test = ElementTree.SubElement(suite, "testcase", {"classname": name, "name": _safe(verdict.limit.words)})
        kind = _RESULTS.get(verdict.status)
        if kind is not None:
            ElementTree.SubElement(test, kind, {"message": _safe(verdict_words(verdict))})


_RESULTS = {Status.BROKEN: "failure", Status.UNKNOWN: "error", Status.NOT_ASKED: "skipped"}


def _safe(words: str) -> str:
    """Words without a character that XML cannot hold."""
    return "".join(c if is_harmless(c) else "?" for c in words)
