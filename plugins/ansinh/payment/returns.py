"""Fetch what the bank answered and post it: every file once by its SHA-256, a file nobody can read refused alone and kept.

Answers stay on the bank's server; ours are kept under `$ANSINH_HOME/bank_answers/`, where `ansinh show` can open them.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from pathlib import Path

from sqlalchemy import Connection

from ansinh.core import clock
from ansinh.core.remote import endpoint, open_sftp
from ansinh.core.remote_files import RemoteFile, fetch, list_files
from ansinh.core.settings import home, load_settings
from ansinh.core.spool import spool
from ansinh.payment import audit, camt, columns_result, delivery, iso_reader, openpgp, pacs004, pain002, posting
from ansinh.payment.answers import Answer, Unreadable
from ansinh.payment.profile import BankProfile, load_profile
from ansinh.payment.session import money, rows, run
from ansinh.text import say

MOST_BYTES = 500_000_000
ACTOR = "reconcile_bank"
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")


def collect_returns(period: str | None = None, actor: str = ACTOR) -> dict[str, int]:
    """Fetch and post every new answer of the bank, whatever period it speaks of (`period` is only for the log of the caller).

    Returns counts, all zero when the bank said nothing new: messages, posted, unreadable, entries, unmatched, moved.
    Raises PartnerUnavailable when the bank's server does not answer; what was posted before stays posted.
    """
    profile = load_profile(load_settings().bank.profile)
    counts: Counter[str] = Counter(dict.fromkeys(("messages", "posted", "unreadable", "entries", "unmatched", "moved"), 0))
    with spool("bank") as folder, open_sftp(endpoint(delivery.BANK)) as sftp:
        for number, file in enumerate(_unknown(list_files(sftp, profile.delivery.outbox))):
            local = folder / f"{number}.answer"
            try:
                got = fetch(sftp, file.path, local, at_most=MOST_BYTES)
            except (FileNotFoundError, ValueError):
                continue  # taken away meanwhile, or absurdly large: it is listed again next time
            counts.update(post_file(local, file, got.sha256, profile, actor))
            local.unlink(missing_ok=True)
            local.with_suffix(".plain").unlink(missing_ok=True)
    return dict(counts)


def post_file(local: Path, file: RemoteFile, sha256: str, profile: BankProfile, actor: str = ACTOR) -> dict[str, int]:
    """Post one fetched answer in one transaction; counts as in `collect_returns`, empty when its bytes are known.

    An answer refused before is tried again: the bank's profile may have learned its words.
    """
    message_id = f"B{sha256[:24]}"
    keep_copy(local, "bank_answers", file.name, sha256)
    try:
        answer = read(*_opened(local, file.name, profile), profile, message_id)
        with money("sender") as connection:
            # the row first: a second reader of the same bytes waits here and then finds them known
            if not _register(connection, message_id, file, sha256, answer.kind):
                return {}
            posted = posting.post(connection, answer, message_id, actor)
            run(
                connection,
                "update ops.bank_message set status = :status, entries = :entries, unmatched = :unmatched where bank_message_id = :id",
                status="partly" if posted.unmatched else "posted",
                entries=posted.records,
                unmatched=posted.unmatched,
                id=message_id,
            )
            body = {"bank_message_id": message_id, "kind": answer.kind, "entries": posted.records, "unmatched": posted.unmatched}
            audit.record(connection, actor, "bank_answer_posted", {**body, "moved": posted.moved})
            for line in posted.reopened:
                said = {"run_id": line.run_id, "bank_message_id": message_id, "rows": line.rows, "total_vnd": int(line.total_vnd)}
                audit.record(connection, actor, "run_reopened", said)
    except Unreadable as error:
        with money("sender") as connection:
            if not _register(connection, message_id, file, sha256, None):
                return {}
            audit.record(connection, actor, "bank_answer_refused", {"bank_message_id": message_id, "code": error.code})
        return {"messages": 1, "unreadable": 1}
    return {"messages": 1, "posted": 1, "entries": posted.entries, "unmatched": posted.unmatched, "moved": posted.moved}


def _opened(local: Path, name: str, profile: BankProfile) -> tuple[Path, str]:
    """The answer as the bank meant it, beside the fetched bytes, and its name without the suffix of encryption. Raises Unreadable."""
    rules = profile.openpgp
    if rules is None or rules.answers == "plain":
        return local, name
    plain = local.with_suffix(".plain")
    openpgp.open_answer(local, plain, rules)
    return plain, name.removesuffix(rules.suffix)


def read(path: Path, name: str, profile: BankProfile, fallback_id: str) -> Answer:
    """What kind of answer a file is, and its records. Raises Unreadable."""
    layout = profile.results
    if layout and name.lower().endswith(tuple(end.lower() for end in layout.name_ends)):
        return columns_result.read(path, layout, fallback_id)
    kind = iso_reader.message_kind(path)
    if kind == "pain.002":
        return pain002.read(path)
    if kind in ("camt.054", "camt.053"):
        return camt.read(path, kind)
    if kind == "pacs.004":
        return pacs004.read(path)
    if kind == "camt.052":
        return Answer(kind, fallback_id, iter(()))  # the day so far: its bookings come again in the statement
    raise Unreadable(say("returns.unknown_kind", kind=kind), say("returns.unreadable_fix"), code="UNKNOWN_KIND")


def _unknown(files: list[RemoteFile]) -> list[RemoteFile]:
    """Files that are new, changed or refused when last read; oldest first, since answers make most sense in their order."""
    with money() as connection:
        seen = rows(connection, "select file_name, size_bytes, modified_at from ops.bank_message where status <> 'rejected'")
    known = {tuple(row) for row in seen}
    fresh = [file for file in files if (file.name, file.size, file.modified) not in known]
    return sorted(fresh, key=lambda file: (file.modified, file.name))


def _register(connection: Connection, message_id: str, file: RemoteFile, sha256: str, kind: str | None) -> bool:
    """Write the message's row (`kind` None: unreadable); False when these bytes have been posted, or refused in the same way, before."""
    values = {
        "id": message_id,
        "name": file.name,
        "sha256": sha256,
        "kind": kind or "unreadable",
        "status": "posted" if kind else "rejected",
        "size": file.size,
        "modified": file.modified,
        "at": clock.now(),
    }
    written = run(
        connection,
        "insert into ops.bank_message (bank_message_id, file_name, sha256, kind, status, size_bytes, modified_at, received_at)"
        " values (:id, :name, :sha256, :kind, :status, :size, :modified, :at) on conflict (sha256) do nothing",
        **values,
    )
    if not written and kind:
        return bool(
            run(
                connection,
                "update ops.bank_message set status = 'posted', kind = :kind where sha256 = :sha256 and status = 'rejected'",
                kind=kind,
                sha256=sha256,
            )
        )
    return bool(written)


def keep_copy(local: Path, place: str, name: str, sha256: str) -> None:
    """A private copy of what a partner answered, in folder `place` of the home, under its hash."""
    folder = home() / place
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    target = folder / f"{sha256[:16]}-{_UNSAFE.sub('_', name)}"
    if not target.exists():
        partial = target.with_name(f".{target.name}.part")
        shutil.copyfile(local, partial)
        partial.chmod(0o600)
        partial.replace(target)
