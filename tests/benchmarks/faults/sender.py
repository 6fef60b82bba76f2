"""The process that sends and is killed: it keeps the imports warm and forks one child a point.

Speaks JSON lines on stdin/stdout: {"run", "from": "start"|"intent"} forks a child, which stops there and is announced as
{"pid"}; a line "go" lets it run; its end is announced as {"status"}. An `openat` of a marked path ends the window.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from ansinh.payment import delivery

END_MARK = "/ansinh-fault-window-ends"


def _child(run_id: str, where: str, ready: int, go: int) -> None:
    def stop_here() -> None:
        if not stopped:
            stopped.append(True)
            os.write(ready, b"r")
            os.read(go, 1)

    stopped: list[bool] = []

    deliver, finish = delivery._deliver, delivery.finish

    def deliver_from_intent(*args: object) -> str:
        if where == "intent":
            stop_here()
        return deliver(*args)  # type: ignore[arg-type]

    def finish_after_mark(*args: str) -> object:
        Path(END_MARK).exists()
        return finish(*args)

    delivery._deliver, delivery.finish = deliver_from_intent, finish_after_mark  # type: ignore[assignment]
    if where == "start":
        stop_here()
    delivery.send(run_id, "may")


def main() -> None:
    """Serve until stdin ends."""
    for line in sys.stdin:
        order = json.loads(line)
        (ready_out, ready_in), (go_out, go_in) = os.pipe(), os.pipe()
        pid = os.fork()
        if not pid:
            code = 1
            try:
                os.close(ready_out)
                os.close(go_in)
                _child(order["run"], order["from"], ready_in, go_out)
                code = 0
            finally:
                os._exit(code)
        os.close(ready_in)
        os.close(go_out)
        stopped = os.read(ready_out, 1)  # empty when the child ended before it reached the place
        print(json.dumps({"pid": pid if stopped else 0}), flush=True)
        sys.stdin.readline()
        os.write(go_in, b"g")
        _, status = os.waitpid(pid, 0)
        print(json.dumps({"status": os.waitstatus_to_exitcode(status)}), flush=True)
        os.close(ready_out)
        os.close(go_in)


if __name__ == "__main__":
    main()
