"""What every page of the console shares: who is looking, what he may do, how a page is put together."""

# No `from __future__ import annotations` here: FastAPI must see the dependency that each app was made with.
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import parse_qs, urlsplit

from fastapi import HTTPException, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from ansinh.report.figures import latest_period
from ansinh.report.render import environment, stylesheet
from ansinh.report.todo import periods, waiting_for_people
from ansinh.text import say

PAGES = ("/", "/checks", "/communes", "/held", "/cases", "/approvals", "/people")
Right = Literal["answer", "approve"]
# Nothing is loaded from elsewhere and nothing of ours runs as script: a sheet's file name can do no harm here.
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
MOST_BYTES = 64 * 1024
ChosenPeriod = Annotated[str | None, Query(pattern=r"^(\d{4}-(0[1-9]|1[0-2]))?$")]


@dataclass(frozen=True, slots=True)
class Desk:
    """`authenticated`: a FastAPI dependency that returns the user or refuses; `may`: whether the user has a right."""

    authenticated: Callable[..., Any]
    user_name: Callable[[Any], str]
    may: Callable[[Any, Right], bool]

    def require(self, user: Any, right: Right) -> str:
        """The name to write under a decision. Raises 403 for whoever only looks."""
        if not self.may(user, right):
            raise HTTPException(403, say("console.not_allowed"))
        return self.user_name(user)

    def page(self, request: Request, here: str, period: str | None, user: Any, body: str, **found: Any) -> HTMLResponse:
        """One page; `here` is its entry in the menu."""
        chosen = period or latest_period()
        todo = waiting_for_people(chosen) if chosen else {}
        html = (
            environment()
            .get_template("console.html")
            .render(
                css=stylesheet(),
                pages=[(path, say(f"console.menu.{path.strip('/') or 'period'}"), todo.get(path.strip("/"), 0)) for path in PAGES],
                base=str(request.scope.get("root_path", "")),
                here=here,
                title=say(f"console.menu.{here.strip('/') or 'period'}"),
                period=chosen,
                periods=periods(),
                todo=todo,
                user=self.user_name(user),
                may_answer=self.may(user, "answer"),
                may_approve=self.may(user, "approve"),
                done=done
                if (done := request.query_params.get("done")) in ("kind", "columns", "case", "approve", "reject", "hold")
                else None,
                body=body,
                **found,
            )
        )
        return HTMLResponse(html, headers=HEADERS)


async def form(request: Request) -> dict[str, str]:
    """The fields of a form that our own page sent. Raises 403 when another site sent it, 413 when it is too large."""
    _own_page(request)
    if int(request.headers.get("content-length") or 0) > MOST_BYTES:
        raise HTTPException(413)
    body = await request.body()
    return {name: values[-1] for name, values in parse_qs(body[:MOST_BYTES].decode(errors="replace")).items()}


def _own_page(request: Request) -> None:
    """A login cookie travels with a form of any site: browsers say where it came from, programs bring a token instead of a cookie."""
    headers = request.headers
    if headers.get("authorization", "").lower().startswith("bearer "):
        return
    site = headers.get("sec-fetch-site")
    if site == "same-origin" or (site is None and urlsplit(headers.get("origin", "")).netloc == headers.get("host")):
        return
    raise HTTPException(403, say("console.other_site"))


def back(request: Request, path: str, period: str, done: str) -> RedirectResponse:
    """After an answer: the list again, with a word that it was written down."""
    base = str(request.scope.get("root_path", ""))
    return RedirectResponse(f"{base}{path}?period={period}&done={done}", status_code=303, headers=HEADERS)
