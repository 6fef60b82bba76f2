"""What the first sheet of an answer says: the verdict in one line, what the file was taken for, totals, and every problem with its place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ansinh.core.clock import VIETNAM, now
from ansinh.intake.catalogue import CatalogueEntry, catalogue
from ansinh.intake.mark_cells import cell_of
from ansinh.intake.model import Problem, WorkbookReading
from ansinh.text import field_label, say

MOST_LISTED = 2_000
_LEVELS = {"block": 0, "look": 1, "note": 2}


@dataclass(slots=True)
class Answer:
    """The judgement on one workbook, as its sender shall read it. `problems` are in the order of the sheets."""

    workbook_id: str
    file_name: str
    status: str
    problems: list[Problem]
    rows: int = 0
    blocked_rows: int = 0
    look_rows: int = 0
    reject_code: str | None = None
    period: str | None = None
    commune: str | None = None
    kind: str | None = None
    kind_reason: str | None = None
    encoding: str | None = None
    declared_total_vnd: int | None = None
    read_total_vnd: int | None = None
    changes: str | None = None  # what it changed in the rows it replaced
    confirmed_by: str | None = None  # who said how the columns are read
    checked_at: datetime = field(default_factory=now)


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list; `cell` is None for what concerns the whole workbook."""

    sheet: str
    cell: str | None
    severity: str
    code: str
    says: str
    fix: str
    owner: str


@dataclass(frozen=True, slots=True)
class Page:
    """The first sheet, without any layout."""

    title: str
    verdict: str
    facts: list[tuple[str, str]]
    headings: list[str]
    listed: list[Listed]
    rest: str | None


def answer_of(reading: WorkbookReading, *, workbook_id: str = "") -> Answer:
    """The answer to a workbook judged without a database (`ansinh check --mark`)."""
    severities = [{problem.severity for problem in row.problems} for row in reading.rows]
    blocked = [row.reading.is_blocked for row in reading.rows]
    return Answer(
        workbook_id,
        reading.file_name,
        reading.status,
        reading.all_problems(),
        rows=len(reading.rows),
        blocked_rows=sum(blocked),
        look_rows=sum(not gone and bool(found & {"look", "block"}) for gone, found in zip(blocked, severities, strict=True)),
        reject_code=reading.reject_code,
        period=str(reading.period) if reading.period else None,
        kind=reading.kind_words,
        encoding=reading.encoding,
        declared_total_vnd=reading.declared_total_vnd,
        read_total_vnd=reading.read_total_vnd if reading.rows else None,
    )


def build_page(answer: Answer, layout: dict[str, Any] | None = None) -> Page:
    """The page in Vietnamese; the worst first, then by place. `layout` (columns by sheet) places problems that name only a row."""
    ordered = sorted(answer.problems, key=lambda problem: _LEVELS[problem.severity])
    entries = catalogue()
    listed = [_listed(problem, entries.get(problem.code), layout or {}) for problem in ordered[:MOST_LISTED]]
    left = len(ordered) - len(listed)
    headings = [say(f"answer.heading.{name}") for name in ("cell", "severity", "code", "says", "fix", "owner")]
    rest = say("answer.rest", count=left) if left else None
    return Page(say("answer.title"), _verdict(answer), [*_facts(answer), *_columns(answer, layout or {})], headings, listed, rest)


def _verdict(answer: Answer) -> str:
    if answer.status == "superseded":
        return say("answer.verdict.superseded")
    if answer.status in ("rejected", "held", "duplicate"):
        code = answer.reject_code or next((problem.code for problem in answer.problems), "")
        entry = catalogue().get(code)
        params = next((problem.params for problem in answer.problems if problem.code == code), {})
        reason = entry.says(params) if entry else ""
        return f"{say(f'answer.verdict.{answer.status}')} {reason}".strip()
    fine = answer.rows - answer.blocked_rows - answer.look_rows
    key = "clean" if fine == answer.rows else "counted"
    return say(f"answer.verdict.{key}", rows=answer.rows, fine=fine, blocked=answer.blocked_rows, look=answer.look_rows)


def _facts(answer: Answer) -> Iterable[tuple[str, str]]:
    yield say("answer.fact.file"), answer.file_name
    if answer.commune:
        yield say("answer.fact.commune"), answer.commune
    if answer.period:
        year, month = answer.period.split("-")
        yield say("answer.fact.period"), f"{int(month)}/{year}"
    if answer.kind:
        yield say("answer.fact.kind"), " — ".join(part for part in (say(f"label.kind.{answer.kind}"), answer.kind_reason) if part)
    elif answer.kind_reason:
        yield say("answer.fact.kind"), answer.kind_reason
    if answer.changes:
        yield say("answer.fact.changes"), answer.changes
    if answer.read_total_vnd is not None:
        yield say("answer.fact.declared"), _money(answer.declared_total_vnd)
        yield say("answer.fact.read"), _money(answer.read_total_vnd)
    if answer.encoding:
        yield say("answer.fact.encoding"), answer.encoding
    yield say("answer.fact.checked_at"), f"{answer.checked_at.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
    if answer.rows and any(problem.severity != "note" for problem in answer.problems):
        yield say("answer.fact.how"), say("answer.how")


def _columns(answer: Answer, layout: dict[str, Any]) -> Iterable[tuple[str, str]]:
    """How each sheet was read, so that its sender sees a wrong guess; the list of problems has its own heading."""
    title = say("answer.fact.confirmed", by=answer.confirmed_by) if answer.confirmed_by else say("answer.fact.columns")
    for sheet, told in layout.items():
        if isinstance(told, dict) and told.get("columns"):
            columns = " · ".join(f"{column} {field_label(name)}" for column, name in told["columns"].items())
            yield title, f"{sheet or say('answer.only_sheet')}: {columns}"


def _money(amount: int | None) -> str:
    return say("answer.no_total") if amount is None else f"{amount:,} đ".replace(",", ".")


def _listed(problem: Problem, entry: CatalogueEntry | None, layout: dict[str, Any]) -> Listed:
    says, fix = (entry.says(problem.params), entry.fix(problem.params)) if entry else (problem.code, "")
    owner = say(f"label.owner.{entry.owner}") if entry else ""
    return Listed(problem.sheet, cell_of(problem, layout), problem.severity, problem.code, says, fix, owner)
