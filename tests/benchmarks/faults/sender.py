"""The process that sends and is killed: it keeps the imports warm and forks one child a point.

Speaks JSON lines on stdin/stdout. {"run", "from": "start"|"intent", "task": "send"|"resume"} forks a child, which stops there and
is announced as {"pid"}; a line "go" lets it run; its end is announced as {"status", "commits"}. "commit": [n, "before"|"after"] kills the
child at its n-th commit. An `openat` of a marked path ends the window of system calls.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

from ansinh.payment import delivery
from ansinh.payment.resolve import resume
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

from tests.benchmarks.faults.couriers import COURIERS, Courier
from tests.support.money import SENDER

END_MARK = "/ansinh-fault-window-ends"


def _child(courier: Courier, order: dict[str, object], ready: int, go: int, tell: int) -> None:
    stopped: list[bool] = []

    def stop_here() -> None:
        if not stopped:
            stopped.append(True)
            os.write(ready, b"r")
            os.read(go, 1)

    deliver, finish = delivery._deliver, delivery.finish

    def deliver_from_intent(*args: object) -> str:
        if order["from"] == "intent":
            stop_here()
        return deliver(*args)  # type: ignore[arg-type]

    def finish_after_mark(*args: str) -> object:
        Path(END_MARK).exists()
        return finish(*args)

    delivery._deliver, delivery.finish = deliver_from_intent, finish_after_mark  # type: ignore[assignment]
    count = _count_commits(order.get("commit"))
    if order["from"] == "start" or courier.name != "ansinh":
        stop_here()
    try:
        resume(str(order["run"]), SENDER) if order.get("task") == "resume" else courier.send(str(order["run"]))
    finally:
        Path(END_MARK).exists()
        os.write(tell, json.dumps(count).encode())


def _count_commits(fault: object) -> list[int]:
    """Count the commits of this process and die at the wished one. Returns the counter."""
    count, commit = [0], PGDialect_psycopg.do_commit
    at, moment = fault if isinstance(fault, list) else (0, "")

    def commit_or_die(dialect: PGDialect_psycopg, connection: object) -> None:
        count[0] += 1
        if count[0] == at and moment == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        commit(dialect, connection)  # type: ignore[arg-type]
        if count[0] == at:
            os.kill(os.getpid(), signal.SIGKILL)

    PGDialect_psycopg.do_commit = commit_or_die  # type: ignore[method-assign]
    return count


def main() -> None:
    """Serve until stdin ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # couriers may talk; the pipe is for our answers alone
    courier: Courier = COURIERS[sys.argv[1]]()
    for line in sys.stdin:
        order = json.loads(line)
        (ready_out, ready_in), (go_out, go_in), (tell_out, tell_in) = os.pipe(), os.pipe(), os.pipe()
        pid = os.fork()
        if not pid:
            code = 1
            try:
                for end in (ready_out, go_in, tell_out):
                    os.close(end)
                os.environ.update(order.get("environment", {}))
                _child(courier, order, ready_in, go_out, tell_in)
                code = 0
            finally:
                os._exit(code)
        for end in (ready_in, go_out, tell_in):
            os.close(end)
        stopped = os.read(ready_out, 1)  # empty when the child ended before it reached the place
        print(json.dumps({"pid": pid if stopped else 0}), file=answers, flush=True)
        sys.stdin.readline()
        os.write(go_in, b"g")
        _, status = os.waitpid(pid, 0)
        told = os.read(tell_out, 100)
        print(
            json.dumps({"status": os.waitstatus_to_exitcode(status), "commits": json.loads(told)[0] if told else 0}),
            file=answers,
            flush=True,
        )
        for end in (ready_out, go_in, tell_out):
            os.close(end)


if __name__ == "__main__":
    main()
