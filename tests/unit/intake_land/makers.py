"""Readings made by hand: what the reader would give for a list of people."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta

from ansinh.core.period import Period
from ansinh.intake.judge import Arrived
from ansinh.intake.model import Problem, Reading, SheetRow, WorkbookReading

COMMUNE = "25858"
SENT = datetime(2026, 10, 20, 1, tzinfo=UTC)


def _given_name(number: int) -> str:
    """A name of letters, different for every number: 12 → `Anbo`."""
    return "".join(("An", "bo", "ca", "do", "en", "ga", "ha", "ly", "my", "na")[int(digit)] for digit in f"{number:03d}").capitalize()


def person(number: int, row_number: int | None = None, *, problems: tuple[Problem, ...] = (), **change) -> SheetRow:
    """One row: a man with a number of his own; `change` are fields of the reading."""
    id_number = change.pop("id_number", f"079080{number:06d}")
    fields = {
        "full_name": f"Nguyễn Văn {_given_name(number)}",
        "birth_date": date(1980, 3, 12),
        "birth_year": 1980,
        "birth_month": 3,
        "birth_date_precision": "day",
        "id_number": id_number,
        "programme_code": "BTXH",
        "entitlement_code": "5.6_n",
        "amount_vnd": 810_000,
        **change,
    }
    row_number = row_number or number + 6
    key = f"{id_number or fields['full_name']}|{fields['entitlement_code']}"
    reading = Reading(is_blocked=any(problem.blocks_row for problem in problems), row_key=key, **fields)
    return SheetRow("DS", row_number, {"A": str(number), "B": fields["full_name"] or "", "E": id_number or ""}, reading, list(problems))


def block(row_number: int, code: str = "ID_TOO_SHORT") -> Problem:
    return Problem("DS", row_number, "id_number", f"E{row_number}", code, "block", {})


def workbook(rows: list[SheetRow], name: str = "DS.xlsx", *, after: int = 0, content: str | None = None, commune: str = COMMUNE, **fields):
    """(arrived, reading) of a workbook put there `after` minutes later than the first; `content` stands for its bytes."""
    text = content if content is not None else f"{name}{[(r.row_number, r.reading) for r in rows]}"
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    period = fields.pop("period", Period(2026, 11))
    blocked = any(row.reading.is_blocked for row in rows)
    total = sum(row.reading.amount_vnd or 0 for row in rows)
    layout = {"DS": {"header_rows": [6], "header_key": "stt|ho va ten|so cccd", "columns": {"B": "full_name", "E": "id_number"}}}
    reading = WorkbookReading(
        name,
        sha256,
        len(text),
        layout=layout,
        period=period,
        rows=rows,
        read_total_vnd=total,
        **{"status": "partly" if blocked else "accepted", **fields},
    )
    return Arrived(commune, name, sha256, len(text), SENT + timedelta(minutes=after)), reading
