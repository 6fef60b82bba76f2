"""The ways the intake benchmark compares. Each takes its share of the work and says when it is ready for the first file."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

PERIOD = "2026-11"
Ready = Callable[[], None]


def calamine(files: list[str], ready: Ready) -> None:
    """python-calamine: every cell of every sheet as a Python value, and nothing more."""
    from python_calamine import CalamineWorkbook

    ready()
    for name in files:
        workbook = CalamineWorkbook.from_path(name)
        for sheet in workbook.sheet_names:
            workbook.get_sheet_by_name(sheet).to_python()


def openpyxl_read_only(files: list[str], ready: Ready) -> None:
    """openpyxl in its fast mode: the same."""
    import openpyxl

    ready()
    for name in files:
        book = openpyxl.load_workbook(name, read_only=True)
        for sheet in book.worksheets:
            for _ in sheet.iter_rows(values_only=True):
                pass
        book.close()


def folder_to_raw(files: list[str], ready: Ready) -> None:
    """Ours: hashed, judged in a reading child, landed. The spool gets links to the files; nothing is fetched over a network."""
    from ansinh.core.db import connect
    from ansinh.core.spool import spool
    from ansinh.intake.arrivals import Delivery
    from ansinh.intake.collect import collect_deliveries
    from ansinh.intake.judge import Arrived
    from ansinh.intake.pool import ReaderPool

    def deliveries(folder: Path) -> Iterator[Delivery]:
        from ansinh.core.remote_files import sha256_of

        for number, name in enumerate(files):
            path, local = Path(name), folder / str(number)
            os.link(path, local)
            about = path.stat()
            moment = datetime.fromtimestamp(about.st_mtime, UTC)
            yield Delivery(Arrived(path.parts[-3], path.name, sha256_of(path), about.st_size, moment), local)

    with spool("sheets") as folder, ReaderPool() as pool, connect(autocommit=True) as connection:
        pool.warm_up()
        ready()
        collect_deliveries(connection, pool, PERIOD, deliveries(folder), folder)


def answers(communes: list[str], ready: Ready) -> None:
    """Ours: every list answered into the commune's folder on the SFTP server."""
    from ansinh.intake.answer import answer_communes

    ready()
    answer_communes(PERIOD, communes)


def forget_answers(home: Path) -> None:
    """Take the answers away again, so that the next size begins alike."""
    for folder in (home / "sftp" / "communes").glob("*/returned"):
        shutil.rmtree(folder)
