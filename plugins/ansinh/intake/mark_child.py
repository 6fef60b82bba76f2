"""The child that marks workbooks: `python -m ansinh.intake.mark_child`, one pickled job after the other on stdin.

It sees untrusted files, so it has little memory, little time and nothing to say but which way the answer was made.
"""

from __future__ import annotations

import os
import pickle
import resource
import struct
import sys
from typing import BinaryIO

MEMORY_BYTES = 1 << 30
CPU_SECONDS = 40
_LENGTH = struct.Struct("<Q")


def write_frame(stream: BinaryIO, value: object) -> None:
    """One pickled value with its length before it."""
    body = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
    stream.write(_LENGTH.pack(len(body)) + body)
    stream.flush()


def read_frame(stream: BinaryIO) -> object:
    """The next value. Raises EOFError when the other side is gone."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    return pickle.loads(stream.read(_LENGTH.unpack(head)[0]))  # noqa: S301 - the pipe between us and our own child


def main() -> None:
    """Serve until stdin ends. Any error of a job is answered by its class name and the next job is taken."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing a library prints may mix with the answers
    from ansinh.intake.mark import mark_answer

    while True:
        try:
            job = read_frame(sys.stdin.buffer)
        except EOFError:
            return
        used = resource.getrusage(resource.RUSAGE_SELF)
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + CPU_SECONDS, resource.RLIM_INFINITY))
        try:
            done: tuple[str, str] = ("ok", mark_answer(*job))  # type: ignore[misc]
        except Exception as error:
            done = ("error", type(error).__name__)
        write_frame(out, done)


if __name__ == "__main__":
    main()
