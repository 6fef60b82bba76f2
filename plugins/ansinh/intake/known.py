"""What the warehouse already knows of one commune: the workbooks it has sent, and its rows of the period still in force or in question."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import psycopg

from ansinh.intake.match import Line, birth_text, name_of, person_of

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(slots=True)
class Seen:
    """A workbook of the commune in the warehouse."""

    workbook_id: str
    sha256: str
    period: str
    status: str
    kind: str | None


@dataclass(slots=True)
class Commune:
    """One commune in one period while its workbooks land. `lines` are its rows nobody has replaced, blocked ones included."""

    code: str
    period: str
    is_known: bool
    seen: dict[str, Seen] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)
    _lines: dict[str, Line] = field(default_factory=dict)
    _added: list[Sequence[Line]] = field(default_factory=list)
    _index: dict[Hashable, set[str]] = field(default_factory=dict)
    _not_indexed: list[str] = field(default_factory=list)

    def add(self, lines: Sequence[Line]) -> None:
        """Rows that are now in force (or blocked, and in question). They are looked at when somebody first asks: most months nobody does."""
        if lines:
            self._added.append(lines)

    @property
    def has_lines(self) -> bool:
        """Whether any row is in force or in question; looks at none."""
        return bool(self._lines or self._added)

    @property
    def lines(self) -> dict[str, Line]:
        """row_id → row, in landing order."""
        for added in self._added:
            self._lines.update((line.row_id, line) for line in added)
            self._not_indexed += [line.row_id for line in added]
        self._added.clear()
        return self._lines

    def forget(self, row_ids: Iterable[str]) -> None:
        """Rows that were replaced or withdrawn."""
        for row_id in row_ids:
            for key in _keys(self.lines.pop(row_id)):
                self._index.get(key, set()).discard(row_id)

    def candidates(self, new: Iterable[Line], answer_to: str | None = None) -> list[Line]:
        """Every known row that shares any key with a new one (or stands in the file `answer_to`), in landing order."""
        lines = self.lines
        for row_id in self._not_indexed:
            for key in _keys(lines[row_id]) if row_id in lines else ():
                self._index.setdefault(key, set()).add(row_id)
        self._not_indexed.clear()
        found = {row_id for line in new for key in _keys(line) for row_id in self._index.get(key, ())}
        return [line for line in lines.values() if line.row_id in found or (answer_to is not None and line.origin == answer_to)]

    def same_bytes(self, sha256: str) -> Seen | None:
        """An earlier workbook of the commune with these bytes that was not refused."""
        return next((seen for seen in self.seen.values() if seen.sha256 == sha256 and seen.status not in ("rejected", "duplicate")), None)

    @property
    def has_list(self) -> bool:
        """Whether a first list or a resend of it is in force for the period."""
        return any(
            s.period == self.period and s.kind in ("first", "full_resend") and s.status in ("accepted", "partly")
            for s in self.seen.values()
        )


def load_commune(connection: Connection, code: str, period: str, *, is_known: bool, arriving: list[str]) -> Commune:
    """Read the commune's state; `arriving` are the SHA-256 of what is about to land."""
    commune = Commune(code, period, is_known)
    found = connection.execute(
        "select workbook_id, sha256, period, status, kind from raw.commune__workbooks where commune_code = %s and reread_requested_at is null",
        (code,),
    )
    commune.seen = {row[0]: Seen(*row) for row in found}
    found = connection.execute(
        "select sha256 from raw.commune__workbooks where sha256 = any(%s) and commune_code <> %s and status in ('accepted', 'partly', 'held')",
        (arriving, code),
    )
    commune.elsewhere = {row[0] for row in found}
    if any(seen.period == period and seen.status in ("accepted", "partly") for seen in commune.seen.values()):
        commune.add([_known_line(*row) for row in connection.execute(_LINES, (period, code))])
    return commune


_COLUMNS = """
    select r.row_id, r.row_key, r.is_blocked, r.id_number, r.full_name, r.birth_date::text, r.birth_month, r.birth_year,
        r.programme_code, r.entitlement_code, r.sheet, r.row_number, w.file_name
    from raw.commune__readings r
    join raw.commune__workbooks w using (workbook_id)
"""
_LINES = f"""
    {_COLUMNS}
    where w.period = %s and w.commune_code = %s and w.status in ('accepted', 'partly')
        and not exists (select 1 from raw.commune__retired_rows t where t.row_id = r.row_id)
    order by w.collected_at, r.workbook_id, r.sheet, r.row_number
"""


def confirmed_layouts(connection: Connection, codes: list[str]) -> dict[str, dict[str, dict[str, str]]]:
    """Mappings a person confirmed, for the reader: commune → header key → {column letter: field}."""
    found = connection.execute(
        "select commune_code, header_key, mapping from ops.commune_layout where commune_code = any(%s) and confirmed_by is not null",
        (codes,),
    )
    layouts: dict[str, dict[str, dict[str, str]]] = {}
    for code, key, mapping in found:
        layouts.setdefault(code, {})[key] = mapping
    return layouts


def landed_lines(connection: Connection, workbook_id: str) -> list[Line]:
    """The rows of one workbook that are already in the warehouse (a held one, when its question is answered)."""
    found = connection.execute(f"{_COLUMNS} where r.workbook_id = %s order by r.sheet, r.row_number", (workbook_id,))
    return [_known_line(*row) for row in found]


def _known_line(
    row_id: str,
    row_key: str,
    is_blocked: bool,
    id_number: str | None,
    full_name: str | None,
    birth_date: str | None,
    birth_month: int | None,
    birth_year: int | None,
    programme: str | None,
    entitlement: str | None,
    sheet: str,
    row_number: int,
    origin: str,
) -> Line:
    birth = birth_text(birth_date, birth_month, birth_year)
    return Line(row_id, row_key, is_blocked, id_number, full_name, birth, programme, entitlement, sheet, row_number, origin)


def _keys(line: Line) -> Iterator[Hashable]:
    """All by which a row can be found again, told apart by a letter."""
    if line.row_key:
        yield "k", line.row_key
    for letter, key in (("n", name_of(line)), ("p", person_of(line))):
        if key is not None:
            yield letter, key
