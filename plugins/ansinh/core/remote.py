"""The SFTP partners (communes, national-ID feed, bank): where they are and how a connection to them is opened.

The host key is pinned, only a key file authenticates, weak algorithms are off, every wait has an end.
What is done over the connection (list, fetch, put) is in `ansinh.core.remote_files`.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import paramiko
from pydantic import BaseModel, ConfigDict, ValidationError

from ansinh.core.errors import AnsinhError, PartnerUnavailable, UsageError
from ansinh.core.settings import services
from ansinh.text import say

CONNECT_SECONDS = 15
ANSWER_SECONDS = 60
# Still offered by paramiko 5 for old servers; no partner of ours may use them.
WEAK = {
    "ciphers": ["3des-cbc", "aes128-cbc", "aes192-cbc", "aes256-cbc"],
    "macs": ["hmac-md5", "hmac-md5-96", "hmac-sha1", "hmac-sha1-96"],
}
_DROPPED = (paramiko.SSHException, EOFError, ConnectionError, TimeoutError)


class HostKeyChanged(AnsinhError):
    """The partner shows another host key than the pinned one: nothing was sent, a person must look."""

    exit_code = 3


class Endpoint(BaseModel):
    """One partner. `host_key` is the pinned key as in known_hosts (`ssh-ed25519 AAAA…`), `base` the folder we start in."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    host: str
    port: int = 22
    user: str
    key_file: Path
    host_key: str
    base: str = ""


def variable(name: str) -> str:
    """The environment variable that overrides a partner: `ansinh_bank` → `ANSINH_REMOTE_ANSINH_BANK` (JSON of an Endpoint)."""
    return f"ANSINH_REMOTE_{name.upper()}"


def endpoint(name: str) -> Endpoint:
    """The partner `ansinh_communes`, `ansinh_national_id` or `ansinh_bank`: from the environment, else from services.json.

    Raises UsageError when it is not configured or its description is wrong.
    """
    named = os.environ.get(variable(name))
    try:
        found = json.loads(named) if named else services().get("remotes", {}).get(name)
        if found is None:
            raise UsageError(say("errors.remote.undeclared", name=name), say("errors.remote.undeclared_fix", name=name))
        return Endpoint.model_validate({**found, "name": name})
    except (json.JSONDecodeError, ValidationError) as error:
        raise UsageError(say("errors.remote.malformed", name=name), say("errors.remote.malformed_fix", variable=variable(name))) from error


def is_local(name: str) -> bool:
    """True while the partner is the embedded server of this home (then, and only then, the demo bank may run behind it)."""
    ours: dict[str, Any] | None = services().get("remotes", {}).get(name)
    if not ours:
        return False
    used = endpoint(name)
    return (used.host, used.port, used.user) == (ours.get("host"), ours.get("port"), ours.get("user"))


@contextmanager
def open_sftp(partner: Endpoint) -> Iterator[paramiko.SFTPClient]:
    """A connection whose current folder is `partner.base`, closed at the end.

    Raises HostKeyChanged for another host key, UsageError for a bad key file, PartnerUnavailable when the
    partner does not answer, refuses our key, or the line breaks while the connection is used.
    """
    client = paramiko.SSHClient()
    client.set_missing_host_key_policy(paramiko.RejectPolicy())
    try:
        sftp = _connect(client, partner)
        try:
            yield sftp
        except _DROPPED as error:
            raise _unavailable(partner, "đứt giữa chừng") from error
    finally:
        client.close()


def _connect(client: paramiko.SSHClient, partner: Endpoint) -> paramiko.SFTPClient:
    pin = _host_key(partner)
    known_as = partner.host if partner.port == 22 else f"[{partner.host}]:{partner.port}"
    client.get_host_keys().add(known_as, pin.get_name(), pin)
    key = _own_key(partner)
    try:
        wire = socket.create_connection((partner.host, partner.port), CONNECT_SECONDS)
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # without it every 32 KB write waits about 40 ms
        client.connect(
            partner.host,
            partner.port,
            partner.user,
            pkey=key,
            sock=wire,
            allow_agent=False,
            look_for_keys=False,
            timeout=CONNECT_SECONDS,
            banner_timeout=CONNECT_SECONDS,
            auth_timeout=CONNECT_SECONDS,
            channel_timeout=CONNECT_SECONDS,
            disabled_algorithms=WEAK,
        )
        sftp = client.open_sftp()
        channel = sftp.get_channel()
        if channel is not None:
            channel.settimeout(ANSWER_SECONDS)
        if partner.base:
            sftp.chdir(partner.base)
    except paramiko.BadHostKeyException as error:
        raise HostKeyChanged(
            f"Máy chủ của «{partner.name}» đưa ra khóa khác với khóa đã ghim.",
            "Chưa gửi gì. Gọi cho đối tác xác nhận khóa mới rồi mới sửa host_key.",
            code="HOST_KEY_CHANGED",
        ) from error
    except paramiko.AuthenticationException as error:
        raise _unavailable(partner, "không nhận khóa đăng nhập của ta") from error
    except (*_DROPPED, OSError) as error:
        raise _unavailable(partner, "không trả lời") from error
    return sftp


def _host_key(partner: Endpoint) -> paramiko.PKey:
    try:
        entry = paramiko.hostkeys.HostKeyEntry.from_line(f"pinned {partner.host_key}")
        if entry is None or entry.key is None:
            raise ValueError("no key")
    except (ValueError, paramiko.SSHException, paramiko.hostkeys.InvalidHostKey) as error:
        raise UsageError(say("errors.remote.host_key", name=partner.name), say("errors.remote.host_key_fix")) from error
    return entry.key


def _own_key(partner: Endpoint) -> paramiko.PKey:
    try:
        return paramiko.PKey.from_path(partner.key_file)
    except (OSError, ValueError, paramiko.SSHException, paramiko.pkey.UnknownKeyType) as error:
        raise UsageError(
            say("errors.remote.key_file", name=partner.name), say("errors.remote.key_file_fix", key_file=partner.key_file)
        ) from error


def _unavailable(partner: Endpoint, what: str) -> PartnerUnavailable:
    return PartnerUnavailable(
        say("errors.remote.failed", name=partner.name, host=partner.host, port=partner.port, what=what), say("errors.remote.failed_fix")
    )
