"""Decide what one workbook is before it lands. No database: what is known of the commune is an argument."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ansinh.core.period import Period
from ansinh.intake.catalogue import entry
from ansinh.intake.ids import workbook_id
from ansinh.intake.kinds import Kind, KindDecision, Overlap, decide_kind, decide_period
from ansinh.intake.known import Commune
from ansinh.intake.match import Line, replaced_lines, same_lines
from ansinh.intake.model import Problem, WorkbookReading
from ansinh.text import say


@dataclass(frozen=True, slots=True)
class Arrived:
    """A fetched file of a commune. `received_at` is when the sender put it there."""

    commune_code: str
    file_name: str
    sha256: str
    size_bytes: int
    received_at: datetime

    @property
    def workbook_id(self) -> str:
        return workbook_id(self.commune_code, self.sha256, self.file_name)


@dataclass(slots=True)
class Verdict:
    """What a workbook turned out to be. `problem` is the workbook-level problem to add, if any."""

    status: str
    reject_code: str | None = None
    kind: Kind | None = None
    kind_reason: str | None = None
    problem: Problem | None = None
    lands_rows: bool = False


def judge(commune: Commune, arrived: Arrived, reading: WorkbookReading, lines: Sequence[Line]) -> Verdict:
    """Same bytes, then unknown commune, then what the reader found, then the month, then the kind."""
    earlier = commune.same_bytes(arrived.sha256)
    if earlier:
        code = "SAME_BYTES" if earlier.period == commune.period else "SAME_BYTES_OTHER_MONTH"
        return Verdict("duplicate", problem=about(code, period=earlier.period))
    if not commune.is_known:
        return _refused("rejected", "UNKNOWN_COMMUNE", commune=commune.code)
    if arrived.sha256 in commune.elsewhere:
        return _refused("held", "SAME_FILE_OTHER_COMMUNE")
    if reading.period and decide_period(reading.period, Period.parse(commune.period)) == "past":
        return _refused("rejected", "WRONG_MONTH", found=_month(str(reading.period)), expected=_month(commune.period))
    if reading.status in ("rejected", "held"):
        return Verdict(reading.status, reading.reject_code)
    return _kind_verdict(commune, reading, lines)


def _kind_verdict(commune: Commune, reading: WorkbookReading, lines: Sequence[Line]) -> Verdict:
    is_clear = reading.is_our_answer or reading.kind_words is not None or not commune.has_lines
    overlap = Overlap(len(lines), 0, len(commune.lines) if commune.has_lines else 0, 0) if is_clear else measure(commune, lines)
    decision = decide_kind(reading.kind_words, is_our_answer=reading.is_our_answer, has_list=commune.has_list, overlap=overlap)
    reason = kind_sentence(decision, overlap)
    if decision.question:
        problem = about(decision.question, matched=overlap.matched, rows=overlap.rows, withdrawn=overlap.withdrawn, live=overlap.live_rows)
        return Verdict("held", decision.question, decision.kind, reason, problem, lands_rows=True)
    return Verdict(reading.status, None, decision.kind, reason, lands_rows=True)


def measure(commune: Commune, lines: Sequence[Line]) -> Overlap:
    """Blocked rows sent before count as sent (a mended list is still the same list), but only rows in force can be withdrawn."""
    known = commune.candidates(lines)
    pairs = same_lines(lines, known)
    stood_for = set(replaced_lines(lines, known).values())
    in_force = [line.row_id for line in commune.lines.values() if not line.is_blocked]
    return Overlap(len(lines), len(pairs), len(in_force), sum(row_id not in stood_for for row_id in in_force))


def kind_sentence(decision: KindDecision, overlap: Overlap) -> str:
    """The sentence that tells the sender why."""
    return say(
        f"landing.kind.{decision.reason}", matched=overlap.matched, rows=overlap.rows, withdrawn=overlap.withdrawn, live=overlap.live_rows
    )


def about(code: str, **params: str | int) -> Problem:
    """A problem of the whole workbook, with the catalogue's severity."""
    return Problem("", None, None, None, code, entry(code).severity, params)


def _refused(status: str, code: str, **params: str | int) -> Verdict:
    return Verdict(status, code, problem=about(code, **params))


def _month(period: str) -> str:
    year, month = period.split("-")
    return f"{int(month)}/{year}"
