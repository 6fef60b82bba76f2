"""Land one feed file in `raw`: the file, its records and its problems in one transaction, or the file's rejection alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from ansinh.core.db import copy_rows
from ansinh.identity.feed_lines import UnreadableFile
from ansinh.identity.feed_open import is_xml, read_feed
from ansinh.identity.feed_values import COLUMNS, BrokenRecord, standard_record
from ansinh.identity.feed_words import as_of_file, kind_of_file

MOST_PROBLEMS = 50_000  # kept per file; the counts go on

Connection = psycopg.Connection[tuple[Any, ...]]


@dataclass(slots=True)
class FeedFile:
    """A fetched file: where it lies, its name on the server, its hash and when it was put there."""

    path: Path
    name: str
    sha256: str
    modified_at: datetime

    @property
    def file_id(self) -> str:
        return f"F{self.sha256[:24]}"


@dataclass(slots=True)
class Tally:
    """What one file held. `doubtful` counts records kept with a field left empty."""

    records: int = 0
    broken: int = 0
    doubtful: int = 0
    problems: list[tuple[int, str]] = field(default_factory=list)

    def note(self, line_number: int, code: str) -> None:
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append((line_number, code))


def land_file(connection: Connection, file: FeedFile) -> tuple[str, Tally]:
    """Land the file; returns its status (`accepted`, `partly`, `rejected`, or `repeated` when its bytes were seen) and its tally.

    The caller commits. A second puller of the same bytes waits for the first and then sees `repeated`.
    """
    tally = Tally()
    if not _claim(connection, file):
        return "repeated", tally
    try:
        with connection.transaction():
            copy_rows(connection, "raw.national_id__records", ("file_id", "line_number", *COLUMNS), _records(file, tally))
            if not tally.records:
                raise UnreadableFile("FEED_NO_RECORD")
    except UnreadableFile as error:
        _finish(connection, file, "rejected", error.code, tally)
        return "rejected", Tally(broken=tally.broken)
    status = "partly" if tally.broken else "accepted"
    _finish(connection, file, status, None, tally)
    return status, tally


def _records(file: FeedFile, tally: Tally) -> Iterator[tuple[str | int | datetime | None, ...]]:
    as_of = as_of_file(file.name, file.modified_at)
    has_no_times = is_xml(file.path)
    file_id = file.file_id
    for number, item in read_feed(file.path):
        try:
            if isinstance(item, str):
                raise BrokenRecord(item)
            values, doubts = standard_record(item, as_of)
        except BrokenRecord as error:
            tally.broken += 1
            tally.note(number, error.code)
            continue
        _note_doubts(tally, number, doubts, has_no_times)
        tally.records += 1
        yield (file_id, number, *values)


def _note_doubts(tally: Tally, number: int, doubts: list[str], has_no_times: bool) -> None:
    told = {code for code in doubts if not (has_no_times and code == "FEED_NO_TIME")}
    tally.doubtful += bool(told)
    for code in sorted(told):
        tally.note(number, code)


def _claim(connection: Connection, file: FeedFile) -> bool:
    inserted = connection.execute(
        "insert into raw.national_id__files (file_id, file_name, sha256, kind, status) values (%s, %s, %s, %s, 'rejected') on conflict (sha256) do nothing",
        (file.file_id, file.name, file.sha256, kind_of_file(file.name)),
    )
    return inserted.rowcount == 1


def _finish(connection: Connection, file: FeedFile, status: str, reject_code: str | None, tally: Tally) -> None:
    rows = tally.problems if status != "rejected" else [(0, str(reject_code)), *tally.problems]
    connection.execute(
        "update raw.national_id__files set status = %s, reject_code = %s, records = %s, bad_lines = %s where file_id = %s",
        (status, reject_code, 0 if status == "rejected" else tally.records, tally.broken, file.file_id),
    )
    copy_rows(connection, "ops.feed_problem", ("file_id", "line_number", "code"), ((file.file_id, *problem) for problem in rows))
