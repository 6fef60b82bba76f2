"""Where the register is heard from: the file drop, the service that is asked about one person a call, or both.

`national_id.source` of ansinh.toml is `auto` unless a province says more: an `ansinh_national_id` connection of type SFTP is
the file drop, one of type HTTP the service alone; a service beside a file drop is the connection `ansinh_national_id_service`.
"""

from __future__ import annotations

from dataclasses import dataclass

from ansinh.core.errors import UsageError
from ansinh.core.settings import load_settings
from ansinh.identity.service import ServiceEndpoint, service_endpoint
from ansinh.text import say


@dataclass(frozen=True, slots=True)
class Sources:
    """`files`: look into the drop. `service`: ask there, None where nobody is asked."""

    files: bool
    service: ServiceEndpoint | None


def sources() -> Sources:
    """What the settings and the connections say together. Raises UsageError where they contradict each other."""
    wanted = load_settings().national_id.source
    service = service_endpoint()
    if wanted in ("service", "both") and service is None:
        raise UsageError(say("register.no_service", source=wanted), say("register.no_service_fix"))
    if wanted in ("files", "both") and service is not None and service.instead_of_files:
        raise UsageError(say("register.no_drop", source=wanted), say("register.no_drop_fix"))
    has_drop = service is None or not service.instead_of_files
    return Sources(wanted in ("files", "both") or (wanted == "auto" and has_drop), None if wanted == "files" else service)
