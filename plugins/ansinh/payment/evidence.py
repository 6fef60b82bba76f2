"""What the bank's server shows of a file: the only ground on which a doubtful file moves.

A bank takes a file away by renaming it forward (inbox → being read → processed or failed), so the folders are looked at
in that order, and twice before anything is called absent. An answer that names our message is evidence as well.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import paramiko
from sqlalchemy import Connection

from ansinh.core.errors import PartnerUnavailable
from ansinh.core.remote_files import Fetched, RemoteFile, digest, fetch, list_files
from ansinh.core.spool import spool
from ansinh.payment import openpgp
from ansinh.payment.answers import Unreadable
from ansinh.payment.channel import Delivery, OpenPgp
from ansinh.payment.file_state import File
from ansinh.payment.manifest import outbox
from ansinh.payment.profile import load_profile
from ansinh.payment.session import rows
from ansinh.text import say

ANSWER_HEAD_BYTES = 65_536  # an ISO answer names the original message near its top


@dataclass(frozen=True, slots=True)
class Shipped:
    """What leaves for a file: the plain bytes, or the encrypted ones where the seal made them."""

    path: Path
    name: str
    bytes: Fetched


@dataclass(frozen=True, slots=True)
class Evidence:
    """`arrived`: whole file seen, its trace seen, or an answer to it. `different`: its name with other bytes. `where` names no person."""

    kind: Literal["arrived", "different", "none"]
    where: str = ""


def shipped(file: File) -> Shipped:
    """The local file that goes to the bank: the one encrypted at the seal where there is one, else the plain one."""
    folder = outbox(file.run_id)
    if file.encrypted_file_name and file.encrypted_sha256 and file.encrypted_size_bytes is not None:
        sealed = Fetched(file.encrypted_size_bytes, file.encrypted_sha256)
        return Shipped(folder / file.encrypted_file_name, file.encrypted_file_name, sealed)
    return Shipped(folder / file.file_name, file.file_name, Fetched(file.size_bytes, file.sha256))


def known_answers(connection: Connection) -> frozenset[str]:
    """Names of answers read before. Had one of them spoken of a file, that file would not be in doubt."""
    return frozenset(row[0] for row in rows(connection, "select file_name from ops.bank_message where status <> 'rejected'"))


def look(sftp: paramiko.SFTPClient, file: File, goods: Shipped, delivery: Delivery, known_answers: Container[str] = ()) -> Evidence:
    """Look everywhere the file may be seen. Raises PartnerUnavailable when the bank's inbox itself is missing."""
    for _ in range(2):  # a file that moves while we list is found by the second look
        try:
            found = _in_folders(sftp, goods, delivery)
        except FileNotFoundError as error:
            raise PartnerUnavailable(say("delivery.no_inbox", folder=delivery.inbox), say("delivery.no_inbox_fix")) from error
        if found.kind != "none":
            return found
    return _in_answers(sftp, file, goods, delivery, known_answers)


def clear_temporaries(sftp: paramiko.SFTPClient, goods: Shipped, delivery: Delivery) -> int:
    """Remove our own hidden files of earlier attempts; how many. Afterwards a delayed rename of theirs can only fail.

    Raises OSError when one cannot be removed: then nothing is proven.
    """
    removed = 0
    for file in list_files(sftp, delivery.inbox, finished_only=False, missing_ok=False):
        if file.name.startswith(f".{goods.name}.") and file.name.endswith(".tmp"):
            try:
                sftp.remove(file.path)
                removed += 1
            except FileNotFoundError:
                continue
    return removed


def _in_folders(sftp: paramiko.SFTPClient, goods: Shipped, delivery: Delivery) -> Evidence:
    different = ""
    for folder in (delivery.inbox, *delivery.evidence):
        for seen in list_files(sftp, folder, finished_only=False, missing_ok=folder != delivery.inbox):
            if not seen.name.startswith(goods.name) or seen.name == f"{goods.name}{delivery.control_suffix}" != goods.name:
                continue
            if seen.name != goods.name or _is_whole(sftp, seen, goods):
                return Evidence("arrived", seen.path)
            different = seen.path
    return Evidence("different", different) if different else Evidence("none")


def _is_whole(sftp: paramiko.SFTPClient, seen: RemoteFile, goods: Shipped) -> bool:
    try:
        return digest(sftp, seen.path) == goods.bytes
    except FileNotFoundError:
        return True  # taken while we looked; only a whole file ever gets this name


def _in_answers(sftp: paramiko.SFTPClient, file: File, goods: Shipped, delivery: Delivery, known: Container[str]) -> Evidence:
    marks, rules = (file.message_id.encode(), goods.name.encode()), load_profile(file.bank).openpgp
    for answer in list_files(sftp, delivery.outbox):
        if answer.name in known:
            continue
        try:
            head = _head(sftp, answer, rules)
        except (FileNotFoundError, Unreadable):
            continue
        if any(mark in head for mark in marks):
            return Evidence("arrived", answer.path)
    return Evidence("none")


def _head(sftp: paramiko.SFTPClient, answer: RemoteFile, rules: OpenPgp | None) -> bytes:
    """The beginning of an answer as the bank meant it: decrypted and verified where the bank encrypts or signs."""
    if rules is None or rules.answers == "plain":
        with sftp.open(answer.path, "rb") as source:
            return bytes(source.read(ANSWER_HEAD_BYTES))
    with spool("evidence") as folder:
        fetch(sftp, answer.path, folder / "sealed")
        openpgp.open_answer(folder / "sealed", folder / "plain", rules)
        with (folder / "plain").open("rb") as plain:
            return plain.read(ANSWER_HEAD_BYTES)
