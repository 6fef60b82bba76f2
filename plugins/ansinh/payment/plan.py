"""Put the waiting lines of the published pay list into a run, set-based and repeatable while nothing is sealed."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from ansinh.core.errors import BlockedByData, UsageError
from ansinh.core.period import Period
from ansinh.core.settings import load_settings
from ansinh.payment import audit, book, carry, ledger, pending, runs
from ansinh.payment.files.transfer import Line, refused_lines
from ansinh.payment.model import RunTotals
from ansinh.payment.profile import load_profile
from ansinh.payment.session import act_as, driver, money, rows, run
from ansinh.text import say


def plan(run_id: str, actor: str) -> RunTotals:
    """Take every waiting line of the run's period and owner; planned lines of an earlier call are taken anew.

    State afterwards `checked` (rows, sums and months tie) or `empty`. A sealed or later run is returned as it is. Lines that the
    bank's own rules would refuse are cancelled with the rule as reason; nobody else waits for them.
    Raises UsageError, BlockedByData (NO_PAY_LIST, DOUBLE_GUARD, MONTHS_DIFFER).
    """
    if not actor.strip():
        raise UsageError(say("payment.actor_needed"))
    with money() as connection:
        current = runs.lock_run(connection, run_id)
        if current.state not in runs.BEFORE_SEAL:
            return runs.totals(connection, run_id, say("payment.already_planned", run=run_id))
        _forget_planned(connection, run_id)
        overtaken = pending.stage_waiting(connection, current.period, current.programme_group)
        variance = book.read(connection, current.period, pending.programmes_of(current.programme_group))
        act_as(connection, "maker")
        _check_staged(connection)
        run(connection, "update ops.payment_run set state = 'draft' where run_id = :run_id and state <> 'draft'", run_id=run_id)
        _insert(connection, run_id)
        carry.cancel_overtaken(connection)
        carried = carry.link(connection)
        recoveries = _open_recoveries(connection)
        refused = _cancel_refused(connection, current)
        count, total = _figures(connection, run_id)
        book.keep(connection, run_id, variance)
        state = "checked" if count else "empty"
        run(
            connection,
            "update ops.payment_run set state = :state, rows = :count, total_vnd = :total, planned_by = :actor, required_approvals = :needed"
            " where run_id = :run_id",
            run_id=run_id,
            state=state,
            count=count,
            total=total,
            actor=actor,
            needed=runs.approvals_needed(total),
        )
        body = {"run_id": run_id, "rows": count, "total_vnd": total, "refused": refused, "recovery_cases": recoveries}
        body |= {"carried": carried, "overtaken": overtaken}
        audit.record(connection, actor, "run_planned", body)
        note = say("payment.planned", run=run_id, rows=count) if count else say("payment.nothing_to_pay", run=run_id, period=current.period)
        if overtaken:
            note = f"{note} {say('payment.overtaken', count=overtaken)}"
        return runs.totals(connection, run_id, note)


def _forget_planned(connection: Connection, run_id: str) -> None:
    act_as(connection, "maker")
    carry.forget(connection, run_id)
    which = "select end_to_end_id from ops.payment_instruction where run_id = :run_id and state = 'planned'"
    run(connection, f"delete from ops.instruction_month where end_to_end_id in ({which})", run_id=run_id)
    run(connection, "delete from ops.payment_instruction where run_id = :run_id and state = 'planned'", run_id=run_id)
    run(connection, "reset role")


def _check_staged(connection: Connection) -> None:
    twice = rows(connection, "select count(*) from (select from plan_lines group by guard_key having count(*) > 1) as g")[0][0]
    if twice:
        raise BlockedByData(say("payment.double_guard", count=twice), say("payment.double_guard_fix"), code="DOUBLE_GUARD")
    odd = rows(
        connection,
        "select count(*) from (select from plan_lines l left join plan_months m using (end_to_end_id)"
        " group by l.end_to_end_id, l.payable_vnd having coalesce(sum(m.amount_vnd), 0) <> l.payable_vnd or min(m.amount_vnd) < 0) as o",
    )[0][0]
    if odd:
        raise BlockedByData(say("payment.months_differ", count=odd), say("payment.months_differ_fix"), code="MONTHS_DIFFER")


def _insert(connection: Connection, run_id: str) -> None:
    run(
        connection,
        """
        insert into ops.payment_instruction (
            end_to_end_id, run_id, period, entitlement_id, guard_key, person_id, beneficiary_name, programme_code, entitlement_code,
            subject_person_id, share_no, payee_id, payee_name, bin, account_number, account_name, amount_vnd, channel, commune_code, hamlet,
            attempt, state)
        select end_to_end_id, :run_id, period, entitlement_id, guard_key, person_id, beneficiary_name, programme_code, entitlement_code,
            subject_person_id, coalesce(share_no, 1), coalesce(payee_id, person_id), coalesce(payee_name, beneficiary_name, ''), bin, account_number,
            account_name, payable_vnd, channel, commune_code, hamlet, attempt, 'planned'
        from plan_lines order by end_to_end_id
        """,
        run_id=run_id,
    )
    run(connection, "insert into ops.instruction_month (end_to_end_id, month, entitlement_code, amount_vnd) select * from plan_months")


def _open_recoveries(connection: Connection) -> int:
    """Overpaid months become cases somebody decides on; they are never taken off a payment."""
    return run(
        connection,
        "insert into ops.recovery_case (case_id, entitlement_id, person_id, month, entitlement_code, amount_vnd, opened_period, why_vi)"
        " select 'C' || substr(encode(sha256(convert_to(entitlement_id || '|' || month, 'UTF8')), 'hex'), 1, 24), entitlement_id, person_id,"
        " month, entitlement_code, amount_vnd, period, coalesce(why_vi, '') from plan_recoveries on conflict (case_id) do nothing",
    )


def bank_lines(connection: Connection, run_id: str) -> Iterator[Line]:
    """The planned bank lines of a run, streamed."""
    statement = (
        "select end_to_end_id, programme_code, bin, account_number, account_name, amount_vnd from ops.payment_instruction"
        " where run_id = %s and channel = 'bank' and state = 'planned'"
    )
    with driver(connection).cursor(name="bank_lines") as cursor:
        cursor.itersize = 20_000
        cursor.execute(statement, (run_id,))
        for row in cursor:
            yield Line(*row)


def _cancel_refused(connection: Connection, current: runs.Run) -> int:
    profile = load_profile(load_settings().bank.profile)
    refused = list(refused_lines(profile, Period.parse(current.period), bank_lines(connection, current.run_id)))
    if refused:
        ledger.advance(connection, (ledger.Move(line, "cancelled", "bank_profile", return_reason=code) for line, code in refused))
    return len(refused)


def _figures(connection: Connection, run_id: str) -> tuple[int, int]:
    statement = "select count(*), coalesce(sum(amount_vnd), 0) from ops.payment_instruction where run_id = :run_id and state = 'planned'"
    count, total = rows(connection, statement, run_id=run_id)[0]
    return int(count), int(total)
