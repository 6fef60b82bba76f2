"""The draw request of a run for the State Treasury: how much each programme needs, by bank and by cash. Sums only."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from ansinh.core.period import Period
from ansinh.text import say

_COLUMNS = ("programme", "people", "bank", "cash", "total")


class Draw(NamedTuple):
    """One programme of a run."""

    programme_code: str
    name_vi: str
    rows: int
    bank_vnd: int
    cash_vnd: int


def write_draw_request(folder: Path, stem: str, period: Period, debtor: str, draws: list[Draw]) -> list[str]:
    """Write `<stem>.csv` and `<stem>.xlsx`; returns their names. The last line is the sum of the others."""
    import xlsxwriter

    folder.mkdir(parents=True, exist_ok=True)
    total = Draw(
        "", say("payment.treasury.total"), sum(d.rows for d in draws), sum(d.bank_vnd for d in draws), sum(d.cash_vnd for d in draws)
    )
    headings = [say(f"payment.treasury.{key}") for key in _COLUMNS]
    body = [[draw.name_vi, draw.rows, draw.bank_vnd, draw.cash_vnd, draw.bank_vnd + draw.cash_vnd] for draw in [*draws, total]]
    with (folder / f"{stem}.csv").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([headings, *body])
    with xlsxwriter.Workbook(str(folder / f"{stem}.xlsx"), {"strings_to_formulas": False}) as book:
        book.set_properties({"created": datetime(period.year, period.month, 1), "title": stem})  # noqa: DTZ001 - keeps the bytes stable
        sheet, bold, money = book.add_worksheet("Rut du toan"), book.add_format({"bold": True}), book.add_format({"num_format": "#,##0"})
        sheet.set_column(0, 0, 48)
        sheet.set_column(1, 4, 18, money)
        sheet.write_string(0, 0, say("payment.treasury.title", debtor=debtor, period=f"{period.month:02d}/{period.year}"), bold)
        sheet.write_row(2, 0, headings, bold)
        for number, row in enumerate(body, start=3):
            sheet.write_row(number, 0, row)
    return [f"{stem}.csv", f"{stem}.xlsx"]
