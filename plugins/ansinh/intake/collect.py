"""Collect the communes' workbooks of a month: fetch, read, decide, land. One bad file never stops the others.

A crash between files loses nothing and repeats nothing: every workbook is one transaction, files stay where they are,
and bytes already landed are recognised. Two collectors of one commune take turns (advisory lock).
"""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import groupby
from pathlib import Path
from typing import Any

import paramiko
import psycopg

from ansinh.core.db import connect
from ansinh.core.errors import BlockedByData, PartnerUnavailable
from ansinh.core.period import Period
from ansinh.core.remote import endpoint, open_sftp
from ansinh.core.remote_files import list_folders
from ansinh.core.spool import spool
from ansinh.intake.arrivals import Delivery, deliveries, known_communes
from ansinh.intake.known import confirmed_layouts, load_commune
from ansinh.intake.land import land
from ansinh.intake.model import WorkbookReading
from ansinh.intake.parcel import Parcel
from ansinh.intake.pool import ReaderPool
from ansinh.intake.shelf import Shelf
from ansinh.text import say

log = logging.getLogger(__name__)
Connection = psycopg.Connection[tuple[Any, ...]]
COMMUNES_A_CHUNK = 6
READ_AHEAD = 4  # files read while earlier ones land
STATUSES = ("accepted", "partly", "rejected", "held", "superseded", "duplicate")
# A workbook whose question a person has answered is read again.
_SEEN = "select workbook_id from raw.commune__workbooks where commune_code = any(%s) and reread_requested_at is null"
_TURN = {None: 0, "supplement": 1, "correction": 2}


def plan_chunks(period: str, most: int = 12) -> list[list[str]]:
    """The communes that have a folder, dealt into at most `most` chunks of about `COMMUNES_A_CHUNK` or more.

    A chunk is a task and a reader of its own, about two seconds before the first file. Raises UsageError, PartnerUnavailable.
    """
    Period.parse(period)
    with open_sftp(endpoint("ansinh_communes")) as sftp:
        codes = list_folders(sftp)
    chunks = min(most, -(-len(codes) // COMMUNES_A_CHUNK))
    return [codes[start::chunks] for start in range(chunks)]


def collect_chunk(period: str, communes: list[str]) -> dict[str, int]:
    """Collect these communes' folders. Returns counts only: files, each status, rows, seen, waiting, unfinished, failed.

    Raises UsageError, PartnerUnavailable (SFTP or warehouse away: what has landed stays, the next run goes on).
    """
    Period.parse(period)
    counts: Counter[str] = Counter()
    try:
        with (
            spool("sheets") as folder,
            ReaderPool() as pool,
            connect(autocommit=True) as connection,
            open_sftp(endpoint("ansinh_communes")) as sftp,
        ):
            arriving = _new_files(connection, sftp, sorted(set(communes)), folder, counts)
            counts += collect_deliveries(connection, pool, period, arriving, folder)
    except psycopg.OperationalError as error:
        raise PartnerUnavailable(say("landing.database_gone"), say("landing.database_gone_fix")) from error
    return dict(counts)


def collect_deliveries(connection: Connection, pool: ReaderPool, period: str, arriving: Iterator[Delivery], folder: Path) -> Counter[str]:
    """Read and land what arrives, commune after commune; the files are removed as they are read. Returns each status and rows.

    `connection` is in autocommit; every workbook is a transaction, and all of them are on disk when this returns: a server that
    dies before forgets at most whole workbooks, which the next run finds in their folders again.
    """
    known = known_communes(period)
    counts: Counter[str] = Counter()
    connection.execute("set synchronous_commit = off")
    read = _read_ahead(pool, arriving, period, known)
    for code, group in groupby(read, key=lambda pair: pair[0].arrived.commune_code):
        _land_commune(connection, code, period, code in known, group, folder, counts)
    connection.execute("set synchronous_commit = on")
    connection.execute("select pg_logical_emit_message(true, 'ansinh', '', true)")  # writes the log to disk up to here
    return counts


def summary(period: str) -> dict[str, int]:
    """Workbooks of the period per status, `communes` that sent one, `rows`, `late`. Raises BlockedByData (NO_WORKBOOK)."""
    Period.parse(period)
    with connect() as connection:
        by_status = dict(
            connection.execute(
                "select status, count(*)::int from raw.commune__workbooks where period = %s group by 1", (period,)
            ).fetchall()
        )
        totals = connection.execute(
            """
            select count(distinct commune_code)::int, coalesce(sum(row_count), 0)::int, count(*) filter (where is_late)::int
            from raw.commune__workbooks where period = %s and status in ('accepted', 'partly', 'superseded', 'held')
            """,
            (period,),
        ).fetchone()
    counts = {status: by_status.get(status, 0) for status in STATUSES}
    if not totals or not totals[0]:
        raise BlockedByData(
            say("landing.no_workbook", period=period, rejected=counts["rejected"]),
            say("landing.no_workbook_fix"),
            code="NO_WORKBOOK",
        )
    return {**counts, "communes": totals[0], "rows": totals[1], "late": totals[2]}


def _new_files(
    connection: Connection, sftp: paramiko.SFTPClient, communes: list[str], folder: Path, counts: Counter[str]
) -> Iterator[Delivery]:
    seen = {row[0] for row in connection.execute(_SEEN, (communes,))}
    confirmed = confirmed_layouts(connection, communes)
    for code in communes:
        layouts = confirmed.get(code, {})
        for delivery in deliveries(sftp, code, folder, counts):
            if delivery.arrived.workbook_id in seen:
                counts["seen"] += 1
                _drop(delivery)
            else:
                delivery.layouts = layouts
                yield delivery


def _read_ahead(pool: ReaderPool, arriving: Iterator[Delivery], period: str, known: frozenset[str]) -> Iterator[tuple[Delivery, Parcel]]:
    """Readings in the order of arrival; the child reads on while the caller lands and fetches."""
    with ThreadPoolExecutor(1) as reader:
        pending: deque[tuple[Delivery, Future[Parcel]]] = deque()
        for delivery in arriving:
            pending.append((delivery, reader.submit(_read, pool, delivery, period, known)))
            if len(pending) >= READ_AHEAD:
                yield _finished(pending.popleft())
        while pending:
            yield _finished(pending.popleft())


def _finished(item: tuple[Delivery, Future[Parcel]]) -> tuple[Delivery, Parcel]:
    delivery, future = item
    parcel = future.result()
    _drop(delivery)
    return delivery, parcel


def _read(pool: ReaderPool, delivery: Delivery, period: str, known: frozenset[str]) -> Parcel:
    arrived = delivery.arrived
    if arrived.commune_code not in known:  # refused whatever it holds
        return Parcel(WorkbookReading(arrived.file_name, arrived.sha256, arrived.size_bytes, status="rejected"))
    if delivery.path is None:
        return Parcel(WorkbookReading(arrived.file_name, arrived.sha256, arrived.size_bytes, status="rejected", reject_code="FILE_TOO_BIG"))
    return pool.read_to_land(delivery.path, arrived, Period.parse(period), delivery.layouts)


def _drop(delivery: Delivery) -> None:
    if delivery.path is not None:
        delivery.path.unlink(missing_ok=True)


def _land_commune(
    connection: Connection,
    code: str,
    period: str,
    is_known: bool,
    group: Iterable[tuple[Delivery, Parcel]],
    folder: Path,
    counts: Counter[str],
) -> None:
    """Land a commune's new workbooks under its lock: first lists, then supplements, then corrections, each by time and name."""
    shelf = Shelf(folder)
    queue = sorted(
        (
            (_turn(parcel.reading), delivery.arrived.received_at, delivery.arrived.file_name, shelf.put(parcel), delivery.arrived)
            for delivery, parcel in group
        ),
        key=lambda item: item[:4],
    )
    hashes = [item[4].sha256 for item in queue]
    connection.execute("select pg_advisory_lock(hashtextextended(%s, 0))", (f"ansinh.collect.{code}",))
    try:
        commune = load_commune(connection, code, period, is_known=is_known, arriving=hashes)
        for *_, number, arrived in queue:
            parcel = shelf.take(number)
            try:
                status = land(connection, commune, arrived, parcel)
            except (psycopg.DataError, psycopg.IntegrityError):
                log.warning("a workbook of commune %s could not be stored", code)
                commune = load_commune(connection, code, period, is_known=is_known, arriving=hashes)
                refusal = WorkbookReading(
                    arrived.file_name, arrived.sha256, arrived.size_bytes, status="rejected", reject_code="NOT_STORABLE"
                )
                status = land(connection, commune, arrived, refusal)
            counts[status] += 1
            counts["rows"] += parcel.row_count if status in ("accepted", "partly", "held") else 0
    finally:
        connection.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", (f"ansinh.collect.{code}",))


def _turn(reading: WorkbookReading) -> int:
    return 2 if reading.is_our_answer else _TURN[reading.kind_words]
