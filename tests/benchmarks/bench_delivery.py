"""Seconds to bring one payment file to a bank's SFTP server and know that it arrived whole.

Ours: exclusive hidden name, pipelined write, size and SHA-256 read back, no-clobber rename. The peer does the same by hand with
OpenSSH's own client: `sftp` put, `sftp` get, `sha256sum`, `sftp` rename. Both take turns on the same server: Debian's OpenSSH where root
may start it, else the embedded one.

    python -m tests.benchmarks.bench_delivery --megabytes 100 --rounds 3 [--json FILE]
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ansinh.core.remote import Endpoint, open_sftp
from ansinh.core.remote_files import put_atomic, sha256_of
from ansinh.local import sftp

from tests.support.openssh import PROGRAM, openssh_server


@contextlib.contextmanager
def server(home: Path) -> Iterator[tuple[str, Endpoint]]:
    """(its name, how to reach the bank's folder)."""
    if os.geteuid() == 0 and Path(PROGRAM).exists():
        with openssh_server(home) as where:
            yield "OpenSSH", Endpoint.model_validate({**where, "name": "bank"})
        return
    child = sftp.start(home, with_parent=True)
    try:
        yield "asyncssh", Endpoint.model_validate({**sftp.remotes(home, child.port)["ansinh_bank"], "name": "bank"})
    finally:
        sftp.stop(home)


def ours(where: Endpoint, source: Path, name: str, _: Path) -> None:
    """The product's own upload."""
    with open_sftp(where) as client:
        put_atomic(client, source, "inbox", name)


def by_hand(where: Endpoint, source: Path, name: str, scratch: Path) -> None:
    """OpenSSH's client and sha256sum."""
    back, folder = scratch / "back", f"{where.base}/inbox" if where.base else "inbox"
    known = scratch / "known_hosts"
    known.write_text(f"[{where.host}]:{where.port} {where.host_key}\n", encoding="ascii")
    command = ["sftp", "-q", "-b", "-", "-i", str(where.key_file), "-o", f"UserKnownHostsFile={known}", "-P", str(where.port)]
    for steps in (
        f"put {source} {folder}/.{name}.tmp\nget {folder}/.{name}.tmp {back}\n",
        f"rename {folder}/.{name}.tmp {folder}/{name}\n",
    ):
        subprocess.run([*command, f"{where.user}@{where.host}"], input=steps.encode(), check=True, capture_output=True)
        if back.exists():
            digest = subprocess.run(["sha256sum", str(back)], check=True, capture_output=True, text=True).stdout.split()[0]
            if digest != sha256_of(source):
                raise SystemExit("the copy differs")
            back.unlink()


WAYS: dict[str, Callable[[Endpoint, Path, str, Path], None]] = {"ansinh": ours, "sftp + sha256sum": by_hand}


def measure(megabytes: int, rounds: int) -> list[dict[str, Any]]:
    """Best of the rounds for each way, seconds."""
    ways = {name: way for name, way in WAYS.items() if name == "ansinh" or shutil.which("sftp")}
    best = dict.fromkeys(ways, float("inf"))
    with tempfile.TemporaryDirectory(prefix="bench-delivery-") as folder:
        home = Path(folder) / "home"
        home.mkdir()
        source = Path(folder) / "file.xml"
        source.write_bytes(os.urandom(1_000_000) * megabytes)
        with server(home) as (name, where):
            for turn in range(rounds):
                for way, work in ways.items():
                    began = time.perf_counter()
                    work(where, source, f"{turn}-{len(way)}.xml", Path(folder))
                    best[way] = min(best[way], time.perf_counter() - began)
                for path in (home / "sftp/bank/inbox").iterdir():
                    if path.stat().st_size != source.stat().st_size:
                        raise SystemExit(f"{path.name} is not whole")
                    path.unlink()
    return [{"way": way, "server": name, "megabytes": megabytes, "seconds": round(seconds, 2)} for way, seconds in best.items()]


def main() -> None:
    """Print a table; `--json` keeps the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path)
    chosen = parser.parse_args()
    results = measure(chosen.megabytes, chosen.rounds)
    peer = results[-1]["seconds"]
    for result in results:
        print(
            f"{result['way']:<18} {result['server']:<9} {result['megabytes']:>5} MB {result['seconds']:>7} s {result['seconds'] / peer:>6.2f} ×"
        )
    if chosen.json:
        chosen.json.write_text(json.dumps(results, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
