"""Read one workbook: open it safely, find its tables, understand every row, judge the whole.

Pure: the same bytes, name, period and commune give the same reading. No database, no network, no clock.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from ansinh.core.period import Period
from ansinh.intake import legacy, whose
from ansinh.intake.assemble import read_rows
from ansinh.intake.body import Body, read_body
from ansinh.intake.columns import settle
from ansinh.intake.groups import by_words
from ansinh.intake.header import SEARCH_ROWS, Header, find_header
from ansinh.intake.marker import original_name
from ansinh.intake.model import Problem, SheetRow, WorkbookReading
from ansinh.intake.months import of_this_month, said
from ansinh.intake.open import Grid, Opened, open_bytes
from ansinh.intake.questions import open_questions
from ansinh.intake.ready import can_be_packed, decoded_for_body, padded, tell_error_cells
from ansinh.intake.settled import FIELD_NAMES, Settled, letter
from ansinh.intake.sniff import MAX_BYTES, Refused
from ansinh.intake.table import Table, problem
from ansinh.intake.title import Title, full_period, kind_words, month_of_file_name, read_title
from ansinh.intake.twice import mark_repeats

#: Told by values alone, these are shown to the sender: whom money goes to, where, and how much.
_MONEY_GOES_BY = {"full_name", "account_number", "amount"}
Layouts = Mapping[str, Mapping[str, str]]


def read_workbook(
    path: Path,
    *,
    file_name: str | None = None,
    period: Period | None = None,
    commune_code: str | None = None,
    layouts: Layouts | None = None,
    by_column: bool = False,
) -> WorkbookReading:
    """Judge one file; never raises for what is in it. `layouts` are confirmed mappings: header key → {column letter: field}.

    `by_column`: whoever asks wants to pack the rows column by column, so `columns` are kept and `cells` may be left empty.
    """
    with path.open("rb") as file:
        data = file.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            size = path.stat().st_size
            refused = Refused("FILE_TOO_BIG", size_mb=size // 1_000_000, limit_mb=MAX_BYTES // 1_000_000)
            digest = hashlib.sha256(data)
            while chunk := file.read(1 << 20):
                digest.update(chunk)
            return _rejected(WorkbookReading(file_name or path.name, digest.hexdigest(), size), refused.code, **refused.params)
    return read_bytes(data, file_name or path.name, period=period, commune_code=commune_code, layouts=layouts, by_column=by_column)


def read_bytes(
    data: bytes,
    file_name: str,
    *,
    period: Period | None = None,
    commune_code: str | None = None,
    layouts: Layouts | None = None,
    by_column: bool = False,
) -> WorkbookReading:
    """The same for a file already in memory."""
    reading = WorkbookReading(file_name, hashlib.sha256(data).hexdigest(), len(data))
    try:
        opened = open_bytes(data, file_name)
        reader = _Reader(reading, opened, period, commune_code, layouts or {})
        reader.by_column = by_column and can_be_packed(opened)
        return reader.read()
    except Refused as refused:
        return _rejected(reading, refused.code, **refused.params)


def _rejected(reading: WorkbookReading, code: str, **params: str | int) -> WorkbookReading:
    reading.status, reading.reject_code = "rejected", code
    reading.problems.insert(0, problem(code, "", **params))
    return reading


class _Reader:
    """One workbook on its way from sheets to rows."""

    def __init__(self, reading: WorkbookReading, opened: Opened, period: Period | None, commune_code: str | None, layouts: Layouts) -> None:
        self.by_column = False
        self.reading, self.opened, self.run, self.commune_code, self.layouts = reading, opened, period, commune_code, layouts
        self.questions: list[Problem] = []
        self.encodings: list[str] = []
        self.letters: dict[str, dict[str, str]] = {}
        self.titles: list[Title] = []
        self.declared: list[int] = []
        self.headers: dict[int, tuple[Header, Title, str] | None] = {}

    def read(self) -> WorkbookReading:
        reading = self.reading
        reading.problems = [problem(code, "", **params) for code, params in self.opened.notes]
        sheets = self._sheets()
        tables, notes = of_this_month([(grid, *found) for grid in sheets if (found := self._header(grid)) is not None], self.run)
        reading.problems += notes
        if tables:
            reading.problems += [problem("SHEET_SKIPPED", where=grid.name) for grid in sheets if grid.rows and self._header(grid) is None]
        reading.kind_words = kind_words(original_name(reading.file_name) or reading.file_name)
        self._title(tables)
        if not tables:
            return _rejected(reading, "NO_HEADER", rows=SEARCH_ROWS)
        for grid, header, title, top_encoding in tables:
            self._table(grid, header, title, top_encoding)
        return self._finish(tables[0][1])

    def _sheets(self) -> list[Grid]:
        """The sheets worth reading: visible ones, hidden ones only when nothing else is a list; repeats once."""
        grids = self.opened.grids
        reading = self.reading
        reading.is_our_answer = whose.is_our_answer(self.opened, reading.file_name)
        if reading.is_our_answer:
            grids = whose.without_our_sheets(grids)
        visible = [grid for grid in grids if grid.is_visible]
        if any(self._header(grid) for grid in visible):
            for grid in grids:
                if not grid.is_visible:
                    reading.problems.append(problem("HIDDEN_SHEET_SKIPPED", where=grid.name))
            grids = visible
        kept: list[Grid] = []
        for grid in grids:
            twin = next((other for other in kept if grid.rows and other.rows == grid.rows), None)
            if twin is None:
                kept.append(grid)
            else:
                reading.problems.append(problem("SHEET_REPEATED", where=grid.name, other=twin.name))
        return kept

    def _header(self, grid: Grid) -> tuple[Header, Title, str] | None:
        """The header of a sheet with the title above it; text of old encodings is decoded for the search."""
        if id(grid) in self.headers:
            return self.headers[id(grid)]
        rows, encoding = grid.rows, "Unicode"
        top = [cell for row in rows[: SEARCH_ROWS + 3] for cell in row if cell.__class__ is str]
        if legacy.looks_legacy("\n".join(top)):
            encoding = legacy.decide(dict.fromkeys(top), self.opened.font_hint)
            if encoding != "Unicode":
                memo = {text: legacy.convert(text, encoding) for text in dict.fromkeys(top)}
                rows = [[memo[cell] if cell.__class__ is str else cell for cell in row] for row in rows[: SEARCH_ROWS + 3]]
        header = find_header(rows, grid.merged)
        found = None
        if header is not None:
            lines = [cell for row in rows[: header.first] for cell in row if isinstance(cell, str) and cell.strip()]
            found = header, read_title(lines, grid.name), encoding
        self.headers[id(grid)] = found
        return found

    def _title(self, tables: list[tuple[Grid, Header, Title, str]]) -> None:
        reading = self.reading
        self.titles = [title for _, _, title, _ in tables]
        for title in self.titles:
            reading.kind_words = reading.kind_words or title.kind_words
        month = next((title.period for title in self.titles if title.period), None) or month_of_file_name(
            original_name(reading.file_name) or reading.file_name
        )
        reading.period = full_period(month, self.run) if month else self.run

    def _table(self, grid: Grid, header: Header, title: Title, top_encoding: str) -> None:
        reading = self.reading
        if title.is_leavers:
            reading.problems.append(problem("LEAVERS_SHEET", where=grid.name))
            return
        rows = padded(grid, header)
        decoded = decoded_for_body(rows, header, top_encoding)
        mapping = settle(header, decoded[header.last + 1 :], self.layouts.get(header.key))
        columns = {letter(position): name for name, position in mapping.columns.items()}
        if mapping.given_name is not None:
            columns.setdefault(letter(mapping.given_name), "given_name")
        self.letters[grid.name] = {name: column for column, name in columns.items()}
        reading.layout[grid.name] = {
            "header_rows": [grid.numbers[row] for row in range(header.first, header.last + 1)],
            "header_key": header.key,
            "columns": dict(sorted(columns.items(), key=lambda item: (len(item[0]), item[0]))),
        }
        already = len(self.questions)
        self._ask(grid, header, mapping, title)
        no_group = any(question.code == "MISSING_COLUMN" for question in self.questions[already:])
        if asked := open_questions(mapping, header, rows, group_is_missing=no_group):
            reading.layout[grid.name]["questions"] = asked
        if "full_name" not in mapping.columns:
            return
        body = read_body(decoded, header, mapping)
        table = Table(
            grid.name,
            [rows[position] for position in body.positions],
            [grid.numbers[position] for position in body.positions],
            mapping.columns,
            self.reading.period,
            self.opened.is_1904 and self.opened.kind != "text",
            self.opened.font_hint,
            top_encoding,
            account_heading=header.labels[mapping.columns["account_number"]] if "account_number" in mapping.columns else "",
        )
        if body.leavers:
            reading.problems.append(problem("LEAVERS_SECTION", grid.name, where=grid.name, count=body.leavers))
        headings = [body.headings.get(position, "") for position in body.positions]
        found, by_column = read_rows(
            table, headings, _group_of_title(title), title.in_thousands, mapping.given_name, by_column=self.by_column
        )
        if self.by_column and found:
            reading.columns.append(by_column)
        tell_error_cells(grid, table, found)
        self._notes(grid, header, table, mapping, title)
        reading.rows += found
        self._totals(body, found, title)

    def _ask(self, grid: Grid, header: Header, mapping: Settled, title: Title) -> None:
        for name, positions in mapping.questions:
            columns = ", ".join(f"{letter(p)} «{header.labels[p]}»" for p in positions)
            self.questions.append(problem("MAPPING_UNSURE", grid.name, where=grid.name, field=FIELD_NAMES.get(name, name), columns=columns))
        for name, position in mapping.by_content:
            code = "KEY_COLUMN_BY_CONTENT" if name in _MONEY_GOES_BY else "COLUMN_BY_CONTENT"
            told = {"column": letter(position), "header": header.labels[position], "field": FIELD_NAMES.get(name, name)}
            self.reading.problems.append(problem(code, grid.name, **told))
        asked = {name for name, _ in mapping.questions}
        names = set(mapping.columns) | asked
        if not names & {"group_words", "group_code"} and not _group_of_title(title) and not names & {"coefficient", "amount"}:
            self.questions.append(problem("MISSING_COLUMN", grid.name, where=grid.name, field="Đối tượng"))
        for name, others in (
            ("id_number", {"id_number"}),
            ("birth", {"birth", "birth_male", "birth_year"}),
            ("amount", {"amount", "coefficient"}),
        ):
            if not names & others:
                self.reading.problems.append(problem("COLUMN_ABSENT", grid.name, where=grid.name, field=FIELD_NAMES[name]))

    def _notes(self, grid: Grid, header: Header, table: Table, mapping: Settled, title: Title) -> None:
        problems = self.reading.problems
        problems += table.notes
        self.encodings.append(table.encoding if table.encoding != "Unicode" else "NFD" if table.is_nfd else "Unicode")
        if table.encoding != "Unicode":
            problems.append(problem("LEGACY_TEXT", grid.name, where=grid.name, encoding=table.encoding))
        if grid.facts.hidden_rows:
            problems.append(problem("HIDDEN_ROWS", grid.name, where=grid.name, count=grid.facts.hidden_rows))
        if grid.facts.hidden_columns:
            problems.append(problem("HIDDEN_COLUMNS", grid.name, where=grid.name))
        if title.in_thousands:
            problems.append(problem("UNIT_THOUSANDS", grid.name, where=grid.name))

    def _totals(self, body: Body, rows: list[SheetRow], title: Title) -> None:
        read = sum(row.reading.amount_vnd or 0 for row in rows)
        declared = body.declared(read)
        self.reading.read_total_vnd += read
        if declared is None:
            return
        declared *= 1000 if title.in_thousands else 1
        with_arrears = read + sum(row.reading.declared_arrears_vnd or 0 for row in rows)
        self.declared.append(declared)
        if declared not in (read, with_arrears) and declared * 1000 != read:
            sheet = rows[0].sheet if rows else ""
            self.reading.problems.append(
                problem("TOTALS_DIFFER", sheet, declared=_dots(declared), read=_dots(read), difference=_dots(abs(declared - read)))
            )

    def _finish(self, header: Header) -> WorkbookReading:
        reading = self.reading
        reading.encoding = self.opened.encoding or next((e for e in self.encodings if e != "Unicode"), None) or "Unicode"
        if self.opened.kind == "text" and any(e not in ("Unicode", "NFD") for e in self.encodings):
            reading.encoding = next(e for e in self.encodings if e not in ("Unicode", "NFD"))
        reading.declared_total_vnd = sum(self.declared) if self.declared else None
        mark_repeats(reading.rows, self.letters)
        self.questions += whose.wrong_commune(self.titles, self.commune_code)
        if not reading.rows and not self.questions:
            return _rejected(reading, "NO_ROWS", row=header.last + 1)
        if self.run is not None and reading.period is not None and reading.period != self.run:
            return self._other_month(reading.period, self.run)
        if self.questions:
            reading.status, reading.reject_code = "held", self.questions[0].code
            reading.problems = self.questions + reading.problems
        elif any(p.severity == "block" for row in reading.rows if row.problems for p in row.problems):
            reading.status = "partly"
        return reading

    def _other_month(self, found: Period, run: Period) -> WorkbookReading:
        reading = self.reading
        params = {"found": said(found), "expected": said(run)}
        if found < run:
            reading.rows, reading.problems = [], []
            return _rejected(reading, "WRONG_MONTH", **params)
        reading.status, reading.reject_code = "held", "FUTURE_MONTH"
        reading.problems.insert(0, problem("FUTURE_MONTH", "", **params))
        return reading


def _group_of_title(title: Title) -> str:
    """The title or sheet name that names one group for the whole list, '' when none does."""
    return next((line for line in title.group_lines if by_words(line)), "")


def _dots(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")
