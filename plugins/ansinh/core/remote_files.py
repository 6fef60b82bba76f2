"""What we do on a partner's SFTP server: list, fetch with a hash, and put a file so that half a file never shows.

`put_atomic` never overwrites: the bytes go to an exclusive hidden name in the same folder, size and SHA-256 are
read back from the server, and only then the SFTP v3 rename, which refuses an existing target, gives the final name.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import paramiko

from ansinh.core.errors import AnsinhError, PartnerUnavailable
from ansinh.text import say

CHUNK = 32 * 1024  # the largest write every SFTP server takes
REQUESTS_AT_ONCE = 64
UNFINISHED = (".tmp", ".part", ".partial", ".filepart", ".crdownload", ".uploading")


class NameTaken(AnsinhError):
    """The final name already exists on the server; nothing was overwritten."""

    exit_code = 3


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """One regular file on a server. `path` is relative to the endpoint's base, `modified` is in UTC."""

    name: str
    path: str
    size: int
    modified: datetime


@dataclass(frozen=True, slots=True)
class Fetched:
    """What arrived: size in bytes and SHA-256 (hex)."""

    size: int
    sha256: str


def is_finished(name: str) -> bool:
    """False for names by which senders hide a file that is still being written."""
    return not name.startswith((".", "~$")) and not name.lower().endswith(UNFINISHED)


def list_files(sftp: paramiko.SFTPClient, folder: str, *, finished_only: bool = True, missing_ok: bool = True) -> list[RemoteFile]:
    """The regular files directly in a folder, by name. A missing folder is empty, or FileNotFoundError unless `missing_ok`."""
    try:
        entries = sftp.listdir_attr(folder)
    except FileNotFoundError:
        if missing_ok:
            return []
        raise
    files = [
        RemoteFile(entry.filename, f"{folder}/{entry.filename}", entry.st_size or 0, datetime.fromtimestamp(entry.st_mtime or 0, UTC))
        for entry in entries
        if entry.st_mode is not None and stat.S_ISREG(entry.st_mode) and _is_plain(entry.filename)
    ]
    return sorted((file for file in files if not finished_only or is_finished(file.name)), key=lambda file: file.name)


def list_folders(sftp: paramiko.SFTPClient, folder: str = ".") -> list[str]:
    """Names of the folders directly in a folder, sorted; hidden ones left out."""
    entries = sftp.listdir_attr(folder)
    return sorted(
        e.filename for e in entries if e.st_mode is not None and stat.S_ISDIR(e.st_mode) and _is_plain(e.filename) and e.filename[0] != "."
    )


def fetch(sftp: paramiko.SFTPClient, path: str, target: Path, *, at_most: int | None = None) -> Fetched:
    """Stream a remote file to `target` (replaced only when complete) and hash it on the way; memory stays flat.

    Raises PartnerUnavailable when bytes are missing, ValueError when the file is larger than `at_most` bytes.
    """
    partial = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with partial.open("wb") as sink:
            got = _read(sftp, path, sink.write, at_most)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return got


def digest(sftp: paramiko.SFTPClient, path: str) -> Fetched:
    """Size and SHA-256 of a remote file, by reading it back."""
    return _read(sftp, path, lambda _: 0, None)


def put_atomic(
    sftp: paramiko.SFTPClient,
    source: Path,
    folder: str,
    name: str,
    *,
    mark: str = "1",
    expected: Fetched | None = None,
    before_rename: Callable[[], None] = lambda: None,
) -> Fetched:
    """Put a local file at `folder/name` so that the name shows only the whole file, and never over another.

    `mark` makes the hidden temporary name unique per attempt. `expected` is what the server must hold at the end (default:
    the file as it is now). `before_rename` is asked last and may raise. Raises NameTaken when the name exists, PartnerUnavailable
    when the server lost or refused bytes (disk full, quota, permission); the temporary file is then removed if possible.
    """
    hidden = f"{folder}/{temporary_name(name, mark)}"
    wanted = expected or Fetched(source.stat().st_size, sha256_of(source))
    try:
        remote = sftp.open(hidden, "wbx")  # exclusive: if another attempt is writing this name, it is not ours to touch
        try:
            _write(source, remote)
            if digest(sftp, hidden) != wanted:
                raise PartnerUnavailable(say("errors.remote.lost_bytes"), say("errors.remote.lost_bytes_fix"))
            before_rename()
            _rename(sftp, hidden, f"{folder}/{name}")
        except BaseException:
            _forget(sftp, hidden)
            raise
    except OSError as error:
        raise PartnerUnavailable(say("errors.remote.refused", words=_plain_words(error)), say("errors.remote.refused_fix")) from error
    return wanted


def temporary_name(name: str, mark: str) -> str:
    """The hidden name of one attempt: `.<name>.<mark>.tmp`."""
    return f".{name}.{mark}.tmp"


def sha256_of(path: Path) -> str:
    """SHA-256 (hex) of a local file."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _is_plain(name: str) -> bool:
    return bool(name) and name not in (".", "..") and not any(c in name for c in "/\\\0\n\r")


def _read(sftp: paramiko.SFTPClient, path: str, sink: Callable[[bytes], int], at_most: int | None) -> Fetched:
    size = sftp.stat(path).st_size or 0
    if at_most is not None and size > at_most:
        raise ValueError(f"remote file has {size} bytes, at most {at_most} are allowed")
    seen, told = hashlib.sha256(), 0
    with sftp.open(path, "rb") as remote:
        remote.prefetch(size, max_concurrent_requests=REQUESTS_AT_ONCE)
        while told < size and (block := remote.read(min(CHUNK, size - told))):
            seen.update(block)
            sink(block)
            told += len(block)
    if told != size:
        raise PartnerUnavailable(say("errors.remote.shrank"), say("errors.remote.shrank_fix"))
    return Fetched(told, seen.hexdigest())


def _write(source: Path, remote: paramiko.SFTPFile) -> None:
    with source.open("rb") as local, remote:
        remote.set_pipelined(True)
        block = local.read(CHUNK)
        while following := local.read(CHUNK):
            remote.write(block)
            block = following
        # paramiko drops the error replies of pipelined writes; one plain write at the end waits for all of them.
        remote.set_pipelined(False)
        remote.write(block)


def _rename(sftp: paramiko.SFTPClient, hidden: str, final: str) -> None:
    try:
        sftp.rename(hidden, final)
    except OSError:
        if _exists(sftp, final):
            raise NameTaken(
                "Trên máy chủ đã có tệp cùng tên.", "Không ghi đè. Xem tệp đã có trước khi làm tiếp.", code="NAME_TAKEN"
            ) from None
        raise


def _exists(sftp: paramiko.SFTPClient, path: str) -> bool:
    try:
        sftp.stat(path)
    except FileNotFoundError:
        return False
    return True


def _forget(sftp: paramiko.SFTPClient, hidden: str) -> None:
    try:
        sftp.remove(hidden)
    except (OSError, EOFError, paramiko.SSHException):
        return  # it was renamed, never made, or the line is gone: the next attempt looks again


def _plain_words(error: OSError) -> str:
    return (error.strerror or str(error) or type(error).__name__).splitlines()[0][:120]
