"""What lies in the communes' folders: listed, fetched to a private place, and left where it was."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import paramiko

from ansinh.core.errors import PartnerUnavailable
from ansinh.core.period import Period
from ansinh.core.remote_files import RemoteFile, fetch, list_files
from ansinh.core.settings import load_settings
from ansinh.intake.judge import Arrived
from ansinh.rules.reference import load

INCOMING = "incoming"
MOST_BYTES = 64 << 20  # the reader refuses earlier and says why; this keeps the disk
_LITTER = {"thumbs.db", "desktop.ini"}


@dataclass(slots=True)
class Delivery:
    """A file on its way in. `path` is where it was fetched to; None for a file too large to fetch.

    `layouts` are the mappings a person confirmed for the commune: header key → {column letter: field}.
    """

    arrived: Arrived
    path: Path | None
    layouts: dict[str, dict[str, str]] = field(default_factory=dict)


def known_communes(period: str) -> frozenset[str]:
    """Commune codes of the province's code system that are in force in the period (never a bare code: they were re-used in 2025)."""
    system, day = load_settings().communes.code_system, Period.parse(period).first_day.isoformat()
    return frozenset(
        row["commune_code"]
        for row in load("communes")
        if row["code_system"] == system and row["valid_from"] <= day and (not row["valid_to"] or row["valid_to"] >= day)
    )


def deliveries(sftp: paramiko.SFTPClient, commune_code: str, folder: Path, counts: Counter[str]) -> Iterator[Delivery]:
    """Fetch the commune's files one by one, oldest first. A file still being written is left for the next run."""
    for number, remote in enumerate(_listed(sftp, commune_code, counts)):
        counts["files"] += 1
        local = folder / f"{commune_code}-{number}"
        try:
            fetched = fetch(sftp, remote.path, local, at_most=MOST_BYTES)
        except (PartnerUnavailable, FileNotFoundError, PermissionError):
            counts["unfinished"] += 1
        except ValueError:
            yield Delivery(_arrived(commune_code, remote, _name_of_bytes(commune_code, remote), remote.size), None)
        else:
            yield Delivery(_arrived(commune_code, remote, fetched.sha256, fetched.size), local)


def _listed(sftp: paramiko.SFTPClient, commune_code: str, counts: Counter[str]) -> list[RemoteFile]:
    try:
        found = list_files(sftp, f"{commune_code}/{INCOMING}")
    except (PermissionError, UnicodeDecodeError):  # a name in no encoding we know hides the whole folder from the protocol
        counts["folders_unreadable"] += 1
        return []
    wanted = (file for file in found if file.name.lower() not in _LITTER)
    return sorted(wanted, key=lambda file: (file.modified, file.name))


def _arrived(commune_code: str, remote: RemoteFile, sha256: str, size: int) -> Arrived:
    return Arrived(commune_code, remote.name, sha256, size, remote.modified)


def _name_of_bytes(commune_code: str, remote: RemoteFile) -> str:
    """Stands in for the hash of bytes we will not fetch: the same until the file is replaced."""
    return hashlib.sha256(f"{commune_code}|{remote.name}|{remote.size}|{remote.modified.isoformat()}".encode(errors="replace")).hexdigest()
