"""The human step of a payment run as a DAG sees it: what is asked, what becomes of the answer, when the files leave.

Airflow's step is a front end only: the approval book (`ops.approval`) decides, and sending recomputes the seal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ansinh.core.errors import BlockedByData
from ansinh.payment import monthly
from ansinh.payment.model import ApprovalRequest, Decision
from ansinh.text import say


def questions(run_ids: list[str]) -> list[dict[str, str]]:
    """One question for each approval that a run still lacks (one that lacks none is still to be sent: asked of nobody)."""
    asked: list[dict[str, str]] = []
    for run_id in run_ids:
        request = monthly.approval_request(run_id)
        missing = request.required_approvals - len(request.approved_by)
        asked += [{"run": run_id, "slot": str(slot), **_wording(request)} for slot in range(max(1, missing))]
    return asked


def _wording(request: ApprovalRequest) -> dict[str, str]:
    def lines(rows: Iterable[tuple[object, ...]]) -> str:
        return "\n".join("| " + " | ".join(str(cell) for cell in row) + " |" for row in rows)

    subject = say("dags.approve_subject", run=request.run_id, rows=_dotted(request.rows), total=_dotted(request.total_vnd))
    body = say(
        "dags.approve_body",
        says=request.says_vi,
        programmes=lines((name, _dotted(rows), _dotted(amount)) for name, rows, amount in request.by_programme),
        channels=lines((name, _dotted(rows), _dotted(amount)) for name, rows, amount in request.by_channel),
        files=lines((file.name, f"`{file.sha256}`", _dotted(file.rows), _dotted(file.total_vnd)) for file in request.files),
        execution_date=request.execution_date,
        made_by=", ".join(request.made_by),
        approved=len(request.approved_by),
        required=request.required_approvals,
        manifest=request.manifest_sha256,
    )
    return {"subject": subject, "body": body}


def _dotted(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def write_answer(run_id: str, answer: Mapping[str, Any] | None) -> str:
    """Write what the person answered into the approval book, under the person's name; returns the run's id.

    Raises BlockedByData when the step was passed without an answer, or the run was sent back.
    """
    request = monthly.approval_request(run_id)
    if len(request.approved_by) >= request.required_approvals:
        return run_id
    chosen = (answer or {}).get("chosen_options")
    if answer is None or not chosen:
        raise BlockedByData(say("dags.no_answer", run=run_id), say("dags.no_answer_fix", run=run_id))
    person = answer["responded_by_user"]
    reason = str((answer.get("params_input") or {}).get("reason", ""))
    decision: Decision = "approve" if chosen == [say("dags.approve_yes")] else "reject"
    monthly.decide(run_id, str(person["name"] or person["id"]), decision, reason)
    if decision == "reject":
        raise BlockedByData(say("dags.sent_back", run=run_id, reason=reason or "—"), say("dags.sent_back_fix"))
    return run_id


def send_if_approved(run_id: str, actor: str) -> dict[str, Any]:
    """Send the run's files; while a further approver is still to answer, say so and leave the sending to his turn.

    What an earlier attempt left in doubt is looked up at the bank first.
    """
    request = monthly.approval_request(run_id)
    missing = request.required_approvals - len(request.approved_by)
    if 0 < missing < request.required_approvals:
        return {"run_id": run_id, "note_vi": say("dags.more_approvals", run=run_id, missing=missing)}
    return monthly.resume(run_id, actor).to_json()
