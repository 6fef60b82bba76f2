"""`ansinh verify`: recompute everything that can be recomputed about money and say where two books disagree.

File hashes, manifests and approvals, instruction and file totals, months, ledger sums, live duplicates (also across merged
persons), the audit chain. Ids and sums only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlalchemy import Connection

from ansinh.payment import audit, ledger, manifest
from ansinh.payment.model import Finding
from ansinh.payment.pending import LIVE
from ansinh.payment.session import money, rows
from ansinh.text import say

_TOTALS = """
    select r.run_id, r.rows, r.total_vnd, count(i.*), coalesce(sum(i.amount_vnd), 0)
    from ops.payment_run r left join ops.payment_instruction i on i.run_id = r.run_id and i.state <> 'cancelled'
    where r.state not in ('draft', 'cancelled') group by r.run_id having (r.rows, r.total_vnd) <> (count(i.*), coalesce(sum(i.amount_vnd), 0))
    order by 1
"""
_FILES = """
    select f.file_id, f.rows, f.total_vnd, count(i.*), coalesce(sum(i.amount_vnd), 0)
    from ops.payment_file f left join ops.payment_instruction i using (file_id)
    where f.state <> 'cancelled' group by f.file_id having (f.rows, f.total_vnd) <> (count(i.*), coalesce(sum(i.amount_vnd), 0)) order by 1
"""
_MONTHS = """
    select i.end_to_end_id, i.amount_vnd, coalesce(sum(m.amount_vnd), 0) from ops.payment_instruction i
    left join ops.instruction_month m using (end_to_end_id)
    group by i.end_to_end_id having coalesce(sum(m.amount_vnd), 0) <> i.amount_vnd order by 1 limit 100
"""
# Two persons found to be one after both were paid is a recovery case, not an error of the books: it counts while one can be stopped.
_TWICE = f"""
    with live as (
        select end_to_end_id, period, entitlement_id, guard_key, state, case when exists (
            select from ops.person p where p.merged_into is not null and p.person_id in (i.person_id, i.subject_person_id))
            then ops.root_guard(guard_key) else guard_key end as root from ops.payment_instruction i where {LIVE})
    select min(end_to_end_id), count(*) from live group by period, root
    having count(*) > count(distinct guard_key) or (count(*) > 1 and bool_or(state in ('planned', 'sealed', 'listed')))
    union all
    select min(end_to_end_id), count(*) from live group by period, entitlement_id having count(*) > 1 limit 100
"""
# Cash of an earlier list that a sealed later line pays must be closed; a book must tie as long as its run counts.
_CARRIED = """
    select c.end_to_end_id, o.amount_vnd, n.amount_vnd from ops.carried_line c
    join ops.payment_instruction o on o.end_to_end_id = c.end_to_end_id join ops.payment_instruction n on n.end_to_end_id = c.carried_by
    where o.state <> 'carried' and n.is_live and n.state <> 'planned' order by 1 limit 100
"""
_BOOKS = """
    select b.run_id, b.last_month_vnd + b.change_vnd, b.list_vnd, b.total_vnd, r.total_vnd from ops.run_book b join ops.payment_run r using (run_id)
    where r.state in ('approved', 'sending', 'sent', 'reconciled', 'closed')
      and (b.last_month_vnd + b.change_vnd <> b.list_vnd or (b.rows, b.total_vnd) is distinct from (r.rows, r.total_vnd)) order by 1
"""
_APPROVALS = """
    select r.run_id, count(distinct lower(btrim(a.approver))) filter (
        where a.decision = 'approve' and lower(btrim(a.approver)) not in (
            lower(btrim(r.created_by)), lower(btrim(r.sealed_by)), lower(btrim(coalesce(r.planned_by, ''))), lower(btrim(coalesce(r.sent_by, ''))))),
        r.required_approvals
    from ops.payment_run r left join ops.approval a on a.run_id = r.run_id and a.manifest_sha256 = r.manifest_sha256
    where r.state in ('approved', 'sending', 'sent', 'reconciled', 'closed') group by r.run_id
    having count(distinct lower(btrim(a.approver))) filter (
        where a.decision = 'approve' and lower(btrim(a.approver)) not in (
            lower(btrim(r.created_by)), lower(btrim(r.sealed_by)), lower(btrim(coalesce(r.planned_by, ''))), lower(btrim(coalesce(r.sent_by, '')))))
        < r.required_approvals order by 1
"""


def verify(expected_head: str | None = None) -> list[Finding]:
    """Everything found wrong, empty when all ties. `expected_head`: an audit hash printed earlier that must still be in the chain."""
    with money("auditor") as connection:
        return [*_files(connection), *_compared(connection), *_ledger(connection), *_audit(connection, expected_head)]


def _files(connection: Connection) -> Iterator[Finding]:
    """Sealed files as long as they are kept: a cancelled run may have lost its files, others may not."""
    sealed = rows(connection, "select run_id from ops.payment_run where manifest_sha256 is not null and state <> 'cancelled' order by 1")
    for (run_id,) in sealed:
        yield from manifest.findings(connection, run_id)


def _compared(connection: Connection) -> Iterator[Finding]:
    checks: tuple[tuple[str, str], ...] = (
        ("RUN_TOTALS", _TOTALS),
        ("FILE_TOTALS", _FILES),
        ("MONTHS_DIFFER", _MONTHS),
        ("PAID_TWICE", _TWICE),
        ("NOT_APPROVED", _APPROVALS),
        ("CARRIED_OPEN", _CARRIED),
        ("VARIANCE", _BOOKS),
    )
    for code, statement in checks:
        for subject, *figures in rows(connection, statement):
            yield _finding(code, str(subject), *(int(figure) for figure in figures))


def _ledger(connection: Connection) -> Iterator[Finding]:
    for run_id, account, entry, state in ledger.differences(connection):
        yield _finding("LEDGER_DIFFERS", f"{run_id} {account}", entry, state)
    for transaction_id, amount in rows(
        connection,
        "select transaction_id, sum(amount_vnd) from ops.ledger_entry group by 1 having sum(amount_vnd) <> 0 order by 1 limit 100",
    ):
        yield _finding("UNBALANCED", transaction_id, int(amount))


def _audit(connection: Connection, expected_head: str | None) -> Iterator[Finding]:
    chain = audit.check_chain(connection, expected_head)
    if chain.broken_at is not None:
        yield _finding("AUDIT_BROKEN", str(chain.broken_at))
    elif not chain.has_head:
        yield _finding("AUDIT_CUT", str(expected_head))


def _finding(code: str, subject: str, *figures: int) -> Finding:
    says: Callable[..., str] = say
    return Finding(code, subject, says(f"payment.findings.{code}", subject=subject), figures)
