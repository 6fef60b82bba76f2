"""Supervised readers: every workbook is opened in a child with limits; a file that kills its child is refused alone."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import queue
import select
import struct
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any

from ansinh.core.period import Period
from ansinh.core.settings import project_root
from ansinh.intake.judge import Arrived
from ansinh.intake.model import WorkbookReading
from ansinh.intake.parcel import Parcel
from ansinh.intake.table import problem
from ansinh.intake.wire import unpack, unpack_parcel

log = logging.getLogger(__name__)
KILLED_AFTER = 30.0  # seconds a file may take
_STARTED_WITHIN = 60.0  # more for the first one: the child is still importing
_AHEAD = 3
_PIPE_BYTES = 1 << 20  # a usual answer in one piece: the child does not wait for us to take it
_CHILD = "ansinh.intake.pool_child"


@dataclass(frozen=True, slots=True)
class Job:
    """One file to read; the fields are those of `read_workbook`."""

    path: Path
    file_name: str | None = None
    period: Period | None = None
    commune_code: str | None = None
    layouts: dict[str, dict[str, str]] = field(default_factory=dict)


class _Died(Exception):
    """The child ended or stayed silent; `code` is the catalogue's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class _Child:
    """One reading process, started when first needed and again after it died."""

    def __init__(self, killed_after: float) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._killed_after = killed_after
        self._served = 0

    def ask(self, request: bytes) -> bytes:
        """Send one request, wait for its answer. Raises _Died; the next call starts a new child."""
        process = self._process or self._start()
        assert process.stdin is not None and process.stdout is not None  # noqa: S101 (opened as pipes below)
        try:
            process.stdin.write(struct.pack(">I", len(request)) + request)
            process.stdin.flush()
            deadline = time.monotonic() + (self._killed_after if self._served else self._killed_after + _STARTED_WITHIN)
            size = struct.unpack(">I", self._read(process.stdout.fileno(), 4, deadline))[0]
            answer = self._read(process.stdout.fileno(), size, deadline)
        except (BrokenPipeError, _Died) as error:
            self.stop()
            raise (error if isinstance(error, _Died) else _Died("READER_CRASHED")) from error
        self._served += 1
        return answer

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "ANSINH_PROJECT": str(project_root()), "MALLOC_ARENA_MAX": "1"}
        self._served = 0
        self._process = subprocess.Popen(
            [sys.executable, "-m", _CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE if log.isEnabledFor(logging.DEBUG) else subprocess.DEVNULL,
            env=environment,
            pipesize=_PIPE_BYTES,
        )
        return self._process

    def _read(self, descriptor: int, count: int, deadline: float) -> bytes:
        parts = bytearray()
        while len(parts) < count:
            left = deadline - time.monotonic()
            if left <= 0 or not select.select([descriptor], [], [], left)[0]:
                raise _Died("READER_TIMEOUT")
            part = os.read(descriptor, min(1 << 20, count - len(parts)))
            if not part:
                raise _Died("READER_CRASHED")
            parts += part
        return bytes(parts)

    def stop(self) -> None:
        """End the child now."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                try:
                    stream.close()
                except BrokenPipeError:  # a request it never took
                    continue


class ReaderPool:
    """Some reading children; a context manager. `read` may be called from several threads."""

    def __init__(self, workers: int = 1, *, killed_after: float = KILLED_AFTER) -> None:
        self._killed_after = killed_after
        self._children = [_Child(killed_after) for _ in range(max(1, workers))]
        self._idle: queue.SimpleQueue[_Child] = queue.SimpleQueue()
        for child in self._children:
            self._idle.put(child)

    def __enter__(self) -> ReaderPool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for child in self._children:
            child.stop()

    def warm_up(self) -> None:
        """Start the children and wait until they can read."""
        for child in self._children:
            child.ask(b"null")

    def read(
        self,
        path: Path,
        *,
        file_name: str | None = None,
        period: Period | None = None,
        commune_code: str | None = None,
        layouts: dict[str, dict[str, str]] | None = None,
    ) -> WorkbookReading:
        """Like `read_workbook`, in a child. A file that kills or holds up its child comes back rejected with a code.

        Raises OSError only when the file itself cannot be read.
        """
        name = file_name or path.name
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        request: dict[str, Any] = {
            "path": str(path.absolute()), "file_name": name, "period": str(period) if period else None, "commune_code": commune_code,
            "layouts": layouts or {}, "sha256": digest, "size_bytes": path.stat().st_size,
        }  # fmt: skip
        answer = self._ask(request)
        return unpack(answer) if isinstance(answer, bytes) else answer

    def read_to_land(self, path: Path, arrived: Arrived, period: Period, layouts: dict[str, dict[str, str]] | None = None) -> Parcel:
        """The same, packed for the warehouse as that commune's file. The file is the one that arrived: it is not hashed again here."""
        request: dict[str, Any] = {
            "path": str(path.absolute()), "file_name": arrived.file_name, "period": str(period), "commune_code": arrived.commune_code,
            "layouts": layouts or {}, "sha256": arrived.sha256, "size_bytes": arrived.size_bytes, "to_land": True,
        }  # fmt: skip
        answer = self._ask(request)
        return unpack_parcel(answer) if isinstance(answer, bytes) else Parcel(answer)

    def _ask(self, request: dict[str, Any]) -> bytes | WorkbookReading:
        """The child's answer, or the refusal of a file that killed it."""
        child = self._idle.get()
        try:
            return child.ask(json.dumps(request).encode())
        except _Died as died:
            rejected = WorkbookReading(
                request["file_name"], request["sha256"], request["size_bytes"], status="rejected", reject_code=died.code
            )
            rejected.problems = [problem(died.code, "", seconds=int(self._killed_after))]
            return rejected
        finally:
            self._idle.put(child)

    def read_many(self, jobs: Iterable[Job]) -> Iterator[tuple[Job, WorkbookReading]]:
        """Readings in the order of the jobs, a few files ahead of the consumer; memory does not grow with their number."""
        workers = len(self._children)
        with ThreadPoolExecutor(workers) as threads:
            pending: deque[tuple[Job, Future[WorkbookReading]]] = deque()
            for job in jobs:
                pending.append((job, threads.submit(self._read_job, job)))
                if len(pending) >= workers + _AHEAD:
                    done, future = pending.popleft()
                    yield done, future.result()
            while pending:
                done, future = pending.popleft()
                yield done, future.result()

    def _read_job(self, job: Job) -> WorkbookReading:
        return self.read(job.path, file_name=job.file_name, period=job.period, commune_code=job.commune_code, layouts=job.layouts)
