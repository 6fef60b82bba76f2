"""Private folders for files on their way through."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from ansinh.core.spool import spool


def test_spools_opened_at_the_same_moment_leave_each_other_alone(home: Path) -> None:
    def one(_: int) -> bool:
        with spool("together") as folder:
            (folder / "file").write_text("x", encoding="ascii")
            return folder.exists()

    with ThreadPoolExecutor(8) as many:
        assert all(many.map(one, range(150)))
    assert list((home / "run/spool").iterdir()) == []


def test_a_folder_whose_owner_was_killed_is_swept_by_the_next(home: Path) -> None:
    left = home / "run/spool/sheets-gone"
    left.mkdir(parents=True)
    (left / ".in-use").touch()
    (left / "list.xlsx").touch()
    with spool("sheets") as folder:
        assert not left.exists()
        assert folder.exists()


def test_a_spool_is_gone_also_after_an_error(home: Path) -> None:
    with pytest.raises(RuntimeError), spool("sheets") as folder:
        raise RuntimeError
    assert not folder.exists()
