"""Lists for people paid by hand: one workbook (and PDF) a commune, one sheet a hamlet, the same bytes for the same lines.

They name the programme, never the group, so that nobody's illness can be read off a list on a table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from ansinh.core.period import Period
from ansinh.payment.files.fonts import vietnamese_font
from ansinh.payment.files.pain001 import Written
from ansinh.text import say

HEADINGS = ("number", "end_to_end_id", "beneficiary", "receiver", "programme", "channel", "amount", "signature", "note")
SHEET_HEADINGS = (*HEADINGS[:-1], "collected", "day", "note")  # what the pay point fills in and sends back (payment/cash_list.py)
_WIDTHS = (5, 36, 26, 26, 12, 12, 14, 16, 10, 12, 14)
_FORBIDDEN_IN_SHEET_NAMES = "[]:*?/\\'"
_PDF_X = (28, 50, 232, 352, 472, 534, 594, 668, 746)  # points from the left edge of A4 landscape


class CashLine(NamedTuple):
    """One person on a list."""

    commune_code: str
    hamlet: str
    end_to_end_id: str
    beneficiary_name: str
    payee_name: str
    programme_code: str
    channel: str
    amount_vnd: int


class CashList(NamedTuple):
    """A written list."""

    name: str
    rows: int
    total_vnd: int
    written: Written


def write_lists(folder: Path, run_id: str, period: Period, lines: Iterable[CashLine], commune_names: dict[str, str]) -> Iterator[CashList]:
    """Write the lists of all communes; `lines` sorted by commune, hamlet, name. PDFs only where a Vietnamese font is found."""
    folder.mkdir(parents=True, exist_ok=True)
    for commune, group in groupby(lines, key=lambda line: line.commune_code):
        people = list(group)
        stem = f"{run_id}_{commune}"
        title = say("payment.cash.title", commune=commune_names.get(commune, commune), period=f"{period.month:02d}/{period.year}")
        total = sum(line.amount_vnd for line in people)
        writers = {"xlsx": _write_xlsx, "pdf": _write_pdf} if vietnamese_font() else {"xlsx": _write_xlsx}
        for extension, writer in writers.items():
            partial = folder / f".{stem}.{extension}.partial"
            writer(partial, title, run_id, period, people)
            content = partial.read_bytes()
            partial.replace(folder / f"{stem}.{extension}")
            yield CashList(f"{stem}.{extension}", len(people), total, Written(hashlib.sha256(content).hexdigest(), len(content)))


def _by_hamlet(people: list[CashLine]) -> list[tuple[str, list[CashLine]]]:
    return [(hamlet or say("payment.cash.no_hamlet"), list(lines)) for hamlet, lines in groupby(people, key=lambda line: line.hamlet)]


def _cells(number: int, line: CashLine) -> list[Any]:
    receiver = "" if line.payee_name == line.beneficiary_name else line.payee_name
    channel = say(f"label.channel.{line.channel}")
    return [number, line.end_to_end_id, line.beneficiary_name, receiver, line.programme_code, channel, line.amount_vnd, "", ""]


def _write_xlsx(path: Path, title: str, run_id: str, period: Period, people: list[CashLine]) -> None:
    import xlsxwriter

    created = datetime(period.year, period.month, 1)  # noqa: DTZ001 - a property of the file; the same for the same list
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}) as book:
        book.set_properties({"created": created, "title": run_id})
        bold, money = book.add_format({"bold": True, "text_wrap": True, "border": 1}), book.add_format({"num_format": "#,##0", "border": 1})
        cell, large = book.add_format({"border": 1, "text_wrap": True}), book.add_format({"bold": True, "font_size": 14})
        for index, (hamlet, lines) in enumerate(_by_hamlet(people), start=1):
            sheet = book.add_worksheet(_sheet_name(index, hamlet))
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            sheet.repeat_rows(3)
            sheet.set_footer(f"&L{run_id}&R&P/&N")
            sheet.write_string(0, 0, title, large)
            sheet.write_string(1, 0, say("payment.cash.hamlet", hamlet=hamlet))
            sheet.write_string(2, 0, say("payment.cash.how_to_return"))
            for column, (key, width) in enumerate(zip(SHEET_HEADINGS, _WIDTHS, strict=True)):
                sheet.set_column(column, column, width)
                sheet.write_string(3, column, say(f"payment.cash.heading.{key}"), bold)
            for number, line in enumerate(lines, start=1):
                for column, value in enumerate([*_cells(number, line), "", ""]):
                    if isinstance(value, int):
                        sheet.write_number(3 + number, column, value, money)
                    else:
                        sheet.write_string(3 + number, column, value, cell)
            sheet.write_string(4 + len(lines), 2, say("payment.cash.total"), bold)
            sheet.write_number(4 + len(lines), 6, sum(line.amount_vnd for line in lines), money)
            sheet.write_string(6 + len(lines), 1, say("payment.cash.signatures"))


def _sheet_name(index: int, hamlet: str) -> str:
    """At most 31 characters, none of []:*?/\\; the number keeps two long names apart."""
    plain = "".join(" " if c in _FORBIDDEN_IN_SHEET_NAMES else c for c in hamlet)
    return f"{index} {plain}"[:31].strip()


def _write_pdf(path: Path, title: str, run_id: str, period: Period, people: list[CashLine]) -> None:
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(TTFont("AnSinh", str(vietnamese_font())))
    width, height = landscape(A4)
    page = Canvas(str(path), pagesize=(width, height), invariant=True)  # no clock in the file: the same list, the same bytes
    page.setTitle(run_id)

    def heading(hamlet: str) -> float:
        page.setFont("AnSinh", 13)
        page.drawString(28, height - 36, title)
        page.setFont("AnSinh", 10)
        page.drawString(28, height - 52, say("payment.cash.hamlet", hamlet=hamlet))
        page.setFont("AnSinh", 8)
        page.drawRightString(width - 28, 20, f"{run_id} · {page.getPageNumber()}")
        for x, key in zip(_PDF_X, HEADINGS, strict=True):
            page.drawString(x, height - 72, say(f"payment.cash.heading.{key}"))
        page.line(28, height - 76, width - 28, height - 76)
        return float(height) - 92

    for hamlet, lines in _by_hamlet(people):
        y = heading(hamlet)
        for number, line in enumerate(lines, start=1):
            if y < 60:
                page.showPage()
                y = heading(hamlet)
            for x, value in zip(_PDF_X, _cells(number, line), strict=True):
                page.drawString(x, y, f"{value:,}".replace(",", ".") if isinstance(value, int) else _fit(page, value, x))
            page.setLineWidth(0.2)
            page.line(28, y - 5, width - 28, y - 5)
            y -= 18
        page.drawString(_PDF_X[2], y - 6, f"{say('payment.cash.total')}: {sum(line.amount_vnd for line in lines):,}".replace(",", "."))
        page.drawString(28, max(y - 34, 32), say("payment.cash.signatures"))
        page.showPage()
    page.save()


def _fit(page: Any, text: str, x: int) -> str:
    """The text cut where the next column begins."""
    following = next((edge for edge in _PDF_X if edge > x), 814)
    while text and page.stringWidth(text, "AnSinh", 8) > following - x - 4:
        text = text[:-1]
    return text
