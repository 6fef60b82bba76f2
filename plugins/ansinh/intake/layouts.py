"""How a commune's columns are read: what worked before, what is asked, and a person's answer, which is remembered.

An answer names one column for every open question of the workbook. It is kept for the commune and that header; every held
workbook it settles is read again in the next run, without being sent again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import psycopg
from psycopg.types.json import Jsonb

from ansinh.core.clock import now
from ansinh.core.db import connect
from ansinh.core.errors import BlockedByData, UsageError
from ansinh.text import field_label, say

Connection = psycopg.Connection[tuple[Any, ...]]
NO_COLUMN = "-"  # the answer "none of these"
_NEEDED = ("full_name",)


@dataclass(frozen=True, slots=True)
class Layout:
    """One remembered mapping. `columns`: column letter → field, in the order of the sheet."""

    commune_code: str
    header_key: str
    columns: dict[str, str]
    confirmed_by: str | None
    confirmed_at: datetime | None
    reason: str | None
    seen_at: datetime


def remembered(commune_code: str | None = None) -> list[Layout]:
    """The layouts that worked or were confirmed, of one commune or of all."""
    with connect() as connection:
        found = connection.execute(
            "select commune_code, header_key, mapping, confirmed_by, confirmed_at, reason, seen_at from ops.commune_layout"
            " where %(code)s::text is null or commune_code = %(code)s order by commune_code, seen_at desc, header_key",
            {"code": commune_code},
        ).fetchall()
    return [Layout(code, key, _ordered(columns), *rest) for code, key, columns, *rest in found]


def confirm_columns(workbook_id: str, answers: Mapping[str, str], *, by: str, reason: str) -> int:
    """Answer a held workbook's questions: `answers` is field → column letter (or `NO_COLUMN`), `SHEET!field` where sheets differ.

    Returns how many held workbooks will now be read again. Raises UsageError (nobody named, no reason, unknown workbook or column),
    BlockedByData (NOT_HELD, QUESTION_OPEN when an answer is missing).
    """
    if not by.strip():
        raise UsageError(say("landing.held.nobody"), say("landing.held.nobody_fix"))
    if not reason.strip():
        raise UsageError(say("landing.held.no_reason"), say("landing.held.no_reason_fix"))
    with connect() as connection:
        commune, layout = _asked(connection, workbook_id)
        for sheet, told in _questions(layout).items():
            mapping = dict(told["columns"])
            for question in told["questions"]:
                column = _answer(answers, sheet, question)
                if column != NO_COLUMN:
                    mapping[column] = question["field"]
            _remember(connection, commune, told["header_key"], mapping, by.strip(), reason.strip())
        settled = _read_again(connection, commune)
        # the trigger numbers and chains the event; columns are no personal data
        connection.execute(
            "insert into ops.audit_event (seq, at, actor, event, body, prev_hash, hash) values (0, %s, %s, 'columns_confirmed', %s, '', '')",
            (
                now(),
                by.strip(),
                Jsonb({"workbook_id": workbook_id, "commune_code": commune, "answers": dict(answers), "reason": reason.strip()}),
            ),
        )
    return settled


def _asked(connection: Connection, workbook_id: str) -> tuple[str, dict[str, Any]]:
    found = connection.execute(
        "select commune_code, status, coalesce(layout, '{}'::jsonb) from raw.commune__workbooks where workbook_id = %s for update",
        (workbook_id,),
    ).fetchone()
    if found is None:
        raise UsageError(say("landing.held.unknown", workbook_id=workbook_id), say("landing.held.unknown_fix"))
    if found[1] != "held" or not _questions(found[2]):
        raise BlockedByData(say("landing.held.not_open"), say("landing.held.not_open_fix"), code="NOT_HELD")
    return str(found[0]), found[2]


def _questions(layout: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The sheets of a workbook's layout that have something open."""
    return {sheet: told for sheet, told in layout.items() if isinstance(told, dict) and told.get("questions")}


def _answer(answers: Mapping[str, str], sheet: str, question: Mapping[str, Any]) -> str:
    name = str(question["field"])
    given = (answers.get(f"{sheet}!{name}") or answers.get(name) or "").strip().upper()
    words = {"field": field_label(name), "sheet": sheet}
    choice = [one["column"] for one in question["candidates"]]
    if not given:
        raise BlockedByData(
            say("landing.columns.open", **words), say("landing.columns.open_fix", choice=", ".join(choice)), code="QUESTION_OPEN"
        )
    if given not in (*choice, NO_COLUMN) or (given == NO_COLUMN and name in _NEEDED):
        raise UsageError(say("landing.columns.not_one", column=given, **words), say("landing.columns.open_fix", choice=", ".join(choice)))
    return given


def _remember(connection: Connection, commune: str, header_key: str, mapping: dict[str, str], by: str, reason: str) -> None:
    connection.execute(
        """
        insert into ops.commune_layout (commune_code, header_key, mapping, confirmed_by, confirmed_at, reason) values (%s, %s, %s, %s, %s, %s)
        on conflict (commune_code, header_key) do update set mapping = excluded.mapping, confirmed_by = excluded.confirmed_by,
            confirmed_at = excluded.confirmed_at, reason = excluded.reason, seen_at = now()
        """,
        (commune, header_key, orjson.dumps(_ordered(mapping)).decode(), by, now(), reason),
    )


def _read_again(connection: Connection, commune: str) -> int:
    """Every held workbook of the commune whose questions all have an answer now."""
    known = {
        row[0]
        for row in connection.execute(
            "select header_key from ops.commune_layout where commune_code = %s and confirmed_by is not null", (commune,)
        )
    }
    held = connection.execute(
        "select workbook_id, layout from raw.commune__workbooks where commune_code = %s and status = 'held' and layout is not null",
        (commune,),
    ).fetchall()
    settled = [key for key, layout in held if (asked := _questions(layout)) and all(told["header_key"] in known for told in asked.values())]
    connection.execute("update raw.commune__workbooks set reread_requested_at = %s where workbook_id = any(%s)", (now(), settled))
    return len(settled)


def _ordered(columns: Mapping[str, str]) -> dict[str, str]:
    return dict(sorted(columns.items(), key=lambda item: (len(item[0]), item[0])))
