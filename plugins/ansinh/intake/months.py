"""A workbook that grows by a sheet a month: which of its lists are of the run's month."""

from __future__ import annotations

from ansinh.core.period import Period
from ansinh.intake.header import Header
from ansinh.intake.model import Problem
from ansinh.intake.open import Grid
from ansinh.intake.table import problem
from ansinh.intake.title import Title, full_period

Found = tuple[Grid, Header, Title, str]


def of_this_month(tables: list[Found], run: Period | None) -> tuple[list[Found], list[Problem]]:
    """The lists to read, and a note for each left out: when a sheet says the run's month, those that say another are."""
    months = [full_period(title.period, run) if title.period else None for _, _, title, _ in tables]
    if run is None or run not in months:
        return tables, []
    kept, notes = [], []
    for table, month in zip(tables, months, strict=True):
        if month is None or month == run:
            kept.append(table)
        else:
            notes.append(problem("SHEET_OF_OTHER_MONTH", "", where=table[0].name, found=said(month), expected=said(run)))
    return kept, notes


def said(month: Period) -> str:
    """`11/2026`."""
    return f"{month.month}/{month.year}"
