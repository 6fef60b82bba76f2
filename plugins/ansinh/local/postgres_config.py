"""PostgreSQL settings for this machine: bounded memory, no personal data in the log."""

from __future__ import annotations

import os
from pathlib import Path

_MB = 1 << 20
_CGROUP_LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")


def machine_memory() -> int:
    """Bytes we may count on: the machine's memory, or the container's limit where that is smaller."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for name in _CGROUP_LIMITS:
        try:
            total = min(total, int(Path(name).read_text(encoding="ascii")))
        except (OSError, ValueError):  # no such cgroup version here, or "max"
            continue
    return total


def settings(*, port: int, durable: bool, memory: int | None = None, cores: int | None = None) -> dict[str, str]:
    """Server settings. `durable=False` (tests only) trades crash safety for speed."""
    memory = memory or machine_memory()
    cores = cores or len(os.sched_getaffinity(0))
    chosen = {
        "listen_addresses": "127.0.0.1",
        "port": str(port),
        "unix_socket_directories": "",
        "max_connections": "120",
        "password_encryption": "scram-sha-256",
        "shared_buffers": _mb(memory // 16, 64, 384),
        "work_mem": _mb(memory // 256, 8, 48),
        "maintenance_work_mem": _mb(memory // 32, 64, 256),
        "effective_cache_size": _mb(memory // 2, 256, 1 << 20),
        "max_parallel_workers": str(cores),
        "max_parallel_workers_per_gather": str(max(1, min(4, cores // 2))),
        "max_parallel_maintenance_workers": str(max(1, min(4, cores // 2))),
        "jit": "off",  # our queries are short and many: compiling them costs more than it saves
        "random_page_cost": "1.1",
        "wal_level": "minimal",  # tables dbt fills in the transaction that makes them need no WAL
        "max_wal_senders": "0",
        "max_wal_size": "2GB",
        "checkpoint_timeout": "15min",
        "dynamic_shared_memory_type": _shared_memory(),
        "timezone": "UTC",
        "log_timezone": "UTC",
        "lc_messages": "C",
        "log_min_messages": "warning",
        "log_error_verbosity": "terse",  # a DETAIL line would carry a person's values
        "log_min_error_statement": "panic",  # and so would the statement
    }
    if not durable:
        chosen |= {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}
    return chosen


def _mb(size: int, least: int, most: int) -> str:
    return f"{max(least, min(most, size // _MB))}MB"


def _shared_memory() -> str:
    """Containers often give /dev/shm 64 MB, too little for parallel queries: then plain mapped files."""
    try:
        room = os.statvfs("/dev/shm")  # noqa: S108 - only asked how big it is
    except OSError:
        return "mmap"
    return "posix" if room.f_bavail * room.f_frsize >= 256 * _MB else "mmap"


def render(chosen: dict[str, str]) -> str:
    """The text of postgresql.conf."""
    return "".join(f"{name} = '{value}'\n" for name, value in chosen.items())
