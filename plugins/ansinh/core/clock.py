"""The only clock. `ANSINH_NOW` (ISO 8601) moves it, so a past month can be run as if it were today."""

from __future__ import annotations

import os
from datetime import datetime
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """The present moment in Vietnam, or the moment named by `ANSINH_NOW` (naive means Vietnam time)."""
    named = os.environ.get("ANSINH_NOW")
    if not named:
        return datetime.now(VIETNAM)
    moment = datetime.fromisoformat(named)
    return moment.replace(tzinfo=VIETNAM) if moment.tzinfo is None else moment.astimezone(VIETNAM)
