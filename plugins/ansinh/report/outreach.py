"""The outreach list of each commune: whom to visit, why, who does it and by when. One workbook a commune, from `rpt_outreach`."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from ansinh.core.db import connect
from ansinh.core.period import Period
from ansinh.core.settings import home
from ansinh.payment.unpaid import write_book
from ansinh.report.figures import records
from ansinh.rules import reference
from ansinh.text import say

COLUMNS = ("hamlet", "beneficiary", "programme", "channel", "next_step", "owner", "due_on", "amount")


def write(period: str) -> list[Path]:
    """Write `reports/<period>/outreach/<commune>.xlsx`; nothing before the month's list is published."""
    month = Period.parse(period)
    with connect() as connection:
        if connection.execute("select to_regclass('marts.rpt_outreach') is not null").fetchone() != (True,):
            return []
        found = records(
            connection,
            "select commune_code, hamlet, full_name, programme_code, channel, next_step_vi, owner, due_on, amount_vnd from marts.rpt_outreach"
            " where period = %s and commune_code is not null order by commune_code, hamlet nulls last, full_name, programme_code, reason",
            str(month),
        )
    names = {row["commune_code"]: f"{row['type_vi']} {row['name_vi']}".strip() for row in reference.load("communes")}
    folder = home() / "reports" / str(month) / "outreach"
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for commune, group in groupby(found, key=lambda row: str(row["commune_code"])):
        lines = [
            [
                row["hamlet"] or "",
                row["full_name"] or "",
                row["programme_code"],
                say(f"label.channel.{row['channel']}") if row["channel"] else "",
                row["next_step_vi"],
                say(f"label.owner.{row['owner']}"),
                f"{row['due_on']:%d/%m/%Y}",
                int(row["amount_vnd"] or 0),
            ]
            for row in group
        ]
        path = folder / f"{commune}.xlsx"
        title = say("cash.outreach.title", commune=names.get(commune, commune), period=f"{month.month:02d}/{month.year}")
        write_book(path, title, month, [(say("cash.outreach.sheet"), COLUMNS, lines)])
        written.append(path)
    return written
