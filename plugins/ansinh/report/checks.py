"""The newest verdict of every check of a period, with the rows it failed on: for console and report.

Rows are named by commune, file, sheet and row; never by a person.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ansinh.core.db import connect
from ansinh.intake.rounds import rounds
from ansinh.report.figures import records

_LATEST = """
    select distinct on (r.gate, r.code)
        r.check_result_id, r.gate, r.code, r.severity, r.passed, r.observed, r.expected, r.failed_count, r.at,
        w.signed_by, w.reason, w.valid_until
    from ops.check_result r
    left join ops.waiver w on w.waiver_id = r.waived_by
    where r.period = %s
    order by r.gate, r.code, r.at desc, r.check_result_id desc
"""

_PROBLEMS = """
    select p.code, p.severity, p.owner, w.commune_code, w.file_name, p.sheet, p.row_number, p.cell
    from ops.row_problem p
    join raw.commune__workbooks w using (workbook_id)
    where w.period = %s and p.severity <> 'note'
    order by case p.severity when 'block' then 0 else 1 end, p.code, w.commune_code, w.file_name, p.sheet, p.row_number
    limit %s
"""

_BY_CODE = """
    select p.code, p.severity, p.owner, count(*)::int as count, count(distinct w.commune_code)::int as communes
    from ops.row_problem p
    join raw.commune__workbooks w using (workbook_id)
    where w.period = %s and p.severity <> 'note'
    group by 1, 2, 3
    order by case p.severity when 'block' then 0 else 1 end, count(*) desc, p.code
"""

_PLACES = """
    select * from (
        select p.code, p.severity, w.commune_code, w.file_name, p.sheet, p.row_number, p.cell,
            row_number() over (partition by p.code, p.severity order by w.commune_code, w.file_name, p.sheet, p.row_number, p.problem_id) as place
        from ops.row_problem p
        join raw.commune__workbooks w using (workbook_id)
        where w.period = %s and p.severity <> 'note'
    ) numbered
    where place <= %s
    order by code, place
"""


@dataclass(slots=True)
class CheckLine:
    """One check as last judged; `failures` holds at most as many rows as asked for."""

    result_id: int
    gate: str
    code: str
    severity: str
    passed: bool
    observed: str
    expected: str
    failed_count: int
    waiver: str | None
    failures: list[dict[str, Any]] = field(default_factory=list)

    @property
    def tone(self) -> str:
        """good, look or bad: the colour of its tag (never the only sign; the word stands beside it)."""
        if self.passed:
            return "good"
        return "bad" if self.severity == "block" and not self.waiver else "look"


def checks_of(period: str, *, most_rows: int = 200) -> list[CheckLine]:
    """All checks of a period, failed ones first, each with up to `most_rows` failing rows."""
    with connect() as connection:
        lines = [_line(row) for row in connection.execute(_LATEST, (period,)).fetchall()]
        for line in lines:
            if not line.passed:
                line.failures = records(
                    connection,
                    "select key_kind, key, commune_code, file_name, sheet, row_number from ops.check_failure"
                    " where check_result_id = %s order by commune_code, file_name, sheet, row_number, key limit %s",
                    line.result_id,
                    most_rows,
                )
    order = {"bad": 0, "look": 1, "good": 2}
    return sorted(lines, key=lambda line: (order[line.tone], line.gate, line.code))


def _line(row: tuple[Any, ...]) -> CheckLine:
    result_id, gate, code, severity, passed, observed, expected, failed, _, signed_by, reason, until = row
    waiver = f"{signed_by}: {reason} (đến {until:%d/%m/%Y})" if signed_by else None
    return CheckLine(result_id, gate, code, severity, passed, observed, expected, failed, waiver)


def row_problems_of(period: str, *, most: int = 500) -> list[dict[str, Any]]:
    """The cells communes must correct or look at: code, severity, owner, commune, file, sheet, row, cell."""
    with connect() as connection:
        return records(connection, _PROBLEMS, period, most)


def problems_by_code(period: str, *, most: int = 100) -> list[dict[str, Any]]:
    """One line a code and severity: code, severity, owner, count, communes, and its first `most` places in `rows`."""
    with connect() as connection:
        codes = records(connection, _BY_CODE, period)
        places = records(connection, _PLACES, period, most)
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for place in places:
        found.setdefault((place["code"], place["severity"]), []).append(place)
    return [{**line, "rows": found.get((line["code"], line["severity"]), [])} for line in codes]


def communes_of(period: str) -> list[dict[str, Any]]:
    """One line a workbook: commune, file, kind, status, rows, problems, what it changed, whether the answer went back."""
    with connect() as connection:
        books = records(
            connection,
            "select w.workbook_id, w.commune_code, w.file_name, w.kind, w.kind_reason, w.status, w.reject_code, w.row_count, w.received_at,"
            " w.is_late, w.answer_file_name,"
            " (select count(*) from ops.row_problem p where p.workbook_id = w.workbook_id and p.severity = 'block') as blocks,"
            " (select count(*) from ops.row_problem p where p.workbook_id = w.workbook_id and p.severity = 'look') as looks"
            " from raw.commune__workbooks w where w.period = %s order by w.commune_code, w.received_at, w.file_name",
            period,
        )
        changed = rounds(connection, [book["workbook_id"] for book in books])
    return [{**book, "round": changed.get(book["workbook_id"])} for book in books]
