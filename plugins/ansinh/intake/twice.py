"""The same identity number twice in one list: one person listed twice, or somebody else's number."""

from __future__ import annotations

from ansinh.identity.id_number import contradictions
from ansinh.identity.names import name_key
from ansinh.intake.model import Problem, Reading, SheetRow
from ansinh.intake.table import severity_of


def mark_repeats(rows: list[SheetRow], columns: dict[str, dict[str, str]]) -> None:
    """Write down repeats over all sheets of a workbook. `columns` maps a sheet to {field: column letter}.

    Name (without tones) or birth agree: one person, a `look` on the later row. Otherwise the row that the number's sex or
    year contradicts is blocked; where that does not decide, all rows get a `look` and the register will tell.
    """
    by_id: dict[str, list[SheetRow]] = {}
    without_id: dict[tuple[object, ...], SheetRow] = {}
    for row in rows:
        number = row.reading.id_number
        if number is not None:
            by_id.setdefault(number, []).append(row)
        elif row.reading.full_name and row.reading.birth_year:
            reading = row.reading
            key = (
                name_key(reading.full_name or ""),
                reading.birth_year,
                reading.birth_date,
                reading.entitlement_code,
                reading.subject_id_number,
            )
            first = without_id.setdefault(key, row)
            if first is not row:
                _add(row, columns, "full_name", "ROW_REPEATED", other=_place(first, row))
    for number, group in by_id.items():
        if len(group) > 1:
            _judge(number, group, columns)


def _judge(number: str, group: list[SheetRow], columns: dict[str, dict[str, str]]) -> None:
    people: list[list[SheetRow]] = []
    for row in group:
        same = next((person for person in people if _one_person(person[0].reading, row.reading)), None)
        if same is None:
            people.append([row])
        else:
            _add(row, columns, "id_number", "ID_TWICE_SAME_PERSON", value=number, other=_place(same[0], row))
            same.append(row)
    if len(people) == 1:
        return
    wrong = [person for person in people if _contradicted(number, person[0].reading)]
    decided = 0 < len(wrong) < len(people)
    for person in people:
        other = next(p[0] for p in people if p is not person and (not decided or (p in wrong) != (person in wrong)))
        for row in person:
            if decided and person in wrong:
                _add(row, columns, "id_number", "ID_TWICE_WRONG_HERE", value=number, other=_place(other, row))
                row.reading.is_blocked = True
            elif not decided or len(people) - len(wrong) > 1:
                _add(row, columns, "id_number", "ID_TWICE_UNDECIDED", value=number, other=_place(other, row))


def _one_person(left: Reading, right: Reading) -> bool:
    if left.full_name and right.full_name and name_key(left.full_name) == name_key(right.full_name):
        return True
    if left.birth_date and right.birth_date:
        return left.birth_date == right.birth_date
    return False


def _contradicted(number: str, reading: Reading) -> bool:
    if len(number) != 12:
        return False
    return bool(set(contradictions(number, reading.sex, reading.birth_year)) & {"ID_SEX_DIFFERS", "ID_YEAR_DIFFERS"})


def _place(other: SheetRow, here: SheetRow) -> str:
    place = f"dòng {other.row_number}"
    return place if other.sheet == here.sheet else f"{place} trang «{other.sheet}»"


def _add(row: SheetRow, columns: dict[str, dict[str, str]], name: str, code: str, **params: str | int) -> None:
    column = columns.get(row.sheet, {}).get(name)
    cell = (f"{column}{row.row_number}" if row.sheet else column) if column else None
    row.problems.append(Problem(row.sheet, row.row_number, name, cell, code, severity_of(code), params))
