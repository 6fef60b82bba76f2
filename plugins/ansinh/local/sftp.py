"""The embedded SFTP server of communes, national-ID feed and bank: one asyncssh process on a free port of 127.0.0.1.

Each user is locked into `$ANSINH_HOME/sftp/<user>` and signs in with a generated key; the host key is generated
once per home and pinned by our side. `rename` is the SFTP v3 one: it refuses an existing target, atomically.
"""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path
from typing import Any

import asyncssh

from ansinh.local.child import Child, announce, die_with_parent, launch, stop_child

USERS = {"communes": (), "national_id": ("incoming",), "bank": ("inbox", "outbox")}
NAME = "sftp"


def start(home: Path, *, with_parent: bool = False) -> Child:
    """Start the server of this home unless it already runs; returns pid and port. Folders and keys are made when missing.

    The process stays in the caller's process group; `with_parent` also ends it when the starting process dies.
    Raises AnsinhError when it does not come up within 20 s.
    """
    prepare(home)
    return launch(home, NAME, ["-m", "ansinh.local.sftp", str(home.absolute())], with_parent=with_parent)


def stop(home: Path) -> None:
    """Stop the server of this home; does nothing when it does not run."""
    stop_child(home, NAME)


def remotes(home: Path, port: int) -> dict[str, dict[str, object]]:
    """The `remotes` part of services.json: how our side reaches the three partners of this home."""
    host_key = _keys(home, "sftp_host").with_suffix(".pub").read_text(encoding="utf-8").split()
    return {
        f"ansinh_{user}": {
            "host": "127.0.0.1",
            "port": port,
            "user": user,
            "key_file": str(_keys(home, user)),
            "host_key": " ".join(host_key[:2]),
            "base": "",
        }
        for user in USERS
    }


def prepare(home: Path) -> None:
    """Make the partners' folders and the key files (ed25519, mode 0600), keeping what is there."""
    for user, folders in USERS.items():
        for folder in ("", *folders):
            (home / "sftp" / user / folder).mkdir(parents=True, exist_ok=True)
    for owner in ("sftp_host", *USERS):
        _generate(_keys(home, owner))


def _keys(home: Path, owner: str) -> Path:
    return home.absolute() / "run" / "keys" / f"{owner}_ed25519"


def _generate(path: Path) -> None:
    public = path.with_suffix(".pub")
    if path.exists() and public.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = asyncssh.generate_private_key("ssh-ed25519", comment=path.name)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(key.export_private_key())
    public.write_bytes(key.export_public_key())


class _Door(asyncssh.SSHServer):  # type: ignore[misc]
    """Key-only authentication of the three users."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def begin_auth(self, username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return False

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        if username not in USERS:
            return False
        known = asyncssh.read_public_key(str(_keys(self._home, username).with_suffix(".pub")))
        return bool(known.public_data == key.public_data)


class _Room(asyncssh.SFTPServer):  # type: ignore[misc]
    """One user's folder; `rename` cannot overwrite even when two clients race."""

    def __init__(self, channel: Any, home: Path) -> None:
        super().__init__(channel, chroot=str(home / "sftp" / channel.get_extra_info("username")).encode())

    def rename(self, oldpath: bytes, newpath: bytes) -> None:
        old, new = (Path(os.fsdecode(self.map_path(path))) for path in (oldpath, newpath))
        if old.is_dir():
            raise asyncssh.SFTPPermissionDenied("folders are not renamed")
        try:
            new.hardlink_to(old)  # fails when the target exists, in one step, unlike exists() + rename()
        except FileExistsError:
            raise asyncssh.SFTPFailure("File already exists") from None
        old.unlink()

    def posix_rename(self, oldpath: bytes, newpath: bytes) -> None:
        raise asyncssh.SFTPOpUnsupported("posix-rename is not offered")

    def symlink(self, oldpath: bytes, newpath: bytes) -> None:
        raise asyncssh.SFTPPermissionDenied("links are not offered")

    def link(self, oldpath: bytes, newpath: bytes) -> None:
        raise asyncssh.SFTPPermissionDenied("links are not offered")


async def _serve(home: Path) -> None:
    server = await asyncssh.create_server(
        lambda: _Door(home),
        "127.0.0.1",
        0,
        server_host_keys=[str(_keys(home, "sftp_host"))],
        sftp_factory=lambda channel: _Room(channel, home),
        allow_scp=False,
        agent_forwarding=False,
        x11_forwarding=False,
    )
    announce(home, NAME, server.get_port())
    await server.wait_closed()


def main(argv: list[str]) -> None:
    """Serve the home named by the first argument until the process is ended."""
    die_with_parent()
    asyncio.run(_serve(Path(argv[0])))


if __name__ == "__main__":
    main(sys.argv[1:])
