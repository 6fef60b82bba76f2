"""What reading one workbook yields: rows as sent, rows as understood, problems, totals.

Everything here is plain data: no file handles, no database, safe to send between processes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from ansinh.core.period import Period

Severity = Literal["block", "look", "note"]
Status = Literal["accepted", "partly", "rejected", "held"]
Precision = Literal["day", "month", "year"]
Sex = Literal["male", "female"]
Channel = Literal["bank", "cash", "home", "wallet"]
KindWords = Literal["correction", "supplement"]

#: Problems that block only the account (its line is later held without a channel): the row itself stays in.
ACCOUNT_ONLY = frozenset({"ACCOUNT_IS_CARD", "ACCOUNT_SHAPE"})


@dataclass(slots=True)
class Problem:
    """One thing wrong in one place. `row_number` and `cell` are what Excel shows; None = the whole workbook."""

    sheet: str
    row_number: int | None
    column_name: str | None
    cell: str | None
    code: str
    severity: Severity
    params: dict[str, str | int] = field(default_factory=dict)

    @property
    def blocks_row(self) -> bool:
        """Whether the row stays out of staging because of this problem."""
        return self.severity == "block" and self.code not in ACCOUNT_ONLY


@dataclass(slots=True)
class Reading:
    """How one row was understood: the content columns of `raw.commune__readings`, same names. Unknown is None.

    Money is whole đồng; `entitled_from` is `YYYY-MM`; `row_key` is what a later correction of the same line shares.
    """

    is_blocked: bool = False
    row_key: str = ""
    full_name: str | None = None
    id_number: str | None = None
    id_type: Literal["cccd", "cmnd"] | None = None
    old_cmnd: str | None = None
    birth_date: date | None = None
    birth_year: int | None = None
    birth_month: int | None = None
    birth_date_precision: Precision | None = None
    sex: Sex | None = None
    programme_code: str | None = None
    entitlement_code: str | None = None
    group_is_unsure: bool = False
    coefficient: Decimal | None = None
    amount_vnd: int | None = None
    declared_arrears_vnd: int | None = None
    bank_bin: str | None = None
    account_number: str | None = None
    account_name: str | None = None
    payment_channel: Channel | None = None
    channel_is_inferred: bool = False
    payee_name: str | None = None
    payee_id_number: str | None = None
    payee_relation: str | None = None
    mandate_until: date | None = None
    phone: str | None = None
    hamlet: str | None = None
    address: str | None = None
    decided_on: date | None = None
    entitled_from: str | None = None
    certified_on: date | None = None
    children_count: int | None = None
    subject_id_number: str | None = None
    moved_from: str | None = None
    note: str | None = None


@dataclass(slots=True)
class SheetRow:
    """One beneficiary row: the sender's cells as text (column letter → text), its reading and its problems."""

    sheet: str
    row_number: int
    cells: dict[str, str]
    reading: Reading
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class SheetColumns:
    """The same rows of one sheet column by column, the way a warehouse takes them.

    `cells` are (letter, texts), `contents` the columns of `Reading` in its order; `is_blocked` there is the rows' to tell.
    """

    cells: list[tuple[str, Sequence[str]]]
    contents: list[Sequence[Any]]


@dataclass(slots=True)
class WorkbookReading:
    """One workbook, judged. `problems` are about the whole workbook; row problems sit on the rows.

    `layout` is JSON-able: {sheet name: {"header_rows": [6, 7], "header_key": "…", "columns": {"B": "full_name", …}}}.
    `columns` hold the rows of each sheet once more where the reader was asked to; they do not travel.
    `status` is `held` when a question is open (`reject_code` names it), `rejected` when nothing can be read.
    """

    file_name: str
    sha256: str
    size_bytes: int
    encoding: str | None = None
    layout: dict[str, Any] = field(default_factory=dict)
    period: Period | None = None
    kind_words: KindWords | None = None
    is_our_answer: bool = False
    status: Status = "accepted"
    reject_code: str | None = None
    rows: list[SheetRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    declared_total_vnd: int | None = None
    read_total_vnd: int = 0
    columns: list[SheetColumns] = field(default_factory=list, compare=False, repr=False)

    def all_problems(self) -> list[Problem]:
        """Workbook problems first, then row problems in row order."""
        return self.problems + [problem for row in self.rows for problem in row.problems]
