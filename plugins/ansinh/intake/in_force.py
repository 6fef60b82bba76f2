"""Put landed rows in force: what they replace or withdraw is retired, and a workbook without any row left is superseded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg

from ansinh.core.db import copy_rows
from ansinh.intake.kinds import Kind
from ansinh.intake.known import Commune
from ansinh.intake.match import Line, effective, replaced_lines

Connection = psycopg.Connection[tuple[Any, ...]]


def settle(
    connection: Connection, commune: Commune, workbook: str, kind: Kind | None, lines: Sequence[Line], answer_to: str | None = None
) -> None:
    """Add `lines` to the commune's rows in force and retire what the workbook's kind says they replace.

    `answer_to`: the file name our marked copy was made for, when this is one that came back.
    """
    retired: dict[str, tuple[str | None, str]] = {}
    if kind in ("correction", "full_resend"):
        known = commune.candidates(lines, answer_to)
        pairs = replaced_lines(lines, known, answer_to)
        reason = "corrected" if kind == "correction" else "resent"
        retired = {old: (ours, reason) for ours, old in effective(pairs, lines, known).items()}
        if kind == "full_resend":
            stood_for = set(pairs.values())
            retired |= {line.row_id: (None, "withdrawn") for line in commune.lines.values() if line.row_id not in stood_for}
    if retired:
        _retire(connection, workbook, retired)
        commune.forget(retired)
    commune.add(lines)
    if retired:
        _call_superseded(connection, commune, workbook)


def _retire(connection: Connection, workbook: str, retired: dict[str, tuple[str | None, str]]) -> None:
    copy_rows(
        connection,
        "raw.commune__retired_rows",
        ("row_id", "retired_by_workbook_id", "replaced_by_row_id", "reason"),
        ((old, workbook, ours, reason) for old, (ours, reason) in retired.items()),
    )


def _call_superseded(connection: Connection, commune: Commune, workbook: str) -> None:
    found = connection.execute(
        """
        update raw.commune__workbooks w set status = 'superseded'
        where commune_code = %s and period = %s and status in ('accepted', 'partly') and workbook_id <> %s
            and exists (select 1 from raw.commune__readings r where r.workbook_id = w.workbook_id)
            and not exists (
                select 1 from raw.commune__readings r where r.workbook_id = w.workbook_id
                    and not exists (select 1 from raw.commune__retired_rows t where t.row_id = r.row_id)
            )
        returning workbook_id
        """,
        (commune.code, commune.period, workbook),
    )
    for (gone,) in found:
        if gone in commune.seen:
            commune.seen[gone].status = "superseded"
