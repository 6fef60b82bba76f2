"""Land one workbook: decide what it is, and write all of it in one transaction.

The caller holds the commune's lock, so what `Commune` knows stays true while its workbooks land one after the other.
"""

from __future__ import annotations

from typing import Any

import orjson
import psycopg

from ansinh.core.clock import now
from ansinh.core.period import Period
from ansinh.intake.in_force import settle
from ansinh.intake.judge import Arrived, Verdict, about, judge
from ansinh.intake.kinds import decide_period, is_late
from ansinh.intake.known import Commune, Seen
from ansinh.intake.land_rows import copy_parcel, copy_problems
from ansinh.intake.marker import original_name
from ansinh.intake.model import Problem, WorkbookReading
from ansinh.intake.parcel import Lines, Parcel, parcel_of

Connection = psycopg.Connection[tuple[Any, ...]]


def land(connection: Connection, commune: Commune, arrived: Arrived, reading: WorkbookReading | Parcel) -> str:
    """Land the workbook; returns its status, or `seen` (nothing to do) or `waiting` (a later month: looked at again then)."""
    if arrived.workbook_id in commune.seen:
        return "seen"
    period = Period.parse(commune.period)
    parcel = (
        reading
        if isinstance(reading, Parcel)
        else parcel_of(reading, arrived.sha256, arrived.commune_code, commune.period, arrived.file_name)
    )
    if not commune.same_bytes(arrived.sha256) and decide_period(parcel.reading.period, period) == "future":
        return "waiting"
    lines = Lines(parcel, arrived.file_name)
    verdict = judge(commune, arrived, parcel.reading, lines)
    with connection.transaction():
        _write(connection, commune, arrived, parcel, verdict)
        if verdict.lands_rows and verdict.status != "held":
            settle(connection, commune, arrived.workbook_id, verdict.kind, lines, original_name(arrived.file_name))
    commune.seen[arrived.workbook_id] = Seen(arrived.workbook_id, arrived.sha256, commune.period, verdict.status, verdict.kind)
    return verdict.status


def _write(connection: Connection, commune: Commune, arrived: Arrived, parcel: Parcel, verdict: Verdict) -> None:
    key, reading = arrived.workbook_id, parcel.reading
    received_at = min(arrived.received_at, now())  # a server whose clock is ahead does not make a list come from the future
    late = verdict.lands_rows and is_late(received_at, Period.parse(commune.period))
    columns = {
        "workbook_id": key,
        "commune_code": arrived.commune_code,
        "period": commune.period,
        "file_name": arrived.file_name,
        "sha256": arrived.sha256,
        "size_bytes": arrived.size_bytes,
        "received_at": received_at,
        "kind": verdict.kind,
        "kind_reason": verdict.kind_reason,
        "status": verdict.status,
        "reject_code": verdict.reject_code,
        "row_count": parcel.row_count,
        "detected_encoding": reading.encoding,
        "declared_total_vnd": reading.declared_total_vnd,
        "read_total_vnd": reading.read_total_vnd if parcel.row_count else None,
        "is_late": late,
        "layout": orjson.dumps(reading.layout).decode() if reading.layout else None,
    }
    _insert(connection, key, columns)
    if verdict.lands_rows:
        copy_parcel(connection, parcel)
        _remember_layout(connection, arrived.commune_code, reading)
    copy_problems(connection, key, _problems(parcel, verdict), parcel.row_ids if verdict.lands_rows else {})


def _insert(connection: Connection, workbook_id: str, columns: dict[str, Any]) -> None:
    """A new workbook, or one whose question was answered: it had no rows, its old verdict gives way and its sender hears again."""
    marks = ", ".join(["%s"] * len(columns))
    fresh = ", ".join(f"{name} = excluded.{name}" for name in columns if name != "workbook_id")
    again = "reread_requested_at = null, answered_at = null, answer_file_name = null"
    written = connection.execute(
        f"insert into raw.commune__workbooks as w ({', '.join(columns)}) values ({marks})"
        f" on conflict (workbook_id) do update set {fresh}, {again} where w.reread_requested_at is not null returning xmax <> 0",
        list(columns.values()),
    ).fetchone()
    if written is None:
        raise psycopg.IntegrityError("the workbook has already landed")
    if written[0]:
        connection.execute("delete from ops.row_problem where workbook_id = %s", (workbook_id,))


def _problems(parcel: Parcel, verdict: Verdict) -> list[Problem]:
    """Rows are told about only where they were taken; a refusal is always told by its own code."""
    found = [*parcel.reading.problems, *parcel.row_problems] if verdict.lands_rows else list(parcel.reading.problems)
    if verdict.status == "duplicate" or verdict.reject_code == "UNKNOWN_COMMUNE":
        found = []
    extra = verdict.problem
    if extra is None and verdict.reject_code and all(problem.code != verdict.reject_code for problem in found):
        extra = about(verdict.reject_code)
    if extra is None:
        return found
    return [extra, *(problem for problem in found if problem.code != extra.code or problem.row_number is not None)]


def _remember_layout(connection: Connection, commune_code: str, reading: WorkbookReading) -> None:
    """A layout that worked once is kept per commune; a mapping a person confirmed is never overwritten."""
    for sheet in reading.layout.values():
        if isinstance(sheet, dict) and sheet.get("header_key") and sheet.get("columns"):
            connection.execute(
                """
                insert into ops.commune_layout (commune_code, header_key, mapping) values (%s, %s, %s)
                on conflict (commune_code, header_key) do update set seen_at = now(),
                    mapping = case when ops.commune_layout.confirmed_by is null then excluded.mapping else ops.commune_layout.mapping end
                """,
                (commune_code, sheet["header_key"], orjson.dumps(sheet["columns"]).decode()),
            )
