"""The manifest of a run: every sealed file with its SHA-256, rows and total. Its own hash is what approvers say yes to."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import Connection

from ansinh.core.errors import BlockedByData
from ansinh.core.settings import home
from ansinh.payment import runs
from ansinh.payment.model import Finding
from ansinh.payment.session import rows
from ansinh.text import say


@dataclass(frozen=True, order=True, slots=True)
class Entry:
    """One file: bank files lie in the run's outbox, cash lists under reports; `folder` is relative to the home."""

    name: str
    sha256: str
    rows: int
    total_vnd: int
    folder: str

    @property
    def path(self) -> Path:
        """Where the file lies in this home."""
        return home() / self.folder / self.name


def outbox(run_id: str) -> Path:
    """The folder of a run's bank files and manifests."""
    return home() / "outbox" / run_id


def digest(entries: Iterable[Entry]) -> str:
    """SHA-256 of the sorted list `name⇥sha256⇥rows⇥total`."""
    lines = sorted(f"{entry.name}\t{entry.sha256}\t{entry.rows}\t{entry.total_vnd}\n" for entry in entries)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _path(run_id: str, manifest_sha256: str) -> Path:
    return outbox(run_id) / f"manifest-{manifest_sha256[:16]}.json"


def write(run_id: str, entries: list[Entry]) -> str:
    """Keep the manifest beside the files (whole or not at all); returns its hash. Manifests of earlier seals stay."""
    sha256 = digest(entries)
    target = _path(run_id, sha256)
    partial = target.with_suffix(".partial")
    body = {"run_id": run_id, "manifest_sha256": sha256, "files": [asdict(entry) for entry in sorted(entries)]}
    with partial.open("w", encoding="utf-8") as file:
        json.dump(body, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(target)
    return sha256


def read(run_id: str, manifest_sha256: str) -> list[Entry]:
    """The entries of one seal. Raises BlockedByData MANIFEST_GONE when the file is missing or does not have that hash."""
    try:
        body = json.loads(_path(run_id, manifest_sha256).read_text(encoding="utf-8"))
        entries = [Entry(**entry) for entry in body["files"]]
    except (OSError, ValueError, TypeError, KeyError):
        entries = []
    if not entries or digest(entries) != manifest_sha256:
        raise BlockedByData(say("payment.manifest_gone", run=run_id), say("payment.manifest_fix"), code="MANIFEST_GONE")
    return entries


def file_sha256(path: Path) -> str:
    """SHA-256 of a file, read in blocks; empty text when there is no such file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def findings(connection: Connection, run_id: str) -> list[Finding]:
    """What is wrong with the sealed files of a run: changed or missing files, and files the ledger knows differently."""
    sealed = runs.read_run(connection, run_id)
    if not sealed.manifest_sha256:
        return []
    try:
        entries = read(run_id, sealed.manifest_sha256)
    except BlockedByData as error:
        return [Finding(error.code, run_id, error.reason)]
    found = [
        Finding("FILE_CHANGED", entry.name, say("payment.file_changed", name=entry.name))
        for entry in entries
        if file_sha256(entry.path) != entry.sha256
    ]
    found += [
        Finding("FILE_CHANGED", row.encrypted_file_name, say("payment.file_changed", name=row.encrypted_file_name))
        for row in rows(
            connection,
            "select encrypted_file_name, encrypted_sha256 from ops.payment_file"
            " where run_id = :run_id and state <> 'cancelled' and encrypted_file_name is not null order by sequence_number",
            run_id=run_id,
        )
        if file_sha256(outbox(run_id) / row.encrypted_file_name) != row.encrypted_sha256
    ]
    stored = {
        (row.file_name, row.sha256, row.rows, int(row.total_vnd))
        for row in rows(
            connection,
            "select file_name, sha256, rows, total_vnd from ops.payment_file where run_id = :run_id and state <> 'cancelled'",
            run_id=run_id,
        )
    }
    listed = {(entry.name, entry.sha256, entry.rows, entry.total_vnd) for entry in entries if entry.folder.startswith("outbox/")}
    if stored != listed:
        found.append(Finding("FILES_DIFFER", run_id, say("payment.files_differ", run=run_id)))
    return found


def check(connection: Connection, run_id: str) -> None:
    """Recompute every hash of the run's seal. Raises BlockedByData (code of the first finding) when anything differs."""
    found = findings(connection, run_id)
    if found:
        raise BlockedByData(found[0].says_vi, say("payment.manifest_fix"), code=found[0].code)
