"""Which row of a new workbook stands for which row the commune sent before. Pure, no database.

A row is the same line when its row key is the same (ID and entitlement). Where the ID is exactly what was wrong, name,
birth and entitlement say so; where the group was wrong, the same number in the same programme; in our own marked copy
also the place in the sheet. The weaker signs count only where they fit one row on each side.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ansinh.identity.names import name_key

Key = Hashable


@dataclass(frozen=True, slots=True)
class Line:
    """What is needed of a row to find it again. `name` is as read, `birth` the day or month or year as text."""

    row_id: str
    row_key: str
    is_blocked: bool
    id_number: str | None
    name: str | None
    birth: str | None
    programme_code: str | None
    entitlement_code: str | None
    sheet: str = ""
    row_number: int = 0
    origin: str | None = None  # the file the row stands in, as its sender named it


def same_lines(new: Sequence[Line], known: Sequence[Line]) -> dict[str, str]:
    """new row_id → known row_id where both are certainly the same line (row key, or name and birth without contradicting IDs)."""
    found = _pair(new, known, lambda line: line.row_key or None, many=True)
    return _then(found, new, known, name_of, lambda a, b: not (a.id_number and b.id_number and a.id_number != b.id_number))


def replaced_lines(new: Sequence[Line], known: Sequence[Line], answer_to: str | None = None) -> dict[str, str]:
    """new row_id → known row_id it takes the place of, in a workbook already known to be a correction or a full resend.

    `answer_to` is the file name our marked copy was made for: there the same sheet and row counts too, when the two
    rows share name, birth or number.
    """
    found = same_lines(new, known)
    found = _then(found, new, known, name_of, lambda a, b: True)
    found = _then(found, new, known, person_of, lambda a, b: True)
    if answer_to is not None:
        here = [line for line in known if line.origin == answer_to]
        found = _then(found, new, here, lambda line: (line.sheet, line.row_number), _shares_something)
    return found


def effective(pairs: dict[str, str], new: Sequence[Line], known: Sequence[Line]) -> dict[str, str]:
    """The pairs that take effect: a blocked new row replaces nothing that is in force, for what cannot be read corrects nothing."""
    in_force = {line.row_id for line in known if not line.is_blocked}
    blocked = {line.row_id for line in new if line.is_blocked}
    return {ours: theirs for ours, theirs in pairs.items() if not (ours in blocked and theirs in in_force)}


def name_of(line: Line) -> Key | None:
    """Name, birth and entitlement, where name and birth are known."""
    return (_folded(line.name), line.birth, line.entitlement_code) if line.name and line.birth else None


def person_of(line: Line) -> Key | None:
    """Number and programme, where both are known."""
    return (line.id_number, line.programme_code) if line.id_number and line.programme_code else None


def birth_text(day: str | None, month: int | None, year: int | None) -> str | None:
    """The birth of a line: the day, else month and year, else the year."""
    if day:
        return day
    return f"{year}-{month:02d}" if year and month else str(year) if year else None


def _shares_something(a: Line, b: Line) -> bool:
    names = (_folded(a.name or ""), _folded(b.name or ""))
    return any(x and x == y for x, y in ((a.id_number, b.id_number), names, (a.birth, b.birth)))


@lru_cache(maxsize=50_000)
def _folded(name: str) -> str:
    return name_key(name)


def _then(
    found: dict[str, str],
    new: Sequence[Line],
    known: Sequence[Line],
    key: Callable[[Line], Key | None],
    agree: Callable[[Line, Line], bool],
) -> dict[str, str]:
    """Add pairs among the rows not paired so far."""
    taken = set(found.values())
    rest_new = [line for line in new if line.row_id not in found]
    rest_known = [line for line in known if line.row_id not in taken]
    by_id = {line.row_id: line for line in (*rest_new, *rest_known)}
    more = _pair(rest_new, rest_known, key, many=False)
    return found | {ours: theirs for ours, theirs in more.items() if agree(by_id[ours], by_id[theirs])}


def _pair(new: Sequence[Line], known: Sequence[Line], key: Callable[[Line], Key | None], *, many: bool) -> dict[str, str]:
    """Pair rows of the same key in order; with `many` false only where each side has exactly one."""
    ours, theirs = _grouped(new, key), _grouped(known, key)
    pairs: dict[str, str] = {}
    for value in ours.keys() & theirs.keys():
        left, right = ours[value], theirs[value]
        if many or (len(left) == 1 and len(right) == 1):
            pairs.update(zip(left, right, strict=False))
    return pairs


def _grouped(lines: Iterable[Line], key: Callable[[Line], Key | None]) -> dict[Key, list[str]]:
    groups: dict[Key, list[str]] = defaultdict(list)
    for line in lines:
        value = key(line)
        if value is not None:
            groups[value].append(line.row_id)
    return groups
