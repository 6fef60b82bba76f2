"""The period report: one self-contained HTML page and the same figures as JSON and CSV beside it.

`$ANSINH_HOME/reports/<period>/`: `index.html`, `figures.json`, `checks.csv`, `problems.csv`. No name, identity
number or account stands in any of them; the head of the audit chain is printed so that a later rewrite shows.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ansinh.core.clock import now
from ansinh.core.db import connect
from ansinh.core.settings import home
from ansinh.payment import unpaid
from ansinh.report import outreach
from ansinh.report.checks import CheckLine, checks_of, row_problems_of
from ansinh.report.figures import Figures, figures_of
from ansinh.report.render import dong, environment, stylesheet
from ansinh.text import say


def folder(period: str) -> Path:
    """Where the reports of a period lie."""
    return home() / "reports" / period


def headline(figures: Figures) -> str:
    """The month in one sentence."""
    money = {channel: pair[1] for channel, pair in figures.by_channel.items()}
    return say(
        "console.headline",
        period=figures.period,
        people=dong(figures.people),
        payable=dong(figures.payable_vnd),
        bank=dong(money.get("bank", 0) + money.get("wallet", 0)),
        cash=dong(money.get("cash", 0) + money.get("home", 0)),
    )


def _audit_head() -> str | None:
    with connect() as connection:
        row = connection.execute("select hash from ops.audit_event order by seq desc limit 1").fetchone()
    return str(row[0]) if row else None


def _replace(path: Path, text: str) -> None:
    """Write whole or not at all: a reader never sees half a report."""
    partial = path.with_name(f".{path.name}.part")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)


def _write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    partial = path.with_name(f".{path.name}.part")
    with partial.open("w", encoding="utf-8-sig", newline="") as file:  # the mark makes Excel read UTF-8
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows([_as_text(value) for value in row] for row in rows)
    partial.replace(path)


def _as_text(value: Any) -> Any:
    """A file name may begin like a formula; Excel must not run it."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" else value


def _failures(checks: Sequence[CheckLine]) -> Iterable[Sequence[Any]]:
    for check in checks:
        for row in check.failures:
            yield (check.gate, check.code, check.severity, *row.values())


def write(period: str) -> Path:
    """Write the report of a period, the unpaid report and the outreach lists; the page's path. Running again replaces them."""
    figures = figures_of(period)
    checks = checks_of(period)
    target = folder(period)
    target.mkdir(parents=True, exist_ok=True)
    page = environment().get_template("report.html")
    moment = now().strftime("%H:%M %d/%m/%Y")
    html = page.render(
        css=stylesheet(),
        period=period,
        f=figures,
        checks=checks,
        headline=headline(figures),
        made_at=moment,
        audit_head=_audit_head(),
    )
    _replace(target / "figures.json", json.dumps(figures.as_dict(), ensure_ascii=False, indent=1, default=str))
    _write_csv(
        target / "checks.csv",
        ("gate", "code", "severity", "key_kind", "key", "commune_code", "file_name", "sheet", "row_number"),
        _failures(checks),
    )
    problems = row_problems_of(period, most=100_000)
    _write_csv(target / "problems.csv", tuple(problems[0]) if problems else ("code",), (tuple(row.values()) for row in problems))
    unpaid.write(period)
    outreach.write(period)
    _replace(target / "index.html", html)
    return target / "index.html"
