"""Find a person's file by name (with or without tones), ID number, account or phone."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any, LiteralString

import psycopg

from ansinh.core import clock
from ansinh.core.db import connect
from ansinh.core.errors import BlockedByData, UsageError
from ansinh.identity.names import fold, name_key, nfc
from ansinh.rules.reference import load
from ansinh.text import say

Connection = psycopg.Connection[tuple[Any, ...]]
MOST = 50

_PEOPLE: LiteralString = """
select distinct on (person.person_id) person.person_id, person.full_name, person.id_number, person.birth_date, person.birth_year, person.sex,
    person.commune_code, person.life_status, person.identity_status, person.valid_from::text
from marts.dim_person person
where person.person_id = any(%s)
order by person.person_id, person.is_current desc, person.valid_from desc
"""

_LINES: LiteralString = """
select xref.person_id, row.row_id, book.file_name, row.sheet, row.row_number, row.commune_code, row.entitlement_code, row.amount_vnd,
    row.payment_channel, row.account_number, row.phone, xref.method, verdict.identity_status, verdict.differs,
    verdict.verified_as_of::text, verdict.register_name, verdict.register_birth, verdict.register_sex, verdict.register_id_number,
    verdict.likely_id_number
from marts.person_xref xref
join staging.stg_commune__beneficiary_rows row using (row_id)
join raw.commune__workbooks book on book.workbook_id = row.workbook_id
join marts.fct_identity_check verdict using (row_id)
where xref.person_id = any(%s)
order by row.commune_code, book.file_name, row.sheet, row.row_number
"""

_BY_NUMBER: LiteralString = """
select person_id from marts.dim_person where id_number = %(term)s
union
select xref.person_id from marts.person_xref xref join staging.stg_commune__beneficiary_rows row using (row_id)
where %(term)s in (row.id_number, row.old_cmnd, row.account_number, row.phone)
union
select person_id from ops.person_record where %(term)s in (cccd, cmnd, phone) or account_key like '%%:' || %(term)s
limit %(most)s
"""

_BY_NAME: LiteralString = """
select person_id from marts.dim_person where name_key = %(key)s
union
select person_id from marts.dim_person where name_key like %(like)s
limit %(most)s
"""


@dataclass(frozen=True, slots=True)
class RegisterSays:
    """The register's verdict on one line. `differs`: full_name, birth, sex, id_number; the values are the register's, None where it is silent."""

    identity_status: str
    differs: tuple[str, ...]
    verified_as_of: str | None
    full_name: str | None
    birth: str | None
    sex: str | None
    id_number: str | None
    likely_id_number: str | None


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One line of this month's lists about the person."""

    row_id: str
    file_name: str
    sheet: str
    row_number: int
    commune_code: str
    entitlement_code: str | None
    amount_vnd: int | None
    channel: str | None
    account_number: str | None
    phone: str | None
    method: str
    register: RegisterSays


@dataclass(frozen=True, slots=True)
class PersonFile:
    """Who a person is and where he stands in this month's lists."""

    person_id: str
    full_name: str
    id_number: str | None
    birth: str | None
    sex: str | None
    commune_code: str
    life_status: str
    identity_status: str
    known_since: str
    lines: list[PersonLine]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def lookup(term: str, *, actor: str, unmasked: bool = False) -> list[PersonFile]:
    """The files of everybody the term fits, at most 50, exact names first; numbers and names are masked unless asked.

    Every look at unmasked data leaves an audit event (who, how many people, never the term). Raises UsageError for an
    empty term, BlockedByData (code NO_MONTH) when no month was published yet, PartnerUnavailable without a warehouse.
    """
    text = nfc(term)
    if len(fold(text)) < 2:
        raise UsageError(say("errors.lookup.nothing_asked"), say("errors.lookup.nothing_asked_fix"))
    with connect() as connection:
        try:
            ids = _ids(connection, text)
            found = _files(connection, ids, exact=name_key(text))
        except (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName) as error:
            raise BlockedByData(
                say("errors.lookup.nothing_published"), say("errors.lookup.nothing_published_fix"), code="NO_MONTH"
            ) from error
        if unmasked and found:
            _audit(connection, actor, len(found))
    return found if unmasked else [masked(person) for person in found]


def _ids(connection: Connection, text: str) -> list[str]:
    digits = re.sub(r"[\s.\-]", "", text)
    if digits.isdigit():
        rows = connection.execute(_BY_NUMBER, {"term": digits, "most": MOST}).fetchall()
    elif re.fullmatch(r"P[0-9a-f]{20}", text):
        rows = [(text,)]
    else:
        key = name_key(text)
        rows = connection.execute(_BY_NAME, {"key": key, "like": f"%{key}%", "most": MOST}).fetchall()
    return [str(row[0]) for row in rows]


def _files(connection: Connection, ids: list[str], *, exact: str) -> list[PersonFile]:
    lines: dict[str, list[PersonLine]] = {person_id: [] for person_id in ids}
    for person_id, *rest in connection.execute(_LINES, (ids,)).fetchall():
        status, differs, *said = rest[-8:]
        values = [*rest[:-8], RegisterSays(status, tuple(differs), *said)]
        lines[person_id].append(PersonLine(*values))
    files = [
        PersonFile(
            person_id, full_name, id_number, f"{born:%d/%m/%Y}" if born else (str(year) if year else None), sex, commune, life, status, since,
            lines[person_id],
        )
        for person_id, full_name, id_number, born, year, sex, commune, life, status, since in connection.execute(_PEOPLE, (ids,)).fetchall()
    ]  # fmt: skip
    return sorted(files, key=lambda person: (name_key(person.full_name) != exact, person.full_name, person.person_id))


def masked(person: PersonFile) -> PersonFile:
    """The same file without what identifies: initials, first and last digits, birth year."""
    return PersonFile(
        person.person_id,
        initials(person.full_name),
        stars(person.id_number, 3, 3),
        person.birth[-4:] if person.birth else None,
        person.sex, person.commune_code, person.life_status, person.identity_status, person.known_since,
        [
            PersonLine(
                line.row_id, line.file_name, line.sheet, line.row_number, line.commune_code, _open_code(line.entitlement_code), line.amount_vnd,
                line.channel, stars(line.account_number, 0, 4), stars(line.phone, 0, 3), line.method, _masked_register(line.register),
            )
            for line in person.lines
        ],
    )  # fmt: skip


def _open_code(code: str | None) -> str | None:
    """A sensitive group (HIV) reads like all social assistance to whoever does not see the whole file."""
    found = next((row for row in load("entitlement_codes") if row["entitlement_code"] == code), None)
    return str(found["programme_code"]) if found and str(found["is_sensitive"]).lower() == "true" else code


def _masked_register(said: RegisterSays) -> RegisterSays:
    return RegisterSays(
        said.identity_status, said.differs, said.verified_as_of, initials(said.full_name) if said.full_name else None,
        said.birth[-4:] if said.birth else None, said.sex, stars(said.id_number, 3, 3), stars(said.likely_id_number, 3, 3),
    )  # fmt: skip


def initials(name: str) -> str:
    """Nguyễn Thị Hoa → N. T. H."""
    return " ".join(f"{word[0]}." for word in name.split())


def stars(number: str | None, head: int, tail: int) -> str | None:
    """079150123456 with head and tail 3 → 079******456."""
    if number is None:
        return None
    if len(number) <= head + tail:
        return "*" * len(number)
    return number[:head] + "*" * (len(number) - head - tail) + number[len(number) - tail :]


def _audit(connection: Connection, actor: str, people: int) -> None:
    """The database numbers and chains the event (trigger of ops.audit_event)."""
    connection.execute(
        "insert into ops.audit_event (seq, at, actor, event, body, prev_hash, hash)"
        " values (0, %s, %s, 'person_looked_up', jsonb_build_object('people', %s::int), '', '')",
        (clock.now(), actor, people),
    )
