"""Post the pay points' returned lists: who took the cash, who did not, and every word that cannot be true.

They come back to `<commune_code>/cash/` on the communes' server, beside `incoming/`. Each file is posted once by its SHA-256, in
one transaction. A word moves a line only when the line is theirs, the amount agrees and the run was released; whatever else it
says is kept with its reason. `uncollected` may still become `collected`, until the next list has carried the money over.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path

from sqlalchemy import Connection

from ansinh.core import clock
from ansinh.core.clock import VIETNAM
from ansinh.core.db import copy_rows
from ansinh.core.remote import endpoint, open_sftp
from ansinh.core.remote_files import RemoteFile, fetch, list_files, list_folders, sha256_of
from ansinh.core.spool import spool
from ansinh.payment import audit, ledger
from ansinh.payment.cash_list import MOST_BYTES, CashWord, NotAList, read
from ansinh.payment.returns import keep_copy
from ansinh.payment.session import driver, money, rows, run

FOLDER = "cash"
ACTOR = "reconcile_bank"
# Why a word moved nothing, besides `same` (said before): each is a sentence in text, `cash.verdict.<code>`.
PROBLEMS = (
    "unknown", "other_commune", "not_cash", "wrong_amount", "unclear", "not_released", "cancelled", "carried", "contradicts", "future_day",
)  # fmt: skip
_COLUMNS = ("line_number", "end_to_end_id", "says", "amount_vnd", "collected_on", "is_inferred")


@dataclass(frozen=True, slots=True)
class Posted:
    """What one list did. `problems`: (line number, payment id, verdict)."""

    status: str
    rows: int = 0
    collected: int = 0
    uncollected: int = 0
    problems: tuple[tuple[int, str, str], ...] = ()
    code: str = ""
    says_vi: str = ""


def collect_lists(actor: str = ACTOR) -> dict[str, int]:
    """Fetch and post every new list in the communes' `cash` folders; counts, all zero when nothing is new.

    Raises PartnerUnavailable when the server does not answer; what was posted before stays posted.
    """
    counts: Counter[str] = Counter(
        dict.fromkeys(("cash_lists", "cash_collected", "cash_uncollected", "cash_problems", "cash_unreadable"), 0)
    )
    with spool(FOLDER) as folder, open_sftp(endpoint("ansinh_communes")) as sftp:
        for commune in list_folders(sftp):
            for number, file in enumerate(_fresh(commune, list_files(sftp, f"{commune}/{FOLDER}"))):
                local = folder / f"{commune}-{number}"
                try:
                    got = fetch(sftp, file.path, local, at_most=MOST_BYTES)
                except (FileNotFoundError, ValueError):
                    continue  # taken away meanwhile, or no list at all: it is listed again next time
                counts.update(_counted(post_list(local, commune, actor, file, got.sha256)))
                local.unlink(missing_ok=True)
    return dict(counts)


def _counted(posted: Posted | None) -> dict[str, int]:
    if posted is None:
        return {}
    moved = {"cash_collected": posted.collected, "cash_uncollected": posted.uncollected, "cash_problems": len(posted.problems)}
    return {"cash_lists": 1, "cash_unreadable": int(posted.status == "rejected"), **moved}


def _fresh(commune: str, files: list[RemoteFile]) -> list[RemoteFile]:
    """Files not posted before, oldest first: a later list corrects an earlier one."""
    with money() as connection:
        seen = rows(
            connection,
            "select file_name, size_bytes, modified_at from ops.cash_return where commune_code = :commune",
            commune=commune,
        )
    known = {tuple(row) for row in seen}
    fresh = [file for file in files if (file.name, file.size, file.modified) not in known]
    return sorted(fresh, key=lambda file: (file.modified, file.name))


def post_list(path: Path, commune: str | None, actor: str, file: RemoteFile | None = None, sha256: str = "") -> Posted | None:
    """Post one list in one transaction; None when its bytes are known. `commune` None: an officer reads in any commune's list."""
    sha256 = sha256 or sha256_of(path)
    keep_copy(path, "cash_returned", file.name if file else path.name, sha256)
    try:
        words = read(path)
    except NotAList as error:
        with money("sender") as connection:
            if not _register(connection, path, commune, file, sha256, "rejected"):
                return None
            audit.record(connection, actor, "cash_list_refused", {"cash_return_id": _id(sha256), "code": error.code})
        return Posted("rejected", code=error.code, says_vi=error.reason)
    with money("sender") as connection:
        # the row first: a second reader of the same bytes waits here and then finds them known
        if not _register(connection, path, commune, file, sha256, "posted"):
            return None
        return _post(connection, _id(sha256), words, commune, actor)


def _post(connection: Connection, return_id: str, words: list[CashWord], commune: str | None, actor: str) -> Posted:
    said = [word for word in words if word.says]
    _stage(connection, said)
    judged = rows(connection, _JUDGED, commune=commune, today=clock.now().date())
    run(
        connection,
        "insert into ops.cash_return_row (cash_return_id, line_number, end_to_end_id, says, amount_vnd, collected_on, verdict)"
        f" select :id, line_number, end_to_end_id, says, amount_vnd, collected_on, verdict from ({_JUDGED}) as judged",
        id=return_id,
        commune=commune,
        today=clock.now().date(),
    )
    moves = [_move(row) for row in judged if row.verdict == "moved"]
    if moves:
        ledger.advance(connection, moves)
    counts = Counter(move.to_state for move in moves)
    problems = tuple((int(row.line_number), str(row.end_to_end_id), str(row.verdict)) for row in judged if row.verdict in PROBLEMS)
    posted = Posted("partly" if problems else "posted", len(said), counts["collected"], counts["uncollected"], problems)
    run(
        connection,
        "update ops.cash_return set status = :status, rows = :rows, collected = :collected, uncollected = :uncollected, problems = :problems"
        " where cash_return_id = :id",
        id=return_id,
        status=posted.status,
        rows=posted.rows,
        collected=posted.collected,
        uncollected=posted.uncollected,
        problems=len(problems),
    )
    body = {"collected": posted.collected, "uncollected": posted.uncollected, "problems": len(problems)}
    audit.record(connection, actor, "cash_list_posted", {"cash_return_id": return_id, "rows": posted.rows, **body})
    return posted


def _stage(connection: Connection, words: list[CashWord]) -> None:
    run(
        connection,
        "create temporary table cash_words (line_number integer, end_to_end_id text, says text, amount_vnd bigint, collected_on date, is_inferred boolean)"
        " on commit drop",
    )
    lines = ((word.line, word.end_to_end_id, word.says, word.amount_vnd, word.collected_on, word.is_inferred) for word in words)
    copy_rows(driver(connection), "cash_words", _COLUMNS, lines)
    run(connection, "analyze cash_words")
    rows(
        connection,
        "select 1 from ops.payment_instruction i where i.end_to_end_id in (select end_to_end_id from cash_words) order by 1 for update",
    )


# The first word on a line counts when the file repeats it; two different words on one line are no word.
_JUDGED = """
    select w.line_number, w.end_to_end_id, w.says, w.amount_vnd, w.collected_on,
        case
            when i.end_to_end_id is null then 'unknown'
            when cast(:commune as text) is not null and i.commune_code <> :commune then 'other_commune'
            when i.channel = 'bank' then 'not_cash'
            when w.says = 'unclear' or w.words > 1 then 'unclear'
            when w.amount_vnd is not null and w.amount_vnd <> i.amount_vnd then 'wrong_amount'
            when w.collected_on > :today then 'future_day'
            when i.state = 'cancelled' then 'cancelled'
            when i.state = 'carried' and w.says = 'collected' then 'carried'
            when i.state = 'collected' and w.says = 'uncollected' and not w.is_inferred then 'contradicts'
            when i.state = w.says or i.state in ('collected', 'carried') or w.place > 1 then 'same'
            when r.state not in ('sent', 'reconciled', 'closed') then 'not_released'
            when i.state in ('listed', 'uncollected') then 'moved'
            else 'unclear'
        end as verdict
    from (
        select *, row_number() over (partition by end_to_end_id order by line_number) as place,
            (select count(distinct o.says) from cash_words o where o.end_to_end_id = cash_words.end_to_end_id) as words
        from cash_words
    ) as w
    left join ops.payment_instruction i using (end_to_end_id)
    left join ops.payment_run r on r.run_id = i.run_id
    order by w.line_number
"""


def _move(row: object) -> ledger.Move:
    day, says = row.collected_on, row.says  # type: ignore[attr-defined]
    at = datetime.combine(day, time(), VIETNAM) if day and says == "collected" else None
    return ledger.Move(row.end_to_end_id, says, "cash_list", at=at)  # type: ignore[attr-defined]


def _id(sha256: str) -> str:
    return f"C{sha256[:24]}"


def _register(connection: Connection, path: Path, commune: str | None, file: RemoteFile | None, sha256: str, status: str) -> bool:
    """Write the list's row; False when these bytes were posted, or refused, before."""
    return bool(
        run(
            connection,
            "insert into ops.cash_return (cash_return_id, file_name, sha256, commune_code, status, size_bytes, modified_at, received_at)"
            " values (:id, :name, :sha256, :commune, :status, :size, :modified, :at) on conflict (sha256) do nothing",
            id=_id(sha256),
            name=file.name if file else path.name,
            sha256=sha256,
            commune=commune,
            status=status,
            size=file.size if file else path.stat().st_size,
            modified=file.modified if file else None,
            at=clock.now(),
        )
    )
