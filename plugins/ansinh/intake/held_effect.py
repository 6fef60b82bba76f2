"""What each answer to a held workbook would do to the commune's list of the period: rows and đồng, as the lists declare them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg

from ansinh.core.db import connect
from ansinh.intake.held import KINDS
from ansinh.intake.kinds import Kind
from ansinh.intake.known import Commune, landed_lines, load_commune
from ansinh.intake.marker import original_name
from ansinh.intake.match import Line, effective, replaced_lines

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Effect:
    """The commune's rows in force and their declared money before and after an answer; blocked rows are in force nowhere."""

    replaced: int
    withdrawn: int
    rows_before: int
    rows_after: int
    vnd_before: int
    vnd_after: int

    @property
    def change_vnd(self) -> int:
        return self.vnd_after - self.vnd_before


def effects(workbook_id: str) -> dict[Kind, Effect]:
    """By kind; empty for a workbook whose rows have not landed. Nothing is changed."""
    with connect() as connection:
        found = connection.execute(
            "select commune_code, period, file_name from raw.commune__workbooks where workbook_id = %s", (workbook_id,)
        ).fetchone()
        lines = landed_lines(connection, workbook_id)
        if found is None or not lines:
            return {}
        commune = load_commune(connection, found[0], found[1], is_known=True, arriving=[])
        amounts = _amounts(connection, [line.row_id for line in (*lines, *commune.lines.values())])
    return {kind: _effect(kind, commune, lines, amounts, original_name(str(found[2]))) for kind in KINDS}


def _effect(kind: Kind, commune: Commune, lines: list[Line], amounts: dict[str, int], answer_to: str | None) -> Effect:
    known = commune.candidates(lines, answer_to)
    pairs = replaced_lines(lines, known, answer_to) if kind != "supplement" else {}
    gone = set(effective(pairs, lines, known).values())
    replaced = sum(not commune.lines[row_id].is_blocked for row_id in gone)
    if kind == "full_resend":
        gone |= set(commune.lines) - set(pairs.values())
    before = {line.row_id for line in commune.lines.values() if not line.is_blocked}
    after = (before - gone) | {line.row_id for line in lines if not line.is_blocked}
    return Effect(
        replaced,
        len(before & gone) - replaced,
        len(before),
        len(after),
        sum(amounts.get(row_id, 0) for row_id in before),
        sum(amounts.get(row_id, 0) for row_id in after),
    )


def _amounts(connection: Connection, row_ids: list[str]) -> dict[str, int]:
    found = connection.execute("select row_id, coalesce(amount_vnd, 0) from raw.commune__readings where row_id = any(%s)", (row_ids,))
    return {str(row_id): int(amount) for row_id, amount in found}
