"""The pages to look at."""

# No `from __future__ import annotations` here: FastAPI must see the dependency that each app was made with.
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Path, Query, Request
from fastapi.responses import HTMLResponse

from ansinh.console.desk import HEADERS, ChosenPeriod, Desk
from ansinh.core.period import Period
from ansinh.core.settings import home
from ansinh.identity.lookup import lookup
from ansinh.intake.held import waiting
from ansinh.intake.held_effect import effects
from ansinh.intake.layouts import remembered
from ansinh.report.approvals import approvals_of
from ansinh.report.cases import case_of, cases_of
from ansinh.report.checks import checks_of, communes_of, problems_by_code
from ansinh.report.figures import figures_of, latest_period
from ansinh.report.period import folder, headline


def add_pages(app: FastAPI, desk: Desk) -> None:
    """Put the pages on the app, each behind the desk's login."""
    user = Annotated[Any, Depends(desk.authenticated)]

    @app.get("/", response_class=HTMLResponse)
    def period_page(request: Request, who: user, period: ChosenPeriod = None) -> HTMLResponse:
        chosen = period or latest_period()
        return desk.page(request, "/", chosen, who, "_period.html", **(_month(chosen) if chosen else {}))

    @app.get("/checks", response_class=HTMLResponse)
    def checks_page(request: Request, who: user, period: ChosenPeriod = None) -> HTMLResponse:
        chosen = period or latest_period()
        found = {"checks": checks_of(chosen), "problems": problems_by_code(chosen)} if chosen else {}
        return desk.page(request, "/checks", chosen, who, "_checks.html", **found)

    @app.get("/communes", response_class=HTMLResponse)
    def communes_page(request: Request, who: user, period: ChosenPeriod = None) -> HTMLResponse:
        chosen = period or latest_period()
        found = {"workbooks": communes_of(chosen), "layouts": remembered()} if chosen else {}
        return desk.page(request, "/communes", chosen, who, "_communes.html", **found)

    @app.get("/held", response_class=HTMLResponse)
    def held_page(request: Request, who: user, period: ChosenPeriod = None) -> HTMLResponse:
        chosen = period or latest_period()
        held = [(one, effects(one.workbook_id) if one.kinds else {}) for one in waiting(chosen)] if chosen else []
        return desk.page(request, "/held", chosen, who, "_held.html", held=held)

    @app.get("/cases", response_class=HTMLResponse)
    def cases_page(request: Request, who: user, period: ChosenPeriod = None) -> HTMLResponse:
        chosen = period or latest_period()
        return desk.page(request, "/cases", chosen, who, "_cases.html", cases=cases_of(chosen) if chosen else [])

    @app.get("/cases/{case_id}", response_class=HTMLResponse)
    def case_page(
        request: Request, who: user, case_id: Annotated[str, Path(pattern=r"^C[0-9a-f]{20}$")], period: ChosenPeriod = None
    ) -> HTMLResponse:
        chosen = period or latest_period()
        case = case_of(chosen, case_id, actor=desk.user_name(who), unmasked=desk.may(who, "answer")) if chosen else None
        if case is None:
            raise HTTPException(404)
        return desk.page(request, "/cases", chosen, who, "_case.html", case=case)

    @app.get("/approvals", response_class=HTMLResponse)
    def approvals_page(request: Request, who: user, period: ChosenPeriod = None) -> HTMLResponse:
        chosen = period or latest_period()
        return desk.page(request, "/approvals", chosen, who, "_approvals.html", runs=approvals_of(chosen) if chosen else [])

    @app.get("/people", response_class=HTMLResponse)
    def people_page(request: Request, who: user, period: ChosenPeriod = None) -> HTMLResponse:
        return desk.page(request, "/people", period, who, "_people.html", found=None)

    @app.get("/people/{person_id}", response_class=HTMLResponse)
    def person_page(
        request: Request, who: user, person_id: Annotated[str, Path(pattern=r"^P[0-9a-f]{20}$")], period: ChosenPeriod = None
    ) -> HTMLResponse:
        may_see = desk.may(who, "answer")
        found = lookup(person_id, actor=desk.user_name(who), unmasked=may_see)
        if not found:
            raise HTTPException(404)
        return desk.page(request, "/people", period, who, "_person.html", person=found[0], shows_all=may_see)

    @app.get("/report", response_class=HTMLResponse)
    def report_page(who: user, period: Annotated[str, Query(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]) -> HTMLResponse:
        path = folder(str(Period.parse(period))) / "index.html"
        if not path.exists():
            raise HTTPException(404, "Kỳ này chưa có báo cáo.")
        return HTMLResponse(path.read_text(encoding="utf-8"), headers=HEADERS)


def _month(period: str) -> dict[str, Any]:
    figures = figures_of(period)
    path = folder(period) / "index.html"
    return {
        "f": figures,
        "headline": headline(figures),
        "checks": checks_of(period, most_rows=1),
        "report_path": path.relative_to(home()) if path.exists() else None,
    }
