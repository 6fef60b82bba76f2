"""Let a program that refuses to run as root run anyway, without touching the machine's accounts.

PostgreSQL refuses euid 0. Started by root we put it into a user namespace of its own: inside it is an
ordinary user, outside its files still belong to root and it holds no capability. Where namespaces are
forbidden (some containers) it drops to the machine's `nobody` instead. This file is also the tiny
program that does the switch, so it imports the standard library only:

    python -I -S unprivileged.py namespace|drop|plain UID GID SIGNAL PROGRAM ARGS…

With a SIGNAL (`SIGTERM:<pid of the starter>`, `-` for none) the program receives it when its starter dies.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import signal
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_CLONE_NEWUSER = 0x10000000
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Way:
    """How to become unprivileged: `plain` (we already are), `namespace` or `drop`, and as which account."""

    kind: str
    uid: int
    gid: int

    def command(self, argv: list[str], *, when_parent_dies: str = "-") -> list[str]:
        """The command line that runs `argv` this way; `when_parent_dies`: the signal it then gets."""
        if self.kind == "plain" and when_parent_dies == "-":
            return argv
        us = str(Path(__file__).resolve())
        if when_parent_dies != "-":
            when_parent_dies = f"{when_parent_dies}:{os.getpid()}"
        return [sys.executable, "-I", "-S", us, self.kind, str(self.uid), str(self.gid), when_parent_dies, *argv]


def follow_parent(argv: list[str], signal_name: str) -> list[str]:
    """The command line that runs `argv` as we are, and sends it the signal when we die."""
    return Way("plain", 0, 0).command(argv, when_parent_dies=signal_name)


@lru_cache(maxsize=1)
def find_way() -> Way:
    """The first way that works on this machine. Raises LookupError as root on a machine with no other account."""
    if os.geteuid() != 0:
        return Way("plain", os.geteuid(), os.getegid())
    account = _ordinary_account()
    namespace = Way("namespace", account.pw_uid, account.pw_gid)
    probe = subprocess.run(
        namespace.command(["/bin/sh", "-c", "exit 0"]), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
    )
    return namespace if probe.returncode == 0 else Way("drop", account.pw_uid, account.pw_gid)


def _ordinary_account() -> pwd.struct_passwd:
    """An existing account that is not root: initdb wants a name for its uid."""
    accounts = {entry.pw_name: entry for entry in pwd.getpwall() if entry.pw_uid != 0}
    for name in ("nobody", "daemon", *sorted(accounts)):
        if name in accounts:
            return accounts[name]
    raise LookupError("no account but root")


def _enter_namespace(uid: int, gid: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    if libc.unshare(_CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{uid} {outer_uid} 1")
    Path("/proc/self/gid_map").write_text(f"{gid} {outer_gid} 1")


def _drop(uid: int, gid: int) -> None:
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def _main(kind: str, uid: int, gid: int, when_parent_dies: str, argv: list[str]) -> None:
    if kind == "namespace":
        _enter_namespace(uid, gid)
    elif kind == "drop":
        _drop(uid, gid)
    if when_parent_dies != "-":
        name, parent = when_parent_dies.split(":")
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.Signals[name]))
        if os.getppid() != int(parent):
            sys.exit(1)  # the starter died before we could ask to follow it
    os.execv(argv[0], argv)  # noqa: S606 - our own server by its path, no shell wanted


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4], sys.argv[5:])
