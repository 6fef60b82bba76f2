"""A tiny province written straight into `raw`: typed readings, a register, an opening history. Then real dbt on real PostgreSQL."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from ansinh.core.db import connect
from ansinh.core.period import Period
from ansinh.rules import opening
from ansinh.rules.reference import load
from psycopg.rows import dict_row

PROGRAMME_OF = {row["entitlement_code"]: row["programme_code"] for row in load("entitlement_codes")}
SYLLABLES = (
    "An",
    "Bình",
    "Chi",
    "Dũng",
    "Giang",
    "Hà",
    "Khánh",
    "Lan",
    "Minh",
    "Nga",
    "Oanh",
    "Phúc",
    "Quân",
    "Sơn",
    "Thảo",
    "Uyên",
    "Vinh",
    "Xuân",
    "Yến",
    "Hiền",
)
SURNAMES = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Phan", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương", "Lý")


@dataclass
class Person:
    """Somebody the register knows: id of 12 digits, name, birth (day or only year)."""

    id_number: str
    name: str
    birth: date | int
    sex: str
    dead_on: date | None = None
    state: str = "song"
    account: tuple[str, str] | None = None
    in_register: bool = True

    @property
    def year(self) -> int:
        return self.birth if isinstance(self.birth, int) else self.birth.year


@dataclass
class Province:
    """Collects people, rows and history of one database; `build` runs the month for real."""

    folder: Path
    people: list[Person] = field(default_factory=list)
    rows: dict[tuple[str, str], list[dict[str, Any]]] = field(default_factory=dict)
    history: list[tuple[Any, ...]] = field(default_factory=list)
    builds: int = 0
    feeds: int = 0

    def person(self, birth: str, sex: str = "male", **more: Any) -> Person:
        """A new person; `birth` is `12/3/1980` or a bare year."""
        number = len(self.people)
        parts = [int(part) for part in birth.split("/")]
        born: date | int = date(parts[2], parts[1], parts[0]) if len(parts) == 3 else parts[0]
        year = parts[-1]
        digit = {("male", 19): 0, ("female", 19): 1, ("male", 20): 2, ("female", 20): 3}[sex, year // 100]
        id_number = f"079{digit}{year % 100:02d}{(number + 1) * 7919 % 1_000_000:06d}"
        name = f"{SURNAMES[number % 14]} {SYLLABLES[number // 14 % 20]} {SYLLABLES[(number * 7 + 3) % 20]} {SYLLABLES[number // 280 % 20]}"
        found = Person(id_number, name, born, sex, **more)
        self.people.append(found)
        return found

    def listed(self, period: str, person: Person, code: str, amount: int | None = None, *, commune: str = "25858", **more: Any) -> None:
        """One row of a commune's list; keyword arguments are columns of raw.commune__readings."""
        row: dict[str, Any] = {
            "full_name": person.name, "id_number": person.id_number, "id_type": "cccd", "sex": person.sex, "birth_year": person.year,
            "birth_date": None if isinstance(person.birth, int) else person.birth,
            "birth_month": None if isinstance(person.birth, int) else person.birth.month,
            "birth_date_precision": "year" if isinstance(person.birth, int) else "day",
            "programme_code": PROGRAMME_OF.get(code), "entitlement_code": code or None, "amount_vnd": amount, "payment_channel": "bank",
            "bank_bin": "970405", "account_number": "6" + person.id_number[2:], "account_name": person.name.upper(), "hamlet": "Ấp 1",
        }  # fmt: skip
        self.rows.setdefault((period, commune), []).append(row | more)

    def paid(
        self, person: Person, code: str, amount: int, *months: str, commune: str = "25858", subject: str = "", paid: bool = True
    ) -> None:
        """Opening history; a month is `2026-10`, a span `2026-01..2026-10`."""
        for text in months:
            first, _, last = text.partition("..")
            start, end = Period.parse(first), Period.parse(last or first)
            self.history += [
                (str(start.plus(step)), commune, person.id_number, code, subject, amount, str(paid).lower())
                for step in range(end.minus(start) + 1)
            ]

    def build(self, period: str, stage: str = "all") -> None:
        """Write everything said so far, then build and publish the stages as the month does."""
        from ansinh.warehouse.build import build
        from ansinh.warehouse.publish import publish

        self.builds += 1
        self._write(period)
        for name in ("warehouse", "entitle") if stage == "all" else (stage,):
            build(name, period, None, f"test-{name}-{self.builds}")  # type: ignore[arg-type]
            publish(name, period)

    def _write(self, period: str) -> None:
        with connect() as connection:
            self._write_feed(connection)
            for (month, commune), rows in self.rows.items():
                if rows and month <= period:
                    _write_workbook(connection, month, commune, rows)
                    rows.clear()
        if self.history:
            path = self.folder / f"opening-{self.builds}.csv"
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([opening.COLUMNS, *self.history])
            opening.load(path)
            self.history.clear()

    def _write_feed(self, connection: Any) -> None:
        self.feeds += 1
        file_id = f"F{self.feeds}"
        connection.execute(
            "insert into raw.national_id__files (file_id, file_name, sha256, kind, status) values (%s, %s, %s, 'full', 'accepted')",
            (file_id, f"full_{self.feeds}.ndjson", file_id),
        )
        for line, person in enumerate((person for person in self.people if person.in_register), 1):
            full = None if isinstance(person.birth, int) else person.birth.strftime("%Y%m%d")
            state = "chet" if person.dead_on else person.state
            connection.execute(
                "insert into raw.national_id__records (file_id, line_number, so_dinh_danh, ho_va_ten, ngay_thang_nam_sinh, nam_sinh, gioi_tinh,"
                " trang_thai, ngay_chet, tai_khoan_bin, tai_khoan_so, tai_khoan_ten, cap_nhat_luc)"
                " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
                (file_id, line, person.id_number, person.name, full, str(person.year), "1" if person.sex == "male" else "2", state,
                 person.dead_on.strftime("%Y%m%d") if person.dead_on else None, person.account and person.account[0],
                 person.account and person.account[1], person.account and person.name.upper(), f"2026-10-{self.feeds:02d}T08:00:00+07:00"),
            )  # fmt: skip


def _write_workbook(connection: Any, period: str, commune: str, rows: list[dict[str, Any]]) -> None:
    sha = hashlib.sha256(f"{period}{commune}{[sorted(row.items(), key=str) for row in rows]}".encode()).hexdigest()
    workbook = f"W{sha[:24]}"
    connection.execute(
        "insert into raw.commune__workbooks (workbook_id, commune_code, period, file_name, sha256, size_bytes, received_at, kind, status)"
        " values (%s, %s, %s, 'ds.xlsx', %s, 1, '2026-10-20T08:00+07:00', 'first', 'accepted')",
        (workbook, commune, period, sha),
    )
    for number, row in enumerate(rows, 7):
        row_id = "R" + hashlib.sha256(f"{sha}{number}".encode()).hexdigest()[:24]
        connection.execute(
            "insert into raw.commune__rows (row_id, workbook_id, sheet, row_number, cells) values (%s, %s, 'DS', %s, '{}')",
            (row_id, workbook, number),
        )
        whole = {"row_id": row_id, "workbook_id": workbook, "commune_code": commune, "period": period, "sheet": "DS",
                 "row_number": number, "is_blocked": False, "row_key": row_id, **row}  # fmt: skip
        connection.execute(
            f"insert into raw.commune__readings ({', '.join(whole)}) values ({', '.join(['%s'] * len(whole))})", list(whole.values())
        )


@contextmanager
def _rows(query: str, values: tuple[Any, ...]) -> Iterator[list[dict[str, Any]]]:
    with connect() as connection, connection.cursor(row_factory=dict_row) as cursor:
        yield cursor.execute(query, values).fetchall()  # type: ignore[arg-type]


def lines(person: Person, code: str | None = None) -> list[dict[str, Any]]:
    """The lines of a person (by the number on the list, or in the opening history), paid ones first."""
    query = (
        "select f.* from marts.fct_entitlement f where f.person_id in"
        " (select x.person_id from marts.person_xref x join staging.stg_commune__beneficiary_rows s using (row_id) where s.id_number = %s"
        "  union select h.person_id from intermediate.int_history_persons h where h.id_number = %s"
        "  union select r.person_id from ops.person_record r where r.cccd = %s)"
        " order by f.payable_vnd desc, f.programme_code, f.entitlement_code, f.commune_code"
    )
    with _rows(query, (person.id_number,) * 3) as found:
        return [line for line in found if code is None or line["entitlement_code"] == code]


def line(person: Person, code: str | None = None) -> dict[str, Any]:
    """The only line of a person (and code)."""
    (only,) = lines(person, code)
    return only


def months(entitlement_id: str) -> dict[str, int]:
    """What a line pays, month by month."""
    with _rows(
        "select month, amount_vnd from marts.fct_entitlement_month where entitlement_id = %s and amount_vnd > 0 order by 1",
        (entitlement_id,),
    ) as found:
        return {row["month"]: row["amount_vnd"] for row in found}


def query(text: str, *values: Any) -> list[dict[str, Any]]:
    """Rows of any query as mappings."""
    with _rows(text, values) as found:
        return found
