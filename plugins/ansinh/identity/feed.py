"""Pull the national register's files over SFTP into `raw.national_id__*`.

Append-only: full snapshots, deltas, files out of order and files sent twice all land as they came; which record of a
person counts (the latest `cap_nhat_luc`) is decided in the warehouse. Bytes seen before change nothing.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import paramiko

from ansinh.core.db import connect
from ansinh.core.errors import PartnerUnavailable
from ansinh.core.period import Period
from ansinh.core.remote import endpoint, open_sftp
from ansinh.core.remote_files import RemoteFile, fetch, list_files
from ansinh.core.spool import spool
from ansinh.identity.feed_land import FeedFile, land_file
from ansinh.identity.sources import sources

FOLDER = "incoming"
COUNTED = ("files", "accepted", "partly", "rejected", "repeated", "unfinished", "records", "bad_lines", "doubtful")


def pull(period: str) -> dict[str, int]:
    """Fetch and land every file of the feed that has not been seen. Counts only (keys `COUNTED`), no person's data.

    `period` names the run; the feed itself is not monthly. All zero where the province has no file drop. Raises UsageError,
    PartnerUnavailable (server or warehouse away: what was landed stays, the next pull goes on).
    """
    Period.parse(period)
    counts: Counter[str] = Counter(dict.fromkeys(COUNTED, 0))
    if not sources().files:
        return dict(counts)
    with open_sftp(endpoint("ansinh_national_id")) as sftp, spool("feed") as folder:
        for remote in sorted(list_files(sftp, FOLDER), key=lambda file: (file.modified, file.name)):
            counts["files"] += 1
            counts.update(_pull_one(sftp, remote, folder))
    return dict(counts)


def _pull_one(sftp: paramiko.SFTPClient, remote: RemoteFile, folder: Path) -> dict[str, int]:
    local = folder / "fetched"
    try:
        fetched = fetch(sftp, remote.path, local)
    except (PartnerUnavailable, FileNotFoundError, PermissionError):
        return {"unfinished": 1}  # still being written, or taken away: the next pull looks again
    with connect() as connection:
        status, tally = land_file(connection, FeedFile(local, remote.name, fetched.sha256, remote.modified))
    local.unlink()
    return {status: 1, "records": tally.records, "bad_lines": tally.broken, "doubtful": tally.doubtful}
