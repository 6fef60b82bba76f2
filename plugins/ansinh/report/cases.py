"""The review queue for officers: which people may be one, both records side by side, why it is asked, what each answer changes.

A list of cases names nobody. A case's own page shows the records (masked for whoever may not answer) and never the name of a
sensitive group: that stands only in the person's own file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import psycopg

from ansinh.core.clock import now
from ansinh.core.db import connect
from ansinh.identity.lookup import initials, stars
from ansinh.report.figures import records
from ansinh.rules.reference import load
from ansinh.text import keys, say

Connection = psycopg.Connection[tuple[Any, ...]]

_ANSWERED = """
    with keys as (
        select q.case_id, s.record_key from marts.rpt_review_queue q
        cross join unnest(q.row_ids) as listed (row_id)
        join staging.stg_commune__beneficiary_rows s using (row_id)
        where q.period = %s
    ), answers as (
        select distinct on (l.case_id) l.case_id, d.decision, d.decided_by, d.at
        from ops.identity_decision d
        join keys l on l.record_key = d.record_key_l
        join keys r on r.record_key = d.record_key_r and r.case_id = l.case_id
        order by l.case_id, d.decision_id desc
    )
"""

_CASES = f"""
    {_ANSWERED}
    select q.case_id, q.rank, q.question, q.match_weight, q.match_probability, q.amount_at_stake_vnd, cardinality(q.row_ids) as rows,
        (select string_agg(distinct s.commune_code, ', ' order by s.commune_code) from staging.stg_commune__beneficiary_rows s
            where s.row_id = any(q.row_ids)) as communes,
        answers.decision, answers.decided_by, answers.at
    from marts.rpt_review_queue q
    left join answers using (case_id)
    where q.period = %s and (%s::text is null or q.case_id = %s)
    order by q.rank, q.case_id
"""

_OPEN = f"""
    {_ANSWERED}
    select count(*)::int as open from marts.rpt_review_queue q left join answers using (case_id) where q.period = %s and answers.case_id is null
"""

_RECORDS = """
    select s.row_id, x.person_id, s.full_name, s.id_number, coalesce(to_char(s.birth_date, 'DD/MM/YYYY'), s.birth_year::text) as birth, s.sex,
        s.commune_code, s.hamlet, s.phone, s.account_number, s.entitlement_code, s.amount_vnd, w.file_name, s.sheet, s.row_number,
        v.identity_status, v.verified_as_of, s.row_id = any(q.held_row_ids) as waits
    from marts.rpt_review_queue q
    join staging.stg_commune__beneficiary_rows s on s.row_id = any(q.row_ids)
    join raw.commune__workbooks w using (workbook_id)
    join marts.person_xref x on x.row_id = s.row_id
    join marts.fct_identity_check v on v.row_id = s.row_id
    where q.case_id = %s
    order by waits, s.row_id
"""

# The heaviest compared pair of the case's people; its records may be rows typed alike.
_WATERFALL = """
    with members as (
        select distinct c.cluster_id, c.row_id from intermediate.int_person_clusters c
        where c.cluster_id in (select cluster_id from intermediate.int_review_cases where case_id = %s)
    ), best as (
        select s.row_id_l, s.row_id_r from intermediate.int_person_pair_scores s
        join members l on l.row_id = s.row_id_l join members r on r.row_id = s.row_id_r
        where l.cluster_id <> r.cluster_id
        order by s.match_weight desc, s.row_id_l, s.row_id_r limit 1
    )
    select e.comparison, coalesce(e.level_vi, e.level) as level, e.weight, e.running_total
    from intermediate.int_person_pair_explanations e join best using (row_id_l, row_id_r)
    order by e.position
"""


@dataclass(slots=True)
class Case:
    """One case: its line of the queue, its records, and the waterfall (comparison, level, weight, running_total; bits)."""

    line: dict[str, Any]
    records: list[dict[str, Any]] = field(default_factory=list)
    waterfall: list[dict[str, Any]] = field(default_factory=list)

    @property
    def differs(self) -> set[str]:
        """The fields in which the records are not all alike."""
        names = ("full_name", "id_number", "birth", "sex", "commune_code", "hamlet", "phone", "account_number", "entitlement")
        return {name for name in names if len({record[name] for record in self.records}) > 1}


def cases_of(period: str) -> list[dict[str, Any]]:
    """The questions of the published month, the most urgent first; an answer already given stands beside. Names nobody."""
    with connect() as connection:
        return records(connection, _CASES, period, period, None, None) if _published(connection) else []


def open_cases(period: str) -> int:
    """How many questions of the published month nobody has answered."""
    with connect() as connection:
        return int(records(connection, _OPEN, period, period)[0]["open"]) if _published(connection) else 0


def case_of(period: str, case_id: str, *, actor: str, unmasked: bool) -> Case | None:
    """One case with its records, None when it is not in the queue. A look at unmasked records leaves an audit event (no names)."""
    with connect() as connection:
        found = records(connection, _CASES, period, period, case_id, case_id) if _published(connection) else []
        if not found:
            return None
        case = Case(found[0], records(connection, _RECORDS, case_id), records(connection, _WATERFALL, case_id))
        if unmasked:
            connection.execute(
                "insert into ops.audit_event (seq, at, actor, event, body, prev_hash, hash)"
                " values (0, %s, %s, 'case_looked_at', jsonb_build_object('case_id', %s::text), '', '')",
                (now(), actor, case_id),
            )
    for record in case.records:
        record["entitlement"] = neutral_name(record.pop("entitlement_code"))
        if not unmasked:
            _mask(record)
    return case


def neutral_name(code: str | None) -> str:
    """What a group is called where others may look on: sensitive groups by the neutral name only."""
    return _named(code, "neutral_name_vi" if code in _sensitive() else "name_vi")


def group_name(code: str | None) -> str:
    """A group's own name: for the officer's view of one person's file alone."""
    return _named(code, "name_vi")


def _named(code: str | None, column: str) -> str:
    found = next((row for row in load("entitlement_codes") if row["entitlement_code"] == code), None)
    if found is None and f"label.programme.{code}" in keys():
        return say(f"label.programme.{code}")  # what a masked file says instead of a sensitive group
    return str(found[column]) if found else code or "–"


def _sensitive() -> set[str]:
    return {row["entitlement_code"] for row in load("entitlement_codes") if str(row["is_sensitive"]).lower() == "true"}


def _mask(record: dict[str, Any]) -> None:
    record["full_name"] = initials(record["full_name"] or "")
    record["birth"] = record["birth"][-4:] if record["birth"] else None
    record["hamlet"] = None
    for name, head, tail in (("id_number", 3, 3), ("phone", 0, 3), ("account_number", 0, 4)):
        record[name] = stars(record[name], head, tail)


def _published(connection: Connection) -> bool:
    row = connection.execute(
        "select to_regclass('marts.rpt_review_queue') is not null and to_regclass('marts.fct_identity_check') is not null"
    ).fetchone()
    return bool(row and row[0])
