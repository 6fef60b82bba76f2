"""`ansinh doctor`: everything a month needs, looked at one by one, each with a sentence and an exit code (0, 2 or 4)."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass

from ansinh.core.errors import AnsinhError, PartnerUnavailable, UsageError
from ansinh.core.settings import home, load_settings, services, warehouse_dsn
from ansinh.text import say

_LEAST_FREE_GB = 2.0
_PYTHON = ((3, 11), (3, 13))  # from, and below


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `exit_code` 0 fine, 2 somebody must correct something here, 4 a partner does not answer."""

    title: str
    says: str
    exit_code: int = 0


def examine() -> list[Finding]:
    """Look at everything; never raises for what it finds."""
    checks: list[tuple[str, Callable[[], str]]] = [
        ("python", _python),
        ("disk", _disk),
        ("ports", _ports),
        ("settings", _settings),
        ("bank_keys", _bank_keys),
        ("database", _database),
        *((name, _partner(name)) for name in ("ansinh_communes", "ansinh_national_id", "ansinh_bank")),
        ("register", _register),
    ]
    return [_look(say(f"doctor.{name}") if not name.startswith("ansinh_") else name, check) for name, check in checks]


def _look(title: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(title, check())
    except PartnerUnavailable as error:
        return Finding(title, str(error), 4)
    except AnsinhError as error:
        return Finding(title, str(error), 2)


def _python() -> str:
    version = sys.version_info[:2]
    if not _PYTHON[0] <= version < _PYTHON[1]:
        raise UsageError(say("doctor.python_wrong", version=sys.version.split()[0]), say("doctor.python_fix"))
    return sys.version.split()[0]


def _disk() -> str:
    place = home()
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free / 1e9
    if free < _LEAST_FREE_GB:
        raise UsageError(say("doctor.disk_little", free=f"{free:.1f}", place=place), say("doctor.disk_fix", least=_LEAST_FREE_GB))
    if not os.access(place, os.W_OK):
        raise UsageError(say("doctor.disk_closed", place=place), say("doctor.disk_closed_fix"))
    return say("doctor.disk_fine", free=f"{free:.1f}", place=place)


def _ports() -> str:
    try:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
    except OSError as error:
        raise UsageError(say("doctor.ports_none"), say("doctor.ports_fix")) from error
    return say("doctor.ports_fine")


def _settings() -> str:
    found = load_settings().model_dump(mode="json")
    path = home() / "ansinh.toml"
    shown = "; ".join(f"{section}.{key} = {value}" for section, keys in found.items() for key, value in keys.items())
    return f"{path if path.exists() else say('doctor.settings_default')} · {shown}"


def _bank_keys() -> str:
    from ansinh.payment.openpgp import examine
    from ansinh.payment.profile import load_profile

    rules = load_profile(load_settings().bank.profile).openpgp
    return examine(rules) if rules else say("doctor.bank_keys_none")


def _database() -> str:
    from ansinh.core.db import connect

    if not os.environ.get("ANSINH_DSN") and not services().get("dsn"):
        return _embedded()
    with connect(warehouse_dsn()) as connection:
        row = connection.execute("select current_setting('server_version')").fetchone()
    return f"PostgreSQL {row[0] if row else '?'}"


def _embedded() -> str:
    from ansinh.local.postgres_place import program_version
    from ansinh.local.unprivileged import find_way

    return say("doctor.database_embedded", version=program_version(), way=say(f"doctor.way_{find_way().kind}"))


def _partner(name: str) -> Callable[[], str]:
    def check() -> str:
        from ansinh.core.remote import endpoint, open_sftp, variable

        if not os.environ.get(variable(name)) and name not in services().get("remotes", {}):
            return say("doctor.partner_later")
        partner = endpoint(name)
        with open_sftp(partner) as sftp:
            sftp.listdir(".")
        return say("doctor.partner_fine", host=partner.host, port=partner.port)

    return check


def _register() -> str:
    """Where the register is heard from; a service is called without a question, so nobody is asked about."""
    import httpx

    from ansinh.identity.sources import sources

    found = sources()
    if found.service is None:
        return say("doctor.register_files")
    try:
        httpx.get(found.service.url, timeout=10, trust_env=False)
    except httpx.TransportError as error:
        raise PartnerUnavailable(say("doctor.register_silent", url=found.service.url), say("doctor.register_fix")) from error
    return say("doctor.register_both" if found.files else "doctor.register_service", url=found.service.url)
