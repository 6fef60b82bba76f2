"""Answer each workbook once: the sender's own file back, marked, in the commune's `returned` folder.

The name is chosen and committed before the file is put, so a run that dies in between goes on with the same answer
instead of giving a second one. An answer goes only to its sender: it holds people's data.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import paramiko
import psycopg

from ansinh.core.clock import now
from ansinh.core.db import connect
from ansinh.core.errors import PartnerUnavailable
from ansinh.core.period import Period
from ansinh.core.remote import endpoint, open_sftp
from ansinh.core.remote_files import NameTaken, fetch, list_files, put_atomic
from ansinh.core.settings import load_settings
from ansinh.core.spool import spool
from ansinh.intake.answer_facts import Unanswered, load_problems, unanswered
from ansinh.intake.arrivals import INCOMING, MOST_BYTES
from ansinh.intake.mark import can_be_opened
from ansinh.intake.mark_pool import MarkerPool
from ansinh.intake.marker import answer_name, original_name
from ansinh.rules.reference import load
from ansinh.text import say

RETURNED = "returned"
WORKERS = 2  # one marks while the other talks to the server
_TRIES = 50
_UNFINISHED = re.compile(r"^\..+\.ketqua\.xlsx\.[0-9a-f]{6}\.tmp$", re.DOTALL)
log = logging.getLogger(__name__)
Connection = psycopg.Connection[tuple[Any, ...]]


def answer_communes(period: str, communes: list[str]) -> dict[str, int]:
    """Answer every workbook of these communes that has no answer yet. Returns counts only: answered, in_place, rebuilt, short, failed.

    Raises UsageError, PartnerUnavailable (server or warehouse away; the next call goes on where this one stopped).
    """
    Period.parse(period)
    names = _commune_names()
    codes = sorted(set(communes))
    shares = [share for start in range(WORKERS) if (share := codes[start::WORKERS])]
    with ThreadPoolExecutor(WORKERS) as desks:
        counts = sum(desks.map(lambda share: _answer_share(period, share, names), shares), Counter[str]())
    if counts["failed"] and not counts["answered"]:
        raise PartnerUnavailable(say("answer.none_put"), say("answer.none_put_fix"))
    return dict(counts)


def _answer_share(period: str, codes: list[str], names: dict[str, str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    try:
        with (
            spool("answers") as folder,
            MarkerPool() as marker,
            connect(autocommit=True) as connection,
            open_sftp(endpoint("ansinh_communes")) as sftp,
        ):
            for code in codes:
                desk = _Desk(connection, sftp, marker, folder, code, counts)
                desk.answer_all(period, names.get(code))
    except psycopg.OperationalError as error:
        raise PartnerUnavailable(say("answer.database_gone"), say("answer.database_gone_fix")) from error
    return counts


def _commune_names() -> dict[str, str]:
    system = load_settings().communes.code_system
    return {row["commune_code"]: row["name_vi"] for row in load("communes") if row["code_system"] == system}


class _Desk:
    """One commune while its answers are written."""

    def __init__(
        self, connection: Connection, sftp: paramiko.SFTPClient, marker: MarkerPool, folder: Path, code: str, counts: Counter[str]
    ) -> None:
        self.connection, self.sftp, self.marker, self.folder, self.code, self.counts = connection, sftp, marker, folder, code, counts
        self.taken: set[str] = set()

    def answer_all(self, period: str, commune_name: str | None) -> None:
        """Under the commune's lock, so two answerers do not write the same answer twice."""
        lock = (f"ansinh.answer.{self.code}",)
        self.connection.execute("select pg_advisory_lock(hashtextextended(%s, 0))", lock)
        try:
            waiting = unanswered(self.connection, period, self.code, commune_name)
            if waiting:
                self._open_returned()
            for item in waiting:
                item.answer.problems = load_problems(self.connection, item.answer.workbook_id)
                self._answer(item)
        finally:
            self.connection.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", lock)

    def _open_returned(self) -> None:
        where = f"{self.code}/{RETURNED}"
        try:
            self.sftp.stat(where)
        except FileNotFoundError:
            self.sftp.mkdir(where)
        for file in list_files(self.sftp, where, finished_only=False):
            if _UNFINISHED.match(file.name):
                self.sftp.remove(file.path)  # we hold the lock: its writer is dead
            else:
                self.taken.add(file.name)

    def _answer(self, item: Unanswered) -> None:
        name = item.answer_file_name or self._choose_name(item)
        if item.answer_file_name is None or name not in self.taken:  # else an earlier run put it and died before noting so
            marked = self.folder / "marked.xlsx"
            try:
                self._make(item, marked)
                name = self._put(item, marked, name)
            except (PartnerUnavailable, NameTaken):
                log.warning("an answer to commune %s could not be put", self.code)
                self.counts["failed"] += 1
                return
            finally:
                marked.unlink(missing_ok=True)
        self.connection.execute(
            "update raw.commune__workbooks set answered_at = %s where workbook_id = %s", (now(), item.answer.workbook_id)
        )
        self.taken.add(name)
        self.counts["answered"] += 1

    def _choose_name(self, item: Unanswered) -> str:
        """Two files of one name may be answered in the same second: the later answer takes the next free one."""
        at = now()
        name = answer_name(item.answer.file_name, at)
        while name in self.taken:
            at += timedelta(seconds=1)
            name = answer_name(item.answer.file_name, at)
        self.connection.execute(
            "update raw.commune__workbooks set answer_file_name = %s where workbook_id = %s", (name, item.answer.workbook_id)
        )
        return name

    def _make(self, item: Unanswered, marked: Path) -> None:
        source = self._fetch_again(item) if can_be_opened(item.answer) and self._shows_something(item) else None
        way = self.marker.mark(source, item.answer, item.layout, marked)
        self.counts[way] += 1
        if source is not None:
            source.unlink(missing_ok=True)

    def _shows_something(self, item: Unanswered) -> bool:
        """A superseded list and one without anything to mark get the first sheet alone; our own marked copy loses its marks."""
        if item.answer.status == "superseded":
            return False
        is_clean = all(problem.severity == "note" for problem in item.answer.problems)
        return not is_clean or original_name(item.answer.file_name) is not None

    def _fetch_again(self, item: Unanswered) -> Path | None:
        """The file as it was judged, or None when its sender has replaced or removed it."""
        local = self.folder / "original"
        try:
            fetched = fetch(self.sftp, f"{self.code}/{INCOMING}/{item.answer.file_name}", local, at_most=MOST_BYTES)
        except (PartnerUnavailable, FileNotFoundError, PermissionError, ValueError):
            return None
        return local if fetched.sha256 == item.sha256 else None

    def _put(self, item: Unanswered, marked: Path, name: str) -> str:
        for _ in range(_TRIES):
            try:
                put_atomic(self.sftp, marked, f"{self.code}/{RETURNED}", name, mark=secrets.token_hex(3))
            except NameTaken:
                self.taken.add(name)
                name = self._choose_name(item)
            else:
                return name
        raise NameTaken(say("answer.names_taken"), say("answer.names_taken_fix"), code="NAME_TAKEN")
