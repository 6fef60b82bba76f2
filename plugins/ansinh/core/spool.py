"""A private folder for files on their way through: readable by us alone, gone afterwards even after a crash."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from ansinh.core.settings import home

_LOCK = ".in-use"


@contextmanager
def spool(purpose: str) -> Iterator[Path]:
    """A fresh folder (mode 0700) under `$ANSINH_HOME/run/spool`, removed at the end.

    Its owner holds a lock, so a folder whose owner was killed is recognised and removed by the next spool.
    """
    parent = home() / "run" / "spool"
    parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with ExitStack() as held:
        with parent.with_name("spool.lock").open("w") as turn:  # nobody sweeps while a folder is there and its lock not yet held
            fcntl.flock(turn, fcntl.LOCK_EX)
            _sweep(parent)
            folder = Path(tempfile.mkdtemp(prefix=f"{purpose}-", dir=parent))
            held.callback(shutil.rmtree, folder, ignore_errors=True)
            lock = held.enter_context((folder / _LOCK).open("w"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder


def _sweep(parent: Path) -> None:
    for lock_file in parent.glob(f"*/{_LOCK}"):
        try:
            with lock_file.open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(lock_file.parent, ignore_errors=True)
        except OSError:
            continue  # its owner is alive, or somebody else has just removed it
