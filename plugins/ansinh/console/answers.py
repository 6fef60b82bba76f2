"""The buttons: each calls the library function the command line calls, under the name of whoever is signed in."""

# No `from __future__ import annotations` here: FastAPI must see the dependency that each app was made with.
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Path, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from ansinh.console.desk import Desk, back, form
from ansinh.core.errors import BlockedByData
from ansinh.core.period import Period
from ansinh.identity.decisions import decide_case
from ansinh.identity.lookup import lookup
from ansinh.intake.held import KINDS, decide_held
from ansinh.intake.layouts import confirm_columns
from ansinh.payment import monthly
from ansinh.text import say

Form = Annotated[dict[str, str], Depends(form)]


def add_answers(app: FastAPI, desk: Desk) -> None:
    """Put the buttons on the app, each behind the desk's login and the right it needs."""
    user = Annotated[Any, Depends(desk.authenticated)]

    @app.post("/held/{workbook_id}/kind")
    def decide_kind(request: Request, who: user, told: Form, workbook_id: str) -> RedirectResponse:
        by = desk.require(who, "answer")
        decision = _one_of(told, "decision", (*KINDS, "reject"))
        decide_held(workbook_id, decision, by, told.get("reason", ""))
        return back(request, "/held", _period(told), "kind")

    @app.post("/held/{workbook_id}/columns")
    def decide_columns(request: Request, who: user, told: Form, workbook_id: str) -> RedirectResponse:
        by = desk.require(who, "answer")
        answers = {name.removeprefix("column:"): column for name, column in told.items() if name.startswith("column:")}
        confirm_columns(workbook_id, answers, by=by, reason=told.get("reason", ""))
        return back(request, "/held", _period(told), "columns")

    @app.post("/cases/{case_id}")
    def decide_identity(
        request: Request, who: user, told: Form, case_id: Annotated[str, Path(pattern=r"^C[0-9a-f]{20}$")]
    ) -> RedirectResponse:
        by = desk.require(who, "answer")
        decide_case(case_id, _one_of(told, "decision", ("same", "different")), reason=told.get("reason", ""), by=by)
        return back(request, "/cases", _period(told), "case")

    @app.post("/approvals/{run_id}")
    def decide_run(request: Request, who: user, told: Form, run_id: str) -> RedirectResponse:
        by = desk.require(who, "approve")
        decision = _one_of(told, "decision", ("approve", "reject", "hold"))
        if monthly.approval_request(run_id).manifest_sha256 != told.get("manifest"):
            raise BlockedByData(say("payment.guards.STALE_MANIFEST"), say("console.look_again"), code="STALE_MANIFEST")
        monthly.decide(run_id, by, decision, told.get("reason", ""))
        return back(request, "/approvals", _period(told), decision)

    @app.post("/people", response_class=HTMLResponse)
    def find_people(request: Request, who: user, told: Form) -> HTMLResponse:
        found = lookup(told.get("term", ""), actor=desk.user_name(who))
        return desk.page(request, "/people", told.get("period") or None, who, "_people.html", found=found)


def _one_of(told: dict[str, str], name: str, choice: tuple[str, ...]) -> Any:
    if told.get(name) not in choice:
        raise HTTPException(422)
    return told[name]


def _period(told: dict[str, str]) -> str:
    return str(Period.parse(told.get("period", "")))
