"""A TCP proxy that cuts the line after so many bytes in one direction, as a failing network would."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator


class CutProxy:
    """Forwards 127.0.0.1:`port` to a target; `cut_up`/`cut_down` are the bytes let through towards the server/client (None: all)."""

    def __init__(self, target_port: int, *, cut_up: int | None = None, cut_down: int | None = None) -> None:
        self._target, self._limit = target_port, {"up": cut_up, "down": cut_down}
        self.passed = {"up": 0, "down": 0}
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self._target))
            for line in (client, server):
                line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._open += [client, server]
            for source, sink, way in ((client, server, "up"), (server, client, "down")):
                threading.Thread(target=self._pump, args=(source, sink, way), daemon=True).start()

    def _pump(self, source: socket.socket, sink: socket.socket, way: str) -> None:
        while True:
            try:
                data = source.recv(65536)
            except OSError:
                data = b""
            limit = self._limit[way]
            keep = data if limit is None else data[: max(0, limit - self.passed[way])]
            self.passed[way] += len(keep)
            with contextlib.suppress(OSError):
                sink.sendall(keep)
            if len(keep) < len(data):
                self._cut(self._open)  # the network is gone for every connection
                return
            if not data:
                self._cut([source, sink])
                return

    def _cut(self, lines: list[socket.socket]) -> None:
        with self._lock:
            ours = list(lines)
            self._open = [line for line in self._open if line not in ours]
        for line in ours:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)  # close() alone leaves the other side waiting
            line.close()

    def close(self) -> None:
        """Stop listening and cut what is open."""
        self._listener.close()
        self._cut(self._open)


@contextlib.contextmanager
def cut_proxy(target_port: int, **cuts: int | None) -> Iterator[CutProxy]:
    """A proxy for the length of a block."""
    proxy = CutProxy(target_port, **cuts)
    try:
        yield proxy
    finally:
        proxy.close()
