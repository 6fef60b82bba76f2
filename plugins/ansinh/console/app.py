"""The console: this period's figures, what failed and for whom, and the questions only a person can answer.

A FastAPI app without a login of its own: whoever mounts it must pass the dependency that authenticates (Airflow's, in
`ansinh_plugin`), and who may do what. Pages are one snapshot of SQL each; answers call the same library functions as the
command line. No script runs, nothing is loaded from elsewhere.
"""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import HTMLResponse

from ansinh.console.answers import add_answers
from ansinh.console.desk import HEADERS, Desk, Right
from ansinh.console.pages import add_pages
from ansinh.core.errors import AnsinhError
from ansinh.report.render import environment, stylesheet
from ansinh.text import say

_STATUS = {2: 400, 3: 409, 4: 503}


def create_app(
    authenticated: Callable[..., Any], user_name: Callable[[Any], str], may: Callable[[Any, Right], bool] = lambda user, right: False
) -> FastAPI:
    """The app behind `authenticated`, a FastAPI dependency that returns the user or refuses; without `may` everybody only looks."""
    app = FastAPI(title="An Sinh", docs_url=None, redoc_url=None, openapi_url=None)
    desk = Desk(authenticated, user_name, may)

    @app.exception_handler(AnsinhError)
    def sentence(request: Request, error: AnsinhError) -> HTMLResponse:
        return _sentence(request, error.reason, error.instruction, _STATUS.get(error.exit_code, 500))

    @app.exception_handler(403)
    def refused(request: Request, error: HTTPException) -> HTMLResponse:
        return _sentence(request, str(error.detail), say("console.refused_fix"), 403)

    add_pages(app, desk)
    add_answers(app, desk)
    return app


def _sentence(request: Request, reason: str, instruction: str, status: int) -> HTMLResponse:
    base = str(request.scope.get("root_path", ""))
    html = (
        environment().get_template("sentence.html").render(css=stylesheet(), period=None, base=base, reason=reason, instruction=instruction)
    )
    return HTMLResponse(html, status_code=status, headers=HEADERS)
