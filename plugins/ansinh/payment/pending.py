"""Which lines of the published pay list still wait for an instruction: the one place that answers «who is not paid yet».

A line waits when it is payable and not held, and when nothing live pays it in the period: not the same entitlement, not
another one under the same guard (highest-only, one family), not the same human under an id merged since. A line whose last
attempt failed (bank refusal, return, a rule of the bank) waits again only with other account data or after an officer said so:
the same closed account is not tried every night.
"""

from __future__ import annotations

from sqlalchemy import Connection

from ansinh.core import clock
from ansinh.core.errors import BlockedByData, UsageError
from ansinh.payment import audit, carry
from ansinh.payment.session import rows, run
from ansinh.rules import reference
from ansinh.text import say

LIVE = "is_live"  # column of ops.payment_instruction: not rejected, returned, cancelled or carried over
REISSUE = "reissue_allowed"

_WAITING = f"""
    with mine as (select * from ops.payment_instruction i where i.period = :period),
    last as (select distinct on (entitlement_id) * from mine order by entitlement_id, attempt desc),
    merged as (
        select ops.root_guard(i.guard_key) as guard_key from mine i
        where i.{LIVE} and exists (
            select from ops.person p where p.merged_into is not null and p.person_id in (i.person_id, i.subject_person_id))
    )
    select e.*, coalesce(last.attempt, 0) + 1 as attempt
    from marts.fct_entitlement e left join last using (entitlement_id)
    where e.period = :period and e.programme_code = any(:programmes) and e.payable_vnd > 0 and e.hold_code is null
      and not exists (select from mine i where i.entitlement_id = e.entitlement_id and i.{LIVE})
      and not exists (select from mine i where i.guard_key = e.guard_key and i.{LIVE})
      and not exists (select from merged where merged.guard_key = e.guard_key)
      and not (
        (last.return_reason is not null or last.state in ('rejected', 'returned'))
        and (e.channel, e.bin, e.account_number, e.account_name)
            is not distinct from (last.channel, last.bin, last.account_number, last.account_name)
        and not exists (
            select from ops.instruction_event v where v.end_to_end_id = last.end_to_end_id and v.cause = '{REISSUE}')
      )
"""

# Overpaid months, as the rules name them: also of people who are on no list any more. Their case id lasts while codes change with age.
_RECOVERIES = """
    select entitlement_id, person_id, month, entitlement_code, amount_vnd, period, why_vi
    from marts.fct_recovery_case where period = :period and programme_code = any(:programmes) and not is_known
"""
_OVERPAID = """
    select e.entitlement_id, e.person_id, m.month, m.entitlement_code, m.paid_vnd - m.due_vnd as amount_vnd, e.period, e.why_vi
    from marts.fct_entitlement e join marts.fct_entitlement_month m using (entitlement_id)
    where e.period = :period and e.programme_code = any(:programmes) and m.paid_vnd > m.due_vnd
"""


def programmes_of(group: str) -> list[str]:
    """Programme codes of one owner (`y_te`, `noi_vu`), from the reference table. Raises UsageError for an unknown group."""
    found = [row["programme_code"] for row in reference.load("programmes") if row["programme_group"] == group]
    if not found:
        raise UsageError(say("payment.unknown_group", group=group))
    return found


def list_is_published(connection: Connection) -> bool:
    """Whether the warehouse has published a pay list at all."""
    return bool(rows(connection, "select to_regclass('marts.fct_entitlement') is not null")[0][0])


def count_waiting(connection: Connection, period: str, group: str) -> tuple[int, int]:
    """(lines, đồng) that wait for an instruction. Needs the right to read `marts`. Raises BlockedByData NO_PAY_LIST."""
    _require_list(connection)
    statement = f"select count(*), coalesce(sum(payable_vnd), 0) from ({_WAITING}) as waiting"
    count, amount = rows(connection, statement, period=period, programmes=programmes_of(group))[0]
    return int(count), int(amount)


def stage_waiting(connection: Connection, period: str, group: str) -> int:
    """Copy the waiting lines and their months to temporary tables `plan_lines`, `plan_months`, `plan_carried` that the maker may read.

    Returns how many lines were left out because their earlier cash was collected after the list was built. The warehouse is read with the login's own rights, the money is written with the maker's: two hands, one transaction.
    """
    _require_list(connection)
    names = "coalesce(p.full_name, w.payee_name)" if _has(connection, "marts.dim_person") else "w.payee_name"
    person = "left join marts.dim_person p on p.person_id = w.person_id and p.is_current" if "full_name" in names else ""
    run(
        connection,
        f"""
        create temporary table plan_lines on commit drop as
        select w.*, {names} as beneficiary_name,
               'AS' || substr(replace(w.period, '-', ''), 3) || '-' || w.attempt || '-' || upper(substr(encode(sha256(convert_to(
                   w.period || '|' || w.entitlement_id || '|' || w.attempt, 'UTF8')), 'hex'), 1, 24)) as end_to_end_id
        from ({_WAITING}) as w {person}
        """,
        period=period,
        programmes=programmes_of(group),
    )
    overtaken = carry.stage(connection, exists=_has(connection, carry.TABLE))
    run(
        connection,
        "create temporary table plan_months on commit drop as select l.end_to_end_id, m.month, m.entitlement_code, m.amount_vnd"
        " from plan_lines l join marts.fct_entitlement_month m using (entitlement_id) where m.amount_vnd <> 0",
    )
    run(
        connection,
        f"create temporary table plan_recoveries on commit drop as {_RECOVERIES if _has(connection, 'marts.fct_recovery_case') else _OVERPAID}",
        period=period,
        programmes=programmes_of(group),
    )
    for table in ("plan_lines", "plan_months", "plan_recoveries", "plan_carried"):
        run(connection, f"analyze {table}")
        if rows(connection, "select true from pg_roles where rolname = 'ansinh_maker'"):
            run(connection, f"grant select on {table} to ansinh_maker")
    return overtaken


def allow_reissue(connection: Connection, end_to_end_id: str, actor: str, reason: str) -> None:
    """An officer lets a failed line be paid again to the same account. Raises UsageError unless it failed for certain."""
    found = rows(
        connection, "select state, return_reason from ops.payment_instruction where end_to_end_id = :id for update", id=end_to_end_id
    )
    if not found or not (found[0].state in ("rejected", "returned") or (found[0].state == "cancelled" and found[0].return_reason)):
        raise UsageError(say("payment.not_failed"), say("payment.not_failed_fix"))
    if not reason.strip():
        raise UsageError(say("payment.reason_needed"))
    run(
        connection,
        "insert into ops.instruction_event (end_to_end_id, from_state, to_state, cause, at) values (:id, :state, :state, :cause, :at)",
        id=end_to_end_id,
        state=found[0].state,
        cause=REISSUE,
        at=clock.now(),
    )
    audit.record(connection, actor, REISSUE, {"end_to_end_id": end_to_end_id, "reason": reason})


def _has(connection: Connection, table: str) -> bool:
    return bool(rows(connection, "select to_regclass(:table) is not null", table=table)[0][0])


def _require_list(connection: Connection) -> None:
    if not list_is_published(connection):
        raise BlockedByData(say("payment.no_pay_list"), say("payment.no_pay_list_fix"), code="NO_PAY_LIST")
