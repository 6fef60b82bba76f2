"""The console: this period's figures, the failed checks with their rows, the communes, the period report.

A FastAPI app without a login of its own: whoever mounts it must pass the dependency that authenticates
(Airflow's, in `ansinh_plugin`), and gets told who is looking. Read-only; one snapshot of SQL a page.
"""

# No `from __future__ import annotations` here: FastAPI must see the dependency that each app was made with.
from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Query, Request
from fastapi.responses import HTMLResponse

from ansinh.core.errors import AnsinhError, PartnerUnavailable
from ansinh.core.period import Period
from ansinh.core.settings import home
from ansinh.report.checks import checks_of, communes_of, row_problems_of
from ansinh.report.figures import figures_of, latest_period
from ansinh.report.period import folder, headline
from ansinh.report.render import environment, stylesheet
from ansinh.text import say

PAGES = (("/", "period"), ("/checks", "checks"), ("/communes", "communes"))
# Nothing is loaded from elsewhere and nothing of ours runs as script: a sheet's file name can do no harm here.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
}

ChosenPeriod = Annotated[str | None, Query(pattern=r"^(\d{4}-(0[1-9]|1[0-2]))?$")]


def create_app(authenticated: Callable[..., Any], user_name: Callable[[Any], str]) -> FastAPI:
    """The app behind `authenticated`, a FastAPI dependency that returns the user or refuses."""
    app = FastAPI(title="An Sinh", docs_url=None, redoc_url=None, openapi_url=None)
    user = Annotated[Any, Depends(authenticated)]

    @app.exception_handler(AnsinhError)
    def sentence(_: Request, error: AnsinhError) -> HTMLResponse:
        status = 503 if isinstance(error, PartnerUnavailable) else 500
        page = environment().from_string(
            "{% extends 'page.html' %}{% block main %}<p class='lead'>{{ reason }}</p><p>{{ instruction }}</p>{% endblock %}"
        )
        html = page.render(css=stylesheet(), period=None, reason=error.reason, instruction=error.instruction)
        return HTMLResponse(html, status_code=status, headers=_HEADERS)

    @app.get("/", response_class=HTMLResponse)
    def period_page(request: Request, who: user, period: ChosenPeriod = None) -> HTMLResponse:
        chosen = period or latest_period()
        found = {}
        if chosen:
            figures = figures_of(chosen)
            path = folder(chosen) / "index.html"
            found = {
                "f": figures,
                "headline": headline(figures),
                "checks": checks_of(chosen, most_rows=1),
                "report_path": path.relative_to(home()) if path.exists() else None,
            }
        return _page(request, "/", chosen, user_name(who), "_period.html", **found)

    @app.get("/checks", response_class=HTMLResponse)
    def checks_page(request: Request, who: user, period: ChosenPeriod = None) -> HTMLResponse:
        chosen = period or latest_period()
        found = {"checks": checks_of(chosen), "problems": row_problems_of(chosen)} if chosen else {}
        return _page(request, "/checks", chosen, user_name(who), "_checks.html", **found)

    @app.get("/communes", response_class=HTMLResponse)
    def communes_page(request: Request, who: user, period: ChosenPeriod = None) -> HTMLResponse:
        chosen = period or latest_period()
        found = {"workbooks": communes_of(chosen)} if chosen else {}
        return _page(request, "/communes", chosen, user_name(who), "_communes.html", **found)

    @app.get("/report", response_class=HTMLResponse)
    def report_page(who: user, period: Annotated[str, Query(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]) -> HTMLResponse:
        path = folder(str(Period.parse(period))) / "index.html"
        if not path.exists():
            raise HTTPException(404, "Kỳ này chưa có báo cáo.")
        return HTMLResponse(path.read_text(encoding="utf-8"), headers=_HEADERS)

    return app


def _page(request: Request, here: str, period: str | None, user: str, body: str, **found: Any) -> HTMLResponse:
    pages: Sequence[tuple[str, str]] = [(path, say(f"console.{name}")) for path, name in PAGES]
    base = str(request.scope.get("root_path", ""))
    title = dict(pages)[here]
    html = (
        environment()
        .get_template("console.html")
        .render(css=stylesheet(), pages=pages, base=base, here=here, title=title, period=period, user=user, body=body, **found)
    )
    return HTMLResponse(html, headers=_HEADERS)
