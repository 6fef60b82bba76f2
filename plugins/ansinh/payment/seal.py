"""Seal a run: rows, totals, execution date, files and their hashes are fixed; from here on only approval and sending remain.

A seal may be repeated while nothing has left (too late for the cut-off, a held run released): new files, a new manifest, and so
new approvals. Files are written first, the ledger commits last: a crash leaves stray files, never a seal without its files.
"""

from __future__ import annotations

from collections.abc import Container, Generator, Iterator
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Connection

from ansinh.core import clock
from ansinh.core.errors import BlockedByData, UsageError
from ansinh.core.period import Period
from ansinh.core.settings import home, load_settings
from ansinh.payment import audit, calendar, carry, file_state, ledger, manifest, openpgp, runs
from ansinh.payment.files import cash, treasury
from ansinh.payment.files.check import Expected, check_pain001
from ansinh.payment.files.check_columns import check_columns
from ansinh.payment.files.transfer import Line
from ansinh.payment.files.write import FilePart, file_name, head_of, message_id, rows_per_file, write_file
from ansinh.payment.manifest import Entry
from ansinh.payment.model import RunTotals
from ansinh.payment.profile import BankProfile, load_profile
from ansinh.payment.session import driver, money, rows, run
from ansinh.rules import reference
from ansinh.text import say

_ORDER = """
    create temporary table seal_order on commit drop as
    select end_to_end_id, is_large,
           row_number() over (order by is_large, commune_code, end_to_end_id) as n,
           dense_rank() over (order by is_large, (place - 1) / :per_file) as file_number
    from (
        select end_to_end_id, commune_code, amount_vnd > :max_item as is_large,
               row_number() over (partition by amount_vnd > :max_item order by commune_code, end_to_end_id) as place
        from ops.payment_instruction where run_id = :run_id and channel = 'bank' and state in ('planned', 'sealed')
    ) as placed
"""


def seal(run_id: str, actor: str, *, again: bool = False) -> RunTotals:
    """Fix the run and write its files to `$ANSINH_HOME/outbox/<run_id>/`, cash lists to `reports/<period>/cash/`.

    A sealed or approved run is returned as it is unless its cut-off has passed; `again=True` re-seals it, also a held one,
    and voids the approvals. An `empty` run stays empty. Raises UsageError, BlockedByData (guards, a bank rule, HELD).
    """
    if not actor.strip():
        raise UsageError(say("payment.actor_needed"))
    with money("maker") as connection:
        current = runs.lock_run(connection, run_id)
        note = _no_seal_needed(current, again)
        if note:
            return runs.totals(connection, run_id, note)
        sealed_at = clock.now().replace(microsecond=0)
        execution_date = calendar.next_business_day(sealed_at.date())
        bank = list(_bank_files(connection, current, sealed_at, execution_date))
        entries = [*bank, *_cash_lists(connection, current), *_draw_request(connection, current)]
        sha256 = manifest.write(run_id, entries)
        _freeze(connection, current)
        carry.close(connection, run_id)
        run(
            connection,
            "update ops.payment_run set state = 'sealed', sealed_by = :actor, sealed_at = :sealed_at, execution_date = :day,"
            " manifest_sha256 = :sha256, required_approvals = :needed where run_id = :run_id",
            run_id=run_id,
            actor=actor,
            sealed_at=sealed_at,
            day=execution_date,
            sha256=sha256,
            needed=runs.approvals_needed(int(current.total_vnd)),
        )
        body = {
            "run_id": run_id,
            "manifest_sha256": sha256,
            "files": len(entries),
            "rows": current.rows,
            "total_vnd": int(current.total_vnd),
        }
        audit.record(connection, actor, "run_sealed" if not current.manifest_sha256 else "run_sealed_again", body)
        result = runs.totals(connection, run_id, say("payment.sealed", run=run_id, files=len(entries), day=f"{execution_date:%d/%m/%Y}"))
        kept = {entry.name for entry in entries} | {file.encrypted_file_name for file in file_state.files_of(connection, run_id)}
    _remove_strays(run_id, kept)
    return result


def _no_seal_needed(current: runs.Run, again: bool) -> str:
    """The sentence why nothing is done, or nothing when the run is to be sealed."""
    if current.state == "empty":
        return say("payment.nothing_to_pay", run=current.run_id, period=current.period)
    if current.state == "draft":
        raise UsageError(say("payment.not_planned", run=current.run_id))
    if current.state == "held" and not again:
        raise BlockedByData(say("payment.held", run=current.run_id), say("payment.held_fix"), code="HELD")
    if current.state in ("sealed", "approved") and not again:
        late = current.execution_date is not None and calendar.is_too_late(current.execution_date, clock.now())
        return "" if late else say("payment.already_sealed", run=current.run_id)
    return "" if current.state in ("checked", "sealed", "approved", "held") else say("payment.already_planned", run=current.run_id)


def _bank_files(connection: Connection, current: runs.Run, sealed_at: datetime, execution_date: date) -> Iterator[Entry]:
    profile = load_profile(load_settings().bank.profile)
    run(connection, "set local work_mem = '128MB'")
    limits = {"per_file": rows_per_file(profile), "max_item": profile.limits.max_item_vnd}
    run(connection, _ORDER, run_id=current.run_id, **limits)
    run(connection, "create unique index on seal_order (end_to_end_id)")
    run(connection, "analyze seal_order")
    parts = _parts(connection)
    _void_files(connection, current.run_id)
    run(connection, "select pg_advisory_xact_lock(hashtext(:name))", name=f"ansinh.sequence.{profile.name}")
    sequence = rows(connection, "select coalesce(max(sequence_number), 0) from ops.payment_file where bank = :bank", bank=profile.name)[0][
        0
    ]
    folder = manifest.outbox(current.run_id)
    folder.mkdir(parents=True, exist_ok=True)
    lines = _lines(connection)
    written = [
        (part, sequence + part.number, _write_one(profile, current, part, sequence + part.number, sealed_at, execution_date, lines))
        for part in parts
    ]
    lines.close()
    for part, number, (entry, message, size) in written:
        file_id = _register(connection, current.run_id, profile, number, message, entry, size)
        run(connection, "create temporary table if not exists seal_files (file_number bigint, file_id text) on commit drop")
        run(connection, "insert into seal_files values (:number, :file_id)", number=part.number, file_id=file_id)
        yield entry


def _parts(connection: Connection) -> list[FilePart]:
    found = rows(
        connection,
        "select file_number, count(*), sum(amount_vnd), bool_or(is_large) from seal_order join ops.payment_instruction using (end_to_end_id)"
        " group by 1 order by 1",
    )
    return [FilePart(int(number), int(count), int(total), bool(large)) for number, count, total, large in found]


def _lines(connection: Connection) -> Generator[Line]:
    statement = (
        "select end_to_end_id, programme_code, bin, account_number, account_name, amount_vnd"
        " from seal_order join ops.payment_instruction using (end_to_end_id) order by n"
    )
    with driver(connection).cursor(name="seal_lines") as cursor:
        cursor.itersize = 20_000
        cursor.execute(statement)
        for row in cursor:
            yield Line(*row)


def _write_one(
    profile: BankProfile, current: runs.Run, part: FilePart, sequence: int, sealed_at: datetime, day: date, lines: Iterator[Line]
) -> tuple[Entry, str, int]:
    settings, folder = load_settings(), manifest.outbox(current.run_id)
    message = message_id(settings.bank.customer_id, current.run_id, sequence)
    partial = folder / f".{sequence:05d}.partial"
    written = write_file(partial, profile, head_of(part, message, sealed_at, day), Period.parse(current.period), lines)
    expected = Expected(part.rows, part.total_vnd, message, settings.debtor.account_number, sealed_at.date())
    found = check_pain001(partial, profile, expected) if profile.is_iso else check_columns(partial, profile, expected)
    if found:
        codes = ", ".join(sorted({finding.code for finding in found}))
        raise BlockedByData(say("payment.file_wrong", codes=codes), say("payment.line_refused_fix"), code=found[0].code)
    name = file_name(profile, current.run_id, sequence, written.sha256)
    partial.replace(folder / name)
    entry = Entry(name, written.sha256, part.rows, part.total_vnd, f"outbox/{current.run_id}")
    return entry, message, written.size_bytes


def _register(connection: Connection, run_id: str, profile: BankProfile, sequence: int, message: str, entry: Entry, size: int) -> str:
    file_id = f"F-{message}"
    sealed = _encrypted(profile, entry)
    run(
        connection,
        "insert into ops.payment_file (file_id, run_id, bank, sequence_number, message_id, file_name, sha256, size_bytes, rows, total_vnd, state,"
        " encrypted_file_name, encrypted_sha256, encrypted_size_bytes)"
        " values (:file_id, :run_id, :bank, :sequence, :message, :name, :sha256, :size, :count, :total, 'sealed',"
        " :sealed_name, :sealed_sha256, :sealed_size)",
        file_id=file_id,
        run_id=run_id,
        bank=profile.name,
        sequence=sequence,
        message=message,
        name=entry.name,
        sha256=entry.sha256,
        size=size,
        count=entry.rows,
        total=entry.total_vnd,
        sealed_name=sealed.name if sealed else None,
        sealed_sha256=manifest.file_sha256(sealed) if sealed else None,
        sealed_size=sealed.stat().st_size if sealed else None,
    )
    return file_id


def _encrypted(profile: BankProfile, entry: Entry) -> Path | None:
    """The signed or encrypted form beside the plain file, made here and never again; None for a bank that takes plain files."""
    if not profile.openpgp:
        return None
    target = entry.path.with_name(entry.name + profile.openpgp.suffix)
    openpgp.seal_file(entry.path, target, profile.openpgp)
    return target


def _void_files(connection: Connection, run_id: str) -> None:
    """Files of an earlier seal of this run; the database refuses when one of them may have left."""
    run(connection, "update ops.payment_file set state = 'cancelled' where run_id = :run_id and state = 'sealed'", run_id=run_id)


def _freeze(connection: Connection, current: runs.Run) -> None:
    """Lines get their file and state; the first seal moves their money out of the budget, a later one finds it moved."""
    if rows(connection, "select to_regclass('pg_temp.seal_files') is not null")[0][0]:
        run(
            connection,
            "update ops.payment_instruction i set state = 'sealed', file_id = f.file_id from seal_order o join seal_files f using (file_number)"
            " where i.end_to_end_id = o.end_to_end_id",
        )
    run(
        connection,
        "update ops.payment_instruction set state = 'listed' where run_id = :run_id and state = 'planned'",
        run_id=current.run_id,
    )
    if current.manifest_sha256 is None:
        for state, amount in rows(
            connection,
            "select state, sum(amount_vnd) from ops.payment_instruction where run_id = :run_id and state in ('sealed', 'listed') group by 1",
            run_id=current.run_id,
        ):
            ledger.post_run(connection, current.run_id, "seal", "budget", ledger.ACCOUNT_OF_STATE[state], int(amount))


def _cash_lists(connection: Connection, current: runs.Run) -> list[Entry]:
    folder = f"reports/{current.period}/cash"
    found = rows(
        connection,
        "select commune_code, coalesce(hamlet, ''), end_to_end_id, coalesce(beneficiary_name, payee_name), payee_name, programme_code,"
        " channel, amount_vnd from ops.payment_instruction where run_id = :run_id and channel <> 'bank' and state in ('planned', 'listed')"
        " order by commune_code, coalesce(hamlet, ''), coalesce(beneficiary_name, payee_name), end_to_end_id",
        run_id=current.run_id,
    )
    names = {row["commune_code"]: f"{row['type_vi']} {row['name_vi']}".strip() for row in reference.load("communes")}
    lists = cash.write_lists(home() / folder, current.run_id, Period.parse(current.period), (cash.CashLine(*row) for row in found), names)
    return [Entry(made.name, made.written.sha256, made.rows, made.total_vnd, folder) for made in lists]


def _draw_request(connection: Connection, current: runs.Run) -> list[Entry]:
    """The request's name carries the number of the seal, so no two seals of a run ever have the same manifest."""
    names = {row["programme_code"]: row["name_vi"] for row in reference.load("programmes")}
    found = rows(
        connection,
        "select programme_code, count(*), coalesce(sum(amount_vnd) filter (where channel = 'bank'), 0),"
        " coalesce(sum(amount_vnd) filter (where channel <> 'bank'), 0) from ops.payment_instruction"
        " where run_id = :run_id and state in ('planned', 'sealed', 'listed') group by 1 order by 1",
        run_id=current.run_id,
    )
    earlier = rows(
        connection,
        "select count(*) from ops.audit_event where event in ('run_sealed', 'run_sealed_again') and body ->> 'run_id' = :run_id",
        run_id=current.run_id,
    )[0][0]
    draws = [treasury.Draw(code, names.get(code, code), int(count), int(bank), int(by_hand)) for code, count, bank, by_hand in found]
    folder = f"reports/{current.period}/treasury"
    stem = f"{current.run_id}_rut-du-toan_{earlier + 1}"
    made = treasury.write_draw_request(home() / folder, stem, Period.parse(current.period), load_settings().debtor.name, draws)
    return [Entry(name, manifest.file_sha256(home() / folder / name), current.rows, int(current.total_vnd), folder) for name in made]


def _remove_strays(run_id: str, kept: Container[str | None]) -> None:
    """Bank files of voided seals leave the outbox once the new seal has committed; their manifests stay as a record."""
    for path in manifest.outbox(run_id).iterdir():
        if path.name not in kept and not path.name.startswith("manifest-"):
            path.unlink()
