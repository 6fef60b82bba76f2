"""Ask the service about people of the lists whom the register's files do not have or have not confirmed for long.

Its answers land as a file of the feed. It is asked about whoever has landed when it is called: once while the lists are being
collected, and again before the warehouse is built, when every list of the period has landed; nobody is asked about twice.

Answers gather in a private journal under `$ANSINH_HOME/run/national_id_service/<period>/` (mode 0700). Every few hundred,
and at the end whatever the end is, they land through the same door as the files of the feed, and the personal data leave the
journal; what stays is the list of rows already asked about, so that an interrupted run goes on where it was.
"""

from __future__ import annotations

import fcntl
import hashlib
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import orjson

from ansinh.core.clock import now
from ansinh.core.db import connect
from ansinh.core.errors import PartnerUnavailable
from ansinh.core.period import Period
from ansinh.core.settings import home, load_settings
from ansinh.identity.feed_land import FeedFile, land_file
from ansinh.identity.service import Refused, ServiceClient, ServiceEndpoint
from ansinh.identity.service_messages import Question
from ansinh.identity.sources import sources
from ansinh.text import say

BATCH = 200
COUNTED = ("configured", "questions", "already_asked", "asked", "found", "unknown", "refused", "landed", "left_for_next_run")

# Numbers of the lists, once each (the answer is about the number, so one row asks for all): those no record of the register
# has come first, then those whose newest record is older than the settings allow, the oldest first.
_DOUBTFUL = """
with listed as (
    select distinct on (r.id_number) r.row_id, r.id_number, r.full_name, r.birth_date, r.birth_year
    from raw.commune__readings r
    join raw.commune__workbooks w using (workbook_id)
    where r.period = %(period)s and not r.is_blocked and w.status in ('accepted', 'partly', 'superseded')
        and r.id_number is not null and r.full_name is not null and r.birth_year is not null
        and not exists (select 1 from raw.commune__retired_rows t where t.row_id = r.row_id)
    order by r.id_number, r.row_id
),
known as (
    select id_number, max(as_of) as as_of
    from (
        select so_dinh_danh as id_number, cap_nhat_luc as as_of from raw.national_id__records
        union all
        select so_cmnd, cap_nhat_luc from raw.national_id__records where so_cmnd is not null
    ) records
    where id_number in (select id_number from listed)
    group by 1
)
select listed.row_id, listed.id_number, listed.full_name, listed.birth_date, listed.birth_year
from listed left join known using (id_number)
where known.as_of is null or known.as_of < %(stale_before)s::timestamptz
order by known.as_of nulls first, listed.id_number
"""


def pull_missing(period: str) -> dict[str, int]:
    """Ask about everybody the files do not know or have not confirmed for long. Counts only (keys `COUNTED`); `configured` is 0
    where nobody is to be asked.

    Raises UsageError, PartnerUnavailable (the service is away, or another process is asking for the same period: what was
    answered is landed, the next call goes on).
    """
    Period.parse(period)
    endpoint = sources().service
    counts: Counter[str] = Counter(dict.fromkeys(COUNTED, 0))
    if endpoint is None:
        return dict(counts)
    counts["configured"] = 1
    with _journal(period) as journal:
        counts["landed"] += journal.land()  # what a killed run had been told
        questions = _questions(period)
        waiting = [q for q in questions if q.key not in journal.asked]
        counts.update(questions=len(questions), already_asked=len(questions) - len(waiting))
        counts["left_for_next_run"] = max(0, len(waiting) - endpoint.most_per_run)
        try:
            _ask_all(endpoint, waiting[: endpoint.most_per_run], journal, counts)
        finally:
            counts["landed"] += journal.land()
    return dict(counts)


def _ask_all(endpoint: ServiceEndpoint, questions: list[Question], journal: Journal, counts: Counter[str]) -> None:
    with ServiceClient(endpoint) as client:
        for question in questions:
            try:
                record = client.ask(question)
            except Refused:
                counts["refused"] += 1
                journal.note(question, None)
                continue
            counts.update(asked=1, found=record is not None, unknown=record is None)
            journal.note(question, record)
            if journal.waiting >= BATCH:
                counts["landed"] += journal.land()


def _questions(period: str) -> list[Question]:
    days = load_settings().national_id.stale_after_days
    stale_before = now() - timedelta(days=days) if days else None
    with connect() as connection:
        found = connection.execute(_DOUBTFUL, {"period": period, "stale_before": stale_before})
        return [Question(*row) for row in found]


@contextmanager
def _journal(period: str) -> Iterator[Journal]:
    folder = home() / "run" / "national_id_service" / period
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise PartnerUnavailable(say("register.busy"), say("register.busy_fix")) from None
        yield Journal(folder)


class Journal:
    """What was asked and what was answered but not landed yet, safe against a kill at any line."""

    def __init__(self, folder: Path) -> None:
        self._answers, self._asked_file = folder / "answers.ndjson", folder / "asked.txt"
        self.asked = set(self._asked_file.read_text(encoding="ascii").split()) if self._asked_file.exists() else set()
        self.waiting = 0

    def note(self, question: Question, record: dict[str, Any] | None) -> None:
        """Write down one answer, then that it was asked: killed in between we ask once more and land it twice, harmlessly."""
        if record is not None:
            _append(self._answers, orjson.dumps({**record, "cap_nhat_luc": now().isoformat()}))
            self.waiting += 1
        _append(self._asked_file, question.key.encode("ascii"))
        self.asked.add(question.key)

    def land(self) -> int:
        """Land the waiting answers as one file of the feed and forget them; returns how many were new."""
        if not self._answers.exists():
            return 0
        content = self._answers.read_bytes()
        whole = content[: content.rfind(b"\n") + 1]  # a kill may have cut the last line
        landed = 0
        if whole:
            self._answers.write_bytes(whole)
            moment = now()
            file = FeedFile(self._answers, f"service_{moment:%Y%m%d-%H%M%S}.ndjson", hashlib.sha256(whole).hexdigest(), moment)
            with connect() as connection:
                _, tally = land_file(connection, file)
            landed = tally.records
        self._answers.unlink()
        self.waiting = 0
        return landed


def _append(path: Path, line: bytes) -> None:
    with path.open("ab") as out:
        out.write(line + b"\n")
