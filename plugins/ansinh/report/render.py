"""One Jinja environment for report and console: Vietnamese numbers, labels, everything escaped."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ansinh.core.errors import UsageError
from ansinh.intake.catalogue import CatalogueEntry, entry
from ansinh.text import say

_PACKAGE = Path(__file__).resolve().parent.parent


def dong(amount: int | None) -> str:
    """1234567 → `1.234.567`; None → `–`. The unit is written by the template."""
    return "–" if amount is None else f"{amount:,}".replace(",", ".")


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
    made.filters["dong"] = dong
    made.globals.update(label=label, say=say, explain=explain)
    return made
