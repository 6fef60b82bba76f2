"""Words of the national register's files: life status, and what a file's name says about it."""

from __future__ import annotations

import re
from datetime import datetime

from ansinh.core.clock import VIETNAM
from ansinh.identity.names import fold

STATUS_WORDS = {
    "song": "song",
    "con song": "song",
    "chet": "chet",
    "da chet": "chet",
    "mat_tich": "mat_tich",
    "mat tich": "mat_tich",
    "huy": "huy",
}
_FULL = re.compile(r"full|snapshot|toan[ _-]?bo|day[ _-]?du")
_STAMP = re.compile(r"(?<!\d)(20\d{2})(\d{2})(\d{2})(?!\d)")


def kind_of_file(name: str) -> str:
    """`full` where the name says so, else `delta`: from a delta nobody's absence is concluded."""
    return "full" if _FULL.search(fold(name)) else "delta"


def as_of_file(name: str, modified_at: datetime) -> datetime:
    """The moment a file speaks of: the day in its name (`full_20261120.xml`), else when it was put there."""
    stamp = _STAMP.search(name)
    if stamp:
        try:
            return datetime(*(int(part) for part in stamp.groups()), tzinfo=VIETNAM)  # type: ignore[misc,arg-type]
        except ValueError:
            pass
    return modified_at
