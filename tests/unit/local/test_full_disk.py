"""A full disk is named before a month begins, and again when it made something else fail."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from ansinh.core import failures, room
from ansinh.core.errors import AnsinhError

_RUN = "mount -t tmpfs -o size=1m tmpfs {home} && exec {python} -m ansinh.cli run --period 2026-11"


@pytest.mark.needs_root
@pytest.mark.skipif(os.geteuid() != 0, reason="needs root: mounts a small disk in a namespace of its own")
def test_a_month_does_not_begin_on_a_full_disk(home: Path) -> None:
    script = _RUN.format(home=home, python=sys.executable)
    done = subprocess.run(["unshare", "-m", "sh", "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 1
    assert done.stderr.startswith("Ổ đĩa đã đầy.")
    assert "Traceback" not in done.stderr


def test_room_is_looked_for_where_a_home_will_lie(tmp_path: Path) -> None:
    room.require(tmp_path / "not" / "there" / "yet", 1)
    with pytest.raises(AnsinhError) as caught:
        room.require(tmp_path / "not" / "there" / "yet", 1 << 62)
    assert caught.value.code == "DISK_FULL"


def test_a_failure_that_cannot_be_written_down_does_not_hide_itself(home: Path) -> None:
    (home / "run").write_text("a file where the folder should be", encoding="utf-8")
    failures.keep("collect_sheets", "run-1", "collect", AnsinhError("Hỏng."))
    assert failures.read("collect_sheets", "run-1") is None
