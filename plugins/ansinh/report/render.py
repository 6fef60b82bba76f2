"""One Jinja environment for report and console: Vietnamese numbers, labels, everything escaped."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ansinh.core.clock import VIETNAM
from ansinh.core.errors import UsageError
from ansinh.intake.catalogue import CatalogueEntry, entry
from ansinh.report.cases import group_name, neutral_name
from ansinh.text import field_label, say

_PACKAGE = Path(__file__).resolve().parent.parent


def dong(amount: int | None) -> str:
    """1234567 → `1.234.567`; None → `–`. The unit is written by the template."""
    return "–" if amount is None else f"{amount:,}".replace(",", ".")


def vietnam(moment: datetime, form: str) -> str:
    """A moment in Vietnam's time, e.g. `{{ at | vn("%H:%M %d/%m/%Y") }}`."""
    return moment.astimezone(VIETNAM).strftime(form)


def label(kind: str, code: str | None) -> str:
    """The Vietnamese word for a code, e.g. label("hold", "moved"); the code itself when there is no word."""
    if not code:
        return "–"
    try:
        return say(f"label.{kind}.{code}")
    except KeyError:
        return code


def explain(code: str) -> CatalogueEntry:
    """The catalogue's entry, or one that only repeats the code: a page must never fail over an old code."""
    try:
        return entry(code)
    except UsageError:
        return CatalogueEntry(code, code, code, "", code, "", "system", "look", "")


def stylesheet() -> str:
    return (_PACKAGE / "console" / "static" / "ansinh.css").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Templates of the report first, then of the console. Undefined names are errors, not blanks."""
    folders = [str(_PACKAGE / "report" / "templates"), str(_PACKAGE / "console" / "templates")]
    made = Environment(loader=FileSystemLoader(folders), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    made.filters.update(dong=dong, vn=vietnam)
    made.globals.update(label=label, say=say, explain=explain, field_label=field_label, neutral_name=neutral_name, own_name=group_name)
    return made
