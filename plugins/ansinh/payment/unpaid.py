"""The report due before the 20th: who of a period has not been paid, how much, why, and what happens next.

Two files under `reports/<period>/unpaid/`: a workbook (summary by commune, people below) and the people as CSV. They name the
programme, never the group. Domain: the payout organisation's monthly report (NĐ 20/2021 Đ34, TT 44/2022 Đ8).
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from ansinh.core.period import Period
from ansinh.core.settings import home
from ansinh.payment.reissue import reason_of
from ansinh.payment.session import money, rows
from ansinh.rules import reference
from ansinh.text import say

PEOPLE = (
    "commune_code", "commune", "hamlet", "id", "beneficiary", "receiver", "programme", "channel", "amount", "state", "reason", "then",
)  # fmt: skip
SUMMARY = ("commune_code", "commune", "rows", "planned", "paid", "unpaid", "open")
FAILED, NOT_TOLD = ("rejected", "returned", "uncollected", "carried"), ("listed", "sealed", "sent", "unknown", "accepted")
_ORDER = "order by commune_code, coalesce(hamlet, ''), coalesce(beneficiary_name, payee_name), end_to_end_id"
# A failed line that was issued again in its own period is told by its successor.
_LAST = (
    "i.period = :period and i.state not in ('planned', 'cancelled') and not exists (select from ops.payment_instruction n"
    " where n.period = i.period and n.entitlement_id = i.entitlement_id and n.attempt > i.attempt and n.state <> 'cancelled')"
)


def write(period: str) -> list[Path]:
    """Write the report of a period; no file when nothing of it has been sealed. Raises UsageError for a bad period."""
    month = Period.parse(period)
    with money("auditor") as connection:
        summary = rows(
            connection,
            "select commune_code, count(*), sum(amount_vnd), coalesce(sum(amount_vnd) filter (where state in ('settled', 'collected')), 0),"
            " coalesce(sum(amount_vnd) filter (where state = any(:failed)), 0), coalesce(sum(amount_vnd) filter (where state = any(:open)), 0)"
            f" from ops.payment_instruction i where {_LAST} group by 1 order by 1",
            period=str(month),
            failed=list(FAILED),
            open=list(NOT_TOLD),
        )
        people = rows(
            connection,
            "select commune_code, coalesce(hamlet, '') as hamlet, end_to_end_id, coalesce(beneficiary_name, payee_name) as beneficiary, payee_name,"
            f" programme_code, channel, amount_vnd, state, return_reason from ops.payment_instruction i where {_LAST}"
            f" and (state = any(:failed) or state = 'listed') {_ORDER}",
            period=str(month),
            failed=list(FAILED),
        )
    if not summary:
        return []
    names = {row["commune_code"]: f"{row['type_vi']} {row['name_vi']}".strip() for row in reference.load("communes")}
    lines = [_person(row, names) for row in people]
    totals = [[code, names.get(code, ""), *(int(figure) for figure in figures)] for code, *figures in summary]
    totals.append(["", say("cash.unpaid.total"), *(sum(column) for column in zip(*(line[2:] for line in totals), strict=True))])
    folder = home() / "reports" / str(month) / "unpaid"
    folder.mkdir(parents=True, exist_ok=True)
    book, table = folder / f"{month}_chua-chi-duoc.xlsx", folder / f"{month}_chua-chi-duoc.csv"
    title = say("cash.unpaid.title", period=f"{month.month:02d}/{month.year}")
    sheets = ((say("cash.unpaid.summary"), SUMMARY, totals), (say("cash.unpaid.people"), PEOPLE, lines))
    write_book(book, title, month, sheets)
    with table.with_suffix(".part").open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([[say(f"cash.unpaid.columns.{key}") for key in PEOPLE], *([_plain(v) for v in line] for line in lines)])
    table.with_suffix(".part").replace(table)
    return [book, table]


def _person(row: Any, names: dict[str, str]) -> list[Any]:
    then = "carried" if row.state == "carried" else "ask" if row.state == "listed" else "next_list"
    failed = row.state in ("rejected", "returned")
    reason = reason_of(row.return_reason) if failed else None
    return [
        row.commune_code,
        names.get(row.commune_code, ""),
        row.hamlet,
        row.end_to_end_id,
        row.beneficiary,
        row.payee_name,
        row.programme_code,
        say(f"label.channel.{row.channel}"),
        int(row.amount_vnd),
        say(f"label.state.{row.state}"),
        f"{reason.code} {reason.meaning_vi}" if reason else "",
        reason.action if reason else say(f"cash.unpaid.then.{then}"),
    ]


def _plain(value: Any) -> Any:
    """A name may begin like a formula; Excel must not run it."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" else value


def write_book(path: Path, title: str, period: Period, sheets: Sequence[tuple[str, Sequence[str], list[list[Any]]]]) -> None:
    """A workbook of titled tables, whole or not at all; `sheets`: (name, column keys of `cash.unpaid.columns`, rows)."""
    import xlsxwriter

    partial = path.with_name(f".{path.name}.part")
    with xlsxwriter.Workbook(str(partial), {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}) as book:
        book.set_properties({"created": datetime(period.year, period.month, 1)})  # noqa: DTZ001 - the same report, the same bytes
        bold, money_format = book.add_format({"bold": True, "text_wrap": True}), book.add_format({"num_format": "#,##0"})
        for name, keys, lines in sheets:
            sheet = book.add_worksheet(name[:31])
            sheet.set_landscape()
            sheet.set_paper(9)
            sheet.fit_to_pages(1, 0)
            sheet.set_column(0, len(keys) - 1, 20)
            sheet.write_string(0, 0, title, bold)
            sheet.write_row(2, 0, [say(f"cash.unpaid.columns.{key}") for key in keys], bold)
            for number, line in enumerate(lines, start=3):
                for column, value in enumerate(line):
                    if isinstance(value, int):
                        sheet.write_number(number, column, value, money_format)
                    else:
                        sheet.write_string(number, column, str(value))
    partial.replace(path)
