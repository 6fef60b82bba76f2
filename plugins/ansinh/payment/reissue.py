"""Failed payments and what follows from the bank's reason: who must do what, and when a line may be paid again.

The planning step gives a failed line a new attempt by itself once its account or channel has changed. Here a person lets the
same account be tried again, and only after the bank has confirmed the failure.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from sqlalchemy import Connection

from ansinh.core.errors import BlockedByData, UsageError
from ansinh.core.period import Period
from ansinh.payment import pending
from ansinh.payment.answers import DUPLICATE, REJECTED
from ansinh.payment.session import money, rows
from ansinh.payment.settling import MONEY
from ansinh.rules import reference
from ansinh.text import say


@dataclass(frozen=True, slots=True)
class Reason:
    """A row of seed `reason_codes`. `reissue`: same, after_change, ask or never."""

    code: str
    meaning_vi: str
    action: str
    owner: str
    reissue: str


@dataclass(frozen=True, slots=True)
class ToDo:
    """Failed lines of a period that share a reason, in figures."""

    reason: Reason
    state: str
    rows: int
    total_vnd: int


@cache
def _reasons() -> dict[str, Reason]:
    return {
        row["code"]: Reason(row["code"], row["meaning_vi"], row["action"], row["owner"], row["reissue"])
        for row in reference.load("reason_codes")
    }


def reason_of(code: str | None) -> Reason:
    """What a reason code means; an unknown one is read like a reason in words (`NARR`), under its own code."""
    known = _reasons()
    found = known.get(code or "NARR")
    if found:
        return found
    words = known["NARR"]
    return Reason(code or "NARR", words.meaning_vi, words.action, words.owner, words.reissue)


def to_do(period: str) -> list[ToDo]:
    """Failed bank lines of a period without a live successor, by reason; the largest sum first."""
    month = str(Period.parse(period))
    with money() as connection:
        found = rows(
            connection,
            "select i.return_reason, i.state, count(*), sum(i.amount_vnd) from ops.payment_instruction i"
            " where i.period = :period and i.state in ('rejected', 'returned') and not exists ("
            f"   select from ops.payment_instruction n where n.period = i.period and n.entitlement_id = i.entitlement_id and n.{pending.LIVE})"
            " and not exists (select from ops.payment_instruction l where l.period = i.period and l.entitlement_id = i.entitlement_id"
            "   and l.attempt > i.attempt) group by 1, 2 order by 4 desc, 1, 2",
            period=month,
        )
    return [ToDo(reason_of(code), state, int(count), int(total)) for code, state, count, total in found]


def allow(end_to_end_id: str, actor: str, reason: str) -> None:
    """Let one failed line be paid again to the same account; the next plan gives it attempt n + 1.

    Raises UsageError (no such line, no reason given), BlockedByData NO_PROOF while the bank has neither refused nor returned
    it, NEVER_REISSUE where the reason forbids it (a duplicate lives, the payee has died).
    """
    if not actor.strip():
        raise UsageError(say("payment.actor_needed"))
    with money() as connection:
        _require_proof(connection, end_to_end_id)
        pending.allow_reissue(connection, end_to_end_id, actor, reason)


def allow_all(period: str, code: str, actor: str, reason: str) -> int:
    """The same for every failed line of a period with one reason code that may go out as it is (AM04: money was short); how many."""
    if reason_of(code).reissue not in ("same", "ask"):
        raise BlockedByData(say("returns.never_reissue"), reason_of(code).action, code="NEVER_REISSUE")
    with money() as connection:
        found = rows(
            connection,
            "select end_to_end_id from ops.payment_instruction where period = :period and return_reason = :code and state in ('rejected', 'returned')",
            period=str(Period.parse(period)),
            code=code,
        )
        for (end_to_end_id,) in found:
            _require_proof(connection, end_to_end_id)
            pending.allow_reissue(connection, end_to_end_id, actor, reason)
    return len(found)


def _require_proof(connection: Connection, end_to_end_id: str) -> None:
    found = rows(
        connection,
        "select i.state, i.return_reason, exists (select from ops.bank_entry b where b.end_to_end_id = i.end_to_end_id and ("
        "   (i.state = 'rejected' and b.kind = 'status' and b.status_code = any(:rejected) and coalesce(b.reason_code, '') <> all(:duplicate))"
        "   or (i.state = 'returned' and b.kind = 'credit' and b.verdict = any(:money)))) as proven,"
        " exists (select from ops.bank_entry b where b.end_to_end_id = i.end_to_end_id and b.kind = 'debit' and i.state = 'rejected') as debited"
        " from ops.payment_instruction i where end_to_end_id = :id",
        id=end_to_end_id,
        rejected=sorted(REJECTED),
        duplicate=sorted(DUPLICATE),
        money=list(MONEY),
    )
    if not found:
        raise UsageError(say("payment.not_failed"), say("payment.not_failed_fix"))
    line = found[0]
    if line.state in ("rejected", "returned") and (not line.proven or line.debited):
        raise BlockedByData(say("returns.no_proof"), say("returns.no_proof_fix"), code="NO_PROOF")
    if reason_of(line.return_reason).reissue == "never":
        raise BlockedByData(say("returns.never_reissue"), reason_of(line.return_reason).action, code="NEVER_REISSUE")
