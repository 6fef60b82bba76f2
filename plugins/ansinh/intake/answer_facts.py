"""What the warehouse knows of a workbook, put together for the answer to its sender."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg

from ansinh.intake.answer_page import Answer
from ansinh.intake.model import Problem
from ansinh.intake.rounds import rounds

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(slots=True)
class Unanswered:
    """A workbook that has no answer yet; `answer.problems` are loaded when its turn comes.

    `answer_file_name` is set when an earlier try got as far as choosing it.
    """

    sha256: str
    answer_file_name: str | None
    layout: dict[str, Any]
    answer: Answer


_UNANSWERED = """
    select w.workbook_id, w.file_name, w.sha256, w.answer_file_name, coalesce(w.layout, '{}'::jsonb), w.status, w.reject_code, w.row_count, w.kind, w.kind_reason,
        w.detected_encoding, w.declared_total_vnd, w.read_total_vnd,
        (select count(*) from raw.commune__readings r where r.workbook_id = w.workbook_id and r.is_blocked)::int,
        (select count(distinct r.row_id) from raw.commune__readings r join ops.row_problem p on p.row_id = r.row_id and p.workbook_id = r.workbook_id
            where r.workbook_id = w.workbook_id and not r.is_blocked and p.severity <> 'note')::int,
        (select max(l.confirmed_by) from ops.commune_layout l, jsonb_path_query(coalesce(w.layout, '{}'::jsonb), '$.*.header_key') used
            where l.commune_code = w.commune_code and l.header_key = used #>> '{}' and w.status <> 'held')
    from raw.commune__workbooks w
    where w.period = %s and w.commune_code = %s and w.answered_at is null
        and (w.status <> 'duplicate' or exists (select 1 from ops.row_problem p where p.workbook_id = w.workbook_id and p.severity <> 'note'))
    order by w.collected_at, w.workbook_id
"""


def unanswered(connection: Connection, period: str, commune_code: str, commune_name: str | None) -> list[Unanswered]:
    """The commune's workbooks of the period that wait for an answer. The same bytes again change nothing, so they get none."""
    found = connection.execute(_UNANSWERED, (period, commune_code))
    commune = f"{commune_name} ({commune_code})" if commune_name else commune_code
    waiting = [_unanswered(row, period, commune) for row in found]
    changed = rounds(connection, [one.answer.workbook_id for one in waiting if one.answer.kind in ("correction", "full_resend")])
    for one in waiting:
        if one.answer.workbook_id in changed:
            one.answer.changes = changed[one.answer.workbook_id].says
    return waiting


def load_problems(connection: Connection, workbook_id: str) -> list[Problem]:
    """The problems of a workbook in the order they were found."""
    found = connection.execute(
        "select sheet, row_number, column_name, cell, code, severity, params from ops.row_problem where workbook_id = %s order by problem_id",
        (workbook_id,),
    )
    return [Problem(*row) for row in found]


def _unanswered(row: tuple[Any, ...], period: str, commune: str) -> Unanswered:
    (
        workbook_id,
        file_name,
        sha256,
        answer_file_name,
        layout,
        status,
        reject_code,
        rows,
        kind,
        reason,
        encoding,
        declared,
        read,
        blocked,
        look,
        confirmed_by,
    ) = row
    answer = Answer(
        workbook_id,
        file_name,
        status,
        [],
        rows=rows,
        blocked_rows=blocked,
        look_rows=look,
        reject_code=reject_code,
        period=period,
        commune=commune,
        kind=kind,
        kind_reason=reason,
        encoding=encoding,
        declared_total_vnd=declared,
        read_total_vnd=read,
        confirmed_by=confirmed_by,
    )
    return Unanswered(sha256, answer_file_name, layout, answer)
