"""The child that opens workbooks: one process, many files, memory and processor time limited, no files written.

Runs as `python -m ansinh.intake.pool_child`; requests and answers are length-prefixed on stdin and stdout.
"""

from __future__ import annotations

import gc
import json
import resource
import struct
import sys
from pathlib import Path
from typing import Any, BinaryIO

from ansinh.core.period import Period
from ansinh.intake.model import WorkbookReading
from ansinh.intake.parcel import parcel_of
from ansinh.intake.read import read_workbook
from ansinh.intake.table import problem
from ansinh.intake.wire import pack, pack_parcel

MEMORY_BYTES = 1_000_000_000
_COLLECT_EVERY = 50


def _warm() -> None:
    """Load what every file needs before the memory limit counts it against the first one."""
    import lxml.etree
    import python_calamine
    import xlrd.compdoc

    from ansinh.intake.catalogue import catalogue
    from ansinh.intake.groups import codes

    catalogue()
    codes()
    _ = (lxml.etree, python_calamine, xlrd.compdoc)


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _answer(request: dict[str, Any]) -> bytes:
    path = Path(request["path"])
    name = request["file_name"]
    period = Period.parse(request["period"]) if request["period"] else None
    try:
        reading = read_workbook(
            path,
            file_name=name,
            period=period,
            commune_code=request["commune_code"],
            layouts=request["layouts"],
            by_column=request.get("to_land", False),
        )
        return _packed(reading, request)
    except Exception as error:
        frame = error.__traceback__
        while frame is not None and frame.tb_next is not None:
            frame = frame.tb_next
        where = f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}" if frame else ""
        sys.stderr.write(f"{type(error).__name__} at {where}\n")  # the message may hold a person's data: only its kind is told
        failed = WorkbookReading(name, request["sha256"], request["size_bytes"], status="rejected", reject_code="READER_CRASHED")
        failed.problems = [problem("READER_CRASHED")]
        return _packed(failed, request)


def _packed(reading: WorkbookReading, request: dict[str, Any]) -> bytes:
    if not request.get("to_land"):
        return pack(reading)
    return pack_parcel(parcel_of(reading, request["sha256"], request["commune_code"], request["period"], request["file_name"]))


def read_exactly(stream: BinaryIO, count: int) -> bytes:
    """So many bytes, or fewer at the end of the stream."""
    parts = []
    while count:
        part = stream.read(count)
        if not part:
            break
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def main() -> None:
    """Serve requests until stdin closes."""
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing else may write between the answers
    _warm()
    _limit()
    gc.freeze()
    gc.disable()  # readings hold no cycles worth looking for after every few hundred rows; once in a while is enough
    served = 0
    while len(head := read_exactly(requests, 4)) == 4:
        served += 1
        if served % _COLLECT_EVERY == 0:
            gc.collect()
        request = json.loads(read_exactly(requests, struct.unpack(">I", head)[0]))
        answer = _answer(request) if request else b""  # an empty request only asks whether we are up
        answers.write(struct.pack(">I", len(answer)))
        answers.write(answer)
        answers.flush()


if __name__ == "__main__":
    main()
